"""Codes drawn with ZXing's writer: decoded ones, turned ones, and those that nobody can read any more."""

from collections.abc import Sequence

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from redactor.engines.zxing import ZXingReader
from redactor.protocols import SeenCode, SeenWord
from redactor.readers.codes import CodeDetector
from redactor.readers.patterns import patterns
from redactor.regions import Box

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
KINDS = zxingcpp.BarcodeFormat
SQUARES = [
    (KINDS.QRCode, "Maria 6971234567"),
    (KINDS.MicroQRCode, "12345"),
    (KINDS.DataMatrix, "Maria 697123"),
    (KINDS.Aztec, "Maria 6971"),
]
BARS = [
    (KINDS.Code128, "9208791757"),
    (KINDS.EAN13, "520123456789"),
    (KINDS.Code39, "AB1234"),
    (KINDS.PDF417, "Maria 6971234567"),
]


class Decoder:
    """Says what it is told."""

    name = "scripted"

    def __init__(self, *codes: SeenCode) -> None:
        self.told = codes

    def codes(self, grey: np.ndarray) -> Sequence[SeenCode]:
        return self.told


def drawn(kind: object, text: str, scale: int = 3) -> Image.Image:
    code = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind), scale=scale)))
    return code.resize((code.width, max(50, code.height))) if kind in dict(BARS) and kind != KINDS.PDF417 else code


def page(code: Image.Image, at: tuple[int, int] = (150, 90), ground: int = 255) -> np.ndarray:
    picture = Image.new("L", (700, 500), ground)
    picture.paste(code, at)
    return np.dstack([np.asarray(picture)] * 3)


def ink(pixels: np.ndarray) -> tuple[slice, slice]:
    dark = np.argwhere(pixels[..., 0] != pixels[0, 0, 0])
    (top, left), (bottom, right) = dark.min(axis=0), dark.max(axis=0) + 1
    return slice(top, bottom), slice(left, right)


def uncovered(pixels: np.ndarray, regions: Sequence[object]) -> float:
    left = np.ones(pixels.shape[:2], bool)
    for box in regions:
        assert isinstance(box, Box)
        left[box.top : box.bottom, box.left : box.right] = False
    return float(left[ink(pixels)].mean())


@pytest.fixture(scope="module")
def detector() -> CodeDetector:
    return CodeDetector(ZXingReader(), 0.5)


@pytest.mark.parametrize("turned", [0, 90, 180])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("kind", "text"), [*SQUARES, *BARS])
def test_every_kind_is_read_and_covered(
    detector: CodeDetector, kind: object, text: str, dark: bool, turned: int
) -> None:
    pixels = page(drawn(kind, text).rotate(turned, expand=True))
    pixels = 255 - pixels if dark else pixels
    marks = detector.marks(pixels)
    assert {m.entity_type for m in marks} == {"BARCODE" if (kind, text) in BARS else "QR_CODE"}
    assert any(m.content.startswith(text) for m in marks)
    assert uncovered(pixels, [m.region for m in marks]) == 0


def test_several_on_one_page_each_with_its_content(detector: CodeDetector) -> None:
    pixels = (
        page(drawn(KINDS.QRCode, "first"))
        & page(drawn(KINDS.QRCode, "second"), (450, 300))
        & page(drawn(KINDS.Code128, "12345678"), (100, 350))
    )
    assert sorted(m.content for m in detector.marks(pixels)) == ["12345678", "first", "second"]


