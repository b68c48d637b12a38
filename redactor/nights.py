"""What a morning report tells of one night: plain frozen values, without a word of what was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

WELL = ("done", "unchanged", "moved", "gone")
"""Outcomes that ask nothing of anybody."""
NEEDS = ("refused", "quarantined", "failed", "still_refused")
"""Outcomes that somebody must look at."""
LATER = ("interrupted", "waiting", "left")
"""Outcomes that the next night takes up by itself."""
OUTCOMES = (*WELL, *NEEDS, *LATER)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Items that were not done for one reason."""

    reason: str
    """Upper-case constant, see docs/operate/README.md."""
    outcome: str
    """`refused`, `quarantined`, `failed`, `interrupted` or `still_refused`."""
    items: int
    message: str
    """What is wrong and what to do next, of the first of them."""
    stores: tuple[str, ...]
    """Names of at most 20 of their stores, sorted."""
    labels: tuple[str, ...]
    """Clean names of at most 20 of them, in the order in which they ended."""


@dataclass(frozen=True, slots=True)
class ClientNight:
    """What was done for one client."""

    client: str
    """Empty for items of stores without a client."""
    outcomes: Mapping[str, int]
    """Items per outcome."""
    entities: Mapping[str, int]
    """Redactions per entity type."""
    media_s: float
    """Seconds of sound and video that were redacted, as far as known."""
    size: int
    """Bytes of the files that were redacted."""


@dataclass(frozen=True, slots=True)
class Slow:
    """One of the items that took longest."""

    label: str
    """Clean name."""
    store: str
    client: str
    kind: str
    seconds: float
    """Of work, all stages together."""
    size: int
    """Bytes, 0 when unknown."""


@dataclass(frozen=True, slots=True)
class StoreNight:
    """How a store stood at the end of the run."""

    name: str
    client: str = ""
    down_since: str = ""
    """UTC time, ISO 8601, since when it did not answer; empty: it answered, or nobody knows since when."""
    message: str = ""
    """What is wrong with it and what to do next; empty when it answered."""
    states: Mapping[str, int] = field(default_factory=dict)
    """Items per state in the ledger (`discovered`, `committed`, `quarantined`, ...)."""

    @property
    def is_down(self) -> bool:
        """True when it did not answer."""
        return bool(self.down_since or self.message)


@dataclass(frozen=True, slots=True)
class Night:
    """One column of the trend."""

    run: str
    began: str
    """UTC time, ISO 8601."""
    items: int
    """Items that were done in this night."""
    needs: int
    """Items that somebody had to look at."""
    seconds: float
    """Wall-clock seconds from the first look to the last item."""
    entities: int
    """Redactions."""


@dataclass(frozen=True, slots=True)
class Morning:
    """One night as the ledger tells it. Labels in here are clean names; no original's name is ever known here."""

    run: str
    began: str
    """UTC time, ISO 8601."""
    ended: str
    """UTC time, ISO 8601."""
    seconds: float
    """Wall-clock seconds of the run."""
    exit_code: int
    """Exit code of the command (errors.ExitCode)."""
    trouble: str
    """Why the run broke off, in one sentence; empty when it came to its end."""
    outcomes: Mapping[str, int]
    """Items per outcome; all of `OUTCOMES` are there."""
    kinds: Mapping[str, Mapping[str, int]]
    """Per kind (`audio`, `image`, `video`, `text`, or `unknown`): items per outcome of those that ended tonight."""
    clients: tuple[ClientNight, ...]
    """Sorted by name."""
    entities: Mapping[str, int]
    """Redactions per entity type, most first."""
    marks: Mapping[str, int]
    """Items with what retention must know (`minor`, `card-code`)."""
    refusals: tuple[Refusal, ...]
    """Most items first."""
    slowest: tuple[Slow, ...]
    """Longest first."""
    stages: Mapping[str, float]
    """Seconds of work per stage, most first."""
    stores: tuple[StoreNight, ...]
    """Sorted by name."""
    trend: tuple[Night, ...]
    """At most 30 nights, oldest first; the last is this one."""
    engines: tuple[str, ...]
    """Names and versions of what read, judged and verified, sorted."""
    version: str
    """Of this program."""
    policies: tuple[str, ...]
    """SHA-256 (hex) of each policy that was applied, sorted; mostly one."""
    held: int = 0
    """Items of this run and of earlier ones whose outputs the release gate holds back."""

    @property
    def total(self) -> int:
        """Items of the night, whatever became of them."""
        return sum(self.outcomes.values())

    @property
    def needs(self) -> int:
        """Items that somebody must look at."""
        return sum(self.outcomes[outcome] for outcome in NEEDS)

    @property
    def later(self) -> int:
        """Items that the next night takes up by itself."""
        return sum(self.outcomes[outcome] for outcome in LATER)

    @property
    def down(self) -> tuple[StoreNight, ...]:
        """Stores that did not answer."""
        return tuple(store for store in self.stores if store.is_down)

    @property
    def level(self) -> str:
        """`bad` (broke off, or a store is down), `look` (somebody must look), `later` or `well`."""
        if self.trouble or self.down or self.exit_code not in {0, 8, 130}:
            return "bad"
        if self.needs:
            return "look"
        return "later" if self.later or self.exit_code else "well"


def as_json(morning: Morning) -> dict[str, Any]:
    """Plain JSON types, with the sums that a reader would have to make."""
    body = asdict(morning)
    sums = {"total": morning.total, "needs": morning.needs, "later": morning.later, "level": morning.level}
    return {"format": 1, **sums, **body}


def summary_of(morning: Morning) -> dict[str, Any]:
    """What the ledger keeps of a run, for the trend of later nights; a few hundred bytes."""
    return {
        "run": morning.run,
        "began": morning.began,
        "ended": morning.ended,
        "exit_code": morning.exit_code,
        "level": morning.level,
        "items": morning.outcomes["done"],
        "needs": morning.needs,
        "later": morning.later,
        "seconds": round(morning.seconds, 1),
        "entities": sum(morning.entities.values()),
    }
