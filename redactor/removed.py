"""What was taken out of an item, in its own words: what the other readings of an output are told to look for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from redactor.evidence import RECORD_BREAK, Evidence
from redactor.findings import Redaction
from redactor.lookup import Lookup
from redactor.regions import Region, Span, TimeRange, mostly
from redactor.repeats import CERTAIN


@dataclass(frozen=True, slots=True)
class Removed:
    """One value that was covered. It lives as long as the item is worked on, and goes nowhere else."""

    text: str = field(repr=False)
    """As it was read, words parted by blanks: `έξι εννιά επτά`, `697 1234567`, `Μαρία Παπαδοπούλου`."""
    entity_type: str
    regions: tuple[Region, ...]
    """Where it was, one region for each word."""
    record: int = 0
    """Which record of its text it stood in, counted from 0 (`evidence.RECORD_BREAK`); other media have one."""


def removed(evidence: Evidence, redactions: Iterable[Redaction]) -> tuple[Removed, ...]:
    """The value under each redaction; those without words (faces, tones, speech that gave no words) have none.

    Words are found by their place; a word of a text is cut to what is covered of it. Where another listening found it
    in a recording, and surely, the value is what this one heard there.
    """
    under = _Words(evidence)
    values = []
    for redaction in redactions:
        said = [(region, text) for region in redaction.regions if (text := under.text(region))]
        if not said and redaction.score >= CERTAIN:
            said = [(region, text) for region in redaction.regions if (text := under.heard(region))]
        if said and redaction.entity_type != "UNCERTAIN":
            text = " ".join(text for _, text in said)
            regions = tuple(region for region, _ in said)
            values.append(Removed(text, redaction.entity_type, regions, under.record(regions[0])))
    return tuple(values)


class _Words:
    """What is said in a region that `Evidence.locate` gave."""

    def __init__(self, evidence: Evidence) -> None:
        self._whole: dict[Region, str] = {word.region: word.text for word in evidence.words}
        spans = sorted((region, text) for region, text in self._whole.items() if isinstance(region, Span))
        self._spans, self._texts = [span for span, _ in spans], [text for _, text in spans]
        self._starts = [span.start for span in self._spans]
        firsts = (word.region for word in evidence.words[1:] if word.gap == RECORD_BREAK)
        self._firsts = sorted(region.start for region in firsts if isinstance(region, Span))
        self._heard = Lookup(((word.region,), word) for word in evidence.words if isinstance(word.region, TimeRange))

    def record(self, region: Region) -> int:
        """The record that `region` of a text lies in."""
        return bisect_right(self._firsts, region.start) if isinstance(region, Span) else 0

    def heard(self, region: Region) -> str:
        """The words of a recording most of which lie in `region`."""
        if not isinstance(region, TimeRange):
            return ""
        words = ((word.text, word.region) for word in self._heard.under(region))
        return " ".join(text for text, own in words if isinstance(own, TimeRange) and mostly(own, [region]))

    def text(self, region: Region) -> str:
        if not isinstance(region, Span) or region in self._whole:
            return self._whole.get(region, "")
        at = max(0, bisect_right(self._starts, region.start) - 1)
        parts = []
        for span, text in zip(self._spans[at:], self._texts[at:], strict=True):
            if span.start >= region.end:
                break
            if span.overlaps(region):
                part = region.clip(span)
                parts.append(text[part.start - span.start : part.end - span.start])
        return " ".join(parts)
