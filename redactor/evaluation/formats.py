"""Finds gold in a file or a folder, in whatever format it is written, and tells what of it cannot be used."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from redactor.errors import PolicyError
from redactor.evaluation import formats_iob2, formats_label_studio, formats_own, formats_presidio
from redactor.evaluation.gold import Gold
from redactor.evaluation.problems import Problems
from redactor.evaluation.reading import Source

FORMATS = ("auto", "own", "presidio", "label-studio", "iob2")
"""What `--format` takes."""
_COLUMNS = (".iob", ".iob2", ".bio", ".conll")
_SUFFIXES = (".json", ".jsonl", *_COLUMNS)


def read_gold(path: Path, format: str, media: Path | None, synthetic: bool, problems: Problems) -> tuple[Gold, ...]:
    """All gold in `path`, a file or a folder that is searched to the end.

    Args:
        path: a gold file, or a folder; in a folder JSON that is no gold is passed over.
        format: one of `FORMATS`.
        media: where the originals are when they are not beside the gold.
        synthetic: the caller says that nothing in it is real.
        problems: takes what is wrong with it, without values.

    Raises:
        PolicyError: there is nothing here, or no gold in it.
    """
    if not path.exists():
        raise PolicyError(f"the gold is not here: {path}")
    found: list[Gold] = []
    for file in _files(path, format):
        folder = "" if path.is_file() else file.parent.relative_to(path).as_posix()
        source = Source(file, folder, media, synthetic, problems)
        found.extend(_of_file(source, format, forced=path.is_file()))
    if not found and not problems.found:
        raise PolicyError(f"there is no gold in {path}; formats: {', '.join(FORMATS[1:])} (--format forces one)")
    return _distinct(found, problems)


def _files(path: Path, format: str) -> Sequence[Path]:
    if path.is_file():
        return [path]
    wanted = (*_SUFFIXES, ".txt", ".tsv") if format == "iob2" else _SUFFIXES
    return sorted(p for p in path.rglob("*") if p.suffix.lower() in wanted and p.is_file() and p.name[0] != ".")


def _of_file(source: Source, format: str, *, forced: bool) -> Iterator[Gold]:
    if format == "iob2" or (format == "auto" and source.path.suffix.lower() in _COLUMNS):
        yield from formats_iob2.read(source)
        return
    records = _lines(source) if source.path.suffix.lower() == ".jsonl" else _whole(source)
    if records is None:
        return
    kind = format if format != "auto" else _kind(records)
    if kind == "presidio":
        yield from formats_presidio.read(source, records)
    elif kind == "label-studio":
        yield from formats_label_studio.read(source, records)
    elif kind == "own":
        yield from formats_own.read(source, records)
    elif forced and not source.problems.found:
        raise PolicyError(
            f"{source.path.name} is no gold that is known here; formats: {', '.join(FORMATS[1:])} (--format forces one)"
        )


def _kind(records: Sequence[dict[str, Any]]) -> str:
    """The format that most records look like; empty for none."""
    votes = Counter(
        "presidio"
        if "full_text" in record and "spans" in record
        else "label-studio"
        if "data" in record and {"annotations", "completions"} & record.keys()
        else "own"
        if "pii" in record or "frames" in record
        else ""
        for record in records
    )
    votes.pop("", None)
    return votes.most_common(1)[0][0] if votes else ""


def _whole(source: Source) -> list[dict[str, Any]] | None:
    text = source.text()
    if text is None:
        return None
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        source.bad("DAMAGED_JSON", "", f"not valid JSON (line {error.lineno}, column {error.colno})")
        return None
    except RecursionError:
        source.bad("DAMAGED_JSON", "", "nested too deeply")
        return None
    records = body if isinstance(body, list) else [body]
    return [record for record in records if isinstance(record, dict)]


def _lines(source: Source) -> list[dict[str, Any]]:
    records = []
    for number, line in source.lines():
        try:
            record = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            source.bad("DAMAGED_JSON", f"line {number}", "not valid JSON; what it holds is not evaluated")
            continue
        if isinstance(record, dict):
            records.append(record)
        else:
            source.bad("DAMAGED_JSON", f"line {number}", "not a JSON object")
    return records


def _distinct(found: Sequence[Gold], problems: Problems) -> tuple[Gold, ...]:
    """Of items with the same name in one file, the first; the others are told. Names are told apart by kind."""
    kept: dict[tuple[str, str, str, str], Gold] = {}
    for gold in found:
        origin = gold.origin
        key = (type(gold).__name__, origin.folder, origin.source, origin.item)
        if key in kept:
            problems.gold("DUPLICATE_ID", origin.item, "the gold has this id more than once; the first is evaluated")
            continue
        kept[key] = gold
    return tuple(kept.values())
