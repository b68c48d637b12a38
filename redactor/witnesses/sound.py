"""The witness of sound: another decoder listens to every cover."""

from __future__ import annotations

from collections.abc import Sequence

from redactor.detection import Detector
from redactor.engines import pyav
from redactor.engines.audio_format import LOSSY
from redactor.errors import MediaError, WithheldError
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import Media, Scope, SpeechDetector, Transcriber
from redactor.regions import TimeRange
from redactor.removed import Removed
from redactor.witnesses.covers_heard import check_covers


class SoundWitness:
    """Listens to an output with sound (a call, the sound track of a video). Thread-safe when its engines are."""

    def __init__(self, policy: Policy, transcriber: Transcriber, speech: SpeechDetector, detector: Detector) -> None:
        """Nothing is loaded yet.

        Args:
            policy: `audio.mask` is what covers sound like; `detection.languages` and `verify.threshold` are used.
            transcriber: hears words.
            speech: hears whether somebody speaks.
            detector: judges the words.
        """
        self._policy = policy
        self._transcriber = transcriber
        self._speech = speech
        self._detector = detector

    @property
    def name(self) -> str:
        """For example `sound witness (faster-whisper 1.2.1 whisper-base beam 5, again 1)`."""
        return f"sound witness ({self._transcriber.name})"

    def left(
        self,
        output: Media,
        covers: Sequence[Redaction],
        removed: Sequence[Removed],
        scope: Scope,  # noqa: ARG002
    ) -> Sequence[Redaction]:
        """See `protocols.Witness`; covers that are not ranges of time are passed over.

        Raises `WithheldError`: `COVER_DOES_NOT_COVER`, `BAD_DRAFT` when the second decoder cannot read it to its end.
        """
        masks = [region for cover in covers for region in cover.regions if isinstance(region, TimeRange)]
        try:
            if masks:
                form = pyav.described(output.path, output.format)
                sound = pyav.blocks(output.path, output.format)
                check_covers(sound, form.rate_hz, masks, self._policy.audio.mask, lossy=form.codec in LOSSY)
        except MediaError as error:
            raise WithheldError(f"the output cannot be heard: {error}", reason="BAD_DRAFT") from None
        return ()
