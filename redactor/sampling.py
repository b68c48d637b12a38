"""Which items of a run people look at: a stratified random sample that anybody can draw again. Pure.

Strata are what differs in how much is missed: the kind of medium, the client, and whether anything was found. Within
one, all items are equally likely, and nothing else is preferred: what looks interesting says nothing of the rest.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
"""Items of each stratum that are looked at, if it has as many: a stratum of which nothing is known holds nothing up."""


@dataclass(frozen=True, slots=True, order=True)
class Stratum:
    """Items that are drawn from together."""

    kind: str
    """`audio`, `image`, `video` or `text`."""
    client: str
    anything: bool
    """True when the run found any personal data in them."""

    @property
    def key(self) -> str:
        """16 hex digits that stand for it in the ledger, without the client's name."""
        return hashlib.sha256(f"{self.kind}\n{self.client}\n{self.anything}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be drawn."""

    number: int
    """Its number in the queue."""
    item: str
    """SHA-256 (hex) of its place: what chance is drawn from, together with the run."""
    stratum: Stratum


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is to be looked at of one stratum."""

    stratum: Stratum
    items_total: int
    """Items of this stratum in the run."""
    numbers: tuple[int, ...]
    """Numbers of the items that were drawn, in order of the draw: any first part of them is a random sample, too."""


def allocate(
    sizes: Mapping[Stratum, int], items: int, *, least: int = LEAST, deviations: Mapping[Stratum, float] | None = None
) -> dict[Stratum, int]:
    """How many of `items` each stratum gets, never more than its size.

    `items` are shared in proportion to size, or, where `deviations` of missed values per item are known from earlier
    reviews, to size times deviation (Neyman 1934, Journal of the Royal Statistical Society 97:558); a stratum without
    one, or with 0, counts with the smallest that is known. Each gets `least` if it has as many, though that may make
    more than `items` of all together.
    """
    known = [d for d in (deviations or {}).values() if d > 0]
    floor = min(known, default=1.0)
    worth = {s: n * max((deviations or {}).get(s, 0.0), floor) for s, n in sizes.items()}
    fixed: dict[Stratum, int] = {}
    while room := [s for s in sorted(sizes) if s not in fixed]:
        rest, whole = items - sum(fixed.values()), sum(worth[s] for s in room)
        wanted = {s: max(rest, 0) * worth[s] / whole if whole else 0.0 for s in room}
        low = [s for s in room if wanted[s] < min(least, sizes[s])]
        # First those that must have more than their share, then those that have less to give: the rest is shared again.
        full = [] if low else [s for s in room if wanted[s] >= sizes[s]]
        if not low and not full:
            parts = {s: math.floor(wanted[s]) for s in room}
            over = sorted(room, key=lambda s: (parts[s] - wanted[s], s))[: rest - sum(parts.values())]
            fixed |= {s: n + (s in over) for s, n in parts.items()}
        fixed |= {s: min(least, sizes[s]) for s in low} | {s: sizes[s] for s in full}
    return fixed


def draw(
    candidates: Iterable[Candidate],
    items: int,
    *,
    seed: str,
    least: int = LEAST,
    deviations: Mapping[Stratum, float] | None = None,
) -> tuple[Drawn, ...]:
    """A sample of about `items` candidates, stratified, the same for the same `seed` (the run's identifier)."""
    by_stratum: dict[Stratum, list[Candidate]] = {}
    for candidate in candidates:
        by_stratum.setdefault(candidate.stratum, []).append(candidate)
    wanted = allocate({s: len(c) for s, c in by_stratum.items()}, items, least=least, deviations=deviations)
    return tuple(
        Drawn(stratum, len(by_stratum[stratum]), _first(by_stratum[stratum], wanted[stratum], seed))
        for stratum in sorted(by_stratum)
    )


def _first(candidates: Sequence[Candidate], count: int, seed: str) -> tuple[int, ...]:
    """The first `count` in an order that is as good as chance and owes nothing to how items came."""

    def order(candidate: Candidate) -> tuple[bytes, int]:
        return hashlib.sha256(f"{seed}\n{candidate.item}".encode()).digest(), candidate.number

    return tuple(candidate.number for candidate in sorted(candidates, key=order)[:count])
