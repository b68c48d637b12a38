"""Reading from the ledger what retention looks at: items, holds, interactions with children; and their plan."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, cast

import sqlalchemy as sa

from redactor.errors import LedgerError
from redactor.holds import standing
from redactor.kept import ENDED, MINOR, Kept
from redactor.ledger import Ledger
from redactor.policy import Policy
from redactor.retained import disposals
from redactor.retention import Due, plan
from redactor.rows import Record, Row, State, queue

_PART = 5_000
"""Rows that are read at a time."""
_c = queue.c
_COLUMNS = (
    _c.id, _c.store, _c.item, _c.label, _c.kind, _c.client, _c.state, _c.reason, _c.day, _c.terms, _c.marks, _c.bundle,
    _c.size, _c.source_digest,
)  # fmt: skip
_SPLIT = re.compile(r"[ ,;]+")


def kept(ledger: Ledger, policy: Policy) -> Iterator[Kept]:
    """All items of the ledger, by number. Raises `LedgerError`."""
    labels = {store.name: store.jurisdiction for store in policy.stores}
    asked = erasures(ledger)
    last = 0
    while part := ledger.database.read(partial(_part, after=last)):
        last = part[-1][0]
        for row in part:
            yield _kept(row, labels, asked)


def known_clients(policy: Policy) -> frozenset[str]:
    """Clients of contracts and of stores."""
    return frozenset((*policy.retention.clients, *(store.client for store in policy.stores))) - {""}


def minors(ledger: Ledger) -> frozenset[tuple[str, str]]:
    """Store and bundle of all interactions in which a child is heard or shown. Raises `LedgerError`."""
    query = sa.select(_c.store, _c.bundle).where(_c.marks.contains(f'"{MINOR}"')).distinct()
    return frozenset((row[0], row[1]) for row in ledger.database.read(lambda db: db.execute(query).all()))


def erasures(ledger: Ledger) -> dict[int, str]:
    """Items of which a person asked that they be erased, by number, with the rule. Raises `LedgerError`."""
    query = sa.select(disposals.c.queue_id, disposals.c.rule).where(disposals.c.state == "asked")
    return {int(number): str(rule) for number, rule in ledger.database.read(lambda db: db.execute(query).all())}


def planned(ledger: Ledger, policy: Policy, now: datetime) -> Iterator[Due]:
    """The plan of everything that the ledger knows. Raises `LedgerError`."""
    return plan(
        kept(ledger, policy),
        policy.retention,
        now,
        standing(ledger),
        known_clients=known_clients(policy),
        minors=minors(ledger),
    )


def kept_of(row: Row | Record, jurisdiction: str = "", erasure: str = "") -> Kept:
    """The item of a row. Raises `LedgerError` when its marks cannot be read."""
    of: Callable[[str], Any] = partial(getattr, row) if isinstance(row, Row) else row.__getitem__
    labels, asked = {of("store"): jurisdiction}, {of("id"): erasure}
    return _kept(tuple(of(column.name) for column in _COLUMNS), labels, asked)


def _part(connection: sa.Connection, after: int) -> Sequence[Any]:
    query = sa.select(*_COLUMNS).where(_c.id > after).order_by(_c.id).limit(_PART)
    return connection.execute(query).all()


def _kept(row: Any, labels: dict[str, str], asked: Mapping[int, str]) -> Kept:
    number, store, item, label, kind, client, state, reason, day, terms, marks, bundle, size, source_digest = row
    contract_end, case_closed, purposes = _terms(terms) if terms else ("", "", ())
    return Kept(
        number,
        sys.intern(store),
        item,
        label,
        sys.intern(kind),
        sys.intern(client),
        labels.get(store, ""),
        cast("State", state),
        ENDED.get(reason, "") if state == "disposed" else "",
        day,
        contract_end,
        case_closed,
        purposes,
        _marks(marks) if marks else (),
        item if bundle == item else bundle,
        size,
        state == "committed" and bool(source_digest),
        source_digest,
        asked.get(number, ""),
    )


@lru_cache(maxsize=10_000)
def _terms(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Contract end, case closed, purposes; what cannot be read is a question mark: something was said."""
    try:
        body = json.loads(text)
        told = {name: str(body[name]) for name in ("contract_end", "case_closed", "purpose") if name in body}
    except (ValueError, TypeError):
        told = dict.fromkeys(("contract_end", "case_closed", "purpose"), "?")
    purposes = tuple(name for name in _SPLIT.split(told.get("purpose", "")) if name)
    return told.get("contract_end", ""), told.get("case_closed", ""), purposes


@lru_cache(maxsize=1_000)
def _marks(text: str) -> tuple[str, ...]:
    try:
        return tuple(str(mark) for mark in json.loads(text))
    except (ValueError, TypeError):
        # It may say that a child is heard, or that a card's code is: who cannot read that decides nothing.
        raise LedgerError(
            "marks of an item cannot be read; was the ledger changed? run redactor audit verify"
        ) from None
