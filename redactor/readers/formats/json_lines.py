"""JSON lines: one object per line; order, blank lines and the records' own `id` stay.

An `id` in the outermost object is kept when it is opaque (see `opaque`); another one is judged like any text.
"""

from __future__ import annotations

from dataclasses import replace

from redactor.errors import MediaError
from redactor.evidence import RECORD_BREAK
from redactor.readers.formats import json_document
from redactor.readers.formats.charset import decode
from redactor.readers.formats.document import Composer, Template


def parse(data: bytes, declared: str | None = None) -> Template:
    """Read the lines. Raises `MediaError` that names the number of the first bad line."""
    text, charset = decode(data, declared)
    composer = Composer()
    distinct: list[list[int]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if number > 1:
            composer.keep("\n")
        if not line.strip():
            composer.keep(line)
            continue
        where = f"line {number}"
        json_document.check(line, where)
        if not line.lstrip().startswith("{"):
            raise MediaError(f"{where} is not an object", reason="NOT_JSON")
        first = len(composer.reading)
        distinct += json_document.compose(composer, line, keep_id=True, where=where)
        if 0 < first < len(composer.reading):
            composer.reading[first] = replace(composer.reading[first], gap=RECORD_BREAK)
    return composer.template(charset, distinct=distinct)
