"""Speech recognition with faster-whisper (CTranslate2), and the Silero voice activity detection inside its wheel.

Models are local folders; no hub is ever asked.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redactor.engines.whisper_words import LOOP_RATIO, join_words
from redactor.errors import EngineError, MissingEngineError
from redactor.protocols import HeardWord
from redactor.regions import Span, merge_spans

if TYPE_CHECKING:
    from redactor.protocols import Samples

_BLOCK = 60 * 16_000
_OVERLAP = 16_000
_INSTALL = 'speech recognition is not installed: pip install "redactor[asr]"'
_FILES = ("model.bin", "config.json", "tokenizer.json")
_NO_REPEAT = 6
"""Tokens; the second try may not say the same six twice. Sampling at a higher temperature, the usual remedy, would
hear something else in every run."""


class FasterWhisperTranscriber:
    """A Whisper model in CTranslate2 form, int8 on the processor. Loads on first use, once for all threads."""

    def __init__(self, folder: Path, model: str, *, beam: int = 5, threads: int = 2) -> None:
        """Nothing is read yet.

        Args:
            folder: holds `model.bin`, `config.json`, `tokenizer.json` and the vocabulary.
            model: the model's name for receipts.
            beam: beam width, 1 to 10.
            threads: processor threads of one decoding.
        """
        self._folder = folder
        self._model = model
        self._beam = beam
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: Any = None

    @property
    def name(self) -> str:
        """For example `faster-whisper 1.2.1 whisper-base beam 5`."""
        return f"faster-whisper {_version()} {self._model} beam {self._beam}"

    def choose_language(self, samples: Samples, languages: Sequence[str]) -> str:
        """The most probable of `languages` in the first 30 s of `samples`."""
        if len(languages) == 1:
            return languages[0]
        try:
            _, _, probabilities = self._whisper().detect_language(samples)
        except RuntimeError as error:
            raise EngineError("the recogniser failed while it chose the language", reason="ASR_FAILED") from error
        chances = dict(probabilities)
        return max(languages, key=lambda language: chances.get(language, 0.0))

    def transcribe(self, samples: Samples, language: str) -> Sequence[HeardWord]:
        """Words in order, with times in `samples`; nothing is carried from window to window."""
        try:
            segments = self._decode(samples, language)
            if any(segment.compression_ratio > LOOP_RATIO for segment in segments):
                segments = self._decode(samples, language, no_repeat_ngram_size=_NO_REPEAT)
        except RuntimeError as error:
            raise EngineError("the recogniser failed on a stretch of speech", reason="ASR_FAILED") from error
        return join_words(
            (word.word, word.start, word.end, word.probability) for segment in segments for word in segment.words or ()
        )

    def _decode(self, samples: Samples, language: str, **options: Any) -> list[Any]:
        segments, _ = self._whisper().transcribe(
            samples,
            language=language,
            beam_size=self._beam,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            **options,
        )
        return list(segments)

    def _whisper(self) -> Any:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Any:
        missing = [name for name in _FILES if not (self._folder / name).is_file()]
        if missing:
            raise MissingEngineError(
                f"the speech model {self._model} is not here ({', '.join(missing)} missing): "
                f"redactor models fetch {self._model}",
                reason="NO_MODEL",
            )
        try:
            from faster_whisper import WhisperModel
        except ImportError:
            raise MissingEngineError(_INSTALL, reason="NO_ENGINE") from None
        try:
            return WhisperModel(
                str(self._folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=self._threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"the speech model {self._model} cannot be loaded", reason="BAD_MODEL") from error


class SileroSpeechDetector:
    """Voice activity detection with Silero VAD v6, tuned to miss nothing rather than to be tidy."""

    def __init__(self, *, threshold: float = 0.35, pause_ms: int = 160) -> None:
        """`threshold` is the speech probability in 0..1; pauses shorter than `pause_ms` do not part two stretches."""
        self._threshold = threshold
        self._pause_ms = pause_ms

    def speech(self, samples: Samples) -> Sequence[tuple[int, int]]:
        """Disjoint `(start_ms, end_ms)` stretches of speech, in order, not padded."""
        if len(samples) == 0:
            return ()
        try:
            from faster_whisper.vad import VadOptions, get_speech_timestamps
        except ImportError:
            raise MissingEngineError(_INSTALL, reason="NO_ENGINE") from None
        options = VadOptions(threshold=self._threshold, min_silence_duration_ms=self._pause_ms, speech_pad_ms=0)
        found: list[Span] = []
        # Minute by minute: its memory grows by 100 MB a minute. The overlap lets it settle before it counts.
        for first in range(0, len(samples), _BLOCK):
            start = max(0, first - _OVERLAP)
            parts = get_speech_timestamps(samples[start : first + _BLOCK], options)
            found += [Span((start + part["start"]) // 16, -(-(start + part["end"]) // 16)) for part in parts]
        return tuple((span.start, span.end) for span in merge_spans(found) if len(span))


def _version() -> str:
    try:
        return metadata.version("faster-whisper")
    except metadata.PackageNotFoundError:
        raise MissingEngineError(_INSTALL, reason="NO_ENGINE") from None
