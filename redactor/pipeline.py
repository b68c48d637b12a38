"""The one path, whatever the medium: read, detect, locate, render, check, read again; a draft comes out, or nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from redactor.assembly import Assembly
from redactor.codes import judged
from redactor.errors import WithheldError
from redactor.evidence import RECORD_BREAK, Evidence, Word, locate
from redactor.findings import Finding, Redaction, type_under
from redactor.half_covered import half_covered
from redactor.interactions import FirstReading
from redactor.lookup import Lookup
from redactor.policy import ImagePolicy, Policy
from redactor.processes import give_back
from redactor.protocols import CoverWitness, Media, Progress, Renderer
from redactor.regions import Region, Span, TimeRange
from redactor.removed import Removed, removed
from redactor.render.boxes import widened
from redactor.render.turns import Turn, turns, turns_evidence
from redactor.testimony import scope_of, witnessed
from redactor.traces import traces
from redactor.verify import SecondReading, remaining, second_reading

_CELL_ENDS = frozenset("\t\n")
_HEARD = ("audio", "video")
"""Kinds of media with sound."""
_JOINT_LETTERS = 2
"""A word of no more letters does not part a value from what was misheard of it."""
_SLOW_MS, _SLOW_LETTER_MS = 400, 250
"""Nobody says a word more slowly; where a value is expected, such a word ("and", 1.7 s) has swallowed one."""
_BRIEF_MS = 150
"""No digit, name or letter is said in less."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A verified output that has not been published yet."""

    medium: Path = field(repr=False)
    transcript: Mapping[str, str] = field(repr=False)
    """Redacted transcript of a call in each form of `transcript.formats` (`txt`, `json`, ...); else empty."""
    evidence: Evidence = field(repr=False)
    redactions: tuple[Redaction, ...]
    covers: tuple[Redaction, ...]
    """What was made unrecognisable in place, margins included: one region each, typed by what was found under it."""
    explained: tuple[Redaction, ...]
    """What the second reading found in words that read the same the first time, see `verify.SecondReading`."""
    rounds: int
    seconds: tuple[tuple[str, float], ...]
    findings: tuple[Finding, ...] = ()
    """What the first reading found in the text of the evidence."""
    removed: tuple[Removed, ...] = field(default=(), repr=False)
    """The values under the covers."""


def run(
    media: Media,
    assembly: Assembly,
    folder: Path,
    progress: Progress,
    first: FirstReading | None = None,
    *,
    digest: str = "",
) -> Draft:
    """Redact `media` into a verified draft in `folder`. Raises a `RedactorError` when there is none to be had.

    With `first`, `media` was read before; what that reading ended in counts. `digest` is its SHA-256 (hex), by which
    `verify.mode = "sample"` chooses. What a witness finds is covered once; what it finds after that, a person must see.
    """
    if first is not None and first.error is not None:
        raise first.error
    reader, renderer, detector = assembly.reader(media.kind), assembly.renderer(media.kind), assembly.detector()
    policy, watch = assembly.policy, _Stopwatch(progress, first.seconds if first else ())
    with watch("read"):
        evidence = first.evidence if first is not None and first.evidence is not None else reader.read(media)
    with watch("detect"):
        found = detector.detect(evidence.text, celled=evidence.celled)
        everything = locate(judged(evidence, detector), found)
        everything += _unsure(media, evidence, everything, policy)
    source, left, redone = media, everything, False
    explained: tuple[Redaction, ...] = ()
    # All of a text is soon searched.
    scope = "full" if media.kind == "text" else scope_of(policy.verify, digest)
    values = removed(evidence, everything)
    for attempt in range(1, policy.verify.rounds + 1):
        if media.kind != "text":
            with watch("detect"):
                everything = left = _settle(media, evidence, everything, assembly)
        draft = Media(folder / f"draft{attempt}.{media.format}", media.kind, media.format)
        shown = _widened(evidence, left, policy.image) if media.kind == "image" else left
        with watch("render"):
            renderer.render(source, shown, draft.path)
        # A call is listened to again beside its masks, so a draft that gets more of them need not be compared.
        if media.kind != "audio":
            with watch("check"):
                renderer.check(source, shown, draft.path)
        with watch("verify"):
            covers = covered(renderer, media, everything if media.kind == "text" else shown)
            again = _again(draft, attempt, covers, evidence, assembly)
        explained += again.explained
        if media.kind == "audio" and not again.left:
            with watch("check"):
                renderer.check(source, shown, draft.path)
        if not again.left and scope and (witness := assembly.witness(media.kind)):
            with watch("witness"):
                # A text's later rounds count in a draft, so what was removed is what was found first.
                values = values if media.kind == "text" else removed(evidence, everything)
                seen: tuple[Redaction, ...] = ()
                if redone or not _heard_out(draft, attempt, policy) or not isinstance(witness, CoverWitness):
                    seen = witnessed(witness, draft, covers, values, evidence.extent, scope)
                else:
                    witness.check(draft, covers)
            if seen and redone:
                raise WithheldError("another reading still finds personal data; a person must look", reason="WITNESSED")
            redone, again = True, replace(again, left=seen)
        if not again.left:
            speakers = _speakers(evidence, media, policy)
            transcript = (
                _transcript(sounds(evidence), everything, covers, assembly, speakers) if media.kind in _HEARD else {}
            )
            made = (draft.path, transcript, evidence, everything, covers, explained)
            return Draft(*made, attempt, watch.seconds(), found, values)
        everything = (*everything, *again.left)
        # Redacted text has another length, so what is left counts in the draft; sound and pictures keep their places.
        source, left = (draft, again.left) if media.kind == "text" else (media, everything)
    raise WithheldError("personal data is still found after every round; a person must look", reason="STILL_FOUND")


