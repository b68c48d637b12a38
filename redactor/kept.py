"""What retention looks at: an item that is kept, and a hold that keeps it. Values only; `keeping` reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from redactor.rows import State

Action = Literal["deidentify", "erase", "destroy"]
"""`deidentify`: the original goes, its verified copy stays. `erase`: the original goes, with or without a copy.
`destroy`: original, copy, transcript and all that was derived go."""
Gone = Literal["", "deidentify", "erase", "destroy"]
MINOR, CARD_CODE = "minor", "card-code"
"""Marks of an item: a child speaks or is spoken of; a card's security code was said or shown."""
NOT_RELEASED = "not-released"
"""Mark of an item whose copy the release gate holds back, see `unreleased`; it comes and goes with the copy."""
ENDED: dict[str, Gone] = {"DEIDENTIFIED": "deidentify", "ERASED": "erase", "DESTROYED": "destroy"}
"""Reason of a `disposed` row -> what was done with it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One item, as the ledger knows it."""

    id: int
    """Its number in the queue."""
    store: str
    item: str
    """SHA-256 (hex) of its place in the store."""
    label: str
    """Its name, free of personal data."""
    kind: str
    client: str
    jurisdiction: str
    """Label of its store."""
    state: State
    gone: Gone
    """What was disposed of already."""
    recorded: str
    """ISO date, or empty when nobody said it."""
    contract_end: str = ""
    case_closed: str = ""
    purposes: tuple[str, ...] = ()
    """Purposes that a manifest names for it, besides that of its client."""
    marks: tuple[str, ...] = ()
    bundle: str = ""
    """Items of one store with one bundle are one interaction."""
    size: int = 0
    verified: bool = False
    """The ledger holds a verified copy of it."""
    source_digest: str = ""
    """SHA-256 (hex) of the original that the copy was made of; empty when there is none."""
    erasure: str = ""
    """The rule by which a person asked that it be erased; empty when nobody did."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Something must not go: a dispute, an objection. All that it names must fit; one that names nothing holds all."""

    id: int
    kind: Literal["legal", "objection"]
    client: str = ""
    store: str = ""
    item: str = ""
    since: str = ""
    """First ISO day of recordings that it holds; empty: from the beginning."""
    until: str = ""
    """Last ISO day."""
    expires: str = ""
    """Last ISO day on which it holds; empty: until it is released."""
    persons: frozenset[int] | None = None
    """Numbers of the items in which a person was found; None when it is not about a person."""

    def holds(self, kept: Kept, today: str) -> bool:
        """True when `kept` must stay on the ISO day `today`. What has no date may lie in any range: it is held."""
        if self.expires and today > self.expires:
            return False
        if self.persons is not None and kept.id not in self.persons:
            return False
        wanted = ((self.client, kept.client), (self.store, kept.store), (self.item, kept.item))
        if any(asked and asked != has for asked, has in wanted):
            return False
        day = kept.recorded
        return not day or ((not self.since or day >= self.since) and (not self.until or day <= self.until))
