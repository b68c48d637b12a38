"""The rows of the queue: what a walk says of an item, what the ledger remembers of it, and the tables that hold it.

Nothing here can hold a name of an original or a text: items are named by a digest of their place and a cleaned label.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa

State = Literal[
    "discovered", "claimed", "written", "verified", "committed", "disposed", "refused", "quarantined", "gone"
]
HELD: tuple[State, ...] = ("claimed", "written", "verified")
"""States of a row that a claimant holds, or held until its lease ended."""
Change = Literal["new", "again", "same", "busy"]
Record: TypeAlias = Mapping[Any, Any]
"""A row of a table, by column name."""
PASSING = frozenset(
    {"OUTPUT_FULL", "OUTPUT_NOT_WRITABLE", "OUTPUT_FAILED", "OUTPUT_EXISTS", "OUTPUT_TAKEN", "NO_ACCESS", "CHANGED"}
    | {"BUSY", "MODELS", "MISSING_ENGINE", "KEYS_UNUSABLE"}
)
"""Reasons that may be gone the next time, whatever the item: it is tried again. So are all that begin with `STORE_`."""
_PASSING_CODES = frozenset({1, 3, 5})
"""An internal error, a missing engine and a failed engine say little of the item either (errors.ExitCode)."""

metadata = sa.MetaData()
queue = sa.Table(
    "queue",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("store", sa.String(200), nullable=False),
    sa.Column("item", sa.String(64), nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("bundle", sa.String(64), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("stamp", sa.Text, nullable=False),
    sa.Column("outputs", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("token", sa.Integer, nullable=False),
    sa.Column("run", sa.String(40), nullable=False),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("crashes", sa.Integer, nullable=False),
    sa.Column("source_digest", sa.String(64), nullable=False),
    sa.Column("policy_digest", sa.String(64), nullable=False),
    sa.Column("version", sa.String(40), nullable=False),
    sa.Column("output_digest", sa.String(64), nullable=False),
    sa.Column("output_policy", sa.String(64), nullable=False),
    sa.Column("output_stamps", sa.Text, nullable=False),
    sa.Column("knew", sa.Text, nullable=False),
    sa.Column("pending", sa.Text, nullable=False),
    sa.Column("pending_source", sa.String(64), nullable=False),
    sa.Column("pending_policy", sa.String(64), nullable=False),
    sa.Column("code", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(60), nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("terms", sa.Text, nullable=False, server_default=""),
    sa.Column("categories", sa.Text, nullable=False, server_default=""),
    sa.Column("marks", sa.Text, nullable=False, server_default=""),
    sa.Column("seen_at", sa.String(40), nullable=False, server_default=""),
    # What no reader of a row needs: the order and place in the queue, the token of the last end, and the lease.
    sa.Column("urgency", sa.Integer, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("wanted", sa.Text, nullable=False),
    sa.Column("done_token", sa.Integer, nullable=False),
    sa.Column("ticket", sa.String(32), nullable=True),
    sa.Column("lease_boot", sa.String(40), nullable=False),
    sa.Column("lease_until", sa.Float(53), nullable=False),
    sa.UniqueConstraint("store", "item", name="queue_place"),
    sqlite_autoincrement=True,
)
_DISCOVERED = sa.text("state = 'discovered'")
_TICKET = sa.text("ticket IS NOT NULL")
for _index, _where in (
    (sa.Index("queue_next", queue.c.lane, queue.c.attempts, queue.c.urgency, queue.c.id), _DISCOVERED),
    (sa.Index("queue_run", queue.c.run, queue.c.lane, queue.c.attempts, queue.c.urgency, queue.c.id), _DISCOVERED),
    (sa.Index("queue_held", queue.c.ticket), _TICKET),
    (sa.Index("queue_bundle", queue.c.store, queue.c.bundle), None),
    (sa.Index("queue_content", queue.c.store, queue.c.source_digest), None),
):
    if _where is not None:
        # Small indices: a row is in them only while it waits or is held, and a million finished rows cost nothing.
        _index.dialect_options["sqlite"]["where"] = _where
        _index.dialect_options["postgresql"]["where"] = _where
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("no", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("run", sa.String(40), nullable=False, unique=True),
    sa.Column("policy_digest", sa.String(64), nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("began", sa.String(40), nullable=False),
    sa.Column("ended", sa.String(40), nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk says of one item."""

    store: str
    item: str
    """SHA-256 (hex) of the item's relative place in its store."""
    label: str
    """Name of the item, free of personal data."""
    kind: str
    """`audio`, `image`, `video` or `text`; empty when it is not known."""
    client: str
    day: str
    """ISO date of the recording, or empty."""
    bundle: str
    """64 hex digits. Items of one store with one bundle are claimed together; alone: the item itself."""
    priority: int
    """Higher is claimed first."""
    size: int
    """Bytes."""
    stamp: str
    """Changes when the content may have changed."""
    outputs: str
    """JSON: the planned public places of the outputs."""
    terms: str = field(default="", kw_only=True)
    """JSON: what manifests say of retention (`contract_end`, `case_closed`: ISO dates, `purpose`); empty: nothing."""