def _widened(evidence: Evidence, redactions: tuple[Redaction, ...], policy: ImagePolicy) -> tuple[Redaction, ...]:
    return widened(redactions, evidence, bucket_px=policy.bucket_px, margin_px=policy.margin_px)


def _unsure(media: Media, evidence: Evidence, found: tuple[Redaction, ...], policy: Policy) -> tuple[Redaction, ...]:
    """Words that the reader was unsure of where a value is expected, and that nothing was found in.

    Of a call also words that last too long for their letters (a recogniser that skips what it does not understand gives
    its time to a small word beside it), a number word that is the whole answer (it may be what was heard of three), and
    words of no dictionary in a row with a value.

    Raises `WithheldError` (`UNSURE_WORDS`) when the policy refuses uncertain stretches of a call.
    """
    from redactor.recognizers.armed import armed
    from redactor.recognizers.cell_values import expected

    if media.kind == "video":
        seen = replace(evidence, words=tuple(w for w in evidence.words if not isinstance(w.region, TimeRange)))
        return (
            *_unsure(replace(media, kind="audio"), sounds(evidence), found, policy),
            *_unsure(replace(media, kind="image"), seen, found, policy),
        )
    least = {"audio": policy.audio.unsure, "image": policy.image.unsure}.get(media.kind, 0)
    if not least or (media.kind == "audio" and policy.audio.uncertain == "keep"):
        return ()
    covered = {region for redaction in found for region in redaction.regions}
    stretches = armed(evidence.text) if media.kind == "audio" else expected(evidence.text)
    doubted = _doubted(evidence, covered, stretches) if media.kind == "audio" else frozenset()
    left = [
        word.region
        for word, span in zip(evidence.words, evidence.spans, strict=True)
        if ((word.confidence < least and not _brief(word)) or word.region in doubted)
        and word.region not in covered
        and any(span.overlaps(stretch) for stretch in stretches)
    ]
    if left and media.kind == "audio" and policy.audio.uncertain == "refuse":
        message = f"{len(left)} words where a value is expected were hardly heard (audio.uncertain, audio.unsure)"
        raise WithheldError(message, reason="UNSURE_WORDS")
    return tuple(Redaction("UNCERTAIN", (region,), 1.0, "reader") for region in left)


def _doubted(evidence: Evidence, covered: Set[Region], stretches: Sequence[Span]) -> frozenset[Region]:
    """The words of a call that cannot be what was said there, however sure the reader was; see `_unsure`."""
    from redactor.recognizers.armed import lone_numbers

    lone = [span for span in lone_numbers(evidence.text) if any(map(span.overlaps, stretches))]
    words = zip(evidence.words, evidence.spans, strict=True)
    odd = {word.region for word, span in words if _slow(word) or any(map(span.overlaps, lone))}
    return _beside(evidence, covered) | odd


