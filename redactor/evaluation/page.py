"""The evaluation as JSON and as one page that needs nothing beside it. Values are shown of synthetic gold only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from redactor.evaluation.judged import UNITS, ItemResult, Judgement
from redactor.evaluation.run import Evaluation

PICTURES = 1000
"""Leaks of each kind that are shown with a picture at most; all are listed."""
NAMES = {
    "text": "Texts",
    "call": "Calls",
    "screen": "Screens",
    "recording": "Screen recordings",
    "listed": "Texts of which only the values are known",
}


@dataclass(frozen=True, slots=True)
class Leak:
    """One datum that leaked; of a recording, with all its frames."""

    kind: str
    item: str
    judgement: Judgement
    frames: int = 1

    @property
    def how(self) -> str:
        """Where it is left: in the medium, in the transcript, or both."""
        parts = [f"{self.judgement.leaked} {UNITS[self.kind]}"] if not self.judgement.covered else []
        if self.frames > 1:
            parts.append(f"{self.frames} frames")
        if self.judgement.written:
            parts.append("in the transcript")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """For JSON; no values."""
        return {
            "kind": self.kind,
            "item": self.item,
            "type": self.judgement.entity_type,
            "place": self.judgement.place,
            "leaked": self.judgement.leaked,
            "unit": UNITS[self.kind],
            "in_medium": not self.judgement.covered,
            "in_transcript": self.judgement.written,
            "frames": self.frames,
        }


def leaks(evaluation: Evaluation) -> tuple[Leak, ...]:
    """All leaks in the order of items; the frames of one datum of a recording are one leak."""
    return tuple(leak for item in evaluation.items for leak in _of(item))


def as_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Everything as JSON: figures by kind, leaks by item, type and place, problems. No values."""
    return {
        "kinds": evaluation.figures(),
        "leaks": [leak.as_dict() for leak in leaks(evaluation)],
        "problems": [problem.as_dict() for problem in evaluation.problems],
    }


def page(evaluation: Evaluation) -> str:
    """The page: figures, what went wrong, and each leak, with a picture where its gold is synthetic."""
    found = leaks(evaluation)
    shown = [leak for leak in found if leak.judgement.shown is not None]
    drawn = [leak for kind in UNITS for leak in [x for x in shown if x.kind == kind][:PICTURES]]
    environment = Environment(
        loader=PackageLoader("redactor"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rate"] = rate
    return environment.get_template("evaluation.html.j2").render(
        kinds=evaluation.figures(),
        names=NAMES,
        units=UNITS,
        leaks=found,
        drawn=drawn,
        more=len(shown) - len(drawn),
        problems=evaluation.problems,
    )


def rate(share: float | None) -> str:
    """A share in percent; a dash for nothing."""
    return "-" if share is None else f"{100 * share:.2f} %"


def _of(item: ItemResult) -> Iterator[Leak]:
    left = [j for j in item.judgements if not j.clean]
    if item.kind != "recording":
        yield from (Leak(item.kind, item.origin.item, j) for j in left)
        return
    by_group: dict[str, list[Judgement]] = {}
    for judgement in left:
        by_group.setdefault(judgement.group, []).append(judgement)
    for same in by_group.values():
        first = next((j for j in same if j.shown is not None), same[0])
        whole = Judgement(first.entity_type, False, first.place, sum(j.leaked for j in same), shown=first.shown)
        yield Leak(item.kind, item.origin.item, whole, len(same))
