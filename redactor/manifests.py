"""Manifests: CSV, JSON and JSONL files of a store that list recordings and what is known of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_LONGEST = 1 << 20
"""Characters of a line of a manifest; more is no line."""
_WHOLE = 50_000_000
"""Bytes of a JSON manifest, which is read as a whole; CSV and JSONL may be of any size."""
_SEPARATORS = ";\t|"


def rows(path: Path, suffix: str) -> Iterator[Any]:
    """The lines of a manifest, each as it stands there. A JSON object is one line, a list of them are many.

    Raises `OSError`, `ValueError`, `csv.Error` or `RecursionError` where it cannot be read, after the lines before.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        if suffix == ".csv":
            yield from _table(stream)
        elif suffix == ".jsonl":
            yield from (json.loads(line) for line in _lines(stream) if line.strip())
        elif path.stat().st_size > _WHOLE:
            raise ValueError("too large for JSON")
        else:
            body = json.load(stream)
            if not isinstance(body, list | dict):
                raise ValueError("no list and no object")
            yield from body if isinstance(body, list) else [body]


def cell(row: Mapping[Any, Any], column: str) -> str:
    """What stands under a name, as text; empty when nothing does. `call.client` looks into `call`."""
    found: Any = row.get(column)
    if found is None and "." in column:
        found = row
        for part in column.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    return str(found).strip() if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _table(stream: io.TextIOWrapper) -> Iterator[Any]:
    lines = _lines(stream)
    head = next(lines, "")
    # Spreadsheets of Greek and German machines part columns by semicolons.
    other = next((mark for mark in _SEPARATORS if mark in head and "," not in head), ",")

    def again() -> Iterator[str]:
        yield head
        yield from lines

    reader = csv.DictReader(again(), delimiter=other, strict=True)
    reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
    yield from reader


def _lines(stream: io.TextIOWrapper) -> Iterator[str]:
    while line := stream.readline(_LONGEST):
        if len(line) == _LONGEST:
            raise ValueError("a line without an end")
        yield line
