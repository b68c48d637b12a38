"""The texts that the bytes of a file say, decoded with the standard library and not by the readers of this product.

A value may hide behind an entity, an escape, an encoding of mail or an attribute: each way to read the file gives a
view, and a view too many does no harm.
"""

from __future__ import annotations

import codecs
import csv
import email
import email.policy
import html
import io
import json
import re
import urllib.parse
from collections.abc import Iterator
from email.message import EmailMessage
from html.parser import HTMLParser

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9_\-]{2,30})", re.IGNORECASE)
_CODE_PAGES = ("cp1253", "iso8859-7")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_DEEPEST = 100


def views(data: bytes, format: str) -> tuple[str, ...]:
    """All texts that `data` says, the plain one first; `format` as in `Media.format`."""
    found = dict.fromkeys(_views(data, format))
    return tuple(text for text in found if text.strip())


def decoded(data: bytes) -> Iterator[str]:
    """The text of `data` by its byte order mark, else as UTF-8, else by what it declares and as Greek code pages."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            yield data[len(mark) :].decode(encoding, "replace")
            return
    try:
        yield data.decode("utf-8")
    except UnicodeDecodeError:
        declared = [match[1].decode("ascii") for match in _DECLARED.finditer(data[:4096])]
        for encoding in dict.fromkeys((*declared, *_CODE_PAGES)):
            try:
                yield data.decode(encoding, "replace")
            except LookupError:
                continue


def _views(data: bytes, format: str) -> Iterator[str]:
    if format == "eml":
        yield from _mail(data)
    for text in decoded(data):
        yield text
        yield from _unescaped(text)
        if format in ("html", "htm", "vtt", "srt", "md"):
            yield from _markup(text)
        elif format in ("json", "jsonl"):
            yield from _json(text)
        elif format == "csv":
            yield from _table(text)


def _unescaped(text: str) -> Iterator[str]:
    if "&" in text:
        yield html.unescape(text)
    if _ESCAPE.search(text):
        yield (
            _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
            .encode("utf-16", "surrogatepass")
            .decode("utf-16", "replace")
        )
    if _PERCENT.search(text):
        yield urllib.parse.unquote(text)


class _Words(HTMLParser):
    """Collects what a page says, and what its attributes and comments say."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown: list[str] = []
        self.hidden: list[str] = []

    def handle_data(self, data: str) -> None:
        self.shown.append(data)

    def handle_comment(self, data: str) -> None:
        self.hidden.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.hidden += [value for _, value in attrs if value]


def _markup(text: str) -> Iterator[str]:
    words = _Words()
    words.feed(text)
    words.close()
    # Without blanks, too: tags may stand in the middle of a number.
    yield "".join(words.shown)
    yield "\n".join((*words.shown, *words.hidden))


def _json(text: str) -> Iterator[str]:
    try:
        bodies = [json.loads(text)]
    except (ValueError, RecursionError):
        bodies = []
        for line in text.splitlines():
            try:
                bodies.append(json.loads(line))
            except (ValueError, RecursionError):
                bodies.append(line)
    yield "\n".join(leaf for body in bodies for leaf in _leaves(body, 0))


def _leaves(body: object, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        yield json.dumps(body, ensure_ascii=False)
    elif isinstance(body, dict):
        for key, value in body.items():
            yield str(key)
            yield from _leaves(value, depth + 1)
    elif isinstance(body, list):
        for value in body:
            yield from _leaves(value, depth + 1)
    elif body is not None:
        yield str(body)


def _table(text: str) -> Iterator[str]:
    for sign in (",", ";", "\t"):
        if sign in text:
            try:
                yield "\n".join(" ".join(row) for row in csv.reader(io.StringIO(text), delimiter=sign))
            except csv.Error:
                # A field is too long or a quote is not closed: the plain text is a view, too.
                continue


def _mail(data: bytes) -> Iterator[str]:
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        yield "\n".join(f"{name}: {value}" for name, value in _headers(part))
        body = part.get_payload(decode=True)
        if isinstance(body, bytes) and body:
            charset = part.get_content_charset() or ""
            try:
                texts = [body.decode(charset, "replace")] if charset else list(decoded(body))
            except LookupError:
                texts = list(decoded(body))
            for text in texts:
                yield text
                yield from _unescaped(text)
                if part.get_content_subtype() == "html":
                    yield from _markup(text)


def _headers(part: EmailMessage) -> Iterator[tuple[str, str]]:
    for name in part.keys():  # noqa: SIM118 - a message is no mapping: iteration decodes nothing
        try:
            yield name, str(part[name])
        except (ValueError, LookupError, IndexError, AttributeError):
            # The parser of the standard library gives up on some broken headers; the raw text is a view, too.
            yield name, ""
