"""Verification: an output is read again from its own bytes and judged again, before anyone may have it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from redactor.codes import judged
from redactor.detection import Detector
from redactor.errors import WithheldError
from redactor.evidence import Evidence, locate
from redactor.findings import NAME_MODEL, Finding, Redaction
from redactor.lookup import Lookup
from redactor.normalize import folded
from redactor.protocols import Media, Reader, Relistener, Rereader
from redactor.recognizers.cells import Cells
from redactor.recognizers.el.phrases import STOP
from redactor.recognizers.el.phrases import words as small_words
from redactor.recognizers.number_words import said
from redactor.recognizers.spoken_reading import numeral
from redactor.regions import Box, Region, Span, Stay, TimeRange, Track
from redactor.repeats import key
from redactor.surrogates import surrogated

_SHORT = 0.3
"""A second reading with fewer than this share of the words that should be left is a failure, not a pass."""
_HANDFUL = 5
_NOTHING_READ = ("NO_SPEECH", "NO_WORDS")
"""Reasons of a reader that found nothing to read: under covers there is nothing."""
_TIME_SLACK_MS = 150
"""Word times of two readings of the same sound differ by this much."""
_FRAME_SLACK = 1
"""Frames by which two readings may differ in when something begins or ends to show: coding blurs the change."""
_DOUBT = 0.3
"""Words of sound that were heard with less confidence are listened to again wherever they stand."""
_LITTLE = 3
"""Letters of an article, a pronoun, a preposition."""
_NOISE = 0.3
"""Confidence below which a word is one only where both readings see it; rules and icons are read as such."""
_NUMBER = 6
"""Digits in a word of the second reading that count, whatever the first one took it for."""
_NUMBERS = frozenset(
    {"BANK_ACCOUNT", "CARD_PIN", "CREDIT_CARD", "CUSTOMER_ID", "CVV", "EMAIL_ADDRESS", "GR_AFM", "GR_AMKA"}
    | {"GR_ID_CARD", "IBAN_CODE", "LICENSE_PLATE", "PASSPORT", "PHONE_NUMBER", "RF_PAYMENT_CODE", "UK_NINO", "US_SSN"}
)
"""Types whose values are made of digits, number words and letters, or of an address that was found before."""
_HALF = 0.5
"""A second opinion of the name model must be more sure than not: it weighs words that it has passed over before."""
_STORY = frozenset({"AGE", "DATE_OF_BIRTH", "HEALTH", "LOCATION", "PERSON"})
"""Types that the model tells by what is said around: beside placeholders it takes talk for them, but finds no more."""
_NEAR = 12
"""Characters from a covered value to what may be left of it ("κόμμα", "and then")."""
_SHORTENED = re.compile(
    r"(?:['’]|(?<![^\W_])(?:it|that|what|here|there|name|he|she) )(?:s|m|d|re|ve|ll)(?![^\W_])", re.IGNORECASE
)
"""What is left of "is", "am" and the like behind a name or a pronoun."""
_WHO = re.compile(r"^[ \t]*[^\W\d_]{2,20}[ _]?\d{1,2}:", re.MULTILINE)
"""Who says a line, with a number ("Speaker 2:")."""
_CREDENTIALS = frozenset({"USERNAME", "PASSWORD"})
_SAME_PLACE = 0.3
"""Share of the smaller of two boxes that both must hold to be two readings of one piece of a picture."""
_BOX_SLACK = 0.3
"""Share of a box that may stick out of a covered area: the second reader sees the edge of the cover."""


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What a second reading found outside of the covers."""

    left: tuple[Redaction, ...]
    """What must be covered too; empty means verified."""
    explained: tuple[Redaction, ...]
    """What is no news: words that were read just so the first time, or more surely otherwise, and judged in a context
    that the covers had not yet torn; of sound also what only this listening takes for personal, and that not surely."""


