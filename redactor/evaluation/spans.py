"""The standard span metrics, counted by nervaluate: strict, exact, partial and by type, as in SemEval 2013 task 9."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from redactor.errors import MissingEngineError
from redactor.evaluation.judged import Said

SCHEMES = ("strict", "exact", "partial", "ent_type")


def require() -> None:
    """Raise `MissingEngineError` without nervaluate, before hours of work."""
    if find_spec("nervaluate") is None:
        message = "span metrics need nervaluate: pip install 'redactor[evaluate]'"
        raise MissingEngineError(message, reason="NO_ENGINE")


def metrics(items: Sequence[Said]) -> dict[str, Any]:
    """Precision, recall and F2 under each scheme, overall and per entity type, with the counts behind them."""
    from nervaluate.evaluator import Evaluator

    truth = [[_entity(*span) for span in item.gold] for item in items]
    predicted = [[_entity(*span) for span in item.predicted] for item in items]
    types = sorted({e["label"] for documents in (truth, predicted) for document in documents for e in document})
    found = Evaluator(truth, predicted, tags=types, loader="dict").evaluate()
    return {
        "source": sorted({item.source for item in items}),
        **{scheme: _figures(found["overall"][scheme]) for scheme in SCHEMES if scheme in found["overall"]},
        "by_type": {
            kind: {scheme: _figures(found["entities"][kind][scheme]) for scheme in SCHEMES}
            for kind in types
            if kind in found["entities"]
        },
    }


def f2(precision: float | None, recall: float | None) -> float | None:
    """The harmonic mean that weighs recall four times as much as precision; None where one is not known."""
    if precision is None or recall is None:
        return None
    return 5 * precision * recall / (4 * precision + recall) if precision + recall else 0.0


def _entity(label: str, start: int, end: int) -> dict[str, Any]:
    return {"label": label, "start": start, "end": end}


def _figures(result: Any) -> dict[str, Any]:
    precision, recall = float(result.precision), float(result.recall)
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f2": round(f2(precision, recall) or 0.0, 4),
        **{name: getattr(result, name) for name in ("correct", "incorrect", "partial", "missed", "spurious")},
    }
