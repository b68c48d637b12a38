"""Headers of a mail: what people read are leaves, what only machines need does not stay.

Kept: subject, addresses, date, and what describes the content (without names of files). Dropped: the trace (Received,
Return-Path), identifiers (Message-ID, References), signatures (DKIM) and everything that is not on the list: they carry
hosts, addresses and account names that nobody reads.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from redactor.errors import MediaError
from redactor.readers.formats.charset import UTF8, decode
from redactor.readers.formats.document import Composer, Template

READABLE = frozenset(
    {
        "subject",
        "from",
        "to",
        "cc",
        "bcc",
        "reply-to",
        "sender",
        "date",
        "comments",
        "keywords",
        "organization",
        "resent-from",
        "resent-to",
        "resent-cc",
    }
)
_WORD = r"=\?[A-Za-z0-9_.:*-]+\?[bBqQ]\?[ ->@-~]*\?="
_ENCODED = re.compile(rf"{_WORD}(?:\s+{_WORD})*")
_HALF_ENCODED = re.compile(r"=\?[^?]*\?[bBqQ]\?")
"""Some programs would decode it all the same, and show what was not judged."""
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_DATE = re.compile(
    r"\s*(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d{2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|GMT|UT|UTC)(?: \([A-Z]{1,5}\))?\s*"
)
"""RFC 5322 section 3.3; another date is a leaf, since anything can stand there."""
_CHUNK = 45
"""Bytes in one encoded word: 75 characters are allowed (RFC 2047 section 2)."""
_LINE = 76
"""Characters in a line before it is folded."""


def read_headers(message: Message, eol: str) -> Template:
    """The headers of one message that stay, as a document of their own; each value on its own line."""
    composer = Composer()
    for name, value in message.raw_items():
        if name.lower() not in READABLE:
            continue
        raw = _FOLD.sub("", value.strip()) if name.lower() == "date" else value.strip()
        composer.keep(f"{name}: ")
        if name.lower() == "date" and _DATE.fullmatch(raw):
            composer.keep(raw)
        else:
            _value(composer, raw, eol)
        composer.keep(eol)
    return composer.template(UTF8)


def _value(composer: Composer, raw: str, eol: str) -> None:
    gap, at = "\n", 0
    for encoded in _ENCODED.finditer(raw):
        gap = _plain(composer, raw[at : encoded.start()], gap, eol)
        composer.leaf(_decoded(encoded[0]), encoded[0], _encoded_writer(eol), gap)
        gap, at = "", encoded.end()
    _plain(composer, raw[at:], gap, eol)


def _plain(composer: Composer, raw: str, gap: str, eol: str) -> str:
    text = _FOLD.sub("", raw)
    if not text.isascii():
        text = decode(text.encode("utf-8", "surrogateescape"))[0]
    if _HALF_ENCODED.search(text):
        raise MediaError("a header is encoded wrongly", reason="NOT_MAIL")
    if not text.strip():
        composer.keep(" " if text else "")
        return gap or (" " if text else "")
    composer.leaf(text, _written(text, eol), lambda changed: _written(changed, eol), gap)
    return ""


def _written(text: str, eol: str) -> str:
    """One header value, folded at blanks so that no line of several words grows long."""
    words = re.split(r"(?<=\S) (?=\S)", re.sub(r"[\r\n]+", " ", text))
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) > _LINE:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return f"{eol} ".join(lines)


def _decoded(encoded: str) -> str:
    try:
        pieces = decode_header(encoded)
    except HeaderParseError:
        raise MediaError("a header is encoded wrongly", reason="NOT_MAIL") from None
    return "".join(decode(piece, charset)[0] if isinstance(piece, bytes) else piece for piece, charset in pieces)


def _encoded_writer(eol: str) -> Callable[[str], str]:
    def write(text: str) -> str:
        chunks: list[bytes] = [b""]
        for character in text:
            data = character.encode()
            if len(chunks[-1]) + len(data) > _CHUNK:
                chunks.append(b"")
            chunks[-1] += data
        return f"{eol} ".join(f"=?utf-8?b?{b64encode(chunk).decode()}?=" for chunk in chunks)

    return write
