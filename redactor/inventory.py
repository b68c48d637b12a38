"""The record of processing activities (GDPR article 30): what is kept, of which categories, where, until when, why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from redactor.keeping import erasures, kept_of
from redactor.kept import ENDED, Hold, Kept
from redactor.ledger import Ledger
from redactor.policy import Policy
from redactor.removals import counts_of, records
from redactor.retention_policy import RetentionPolicy
from redactor.rows import Row, queue, row_of

Part = Literal["original", "copy"]
_PART = 1000


class Planned(Protocol):
    """What the plan of retention says of a part of an item."""

    @property
    def item(self) -> Kept: ...  # noqa: D102 - see `kept`
    @property
    def part(self) -> str: ...  # noqa: D102 - `original` or `copy`
    @property
    def due(self) -> datetime | None: ...  # noqa: D102 - None: no end is known


Plan = Callable[[Iterable[Kept], RetentionPolicy, datetime, Iterable[Hold]], Iterable[Planned]]


@dataclass(frozen=True, slots=True)
class Group:
    """What items of one line of the inventory have in common."""

    client: str
    store: str
    kind: str
    part: Part
    purposes: tuple[str, ...]
    jurisdiction: str
    """Label of the store; empty when it has none."""


@dataclass(slots=True)
class Line:
    """One line of the inventory."""

    group: Group
    items: int = 0
    unread: int = 0
    """Items of which nobody knows yet what is in them."""
    size: int = 0
    """Bytes of the originals."""
    categories: Counter[str] = field(default_factory=Counter)
    """Entity type -> values. In copies they are covered."""
    since: str = ""
    """First ISO day of a recording or, where nobody said it, of its discovery."""
    until: str = ""
    """Last ISO day that one of them may be kept, of those that have an end."""
    endless: int = 0
    """Items that have none, or whose end is not known."""

    def as_dict(self, grounds: Mapping[str, str]) -> dict[str, Any]:
        """Plain JSON types."""
        group = self.group
        return {
            **{name: getattr(group, name) for name in ("client", "store", "kind", "part", "jurisdiction")},
            "purposes": list(group.purposes),
            "grounds": [grounds.get(name, "") for name in group.purposes],
            **{name: getattr(self, name) for name in ("items", "unread", "size", "since", "until", "endless")},
            "categories": dict(sorted(self.categories.items())),
        }


@dataclass(frozen=True, slots=True)
class Inventory:
    """All lines, sorted."""

    at: str
    """UTC, ISO 8601."""
    lines: tuple[Line, ...]
    grounds: dict[str, str]
    planned: bool
    """False: no plan was there to say until when."""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        lines = [line.as_dict(self.grounds) for line in self.lines]
        return {"kind": "redactor-inventory/1", "at": self.at, "planned": self.planned, "lines": lines}


def inventory(
    ledger: Ledger, policy: Policy, now: datetime, *, plan: Plan | None = None, holds: Iterable[Hold] = ()
) -> Inventory:
    """Count all that is kept, in parts of the queue, so that memory stays small. Raises `LedgerError`."""
    lines: dict[Group, Line] = {}
    holds = tuple(holds)
    zone = ZoneInfo(policy.retention.timezone)
    jurisdictions = {store.name: store.jurisdiction for store in policy.stores}
    asked = erasures(ledger)
    for rows in _rows(ledger):
        kept = {row.id: kept_of(row, jurisdictions.get(row.store, ""), asked.get(row.id, "")) for row in rows}
        dues: dict[tuple[int, str], datetime] = {}
        for due in plan(kept.values(), policy.retention, now, holds) if plan is not None else ():
            if due.due is not None:
                dues[due.item.id, due.part] = due.due
        for row in rows:
            for part in parts_of(row):
                purposes = _purposes(kept[row.id], policy.retention)
                group = Group(row.client, row.store, row.kind, part, purposes, jurisdictions.get(row.store, ""))
                _count(lines.setdefault(group, Line(group)), row, dues.get((row.id, part)), zone)
    ordered = sorted(lines.values(), key=lambda line: repr(line.group))
    grounds = {name: purpose.ground for name, purpose in policy.retention.purposes.items()}
    return Inventory(now.astimezone(UTC).isoformat(timespec="seconds"), tuple(ordered), grounds, plan is not None)


def parts_of(row: Row) -> tuple[Part, ...]:
    """What of an item is there, as far as the ledger knows."""
    gone = ENDED.get(row.reason, "") if row.state == "disposed" else ""
    parts: list[Part] = [] if row.state in ("disposed", "gone") else ["original"]
    if row.output_digest and gone != "destroy":
        parts.append("copy")
    return tuple(parts)


def _count(line: Line, row: Row, due: datetime | None, zone: ZoneInfo) -> None:
    line.items += 1
    line.size += row.size
    line.unread += not row.source_digest
    line.categories.update(counts_of(row.categories))
    since = row.day or row.seen_at[:10]
    line.since = min(filter(None, (line.since, since)), default="")
    if due is None:
        line.endless += 1
    else:
        # `due` is the first moment at which it may go.
        line.until = max(line.until, (due - timedelta(microseconds=1)).astimezone(zone).date().isoformat())


def _purposes(kept: Kept, policy: RetentionPolicy) -> tuple[str, ...]:
    client = policy.clients.get(kept.client)
    usual = client.purpose if client is not None and client.purpose else policy.default.purpose
    return tuple(dict.fromkeys((usual, *sorted(kept.purposes))))


def _rows(ledger: Ledger) -> Iterator[list[Row]]:
    after = 0
    while True:
        query = sa.select(queue).where(queue.c.id > after).order_by(queue.c.id).limit(_PART)
        part = [row_of(record) for record in records(ledger, query)]
        if part:
            yield part
        if len(part) < _PART:
            return
        after = part[-1].id
