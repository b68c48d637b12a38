"""Reads the bytes of gold and outputs, and checks ranges, telling what is wrong by place and never by value."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redactor.evaluation.gold import Groups, Origin, TextDatum
from redactor.evaluation.problems import Problems
from redactor.regions import Span

_GROUPS = ("genre", "language", "form", "scene")


@dataclass(frozen=True, slots=True)
class Source:
    """A gold file that is being read."""

    path: Path
    folder: str
    """Of the file, relative to the gold."""
    media: Path | None
    """Where the originals are when they are not beside it."""
    synthetic: bool
    problems: Problems

    def bad(self, code: str, where: str, message: str) -> None:
        """Something in it cannot be used."""
        self.problems.gold(code, f"{self.path.name}{' ' if where else ''}{where}", message)

    def text(self) -> str | None:
        """The whole file, or None when it is not UTF-8, which is told."""
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.bad("ENCODING", "", f"not UTF-8 (byte {error.start}); save it as UTF-8")
        except OSError as error:
            self.bad("UNREADABLE", "", f"cannot be opened ({error.strerror})")
        return None

    def lines(self) -> Iterator[tuple[int, str]]:
        """Number (from 1) and text of each line that is not empty; those in another encoding are told."""
        try:
            data = self.path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        except OSError as error:
            self.bad("UNREADABLE", "", f"cannot be opened ({error.strerror})")
            return
        for number, line in enumerate(data.split(b"\n"), 1):
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                self.bad("ENCODING", f"line {number}", "not UTF-8; what it holds is not evaluated")
                continue
            if text.strip():
                yield number, text

    def origin(self, item: str, record: dict[str, Any]) -> Origin:
        """Where an item comes from, with what its record says of itself."""
        return Origin(item, self.folder, self.path.stem, self.synthetic or _synthetic(record), _groups(record))

    def original(self, name: object) -> Path:
        """Where an original is: beside the gold, else in the folder of originals; only its name counts."""
        plain = Path(str(name)).name
        beside = self.path.parent / plain
        if beside.is_file() or self.media is None:
            return beside
        return next((p for p in sorted(self.media.rglob("*")) if p.name == plain and p.is_file()), self.media / plain)

    def span(self, item: str, text: str, start: object, end: object, what: str) -> Span | None:
        """Characters of a text; None when they are none, which is told."""
        if not (isinstance(start, int) and isinstance(end, int)) or isinstance(start, bool) or isinstance(end, bool):
            self.bad("BAD_OFFSETS", item, f"{what} has no whole numbers as start and end; it is left out")
            return None
        if end > len(text):
            self.bad("OFFSET_PAST_END", item, f"{what} ends at {end}, the text at {len(text)}; it is left out")
            return None
        if not 0 <= start < end:
            self.bad("BAD_OFFSETS", item, f"{what} starts at {start} and ends at {end}; it is left out")
            return None
        return Span(start, end)

    def text_datum(
        self, item: str, text: str, number: int, entity_type: object, start: object, end: object, value: object
    ) -> TextDatum | None:
        """One datum of a text; None when its place or type is no good, which is told."""
        what = f"datum {number + 1}"
        if not isinstance(entity_type, str) or not entity_type:
            self.bad("NO_TYPE", item, f"{what} has no type; it is left out")
            return None
        span = self.span(item, text, start, end, what)
        if span is None:
            return None
        there = text[span.start : span.end]
        if isinstance(value, str) and _nfc(value) != _nfc(there):
            message = f"{what} does not stand at {span.start}-{span.end}, where the gold says; it is left out"
            self.bad("WRONG_OFFSETS", item, message)
            return None
        return TextDatum(entity_type, span, there)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _synthetic(record: dict[str, Any]) -> bool:
    """True when the record itself says that it is not real."""
    told = record.get("provenance")
    return (
        record.get("synthetic") is True
        or told == "synthetic"
        or (isinstance(told, dict) and told.get("synthetic") is True)
    )


def _groups(record: dict[str, Any]) -> Groups:
    found = []
    for name in _GROUPS:
        value = record.get(name)
        if isinstance(value, list):
            value = "+".join(str(part) for part in value)
        if isinstance(value, str) and value:
            found.append((name, value))
    return tuple(found)
