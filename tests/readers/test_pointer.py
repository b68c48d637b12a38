"""A pointer on its way over a screen: it is read once, and what it passes over is followed as it was read."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from redactor.protocols import SeenWord
from tests.readers.test_video import held, read
from tests.screens import LINE, ColourReader, Pixels, drawn, put, record, screen

ARROW = np.array([[column <= row and (row < 12 or 2 < column < 8) for column in range(12)] for row in range(18)])


def desk(place: tuple[int, int]) -> Pixels:
    picture = screen()
    for row, word in enumerate(("NIKOS", "ELENI", "SOFIA")):
        put(picture, drawn(word), 30 + 40 * row, 120)
    there = picture[place[0] : place[0] + 18, place[1] : place[1] + 12]
    there[ARROW] = 0
    return picture


def test_a_pointer_is_not_read_wherever_it_goes(tmp_path: Path) -> None:
    places = [(5, 10)] * 3 + [(5 + 6 * n, 10 + 11 * n) for n in range(1, 20)]
    reader = ColourReader()
    evidence = read(record(tmp_path / "a.mkv", [desk(place) for place in places]), reader)
    assert len(reader.asked) <= 4
    for frame in range(len(places)):
        for row, word in enumerate(("NIKOS", "ELENI", "SOFIA")):
            assert held(evidence, word, frame, (30 + 40 * row, 120, 30 + 40 * row + LINE, 156)), (word, frame)


class _Named(ColourReader):
    """Reads EVA as something else."""

    def __init__(self, text: str, confidence: float) -> None:
        super().__init__()
        self._read = (text, confidence)

    def words(self, pixels: Pixels) -> Sequence[SeenWord]:
        found = super().words(pixels)
        return [SeenWord(self._read[0], s.box, self._read[1], s.line) if s.text == "EVA" else s for s in found]


@pytest.mark.parametrize(("text", "confidence"), [("EVA", 0.5), ("Li", 0.9), ("47", 0.5)])
def test_a_small_word_that_comes_again_elsewhere_is_read_again(tmp_path: Path, text: str, confidence: float) -> None:
    def at(left: int) -> Pixels:
        picture = desk((5, 10))
        put(picture, drawn("EVA"), 150, left)
        return picture

    lefts = [left for left in (60, 110, 160, 210, 260) for _ in range(2)]
    evidence = read(record(tmp_path / "a.mkv", [at(left) for left in lefts]), _Named(text, confidence))
    for frame, left in enumerate(lefts):
        assert held(evidence, text, frame, (150, left, 150 + LINE, left + 22)), frame
