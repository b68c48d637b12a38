"""The recorded run: recall per group and language, and each datum that was caught; what has become worse since."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.bar.judged import Judged

PATH = Path(__file__).parent / "bar.json"
DROP = 0.005
"""Recall of a group or a language in it may fall by this much."""
ALL = "all"

Caught: TypeAlias = Mapping[str, frozenset[int]]
"""Name of an item, `texts/dev-0001`, to the numbers of its data (from 0, in the order of the gold)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How one group of items came out, or those of one language in it."""

    data: int
    recall: float | None
    """Share of the data that is gone, 0..1; None when there is none."""
    over_redaction: float | None
    """Share of what is not personal that is gone, 0..1."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one or several runs over the same pack had in common."""

    gold: str
    """Digest of the pack."""
    figures: Mapping[str, Mapping[str, Figure]]
    """Group, then language or `all`."""
    caught: Caught
    """What was gone in every run, and for every item that was given out in every run, if nothing of it was caught."""
    unsteady: Caught
    """What was gone in some runs only; it may leak."""

    @classmethod
    def of(cls, gold: str, runs: Sequence[Sequence[Judged]]) -> Record:
        """The record of runs over one pack; recall counts what is caught in all, over-redaction is the highest."""
        each = [{name(one): _numbers(one) for one in run if one.written} for run in runs]
        written = set[str].intersection(*(set(run) for run in each))
        steady = {key: frozenset[int].intersection(*(run[key] for run in each)) for key in written}
        some = {key: frozenset[int].union(*(run.get(key, frozenset()) for run in each)) for run in each for key in run}
        unsteady = {key: rest for key, found in some.items() if (rest := found - steady.get(key, frozenset()))}
        return cls(gold, _figures(runs, steady), steady, unsteady)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Record:
        """The record in what `as_dict` made."""
        figures = {
            group: {key: Figure(**figure) for key, figure in rows.items()} for group, rows in body["figures"].items()
        }
        caught, unsteady = (
            {key: frozenset(found) for key, found in body[part].items()} for part in ("caught", "unsteady")
        )
        return cls(body["gold"], figures, caught, unsteady)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "gold": self.gold,
            "figures": {
                group: {
                    key: {"data": f.data, "recall": f.recall, "over_redaction": f.over_redaction}
                    for key, f in rows.items()
                }
                for group, rows in self.figures.items()
            },
            "unsteady": _listed(self.unsteady),
            "caught": _listed(self.caught),
        }


def name(one: Judged) -> str:
    """Group and name of an item; nothing personal is in it."""
    return f"{one.item.group}/{one.item.name}"


def worse(record: Record, run: Sequence[Judged]) -> list[str]:
    """What a run does worse than the record, a line each: leaks by number and type, never by value."""
    return [*_leaks(record, run), *_drops(record, Record.of(record.gold, [run]))]


def given_up(record: Record, new: Record) -> list[str]:
    """What a new record would no longer ask for, a line each."""
    gone = [
        f"{key}, datum {number}: caught before" + ("" if key in new.caught else ", and the item is not given out now")
        for key, numbers in sorted(record.caught.items())
        for number in sorted(numbers - new.caught.get(key, frozenset()))
    ]
    silent = [f"{key}: given out before" for key, found in record.caught.items() if not found and key not in new.caught]
    return [*gone, *silent, *_drops(record, new)]


def load(path: Path = PATH) -> Record:
    """The record that is kept in the repository."""
    return Record.read(json.loads(path.read_text(encoding="utf-8")))


def _leaks(record: Record, run: Iterable[Judged]) -> Iterator[str]:
    missing = dict(record.caught)
    for one in run:
        before = missing.pop(name(one), None)
        if before is None:
            continue
        if not one.written:
            yield f"{name(one)}: withheld, and was given out before"
            continue
        for number in sorted(before - _numbers(one)):
            yield f"{name(one)}, datum {number} ({one.types[number]}): caught before, left now"
    yield from (f"{key}: not judged any more" for key in missing)


def _drops(record: Record, new: Record) -> Iterator[str]:
    for group, rows in record.figures.items():
        for key, old in rows.items():
            now = new.figures.get(group, {}).get(key)
            if old.recall is not None and (now is None or (now.recall or 0.0) < old.recall - DROP):
                told = "none" if now is None or now.recall is None else f"{100 * now.recall:.1f} %"
                yield f"{group}, {key}: recall {told}, was {100 * old.recall:.1f} %"


def _numbers(one: Judged) -> frozenset[int]:
    return frozenset(number for number, caught in enumerate(one.caught) if caught)


def _figures(runs: Sequence[Sequence[Judged]], steady: Caught) -> dict[str, dict[str, Figure]]:
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    over: dict[tuple[str, str], float] = {}
    for one in runs[0]:
        for key in (ALL, one.item.language):
            counts[one.item.group, key][0] += len(one.types)
            counts[one.item.group, key][1] += len(steady.get(name(one), ()))
    for run in runs:
        lost: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for one in run:
            for key in (ALL, one.item.language):
                lost[one.item.group, key][0] += one.lost
                lost[one.item.group, key][1] += one.outside
        for place, (gone, outside) in lost.items():
            if outside:
                over[place] = max(over.get(place, 0.0), gone / outside)
    figures: dict[str, dict[str, Figure]] = defaultdict(dict)
    for (group, key), (data, caught) in sorted(counts.items()):
        share = over.get((group, key))
        recall = round(caught / data, 4) if data else None
        figures[group][key] = Figure(data, recall, None if share is None else round(share, 4))
    return dict(figures)


def _listed(caught: Caught) -> dict[str, list[int]]:
    return {key: sorted(numbers) for key, numbers in sorted(caught.items())}
