"""How things stand now: which runs are going on, what is in work and left, and how the last night ended."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from redactor.holders import alive
from redactor.queue import Queue
from redactor.rows import HELD, Run

_RUNS = 5
Standing = Literal["at work", "elsewhere", "holds nothing", "died", "ended"]
"""`at work`: its process lives on this machine. `elsewhere`: it holds items on a machine that cannot be seen from here.
`holds nothing`: it has not ended; it walks, waits, or was killed between two items. `died`: its process is gone."""


@dataclass(frozen=True, slots=True)
class RunNow:
    """One of the last runs."""

    run: str
    began: str
    """UTC, ISO 8601."""
    ended: str
    """UTC, ISO 8601; empty while it has not ended."""
    standing: Standing
    in_work: int
    """Items that it holds."""
    verdict: str
    """`well`, `later`, `look` or `bad`, as in its report; empty while it has not ended."""
    figures: Mapping[str, Any]
    """What the ledger keeps of it: `exit_code`, `items`, `needs`, `later`, `seconds`, `entities`."""


class HeldBack(Protocol):
    """A run that the release gate holds back, see `gatekeeping.Verdict`."""

    def lines(self) -> list[str]:
        """To read."""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""


@dataclass(frozen=True, slots=True)
class Status:
    """What the ledger says now."""

    counts: Mapping[tuple[str, str], int]
    """Items per store and state."""
    in_work: int
    left: int
    """Items that wait."""
    runs: tuple[RunNow, ...]
    """The last five, the newest first."""
    held_back: tuple[HeldBack, ...] = ()
    """Runs that the release gate holds back, the oldest first."""

    @property
    def going_on(self) -> tuple[RunNow, ...]:
        """Runs that are at work, as far as can be seen."""
        return tuple(run for run in self.runs if run.standing in {"at work", "elsewhere"})

    @property
    def last(self) -> RunNow | None:
        """The last run that came to its end."""
        return next((run for run in self.runs if run.ended), None)

    def lines(self) -> list[str]:
        """To read: what is going on, and how the last night ended."""
        found = [f"run {r.run} is {r.standing} since {r.began}, {r.in_work} items in work" for r in self.going_on]
        found = found or ["no run is at work"]
        found += [f"run {r.run}, begun {r.began}, has not ended ({r.standing})" for r in self.runs if not r.ended
                  and r not in self.going_on]  # fmt: skip
        found.append(f"{self.left} items are left to do")
        found += [line for run in self.held_back for line in run.lines()]
        if (last := self.last) is None:
            return [*found, "no night has come to its end so far"]
        keys = ("exit_code", "items", "needs", "later")
        figures = {key: last.figures.get(key, "?") for key in keys}
        return [
            *found,
            f"last night: {last.verdict or 'unknown'} (exit {figures['exit_code']}), ended {last.ended}: "
            f"{figures['items']} done, {figures['needs']} need somebody, {figures['later']} left for later",
        ]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "items": [{"store": s, "state": state, "count": n} for (s, state), n in sorted(self.counts.items())],
            "in_work": self.in_work,
            "left": self.left,
            "held_back": [run.as_dict() for run in self.held_back],
            "going_on": [run.run for run in self.going_on],
            "last": asdict(self.last) if self.last else None,
            "runs": [asdict(run) for run in self.runs],
        }


def status_of(queue: Queue, held_back: Sequence[HeldBack] = ()) -> Status:
    """`held_back`: what the release gate says (`gatekeeping.verdicts`). Raises `LedgerError`."""
    counts, runs = queue.counts(), queue.runs(_RUNS)
    held: Counter[str] = Counter()
    lives: dict[str, set[bool | None]] = {}
    for state in HELD:
        for row in queue.listing(state):
            held[row.run] += 1
            lives.setdefault(row.run, set()).add(alive(row.holder))
    return Status(
        counts,
        in_work=sum(held.values()),
        left=sum(n for (_, state), n in counts.items() if state == "discovered"),
        runs=tuple(_now(run, held[run.run], lives.get(run.run, set())) for run in runs),
        held_back=tuple(held_back),
    )


def _now(run: Run, in_work: int, lives: set[bool | None]) -> RunNow:
    standing: Standing = "holds nothing"
    if run.ended:
        standing = "ended"
    elif True in lives:
        standing = "at work"
    elif lives:
        standing = "elsewhere" if None in lives else "died"
    try:
        figures = json.loads(run.summary)
    except ValueError:
        figures = {}
    figures = figures if isinstance(figures, dict) else {}
    verdict = str(figures.get("level", "")) if run.ended else ""
    return RunNow(run.run, run.began, run.ended, standing, in_work, verdict, figures)
