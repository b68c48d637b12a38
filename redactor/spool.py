"""The spool of a run: where the items lie that its own walk found.

The ledger knows items by digests only, so that it cannot leak a file's name. Which file that is, each run keeps for
itself, in a private file that goes with it. On disk, so that a million items take no more memory than ten.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

_AT_ONCE = 500
"""SQLite takes so many values in one question on every build."""
_REST = ("kind", "format", "speaker", "client", "stamp", "reason", "message", "code")
_TABLES = """
CREATE TABLE items (store TEXT, item TEXT, relative BLOB, kind TEXT, format TEXT, speaker TEXT, client TEXT, stamp TEXT,
  reason TEXT, message TEXT, code INTEGER, PRIMARY KEY (store, item)) WITHOUT ROWID;
CREATE TABLE places (key TEXT PRIMARY KEY, item TEXT) WITHOUT ROWID;
CREATE TABLE young (store TEXT, relative BLOB, stamp TEXT, since REAL, tries INTEGER, PRIMARY KEY (store, relative))
  WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Located:
    """An item of this run's walk."""

    store: str
    item: str
    """SHA-256 (hex) of its place."""
    relative: PurePosixPath = field(repr=False)
    """Place below the source of its store."""
    kind: str
    """`audio`, `video`, `image` or `text`; empty when it is refused unread."""
    format: str
    speaker: str
    client: str
    stamp: str
    """The store's stamp when the walk saw it."""
    reason: str = ""
    """Why it must not be read; empty when it may."""
    message: str = ""
    code: int = 0
    """Exit code of that refusal."""


@dataclass(frozen=True, slots=True)
class Young:
    """A file that may still be growing."""

    store: str
    relative: PurePosixPath = field(repr=False)
    stamp: str
    since: float
    """Seconds of the caller's clock since which the stamp is the same."""
    tries: int
    """How often it was found changed."""


class Spool:
    """Safe to share between threads."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="redactor-"))
        self._lock = threading.Lock()
        self._base = sqlite3.connect(self._folder / "spool", isolation_level=None, check_same_thread=False)
        # Nobody needs it after a crash.
        self._base.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-512;" + _TABLES)

    def add(self, items: Iterable[Located]) -> None:
        """Remember where these are; the last word counts."""
        rows = [(i.store, i.item, _bytes(i.relative), *(getattr(i, name) for name in _REST)) for i in items]
        with self._lock:
            self._base.execute("BEGIN")
            self._base.executemany("INSERT OR REPLACE INTO items VALUES (?,?,?,?,?,?,?,?,?,?,?)", rows)
            self._base.execute("COMMIT")

    def find(self, store: str, item: str) -> Located | None:
        """The item, when this run has seen it."""
        query = "SELECT * FROM items WHERE store = ? AND item = ?"
        with self._lock:
            row = self._base.execute(query, (store, item)).fetchone()
        return None if row is None else Located(row[0], row[1], _place(row[2]), *row[3:])

    def taken(self, keys: Sequence[str]) -> set[str]:
        """Those of `keys` that were given away."""
        found: set[str] = set()
        with self._lock:
            for start in range(0, len(keys), _AT_ONCE):
                part = keys[start : start + _AT_ONCE]
                marks = ",".join("?" * len(part))
                rows = self._base.execute(f"SELECT key FROM places WHERE key IN ({marks})", part)  # noqa: S608 - marks
                found.update(row[0] for row in rows)
        return found

    def take(self, keys: Iterable[tuple[str, str]]) -> None:
        """Give places away, each `(key, item)`."""
        with self._lock:
            self._base.execute("BEGIN")
            self._base.executemany("INSERT OR IGNORE INTO places VALUES (?,?)", keys)
            self._base.execute("COMMIT")

    def wait_for(self, young: Young) -> None:
        """Remember a file that is to be looked at again."""
        row = (young.store, _bytes(young.relative), young.stamp, young.since, young.tries)
        with self._lock:
            self._base.execute("INSERT OR REPLACE INTO young VALUES (?,?,?,?,?)", row)

    def settled(self, young: Young) -> None:
        """It need not be looked at again."""
        with self._lock:
            self._base.execute(
                "DELETE FROM young WHERE store = ? AND relative = ?", (young.store, _bytes(young.relative))
            )

    def waiting(self) -> Iterator[Young]:
        """Those that are still to be looked at, the longest unchanged first; at most a thousand."""
        with self._lock:
            rows = self._base.execute("SELECT * FROM young ORDER BY since LIMIT 1000").fetchall()
        return (Young(store, _place(relative), stamp, since, tries) for store, relative, stamp, since, tries in rows)

    def young(self) -> int:
        """How many are still to be looked at."""
        with self._lock:
            return int(self._base.execute("SELECT count(*) FROM young").fetchone()[0])

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._base.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _bytes(relative: PurePosixPath) -> bytes:
    # Names that are no UTF-8 must come back as they were.
    return json.dumps(str(relative)).encode()


def _place(stored: bytes) -> PurePosixPath:
    return PurePosixPath(json.loads(stored))
