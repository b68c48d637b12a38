"""Reading from the ledger what retention looks at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from redactor.kept import ENDED, Hold, Kept
from redactor.ledger import Ledger
from redactor.policy import Policy
from redactor.retained import holds
from redactor.retention import Due, plan
from redactor.rows import queue


def kept(ledger: Ledger, policy: Policy) -> Iterator[Kept]:
    """All items."""
    labels = {store.name: store.jurisdiction for store in policy.stores}
    query = sa.select(queue).order_by(queue.c.id)
    for row in ledger.database.read(lambda connection: connection.execute(query).mappings().all()):
        names = ("id", "store", "item", "label", "kind", "client", "state", "source_digest", "bundle", "size")
        yield Kept(
            **{name: row[name] for name in names},
            jurisdiction=labels.get(row["store"], ""),
            gone=ENDED.get(row["reason"], "") if row["state"] == "disposed" else "",
            recorded=row["day"],
            verified=row["state"] == "committed",
        )


def open_holds(ledger: Ledger) -> list[Hold]:
    """All holds that were not released."""
    names = ("id", "kind", "client", "store", "item", "since", "until", "expires")
    query = sa.select(*(holds.c[name] for name in names)).where(holds.c.released_at == "")
    return [Hold(**row) for row in ledger.database.read(lambda connection: connection.execute(query).mappings().all())]


def planned(ledger: Ledger, policy: Policy, now: datetime) -> Iterator[Due]:
    """The plan of everything that the ledger knows."""
    return plan(kept(ledger, policy), policy.retention, now, open_holds(ledger))
