"""Figures of many items: rates with their intervals, overall, by type and by group."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from redactor.evaluation.judged import UNITS, Amount, ItemResult, Judgement
from redactor.evaluation.spans import f2, metrics

_Z = statistics.NormalDist().inv_cdf(0.975)


def wilson(hit: float, of: int) -> tuple[float, float] | None:
    """The 95 % interval of a share after Wilson (1927), which holds for few items and near 1; None of nothing."""
    if not of:
        return None
    share, weight = hit / of, _Z * _Z / of
    middle = (share + weight / 2) / (1 + weight)
    reach = _Z / (1 + weight) * math.sqrt(share * (1 - share) / of + weight / (4 * of))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def figures(kind: str, items: Sequence[ItemResult]) -> dict[str, Any]:
    """All figures of the items of one kind; shares have four decimals, None means that there was nothing to count."""
    judged = [j for item in items for j in item.judgements]
    personal = [item for item in items if item.judgements]
    over, removed = _sum(item.over for item in items), _sum(item.removed for item in items)
    precision = removed.share
    covered = sum(j.covered for j in judged)
    said = [item.said for item in items if item.said is not None]
    return {
        "items": len(items),
        "missing": sorted(item.origin.item for item in items if item.missing),
        **recall(judged),
        "precision": _round(precision),
        "f2": _round(f2(precision, covered / len(judged) if judged else None)),
        "hard_leak_rate": _round(Amount(sum(not _clean(item) for item in personal), len(personal)).share),
        "over_redaction": _round(over.share),
        "over_redaction_no_pii": _round(_sum(item.over for item in items if not item.judgements).share),
        "leaked": {"amount": sum(j.leaked for j in judged), "unit": UNITS[kind]},
        **_of_calls(kind, items),
        **_of_pictures(kind, items),
        "by_type": _by(judged, lambda j: [j.entity_type]),
        "by": _groups(items),
        "spans": metrics(said) if said else None,
        "latency": _latency(items),
    }


def recall(judged: Sequence[Judgement]) -> dict[str, Any]:
    """Data, how many are covered, the share, and its interval.

    Frames that show one datum are not so many proofs: the interval is that of as many data as there are.
    """
    covered = sum(j.covered for j in judged)
    distinct = len({j.group for j in judged if j.group}) + sum(not j.group for j in judged)
    interval = wilson(covered * distinct / len(judged), distinct) if judged else None
    return {
        "data": len(judged),
        "covered": covered,
        "recall": _round(Amount(covered, len(judged)).share),
        "recall_95": [round(edge, 4) for edge in interval] if interval else None,
    }


def _by(judged: Iterable[Judgement], keys: Callable[[Judgement], Iterable[str]]) -> dict[str, Any]:
    parts: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in judged:
        for key in keys(judgement):
            parts[key].append(judgement)
    return {key: {**recall(part), "leaked": sum(j.leaked for j in part)} for key, part in sorted(parts.items())}


def _groups(items: Sequence[ItemResult]) -> dict[str, Any]:
    """Recall (of what is text) and over-redaction by each group that the gold names."""
    parts: dict[str, dict[str, list[ItemResult]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        for name, value in item.origin.groups:
            parts[name][value].append(item)
    return {
        name: {
            value: {
                **recall([j for item in part for j in item.judgements if not j.picture]),
                "over_redaction": _round(_sum(item.over for item in part).share),
            }
            for value, part in sorted(values.items())
        }
        for name, values in sorted(parts.items())
    }


def _of_calls(kind: str, items: Sequence[ItemResult]) -> dict[str, Any]:
    if kind != "call":
        return {}
    words = _sum(item.words for item in items)
    return {
        "in_transcript": sum(j.written for item in items for j in item.judgements),
        "word_error_rate": _round(words.share),
        "seconds": round(sum(item.length_s for item in items), 1),
    }


def _of_pictures(kind: str, items: Sequence[ItemResult]) -> dict[str, Any]:
    if kind != "screen":
        return {}
    parts = _by((j for item in items for j in item.judgements), lambda j: ["pictures" if j.picture else "text"])
    shares = [recall([j for j in item.judgements if not j.picture])["recall"] for item in items]
    known = [share for share in shares if share is not None]
    return {
        "recall_of": parts,
        "mean_recall": _round(statistics.mean(known)) if known else None,
        "without_leak": Counter(share == 1 for share in known)[True],
    }


def _latency(items: Sequence[ItemResult]) -> dict[str, Any] | None:
    """Seconds per item (mean, 95th percentile) and per step, as the sidecars tell; of sound also per second of it."""
    told = [item for item in items if item.seconds]
    if not told:
        return None
    totals = sorted(sum(item.seconds.values()) for item in told)
    steps: Counter[str] = Counter()
    for item in told:
        steps.update(item.seconds)
    length = sum(item.length_s for item in told)
    return {
        "items": len(told),
        "mean_s": round(statistics.mean(totals), 3),
        "p95_s": round(totals[min(len(totals) - 1, math.ceil(0.95 * len(totals)) - 1)], 3),
        "by_step_s": {step: round(took, 3) for step, took in sorted(steps.items())},
        "per_second": round(sum(totals) / length, 3) if length else None,
    }


def _clean(item: ItemResult) -> bool:
    return all(j.clean for j in item.judgements)


def _sum(amounts: Iterable[Amount]) -> Amount:
    return sum(amounts, Amount())


def _round(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
