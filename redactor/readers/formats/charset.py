"""Which characters the bytes of a text file stand for, decided by rule so that two runs never differ.

A byte order mark decides; else what the file declares, when it fits strictly; else UTF-8, when it fits strictly; else
one of the single-byte code pages of Greek and Western Windows, told apart by how their letters stand together. A
statistical guesser is not used: its answer on short texts changes from release to release.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from redactor.errors import MediaError, WithheldError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIDING = frozenset({"utf-7", "punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
"""Encodings in which plain ASCII bytes spell other characters: read as anything else they would hide them."""
_WIDE = re.compile(r"utf-(?:16|32)")
_NOISE = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_NOISE_SHARE = 0.01
"""A text with a larger share of control characters than this is no text."""
_NOISE_FREE = 4
"""So many do not count."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_HIGH_RUN = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class Charset:
    """How a text was encoded, so that it is written back the same way."""

    encoding: str
    """Python's name of the codec."""
    mark: bytes = b""
    """The byte order mark that the file starts with, if any."""

    def encode(self, text: str, errors: str = "strict") -> bytes:
        """The bytes of `text`. Raises `WithheldError` when the encoding lacks a character."""
        try:
            return self.mark + text.encode(self.encoding, errors)
        except UnicodeEncodeError:
            message = f"the placeholder has characters that {self.encoding} lacks; use an ASCII placeholder"
            raise WithheldError(message, reason="NOT_ENCODABLE") from None


UTF8 = Charset("utf-8")


def decode(data: bytes, declared: str | None = None) -> tuple[str, Charset]:
    """The text of `data` and its charset; `declared` is what a header or a tag says. Raises `MediaError`."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            if (text := _fitting(data[len(mark) :], encoding)) is None:
                break
            return _checked(text), Charset(encoding, mark)
    else:
        for encoding in _candidates(data, declared):
            if (text := _fitting(data, encoding)) is not None:
                return _checked(text), Charset(encoding)
            if encoding == "utf-8" and _is_broken_utf8(data):
                break
    raise MediaError("its bytes fit no known encoding; save it as UTF-8", reason="NOT_TEXT")


def _candidates(data: bytes, declared: str | None) -> Iterator[str]:
    if declared:
        try:
            name = codecs.lookup(declared.strip()).name
        except (LookupError, ValueError):
            name = ""
        if name in _HIDING:
            raise MediaError("it declares an encoding that hides text; save it as UTF-8", reason="NOT_TEXT")
        if name and not _WIDE.match(name):
            yield name
    yield "utf-8"
    yield from _code_pages(data)


def _is_broken_utf8(data: bytes) -> bool:
    """Mostly UTF-8 with a few bad bytes: read as a code page, its Greek would look like no language at all."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return len(_BEYOND_ASCII.findall(text)) - bad > bad


def _code_pages(data: bytes) -> tuple[str, ...]:
    """Greek words are unbroken runs of high bytes, Western ones mix them with ASCII letters.

    In windows-1253 the capital Ά is 0xA2, in ISO 8859-7 0xB6; all the other Greek letters are the same.
    """
    runs = _HIGH_RUN.findall(data[:1_000_000])
    mixed = sum(1 for run in runs if any(byte < 0x80 for byte in run))
    if mixed > len(runs) - mixed:
        return ("cp1252", "cp1253", "iso8859-7")
    if re.search(rb"\xb6[\xc1-\xfe]", data) and not re.search(rb"\xa2[\xc1-\xfe]|[\x80-\x9f]", data):
        return ("iso8859-7", "cp1253", "cp1252")
    return ("cp1253", "iso8859-7", "cp1252")


def _fitting(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _checked(text: str) -> str:
    if "\0" in text or len(_NOISE.findall(text)) > max(_NOISE_FREE, _NOISE_SHARE * len(text)):
        raise MediaError("it is not a text: it holds control characters", reason="NOT_TEXT")
    return text
