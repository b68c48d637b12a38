"""How often the bounds of recall hold, and how far below the truth they lie, in nights that are made up.

python -m benchmarks.recall_bound [--runs 1000] [--write]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import RESULTS, machine
from redactor.recall import Captured, Captures, Review, Tally, bound
from redactor.sampling import Stratum, allocate

WANTED = 0.93
"""The share of runs in which the lower bound must hold."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stratum of a night."""

    items: int
    values: float
    """Values per item, on average (Poisson)."""
    first: float
    """Recall of the detector in question on an ordinary value."""
    second: float = 0.8
    """Recall of the second detector on an ordinary value."""
    hard: float = 0.0
    """Share of hard values."""
    hard_first: float = 0.5
    hard_second: float = 0.3
    lost: float = 0.0
    """Share of items of which both lose everything: a bad line, an unreadable page."""
    heavy: float = 0.0
    """Share of items with ten times as many values."""
    heavy_lost: bool = False
    """Everything is lost in these."""


@dataclass(frozen=True, slots=True)
class World:
    """A kind of night, and how it is reviewed."""

    name: str
    parts: tuple[Part, ...]
    reviewed: int = 200
    """Items of the review; 0: there is none, and the captures are alone."""
    sees: float = 0.95
    """Share of missed values that a reviewer sees."""
    assumed: bool = True
    """False for a world outside of what the bound assumes: how often it holds there is told, and judged by nobody."""


ONE = (Part(2000, 1.0, 0.97),)
WORLDS = (
    World("independent, recall 0.97, 30 items", ONE, 30),
    World("independent, recall 0.97, 200 items", ONE),
    World("recall 0.999, 200 items", (Part(2000, 1.0, 0.999),)),
    World("recall 0.995, 200 items, 5 values each", (Part(2000, 5.0, 0.995),)),
    World("recall 0.7, 60 items", (Part(2000, 1.0, 0.7),), 60),
    World("recall 0.7, 200 items, 5 values each", (Part(2000, 5.0, 0.7),)),
    World("recall 0.3, 30 items", (Part(500, 2.0, 0.3),), 30),
    World("hard values (5 %, half lost)", (Part(2000, 2.0, 0.995, hard=0.05),)),
    World("bad calls (2 % lose all), 10 values each, 60 items", (Part(2000, 10.0, 0.995, lost=0.02),), 60),
    World("bad calls (2 % lose all), 10 values each", (Part(2000, 10.0, 0.98, lost=0.02),)),
    World("bad calls (10 % lose all)", (Part(1000, 4.0, 0.99, lost=0.1),), 100),
    World("few items hold most values", (Part(2000, 1.0, 0.97, heavy=0.02, lost=0.02),)),
    World(
        "a few items with ten times the values are lost",
        (Part(2000, 1.0, 0.98, heavy=0.005, heavy_lost=True),),
        assumed=False,
    ),
    World("unlike strata", (Part(1500, 2.0, 0.995), Part(300, 1.0, 0.8, lost=0.05), Part(60, 5.0, 0.5)), 150),
    World("a large stratum where nothing was found", (Part(300, 3.0, 0.995), Part(1700, 0.01, 0.0)), 100),
    World("rare (20 values in 1,000 items)", (Part(1000, 0.02, 0.9),), 100),
    World("rare (20 values in 200 items), all reviewed", (Part(200, 0.1, 0.9),), 200),
    World("small night, half of it reviewed", (Part(60, 2.0, 0.95, lost=0.05),), 30),
    World("reviewers see 80 %", ONE, 200, sees=0.8),
    World("captures alone, independent", (Part(2000, 1.0, 0.97),), 0),
    World("captures alone, recall 0.999", (Part(2000, 2.0, 0.999),), 0),
    World("captures alone, hard values", (Part(2000, 2.0, 0.995, hard=0.05),), 0),
    World("captures alone, unlike strata", (Part(1500, 2.0, 0.99), Part(300, 1.0, 0.8, 0.5)), 0),
    World("captures alone, rare", (Part(1000, 0.02, 0.9),), 0),
    World("captures alone, bad calls (2 % lose all)", (Part(2000, 4.0, 0.98, lost=0.02),), 0, assumed=False),
)


Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Night:
    """Values per item of one stratum: found by both, by the first alone, by the second alone, by neither."""

    cells: Counts
    """Shape (4, items)."""

    @property
    def found(self) -> int:
        """All values that the first detector found."""
        return int(self.cells[:2].sum())

    @property
    def missed(self) -> int:
        """All values that it missed."""
        return int(self.cells[2:].sum())


