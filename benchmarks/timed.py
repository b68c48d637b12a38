"""A speech recogniser that counts the seconds spent inside another, however its windows are heard."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from redactor.protocols import BatchTranscriber, HeardWord, Transcriber

if TYPE_CHECKING:
    from redactor.protocols import Samples


class Timed:
    """Passes everything on to `inner`, which must take many windows at once."""

    def __init__(self, inner: Transcriber) -> None:
        if not isinstance(inner, BatchTranscriber):
            raise TypeError("this engine hears one window at a time")
        self._batch: BatchTranscriber = inner
        self._inner = inner
        self.name = inner.name
        self.seconds = 0.0

    @contextmanager
    def _clock(self) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - began

    def choose_language(self, samples: Samples, languages: Sequence[str]) -> str:
        """The inner engine's answer, timed."""
        with self._clock():
            return self._inner.choose_language(samples, languages)

    def transcribe(self, samples: Samples, language: str) -> Sequence[HeardWord]:
        """The inner engine's answer, timed."""
        with self._clock():
            return self._inner.transcribe(samples, language)

    def encode(self, windows: Sequence[Samples]) -> Sequence[object]:
        """The inner engine's answer, timed."""
        with self._clock():
            return self._batch.encode(windows)

    def language_odds(
        self, encoding: object, spans: Sequence[tuple[int, int]], languages: Sequence[str]
    ) -> Sequence[Mapping[str, float]]:
        """The inner engine's answer, timed."""
        with self._clock():
            return self._batch.language_odds(encoding, spans, languages)

    def decode(
        self, encodings: Sequence[object], languages: Sequence[str], *, thorough: bool
    ) -> Sequence[Sequence[HeardWord]]:
        """The inner engine's answer, timed."""
        with self._clock():
            return self._batch.decode(encodings, languages, thorough=thorough)
