"""Optical character recognition with tesserocr: Tesseract inside the process, its models loaded once per thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from redactor.engines.crossed import uncrossed
from redactor.engines.tesseract import TIMEOUT_S, RawWord, locate_languages, parted, seams, unite
from redactor.engines.views import SETTINGS, Setting, View, views
from redactor.errors import EngineError, MissingEngineError
from redactor.protocols import SeenWord

if TYPE_CHECKING:
    from redactor.protocols import Pixels

_loading = threading.Lock()


class TesserocrReader:
    """Reads screens in Greek and English in one pass. Safe to share between threads."""

    def __init__(self, languages: Sequence[str]) -> None:
        """`languages` are ISO 639-1 codes (`el`, `en`). Raises `MissingEngineError` with what to install."""
        self._settings: Sequence[Setting] = SETTINGS
        self._binding = _binding()
        self._folder, self._languages = locate_languages(languages)
        self._threads = threading.local()

    @property
    def name(self) -> str:
        """Binding, engine version and languages."""
        version = str(self._binding.tesseract_version()).splitlines()[0]
        return f"tesserocr {self._binding.__version__} {version} {self._languages}"

    def shown(self, settings: Sequence[Setting]) -> TesserocrReader:
        """A reader that is shown other views; both use the same models."""
        other = copy(self)
        other._settings = settings
        return other

    def words(self, pixels: Pixels) -> Sequence[SeenWord]:
        """Words with boxes in pixels of `pixels`, rounded outward. Raises `EngineError` and `MediaError`."""
        return uncrossed(self._united(pixels), pixels, self._united)

    def _united(self, pixels: Pixels) -> Sequence[SeenWord]:
        height, width, _ = pixels.shape
        return unite([(view, list(self._read(view))) for view in views(pixels, self._settings)], width, height)

    def _read(self, view: View) -> Iterator[RawWord]:
        api, level = self._api(), self._binding.RIL.WORD
        height, width = view.grey.shape
        try:
            api.SetPageSegMode(view.segmentation)
            api.SetImageBytes(view.grey.tobytes(), width, height, 1, width)
            api.SetSourceResolution(max(70, round(96 * view.scale)))
            if not api.Recognize(TIMEOUT_S * 1000):
                raise EngineError("Tesseract gave up on the picture", reason="OCR_FAILED")
            words = list(self._words(api, level))
            symbols = self._symbols(api, {i for i, word in enumerate(words) if seams(word.text)})
            for index, word in enumerate(words):
                yield from parted(word, symbols[index]) if index in symbols else (word,)
        except RuntimeError:
            raise EngineError("Tesseract failed on the picture", reason="OCR_FAILED") from None
        finally:
            api.Clear()

    def _words(self, api: Any, level: Any) -> Iterator[RawWord]:
        line, found = -1, api.GetIterator()
        for item in self._binding.iterate_level(found, level) if found is not None else ():
            line += bool(item.IsAtBeginningOf(self._binding.RIL.TEXTLINE))
            if not item.Empty(level):
                left, top, right, bottom = item.BoundingBox(level)
                yield RawWord(item.GetUTF8Text(level), left, top, right, bottom, item.Confidence(level), line)

    def _symbols(self, api: Any, wanted: set[int]) -> dict[int, list[tuple[str, int, int]]]:
        """`(text, left, right)` of each symbol of the words with these indices (as `_words` counts them)."""
        symbols: dict[int, list[tuple[str, int, int]]] = {index: [] for index in wanted}
        level, index = self._binding.RIL.SYMBOL, -1
        for item in self._binding.iterate_level(api.GetIterator(), level) if wanted else ():
            index += bool(item.IsAtBeginningOf(self._binding.RIL.WORD))
            if index in symbols and not item.Empty(level):
                left, _, right, _ = item.BoundingBox(level)
                symbols[index].append((item.GetUTF8Text(level), left, right))
        return symbols

    def _api(self) -> Any:
        if (api := getattr(self._threads, "api", None)) is None:
            try:
                api = self._threads.api = self._binding.PyTessBaseAPI(
                    path=f"{self._folder}/",
                    lang=self._languages,
                    oem=self._binding.OEM.LSTM_ONLY,
                    variables={"debug_file": os.devnull},
                )
            except RuntimeError:
                raise EngineError("Tesseract cannot load its language data", reason="OCR_FAILED") from None
        return api


def _binding() -> Any:
    """The foreign module, loaded with OpenMP held to one thread: more make Tesseract many times slower."""
    with _loading:
        before = os.environ.get("OMP_THREAD_LIMIT")
        os.environ["OMP_THREAD_LIMIT"] = "1"
        try:
            import tesserocr
        except ImportError:
            raise MissingEngineError('reading pictures needs pip install "redactor[ocr]"', reason="NO_ENGINE") from None
        finally:
            # The limit is read when the library is loaded; left in place it would slow down every other engine.
            os.environ.pop("OMP_THREAD_LIMIT")
            if before is not None:
                os.environ["OMP_THREAD_LIMIT"] = before
        tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
        return tesserocr
