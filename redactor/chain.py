"""The chain of the audit trail: how an entry is hashed, a quick walk over all of them, and what guards their table.

Nothing is believed here that the database says of itself: types, order, gaps, and what stands beside the entries.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

import sqlalchemy as sa

from redactor.database import Database
from redactor.errors import LedgerError

GENESIS = "0" * 64
HASHED = (
    "at", "code", "detail", "event", "item", "label", "output_digest", "policy_digest", "reason", "run", "seq",
    "source_digest", "store",
)  # fmt: skip
"""The columns that a hash covers, as the canonical JSON sorts them."""
COLUMNS = (*HASHED, "prev_hash", "hash")
_PART = 4000
"""Entries that are read at a time."""
_NO_TEXT = "could not decode to utf-8"
"""What SQLite says of bytes that are none."""
_entries = sa.table("entries", *(sa.column(name) for name in COLUMNS))
_TRIGGERS = {
    f"no_{verb.lower()}": f"CREATE TRIGGER no_{verb.lower()} BEFORE {verb} ON entries "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    for verb in ("UPDATE", "DELETE")
}
_BODY = "BEGIN RAISE EXCEPTION 'the ledger is append-only'; END"
_ALL_CHANGES = 2 + 8 + 16 + 32
"""PostgreSQL's `tgtype`: before, delete, update, truncate; for each statement."""


class ChainError(LedgerError):
    """An entry was changed, removed, put in or moved; `seq` is the first one that is wrong."""

    def __init__(self, message: str, *, seq: int = 0) -> None:
        super().__init__(message, reason="CHAIN_BROKEN")
        self.seq = seq


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of the chain; 0 and zeros when it is empty."""

    seq: int = 0
    hash: str = GENESIS


def chain_hash(row: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash and the canonical JSON (sorted keys, no blanks) of all other columns."""
    body = {key: value for key, value in row.items() if key not in {"hash", "prev_hash"}}
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{row['prev_hash']}{canonical}".encode()).hexdigest()


def walk(database: Database, progress: Callable[[int], None] | None = None) -> Tip:
    """Hash every entry again, in order; `progress` is told how many are done. Memory does not grow with their number.

    Raises `ChainError` at the first that was changed, removed, put in or moved; `LedgerError` when it cannot be read.
    """
    tip, after = Tip(), None
    while part := _readable(database, after, tip.seq + 1):
        tip = after = _follow(part, tip)
        if progress is not None:
            progress(tip.seq)
    _nothing_beside(database, tip.seq)
    return tip


def tip_of(database: Database) -> Tip:
    """The last entry as it stands; nothing is checked."""
    query = sa.select(_entries.c.seq, _entries.c.hash).order_by(_entries.c.seq.desc()).limit(1)
    last = database.read(lambda connection: connection.execute(query).first())
    return Tip() if last is None else Tip(int(last.seq), str(last.hash))


def hash_at(database: Database, seq: int) -> str | None:
    """The hash of one entry; None when there is none."""
    query = sa.select(_entries.c.hash).where(_entries.c.seq == seq)
    found = database.read(lambda connection: connection.execute(query).scalar())
    return None if found is None else str(found)


def unguarded(database: Database) -> list[str]:
    """What of the table is not as this program made it: triggers that keep it append-only, columns without a hash."""
    guards = database.read(_sqlite if database.sqlite else _postgresql)
    columns = {one["name"] for one in database.read(lambda connection: sa.inspect(connection).get_columns("entries"))}
    return guards + [f"a column that no hash covers: {name}" for name in sorted(columns - set(COLUMNS))]


def _follow(part: Sequence[Sequence[Any]], tip: Tip) -> Tip:
    """All of `part` follow `tip`, and each other. The string is that of `chain_hash`, put together by hand."""
    seq, previous, quote, sha256 = tip.seq, tip.hash, encode_basestring, hashlib.sha256
    for row in part:
        at, code, detail, event, item, label, output, policy, reason, run, own, source, store, before, told = row
        seq += 1
        if type(own) is not int or own != seq:
            raise _gap(own, seq)
        try:
            text = (
                f'{before}{{"at":{quote(at)},"code":{code},"detail":{quote(detail)},"event":{quote(event)},'
                f'"item":{quote(item)},"label":{quote(label)},"output_digest":{quote(output)},'
                f'"policy_digest":{quote(policy)},"reason":{quote(reason)},"run":{quote(run)},"seq":{own},'
                f'"source_digest":{quote(source)},"store":{quote(store)}}}'
            )
            digest = sha256(text.encode()).hexdigest()
        except (TypeError, UnicodeEncodeError):
            raise ChainError(f"the chain is broken at entry {seq}: a value has another type", seq=seq) from None
        if type(code) is not int or digest != told:
            raise ChainError(f"the chain is broken at entry {seq}: it was changed", seq=seq)
        if before != previous:
            message = f"the chain is broken at entry {seq}: it does not follow the one before, which was replaced"
            raise ChainError(message, seq=seq)
        previous = told
    return Tip(seq, previous)


