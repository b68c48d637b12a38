"""Findings: what was found where, never what it says; overlaps are united, never dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from redactor.regions import Region, Span, overlap

NAME_MODEL = "NameRecognizer"
"""Detector of what the name model says, which weighs a text as a whole; all others are rules and lists."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of text that a detector takes for personal data. It holds no text, so it can be logged."""

    span: Span
    """Characters in the text that was searched, at least one."""
    entity_type: str
    """Upper-case type, Presidio's name where it has one (`PERSON`, `PHONE_NUMBER`, `GR_AFM`, ...)."""
    score: float
    """Confidence in 0..1."""
    detector: str
    """Who says so: the recognizer's name, or several joined by `+`."""

    def __post_init__(self) -> None:
        if len(self.span) == 0:
            raise ValueError("a finding needs at least one character")
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"score outside 0..1: {self.score}")
        if not self.entity_type or self.entity_type != self.entity_type.upper():
            raise ValueError("an entity type is upper case")


@dataclass(frozen=True, slots=True)
class Redaction:
    """A finding after it was located: the regions that the renderer must make unrecognisable."""

    entity_type: str
    regions: tuple[Region, ...]
    """At least one region, all of the same kind."""
    score: float
    """Highest score of the findings behind it, 0..1."""
    detector: str

    def __post_init__(self) -> None:
        if not self.regions:
            raise ValueError("a redaction needs at least one region")


def type_under(cover: Region, redactions: Iterable[Redaction]) -> str:
    """The type of the surest redaction that a cover hides; `UNCERTAIN` when there is none of a known type."""
    under = [r for r in redactions if r.entity_type != "UNCERTAIN" and any(overlap(x, cover) for x in r.regions)]
    return max(under, key=lambda r: (r.score, r.entity_type)).entity_type if under else "UNCERTAIN"


def resolve(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Unite overlapping findings; the union takes the type of the best (highest score, then longest, then by name).

    No character that any finding covers is ever lost: the union of spans before and after is the same set.
    """
    united: list[tuple[Span, list[Finding]]] = []
    for finding in sorted(findings, key=lambda f: (f.span.start, -f.span.end)):
        if united and finding.span.start < united[-1][0].end:
            span, members = united[-1]
            members.append(finding)
            united[-1] = (Span(span.start, max(span.end, finding.span.end)), members)
        else:
            united.append((finding.span, [finding]))
    return tuple(_union(span, members) for span, members in united)


def _union(span: Span, members: list[Finding]) -> Finding:
    if len(members) == 1 and "+" not in members[0].detector:
        return members[0]
    best = min(members, key=lambda f: (-f.score, -len(f.span), f.entity_type))
    detectors = sorted({name for f in members for name in f.detector.split("+")})
    return Finding(span, best.entity_type, best.score, "+".join(detectors))
