"""Claims: which bundle is next for a claimant. Rows wait in lanes (one store, client, kind and policy); lanes are few.

So a claim looks at the first row of each lane, however many wait behind it, and never walks over rows that it may not
take: those of a client at its limit, of another kind, or wanted under a policy that a later run brought.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from redactor.leases import Moment, Wanted, asked, change, live_at, now
from redactor.rows import Record, lane_of, queue, runs

_LANES = """
WITH RECURSIVE lanes(lane) AS (
    SELECT min(lane) FROM queue WHERE state = 'discovered' {where}
    UNION ALL
    SELECT (SELECT min(q.lane) FROM queue q WHERE q.state = 'discovered' {where} AND q.lane > lanes.lane)
    FROM lanes WHERE lanes.lane IS NOT NULL)
SELECT lane FROM lanes WHERE lane IS NOT NULL"""
_ALL = sa.text(_LANES.format(where=""))
_OF_RUN = sa.text(_LANES.format(where="AND run = :run"))
_DISCOVERED: sa.ColumnElement[str] = sa.literal_column("'discovered'")
"""Not a bound value, or SQLite would not see that its partial indices serve."""
CLAIMS_KEY = 0x7265646163746C73
"""PostgreSQL advisory lock of claims that count a client's leases: two at once would both see room for one more."""

