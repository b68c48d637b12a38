"""Leases: how long a claim stands, by a clock that nobody sets, and what a row becomes when it is waited for again."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from redactor.holders import boot_id
from redactor.rows import FOUND, HELD, Found, Record, lane_of, queue

_SERVER_S = sa.text("SELECT extract(epoch FROM clock_timestamp())::double precision")
_CHANGE = sa.update(queue).where(queue.c.id == sa.bindparam("row_id"))
FREE: Mapping[str, Any] = {"ticket": None, "lease_boot": "", "lease_until": 0.0}
"""The lease columns of a row that nobody holds."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, by the clock of leases."""

    boot: str
    """Boot that `s` counts from; empty where the database server's clock is taken."""
    s: float
    """Seconds."""

    @classmethod
    def of(cls, connection: sa.Connection) -> Moment:
        """SQLite: seconds since boot, asleep or not; a lease of another boot is over. PostgreSQL: its clock."""
        if connection.dialect.name == "sqlite":
            return cls(boot_id(), time.clock_gettime(time.CLOCK_BOOTTIME))
        return cls("", float(connection.execute(_SERVER_S).scalar_one()))

    def lease(self, lease_s: float) -> dict[str, Any]:
        """Columns of a lease that ends in `lease_s` seconds."""
        return {"lease_boot": self.boot, "lease_until": self.s + lease_s}

    def holds(self, record: Record) -> bool:
        """True when the row is held and its lease has not ended."""
        return bool(record["ticket"] and record["lease_boot"] == self.boot and record["lease_until"] > self.s)


def live_at(table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Condition on rows: they are held and their lease has not ended at the moment `boot`, `s`."""
    c = table.c
    return sa.and_(c.ticket.is_not(None), c.lease_boot == sa.bindparam("boot"), c.lease_until > sa.bindparam("s"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked of a row while it was held; its next claim, or its end, looks at it."""

    found: Mapping[str, Any]
    """Columns of `rows.Found`."""
    run: str
    policy_digest: str
    version: str
    always: bool = False
    """It must be done again whatever its stamp says: its bundle has changed."""

    @classmethod
    def of(cls, record: Record) -> Wanted | None:
        """What the row remembers, if anything."""
        return cls(**json.loads(record["wanted"])) if record["wanted"] else None

    def text(self) -> str:
        """JSON, for the row."""
        names = ("found", "run", "policy_digest", "version", "always")
        return json.dumps({name: getattr(self, name) for name in names}, ensure_ascii=False)

    def differs(self, record: Record, stamp: str) -> bool:
        """True when the work that ends now, on content of that stamp, is not what is wanted."""
        found = self.found
        return (
            self.always
            or found["stamp"] != stamp
            or self.policy_digest != record["policy_digest"]
            or found["outputs"] != record["outputs"]
            or found["bundle"] != record["bundle"]
        )

    def columns(self) -> dict[str, Any]:
        """The row's columns when it waits for what is wanted."""
        return waiting(self.found, self.run, self.policy_digest, self.version)


def asked(found: Found | Record) -> dict[str, Any]:
    """The columns of `Found` as a dictionary, from an object or from a row."""
    if isinstance(found, Found):
        return {name: getattr(found, name) for name in FOUND}
    return {name: found[name] for name in FOUND}


def waiting(found: Record, run: str, policy_digest: str, version: str) -> dict[str, Any]:
    """Columns of a row that waits for a claimant, for the first time or again: its counts begin anew."""
    return {
        **asked(found),
        **FREE,
        "state": "discovered",
        "run": run,
        "policy_digest": policy_digest,
        "version": version,
        "attempts": 0,
        "crashes": 0,
        "code": 0,
        "reason": "",
        "message": "",
        "at": now(),
        "urgency": -int(found["priority"]),
        "lane": lane_of(found["store"], found["client"], found["kind"], policy_digest),
        "wanted": "",
    }


def reopen_bundles(
    connection: sa.Connection, bundles: set[tuple[str, str]], *, run: str, policy_digest: str | None, besides: set[int]
) -> None:
    """Committed rows of these bundles wait again; held ones will when they end. `policy_digest` None: each its own."""
    for store, bundle in sorted(bundles):
        of_bundle = (queue.c.store == store, queue.c.bundle == bundle)
        states = queue.c.state.in_(("committed", *HELD))
        query = sa.select(queue).where(*of_bundle, states).order_by(queue.c.id).with_for_update()
        for record in connection.execute(query).mappings().all():
            if record["id"] in besides:
                continue
            policy = policy_digest or record["policy_digest"]
            if record["state"] == "committed":
                change(connection, record["id"], waiting(record, run, policy, record["version"]))
            else:
                before = Wanted.of(record) or Wanted(asked(record), run, policy, record["version"])
                wanted = Wanted(before.found, before.run, before.policy_digest, before.version, always=True)
                change(connection, record["id"], {"wanted": wanted.text()})


def change(connection: sa.Connection, id: int, columns: Mapping[str, Any]) -> None:
    """Write some columns of one row."""
    connection.execute(_CHANGE, {"row_id": id, **columns})


def now() -> str:
    """UTC, ISO 8601, for people: no decision hangs on it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
