"""Recordings of screens for tests, made here: words are patterns of one colour each, so that a script can read them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from redactor.protocols import Media, SeenWord
from redactor.regions import Box

Pixels = NDArray[np.uint8]
WIDTH, HEIGHT, LINE = 320, 180, 12
WORDS = (
    "ANNA",
    "MARIA",
    "NIKOS",
    "ELENI",
    "PETROS",
    "SOFIA",
    "GIORGOS",
    "IOANNA",
    "VASILIS",
    "DIMITRA",
    "KOSTAS",
    "EVA",
)


def colour(word: str) -> tuple[int, int, int]:
    """Of a word: dark, and its own."""
    at = WORDS.index(word)
    return 10 + 12 * (at % 4), 10 + 12 * (at // 4), 60


def drawn(word: str, letters: int | None = None) -> Pixels:
    """A picture of the word: a pattern of strokes, twelve rows high, eight columns a letter."""
    picture = np.full((LINE, 8 * len(word), 3), 255, np.uint8)
    strokes = np.random.default_rng(WORDS.index(word)).random((LINE // 2, 4 * len(word))) < 0.5
    strokes[0] = strokes[-1] = True
    strokes = strokes.repeat(2, 0).repeat(2, 1)
    strokes[:, 7::8] = strokes[:, 6::8] = False
    if letters is not None:
        strokes[:, 8 * letters :] = False
    picture[strokes] = colour(word)
    return picture


def screen(ground: int = 255) -> Pixels:
    return np.full((HEIGHT, WIDTH, 3), ground, np.uint8)


def put(picture: Pixels, what: Pixels, top: int, left: int, window: tuple[int, int] = (0, HEIGHT)) -> None:
    """Draw `what`, cut to the rows of a window."""
    first, last = max(top, window[0]), min(top + len(what), window[1])
    if first < last:
        picture[first:last, left : left + what.shape[1]] = what[first - top : last - top]


def record(path: Path, frames: Iterable[Pixels], *options: str, rate: int = 10) -> Media:
    """Write frames as a video; without options as they are (FFV1)."""
    frames = list(frames)
    height, width = frames[0].shape[:2]
    size = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(rate), "-i", "-"]
    coding = options or ("-c:v", "ffv1", "-pix_fmt", "bgr0")
    command = ["ffmpeg", "-v", "error", "-y", *size, *coding, str(path)]
    subprocess.run(command, input=b"".join(f.tobytes() for f in frames), check=True)
    return Media(path, "video", path.suffix[1:])


@dataclass
class ColourReader:
    """Reads a word where most of its colour stands; remembers how often it was asked."""

    slack: int = 0
    """Levels by which a colour may differ: for codecs with loss."""
    asked: list[tuple[int, ...]] = field(default_factory=list)
    name: str = "colours"

    def words(self, pixels: Pixels) -> Sequence[SeenWord]:
        self.asked.append(pixels.shape)
        found = []
        for word in WORDS:
            at = np.abs(pixels.astype(np.int16) - colour(word)).max(axis=2) <= self.slack
            rows, columns = np.flatnonzero(at.any(axis=1)), np.flatnonzero(at.any(axis=0))
            if at.sum() >= 12:
                box = Box(0, int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
                found.append(SeenWord(word, box, 0.9, len(found)))
        return found
