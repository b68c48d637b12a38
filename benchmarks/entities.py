"""Precision, recall and F1 per entity type by nervaluate (SemEval-2013, task 9.1): findings against marked spans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from benchmarks.markdown import percent, table
from redactor.findings import Finding

NERVALUATE = "nervaluate==1.2.1"
"""As pip wants it; nothing of the product needs it."""
SCHEMES = ("strict", "exact", "partial", "ent_type")
_SAME = {"LOCATION_CITY": "LOCATION"}


@dataclass(frozen=True, slots=True, order=True)
class Marked:
    """Characters `[start, end)` of one type."""

    start: int
    end: int
    label: str


def measure(gold: Sequence[Mapping[str, Any]], findings: Sequence[Sequence[Finding]]) -> dict[str, Any]:
    """Figures of each scheme, over all types and for each, spans as they are marked and as they are joined.

    A number that is dictated in groups is marked group by group and found in one piece, or the other way round. So
    `joined` unites, on both sides alike, neighbours of one type with nothing but blanks, punctuation and neutral text
    between them. Findings on neutral text alone count neither way. Raises `ModuleNotFoundError`.
    """
    evaluator = import_module("nervaluate").Evaluator
    marked, found = [], []
    for document, hits in zip(gold, findings, strict=True):
        marked.append(sorted(Marked(s["start"], s["end"], _SAME.get(s["type"], s["type"])) for s in document["pii"]))
        spans = sorted(Marked(f.span.start, f.span.end, _SAME.get(f.entity_type, f.entity_type)) for f in hits)
        found.append([span for span in spans if not _idle(span, document)])
    joined = [
        [_joined(spans, document) for spans, document in zip(side, gold, strict=True)] for side in (marked, found)
    ]
    return {
        "as_marked": _evaluate(evaluator, marked, found),
        "joined": _evaluate(evaluator, *joined),
    }


def entity_table(figures: Mapping[str, Any]) -> str:
    """Precision, recall, F1 of `partial` and `ent_type` per type, as Markdown."""
    head = ["type", "spans", "partial P", "R", "F1", "ent_type P", "R", "F1"]
    rows = [
        [name, row["gold"], *(percent(row[scheme][key]) for scheme in ("partial", "ent_type") for key in _KEYS)]
        for name, row in [*figures["by_type"].items(), ("all", figures["all"])]
    ]
    return table(head, rows)


_KEYS = ("precision", "recall", "f1")


def _evaluate(evaluator: Any, marked: list[list[Marked]], found: list[list[Marked]]) -> dict[str, Any]:
    counts = Counter(span.label for spans in marked for span in spans)
    labels = sorted({*counts, *(span.label for spans in found for span in spans)})
    sides = [
        # nervaluate counts the last character in.
        [[{"label": s.label, "start": s.start, "end": s.end - 1} for s in spans] for spans in side]
        for side in (marked, found)
    ]
    results = evaluator(*sides, tags=labels, loader="dict").evaluate()
    by_type = {label: _figures(results["entities"][label], counts[label]) for label in labels}
    return {"all": _figures(results["overall"], counts.total()), "by_type": by_type}


def _figures(results: Mapping[str, Any], gold: int) -> dict[str, Any]:
    figures: dict[str, Any] = {"gold": gold}
    for scheme in SCHEMES:
        result = results[scheme]
        figures[scheme] = {key: round(getattr(result, key), 4) for key in _KEYS}
        figures[scheme] |= {key: getattr(result, key) for key in _COUNTS}
    return figures


_COUNTS = ("correct", "incorrect", "partial", "missed", "spurious")


def _idle(span: Marked, document: Mapping[str, Any]) -> bool:
    """True for a finding with nothing but neutral text in it."""
    if any(s["start"] < span.end and span.start < s["end"] for s in document["pii"]):
        return False
    return not _says(document, span.start, span.end)


def _says(document: Mapping[str, Any], start: int, end: int) -> bool:
    """True when a letter or digit in `[start, end)` is not neutral."""
    neutral = document.get("neutral", [])
    return any(
        character.isalnum() and not any(s["start"] <= at < s["end"] for s in neutral)
        for at, character in enumerate(document["text"][start:end], start)
    )


def _joined(spans: Sequence[Marked], document: Mapping[str, Any]) -> list[Marked]:
    joined: list[Marked] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is not None and last.label == span.label and not _says(document, last.end, span.start):
            joined[-1] = Marked(last.start, span.end, span.label)
        else:
            joined.append(span)
    return joined
