"""The incident report: which items, with which categories, lay on a store between two days. What is unsure is counted.

Originals lie in the source of a store from their discovery, copies in its output from their publication, until the
audit trail tells that they went.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from redactor.errors import PolicyError
from redactor.kept import ENDED
from redactor.ledger import Ledger
from redactor.policy import Policy
from redactor.removals import counts_of, detail_of, entries, moments, records
from redactor.rows import Row, queue, row_of

Part = Literal["original", "copy"]
_PART = 500


@dataclass(frozen=True, slots=True)
class Lay:
    """A part of an item that lay there."""

    part: Part
    item: str
    label: str
    client: str
    kind: str
    since: str
    """UTC, ISO 8601; empty: not known, so it may have lain there all the time."""
    until: str
    """Empty: it is still there."""
    categories: dict[str, int]
    read: bool
    """False: nobody knows what is in it."""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Incident:
    """What lay on a store between two days."""

    store: str
    first: str
    last: str
    at: str
    """UTC, ISO 8601."""
    jurisdiction: str
    lay: tuple[Lay, ...]

    def clients(self) -> list[dict[str, Any]]:
        """Counts per client and part, sorted."""
        counted: defaultdict[tuple[str, Part], Counter[str]] = defaultdict(Counter)
        items: Counter[tuple[str, Part]] = Counter()
        unread: Counter[tuple[str, Part]] = Counter()
        for one in self.lay:
            key = one.client, one.part
            items[key] += 1
            unread[key] += not one.read
            counted[key].update(one.categories)
        lines = []
        for key, n in sorted(items.items()):
            told = {"items": n, "unread": unread[key], "categories": dict(sorted(counted[key].items()))}
            lines.append({"client": key[0], "part": key[1], **told})
        return lines

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        body = {name: getattr(self, name) for name in ("store", "first", "last", "at", "jurisdiction")}
        items = [one.as_dict() for one in self.lay]
        return {"kind": "redactor-incident/1", **body, "clients": self.clients(), "items": items}


def incident(ledger: Ledger, policy: Policy, store: str, first: str, last: str, at: str) -> Incident:
    """What lay on `store` (its name in the policy) from one ISO day to another, both with all their hours.

    Raises `PolicyError` for days that are none and a store that neither policy nor ledger know, `LedgerError`.
    """
    if not first or not last:
        raise PolicyError("an incident has a first and a last day; for example --from 2026-11-01 --to 2026-11-28")
    since, until = moments(first, last, policy.retention.timezone)
    known = {one.name: one.jurisdiction for one in policy.stores}
    found = [one for rows in _rows(ledger, store) for one in _of_rows(ledger, store, rows)]
    if store not in known and not found:
        raise PolicyError(f"no store is called {store}; known are: {', '.join(sorted(known)) or 'none'}")
    lay = [one for one in found if (not one.since or one.since < until) and (not one.until or one.until >= since)]
    lay.sort(key=lambda one: (one.client, one.part, one.label, one.item))
    return Incident(store, first, last, at, known.get(store, ""), tuple(lay))


def _of_rows(ledger: Ledger, store: str, rows: Sequence[Row]) -> Iterator[Lay]:
    names = ("at", "item", "event", "reason", "detail", "seq")
    query = sa.select(*(entries.c[name] for name in names)).where(entries.c.store == store)
    query = query.where(entries.c.item.in_([row.item for row in rows]))
    query = query.where(entries.c.event.in_(("published", "disposed", "gone"))).order_by(entries.c.seq)
    told: defaultdict[str, list[Any]] = defaultdict(list)
    for entry in ledger.database.read(lambda connection: connection.execute(query).all()):
        told[entry.item].append(entry)
    for row in rows:
        yield from _of_row(row, told[row.item])


def _of_row(row: Row, told: Sequence[Any]) -> Iterator[Lay]:
    """From the first time to the last one: what went and came again in between is counted all through."""
    categories, read = counts_of(row.categories), bool(row.source_digest)
    original_end = copy_since = copy_end = ""
    for entry in told:
        detail = detail_of(entry.detail)
        action = str(detail.get("action") or ENDED.get(entry.reason, ""))
        if entry.event == "published":
            copy_since, original_end, copy_end = copy_since or str(entry.at), "", ""
            categories = categories or counts_of(detail.get("counts"))
        elif entry.event == "gone":
            original_end = original_end or str(entry.at)
        else:
            original_end = original_end or str(entry.at)
            copy_end = copy_end or (str(entry.at) if action == "destroy" else "")
            categories = categories or counts_of(detail.get("categories"))
    about = (row.item, row.label, row.client, row.kind)
    ended = row.state in ("disposed", "gone")
    # Without an entry that tells of it nobody knows when it went: it counts to the day of the row.
    yield Lay("original", *about, row.seen_at, (original_end or row.at) if ended else "", categories, read)
    if copy_since:
        yield Lay("copy", *about, copy_since, copy_end, categories, read)


def _rows(ledger: Ledger, store: str) -> Iterator[list[Row]]:
    after = 0
    while True:
        query = sa.select(queue).where(queue.c.store == store, queue.c.id > after).order_by(queue.c.id).limit(_PART)
        part = [row_of(record) for record in records(ledger, query)]
        if part:
            yield part
        if len(part) < _PART:
            return
        after = part[-1].id
