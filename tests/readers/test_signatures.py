"""Signatures drawn with splines, and what must not pass for one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from redactor.protocols import SeenWord
from redactor.readers.signatures import SignatureDetector
from redactor.regions import Box

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
LABEL = SeenWord("Υπογραφή:", Box(0, 70, 100, 88, 180), 0.9, 0)


def scrawl(seed: int, wide: int, high: int) -> list[tuple[float, float]]:
    """The course of a pen: loops that shrink to the right, and a line back below."""
    rng = np.random.default_rng(seed)
    t = np.linspace(0, 1, 400)
    loops, lean = int(rng.integers(5, 10)), rng.uniform(0.3, 0.9)
    swing = 0.42 * (1 - 0.6 * t) * (1 + 0.2 * np.sin(11 * t + rng.uniform(0, 6)))
    y = 0.45 - swing * np.cos(2 * np.pi * loops * t)
    x = 0.03 + 0.9 * t + 0.07 * lean * np.sin(2 * np.pi * loops * t) + 0.06 * (0.5 - y)
    back = [(0.95 - 0.7 * u, 0.8 + 0.12 * np.sin(3 * u)) for u in np.linspace(0, 1, 60)]
    return [(float(a) * wide, float(b) * high) for a, b in [*zip(x, y, strict=True), *back]]


def signed(
    seed: int,
    wide: int = 200,
    pen: float = 2,
    ink: tuple[int, int, int] = (25, 40, 130),
    ground: tuple[int, int, int] = (255, 255, 255),
) -> tuple[np.ndarray, Box]:
    large = Image.new("RGB", (3 * 700, 3 * 400), ground)
    points = [(3 * (x + 110), 3 * (y + 100)) for x, y in scrawl(seed, wide, wide // 3)]
    ImageDraw.Draw(large).line(points, fill=ink, width=round(3 * pen), joint="curve")
    pixels = np.asarray(large.resize((700, 400), Image.Resampling.LANCZOS)).copy()
    dark = np.argwhere(np.abs(pixels.astype(int) - ground).max(axis=2) > 60)
    (top, left), (bottom, right) = dark.min(axis=0), dark.max(axis=0) + 1
    return pixels, Box(0, int(top), int(left), int(bottom), int(right))


def share_covered(box: Box, pixels: np.ndarray, words: list[SeenWord]) -> float:
    covered = np.zeros(pixels.shape[:2], bool)
    for mark in SignatureDetector(0.5).marks(pixels, words):
        assert mark.entity_type == "SIGNATURE"
        assert isinstance(mark.region, Box)
        covered[mark.region.top : mark.region.bottom, mark.region.left : mark.region.right] = True
    return float(covered[box.top : box.bottom, box.left : box.right].mean())


@pytest.mark.parametrize("wide", [110, 200, 330])
@pytest.mark.parametrize("pen", [1.3, 2.2, 3.2])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [((25, 40, 130), (255, 255, 255)), ((230, 230, 235), (28, 30, 36)), ((70, 70, 70), (246, 244, 238))],
)
def test_signatures_of_all_sizes_pens_and_grounds(
    wide: int, pen: float, ink: tuple[int, int, int], ground: tuple[int, int, int]
) -> None:
    for seed in range(3):
        pixels, box = signed(seed, wide, pen, ink, ground)
        assert share_covered(box, pixels, [LABEL]) >= 0.95, seed


def test_without_a_label_on_a_line_in_a_frame_and_out_of_focus() -> None:
    for seed in range(3):
        pixels, box = signed(seed)
        picture = Image.fromarray(pixels)
        ImageDraw.Draw(picture).rectangle((80, 95, 420, 190), outline=(120, 120, 120))
        ImageDraw.Draw(picture).line((100, box.bottom - 6, 400, box.bottom - 6), fill=(60, 60, 60))
        blurred = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.8)))
        assert share_covered(box, blurred, []) >= 0.95, seed


def test_text_graphs_rings_and_frames_are_none() -> None:
    picture = Image.new("RGB", (700, 400), "white")
    draw = ImageDraw.Draw(picture)
    for size, top in [(13, 10), (22, 40), (40, 80)]:
        draw.text((20, top), "Στοιχεία λογαριασμού και χρεώσεις", font=ImageFont.truetype(FONT, size), fill="black")
    rng = np.random.default_rng(3)
    for top in (160, 230):
        draw.line([(30 + 9 * i, top + 50 * y) for i, y in enumerate(rng.random(30))], fill=(30, 90, 200), width=2)
    draw.ellipse((400, 160, 480, 240), outline="black", width=4)
    draw.arc((500, 160, 640, 260), 0, 290, fill="black", width=12)
    draw.rounded_rectangle((400, 280, 640, 340), 12, outline="black", width=2)
    assert SignatureDetector(0.5).marks(np.asarray(picture)) == ()


def test_a_word_that_was_read_for_sure_is_none_and_thresholds_count() -> None:
    pixels, box = signed(1)
    assert SignatureDetector(0.5).marks(pixels, [SeenWord("Example", box, 0.95, 0)]) == ()
    assert len(SignatureDetector(0.5).marks(pixels, [SeenWord("wwm", box, 0.3, 0)])) == 1
    assert SignatureDetector(0.9).marks(pixels) == ()
    assert len(SignatureDetector(0.9).marks(pixels, [LABEL])) == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 90), st.integers(1, 120), st.integers(0, 10**6))
def test_boxes_lie_inside_any_picture(high: int, wide: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (wide, high), "white")
    points = [(float(x) * wide, float(y) * high) for x, y in rng.random((12, 2))]
    ImageDraw.Draw(picture).line(points, fill="black", width=2)
    for mark in SignatureDetector(0.0).marks(np.asarray(picture)):
        assert isinstance(mark.region, Box)
        assert mark.region.right <= wide
        assert mark.region.bottom <= high
