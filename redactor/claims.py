"""Claims: which bundle is next for a claimant. Rows wait in lanes (one store, client, kind and policy); lanes are few.

So a claim looks at the first row of each lane, however many wait behind it, and never walks over rows that it may not
take: those of a client at its limit, of another kind, or wanted under a policy that a later run brought.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from redactor.leases import Moment, Wanted, asked, change, live_at, now
from redactor.rows import Record, lane_of, queue, runs

_LANES = """{name}(lane) AS (
    SELECT min(lane) FROM queue WHERE state = 'discovered' {where}
    UNION ALL
    SELECT (SELECT min(q.lane) FROM queue q WHERE q.state = 'discovered' {where} AND q.lane > {name}.lane)
    FROM {name} WHERE {name}.lane IS NOT NULL)"""
_FIRST = """ FROM queue h WHERE h.state = 'discovered' AND h.lane = {name}.lane {where} AND NOT EXISTS (
        SELECT 1 FROM queue b WHERE b.store = h.store AND b.bundle = h.bundle
        AND b.ticket IS NOT NULL AND b.lease_boot = :boot AND b.lease_until > {now})
    ORDER BY h.attempts, h.urgency, h.id LIMIT 1"""
_PART = "SELECT '{name}' AS part, {now} AS s, q.lane, {columns} FROM {name}"
_HEADS = {
    True: _PART + " JOIN queue q ON q.id = (SELECT h.id {first})",
    # Joined by its id, PostgreSQL may read the whole table for it.
    False: _PART + " CROSS JOIN LATERAL (SELECT h.* {first}) q",
}
_LOOK = """WITH RECURSIVE {lanes}, {own_lanes}
{heads} UNION ALL {own_heads} UNION ALL
SELECT 'over', {now}, q.lane, {columns} FROM queue q
WHERE q.ticket IS NOT NULL AND NOT (q.lease_boot = :boot AND q.lease_until > {now})
UNION ALL
SELECT DISTINCT 'foreign', {now}, '', 0, 0, 0, '', '', '', '', '', policy_digest, '' FROM runs
WHERE no > (SELECT no FROM runs WHERE run = :run) AND policy_digest <> :policy"""
_COLUMNS = ("attempts", "urgency", "id", "store", "bundle", "run", "client", "kind", "policy_digest", "wanted")


def _look(now: str, *, sqlite: bool) -> sa.TextClause:
    """All that a claim must see, in one question: heads of all lanes and of the run's, ended leases, later policies."""
    columns, own = ", ".join(f"q.{name}" for name in _COLUMNS), "AND run = :run"

    def head(name: str, where: str) -> str:
        first = _FIRST.format(name=name, where=where, now=now)
        return _HEADS[sqlite].format(name=name, now=now, columns=columns, first=first)

    return sa.text(
        _LOOK.format(
            lanes=_LANES.format(name="lanes", where=""),
            own_lanes=_LANES.format(name="own", where=own),
            heads=head("lanes", ""),
            own_heads=head("own", own),
            now=now,
            columns=columns,
        )
    )


# Statements are made once: to put them together takes longer than to run them.
_LOOKS = {
    True: _look(":s", sqlite=True),
    False: _look("extract(epoch FROM clock_timestamp())::double precision", sqlite=False),
}
_DISCOVERED: sa.ColumnElement[str] = sa.literal_column("'discovered'")
"""Not a bound value, or SQLite would not see that its partial indices serve."""
CLAIMS_KEY = 0x7265646163746C73
"""PostgreSQL advisory lock of claims that count a client's leases: two at once would both see room for one more."""

_sibling = queue.alias("sibling")
_held = sa.exists().where(_sibling.c.store == queue.c.store, _sibling.c.bundle == queue.c.bundle, live_at(_sibling))
_HEAD = (
    sa.select(queue)
    .where(queue.c.state == _DISCOVERED, queue.c.lane == sa.bindparam("lane"), ~_held)
    .order_by(queue.c.attempts, queue.c.urgency, queue.c.id)
    .limit(1)
)
_HEAD_OF_RUN = _HEAD.where(queue.c.run == sa.bindparam("run"))
_all = queue.alias("of_bundle")
_members = sa.select(
    queue,
    # How many there are: fewer locked ones mean that somebody else holds some.
    sa.select(sa.func.count())
    .select_from(_all)
    .where(_all.c.store == queue.c.store, _all.c.bundle == queue.c.bundle)
    .scalar_subquery()
    .label("members"),
).order_by(queue.c.id)
_MEMBERS = _members.where(
    queue.c.store == sa.bindparam("store"), queue.c.bundle == sa.bindparam("bundle")
).with_for_update(skip_locked=True, of=queue)
_own = sa.select(runs.c.no).where(runs.c.run == sa.bindparam("run")).scalar_subquery()
_FOREIGN = (
    sa.select(runs.c.policy_digest).where(runs.c.no > _own, runs.c.policy_digest != sa.bindparam("policy")).distinct()
)


def _next_of(head: sa.Select[Any]) -> sa.Select[Any]:
    """All rows of the bundle of the first row of a lane that nobody has locked; locked."""
    first = head.with_for_update(skip_locked=True, of=queue).subquery().c
    # A table expression is what PostgreSQL does not put into the statement around it.
    chosen = sa.select(first.store, first.bundle).cte("chosen")
    of_it = sa.and_(queue.c.store == chosen.c.store, queue.c.bundle == chosen.c.bundle)
    return _members.join_from(queue, chosen, of_it).with_for_update(skip_locked=True, of=queue)


