"""The rules of a store: what its policy and its manifests say of each file."""

from __future__ import annotations

import csv
import json
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any, cast

import regex

from redactor.borders import Borders
from redactor.boundary import Place, Seen, checked
from redactor.errors import MediaError, RedactorError, StoreError, WithheldError
from redactor.manifests import cell, rows
from redactor.policy import Policy
from redactor.protocols import Kind
from redactor.storepolicy import FIELDS, TERMS, StorePolicy
from redactor.stores import FORMATS, refusal_of

_MATCH_S = 1.0
_PATIENCE_S = 30.0
"""A walk waits so long at most for manifests that are still being written, all together."""
_YEAR_FIRST = regex.compile(r"([0-9]{4})(?:[-/._]([0-9]{1,2})[-/._]([0-9]{1,2})(?![0-9])|([0-9]{2})([0-9]{2}))")
_DAY_FIRST = regex.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?![0-9])")
_PURPOSE = regex.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}(?:[ ,;]+[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,9}")
_CLIENT = regex.compile(r"\w[\w .&+'-]{0,99}")


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
    terms: str = ""
    """As `rows.Found.terms`."""
    elsewhere: bool = False
    """Nothing is wrong with it, but its client allows no work on this machine: it is neither read nor offered here."""


class Rules:
    """The rules of one store. Manifests are read by its walk, into a table on disk. Threads may share it."""

    def __init__(self, store: StorePolicy, policy: Policy, place: Place) -> None:
        self._store, self._speakers, self._place = store, policy.audio.speakers, place
        self._borders = Borders(policy)
        self.barred: set[str] = set()
        """Clients, as places and manifests write them, whose files are for other machines."""
        self._together = store.interaction or policy.interactions
        self._fields = regex.compile(store.fields) if store.fields else None
        self._pattern = regex.compile(self._together.pattern) if self._together.pattern else None
        self._channels = {name.casefold(): meant for name, meant in store.channels.items()}
        self._errors: list[tuple[PurePosixPath, MediaError]] = []
        self._lock = threading.Lock()
        self._patience_s = _PATIENCE_S
        self._asked = self._fitted = 0
        with self._lock, _room():
            self._table = sqlite3.connect("", check_same_thread=False, isolation_level=None)
            self._table.execute("CREATE TABLE line (file TEXT PRIMARY KEY, told TEXT) WITHOUT ROWID")
            self._table.execute("CREATE TABLE part (no INTEGER PRIMARY KEY, body TEXT)")

    def walk(self) -> Iterator[list[Seen]]:
        """As `Place.walk`; of a folder with manifests, these are read before any of its files is shown.

        Raises `WithheldError` besides when there is no room for what they say.
        """
        if not self._store.manifest:
            yield from self._place.walk()
            return
        # What lies in a folder comes before its subfolders, and a manifest speaks of files beside and below it only.
        folder: PurePosixPath | None = None
        for part in self._place.walk():
            if part[0].relative.parent != folder:
                yield from self._folder()
                folder = part[0].relative.parent
            body = json.dumps([_packed(seen) for seen in part])
            with self._lock, _room():
                self._table.execute("INSERT INTO part (body) VALUES (?)", (body,))
        yield from self._folder()

    def _folder(self) -> Iterator[list[Seen]]:
        """The parts of the folder that was seen last, once its manifests are read."""
        for part in self._parts():
            for seen in part:
                if _matches(seen.relative, self._store.manifest):
                    self._read(self._settled(seen))
        yield from self._parts()
        with self._lock, _room():
            self._table.execute("DELETE FROM part")

    def _parts(self) -> Iterator[list[Seen]]:
        no = 0
        while True:
            with self._lock, _room():
                query = "SELECT no, body FROM part WHERE no > ? ORDER BY no LIMIT 1"
                row = self._table.execute(query, (no,)).fetchone()
            if row is None:
                return
            no = row[0]
            yield [_unpacked(packed) for packed in json.loads(row[1])]

    def _settled(self, seen: Seen) -> Seen:
        """A manifest that may still be written is waited for, a while."""
        store = self._store
        while (left_s := store.settle_s - (time.time() - seen.changed_s)) > 0 and self._patience_s > 0:
            waits_s = min(left_s, self._patience_s)
            time.sleep(waits_s)
            self._patience_s -= waits_s
            seen = self._place.look(seen.relative) or seen
        return seen

    def remarks(self) -> list[str]:
        """What an operator should know of the rules themselves."""
        remarks = []
        if self._fields and self._asked and not self._fitted:
            remarks.append(f"fields of store {self._store.name} fits none of {self._asked} files; correct it")
        if self.barred:
            machine = self._borders.machine
            what = f"store {self._store.name} has files of clients that allow no machine labelled {machine}"
            remarks.append(f"{what}: they were not touched; a run on one that fits takes them")
        return remarks

    def manifest_errors(self) -> Sequence[tuple[PurePosixPath, MediaError]]:
        """The places of manifests that are not right, and what is wrong; their good lines count all the same."""
        return tuple(self._errors)

    def of(self, seen: Seen) -> Ruled:
        """What the rules say of `seen`. Raises `WithheldError` when what manifests say cannot be read any more."""
        store, relative = self._store, seen.relative
        patterns = (*store.ignore, store.manifest) if store.manifest else store.ignore
        if any(_matches(relative, pattern) for pattern in patterns):
            return Ruled(None, "", store.client, "", "", None, store.priority, None, True)
        kind, form, refusal = self._kind(relative)
        told: dict[str, str] = {}
        together: str | None = None
        try:
            if self._fields:
                self._asked += 1
                if match := self._fields.search(str(relative), timeout=_MATCH_S):
                    self._fitted += 1
                    told = {k: v for k, v in match.groupdict().items() if v}
            together = self._group(relative)
        except TimeoutError:
            message = "fields or interaction.pattern of its store takes too long for its name; make it simpler"
            refusal = MediaError(message, reason="RULE_TOO_SLOW")
        told |= self._told(relative)
        if "interaction" in told:
            together = f"told:{told['interaction']}"
        client = told.get("client", store.client)
        if client and not _CLIENT.fullmatch(client):
            message = "its place or manifest names a client that is no name of letters, digits, blanks and . _ & + ' -"
            client, refusal = store.client, MediaError(message, reason="CLIENT_UNFIT")
        refusal = seen.refusal or refusal or self._borders.of(store, client)
        elsewhere = refusal is None and self._borders.elsewhere(client)
        if elsewhere:
            self.barred.add(client)
        else:
            refusal = refusal or self._borders.machine_for(client)
        if refusal is not None:
            kind, form = None, ""
        return Ruled(
            kind, form, client, day_of(told.get("date", "")), self._speaker(told), together,
            _number(told.get("priority", ""), store.priority), refusal, False, _terms(told), elsewhere,
        )  # fmt: skip

    def _told(self, relative: PurePosixPath) -> dict[str, str]:
        """What manifests say of a file: of all files of its stem, then of itself."""
        found: dict[str, str] = {}
        keys = (_key(relative.with_suffix("")), _key(relative))
        with self._lock, _room():
            for key in dict.fromkeys(keys):
                row = self._table.execute("SELECT told FROM line WHERE file = ?", (key,)).fetchone()
                found |= json.loads(row[0]) if row else {}
        return found

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
        if match is None:
            return None
        # What tells them apart need not stand together: the day's folder, and the name in a folder below.
        names: list[str | int] = [name for name in self._pattern.groupindex if name.startswith("id")]
        return "id:" + "/".join(match[name] or "" for name in names or [1])

    def _speaker(self, told: Mapping[str, str]) -> str:
        channel = told.get("channel", "")
        channel = self._channels.get(channel.casefold(), channel)
        named = {name.casefold(): name for name in self._speakers}
        if channel.casefold() in named:
            return named[channel.casefold()]
        number = _number(channel, 0)
        return self._speakers[number - 1] if 1 <= number <= len(self._speakers) else ""

    def _read(self, seen: Seen) -> None:
        bad = good = 0
        try:
            if seen.refusal is not None:
                raise seen.refusal
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / "manifest"
                self._place.fetch(seen.relative, copy)
                for row in rows(copy, seen.relative.suffix.lower()):
                    taken = self._take(seen.relative, row)
                    bad, good = bad + (not taken), good + taken
        except (MediaError, StoreError, OSError, ValueError, csv.Error, RecursionError):
            message = "a manifest cannot be read to its end; write it as UTF-8 CSV, JSON or JSONL (docs/stores.md)"
            self._errors.append((seen.relative, MediaError(message, reason="MANIFEST_UNREADABLE")))
            return
        if bad:
            message = (
                f"{bad} of {bad + good} lines of a manifest name no file below it, say nothing of it, or a date or "
                "channel that is not known; correct them, or columns and channels of the store"
            )
            self._errors.append((seen.relative, MediaError(message, reason="MANIFEST_LINES")))

    def _take(self, manifest: PurePosixPath, row: object) -> bool:
        """Remember one line; False when something is wrong with it. What is right in it counts all the same."""
        if not isinstance(row, dict):
            return False
        columns = self._store.columns
        told = {name: text for name in FIELDS if (text := cell(row, columns.get(name, name)))}
        file = cell(row, columns.get("file", "file"))
        if not file and manifest.suffix.lower() != ".json":
            return False
        try:
            # A JSON beside its recording need not name it: both have one stem.
            place = manifest.parent / checked(PurePosixPath(file)) if file else manifest.with_suffix("")
            key = _key(place)
        except (RedactorError, UnicodeEncodeError):
            return False
        with self._lock, _room():
            self._table.execute("INSERT OR REPLACE INTO line VALUES (?, ?)", (key, json.dumps(told)))
        channel = told.get("channel", "")
        dates = [told[name] for name in ("date", "contract_end", "case_closed") if name in told]
        return bool(told) and all(day_of(date) for date in dates) and bool(self._speaker(told) or not channel)


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        message = f"the folder for temporary files cannot be used ({type(error).__name__}); free some space there"
        raise WithheldError(message, reason="WRITE_FAILED") from None


def _packed(seen: Seen) -> list[object]:
    refusal = [str(seen.refusal), seen.refusal.reason] if seen.refusal else None
    return [str(seen.relative), seen.size, seen.stamp, seen.changed_s, refusal]


def _unpacked(packed: list[Any]) -> Seen:
    relative, size, stamp, changed_s, refusal = packed
    error = MediaError(refusal[0], reason=refusal[1]) if refusal else None
    return Seen(PurePosixPath(relative), size, stamp, changed_s, error)


def _matches(relative: PurePosixPath, pattern: str) -> bool:
    return fnmatchcase(str(relative) if "/" in pattern else relative.name, pattern)


def _key(relative: PurePosixPath) -> str:
    return str(relative).encode("utf-8", "surrogateescape").hex()


def day_of(text: str) -> str:
    """An ISO date of `2026-01-31`, `2026/1/31`, `20260131`, or day first `31/1/2026`, `31.1.2026`; else empty."""
    year, month, day = 0, 0, 0
    if match := _YEAR_FIRST.match(text):
        year, month, day = (int(part) for part in match.groups() if part)
    elif match := _DAY_FIRST.match(text):
        day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _terms(told: Mapping[str, str]) -> str:
    """What is told of retention, as JSON; a date that cannot be read stays as a question mark: something was said."""
    terms = {name: told[name] for name in TERMS if told.get(name)}
    for name in ("contract_end", "case_closed"):
        if name in terms:
            terms[name] = day_of(terms[name]) or "?"
    if "purpose" in terms and not _PURPOSE.fullmatch(terms["purpose"]):
        terms["purpose"] = "?"
    return json.dumps(terms, sort_keys=True) if terms else ""


def _number(text: str, otherwise: int) -> int:
    try:
        return max(-1000, min(1000, int(text[:6])))
    except ValueError:
        return otherwise