def _beside(evidence: Evidence, covered: Set[Region]) -> frozenset[Region]:
    """Words of no dictionary in a row with a value, in its utterance: what was misheard of it."""
    from redactor.recognizers.armed import is_word

    utterances: list[list[Word]] = []
    for word in evidence.words:
        if not utterances or "\n" in word.gap:
            utterances.append([])
        utterances[-1].append(word)
    found = set()
    for row in (row for said in utterances for row in (said, said[::-1])):
        held = False
        for word in row:
            if word.region in covered:
                held = True
            elif held and not is_word(word.text):
                found.add(word.region)
            else:
                held = held and sum(map(str.isalpha, word.text)) <= _JOINT_LETTERS
    return frozenset(found)


def _brief(word: Word) -> bool:
    """True for an everyday word of a call that took less time than any part of a value does."""
    from redactor.recognizers.armed import is_word

    return isinstance(word.region, TimeRange) and len(word.region) < _BRIEF_MS and is_word(word.text)


def _slow(word: Word) -> bool:
    if not isinstance(word.region, TimeRange) or any(map(str.isdigit, word.text)):
        return False
    return len(word.region) > _SLOW_MS + _SLOW_LETTER_MS * sum(map(str.isalpha, word.text))


def _again(
    draft: Media, attempt: int, covers: tuple[Redaction, ...], evidence: Evidence, assembly: Assembly
) -> SecondReading:
    """What a reading of the draft finds outside of `covers`.

    Sound is misheard in another way at every listening, so that listening until nothing is found would mask a long call
    bit by bit. All that leaves has been listened to and judged `1 + verify.listenings` times; what the last listening
    found is masked, and that the masks are there, and nothing else changed, is what the renderer's check has proved.
    """
    policy, detector = assembly.policy, assembly.detector()
    if _heard_out(draft, attempt, policy):
        return SecondReading((), ())
    reader, placeholder = assembly.rereader(draft.kind), policy.text.placeholder
    known = draft.kind == "text"
    first = None if known else evidence
    threshold = policy.verify.threshold
    again = second_reading(draft, reader, detector, covers, placeholder, first=first, threshold=threshold, known=known)
    if draft.kind == "video" and attempt > policy.verify.listenings:
        seen = tuple(r for r in again.left if not isinstance(r.regions[0], TimeRange))
        return SecondReading(seen, (*again.explained, *(r for r in again.left if r not in seen)))
    return again


def _heard_out(draft: Media, attempt: int, policy: Policy) -> bool:
    """True for a call that was listened to as often as the policy says: only masks were added to it since."""
    return draft.kind == "audio" and attempt > policy.verify.listenings


def _settle(
    media: Media, evidence: Evidence, redactions: tuple[Redaction, ...], assembly: Assembly
) -> tuple[Redaction, ...]:
    """Detect again in what the covers would leave until nothing new is found; each turn covers at least one word more.

    Context may stand out once a value is gone, to the name model above all (see `verify.remaining`). What was removed
    is looked for, too: it may stand where nothing gives it away, in another form.
    """
    renderer, detector, placeholder = (
        assembly.renderer(media.kind),
        assembly.detector(),
        assembly.policy.text.placeholder,
    )
    for _ in evidence.words:
        covers = covered(renderer, media, redactions)
        masked = masked_evidence(evidence, covers, placeholder)
        if media.kind in _HEARD:
            # Just what the transcript will say is judged, so that nothing can be found in it afterwards.
            policy = assembly.policy
            speakers = _speakers(evidence, media, policy)
            told = turns_evidence(_turns(sounds(evidence), redactions, covers, policy, speakers))
            masked = told if media.kind == "audio" else joined(masked, told)
        left = remaining(masked.text, detector, placeholder, celled=masked.celled, known=True)
        values = removed(evidence, redactions)
        again = traces(masked.text, values, placeholder=placeholder)
        found = locate(masked, (*left, *again))
        more = tuple(r for r in found if r.entity_type != "UNCERTAIN")
        more = more or half_covered(sounds(evidence), covers, values, placeholder)
        if not more:
            break
        redactions = (*redactions, *more)
    if media.kind in _HEARD:
        # What judging two hours leaves behind is holes; the recogniser would take room of its own beside them.
        give_back()
    return redactions


