"""Evidence: what a reader saw or heard, as words with a place each. The same for sound, pictures and text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from redactor.findings import Finding, Redaction
from redactor.regions import Region, Span, TimeRange

RECORD_BREAK = "\n\f\n"
"""Gap between records that have nothing to do with each other: no label in one arms a number in the next."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word (or other unbroken piece of text) and where it is."""

    text: str = field(repr=False)
    """What was read; not empty."""
    region: Region
    """Where it is. For text a `Span` of exactly `len(text)` characters of the source."""
    confidence: float = 1.0
    """Of the reader, 0..1."""
    gap: str = field(default=" ", repr=False)
    """Text between the word before and this one: a blank, a line break (new line or utterance), or what stood there."""

    def __post_init__(self) -> None:
        if not self.text:
            raise ValueError("a word needs text")
        if isinstance(self.region, Span) and len(self.region) != len(self.text):
            raise ValueError("a word of a text covers exactly its own characters")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something personal that is no word: a face, a code, a signature, a photo."""

    entity_type: str
    """`FACE`, `QR_CODE`, `BARCODE`, `SIGNATURE` or `ID_PHOTO`."""
    region: Region
    """Where all of it is."""
    score: float
    """Confidence of its detector, 0..1."""
    detector: str
    """Who saw it, for example `centerface`."""
    content: str = field(default="", repr=False)
    """What a code says, where it could be decoded; judged like text. Empty: unknown, which is always covered."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"score outside 0..1: {self.score}")


@dataclass(frozen=True)
class Evidence:
    """The words of one medium in reading order, and what was there but could not be read."""

    words: tuple[Word, ...] = field(repr=False)
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes that were heard or read, most first; empty when unknown."""
    unread: tuple[Region, ...] = ()
    """Where the reader noticed something but has no words for it (speech without a transcript): always covered."""
    tones: tuple[Region, ...] = ()
    """Key tones of a recording: they carry PINs and cards, and are always covered."""
    extent: tuple[Region, ...] = ()
    """The whole medium: one `TimeRange` per channel, one `Box` per page, or one `Span`."""
    cells: bool = False
    """True when the words stand in cells, as on a screen: a tab or a line break ends one, and its value with it."""
    marks: tuple[Mark, ...] = ()
    """What is personal without being words: faces, codes, signatures."""

    @cached_property
    def text(self) -> str:
        """All words joined by their gaps; blanks before the first are left out, a sign there may end an empty cell."""
        return "".join(gap + word.text for gap, word in zip(self._gaps, self.words, strict=True))

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The span of each word in `text`, in the order of `words`."""
        spans, at = [], 0
        for gap, word in zip(self._gaps, self.words, strict=True):
            at += len(gap)
            spans.append(Span(at, at + len(word.text)))
            at += len(word.text)
        return tuple(spans)

    @cached_property
    def celled(self) -> int:
        """The length of the beginning of `text` whose words stand in cells: what is seen comes before what is heard."""
        seen = [span.end for word, span in zip(self.words, self.spans, strict=True) if not _is_heard(word)]
        return seen[-1] if self.cells and seen else 0

    def locate(self, span: Span) -> tuple[Region, ...]:
        """The regions of every word that `span` touches, by position only; words of a text are cut to the span.

        Raises ValueError when the span touches no word: a finding without a place must never pass in silence.
        """
        first = max(0, bisect_right(self._starts, span.start) - 1)
        regions: list[Region] = []
        for i in range(first, len(self.words)):
            word, at = self.words[i], self.spans[i]
            if at.start >= span.end:
                break
            if not at.overlaps(span):
                continue
            if isinstance(word.region, Span):
                part, offset = span.clip(at), word.region.start - at.start
                regions.append(Span(part.start + offset, part.end + offset))
            else:
                regions.append(word.region)
        if not regions:
            raise ValueError(f"the finding at [{span.start}, {span.end}) touches no word")
        return tuple(regions)

    @property
    def _gaps(self) -> Iterator[str]:
        return (word.gap if i else word.gap.lstrip() for i, word in enumerate(self.words))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(span.start for span in self.spans)


def _is_heard(word: Word) -> bool:
    return isinstance(word.region, TimeRange)


def locate(evidence: Evidence, findings: Iterable[Finding]) -> tuple[Redaction, ...]:
    """Findings -> redactions, plus one `UNCERTAIN` for each region that could not be read, `KEY_TONES` for tones.

    Marks are redacted as they are; which codes may stay is decided before, by what they say (`codes.judged`).
    """
    found = [Redaction(f.entity_type, evidence.locate(f.span), f.score, f.detector) for f in findings]
    unread = [Redaction("UNCERTAIN", (region,), 1.0, "reader") for region in evidence.unread]
    tones = [Redaction("KEY_TONES", (region,), 1.0, "reader") for region in evidence.tones]
    marks = [Redaction(mark.entity_type, (mark.region,), mark.score, mark.detector) for mark in evidence.marks]
    return tuple(found + unread + tones + marks)
