"""The ledger: an append-only, hash-chained audit trail in SQLite (default) or PostgreSQL, through SQLAlchemy.

Each entry's hash covers its content and the hash before it, so a changed, removed or reordered entry breaks the chain.
Nothing here can hold personal data: items are named by a digest and a label that was cleaned before it came here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from redactor import schema
from redactor.chain import GENESIS, chain_hash, walk
from redactor.database import Database, why
from redactor.errors import LedgerError

_LOCK_KEY = 0x7265646163746F72
"""Key of the PostgreSQL advisory lock: the letters of "redactor"."""

_metadata = sa.MetaData()
_entries = sa.Table(
    "entries",
    _metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("run", sa.String(40), nullable=False),
    sa.Column("event", sa.String(20), nullable=False),
    sa.Column("store", sa.String(200), nullable=False),
    sa.Column("item", sa.String(64), nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("source_digest", sa.String(64), nullable=False),
    sa.Column("policy_digest", sa.String(64), nullable=False),
    sa.Column("output_digest", sa.String(64), nullable=False),
    sa.Column("code", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(60), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    sa.Index("by_run", "run", "seq"),
    sa.Index("by_content", "item", "source_digest", "policy_digest"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in the life of one item."""

    run: str
    """Identifier of the run."""
    event: str
    """`published`, `refused`, `failed` or `interrupted`."""
    store: str
    """Name of the store, or `redact` for the command of that name."""
    item: str
    """SHA-256 (hex) of the item's place in its store: names can hold personal data, this cannot."""
    label: str
    """Name of the item as it may be shown."""
    source_digest: str = ""
    policy_digest: str = ""
    output_digest: str = ""
    code: int = 0
    """Exit code of this item (errors.ExitCode)."""
    reason: str = ""
    """Upper-case constant, empty when published."""
    detail: str = "{}"
    """JSON: the receipt, or what to do next."""


_FIELDS = tuple(field.name for field in fields(Entry))
_LAST = sa.select(_entries.c.seq, _entries.c.hash).order_by(_entries.c.seq.desc()).limit(1)
_INSERT = _entries.insert()
_PART = 1000
"""Entries that are read at a time."""


@dataclass(frozen=True, slots=True)
class Recorded(Entry):
    """An entry as it stands in the chain."""

    at: str = ""
    """UTC time, ISO 8601."""
    seq: int = 0
    """Its place in the chain, from 1."""


class Ledger:
    """An open ledger. Safe to share between threads; every method raises `LedgerError` when the database fails.

    A database that is locked or restarts is waited for, for `patience_s` seconds.
    """

    def __init__(self, url: str, *, patience_s: float = 300.0) -> None:
        try:
            self.database = Database(url, patience_s=patience_s)
            try:
                schema.prepare(self.database, patience_s)
            except BaseException:
                self.close()
                raise
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise LedgerError(f"cannot open the ledger: {why(error)}; check [ledger] url and its folder") from error

    def append(self, entry: Entry) -> str:
        """Add one entry at the end of the chain; returns its hash. Durable when it returns."""
        tried: list[str] = []

        def work(connection: sa.Connection) -> str:
            # The answer to the commit was lost: has it come in?
            if tried and connection.execute(sa.select(_entries.c.seq).where(_entries.c.hash.in_(tried))).first():
                return tried[-1]
            tried.append(self.append_in(connection, entry))
            return tried[-1]

        return self.database.write(work)

    def append_in(self, connection: sa.Connection, entry: Entry) -> str:
        """As `append`, within a transaction of `database.write`: it stands when that does. Returns the hash."""
        self.database.lock(connection, _LOCK_KEY)
        last = connection.execute(_LAST).first()
        row: dict[str, Any] = {name: getattr(entry, name) for name in _FIELDS}
        row["at"] = datetime.now(UTC).isoformat(timespec="milliseconds")
        row["seq"] = (last.seq if last else 0) + 1
        row["prev_hash"] = last.hash if last else GENESIS
        row["hash"] = chain_hash(row)
        connection.execute(_INSERT, row)
        return str(row["hash"])

    def published(self, item: str, source_digest: str, policy_digest: str) -> str | None:
        """The output digest of the last publication of this content at this place under this policy, if any."""
        found = self.publication(item, source_digest, policy_digest)
        return None if found is None else found[0]

    def publication(self, item: str, source_digest: str, policy_digest: str) -> tuple[str, dict[str, Any]] | None:
        """As `published`, with the receipt of that publication (see `Receipt.as_dict`; empty when it has none)."""
        query = (
            sa.select(_entries.c.output_digest, _entries.c.detail)
            .where(_entries.c.event == "published", _entries.c.item == item)
            .where(_entries.c.source_digest == source_digest, _entries.c.policy_digest == policy_digest)
            .order_by(_entries.c.seq.desc())
            .limit(1)
        )
        found = self.database.read(lambda connection: connection.execute(query).first())
        return None if found is None else (str(found.output_digest), json.loads(found.detail))

    def knows(self, output_digest: str) -> bool:
        """True when an output with these bytes was published before."""
        query = sa.select(sa.func.count()).where(_entries.c.output_digest == output_digest)
        return bool(self.database.read(lambda connection: connection.execute(query).scalar()))

    def latest(self) -> str:
        """When the last entry was written (UTC, ISO 8601); empty when there is none."""
        query = sa.select(_entries.c.at).order_by(_entries.c.seq.desc()).limit(1)
        return str(self.database.read(lambda connection: connection.execute(query).scalar()) or "")

    def vouches(self, connection: sa.Connection, entry: Entry) -> bool:
        """True when outputs of this item, from these bytes to these, were published; within a transaction."""
        query = sa.select(_entries.c.seq).where(
            _entries.c.event == "published",
            _entries.c.store == entry.store,
            _entries.c.item == entry.item,
            _entries.c.source_digest == entry.source_digest,
            _entries.c.output_digest == entry.output_digest,
        )
        return connection.execute(query.limit(1)).first() is not None

    def entries(self, run: str | None = None) -> Iterator[Recorded]:
        """All entries, or those of one run, in the order of the chain; read in parts, so memory stays small."""
        for row in self._rows(run):
            yield Recorded(**{name: row[name] for name in (*_FIELDS, "at", "seq")})

    def verify(self, progress: Callable[[int], None] | None = None) -> int:
        """Walk the whole chain; returns the number of entries. Raises `ChainError` (a `LedgerError`) at the first that
        is wrong. `progress` is told now and then how many are done.
        """
        return walk(self.database, progress).seq

    def close(self) -> None:
        """Give the connections back."""
        self.database.engine.dispose()

    def _rows(self, run: str | None) -> Iterator[dict[str, Any]]:
        after: int | None = None
        while True:
            query = sa.select(_entries).order_by(_entries.c.seq).limit(_PART)
            if after is not None:
                query = query.where(_entries.c.seq > after)
            if run is not None:
                query = query.where(_entries.c.run == run)
            part = self._part(query)
            yield from part
            if len(part) < _PART:
                return
            after = int(part[-1]["seq"])

    def _part(self, query: sa.Select[Any]) -> list[dict[str, Any]]:
        return self.database.read(lambda c: [dict(record) for record in c.execute(query).mappings()])
