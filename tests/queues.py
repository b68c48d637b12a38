"""A queue for tests: short ways to offer, claim and end items, on SQLite or PostgreSQL."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from redactor.ledger import Entry, Ledger
from redactor.queue import Claim, Committed, Found, Offer, Queue, Row

POLICY = "p" * 64


def digest(of: object) -> str:
    return hashlib.sha256(str(of).encode()).hexdigest()


def found(number: int, **other: Any) -> Found:
    item = digest(number)
    usual: dict[str, Any] = {
        "store": "calls",
        "item": item,
        "label": f"call-{number}",
        "kind": "audio",
        "client": "acme",
    }
    usual |= {"day": "2026-11-27", "bundle": item, "priority": 0, "size": 100, "stamp": "s1", "outputs": "[]"}
    return Found(**{**usual, **other})


def entry(row: Row, event: str = "published", **other: Any) -> Entry:
    usual = {"run": row.run, "event": event, "store": row.store, "item": row.item, "label": row.label}
    usual |= {"source_digest": digest(row.item), "policy_digest": row.policy_digest}
    return Entry(**{**usual, **other})


@dataclass
class Bench:
    """A ledger, its queue, and the usual arguments."""

    url: str
    ledger: Ledger = field(init=False)
    queue: Queue = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.url, patience_s=60)
        self.queue = Queue(self.ledger)

    def offer(self, *items: Found, run: str = "r1", policy: str = POLICY, version: str = "1") -> list[Offer]:
        return self.queue.offer(items, run=run, policy_digest=policy, version=version)

    def changes(self, *items: Found, **other: str) -> list[str]:
        return [offer.change for offer in self.offer(*items, **other)]

    def claim(self, *, run: str = "r1", whole: Sequence[str] = ("calls",), **other: Any) -> Claim | None:
        usual = {"holder": "here", "policy_digest": POLICY, "lease_s": 600.0}
        return self.queue.claim(run=run, whole=whole, **{**usual, **other})

    def must_claim(self, **other: Any) -> Claim:
        claim = self.claim(**other)
        assert claim is not None
        return claim

    def write(self, claim: Claim, row: Row) -> None:
        self.queue.written(claim, row.id, source_digest=digest(row.item), pending='{"drafts": 1}')
        self.queue.verified(claim, row.id)

    def commit(self, claim: Claim, row: Row, stamp: str = "s1") -> None:
        self.queue.commit(claim, row.id, entry(row), Committed(stamp, digest("output"), "{}", "[]"))

    def finish(self, claim: Claim | None, stamp: str = "s1") -> None:
        assert claim is not None
        for row in claim.rows:
            self.write(claim, row)
            self.commit(claim, row, stamp)

    def end(self, claim: Claim, state: Any, *, reason: str = "NO_SPEECH", code: int = 4) -> None:
        for row in claim.rows:
            self.queue.end(claim, row.id, state, entry(row, state, reason=reason, code=code), message="look at it")

    def row(self, number: int) -> Row:
        states = (
            "discovered",
            "claimed",
            "written",
            "verified",
            "committed",
            "disposed",
            "refused",
            "quarantined",
            "gone",
        )
        rows = [row for state in states for row in self.queue.listing(state) if row.item == digest(number)]
        assert len(rows) == 1
        return rows[0]
