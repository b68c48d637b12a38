"""Disposals in a house: what is due, an apply in this process, and what must be so afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from redactor.discovery import OpenStore
from redactor.disposal import Disposal, Disposed
from redactor.gate import gate
from redactor.keeping import kept
from redactor.kept import Kept
from redactor.ledger import Ledger
from redactor.originals import open_stores
from redactor.retained import disposals, holds
from redactor.retention import Due
from tests.house import House

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
RULE = "[retention.default]"


def items(house: House) -> list[Kept]:
    """All items, as the plan sees them."""
    with closing(house.ledger()) as ledger:
        return list(kept(ledger, house.policy()))


def dues(house: House, action: Any, part: Any = "original", *, without: str = "note3") -> list[Due]:
    """All items of the house are due; not the one that is refused because it is empty."""
    found = [item for item in items(house) if not (without and without in item.label)]
    return [Due(item, part, action, LONG_AGO, RULE, "due") for item in found]


def applied(
    house: House,
    due: Iterable[Due],
    *,
    step: Callable[[str], None] = lambda _step: None,
    run: str = "apply-1",
    now: datetime | None = None,
    change: Callable[[dict[str, OpenStore]], Mapping[str, OpenStore]] = lambda stores: stores,
) -> list[Disposed]:
    """One apply in this process."""
    policy = house.policy()
    with closing(house.ledger(policy)) as ledger, ExitStack() as held:
        stores, down = open_stores(policy, ledger.database, held)
        disposal = Disposal(policy, ledger, change(stores), run, step, down=down)
        return list(disposal.apply(due, now=now))


def hows(ended: Iterable[Disposed]) -> list[tuple[str, str]]:
    """How each ended, and why."""
    return sorted((one.how, one.reason) for one in ended)


def hold(house: House, ledger: Ledger | None = None, *, patience_s: float = 60.0, **named: str) -> int:
    """Set a hold as whoever sets one does: through the gate."""
    empty = dict.fromkeys(("client", "store", "item", "person", "since", "until", "expires", "released_at"), "")
    row = {**empty, "kind": "legal", "reason": "case 1", "authority": "court", "set_at": "now", "released_why": ""}
    with closing(ledger or Ledger(house.policy().ledger.url, patience_s=patience_s)) as opened:

        def work(connection: sa.Connection) -> int:
            gate(opened.database, connection)
            statement = sa.insert(holds).values({**row, **named}).returning(holds.c.id)
            return int(connection.execute(statement).scalar_one())

        return opened.database.write(work, patience_s=patience_s)


def notes(house: House) -> list[str]:
    """The states of what is noted of disposals."""
    with closing(house.ledger()) as ledger:
        query = sa.select(disposals.c.state).order_by(disposals.c.queue_id)
        return [str(state) for state in ledger.database.read(lambda c: c.execute(query).scalars().all())]
