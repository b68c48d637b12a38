"""The witness of sound: another decoder listens to every cover, a second listening spots what was removed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from redactor.detection import Detector
from redactor.engines import pyav
from redactor.engines.audio_format import LOSSY
from redactor.errors import MediaError, WithheldError
from redactor.evidence import Evidence, Word, locate
from redactor.findings import Redaction
from redactor.normalize import folded
from redactor.policy import Policy
from redactor.protocols import Media, Scope, SpeechDetector, Transcriber
from redactor.readers.audio import AudioReader
from redactor.recognizers import number_words
from redactor.regions import Region, TimeRange
from redactor.removed import Removed
from redactor.verify import inside, remaining
from redactor.witnesses.covers_heard import check_covers
from redactor.witnesses.spotting import Spotter

_NAME = "witness"
_NUMBERS = 5
"""A finding of this listening counts when so many digits are said in it, or an @: all else is misheard too often."""


class SoundWitness:
    """Listens to an output with sound (a call, the sound track of a video). Thread-safe when its engines are."""

    def __init__(
        self,
        policy: Policy,
        transcriber: Transcriber,
        speech: SpeechDetector,
        detector: Detector,
        *,
        reader: AudioReader | None = None,
    ) -> None:
        """Nothing is loaded yet.

        Args:
            policy: `audio.mask` is what covers sound like; `detection.languages` and `verify.threshold` are used.
            transcriber: hears words.
            speech: hears whether somebody speaks.
            detector: judges the words.
            reader: the reader whose second reading was judged before: what it heard of an output is not listened to
                once more. Without one the witness listens by itself.
        """
        self._policy = policy
        self._transcriber = transcriber
        self._detector = detector
        self._reader = reader or AudioReader(policy, transcriber, speech)

    @property
    def name(self) -> str:
        """For example `sound witness (faster-whisper 1.2.1 whisper-base beam 5, again 1)`."""
        return f"sound witness ({self._transcriber.name})"

    def left(
        self, output: Media, covers: Sequence[Redaction], removed: Sequence[Removed], scope: Scope
    ) -> Sequence[Redaction]:
        """See `protocols.Witness`; covers that are not ranges of time are passed over.

        Raises `WithheldError`: `COVER_DOES_NOT_COVER`, `SECOND_READING_SHORT` when there is speech and not one word,
        `BAD_DRAFT` when it cannot be decoded to its end.
        """
        self.check(output, covers)
        _all_covered(removed, covers)
        masks = [cover for cover in covers if isinstance(cover.regions[0], TimeRange)]
        try:
            evidence = self._reader.listen_again(output, masks, scope=scope)
        except MediaError as error:
            raise WithheldError(f"the output cannot be heard again: {error}", reason="BAD_DRAFT") from None
        spotted = tuple(_spotted(evidence, masks, Spotter(removed)))
        return (*spotted, *self._found(evidence, masks, spotted))

    def check(self, output: Media, covers: Sequence[Redaction]) -> None:
        """Hear nothing but the mask under every cover; costs little, and is all that another draft of a call needs.

        When only covers were added to an output that was listened to before, there is nothing new to hear.
        Raises `WithheldError`: `COVER_DOES_NOT_COVER`, `BAD_DRAFT`.
        """
        masks = [region for cover in covers for region in cover.regions if isinstance(region, TimeRange)]
        if not masks:
            return
        try:
            form = pyav.described(output.path, output.format)
            sound = pyav.blocks(output.path, output.format)
            check_covers(sound, form.rate_hz, masks, self._policy.audio.mask, lossy=form.codec in LOSSY)
        except MediaError as error:
            raise WithheldError(f"the output cannot be heard: {error}", reason="BAD_DRAFT") from None

    def _found(
        self, evidence: Evidence, covers: Sequence[Redaction], spotted: Sequence[Redaction]
    ) -> Iterator[Redaction]:
        """Numbers and addresses that the detector is sure of in what was heard."""
        known = [*covers, *spotted]
        for finding in remaining(evidence.text, self._detector, self._policy.text.placeholder):
            said = evidence.text[finding.span.start : finding.span.end]
            if finding.score < self._policy.verify.threshold:
                continue
            if number_words.digits_said(folded(said)) < _NUMBERS and "@" not in said:
                continue
            for found in locate(evidence, [finding]):
                regions = tuple(region for region in found.regions if not _under(region, known))
                if found.entity_type != "UNCERTAIN" and regions:
                    yield Redaction(found.entity_type, regions, found.score, _NAME)


def _all_covered(removed: Sequence[Removed], covers: Sequence[Redaction]) -> None:
    places = [place for value in removed for place in value.regions if isinstance(place, TimeRange)]
    if bare := [place for place in places if not _under(place, covers)]:
        where = f"channel {bare[0].channel} at {bare[0].start_ms / 1000:.1f} s"
        raise WithheldError(f"a value that was to be removed has no cover ({where})", reason="COVER_DOES_NOT_COVER")


def _spotted(evidence: Evidence, covers: Sequence[Redaction], spotter: Spotter) -> Iterator[Redaction]:
    for words in _uncovered(evidence, covers) if spotter else ():
        for one in spotter.spot([word.text for word in words]):
            regions = tuple(word.region for word in words[one.first : one.last + 1])
            yield Redaction(one.entity_type, regions, 1.0, _NAME)


def _uncovered(evidence: Evidence, covers: Sequence[Redaction]) -> Iterator[list[Word]]:
    """Words of one channel that follow each other without a cover between them."""
    heard = sorted((w for w in evidence.words if isinstance(w.region, TimeRange)), key=lambda word: word.region)
    for _, channel in groupby(heard, lambda w: w.region.channel if isinstance(w.region, TimeRange) else -1):
        for under, words in groupby(channel, lambda word: _under(word.region, covers)):
            if not under:
                yield list(words)


def _under(region: Region, covers: Sequence[Redaction]) -> bool:
    return inside(region, [place for one in covers for place in one.regions])
