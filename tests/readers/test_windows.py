"""Windows that are dragged over words: each part of a word that shows is held, whatever passes over it."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from redactor.protocols import SeenWord
from tests.readers.test_video import held, read
from tests.screens import LINE, ColourReader, Pixels, drawn, put, record, screen

BEHIND = ("NIKOS", "ELENI", "SOFIA", "GIORGOS")


def desk() -> Pixels:
    picture = screen()
    for row, word in enumerate(BEHIND):
        put(picture, drawn(word), 30 + 34 * row, 120)
    return picture


def with_window(top: int, left: int) -> Pixels:
    """A window of 84 x 104 with two words over the desk."""
    picture = desk()
    right = max(0, left + 104)
    picture[top : top + 84, max(0, left) : right] = 225
    for row, word in enumerate(("PETROS", "VASILIS")):
        put(picture, drawn(word), top + 14 + 30 * row, left + 20)
    return picture


def parts(top: int, left: int, word: str, row: int) -> list[tuple[int, int, int, int]]:
    """The parts of a word of the desk beside the window, from two letters on."""
    y, x, right = 30 + 34 * row, 120, 120 + 8 * len(word) - 2
    if y + LINE <= top or y >= top + 84:
        return [(y, x, y + LINE, right)]
    sides = [(y, x, y + LINE, min(right, left)), (y, max(x, left + 104), y + LINE, right)]
    return [side for side in sides if side[3] - side[1] >= 16]


@pytest.mark.parametrize("step", [(3, 14), (0, 24), (0, 40)])
def test_what_a_dragged_window_uncovers_is_held_at_once(tmp_path: Path, step: tuple[int, int]) -> None:
    down, right = step
    ways = [(40 + down * n, 4 + right * n) for n in range(1 + 200 // right) if 0 <= 40 + down * n <= 90]
    places = [ways[0]] * 3 + ways + [ways[-1]] * 3 + ways[::-1] + [ways[0]] * 3
    evidence = read(record(tmp_path / "a.mkv", [with_window(*place) for place in places]))
    for frame, place in enumerate(places):
        for row, word in enumerate(BEHIND):
            for part in parts(*place, word, row):
                assert held(evidence, word, frame, part), (word, frame, place, part)


@pytest.mark.parametrize("steps", [10, 12])
def test_words_of_a_window_on_an_arc_are_held(tmp_path: Path, steps: int) -> None:
    turns = [math.pi * n / steps for n in range(steps + 1)]
    ways = [(min(96, round(110 - 100 * math.sin(a))), min(216, round(110 - 110 * math.cos(a)))) for a in turns]
    places = [ways[0]] * 3 + ways + [ways[-1]] * 3
    evidence = read(record(tmp_path / "a.mkv", [with_window(*place) for place in places]))
    for frame, (top, left) in enumerate(places):
        for row, word in enumerate(("PETROS", "VASILIS")):
            y, x = top + 14 + 30 * row, left + 20
            box = (y, x, y + LINE, min(320, x + 8 * len(word) - 2))
            assert held(evidence, word, frame, box), (word, frame, top, left)


class _Halves(ColourReader):
    """Reads a word that is not whole as something else."""

    def words(self, pixels: Pixels) -> Sequence[SeenWord]:
        return [
            seen if seen.box.right - seen.box.left >= 8 * len(seen.text) - 4 else SeenWord("?", seen.box, 0.9, 0)
            for seen in super().words(pixels)
        ]


def test_a_half_that_was_read_as_something_else_is_part_of_the_whole(tmp_path: Path) -> None:
    places = [(40, 50)] * 4 + [(40 + 4 * n, 50 - 12 * n) for n in range(1, 5)]
    evidence = read(record(tmp_path / "a.mkv", [with_window(*place) for place in places]), _Halves())
    (part,) = parts(*places[0], "GIORGOS", 3)
    for frame in range(4):
        assert held(evidence, "ELENI", frame, (64, 154, 76, 158)), frame
        assert held(evidence, "GIORGOS", frame, part), frame
