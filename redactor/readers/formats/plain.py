"""Plain text and Markdown: the whole text is one leaf; line ends, encoding and byte order mark stay."""

from __future__ import annotations

from redactor.readers.formats.charset import decode
from redactor.readers.formats.document import Composer, Template, verbatim


def parse(data: bytes, declared: str | None = None) -> Template:
    """Read a text. Raises `MediaError` for what is no text."""
    text, charset = decode(data, declared)
    composer = Composer()
    if text.strip():
        composer.leaf(text, text, verbatim)
    else:
        composer.keep(text)
    return composer.template(charset)