def second_reading(
    media: Media,
    reader: Reader,
    detector: Detector,
    covers: Sequence[Redaction],
    placeholder: str,
    *,
    first: Evidence | None = None,
    explained: Sequence[Redaction] = (),
    threshold: float = 0.0,
    known: bool = False,
) -> SecondReading:
    """Read `media` (a draft, or a published output) and judge what stands outside of `covers`.

    Below `threshold` what a reading of sound finds does not count: every listening mishears anew.

    `first` is the evidence that the draft was made from, if it counts in the same places (sound, pictures): a word that
    reads the same again is no news, one that reads differently is. `explained` are such words of an earlier run.
    `known` is for a text of ours, whose words were all judged in their whole text (see `remaining`).
    Raises `WithheldError` when the second reading is empty or implausibly short.
    """
    kept = readable(first, covers) if first else 0
    try:
        evidence = _reread(media, reader, covers, first)
    except WithheldError as error:
        if kept or not covers or error.reason not in _NOTHING_READ:
            raise
        return SecondReading((), ())
    # What was not listened to cannot be missed; a reader that does not say how far it listened has listened to all.
    whole = media.kind == "audio" and not isinstance(reader, Relistener)
    if first and _too_short(first if whole else _within(first, evidence), evidence, covers):
        raise WithheldError("the second reading is implausibly short", reason="SECOND_READING_SHORT")
    findings = remaining(evidence.text, detector, placeholder, celled=evidence.celled, known=known)
    # Speech that gave no words is not looked at again: the first reading masked it, and a tone may pass for speech.
    found = [r for r in locate(_unjudged(evidence, first, detector), findings) if r.entity_type != "UNCERTAIN"]
    places = [region for cover in (*covers, *explained) for region in cover.regions]
    same = _known(evidence, first) | _misread(found, evidence, first) if first else frozenset()
    news = _of(found, lambda region: region not in same and not inside(region, places))
    old = _of(found, lambda region: region in same and not inside(region, places))
    doubtful = tuple(r for r in news if isinstance(r.regions[0], TimeRange) and r.score < threshold)
    return SecondReading(tuple(r for r in news if r not in doubtful), (*old, *doubtful))


def _too_short(first: Evidence, second: Evidence, covers: Sequence[Redaction]) -> bool:
    """True when too little was read again of what `first` has outside of the covers.

    Of a handful of words beside a cover another listening may make one that reaches under it; but never none at all.
    """
    kept = readable(first, covers)
    if kept >= _HANDFUL:
        return readable(second, covers) < _SHORT * kept
    places = [region for cover in covers for region in cover.regions]
    return kept > 0 and all(inside(word.region, places) for word in second.words)


def _reread(media: Media, reader: Reader, covers: Sequence[Redaction], first: Evidence | None) -> Evidence:
    if isinstance(reader, Relistener) and first:
        words = ((word.region, word.confidence) for word in first.words)
        doubts = [region for region, sure in words if isinstance(region, TimeRange) and sure < _DOUBT]
        return reader.listen_again(media, covers, doubts=doubts)
    return reader.read_again(media, covers) if isinstance(reader, Rereader) else reader.read(media)


def _within(first: Evidence, second: Evidence) -> Evidence:
    """`first` without what was said where the second reading did not listen."""
    heard = [place for place in second.extent if isinstance(place, TimeRange)]
    listened = Lookup(((place,), place) for place in heard)
    words = (w for w in first.words if not isinstance(w.region, TimeRange) or listened.under(w.region))
    return replace(first, words=tuple(words))


def _unjudged(second: Evidence, first: Evidence | None, detector: Detector) -> Evidence:
    """`second` without the codes that may stay: those that say nothing personal, now or when they were read first.

    A code that stays is the same code pixel by pixel, as the renderer's check has proved, but a decoder that gets by
    with it once may fail on the same code the next time.
    """
    left = judged(second, detector)
    if first is None or not left.marks:
        return left
    harmful = judged(first, detector).marks
    stay = [mark for mark in first.marks if mark not in harmful]
    marks = [
        mark
        for mark in left.marks
        if not any(mark.entity_type == old.entity_type and inside(mark.region, [old.region]) for old in stay)
    ]
    return replace(left, marks=tuple(marks))


