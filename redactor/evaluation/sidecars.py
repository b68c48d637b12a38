"""What this product says of its own outputs: where it redacted what, and how long it took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from redactor.evaluation.gold import CallGold, ScreenGold, TextGold
from redactor.evaluation.judged import Said
from redactor.evaluation.schemes import ours

Found = tuple[str, int, int]
"""Entity type, start, end (both inside)."""
_LEAF = len("text\n")
"""A record of JSON lines is read as its key "text" and its value, each on a line."""


def seconds(sidecar: Mapping[str, Any]) -> dict[str, float]:
    """What each step took."""
    told = sidecar.get("seconds")
    return {str(step): float(took) for step, took in told.items()} if isinstance(told, dict) else {}


def in_texts(sidecar: Mapping[str, Any], golds: Sequence[TextGold], *, lines: bool) -> list[list[Found]] | None:
    """The spans of each text of one file, in its order; None when they cannot be told from the sidecar.

    Its offsets count the whole file as it was read; where its extent is not that of these texts, it is of another file.
    """
    starts, at = [], 0
    for gold in golds:
        starts.append(at + (_LEAF if lines else 0))
        at = starts[-1] + len(gold.text) + 1
    extent = sidecar.get("extent")
    if not extent or extent[0].get("end") != at - 1:
        return None
    found: list[list[Found]] = [[] for _ in golds]
    number = 0
    spans = [(min(r["start"] for r in parts), max(r["end"] for r in parts), kind) for kind, parts in _said(sidecar)]
    for start, end, kind in sorted(spans):
        while number + 1 < len(starts) and starts[number + 1] <= start:
            number += 1
        if start >= starts[number]:
            found[number].append((kind, start - starts[number], end - 1 - starts[number]))
    return found


def in_call(sidecar: Mapping[str, Any], gold: CallGold) -> Said | None:
    """Gold and redactions of a recording, matched by overlap."""
    if not sidecar:
        return None

    def same(number: int, region: Mapping[str, Any]) -> bool:
        datum = gold.data[number]
        within = region["start_ms"] < datum.end_s * 1000 and datum.start_s * 1000 < region["end_ms"]
        return within and (not datum.channels or region["channel"] in datum.channels)

    return _matched([datum.entity_type for datum in gold.data], sidecar, same)


def in_screen(sidecar: Mapping[str, Any], gold: ScreenGold) -> Said | None:
    """Gold and redactions of a picture, matched by overlap."""
    if not sidecar:
        return None

    def same(number: int, region: Mapping[str, Any]) -> bool:
        return any(
            region["left"] < box.right
            and box.left < region["right"]
            and region["top"] < box.bottom
            and box.top < region["bottom"]
            for box in gold.shown.data[number].boxes
        )

    return _matched([datum.entity_type for datum in gold.shown.data], sidecar, same)


def _matched(types: Sequence[str], sidecar: Mapping[str, Any], same: Any) -> Said:
    """Each datum has a number as its place; a redaction takes the places that it touches, or one of its own.

    So the standard metrics count what has no order: boundaries agree where the two overlap at all.
    """
    truth = tuple((ours(kind), number, number) for number, kind in enumerate(types))
    predicted: dict[Found, None] = {}
    beyond = len(types)
    for kind, regions in _said(sidecar):
        places = [n for n in range(len(types)) if any(same(n, region) for region in regions)]
        for place in places or [beyond]:
            predicted[(kind, place, place)] = None
        beyond += not places
    # Where several types were said of one datum, its own comes first, as a reader would take it.
    own = dict(enumerate(kind for kind, *_ in truth))
    ordered = sorted(predicted, key=lambda p: (p[1], p[0] != own.get(p[1])))
    first = {place: said for said in reversed(ordered) for place in [said[1]]}
    return Said(truth, tuple(first.values()), "sidecar")


def _said(sidecar: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for redaction in sidecar.get("redactions", ()):
        if redaction.get("regions"):
            yield ours(str(redaction["type"])), redaction["regions"]
