"""The backlog of the release gate: which runs are held back, and the items of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from redactor.kept import NOT_RELEASED
from redactor.leases import Moment, live_at
from redactor.ledger import Ledger
from redactor.rows import HELD, Row, State, queue, row_of
from redactor.unreleased import run_of, standing_of

RELEASABLE: tuple[State, ...] = ("committed", "gone", "disposed")
"""States in which an item's copy is the last word on it. One that waits, is in work, or was refused since is not let
out: what is made of it now may differ, or was found not to be good enough."""
_PART = 1000


@dataclass(frozen=True, slots=True)
class HeldRun:
    """The outputs of one run that are held back."""

    run: str
    items: int
    """Items that go when the run is released."""
    waiting: int
    """Items that are to be done again, or were refused since: they stay."""
    at_work: bool
    """The run holds items now: what it comes to is not known yet."""


def held_rows(ledger: Ledger, run: str = "") -> Iterator[Row]:
    """Items with outputs that are held back (of one run), by number, read in parts. Raises `LedgerError`."""
    after = 0
    while True:
        part = ledger.database.read(partial(_part, after=after))
        for row in part:
            runs = held_by(row)
            if run in runs or (runs and not run):
                yield row
        if len(part) < _PART:
            return
        after = part[-1].id


def held_by(row: Row) -> set[str]:
    """The runs that outputs of an item are held back with: one, or none."""
    return {run_of(one.place) for one in standing_of(row.output_stamps) if one.held}


def held_runs(ledger: Ledger) -> list[HeldRun]:
    """All runs that are held back, by name, which begins with the time of each. Raises `LedgerError`."""
    going: Counter[str] = Counter()
    staying: Counter[str] = Counter()
    for row in held_rows(ledger):
        counts = going if row.state in RELEASABLE else staying
        counts.update(held_by(row))
    names = sorted(going.keys() | staying.keys())
    if not names:
        return []
    working = ledger.database.read(_working)
    return [HeldRun(name, going[name], staying[name], name in working) for name in names]


def _working(connection: sa.Connection) -> set[str]:
    """Runs that hold items whose lease has not ended: one that was killed is not at work."""
    now = Moment.of(connection)
    query = sa.select(queue.c.run).where(queue.c.state.in_(HELD), live_at(queue)).distinct()
    return set(connection.execute(query, {"boot": now.boot, "s": now.s}).scalars())


def _part(connection: sa.Connection, after: int) -> list[Row]:
    marked = queue.c.marks.contains(f'"{NOT_RELEASED}"')
    query = sa.select(queue).where(queue.c.id > after, marked).order_by(queue.c.id).limit(_PART)
    return [row_of(record) for record in connection.execute(query).mappings()]
