"""What grows or shrinks on a screen: which zoom it was, and that words are held in each frame and read rarely."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from redactor.readers.motion import NOISE, Rect, difference
from redactor.readers.zoom import Zoom, correlation, edges, find_zoom
from tests.pictures import FONT
from tests.readers.test_video import frames_of, held, read
from tests.screens import HEIGHT, LINE, WIDTH, WORDS, ColourReader, Pixels, drawn, put, record, screen


def page(lines: Sequence[str]) -> Image.Image:
    picture = Image.new("RGB", (1280, 960), "#fafafa")
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(FONT, 26)
    for i, line in enumerate(lines):
        draw.text((60 + 200 * (i % 3), 30 + 50 * i), line, fill="#223", font=font)
    return picture


LINES = [f"{word.title()} {word[::-1]} {17 * i + 23} {word.lower()}" for i, word in enumerate(WORDS + WORDS[:5])]


def seen(picture: Image.Image, scale: float, top: float, left: float) -> Pixels:
    """What a window of 640 x 480 shows that lies at (top, left) in pixels of the picture at `scale`."""
    box = (left / scale, top / scale, (left + 640) / scale, (top + 480) / scale)
    return np.asarray(picture.resize((640, 480), Image.Resampling.BILINEAR, box=box)).copy()


@pytest.mark.parametrize(
    ("before", "after"),
    [((0.6, 20, 10), (0.63, 30, 22)), ((0.8, 100, 40), (0.74, 80, 30)), ((1.0, 200, 300), (1.06, 215, 330))],
)
def test_a_zoom_is_found_to_the_pixel(before: tuple[float, int, int], after: tuple[float, int, int]) -> None:
    one, other = seen(page(LINES), *before), seen(page(LINES), *after)
    found = find_zoom(one, other, difference(one, other) > NOISE)
    assert found is not None
    zoom, fits = found
    scale = after[0] / before[0]
    assert abs(zoom.scale - scale) < 0.004
    for y, x in ((0.0, 0.0), (480.0, 640.0)):
        top, left, _, _ = zoom.forth((y, x, y, x))
        assert abs(top - (scale * (y + before[1]) - after[1])) < 1.5
        assert abs(left - (scale * (x + before[2]) - after[2])) < 1.5
    assert fits.mean() > 0.7


def test_another_page_and_a_fade_are_no_zoom() -> None:
    one = seen(page(LINES), 0.7, 10, 10)
    other = seen(page([line[::-1] for line in LINES]), 0.7, 10, 10)
    half = (one.astype(np.uint16) + other).astype(np.uint16) // 2
    for after in (other, half.astype(np.uint8)):
        assert find_zoom(one, after, difference(one, after) > NOISE) is None


def test_a_zoom_and_its_inverse_undo_each_other() -> None:
    zoom = Zoom(Rect(0, 0, 480, 640), 1.07, -12.5, -30.25)
    place = edges(Rect(100, 200, 120, 290))
    assert zoom.back(zoom.forth(place)) == pytest.approx(place)
    assert zoom.inverse.forth(zoom.forth(place)) == pytest.approx(place)
    assert zoom.inverse.after(zoom).forth(place) == pytest.approx(place)


def test_correlation_of_a_tile_needs_something_in_both() -> None:
    dots = (np.indices((16, 32)).sum(axis=0) % 2 * 200).astype(np.uint8)
    flat = np.full((16, 32), 9, np.uint8)
    assert correlation(dots, dots).round(3).tolist() == [[1, 1]]
    assert correlation(dots, 200 - dots).round(3).tolist() == [[-1, -1]]
    assert correlation(dots, flat).tolist() == [[0, 0]]


def zooming(steps: Sequence[float]) -> tuple[list[Pixels], dict[str, list[tuple[int, int, int, int]]]]:
    """Frames that show a grid of words around their middle at each scale, and where each word is in them."""
    big = screen().repeat(2, 0).repeat(2, 1)
    places = {word: (54 + 108 * (i // 4), 16 + 156 * (i % 4)) for i, word in enumerate(WORDS[:-1])}
    for word, (top, left) in places.items():
        put(big, drawn(word).repeat(2, 0).repeat(2, 1), top, left, (0, 2 * HEIGHT))
    frames: list[Pixels] = []
    boxes: dict[str, list[tuple[int, int, int, int]]] = {word: [] for word in places}
    for scale in steps:
        high, wide = 2 * HEIGHT / scale, 2 * WIDTH / scale
        y, x, by = HEIGHT - high / 2, WIDTH - wide / 2, HEIGHT / high
        box = (x, y, x + wide, y + high)
        frames.append(
            np.asarray(Image.fromarray(big).resize((WIDTH, HEIGHT), Image.Resampling.NEAREST, box=box)).copy()
        )
        for word, (top, left) in places.items():
            bottom, right = top + 2 * LINE, left + 16 * len(word) - 4
            boxes[word].append(
                (round(by * (top - y)), round(by * (left - x)), round(by * (bottom - y)), round(by * (right - x)))
            )
    return frames, boxes


@pytest.mark.parametrize(("start", "end"), [(1.0, 1.6), (1.6, 1.0)])
def test_words_are_held_while_they_grow_and_shrink(tmp_path: Path, start: float, end: float) -> None:
    steps = [start] * 5 + [start + (end - start) * i / 12 for i in range(1, 13)] + [end] * 6
    frames, boxes = zooming(steps)
    reader = ColourReader()
    evidence = read(record(tmp_path / "a.mkv", frames), reader)
    for word, places in boxes.items():
        for frame, (top, left, bottom, right) in enumerate(places):
            inside = max(top, 0), max(left, 0), min(bottom, HEIGHT), min(right, WIDTH)
            if inside[2] - inside[0] >= (bottom - top) // 2 and inside[3] - inside[1] >= 8:
                shown = inside[0] + 2, inside[1] + 2, inside[2] - 2, inside[3] - 2
                assert held(evidence, word, frame, shown), (word, frame)
    assert frames_of(evidence, "SOFIA") == set(range(len(frames)))
    # In each of the twelve frames everything changes; what was read is not read again but for where it stands.
    assert sum(high * wide for high, wide, _ in reader.asked) <= 6 * WIDTH * HEIGHT