def covered(renderer: Renderer, media: Media, redactions: tuple[Redaction, ...]) -> tuple[Redaction, ...]:
    """What `renderer` covers for `redactions`, one region each, with the type of the surest redaction under it."""
    hidden = Lookup((redaction.regions, redaction) for redaction in redactions)
    return tuple(
        Redaction(type_under(region, hidden.under(region)), (region,), 1.0, "cover")
        for region in renderer.covers(media, redactions)
    )


def masked_evidence(evidence: Evidence, covers: tuple[Redaction, ...], placeholder: str) -> Evidence:
    """The words of `evidence` as they will be left: those under one cover become one placeholder (in each cell)."""
    words: list[Word] = []
    before: list[Redaction] = []
    places = Lookup((cover.regions, cover) for cover in covers)
    for word in evidence.words:
        over = places.under(word.region)
        if not over:
            words.append(word)
        elif not any(cover in before for cover in over) or (evidence.cells and not _CELL_ENDS.isdisjoint(word.gap)):
            words.append(replace(word, text=placeholder.format(type=over[0].entity_type)))
        before = over
    # Tones, marks and what gave no words have nothing to be read, and are covered.
    return replace(evidence, words=tuple(words), marks=(), tones=(), unread=())


def sounds(evidence: Evidence) -> Evidence:
    """What was heard, without what was seen."""
    words = tuple(word for word in evidence.words if isinstance(word.region, TimeRange))
    extent = tuple(region for region in evidence.extent if isinstance(region, TimeRange))
    return replace(evidence, words=words, extent=extent)


def joined(seen: Evidence, heard: Evidence) -> Evidence:
    """`seen` with the words of `heard` in place of its own words with times."""
    spoken = [replace(word, gap=RECORD_BREAK) if i == 0 else word for i, word in enumerate(heard.words)]
    return replace(seen, words=(*(w for w in seen.words if not isinstance(w.region, TimeRange)), *spoken))


def _turns(
    evidence: Evidence,
    redactions: tuple[Redaction, ...],
    covers: tuple[Redaction, ...],
    policy: Policy,
    speakers: tuple[str, ...],
) -> tuple[Turn, ...]:
    # A channel that only carries what another one says has no turns of its own, but its masks.
    speaking = {place.channel for place in sounds(evidence).extent if isinstance(place, TimeRange)}
    places = [region for cover in covers for region in cover.regions if isinstance(region, TimeRange)]
    masks = [place for place in places if place.channel in speaking or not speaking]
    return turns(evidence, redactions, masks, policy.text.placeholder, speakers)


def _speakers(evidence: Evidence, media: Media, policy: Policy) -> tuple[str, ...]:
    if len(sounds(evidence).extent) > 1:
        return policy.audio.speakers
    # On a single channel both speak, its words are nobody's, unless somebody knows better.
    return (media.speaker,) if media.speaker in policy.audio.speakers else ()


def _transcript(
    evidence: Evidence,
    redactions: tuple[Redaction, ...],
    covers: tuple[Redaction, ...],
    assembly: Assembly,
    speakers: tuple[str, ...],
) -> dict[str, str]:
    from redactor.render.transcript import said, written

    policy = assembly.policy
    if not evidence.words:
        return {}
    told = _turns(evidence, redactions, covers, policy, speakers)
    judged = turns_evidence(told).text
    if remaining(judged, assembly.detector(), policy.text.placeholder, known=True):
        raise WithheldError("the transcript still shows personal data", reason="TRANSCRIPT_LEFT")
    forms: dict[str, str] = {form: written(form, told) for form in policy.transcript.formats}
    for form, text in forms.items():
        if sorted((said(form, text, speakers) or "").split()) != sorted(judged.split()):
            message = f"the transcript as {form} does not say what was judged; leave this form out and report it"
            raise WithheldError(message, reason="TRANSCRIPT_DIFFERS")
    return forms


class _Stopwatch:
    """Seconds per stage; tells the progress callback when a stage begins."""

    def __init__(self, progress: Progress, spent: tuple[tuple[str, float], ...]) -> None:
        self._spent = dict(spent)
        self._progress = progress

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        self._progress(stage, 0.0)
        began = time.perf_counter()
        try:
            yield
        finally:
            self._spent[stage] = self._spent.get(stage, 0.0) + time.perf_counter() - began
            self._progress(stage, 1.0)

    def seconds(self) -> tuple[tuple[str, float], ...]:
        return tuple((stage, round(spent, 4)) for stage, spent in self._spent.items())
