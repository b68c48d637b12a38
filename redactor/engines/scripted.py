"""Engines that say what they are told, for tests of your own pipeline: no model, no download, the same every time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from redactor.errors import EngineError
from redactor.protocols import HeardWord, SeenWord

if TYPE_CHECKING:
    from redactor.protocols import Pixels, Samples

    Hears: TypeAlias = Callable[[Samples, str], Sequence[HeardWord]]
    """Called with the samples of one window and the language."""

_PER_MS = 16
"""Samples per millisecond of the sound that speech engines are given (16 kHz)."""


class ScriptedTranscriber:
    """A speech recogniser with a script: one answer per window, in order, or a function of the sound."""

    def __init__(self, script: Sequence[Sequence[HeardWord]] | Hears, *, language: str = "") -> None:
        """The script, and the language that it chooses.

        Args:
            script: answers to the calls of `transcribe` in order (times count from the start of the window), or a
                function that is called with the samples and the language.
            language: what `choose_language` answers when it is among the choices; otherwise the first choice.
        """
        self._script = script
        self._language = language
        self._next = 0
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Always `scripted`."""
        return "scripted"

    def choose_language(self, samples: Samples, languages: Sequence[str]) -> str:  # noqa: ARG002 - the Protocol's
        """The language it was made with, if that is a choice."""
        return self._language if self._language in languages else languages[0]

    def transcribe(self, samples: Samples, language: str) -> Sequence[HeardWord]:
        """The next answer. Raises `EngineError` when the script has come to its end."""
        if callable(self._script):
            return self._script(samples, language)
        with self._lock:
            if self._next >= len(self._script):
                raise EngineError("the script of the recogniser has come to its end", reason="SCRIPT_ENDED")
            answer = self._script[self._next]
            self._next += 1
        return answer


class ScriptedSpeechDetector:
    """Voice activity as told: the same stretches for every sound, cut to its length; without any, all of it."""

    def __init__(self, stretches: Sequence[tuple[int, int]] | None = None) -> None:
        """`stretches` are `(start_ms, end_ms)` in order; None: everything is speech, an empty list: nothing is."""
        self._stretches = stretches

    def speech(self, samples: Samples) -> Sequence[tuple[int, int]]:
        """The stretches that lie in `samples`."""
        length = len(samples) // _PER_MS
        stretches = [(0, length)] if self._stretches is None else self._stretches
        return tuple((start, min(end, length)) for start, end in stretches if start < min(end, length))


class ScriptedTextReader:
    """Optical character recognition as told: the same words for every picture, or a function of the picture."""

    def __init__(self, words: Sequence[SeenWord] | Callable[[Pixels], Sequence[SeenWord]]) -> None:
        """`words` in reading order, or a function that is called with the pixels."""
        self._words = words

    @property
    def name(self) -> str:
        """Always `scripted`."""
        return "scripted"

    def words(self, pixels: Pixels) -> Sequence[SeenWord]:
        """The words it was made with, or what its function says."""
        return self._words(pixels) if callable(self._words) else self._words
