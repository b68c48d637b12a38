"""Optical character recognition with pytesseract: the fallback that starts the `tesseract` program for each view."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from redactor.engines.crossed import uncrossed
from redactor.engines.tesseract import TIMEOUT_S, RawWord, locate_languages, unite
from redactor.engines.views import SETTINGS, Setting, View, views
from redactor.errors import EngineError, MissingEngineError
from redactor.protocols import SeenWord

if TYPE_CHECKING:
    from redactor.protocols import Pixels

_loading = threading.Lock()
_WORD_LEVEL = 5
"""`level` of a word in Tesseract's table; pages, blocks, paragraphs and lines come before it."""


class PytesseractReader:
    """The same reading as `TesserocrReader`, one process per view. Safe to share between threads."""

    def __init__(self, languages: Sequence[str]) -> None:
        """`languages` are ISO 639-1 codes (`el`, `en`). Raises `MissingEngineError` with what to install."""
        self._settings: Sequence[Setting] = SETTINGS
        self._folder, self._languages = locate_languages(languages)
        self._binding, self._version = _binding(str(self._folder))

    @property
    def name(self) -> str:
        """Binding, engine version and languages."""
        return f"pytesseract tesseract {self._version} {self._languages}"

    def shown(self, settings: Sequence[Setting]) -> PytesseractReader:
        """A reader that is shown other views."""
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
        config = f"--oem 1 --psm {view.segmentation} --dpi {max(70, round(96 * view.scale))}"
        try:
            table = self._binding.image_to_data(
                view.grey,
                lang=self._languages,
                config=config,
                timeout=TIMEOUT_S,
                output_type=self._binding.Output.DICT,
            )
        except (RuntimeError, OSError, ValueError):
            # The binding's message repeats what the program printed.
            raise EngineError("Tesseract failed on the picture", reason="OCR_FAILED") from None
        columns = ("level", "text", "left", "top", "width", "height", "conf", "block_num", "par_num", "line_num")
        lines: dict[tuple[int, int, int], int] = {}
        for level, text, left, top, width, height, confidence, *line in zip(*(table[c] for c in columns), strict=True):
            if level == _WORD_LEVEL:
                index = lines.setdefault((line[0], line[1], line[2]), len(lines))
                yield RawWord(str(text), left, top, left + width, top + height, float(confidence), index)


def _binding(tessdata: str) -> tuple[Any, str]:
    """The foreign module and the version of the program behind it."""
    with _loading:
        try:
            import pytesseract
        except ImportError:
            raise MissingEngineError('reading pictures needs pip install "redactor[ocr]"', reason="NO_ENGINE") from None
        # The program's environment: OpenMP held to one thread (more make Tesseract many times slower), without
        # touching the environment of this process, where the limit would slow down other engines.
        foreign = pytesseract.pytesseract
        foreign.environ = {**os.environ, "OMP_THREAD_LIMIT": "1", "TESSDATA_PREFIX": tessdata}
        try:
            return pytesseract, str(pytesseract.get_tesseract_version())
        except pytesseract.TesseractNotFoundError:
            raise MissingEngineError(
                "the tesseract program is missing: apt-get install tesseract-ocr", reason="NO_ENGINE"
            ) from None