@dataclass(frozen=True, slots=True)
class Row(Found):
    """All that the queue remembers of one item."""

    id: int
    state: State
    token: int
    """Number of the last claim of this item; only grows."""
    run: str
    """The run that last asked for it; while it is held, the one that holds it."""
    holder: str
    """The process that holds or last held it, see `holders.Holder`."""
    attempts: int
    """Claims since it was last finished or handed back: more than one means that a claimant died on it."""
    crashes: int
    """How often a child process died or hung on this content."""
    source_digest: str
    """SHA-256 (hex) of the original that the committed outputs were made of; empty before the first commit."""
    policy_digest: str
    """The policy it is, or is to be, worked on under."""
    version: str
    """The program's version when it was last asked for."""
    output_digest: str
    """SHA-256 (hex) of the committed outputs. Kept when the item is done again, until the next commit."""
    output_policy: str
    """The policy that the committed outputs were made under."""
    output_stamps: str
    """JSON: stamps of the committed outputs."""
    knew: str
    """JSON list: source digests of the other items whose names were looked for in it."""
    pending: str
    """JSON: outputs that a claimant wrote and may have put into place, without a commit so far. Empty: none."""
    pending_source: str
    """SHA-256 (hex) of the original that the pending outputs were made of."""
    pending_policy: str
    """The policy that the pending outputs were made under."""
    code: int
    """Exit code of its last end (errors.ExitCode)."""
    reason: str
    """Upper-case constant of its last end; empty when committed."""
    message: str
    """What is wrong and what to do next."""
    at: str
    """UTC time of the last change of its state, ISO 8601."""
    categories: str = field(default="", kw_only=True)
    """JSON: personal data in the original, values per entity type, as its last commit found them."""
    marks: str = field(default="", kw_only=True)
    """JSON list of marks, see `kept`."""
    seen_at: str = field(default="", kw_only=True)
    """UTC time of its first discovery, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one claimant holds: all rows of one bundle, each under its own token (`row.token`)."""

    rows: tuple[Row, ...]
    holder: str
    run: str

    def row(self, id: int) -> Row:
        """One of its rows."""
        return next(row for row in self.rows if row.id == id)

    def token(self, id: int) -> int:
        """The token of one of its rows."""
        return self.row(id).token


@dataclass(frozen=True, slots=True)
class Committed:
    """What is noted of an item whose outputs are in place."""

    stamp: str
    """Of the content that was read."""
    output_digest: str
    output_stamps: str
    """JSON: place -> stamp and SHA-256 (hex) of each output."""
    knew: str
    """As `Row.knew`."""
    categories: str = ""
    """As `Row.categories`."""
    marks: str = ""
    """As `Row.marks`."""
    index: Sequence[Sequence[Any]] = ()
    """Kind, keyed hash (hex) and score of each row that the index of persons is to hold of it, in place of others."""

    def columns(self) -> dict[str, str]:
        """Those of the queue."""
        return {
            "output_digest": self.output_digest,
            "output_stamps": self.output_stamps,
            "knew": self.knew,
            "categories": self.categories,
            "marks": self.marks,
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """What became of an item that was offered."""

    row: Row
    change: Change
    """`new` or `again`: it waits for a claimant. `same`: nothing to do. `busy`: it is being worked on."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as it was noted when it began and ended."""

    run: str
    began: str
    """UTC, ISO 8601."""
    ended: str
    """UTC, ISO 8601; empty while it runs, or when it died."""
    summary: str
    """JSON, `{}` until it has ended."""


FOUND = tuple(one.name for one in fields(Found))
ROW = tuple(queue.c[one.name] for one in fields(Row))


def row_of(record: Record) -> Row:
    """A row from its columns (others in `record` are left out)."""
    return Row(**{column.name: record[column.name] for column in ROW})


def lane_of(store: str, client: str, kind: str, policy_digest: str) -> str:
    """What rows must share to wait in one line: claimants choose among few lanes, not among all rows."""
    return json.dumps([store, client, kind, policy_digest], ensure_ascii=False)


def passing(state: str, code: int, reason: str) -> bool:
    """True when an item that ended so is tried again though nothing has changed.

    What was quarantined killed a process, whatever its code says: it waits for a change or for `Queue.retry`.
    """
    if reason in PASSING or reason.startswith("STORE_"):
        return True
    return state == "refused" and code in _PASSING_CODES
