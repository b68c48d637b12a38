"""One file per text format: bytes become leaves that a person could read, and can be written with other leaves.

parse(data, "csv") -> Document(leaves, reading, rebuild)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from redactor.errors import MediaError
from redactor.readers.formats import delimited, html, json_document, json_lines, mail, plain, subtitles
from redactor.readers.formats.charset import decode
from redactor.readers.formats.document import Document, Template

Parser = Callable[[bytes, str | None], Document]

PARSERS: Mapping[str, Parser] = {
    "txt": plain.parse,
    "md": plain.parse,
    "csv": delimited.parse,
    "json": json_document.parse,
    "jsonl": json_lines.parse,
    "eml": mail.parse,
    "vtt": subtitles.parse_vtt,
    "srt": subtitles.parse_srt,
    "html": html.parse,
}
"""Canonical format -> parser of the bytes and the charset that a header declared, if any."""


def parse(data: bytes, format: str, declared: str | None = None, *, like: Document | None = None) -> Document:
    """Read a text file. White space alone is a document without words.

    A draft is read `like` its source: with its charset and delimiter, which redaction could make look unlikely.

    Raises `MediaError` (`EMPTY_FILE`, `UNKNOWN_TYPE`, or the format's own reasons).
    """
    if isinstance(like, Template):
        declared = declared or like.charset.encoding
    if not data:
        raise MediaError("it is empty", reason="EMPTY_FILE")
    if (parser := PARSERS.get(format)) is None:
        raise MediaError(f"no text format of this name is known; known: {', '.join(PARSERS)}", reason="UNKNOWN_TYPE")
    if format != "eml" and not decode(data, declared)[0].strip():
        return plain.parse(data, declared)
    if format == "csv" and isinstance(like, Template):
        return delimited.parse(data, declared, like.delimiter)
    return parser(data, declared)
