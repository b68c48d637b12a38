"""Verification: an output is read again from its own bytes and judged again, before anyone may have it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from redactor.detection import Detector
from redactor.errors import WithheldError
from redactor.evidence import Evidence, locate
from redactor.findings import Finding, Redaction
from redactor.protocols import Media, Reader, Rereader
from redactor.regions import Box, Region, TimeRange, overlap
from redactor.surrogates import surrogated

_SHORT = 0.3
"""A second reading with fewer than this share of the words that should be left is a failure, not a pass."""
_TIME_SLACK_MS = 150
"""Word times of two readings of the same sound differ by this much."""
_BOX_SLACK = 0.3
"""Share of a box that may stick out of a covered area: the second reader sees the edge of the cover."""


def residue(
    media: Media, reader: Reader, detector: Detector, covers: Sequence[Redaction], kept: int, placeholder: str
) -> tuple[Redaction, ...]:
    """What is still found in `media` (a draft) outside of `covers`, which was made unrecognisable; none: verified.

    `kept` is the number of words that should still be readable. Raises `WithheldError` when the second reading is
    empty or implausibly short.
    """
    try:
        evidence = reader.read_again(media, covers) if isinstance(reader, Rereader) else reader.read(media)
    except WithheldError:
        if kept:
            raise
        return ()
    if media.kind != "text" and readable(evidence, covers) < _SHORT * kept:
        raise WithheldError("the second reading is implausibly short", reason="SECOND_READING_SHORT")
    findings = remaining(evidence.text, detector, placeholder)
    # Speech that gave no words is not looked at again: the first reading masked it, and a tone may pass for speech.
    found = [r for r in locate(evidence, findings) if r.entity_type != "UNCERTAIN"]
    places = [region for cover in covers for region in cover.regions]
    return tuple(r for r in found if not all(_inside(region, places) for region in r.regions))


def remaining(text: str, detector: Detector, placeholder: str) -> tuple[Finding, ...]:
    """Findings in a redacted text that cover letters or digits outside of placeholders."""
    judged = surrogated(text, placeholder)
    return tuple(
        replace(finding, span=part)
        for finding in detector.detect(judged.text)
        for part in judged.outside(finding.span)
        if re.search(r"\w", text[part.start : part.end])
    )


def readable(evidence: Evidence, covers: Sequence[Redaction]) -> int:
    """The number of words of `evidence` that no cover touches."""
    places = [region for cover in covers for region in cover.regions]
    return sum(not any(overlap(word.region, place) for place in places) for word in evidence.words)


def _inside(region: Region, covered: Sequence[Region]) -> bool:
    if isinstance(region, TimeRange):
        wide = [c.padded(_TIME_SLACK_MS) for c in covered if isinstance(c, TimeRange)]
        return any(
            c.channel == region.channel and c.start_ms <= region.start_ms and region.end_ms <= c.end_ms for c in wide
        )
    if isinstance(region, Box):
        area = (region.right - region.left) * (region.bottom - region.top)
        return any(_shared(region, c) >= (1 - _BOX_SLACK) * area for c in covered if isinstance(c, Box))
    return False


def _shared(a: Box, b: Box) -> int:
    if not a.overlaps(b):
        return 0
    return (min(a.right, b.right) - max(a.left, b.left)) * (min(a.bottom, b.bottom) - max(a.top, b.top))
