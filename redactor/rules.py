"""The rules of a store: what its policy and its manifests say of each file."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any, cast

import regex

from redactor.boundary import Place, Seen, checked
from redactor.errors import MediaError, RedactorError
from redactor.policy import Policy
from redactor.protocols import Kind
from redactor.storepolicy import FIELDS, StorePolicy
from redactor.stores import FORMATS, refusal_of

_MATCH_S = 1.0
_LONGEST = 1 << 20
"""Characters of a line of a manifest; more is no line."""
_WHOLE = 50_000_000
"""Bytes of a JSON manifest, which is read as a whole; CSV and JSONL may be of any size."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the rules say of one file."""

    kind: Kind | None
    format: str
    """Canonical suffix, as in `Media.format`; empty when it is refused."""
    client: str
    day: str
    """ISO date; empty when it is not known."""
    speaker: str
    """One of `audio.speakers`, or empty."""
    interaction: str | None = field(repr=False)
    """Files with the same belong together; None: alone."""
    priority: int
    refusal: MediaError | None
    ignored: bool
    """True when it is no item at all."""


class Rules:
    """The rules of one store. Manifests are read when this is made, into a table on disk. Threads may share it."""

    def __init__(self, store: StorePolicy, policy: Policy, place: Place) -> None:
        self._store, self._speakers = store, policy.audio.speakers
        self._together = store.interaction or policy.interactions
        self._fields = regex.compile(store.fields) if store.fields else None
        self._pattern = regex.compile(self._together.pattern) if self._together.pattern else None
        self._errors: list[tuple[PurePosixPath, MediaError]] = []
        self._lock = threading.Lock()
        self._lines = sqlite3.connect("", check_same_thread=False)
        self._lines.execute("CREATE TABLE line (file TEXT PRIMARY KEY, told TEXT)")
        if store.manifest:
            for part in place.walk():
                for seen in part:
                    if _matches(seen.relative, store.manifest):
                        self._read(place, seen)

    def manifest_errors(self) -> Sequence[tuple[PurePosixPath, MediaError]]:
        """The places of manifests that are not right, and what is wrong; their good lines count all the same."""
        return tuple(self._errors)

    def of(self, seen: Seen) -> Ruled:
        """What the rules say of `seen`."""
        store, relative = self._store, seen.relative
        patterns = (*store.ignore, store.manifest) if store.manifest else store.ignore
        if any(_matches(relative, pattern) for pattern in patterns):
            return Ruled(None, "", store.client, "", "", None, store.priority, None, True)
        kind, form, refusal = self._kind(relative)
        told: dict[str, str] = {}
        together: str | None = None
        try:
            if self._fields and (match := self._fields.search(str(relative), timeout=_MATCH_S)):
                told = {k: v for k, v in match.groupdict().items() if v}
            together = self._group(relative)
        except TimeoutError:
            message = "fields or interaction.pattern of its store takes too long for its name; make it simpler"
            refusal = MediaError(message, reason="RULE_TOO_SLOW")
        with self._lock:
            row = self._lines.execute("SELECT told FROM line WHERE file = ?", (_key(relative),)).fetchone()
        told |= json.loads(row[0]) if row else {}
        if "interaction" in told:
            together = f"told:{told['interaction']}"
        refusal = seen.refusal or refusal
        if refusal is not None:
            kind, form = None, ""
        return Ruled(
            kind, form, told.get("client", store.client), _day(told.get("date", "")), self._speaker(told), together,
            _number(told.get("priority", ""), store.priority), refusal, False,
        )  # fmt: skip

    def _kind(self, relative: PurePosixPath) -> tuple[Kind | None, str, MediaError | None]:
        suffix = relative.suffix.lower().removeprefix(".")
        suffix = self._store.formats.get(suffix, suffix)
        known = FORMATS.get(suffix)
        wanted: tuple[Kind, ...] = ()
        for patterns, kinds in (
            (self._store.calls, ("audio", "video")),
            (self._store.screens, ("image", "video")),
            (self._store.texts, ("text",)),
        ):
            if any(_matches(relative, pattern) for pattern in patterns):
                wanted = cast("tuple[Kind, ...]", kinds)
                break
        if (
            known is None
            and wanted == ("text",)
            and suffix not in FORMATS
            and refusal_of(suffix).reason == "UNKNOWN_TYPE"
        ):
            known = ("text", "txt")
        if known is None:
            return None, "", refusal_of(suffix)
        if wanted and known[0] not in wanted:
            message = "its suffix and the patterns of its store say different kinds; correct calls, screens or texts"
            return None, "", MediaError(message, reason="KIND_DIFFERS")
        return *known, None

    def _group(self, relative: PurePosixPath) -> str | None:
        by = self._together.by
        if by == "folder":
            return f"folder:{relative.parent}"
        if by == "none" or self._pattern is None:
            return None
        match = self._pattern.search(str(relative) if by == "path" else relative.name, timeout=_MATCH_S)
        return f"id:{match['id' if 'id' in self._pattern.groupindex else 1]}" if match else None

    def _speaker(self, told: Mapping[str, str]) -> str:
        channel = told.get("channel", "")
        named = {name.casefold(): name for name in self._speakers}
        if channel.casefold() in named:
            return named[channel.casefold()]
        number = _number(channel, 0)
        return self._speakers[number - 1] if 1 <= number <= len(self._speakers) else ""

    def _read(self, place: Place, seen: Seen) -> None:
        try:
            if seen.refusal is not None:
                raise seen.refusal
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / "manifest"
                place.fetch(seen.relative, copy)
                bad = sum(
                    not self._take(seen.relative.parent, row) for row in _rows(copy, seen.relative.suffix.lower())
                )
        except (RedactorError, OSError, ValueError, csv.Error, RecursionError):
            message = "a manifest cannot be read to its end; write it as UTF-8 CSV, JSON or JSONL with a column file"
            self._errors.append((seen.relative, MediaError(message, reason="MANIFEST_UNREADABLE")))
            return
        if bad:
            message = f"{bad} lines of a manifest name no file below it; correct them"
            self._errors.append((seen.relative, MediaError(message, reason="MANIFEST_LINES")))

    def _take(self, folder: PurePosixPath, row: object) -> bool:
        if not isinstance(row, dict) or not isinstance(row.get("file"), str):
            return False
        told = {k: str(row[k]).strip() for k in FIELDS if isinstance(row.get(k), str | int) and str(row[k]).strip()}
        try:
            file = folder / checked(PurePosixPath(row["file"]))
            self._lines.execute("INSERT OR REPLACE INTO line VALUES (?, ?)", (_key(file), json.dumps(told)))
        except (RedactorError, UnicodeEncodeError):
            return False
        return True


def _rows(path: Path, suffix: str) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        if suffix == ".csv":
            yield from csv.DictReader(_lines(stream))
        elif suffix == ".jsonl":
            yield from (json.loads(line) for line in _lines(stream) if line.strip())
        elif path.stat().st_size > _WHOLE:
            raise ValueError("too large for JSON")
        else:
            rows = json.load(stream)
            if not isinstance(rows, list):
                raise ValueError("no list")
            yield from rows


def _lines(stream: io.TextIOWrapper) -> Iterator[str]:
    while line := stream.readline(_LONGEST):
        if len(line) == _LONGEST:
            raise ValueError("a line without an end")
        yield line


def _matches(relative: PurePosixPath, pattern: str) -> bool:
    return fnmatchcase(str(relative) if "/" in pattern else relative.name, pattern)


def _key(relative: PurePosixPath) -> str:
    return str(relative).encode("utf-8", "surrogateescape").hex()


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text[:10] if "-" in text else text[:8]).isoformat()
    except ValueError:
        return ""


def _number(text: str, otherwise: int) -> int:
    try:
        return max(-1000, min(1000, int(text[:6])))
    except ValueError:
        return otherwise