def _of(found: Iterable[Redaction], wanted: Callable[[Region], bool]) -> tuple[Redaction, ...]:
    parts = [(r, tuple(region for region in r.regions if wanted(region))) for r in found]
    return tuple(replace(redaction, regions=regions) for redaction, regions in parts if regions)


def _known(second: Evidence, first: Evidence) -> frozenset[Region]:
    """The regions of the words of `second` that `first` has with the same letters and digits at the same place."""
    read = Lookup(((word.region,), key(word.text)) for word in first.words)
    return frozenset(word.region for word in second.words if key(word.text) in read.under(word.region))


def _misread(found: Iterable[Redaction], second: Evidence, first: Evidence) -> frozenset[Region]:
    """The regions of `found` in whose place `first` read more surely what was judged then; of pictures only.

    Outside of the covers the pixels are the same, as the renderer's check has proved: of two readings of one place the
    surer one counts, as it does between the views of a first reading (`engines.tesseract.unite`). Letters that only the
    second one took for a word, and hardly, are none. A whole number is no misreading of a word.
    """
    words = {word.region: word for word in second.words}
    misread = set()
    for region in {region for redaction in found for region in redaction.regions if region in words}:
        word = words[region]
        if sum(map(str.isdigit, word.text)) >= _NUMBER:
            continue
        before = [old.confidence for old in first.words if _same_place(region, old.region)]
        noise = isinstance(region, Box | Track) and word.confidence < _NOISE and not any(map(str.isdigit, word.text))
        if max(before) > word.confidence if before else noise:
            misread.add(region)
    return frozenset(misread)


def _same_place(a: Region, b: Region) -> bool:
    """True when two readings of a picture took one piece of it for these."""
    if isinstance(a, Box) and isinstance(b, Box):
        return a.shared(b) > _SAME_PLACE * min(_area(a), _area(b))
    if isinstance(a, Track) and isinstance(b, Track) and a.hull.overlaps(b.hull):
        pairs = ((s, t) for s in a.stays for t in b.stays if s.overlaps(t))
        return any(_same_place(Box(0, *s.box), Box(0, *t.box)) for s, t in pairs)
    return False


def _area(box: Box) -> int:
    return (box.right - box.left) * (box.bottom - box.top)


def remaining(
    text: str, detector: Detector, placeholder: str, *, celled: int = 0, known: bool = False
) -> tuple[Finding, ...]:
    """Findings in a redacted text that cover letters or digits outside of placeholders.

    The invented values that stand in for placeholders are found again, now and then with a small word beside them
    ("is", "ναι"): such words alone are nothing left. Nor is all that rules find in `known` words, which were judged by
    the same rules in their whole text before (see `_news`).
    """
    judged = surrogated(text, placeholder)
    covered = [there for _, there, invented in judged.stretches if invented]
    patterns = (_SHORTENED, _WHO) if known else ()
    little = [Span(*match.span()) for pattern in patterns for match in pattern.finditer(text)]
    left = []
    for finding in detector.detect(judged.text, celled=judged.here(celled)):
        parts = judged.outside(finding.span)
        beside = sum(map(len, parts)) < len(finding.span)
        if known and not beside and _judged_before(finding, parts, covered):
            continue
        for part in parts:
            words = [folded(word) for word in re.findall(r"\w+", text[part.start : part.end])]
            if words and not (beside and _no_value(words, finding.entity_type)):
                news = _news(finding, part, text, beside=beside) if known else [part]
                left += [replace(finding, span=span) for span in news if not _within_any(span, text, little)]
    seen = [finding for finding in left if finding.span.start < celled]
    return tuple(sorted((*Cells(text[:celled]).cut(seen), *(f for f in left if f not in seen)), key=lambda f: f.span))


def _judged_before(finding: Finding, parts: Sequence[Span], covered: Sequence[Span]) -> bool:
    """True for a number that no covered value stands near: rules gave their answer to it in the whole text."""
    if finding.entity_type not in _NUMBERS or NAME_MODEL in finding.detector.split("+"):
        return False
    return not any(
        part.start - _NEAR <= other.end and other.start <= part.end + _NEAR for part in parts for other in covered
    )


