"""Offers: what a walk has found is compared with what the queue remembers; what is new or changed waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from redactor.leases import Moment, Wanted, asked, reopen_bundles, waiting
from redactor.rows import FOUND, HELD, Change, Found, Offer, Record, passing, queue, row_of

_BLANK: Record = {
    "token": 0,
    "done_token": 0,
    "holder": "",
    "source_digest": "",
    "output_digest": "",
    "output_policy": "",
    "output_stamps": "{}",
    "knew": "[]",
    "pending": "",
    "pending_source": "",
    "pending_policy": "",
    "categories": "",
    "marks": "",
}
"""What a row holds that was never claimed."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks."""

    run: str
    policy_digest: str
    version: str


def offer(connection: sa.Connection, *, found: Sequence[Found], asking: Asking) -> list[Offer]:
    """One transaction's worth of offers, answered in their order."""
    by_place = {(one.store, one.item): one for one in found}
    moment = Moment.of(connection)
    records = _records(connection, list(by_place))
    changes = {place: _judge(records.get(place), one, asking, moment) for place, one in by_place.items()}
    moving = [place for place, change in changes.items() if change != "same"]
    if moving and connection.dialect.name != "sqlite":
        # Others may have changed these rows since: they are looked at again with their locks held.
        records |= _records(connection, moving, lock=True)
        changes |= {place: _judge(records.get(place), by_place[place], asking, moment) for place in moving}
    bundles = _stirred(by_place, records, changes, asking)
    for place, one in by_place.items():
        if (one.store, one.bundle) in bundles and changes[place] == "same" and records[place]["state"] == "committed":
            changes[place] = "again"
    written = {place: _columns(records.get(place), by_place[place], asking, changes[place]) for place in by_place}
    for (store, bundle), places in bundles.items():
        for place in places:
            if (by_place[place].store, by_place[place].bundle) == (store, bundle) and _is_held(records.get(place)):
                written[place] = {**written[place], "wanted": _wanted(by_place[place], asking, always=True).text()}
    _write(connection, records, written)
    ours = {int(records[place]["id"]) for place in by_place if place in records}
    news = _insert(connection, [columns for place, columns in written.items() if place not in records])
    records |= {(str(record["store"]), str(record["item"])): record for record in news}
    ours |= {int(record["id"]) for record in news}
    reopen_bundles(connection, set(bundles), run=asking.run, policy_digest=asking.policy_digest, besides=ours)
    after = {place: {**records[place], **written[place]} for place in by_place}
    return [Offer(row_of(after[(one.store, one.item)]), changes[(one.store, one.item)]) for one in found]


def _judge(record: Record | None, one: Found, asking: Asking, moment: Moment) -> Change:
    if record is None:
        return "new"
    state = record["state"]
    if state in HELD:
        return "busy" if moment.holds(record) else "again"
    alike = record["stamp"] == one.stamp and record["policy_digest"] == asking.policy_digest
    if state == "committed" and alike and record["outputs"] == one.outputs and record["bundle"] == one.bundle:
        return "same"
    if state in {"refused", "quarantined"} and alike and record["version"] == asking.version:
        return "again" if passing(state, record["code"], record["reason"]) else "same"
    return "again"


def _stirred(
    by_place: Mapping[tuple[str, str], Found],
    records: Mapping[tuple[str, str], Record],
    changes: Mapping[tuple[str, str], Change],
    asking: Asking,
) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Bundles with a member that is new or changed, each with its members of this offer."""
    stirred = {
        (one.store, one.bundle)
        for place, one in by_place.items()
        if changes[place] == "new" or (changes[place] == "again" and _moves(records[place], one, asking))
    }
    members: dict[tuple[str, str], list[tuple[str, str]]] = {bundle: [] for bundle in stirred}
    for place, one in by_place.items():
        if (one.store, one.bundle) in members:
            members[(one.store, one.bundle)].append(place)
    # A bundle of one that is new has nobody to wake.
    alone = {(one.store, one.bundle) for one in by_place.values() if one.bundle == one.item}
    return {bundle: places for bundle, places in members.items() if len(places) > 1 or bundle not in alone}


def _moves(record: Record, one: Found, asking: Asking) -> bool:
    """True when an item that waits again had ended, or is held by the dead and has changed."""
    if record["state"] in HELD:
        before = (record["stamp"], record["policy_digest"], record["bundle"])
        return before != (one.stamp, asking.policy_digest, one.bundle)
    return bool(record["state"] != "discovered")


def _is_held(record: Record | None) -> bool:
    return record is not None and record["state"] in HELD


def _columns(record: Record | None, one: Found, asking: Asking, change: Change) -> dict[str, Any]:
    """What is written of one row; empty when nothing is."""
    columns = waiting(asked(one), asking.run, asking.policy_digest, asking.version)
    if record is None:
        return {**_BLANK, "seen_at": columns["at"], **columns}
    if record["state"] in HELD:
        # Whoever holds it may still end it, under its token and its policy: what is wanted is only remembered.
        before = Wanted.of(record)
        wanted = {"wanted": _wanted(one, asking, always=before is not None and before.always).text()}
        return wanted if change == "busy" else {**wanted, "run": asking.run}
    if change == "same":
        # Free of charge unless something that changes no output was told otherwise.
        told = {name: getattr(one, name) for name in FOUND if record[name] != getattr(one, name)}
        return {**told, **{name: columns[name] for name in ("urgency", "lane")}} if told else {}
    if record["state"] == "discovered" and record["stamp"] == one.stamp:
        del columns["at"]
        if record["policy_digest"] == asking.policy_digest and record["version"] == asking.version:
            columns |= {name: record[name] for name in ("attempts", "crashes")}
    return {name: value for name, value in columns.items() if record[name] != value}


def _wanted(one: Found, asking: Asking, *, always: bool = False) -> Wanted:
    return Wanted(asked(one), asking.run, asking.policy_digest, asking.version, always)


def _records(
    connection: sa.Connection, places: Sequence[tuple[str, str]], *, lock: bool = False
) -> dict[tuple[str, str], Record]:
    records: dict[tuple[str, str], Record] = {}
    for store in sorted({store for store, _ in places}):
        items = [item for of, item in places if of == store]
        query = sa.select(queue).where(queue.c.store == store, queue.c.item.in_(items))
        if lock:
            query = query.order_by(queue.c.id).with_for_update()
        for record in connection.execute(query).mappings():
            records[(str(record["store"]), str(record["item"]))] = dict(record)
    return records


def _write(
    connection: sa.Connection,
    records: Mapping[tuple[str, str], Record],
    written: Mapping[tuple[str, str], Mapping[str, Any]],
) -> None:
    """Rows that change in the same columns are written in one statement."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for place, columns in written.items():
        if columns and place in records:
            names = tuple(sorted(columns))
            values = {f"to_{name}": columns[name] for name in names}
            alike.setdefault(names, []).append({"row_id": records[place]["id"], **values})
    for names, rows in alike.items():
        statement = sa.update(queue).where(queue.c.id == sa.bindparam("row_id"))
        connection.execute(statement.values({name: sa.bindparam(f"to_{name}") for name in names}), rows)


def _insert(connection: sa.Connection, news: Sequence[Mapping[str, Any]]) -> list[Record]:
    if not news:
        return []
    # Another coordinator may have found them at this moment: the unique place makes this fail as a whole, and the
    # offer is made again (`Queue.offer`).
    statement = sa.insert(queue).returning(queue)
    return [dict(record) for record in connection.execute(statement, [dict(one) for one in news]).mappings()]