@pytest.mark.parametrize("scale", [2, 3, 5])
@pytest.mark.parametrize(("kind", "text"), [SQUARES[0], SQUARES[2], *BARS[:3]])
def test_half_a_code_is_found_without_content(detector: CodeDetector, kind: object, text: str, scale: int) -> None:
    code = drawn(kind, text, scale)
    pixels = page(code.crop((0, 0, code.width // 2, code.height)))
    marks = detector.marks(pixels)
    assert {m.content for m in marks} == {""}
    assert uncovered(pixels, [m.region for m in marks]) < 0.05


@pytest.mark.parametrize("angle", [12, 33, 61])
def test_bars_at_any_angle_are_found(detector: CodeDetector, angle: int) -> None:
    pixels = page(
        drawn(KINDS.Code128, "9208791757").rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    )
    assert uncovered(pixels, [m.region for m in detector.marks(pixels)]) < 0.02


def test_text_stripes_and_checks_are_no_codes() -> None:
    picture = Image.new("L", (700, 500), 255)
    draw = ImageDraw.Draw(picture)
    for row in range(12):
        draw.text(
            (20, 20 + 17 * row),
            "Ο πελάτης ζητά illumination 11111 πληροφορίες",
            font=ImageFont.truetype(FONT, 13),
            fill=0,
        )
    for column in range(40):
        draw.rectangle((20 + 8 * column, 300, 23 + 8 * column, 380), fill=0)
    draw.rectangle((400, 300, 480, 380), outline=0, width=6)
    assert list(patterns(np.asarray(picture))) == []


def test_bars_grow_to_their_whole_height_and_over_the_digits_that_repeat_them() -> None:
    pixels = page(drawn(KINDS.Code128, "9208791757", 2))
    rows, columns = ink(pixels)
    line = Box(0, rows.start + 10, columns.start, rows.start + 12, columns.stop)
    below = Box(0, rows.stop + 2, columns.start + 20, rows.stop + 14, columns.start + 90)
    words = [
        SeenWord("920 8791757", below, 0.9, 0),
        SeenWord("Σκανάρετε", Box(0, rows.stop + 2, columns.start + 100, rows.stop + 14, columns.stop), 0.9, 0),
    ]
    (mark,) = CodeDetector(Decoder(SeenCode(True, line, "9208791757")), 0.5).marks(pixels, words)
    assert isinstance(mark.region, Box)
    assert mark.region.top <= rows.start
    assert mark.region.bottom >= below.bottom
    (bare,) = CodeDetector(Decoder(SeenCode(True, line, "9208791757")), 0.5).marks(pixels, words[1:])
    assert isinstance(bare.region, Box)
    assert rows.stop <= bare.region.bottom <= rows.stop + 8


def test_thresholds_and_contradictions() -> None:
    white, box = np.full((300, 300, 3), 255, np.uint8), Box(0, 50, 50, 120, 120)
    unread = CodeDetector(Decoder(SeenCode(False, box)), 0.95)
    assert unread.marks(white) == ()
    two = Decoder(SeenCode(False, box, "Menu"), SeenCode(False, box, "Maria"))
    assert [m.content for m in CodeDetector(two, 0.5).marks(white)] == [""]


def test_a_located_code_under_words_is_text() -> None:
    white, box = np.full((300, 300, 3), 255, np.uint8), Box(0, 50, 50, 70, 70)
    detector = CodeDetector(Decoder(SeenCode(False, box)), 0.5)
    assert len(detector.marks(white)) == 1
    assert detector.marks(white, [SeenWord("Πελάτης", Box(0, 52, 45, 66, 110), 0.9, 0)]) == ()


def test_a_table_with_much_room_between_its_words_is_text() -> None:
    white, box = np.full((300, 900, 3), 255, np.uint8), Box(0, 10, 10, 290, 890)
    detector = CodeDetector(Decoder(SeenCode(False, box)), 0.5)
    words = [
        SeenWord("Balance", Box(0, 30 + 60 * i, 20 + 300 * j, 42 + 60 * i, 70 + 300 * j), 0.95, 0)
        for i in range(3)
        for j in range(3)
    ]
    assert len(detector.marks(white, words[:7])) == 1
    assert detector.marks(white, words) == ()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 1000), st.booleans())
def test_boxes_lie_inside_any_picture(high: int, wide: int, seed: int, linear: bool) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.choice(np.array([0, 255], np.uint8), (high, wide, 1)).repeat(3, axis=2)
    top, left = int(rng.integers(high)), int(rng.integers(wide))
    code = SeenCode(linear, Box(0, top, left, int(rng.integers(top, high)) + 1, int(rng.integers(left, wide)) + 1), "x")
    for mark in CodeDetector(Decoder(code), 0.0).marks(pixels):
        assert isinstance(mark.region, Box)
        assert mark.region.right <= wide
        assert mark.region.bottom <= high
