"""The ledger: an append-only, hash-chained audit trail in SQLite (default) or PostgreSQL, through SQLAlchemy.

Each entry's hash covers its content and the hash before it, so a changed, removed or reordered entry breaks the chain.
Nothing here can hold personal data: items are named by a digest and a label that was cleaned before it came here.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from redactor.errors import LedgerError

GENESIS = "0" * 64
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
    sa.Index("by_content", "item", "source_digest", "policy_digest"),
)
_SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER IF NOT EXISTS no_{verb.lower()} BEFORE {verb} ON entries "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for verb in ("UPDATE", "DELETE")
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


class Ledger:
    """An open ledger. Safe to share between threads; every method raises `LedgerError` when the database fails."""

    def __init__(self, url: str) -> None:
        # One at a time: SQLite lets many writers wait by chance, not in turn, and the pool of connections is small.
        self._turn = threading.Lock()
        try:
            parsed = sa.make_url(url)
            if parsed.get_backend_name() == "sqlite" and parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self._engine = sa.create_engine(parsed, connect_args=_connect_args(parsed))
            if self._engine.dialect.name == "sqlite":
                _own_transactions(self._engine)
            self._create()
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise LedgerError(f"cannot open the ledger: {_why(error)}; check [ledger] url and its folder") from error

    def append(self, entry: Entry) -> str:
        """Add one entry at the end of the chain; returns its hash. Durable when it returns."""
        try:
            with self._turn, self._engine.begin() as connection:
                self._lock(connection)
                last = connection.execute(
                    sa.select(_entries.c.seq, _entries.c.hash).order_by(_entries.c.seq.desc()).limit(1)
                ).first()
                row: dict[str, Any] = asdict(entry)
                row["at"] = datetime.now(UTC).isoformat(timespec="milliseconds")
                row["seq"] = (last.seq if last else 0) + 1
                row["prev_hash"] = last.hash if last else GENESIS
                row["hash"] = chain_hash(row)
                connection.execute(_entries.insert().values(**row))
                return str(row["hash"])
        except SQLAlchemyError as error:
            raise LedgerError(f"cannot write the ledger: {_why(error)}; nothing was published") from error

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
        try:
            with self._turn, self._engine.connect() as connection:
                found = connection.execute(query).first()
        except SQLAlchemyError as error:
            raise LedgerError(f"cannot read the ledger: {_why(error)}") from error
        return None if found is None else (str(found.output_digest), json.loads(found.detail))

    def knows(self, output_digest: str) -> bool:
        """True when an output with these bytes was published before."""
        query = sa.select(sa.func.count()).where(_entries.c.output_digest == output_digest)
        try:
            with self._turn, self._engine.connect() as connection:
                return bool(connection.execute(query).scalar())
        except SQLAlchemyError as error:
            raise LedgerError(f"cannot read the ledger: {_why(error)}") from error

    def verify(self) -> int:
        """Walk the whole chain; returns the number of entries. Raises `LedgerError` at the first one that is wrong."""
        previous, count = GENESIS, 0
        try:
            with self._turn, self._engine.connect() as connection:
                for record in connection.execute(sa.select(_entries).order_by(_entries.c.seq)).mappings():
                    row = dict(record)
                    count += 1
                    if row["seq"] != count or row["prev_hash"] != previous or row["hash"] != chain_hash(row):
                        raise LedgerError(f"the chain is broken at entry {count}", reason="CHAIN_BROKEN")
                    previous = str(row["hash"])
        except SQLAlchemyError as error:
            raise LedgerError(f"cannot read the ledger: {_why(error)}") from error
        return count

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _create(self) -> None:
        with self._engine.begin() as connection:
            self._lock(connection)
            _metadata.create_all(connection)
            if self._engine.dialect.name == "sqlite":
                for guard in _SQLITE_GUARDS:
                    connection.execute(sa.text(guard))

    def _lock(self, connection: sa.Connection) -> None:
        if self._engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})


def chain_hash(row: dict[str, Any]) -> str:
    """SHA-256 over the previous hash and the canonical JSON (sorted keys, no blanks) of all other columns."""
    body = {key: value for key, value in row.items() if key not in {"hash", "prev_hash"}}
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{row['prev_hash']}{canonical}".encode()).hexdigest()


def _connect_args(url: sa.URL) -> dict[str, Any]:
    return {"timeout": 60} if url.get_backend_name() == "sqlite" else {}


def _own_transactions(engine: sa.Engine) -> None:
    """SQLite: BEGIN IMMEDIATE for every transaction, full durability, and no WAL (it breaks on network shares)."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous=FULL")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _why(error: Exception) -> str:
    origin = getattr(error, "orig", None) or error
    return str(origin).splitlines()[0][:200] if str(origin) else type(origin).__name__
