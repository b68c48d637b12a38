"""An audit trail for tests: entries, rows and disposals, and ways to tamper with them behind the ledger's back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from redactor.chain import COLUMNS, GENESIS, chain_hash
from redactor.ledger import Entry, Ledger
from redactor.rows import queue
from tests.queues import digest

LEVEL = "overwritten (best effort)"


def entry(number: int, event: str = "published", **other: Any) -> Entry:
    usual: dict[str, Any] = {
        "run": "r1",
        "event": event,
        "store": "calls",
        "item": digest(number),
        "label": f"call-{number}.wav",
    }
    usual |= {"source_digest": digest(f"s{number}"), "policy_digest": "p" * 64, "output_digest": digest(f"o{number}")}
    return Entry(**{**usual, **other})


def detail(**other: Any) -> str:
    usual: dict[str, Any] = {
        "action": "deidentify",
        "rule": "client acme",
        "level": LEVEL,
        "due": "2026-11-20T00:00:00+02:00",
    }
    usual |= {"parts": 1, "client": "acme", "kind": "audio", "categories": {"PHONE_NUMBER": 2, "PERSON": 1}}
    return json.dumps({**usual, **other}, ensure_ascii=False)


def disposed(number: int, reason: str = "DEIDENTIFIED", run: str = "d1", **other: Any) -> Entry:
    return entry(number, "disposed", run=run, reason=reason, detail=detail(**other))


def put_row(ledger: Ledger, number: int, state: str = "committed", **other: Any) -> None:
    """A row of the queue, as if a run had come to it."""
    row: dict[str, Any] = {c.name: "" for c in queue.c if isinstance(c.type, sa.String) and c.name != "ticket"}
    row |= {c.name: 0 for c in queue.c if isinstance(c.type, sa.Integer | sa.Float) and c.name != "id"}
    row |= {"store": "calls", "item": digest(number), "label": f"call-{number}.wav", "kind": "audio", "client": "acme"}
    row |= {
        "day": "2026-10-01",
        "bundle": digest(number),
        "size": 100,
        "state": state,
        "at": "2026-10-02T03:00:00.000+00:00",
    }
    row |= {
        "source_digest": digest(f"s{number}"),
        "output_digest": digest(f"o{number}"),
        "output_stamps": "{}",
        "knew": "[]",
    }
    row |= {"seen_at": "2026-10-01T22:00:00.000+00:00", "categories": '{"PHONE_NUMBER": 2, "PERSON": 1}'}
    ledger.database.write(lambda connection: connection.execute(sa.insert(queue).values(**{**row, **other})))


@contextmanager
def behind(path: Path, *, triggers: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection that nothing guards; the triggers are made again as they were unless `triggers` is set."""
    connection = sqlite3.connect(path)
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    if not triggers:
        for _, sql in guards:
            connection.execute(sql)
    connection.commit()
    connection.close()


def rehash(connection: sqlite3.Connection, first: int = 1) -> None:
    """Make the whole chain consistent again from an entry on, as somebody does who knows how."""
    names = ", ".join(COLUMNS)
    previous = GENESIS
    for values in connection.execute(f"SELECT {names} FROM entries ORDER BY seq").fetchall():
        row = dict(zip(COLUMNS, values, strict=True))
        if row["seq"] >= first:
            row["prev_hash"] = previous
            row["hash"] = chain_hash(row)
            connection.execute(
                "UPDATE entries SET prev_hash = ?, hash = ? WHERE seq = ?", (previous, row["hash"], row["seq"])
            )
        previous = row["hash"]


def fill(ledger: Ledger, numbers: Sequence[int]) -> None:
    for number in numbers:
        ledger.append(entry(number))