def _gap(own: object, seq: int) -> ChainError:
    if type(own) is int and own > seq:
        return ChainError(f"the chain is broken at entry {seq}: it was removed (the next is {own})", seq=seq)
    return ChainError(f"the chain is broken at entry {seq}: another stands in its place, or was put in", seq=seq)


def _readable(database: Database, after: Tip | None, seq: int) -> Sequence[Sequence[Any]]:
    """The next part; less of it when an entry holds bytes that are no text, until that one is the next (`seq`)."""
    limit = _PART
    while True:
        try:
            return _part(database, after, limit)
        except LedgerError as error:
            if _NO_TEXT not in str(error).lower():
                raise
        if limit == 1:
            raise ChainError(f"the chain is broken at entry {seq}: it holds bytes that are no text", seq=seq)
        limit //= 2


def _part(database: Database, after: Tip | None, limit: int) -> Sequence[Sequence[Any]]:
    """Rows as the driver gives them: to make sense of them by name would take longer than all hashes."""
    query = sa.select(*(_entries.c[name] for name in COLUMNS)).order_by(_entries.c.seq).limit(limit)
    if after is not None:
        query = query.where(_entries.c.seq > after.seq)
    statement = str(query.compile(dialect=database.engine.dialect, compile_kwargs={"literal_binds": True}))
    return database.read(lambda connection: connection.exec_driver_sql(statement).fetchall())


def _nothing_beside(database: Database, seq: int) -> None:
    """In a table that took the place of ours numbers may be missing, or stand twice: the walk passes over them."""
    query = sa.select(sa.func.count()).where(sa.or_(_entries.c.seq.is_(None), _entries.c.seq <= seq))
    count = int(database.read(lambda connection: connection.execute(query.select_from(_entries)).scalar_one()))
    if count != seq:
        raise ChainError(f"the chain is broken: {count} entries stand up to entry {seq}", seq=min(count, seq))


def _sqlite(connection: sa.Connection) -> list[str]:
    query = sa.text("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'entries' AND type != 'index'")
    there = {(str(kind), str(name)): " ".join(str(sql).split()) for kind, name, sql in connection.execute(query)}
    wrong = [] if ("table", "entries") in there else ["entries is no table"]
    wrong += [f"trigger {name} is missing" for name, sql in _TRIGGERS.items() if there.get(("trigger", name)) != sql]
    return wrong + [
        f"trigger {n} is none of ours" for kind, n in sorted(there) if kind == "trigger" and n not in _TRIGGERS
    ]


def _postgresql(connection: sa.Connection) -> list[str]:
    query = sa.text(
        "SELECT t.tgname, t.tgenabled, t.tgtype, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgrelid = 'entries'::regclass AND NOT t.tgisinternal"
    )
    there: Iterator[tuple[Any, ...]] = (tuple(row) for row in connection.execute(query))
    found = {str(name): (_letter(on), int(kind), " ".join(body.split())) for name, on, kind, body in there}
    kind = connection.execute(sa.text("SELECT relkind FROM pg_class WHERE oid = 'entries'::regclass")).scalar()
    wrong = [] if _letter(kind) == "r" else ["entries is no table"]
    if found.pop("no_change", None) not in (("O", _ALL_CHANGES, _BODY), ("A", _ALL_CHANGES, _BODY)):
        wrong.append("trigger no_change is missing, changed or switched off")
    return wrong + [f"trigger {name} is none of ours" for name in sorted(found)]


def _letter(value: object) -> str:
    """PostgreSQL's type "char" comes as text or as bytes."""
    return value.decode() if isinstance(value, bytes) else str(value)
