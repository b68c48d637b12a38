"""Speech recognition with faster-whisper (CTranslate2), and the Silero voice activity detection inside its wheel.

Models are local folders; no hub is ever asked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from redactor.engines.whisper_decoding import Decoding, Encoding
from redactor.errors import EngineError, MissingEngineError
from redactor.protocols import HeardWord
from redactor.regions import Span, merge_spans

if TYPE_CHECKING:
    from redactor.protocols import Samples

_BLOCK = 20 * 16_000
_OVERLAP = 16_000
_INSTALL = 'speech recognition is not installed: pip install "redactor[asr]"'
_FILES = ("model.bin", "config.json", "tokenizer.json")


class FasterWhisperTranscriber:
    """A Whisper model in CTranslate2 form, int8 on the processor. Loads on first use, once for all threads."""

    def __init__(
        self,
        folder: Path,
        model: str,
        *,
        beam: int = 5,
        beam_again: int = 1,
        temperatures: Sequence[float] = (0.0,),
        threads: int = 2,
    ) -> None:
        """Nothing is read yet.

        Args:
            folder: holds `model.bin`, `config.json`, `tokenizer.json` and the vocabulary.
            model: the model's name for receipts.
            beam: beam width of a thorough reading, 1 to 10.
            beam_again: beam width of a fast one.
            temperatures: what is tried after a loop, 0 to 1; see `ModelsPolicy.temperatures`.
            threads: windows that are decoded at the same time, one processor thread each.
        """
        self._folder = folder
        self._model = model
        self._beam = beam
        self._beam_again = beam_again
        self._temperatures = tuple(temperatures)
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: Decoding | None = None

    @property
    def name(self) -> str:
        """For example `faster-whisper 1.2.1 whisper-base beam 5, again 1`."""
        return f"faster-whisper {_version()} {self._model} beam {self._beam}, again {self._beam_again}"

    def choose_language(self, samples: Samples, languages: Sequence[str]) -> str:
        """The most probable of `languages` in the first 30 s of `samples`."""
        if len(languages) == 1:
            return languages[0]
        first = samples[: 30 * 16_000]
        (encoding,) = self.encode([first])
        (odds,) = self.language_odds(encoding, [(0, -(-len(first) // 16))], languages)
        return max(languages, key=lambda language: odds[language])

    def transcribe(self, samples: Samples, language: str) -> Sequence[HeardWord]:
        """Words in order, with times in `samples` (at most 30 s, else `ValueError`); nothing is remembered."""
        return self.decode(self.encode([samples]), [language], thorough=True)[0]

    def encode(self, windows: Sequence[Samples]) -> Sequence[Encoding]:
        """Each window through the encoder. Raises `EngineError`, `MissingEngineError`."""
        with _failing("encoded a stretch of speech"):
            return self._decoding().encode(windows)

    def language_odds(
        self, encoding: object, spans: Sequence[tuple[int, int]], languages: Sequence[str]
    ) -> Sequence[Mapping[str, float]]:
        """See `BatchTranscriber`. Raises `EngineError`."""
        with _failing("chose the language"):
            return self._decoding().language_odds(_encoding(encoding), spans, languages)

    def decode(
        self, encodings: Sequence[object], languages: Sequence[str], *, thorough: bool
    ) -> Sequence[Sequence[HeardWord]]:
        """See `BatchTranscriber`; nothing is carried from window to window. Raises `EngineError`."""
        beam = self._beam if thorough else self._beam_again
        with _failing("decoded a stretch of speech"):
            return self._decoding().decode([_encoding(e) for e in encodings], languages, beam=beam)

    def _decoding(self) -> Decoding:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Decoding:
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
            # One thread for each of several windows beats several threads for one: the decoder waits for memory.
            model = WhisperModel(
                str(self._folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=1,
                num_workers=self._threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"the speech model {self._model} cannot be loaded", reason="BAD_MODEL") from error
        return Decoding(model, beam=self._beam, temperatures=self._temperatures, threads=self._threads)


def _encoding(value: object) -> Encoding:
    if not isinstance(value, Encoding):
        raise TypeError("this is not what encode() gave")
    return value


@contextmanager
def _failing(when: str) -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise EngineError(f"the recogniser failed while it {when}", reason="ASR_FAILED") from error


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
        # A part at a time: its memory grows by 100 MB a minute. The overlap lets it settle before it counts.
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
