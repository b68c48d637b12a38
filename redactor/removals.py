"""Disposals as the audit trail tells them: what went, by which rule, when it was due, and how thoroughly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from redactor.chain import COLUMNS
from redactor.errors import PolicyError
from redactor.kept import ENDED
from redactor.ledger import Ledger
from redactor.rows import Record, queue

entries = sa.table("entries", *(sa.column(name) for name in COLUMNS))
_PART = 1000


@dataclass(frozen=True, slots=True)
class End:
    """One disposal. What its entry does not say is empty."""

    seq: int
    hash: str
    at: str
    run: str
    store: str
    item: str
    client: str
    kind: str
    action: str
    level: str
    rule: str
    due: str
    parts: int
    others: int
    """Files of others that stood in its places and stay."""
    categories: dict[str, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which disposals; all that is given must fit."""

    item: str = ""
    """SHA-256 (hex) of the item's place, or its first digits."""
    client: str | None = None
    run: str = ""
    since: str = ""
    """UTC, ISO 8601."""
    until: str = ""
    """The first moment that is no longer wanted."""


def moments(first: str, last: str, zone: str) -> tuple[str, str]:
    """Two ISO days (empty: open) as the UTC moments that they begin and end with. Raises `PolicyError`."""
    try:
        days = [date.fromisoformat(day) if day else None for day in (first, last)]
    except ValueError:
        raise PolicyError("days are written as 2026-11-28") from None
    if days[0] and days[1] and days[0] > days[1]:
        raise PolicyError("the first day is after the last one")
    begin = "" if days[0] is None else _utc(days[0], zone)
    return begin, "" if days[1] is None else _utc(days[1] + timedelta(days=1), zone)


def ends(ledger: Ledger, wanted: Wanted) -> Iterator[End]:
    """Disposals in the order of the chain, read in parts. Raises `LedgerError`."""
    join = entries.outerjoin(queue, sa.and_(queue.c.store == entries.c.store, queue.c.item == entries.c.item))
    asked = sa.select(*entries.c, queue.c.client.label("row_client"), queue.c.kind.label("row_kind")).select_from(join)
    asked = asked.where(entries.c.event == "disposed").order_by(entries.c.seq).limit(_PART)
    if wanted.item:
        asked = asked.where(entries.c.item.startswith(wanted.item, autoescape=True))
    if wanted.run:
        asked = asked.where(entries.c.run == wanted.run)
    if wanted.since:
        asked = asked.where(entries.c.at >= wanted.since)
    if wanted.until:
        asked = asked.where(entries.c.at < wanted.until)
    after = 0
    while True:
        query = asked.where(entries.c.seq > after)
        part = records(ledger, query)
        for record in part:
            end = _end(record)
            if wanted.client is None or end.client == wanted.client:
                yield end
        if len(part) < _PART:
            return
        after = int(part[-1]["seq"])


def records(ledger: Ledger, query: sa.Select[Any]) -> list[Record]:
    """The rows of a query, by column name. Raises `LedgerError`."""
    return ledger.database.read(lambda connection: list(connection.execute(query).mappings()))


def detail_of(text: str) -> dict[str, Any]:
    """The detail of an entry; empty when it is none that we know."""
    try:
        detail = json.loads(text)
    except ValueError:
        return {}
    return detail if isinstance(detail, dict) else {}


def counts_of(value: object) -> dict[str, int]:
    """Entity type -> number of values, from JSON or from what was read of it."""
    if isinstance(value, str):
        value = detail_of(value)
    if not isinstance(value, dict):
        return {}
    return {str(name): n for name, n in sorted(value.items()) if type(n) is int and n > 0}


def _end(record: Record) -> End:
    detail = detail_of(record["detail"])
    texts = {name: str(detail.get(name) or "") for name in ("action", "level", "rule", "due")}
    texts["action"] = texts["action"] or ENDED.get(record["reason"], "")
    return End(
        seq=int(record["seq"]),
        **{name: str(record[name]) for name in ("hash", "at", "run", "store", "item")},
        client=str(detail["client"] if "client" in detail else record["row_client"] or ""),
        kind=str(detail.get("kind") or record["row_kind"] or ""),
        **texts,
        parts=_number(detail.get("parts")),
        others=_number(detail.get("others")),
        categories=counts_of(detail.get("categories")),
    )


def _number(value: object) -> int:
    if isinstance(value, list | tuple):
        return len(value)
    return value if type(value) is int else 0


def _utc(day: date, zone: str) -> str:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).isoformat(timespec="milliseconds")