def night(part: Part, chance: np.random.Generator) -> Night:
    """One stratum of a night."""
    heavy = chance.random(part.items) < part.heavy
    mean = np.where(heavy, 10 * part.values, part.values)
    item = np.repeat(np.arange(part.items), chance.poisson(mean))
    hard = chance.random(len(item)) < part.hard
    lost = (chance.random(part.items) < part.lost) | (heavy & part.heavy_lost)
    works = ~lost[item]
    first = works & (chance.random(len(item)) < np.where(hard, part.hard_first, part.first))
    second = works & (chance.random(len(item)) < np.where(hard, part.hard_second, part.second))
    ways = (first & second, first & ~second, ~first & second, ~first & ~second)
    return Night(np.stack([np.bincount(item[way], minlength=part.items) for way in ways]))


def _review(nights: Sequence[Night], world: World, chance: np.random.Generator) -> list[Review]:
    sizes = {Stratum("text", f"{i:02}", True): one.cells.shape[1] for i, one in enumerate(nights)}
    wanted = allocate(sizes, world.reviewed)
    reviews = []
    for (stratum, size), one in zip(sizes.items(), nights, strict=True):
        drawn = chance.choice(size, wanted[stratum], replace=False)
        found, missed = one.cells[:2, drawn].sum(axis=0), one.cells[2:, drawn].sum(axis=0)
        seen = chance.binomial(missed, world.sees)
        tallies = tuple(Tally(int(f), int(m)) for f, m in zip(found, seen, strict=True) if f or m)
        reviews.append(Review(stratum.key, size, len(drawn), tallies))
    return reviews


def _captures(nights: Sequence[Night], share: float, chance: np.random.Generator) -> list[Captures]:
    captures = []
    for i, one in enumerate(nights):
        size = one.cells.shape[1]
        looked = chance.choice(size, max(1, round(share * size)), replace=False)
        both, first, second, _ = (one.cells[way, looked] for way in range(4))
        items = tuple(
            Captured(int(f), int(s), int(b)) for f, s, b in zip(first, second, both, strict=True) if f or s or b
        )
        captures.append(Captures(str(i), size, len(looked), items))
    return captures


def simulate(world: World, runs: int, seed: int = 9) -> dict[str, Any]:
    """Coverage of the lower bound and of the interval, and how tight they are, over `runs` nights."""
    chance = np.random.default_rng(seed)
    held, inside, bounded, truths, lowers, points = 0, 0, 0, [], [], []
    for _ in range(runs):
        nights = [night(part, chance) for part in world.parts]
        found, missed = sum(one.found for one in nights), sum(one.missed for one in nights)
        truth = found / (found + missed) if found + missed else 1.0
        if world.reviewed:
            known = bound("X", found=found, reviews=_review(nights, world, chance), reviewer_recall=world.sees)
        else:
            known = bound("X", found=found, captures=_captures(nights, 0.5, chance))
        if known.lower is None or known.upper is None or known.recall is None:
            # There is no bound, and the gate holds back: nothing was claimed.
            held, inside = held + 1, inside + 1
            continue
        bounded += 1
        held += known.lower <= truth
        inside += known.lower <= truth <= known.upper
        truths.append(truth)
        lowers.append(known.lower)
        points.append(known.recall)
    return {
        "world": world.name,
        "reviewed": world.reviewed,
        "within_the_assumption": world.assumed,
        "coverage": held / runs,
        "coverage_of_those_bounded": 1 - (runs - held) / bounded if bounded else None,
        "interval": inside / runs,
        "without_bound": (runs - bounded) / runs,
        "truth": round(float(np.mean(truths)), 4),
        "estimate": round(float(np.mean(points)), 4),
        "lower": round(float(np.mean(lowers)), 4),
    }


def main() -> None:
    """Simulate every world; exit code 1 when a bound does not hold as often as it must."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--write", action="store_true", help="Keep the figures in benchmarks/results.")
    asked = parser.parse_args()
    began = time.monotonic()
    rows = []
    print(f"{'world':56} covers  interval none   truth  estimate lower")
    for world in WORLDS:
        row = simulate(replace(world), asked.runs)
        rows.append(row)
        print(
            f"{row['world']:56} {row['coverage']:.3f}  {row['interval']:.3f}    {row['without_bound']:.3f}  "
            f"{row['truth']:.4f} {row['estimate']:.4f}   {row['lower']:.4f}",
            flush=True,
        )
    body = {"machine": machine(), "runs": asked.runs, "seconds": round(time.monotonic() - began, 1), "worlds": rows}
    if asked.write:
        (RESULTS / "recall-bound.json").write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    if any(row["coverage"] < WANTED for row in rows if row["within_the_assumption"]):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
