"""A second detector, made otherwise, looks at originals: what it finds and the first one did not is what slips through.

Texts are judged by another detector; calls are heard at another speed and pictures seen at another scale, and judged by
both. Values are matched by place alone, and only counts leave. What both are blind to nobody sees here: see `recall`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from redactor.assembly import Assembly
from redactor.codes import judged
from redactor.detection import Detector
from redactor.evidence import Evidence, locate
from redactor.findings import Redaction
from redactor.protocols import Finder, Kind, Media, Reader
from redactor.recall import Captured
from redactor.regions import Box, Region, Span, Stay, TimeRange, Track, overlap

KINDS: tuple[Kind, ...] = ("text", "audio", "image")
"""What it can look at. Screen recordings would take as long again as they took the first time."""
_HIDDEN = frozenset({"UNCERTAIN", "KEY_TONES"})
"""Types of covers that hide values without saying which."""


class SecondChain:
    """Compares the findings of a run with those of the second detector. Own engines may be handed in."""

    def __init__(
        self, assembly: Assembly, *, finder: Finder | None = None, readers: Mapping[Kind, Reader] | None = None
    ) -> None:
        """Nothing is loaded yet but the detector. Raises `MissingEngineError`."""
        self._assembly = assembly
        self._readers: dict[Kind, Reader] = dict(readers or {})
        if finder is None:
            from redactor.engines.plain_presidio import PlainFinder

            finder = PlainFinder()
        # Lists and patterns of the policy would be found by both, and say nothing.
        own = assembly.policy.detection.model_copy(update={"deny": (), "words": (), "patterns": ()})
        self._detector = Detector(own, [finder])

    def captures(self, media: Media, first: Sequence[Redaction] | None = None) -> dict[str, Captured]:
        """Counts per entity type of values that the first, the second or both found in an original.

        `first` is what the run redacted (see `redactions_of`); without it, the first detector looks again.
        Raises a `RedactorError` when the original cannot be read.
        """
        if media.kind == "text":
            evidence = self._assembly.reader("text").read(media)
            second = self._found(evidence, self._detector)
            first = self._found(evidence, self._assembly.detector()) if first is None else first
            return compared(first, second)
        if first is None:
            first = self._found(self._assembly.reader(media.kind).read(media), self._assembly.detector())
        evidence = self._reader(media.kind).read(media)
        detectors = (self._detector, self._assembly.detector())
        return compared(first, united(r for detector in detectors for r in self._found(evidence, detector)))

    def _found(self, evidence: Evidence, detector: Detector) -> tuple[Redaction, ...]:
        return locate(judged(evidence, detector), detector.detect(evidence.text, celled=evidence.celled))

    def _reader(self, kind: Kind) -> Reader:
        if kind not in self._readers:
            from redactor.engines.other_senses import OtherScale, OtherSpeed

            assembly, policy = self._assembly, self._assembly.policy
            if kind == "audio":
                from redactor.engines.faster_whisper import SileroSpeechDetector
                from redactor.readers.audio import AudioReader

                self._readers[kind] = AudioReader(policy, OtherSpeed(assembly.transcriber()), SileroSpeechDetector())
            else:
                from redactor.readers.image import ImageReader

                self._readers[kind] = ImageReader(policy, OtherScale(assembly.text_reader()))
        return self._readers[kind]


def compared(first: Iterable[Redaction], second: Iterable[Redaction]) -> dict[str, Captured]:
    """Counts per type, matched by place: values of the first by its type, those of the second alone by the second's.

    What lies under a cover of speech or tones that nobody understood is hidden: it is neither found nor missed.
    """
    covers = list(first)
    own, others = ([r for r in side if r.entity_type not in _HIDDEN] for side in (covers, second))
    both = Counter(r.entity_type for r in own if any(_touch(r, other) for other in others))
    alone = Counter(r.entity_type for r in own) - both
    missed = Counter(r.entity_type for r in others if not any(_touch(r, cover) for cover in covers))
    names = sorted({*both, *alone, *missed})
    return {name: Captured(alone[name], missed[name], both[name]) for name in names}


def united(redactions: Iterable[Redaction]) -> list[Redaction]:
    """Of redactions that touch only the first: two detectors that found one value found one value."""
    kept: list[Redaction] = []
    for one in redactions:
        if not any(_touch(one, other) for other in kept):
            kept.append(one)
    return kept


def redactions_of(sidecar: Mapping[str, Any]) -> list[Redaction]:
    """What a sidecar says was redacted, with its regions in the original. Raises KeyError, TypeError or ValueError."""
    return [
        Redaction(str(one["type"]), tuple(_region(place) for place in one["regions"]), float(one["score"]), "sidecar")
        for one in sidecar["redactions"]
    ]


def _touch(one: Redaction, other: Redaction) -> bool:
    return any(overlap(a, b) for a in one.regions for b in other.regions)


def _region(place: Mapping[str, Any]) -> Region:
    if "stays" in place:
        return Track(tuple(Stay(**stay) for stay in place["stays"]))
    if "channel" in place:
        return TimeRange(**place)
    return Box(**place) if "page" in place else Span(**place)