_NEXT, _NEXT_OF_RUN = _next_of(_HEAD), _next_of(_HEAD_OF_RUN)


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


@dataclass(frozen=True, slots=True)
class _View:
    """What a claim sees of the queue."""

    moment: Moment
    foreign: frozenset[str]
    heads: Mapping[tuple[str, bool], Record]
    """By lane; True: the first of those that this run asked for."""
    over: Sequence[Record]
    """Rows whose lease has ended."""


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


def take(
    connection: sa.Connection, claimant: Claimant, *, limits: Mapping[str, int] | None, ticket: str, lease_s: float
) -> Sequence[Record]:
    """The rows of the next bundle, now held under `ticket`; none when there is nothing to take."""
    view = _seen(connection, claimant)
    if view is None:
        return []
    moment = view.moment
    claimant = replace(claimant, foreign=view.foreign, full=full(connection, limits, moment) if limits else frozenset())
    heads = {lane: head for lane, head in view.heads.items() if _open(claimant, *lane)}
    over = [record for record in view.over if claimant.asked_for(record) and claimant.may(*_lane(record))]
    passed: set[tuple[str, str]] = set()
    while heads or over:
        best: list[tuple[Record, tuple[str, bool] | None]] = [(record, None) for record in over]
        best += [(head, lane) for lane, head in heads.items()]
        first, lane = min(best, key=lambda one: (one[0]["attempts"], one[0]["urgency"], one[0]["id"]))
        bundle = _bundle(connection, claimant, first, lane, moment, passed)
        if bundle and (rows := _free(bundle, claimant, moment)):
            return [_hold(connection, claimant, record, moment.lease(lease_s), ticket) for record in rows]
        first = bundle[0] if bundle else first
        passed.add((str(first["store"]), str(first["bundle"])))
        over = [record for record in over if (record["store"], record["bundle"]) not in passed]
        if lane is not None:
            del heads[lane]
            if bundle and (head := _head(connection, claimant, lane, moment, passed)) is not None:
                heads[lane] = head
    return []


def _seen(connection: sa.Connection, claimant: Claimant) -> _View | None:
    sqlite = connection.dialect.name == "sqlite"
    # Elsewhere the server's clock, which the question itself asks.
    moment = Moment.of(connection) if sqlite else Moment("", 0.0)
    values: dict[str, Any] = {"run": claimant.run, "policy": claimant.policy_digest, "boot": moment.boot}
    if sqlite:
        values["s"] = moment.s
    rows = connection.execute(_LOOKS[sqlite], values).mappings().all()
    if not rows:
        return None
    parts: dict[str, list[Record]] = {"lanes": [], "own": [], "over": [], "foreign": []}
    for row in rows:
        parts[row["part"]].append(row)
    heads = {(str(row["lane"]), part == "own"): row for part in ("lanes", "own") for row in parts[part]}
    later = frozenset(str(row["policy_digest"]) for row in parts["foreign"])
    return _View(Moment(moment.boot, float(rows[0]["s"])), later, heads, parts["over"])


def _open(claimant: Claimant, lane: str, own: bool) -> bool:
    """True when rows of the lane (`own`: those of its run) may be taken: of whole stores any, of others its own."""
    store, *rest = json.loads(lane)
    return store not in claimant.without and (store in claimant.whole) is not own and claimant.may(*rest)


def _lane(record: Record) -> tuple[str, str, str]:
    wanted = Wanted.of(record)
    found = wanted.found if wanted else record
    policy = wanted.policy_digest if wanted else record["policy_digest"]
    return str(found["client"]), str(found["kind"]), str(policy)


def _head(
    connection: sa.Connection, claimant: Claimant, lane: tuple[str, bool], moment: Moment, passed: set[tuple[str, str]]
) -> Record | None:
    query = (_HEAD_OF_RUN if lane[1] else _HEAD).where(queue.c.bundle.not_in([bundle for _, bundle in passed]))
    return connection.execute(query, _values(claimant, lane, moment)).mappings().first()


def _values(claimant: Claimant, lane: tuple[str, bool], moment: Moment) -> dict[str, Any]:
    run = {"run": claimant.run} if lane[1] else {}
    return {"lane": lane[0], "boot": moment.boot, "s": moment.s, **run}


def _bundle(
    connection: sa.Connection,
    claimant: Claimant,
    first: Record,
    lane: tuple[str, bool] | None,
    moment: Moment,
    passed: set[tuple[str, str]],
) -> Sequence[Record]:
    """The rows of the next bundle that nobody else has locked, locked."""
    if lane is None or connection.dialect.name == "sqlite":
        query, values = _MEMBERS, {"store": first["store"], "bundle": first["bundle"]}
    else:
        # Whoever looks at this lane at the same time gets the bundle behind it.
        values = _values(claimant, lane, moment)
        query = _NEXT_OF_RUN if lane[1] else _NEXT
        if passed:
            head = _HEAD_OF_RUN if lane[1] else _HEAD
            query = _next_of(head.where(queue.c.bundle.not_in([bundle for _, bundle in passed])))
    return connection.execute(query, values).mappings().all()


def _free(bundle: Sequence[Record], claimant: Claimant, moment: Moment) -> Sequence[Record]:
    """All rows of the bundle that may be taken; none when somebody holds or locks one of them."""
    if bundle[0]["members"] != len(bundle) or any(moment.holds(record) for record in bundle):
        return []
    return [r for r in bundle if (r["state"] == "discovered" or r["ticket"]) and claimant.asked_for(r)]


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
