"""The same recognisers with other ears and eyes: speech at another speed, pictures at another scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from redactor.protocols import HeardWord, SeenWord, TextReader, Transcriber
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Pixels, Samples

SPEED = 1.08
"""A little faster, and higher by a semitone: other windows and other errors, and as intelligible."""
SCALE = 1.6


class OtherSpeed:
    """A `Transcriber` that hears everything `speed` times as fast; its words have the times of the original."""

    def __init__(self, transcriber: Transcriber, speed: float = SPEED) -> None:
        """Raises ValueError for a speed that is not above 0."""
        if speed <= 0:
            raise ValueError("a speed is above 0")
        self._transcriber, self._speed = transcriber, speed

    @property
    def name(self) -> str:
        """That of the recogniser, and the speed."""
        return f"{self._transcriber.name} x{self._speed:g}"

    def choose_language(self, samples: Samples, languages: Sequence[str]) -> str:
        """As the recogniser chooses for the original speed."""
        return self._transcriber.choose_language(samples, languages)

    def transcribe(self, samples: Samples, language: str) -> Sequence[HeardWord]:
        """Words in order, with times in `samples` (ms), rounded outward."""
        at = np.arange(0, max(len(samples) - 1, 0), self._speed, dtype=np.float64)
        faster = np.interp(at, np.arange(len(samples)), samples).astype(np.float32) if len(at) else samples
        heard = self._transcriber.transcribe(faster, language)
        return [
            replace(
                word,
                start_ms=math.floor(word.start_ms * self._speed),
                end_ms=min(math.ceil(word.end_ms * self._speed), max(len(samples) // 16, word.end_ms)),
            )
            for word in heard
        ]


class OtherScale:
    """A `TextReader` that sees pictures `scale` times as large; its boxes are in pixels of the original."""

    def __init__(self, reader: TextReader, scale: float = SCALE) -> None:
        """Raises ValueError for a scale that is not above 0."""
        if scale <= 0:
            raise ValueError("a scale is above 0")
        self._reader, self._scale = reader, scale

    @property
    def name(self) -> str:
        """That of the reader, and the scale."""
        return f"{self._reader.name} x{self._scale:g}"

    def words(self, pixels: Pixels) -> Sequence[SeenWord]:
        """Words in reading order; boxes are rounded outward and lie inside the picture."""
        height, width = pixels.shape[:2]
        size = (max(1, round(width * self._scale)), max(1, round(height * self._scale)))
        larger = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
        across, down = size[0] / width, size[1] / height
        return [
            replace(word, box=_smaller(word.box, across, down, width, height)) for word in self._reader.words(larger)
        ]


def _smaller(box: Box, across: float, down: float, width: int, height: int) -> Box:
    left, top = min(math.floor(box.left / across), width - 1), min(math.floor(box.top / down), height - 1)
    right, bottom = min(math.ceil(box.right / across), width), min(math.ceil(box.bottom / down), height)
    return Box(box.page, top, left, max(bottom, top + 1), max(right, left + 1))
