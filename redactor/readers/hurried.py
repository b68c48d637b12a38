"""A recogniser that is given everything a little faster than it was said, so that it hears it in another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from redactor.protocols import BatchTranscriber, HeardWord

if TYPE_CHECKING:
    from redactor.protocols import Samples


class Hurried:
    """A `BatchTranscriber` around another: windows are shortened, times are given back as they were."""

    def __init__(self, engine: BatchTranscriber, speed: float) -> None:
        """`speed` is how much faster, > 1; the pitch rises with it."""
        self._engine = engine
        self._speed = speed

    def encode(self, windows: Sequence[Samples]) -> Sequence[object]:
        """See `BatchTranscriber`; a window may be `speed` times as long as the engine takes."""
        return self._engine.encode([shortened(samples, self._speed) for samples in windows])

    def language_odds(
        self, encoding: object, spans: Sequence[tuple[int, int]], languages: Sequence[str]
    ) -> Sequence[Mapping[str, float]]:
        """See `BatchTranscriber`."""
        hurried = [(int(start / self._speed), -int(-end // self._speed)) for start, end in spans]
        return self._engine.language_odds(encoding, hurried, languages)

    def decode(
        self, encodings: Sequence[object], languages: Sequence[str], *, thorough: bool
    ) -> Sequence[Sequence[HeardWord]]:
        """See `BatchTranscriber`; times are those of the windows as they were given."""
        heard = self._engine.decode(encodings, languages, thorough=thorough)
        return [[self._slowed(word) for word in words] for words in heard]

    def _slowed(self, word: HeardWord) -> HeardWord:
        return replace(word, start_ms=int(word.start_ms * self._speed), end_ms=-int(-word.end_ms * self._speed // 1))


def shortened(samples: Samples, speed: float) -> Samples:
    """`samples` resampled to 1 / `speed` of their number, by their spectrum: nothing above the new limit is folded."""
    size = round(len(samples) / speed)
    if size < 2:
        return samples
    spectrum = np.fft.rfft(samples)[: size // 2 + 1]
    shorter: Samples = (np.fft.irfft(spectrum, size) * (size / len(samples))).astype(np.float32)
    return shorter