_sibling = queue.alias("sibling")
_held = sa.exists().where(_sibling.c.store == queue.c.store, _sibling.c.bundle == queue.c.bundle, live_at(_sibling))
# Statements are made once: to put them together takes longer than to run them.
_HEAD = (
    sa.select(queue)
    .where(queue.c.state == _DISCOVERED, queue.c.lane == sa.bindparam("lane"), ~_held)
    .order_by(queue.c.attempts, queue.c.urgency, queue.c.id)
    .limit(1)
)
_HEAD_OF_RUN = _HEAD.where(queue.c.run == sa.bindparam("run"))
_OVER = sa.select(queue).where(queue.c.ticket.is_not(None), ~live_at(queue))
_of_bundle = (queue.c.store == sa.bindparam("store"), queue.c.bundle == sa.bindparam("bundle"))
_MEMBERS = sa.select(queue).where(*_of_bundle).order_by(queue.c.id).with_for_update(skip_locked=True)
_COUNT = sa.select(sa.func.count()).select_from(queue).where(*_of_bundle)
_own = sa.select(runs.c.no).where(runs.c.run == sa.bindparam("run")).scalar_subquery()
_FOREIGN = (
    sa.select(runs.c.policy_digest).where(runs.c.no > _own, runs.c.policy_digest != sa.bindparam("policy")).distinct()
)


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims, and what it may take."""

    run: str
    holder: str
    whole: frozenset[str]
    """Stores of which any row may be taken; of others only those that this run asked for."""
    policy_digest: str
    kinds: frozenset[str] | None
    """None: any."""
    full: frozenset[str] = frozenset()
    """Clients at their limit."""
    foreign: frozenset[str] = frozenset()
    """Policies of later runs: what waits under them is theirs."""
    without: frozenset[str] = frozenset()
    """Stores of which nothing may be taken."""

    def may(self, client: str, kind: str, policy_digest: str) -> bool:
        """True when rows of that lane may be taken."""
        return (
            client not in self.full
            and (self.kinds is None or kind in self.kinds)
            and (policy_digest == self.policy_digest or policy_digest not in self.foreign)
        )

    def asked_for(self, record: Record) -> bool:
        """True when the row is of a whole store, or of this run."""
        wanted = Wanted.of(record)
        if record["store"] in self.without:
            return False
        return record["store"] in self.whole or self.run in {record["run"], wanted.run if wanted else ""}


def foreign(connection: sa.Connection, run: str, policy_digest: str) -> frozenset[str]:
    """Other policies that runs later than this one brought; none when this run was not begun."""
    return frozenset(connection.execute(_FOREIGN, {"run": run, "policy": policy_digest}).scalars())


def full(connection: sa.Connection, limits: Mapping[str, int], moment: Moment) -> frozenset[str]:
    """Clients with as many bundles under live leases as `limits` allow them."""
    bundle = sa.func.count(sa.distinct(queue.c.store + "/" + queue.c.bundle))
    query = sa.select(queue.c.client, bundle).where(live_at(queue)).group_by(queue.c.client)
    held = {
        str(client): int(count) for client, count in connection.execute(query, {"boot": moment.boot, "s": moment.s})
    }
    named = set(held) | {client for client, limit in limits.items() if limit < 1}
    most = limits.get("*")
    return frozenset(c for c in named if (limit := limits.get(c, most)) is not None and held.get(c, 0) >= limit)


def lanes(connection: sa.Connection, claimant: Claimant) -> list[tuple[str, bool]]:
    """Lanes that the claimant may take from; True: only rows of its own run."""
    found = []
    for lane in connection.execute(_ALL).scalars():
        parts = json.loads(lane)
        if parts[0] in claimant.whole - claimant.without and claimant.may(*parts[1:]):
            found.append((str(lane), False))
    for lane in connection.execute(_OF_RUN, {"run": claimant.run}).scalars():
        parts = json.loads(lane)
        if parts[0] not in claimant.whole | claimant.without and claimant.may(*parts[1:]):
            found.append((str(lane), True))
    return found


def take(
    connection: sa.Connection, claimant: Claimant, *, moment: Moment, ticket: str, lease_s: float
) -> Sequence[Record]:
    """The rows of the next bundle, now held under `ticket`; none when there is nothing to take."""
    passed: set[tuple[str, str]] = set()
    for first in _firsts(connection, claimant, moment, passed):
        place = (str(first["store"]), str(first["bundle"]))
        if bundle := _bundle(connection, claimant, place, moment):
            return [_hold(connection, claimant, record, moment.lease(lease_s), ticket) for record in bundle]
        passed.add(place)
    return []


def _firsts(
    connection: sa.Connection, claimant: Claimant, moment: Moment, passed: set[tuple[str, str]]
) -> Iterator[Record]:
    """Rows that may be next, the best first; what the caller adds to `passed` does not come again."""
    open_lanes = lanes(connection, claimant)
    heads = {lane: _head(connection, claimant, lane, moment, passed) for lane in open_lanes}
    over = [r for r in _over(connection, moment) if claimant.asked_for(r) and claimant.may(*_lane(r))]
    while True:
        over = [record for record in over if (record["store"], record["bundle"]) not in passed]
        best: list[tuple[Record, tuple[str, bool] | None]] = [(record, None) for record in over]
        best += [(head, lane) for lane, head in heads.items() if head is not None]
        if not best:
            return
        first, lane = min(best, key=lambda one: (one[0]["attempts"], one[0]["urgency"], one[0]["id"]))
        if lane is None:
            yield first
            continue
        if connection.dialect.name != "sqlite":
            # Only now locked: whoever looks at this lane at the same time gets the row behind it.
            heads[lane] = locked = _head(connection, claimant, lane, moment, passed, lock=True)
            if locked is None:
                continue
            first = locked
        yield first
        heads[lane] = _head(connection, claimant, lane, moment, passed)


def _lane(record: Record) -> tuple[str, str, str]:
    wanted = Wanted.of(record)
    found = wanted.found if wanted else record
    policy = wanted.policy_digest if wanted else record["policy_digest"]
    return str(found["client"]), str(found["kind"]), str(policy)


def _head(
    connection: sa.Connection,
    claimant: Claimant,
    lane: tuple[str, bool],
    moment: Moment,
    passed: set[tuple[str, str]],
    *,
    lock: bool = False,
) -> Record | None:
    query = _HEAD_OF_RUN if lane[1] else _HEAD
    values = {"lane": lane[0], "run": claimant.run, "boot": moment.boot, "s": moment.s}
    if passed:
        query = query.where(queue.c.bundle.not_in([bundle for _, bundle in passed]))
    if lock:
        query = query.with_for_update(skip_locked=True, of=queue)
    return connection.execute(query, values).mappings().first()


def _over(connection: sa.Connection, moment: Moment) -> Sequence[Record]:
    """Rows whose lease has ended."""
    return connection.execute(_OVER, {"boot": moment.boot, "s": moment.s}).mappings().all()


def _bundle(connection: sa.Connection, claimant: Claimant, place: tuple[str, str], moment: Moment) -> Sequence[Record]:
    """All rows of the bundle that may be taken; none when somebody holds or locks one of them."""
    values = {"store": place[0], "bundle": place[1]}
    records = connection.execute(_MEMBERS, values).mappings().all()
    if connection.dialect.name != "sqlite":
        count = connection.execute(_COUNT, values).scalar_one()
        if count != len(records):
            return []
    if any(moment.holds(record) for record in records):
        return []
    return [r for r in records if (r["state"] == "discovered" or r["ticket"]) and claimant.asked_for(r)]


def _hold(connection: sa.Connection, claimant: Claimant, record: Record, lease: Record, ticket: str) -> Record:
    wanted = Wanted.of(record)
    found = wanted.found if wanted else asked(record)
    columns = {
        **found,
        **lease,
        "ticket": ticket,
        "state": "claimed",
        "token": record["token"] + 1,
        "run": claimant.run,
        "holder": claimant.holder,
        "attempts": record["attempts"] + 1,
        "policy_digest": claimant.policy_digest,
        "version": wanted.version if wanted else record["version"],
        "urgency": -int(found["priority"]),
        "lane": lane_of(found["store"], found["client"], found["kind"], claimant.policy_digest),
        "wanted": "",
        "at": now(),
    }
    change(connection, int(record["id"]), {name: value for name, value in columns.items() if record[name] != value})
    return {**record, **columns}
