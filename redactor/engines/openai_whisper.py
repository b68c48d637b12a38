"""Speech recognition with openai-whisper on PyTorch, from a local checkpoint; no hub is ever asked."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redactor.engines.whisper_words import LOOP_RATIO, join_words
from redactor.errors import EngineError, MissingEngineError
from redactor.protocols import HeardWord

if TYPE_CHECKING:
    from redactor.protocols import Samples

CHECKPOINT = "openai-whisper.pt"
"""Name of the checkpoint inside a model folder; `models/recipes/openai_whisper_checkpoint.py` writes it."""
_INSTALL = 'openai-whisper is not installed: pip install "redactor[openai-whisper]"'


class OpenAIWhisperTranscriber:
    """A Whisper checkpoint on the processor, 32-bit. Loads on first use, once for all threads."""

    def __init__(self, path: Path, model: str, *, beam: int = 5, threads: int = 2) -> None:
        """Nothing is read yet.

        Args:
            path: the checkpoint, or a model folder that holds `openai-whisper.pt`.
            model: the model's name for receipts.
            beam: beam width, 1 to 10.
            threads: processor threads; PyTorch has one setting for the whole process.
        """
        self._path = path
        self._model = model
        self._beam = beam
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: Any = None

    @property
    def name(self) -> str:
        """For example `openai-whisper 20250625 whisper-base beam 5`."""
        try:
            version = metadata.version("openai-whisper")
        except metadata.PackageNotFoundError:
            raise MissingEngineError(_INSTALL, reason="NO_ENGINE") from None
        return f"openai-whisper {version} {self._model} beam {self._beam}"

    def choose_language(self, samples: Samples, languages: Sequence[str]) -> str:
        """The most probable of `languages` in the first 30 s of `samples`."""
        if len(languages) == 1:
            return languages[0]
        with self._whisper() as model:
            from whisper import log_mel_spectrogram, pad_or_trim

            try:
                mel = log_mel_spectrogram(pad_or_trim(samples), n_mels=model.dims.n_mels)
                _, chances = model.detect_language(mel)
            except RuntimeError as error:
                raise EngineError("the recogniser failed while it chose the language", reason="ASR_FAILED") from error
        return max(languages, key=lambda language: float(chances.get(language, 0.0)))

    def transcribe(self, samples: Samples, language: str) -> Sequence[HeardWord]:
        """Words in order, with times in `samples`; nothing is carried from window to window."""
        try:
            segments = self._decode(samples, language, self._beam)
            if any(segment["compression_ratio"] > LOOP_RATIO for segment in segments):
                # A greedy search loops less than a wide one, and hears the same in every run.
                segments = self._decode(samples, language, 1)
        except RuntimeError as error:
            raise EngineError("the recogniser failed on a stretch of speech", reason="ASR_FAILED") from error
        return join_words(
            (word["word"], float(word["start"]), float(word["end"]), float(word["probability"]))
            for segment in segments
            for word in segment.get("words", ())
        )

    def _decode(self, samples: Samples, language: str, beam: int) -> list[dict[str, Any]]:
        with self._whisper() as model:
            answer = model.transcribe(
                samples,
                language=language,
                beam_size=beam if beam > 1 else None,
                temperature=0.0,
                condition_on_previous_text=False,
                word_timestamps=True,
                fp16=False,
                verbose=None,
            )
        segments: list[dict[str, Any]] = answer["segments"]
        return segments

    @contextmanager
    def _whisper(self) -> Iterator[Any]:
        # One caller at a time: while it decodes, openai-whisper hangs hooks for its cache on the shared model.
        with self._lock, warnings.catch_warnings():
            # Its use of numpy is deprecated, and it leaves the file of its vocabulary open.
            warnings.simplefilter("ignore")
            if self._loaded is None:
                self._loaded = self._load()
            yield self._loaded

    def _load(self) -> Any:
        path = self._path / CHECKPOINT if self._path.is_dir() else self._path
        if not path.is_file():
            raise MissingEngineError(
                f"the checkpoint of {self._model} is not here: write it from the faster-whisper model with "
                "models/recipes/openai_whisper_checkpoint.py",
                reason="NO_MODEL",
            )
        try:
            import torch
            from whisper.model import ModelDimensions, Whisper
        except ImportError:
            raise MissingEngineError(_INSTALL, reason="NO_ENGINE") from None
        try:
            checkpoint = torch.load(path, map_location="cpu", weights_only=True)
            model = Whisper(ModelDimensions(**checkpoint["dims"]))
            model.load_state_dict(checkpoint["model_state_dict"])
        except (RuntimeError, KeyError, TypeError, ValueError) as error:
            raise EngineError(f"the checkpoint of {self._model} cannot be loaded", reason="BAD_MODEL") from error
        if heads := checkpoint.get("alignment_heads"):
            mask = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
            for layer, head in heads:
                mask[layer, head] = True
            model.register_buffer("alignment_heads", mask.to_sparse(), persistent=False)
        torch.set_num_threads(self._threads)
        return model.eval()
