"""From redactions to stretches of leaves, and the text that stands there afterwards."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from redactor.errors import WithheldError
from redactor.findings import Redaction
from redactor.readers.text import WORD, offsets
from redactor.regions import Span, merge_spans


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of one leaf that one placeholder stands for."""

    span: Span
    """Relative to the leaf."""
    entity_type: str
    score: float


def cut(leaves: Sequence[str], redactions: Iterable[Redaction]) -> Mapping[int, tuple[Stretch, ...]]:
    """Leaf index -> disjoint stretches in order.

    Spans of one redaction with nothing but blanks between them become one stretch, so a name of two words gives one
    placeholder. Overlapping redactions are united; the type is that of the higher score. Raises `WithheldError`
    (`NO_PLACE`) for a redaction that lies outside of the leaves: it must never pass in silence.
    """
    starts = offsets(leaves)
    found: dict[int, list[Stretch]] = {}
    for redaction in redactions:
        own: dict[int, list[Span]] = {}
        for region in redaction.regions:
            for leaf, span in _parts(region, leaves, starts):
                own.setdefault(leaf, []).append(span)
        if not own:
            raise _no_place()
        for leaf, spans in own.items():
            found.setdefault(leaf, []).extend(
                Stretch(span, redaction.entity_type, redaction.score) for span in _joined(leaves[leaf], spans)
            )
    return {leaf: tuple(_united(stretches)) for leaf, stretches in sorted(found.items())}


def expected(text: str, stretches: Iterable[Stretch], placeholder: str) -> str:
    """What a leaf must look like afterwards."""
    out: list[str] = []
    at = 0
    for stretch in stretches:
        out += [text[at : stretch.span.start], placeholder.format(type=stretch.entity_type)]
        at = stretch.span.end
    return "".join([*out, text[at:]])


def _parts(region: object, leaves: Sequence[str], starts: Sequence[int]) -> Iterator[tuple[int, Span]]:
    if not isinstance(region, Span) or not leaves or region.end > starts[-1] + len(leaves[-1]):
        raise _no_place()
    for leaf in range(bisect_right(starts, region.start) - 1, len(leaves)):
        start = starts[leaf]
        if start >= region.end:
            break
        if (begin := max(region.start, start)) < (end := min(region.end, start + len(leaves[leaf]))):
            yield leaf, Span(begin - start, end - start)


def _joined(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for span in merge_spans(spans):
        if current is not None and not WORD.search(text, current.end, span.start):
            current = Span(current.start, span.end)
            continue
        if current is not None:
            yield current
        current = span
    if current is not None:
        yield current


def _united(stretches: Iterable[Stretch]) -> list[Stretch]:
    united: list[Stretch] = []
    best: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda s: (s.span.start, -s.span.end)):
        if not united or stretch.span.start >= united[-1].span.end:
            united.append(stretch)
            best.append(stretch)
            continue
        best[-1] = min(best[-1], stretch, key=lambda s: (-s.score, -len(s.span), s.entity_type))
        span = Span(united[-1].span.start, max(united[-1].span.end, stretch.span.end))
        united[-1] = Stretch(span, best[-1].entity_type, best[-1].score)
    return united


def _no_place() -> WithheldError:
    return WithheldError("a redaction lies outside of the text that was read", reason="NO_PLACE")
