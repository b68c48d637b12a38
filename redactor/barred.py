"""Whether a hold bars an item from going, asked of one item in the transaction that holds the gate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from redactor.kept import Hold, Kept
from redactor.retained import holds, subjects
from redactor.rows import Record

_READ = ("committed", "disposed")
"""Of items in other states the index of persons may say nothing, or what was so before."""


def barred(connection: sa.Connection, kept: Kept, record: Record, today: str) -> tuple[int | None, int]:
    """The number of the first hold that keeps the item on the ISO day `today`, if any, and how many holds stand.

    It counts as it was planned and as its row says now.
    """
    found = connection.execute(sa.select(holds).where(holds.c.released_at == "").order_by(holds.c.id)).mappings().all()
    faces = (kept, replace(kept, client=record["client"], recorded=record["day"]))
    for one in found:
        hold = _hold(one)
        if any(hold.holds(face, today) for face in faces) and _speaks_of(connection, one["person"], record):
            return hold.id, len(found)
    return None, len(found)


def _hold(one: Record) -> Hold:
    """A hold without its person, which is asked for apart."""
    names = ("id", "kind", "client", "store", "item", "since", "until", "expires")
    return Hold(**{name: one[name] for name in names})


def _speaks_of(connection: sa.Connection, person: str, record: Record) -> bool:
    """True when the hold is about nobody, or a person was found in the item, or may be in it: it has no index."""
    if not person:
        return True
    found = connection.execute(sa.select(subjects.c.mac).where(subjects.c.queue_id == record["id"])).scalars()
    macs = {bytes(mac).hex() for mac in found}
    if not macs or record["state"] not in _READ:
        return True
    return _fits(json.loads(person), macs)


def _fits(person: Sequence[Any], macs: set[str]) -> bool:
    """A list of hashes, one of which must be there; or alternatives, each of groups, with one of every group."""
    hashes = {one for one in person if isinstance(one, str)}
    alternatives = [one for one in person if not isinstance(one, str)]
    return bool(hashes & macs) or any(groups and all(macs & set(group) for group in groups) for groups in alternatives)