def _within_any(span: Span, text: str, places: Iterable[Span]) -> bool:
    """True when all letters and digits of `span` stand in one of `places`."""
    found = [
        Span(span.start + m.start(), span.start + m.end()) for m in re.finditer(r"\w+", text[span.start : span.end])
    ]
    return bool(found) and any(place.start <= found[0].start and found[-1].end <= place.end for place in places)


def _news(finding: Finding, part: Span, text: str, *, beside: bool) -> list[Span]:
    """What a finding says of `part` that was not said when its words were judged before, in their whole text.

    Rules answer the same to the same words: what they find only now, the invented values bring about, but for numbers:
    another value may have been taken to end in the middle of one. The name model weighs a text anew, so its second
    opinion of numbers, secrets and addresses counts if it is more sure than not; where it makes a covered value longer,
    only for what numbers are made of.
    """
    words = [
        Span(part.start + m.start(), part.start + m.end()) for m in re.finditer(r"\w+", text[part.start : part.end])
    ]
    spoken = [numeral(folded(text[word.start : word.end])) for word in words]
    if NAME_MODEL in finding.detector.split("+"):
        surer = finding.score >= _HALF and finding.entity_type not in _STORY
        return [part] if surer and (not beside or any(spoken)) else []
    if finding.entity_type not in _NUMBERS | _CREDENTIALS:
        return [part] if sum(map(str.isdigit, text[part.start : part.end])) >= _NUMBER else []
    if not beside:
        return [part]
    first = next((i for i, one in enumerate(spoken) if not one), len(words))
    last = next((i for i, one in enumerate(reversed(spoken)) if not one), len(words))
    if first == len(words):
        return [part]
    edges = (words[:first], words[len(words) - last :])
    return [Span(run[0].start, run[-1].end) for run in edges if run]


def _no_value(words: Sequence[str], entity_type: str) -> bool:
    """True for words that stand between invented values, or beside one, and are no part of a value themselves."""
    if all(len(word) > 1 and _small(word) for word in words):
        return True
    return entity_type in _NUMBERS and not any(map(numeral, words))


def _small(word: str) -> bool:
    number = said(word)
    little = len(word) <= _LITTLE and word in STOP and (number is None or number.kind == "link")
    return little or word in small_words("filler")


def readable(evidence: Evidence, covers: Sequence[Redaction]) -> int:
    """The number of places with a word of `evidence` that no cover touches.

    A word that stands still is said anew for each change beside it, and covers may hide that from the next reading.
    """
    places = Lookup((cover.regions, cover) for cover in covers)
    return sum(not places.under(region) for region in {word.region for word in evidence.words})


def inside(region: Region, covered: Sequence[Region]) -> bool:
    """True when `covered` holds so much of `region` that what sticks out is the difference between two readings."""
    if isinstance(region, TimeRange):
        # What stands beside a cover without reaching under it was heard, however short it is.
        over = [c.padded(_TIME_SLACK_MS) for c in covered if isinstance(c, TimeRange) and c.overlaps(region)]
        return any(c.start_ms <= region.start_ms and region.end_ms <= c.end_ms for c in over)
    if isinstance(region, Box):
        return any(region.shared(c) >= (1 - _BOX_SLACK) * _area(region) for c in covered if isinstance(c, Box))
    if isinstance(region, Track):
        stays = [stay for c in covered if isinstance(c, Track) and c.hull.overlaps(region.hull) for stay in c.stays]
        return all(_held(stay, stays) for stay in region.stays)
    return False


def _held(stay: Stay, covers: Sequence[Stay]) -> bool:
    """True when covers hold enough of a stay in nearly all of its frames."""
    area = (1 - _BOX_SLACK) * (stay.right - stay.left) * (stay.bottom - stay.top)
    box = Box(0, stay.top, stay.left, stay.bottom, stay.right)
    over = [c for c in covers if stay.overlaps(c) and box.shared(Box(0, c.top, c.left, c.bottom, c.right)) >= area]
    missed = set(range(stay.start, stay.end)).difference(*(range(c.start, c.end) for c in over))
    return bool(over) and len(missed) <= _FRAME_SLACK
