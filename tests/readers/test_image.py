"""The picture reader with scripted engines, and with Tesseract (slow)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from redactor.engines import pillow
from redactor.errors import EngineError, MediaError, WithheldError
from redactor.findings import Redaction
from redactor.policy import ImagePolicy, Policy
from redactor.protocols import Media, SeenWord
from redactor.readers.image import ImageReader
from redactor.regions import Box

Pixels = NDArray[np.uint8]
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def cover(box: Box, kind: str = "GR_AFM") -> Redaction:
    return Redaction(kind, (box,), 1.0, "cover")


@dataclass
class Scripted:
    """Says what it is told and remembers what it was shown."""

    seen: Sequence[SeenWord]
    shown: Pixels | None = None
    name: str = "scripted"

    def words(self, pixels: Pixels) -> Sequence[SeenWord]:
        self.shown = pixels
        return self.seen


def word(text: str, left: int, top: int = 10, confidence: float = 0.9) -> SeenWord:
    return SeenWord(text, Box(0, top, left, top + 10, left + 8 * len(text)), confidence, 0)


@pytest.fixture
def media(tmp_path: Path) -> Media:
    pillow.save(np.full((60, 300, 3), 255, np.uint8), "png", path := tmp_path / "a.png")
    return Media(path, "image", "png")


def test_words_gaps_confidence_and_extent(media: Media) -> None:
    engine = Scripted([word("695", 150, 30), word("Κινητό", 10, 30), word("Πελάτης", 10), word("Άλφα", 150, 10, 1.7)])
    evidence = ImageReader(Policy(), engine).read(media)
    assert evidence.text == "Πελάτης\tΆλφα\nΚινητό\t695"
    assert [w.confidence for w in evidence.words] == [0.9, 1.0, 0.9, 0.9]
    assert evidence.extent == (Box(0, 0, 0, 60, 300),)
    assert evidence.words[3].region == Box(0, 30, 150, 40, 174)
    assert evidence.unread == ()
    assert engine.shown is not None
    assert engine.shown.shape == (60, 300, 3)


def test_languages_by_script_most_first_and_only_those_of_the_policy(media: Media) -> None:
    engine = Scripted([word("καλημέρα", 10), word("ok", 100), word("да", 150)])
    assert ImageReader(Policy(), engine).read(media).languages == ("el", "en")
    english = Policy.model_validate({"detection": {"languages": ["en"]}})
    assert ImageReader(english, engine).read(media).languages == ("en",)


@pytest.mark.parametrize("seen", [[], [word("--", 10), word("|", 60), word("•", 90)]])
def test_a_picture_without_words_is_withheld(media: Media, seen: list[SeenWord]) -> None:
    with pytest.raises(WithheldError) as caught:
        ImageReader(Policy(), Scripted(seen)).read(media)
    assert caught.value.reason == "NO_WORDS"


@pytest.mark.parametrize(("lines", "kept"), [((), True), (range(10, 130, 20), False)])
def test_what_stands_upright_is_a_word_unless_it_goes_across_lines(
    tmp_path: Path, lines: Sequence[int], kept: bool
) -> None:
    pillow.save(np.full((140, 300, 3), 255, np.uint8), "png", path := tmp_path / "a.png")
    upright = SeenWord("6971234567", Box(0, 10, 30, 130, 46), 0.9, 0)
    engine = Scripted([upright, word("λέξη", 120), *(word("λέξη", 20, top) for top in lines)])
    evidence = ImageReader(Policy(), engine).read(Media(path, "image", "png"))
    assert ("6971234567" in [w.text for w in evidence.words]) is kept


def test_unsure_words_stay_and_marks_go(media: Media) -> None:
    engine = Scripted([word("x7", 10, 10, 0.0), word("»", 100), word("é", 200, 10, -1.0)])
    assert [w.text for w in ImageReader(Policy(), engine).read(media).words] == ["x7", "é"]


@pytest.mark.parametrize("box", [Box(0, 55, 0, 61, 9), Box(0, 0, 295, 9, 301), Box(1, 0, 0, 9, 9)])
def test_a_box_outside_the_picture_is_an_engine_error(media: Media, box: Box) -> None:
    with pytest.raises(EngineError) as caught:
        ImageReader(Policy(), Scripted([SeenWord("secret", box, 0.9, 0)])).read(media)
    assert caught.value.reason == "BOX_OUTSIDE"
    assert "secret" not in str(caught.value)


def test_the_last_row_and_column_belong_to_the_picture(media: Media) -> None:
    box = Box(0, 59, 299, 60, 300)
    assert ImageReader(Policy(), Scripted([SeenWord("1", box, 0.9, 0)])).read(media).words[0].region == box


def test_the_limit_of_the_policy_holds(media: Media) -> None:
    engine = Scripted([word("a", 10)])
    with pytest.raises(MediaError) as caught:
        ImageReader(Policy(image=ImagePolicy(max_pixels=100)), engine).read(media)
    assert caught.value.reason == "PICTURE_TOO_LARGE"
    assert engine.shown is None


def test_a_cover_is_one_placeholder_in_its_place_when_an_output_is_read_again(tmp_path: Path) -> None:
    pixels = np.full((60, 300, 3), 200, np.uint8)
    pixels[8:24, 95:190] = 0
    pillow.save(pixels, "png", path := tmp_path / "a.png")
    engine = Scripted([word("ΑΦΜ", 10), word("ee", 100), word("Ναι", 250)])
    box = Box(0, 8, 95, 24, 190)
    evidence = ImageReader(Policy(), engine).read_again(Media(path, "image", "png"), [cover(box)])
    assert [w.text for w in evidence.words] == ["ΑΦΜ", "[GR_AFM]", "Ναι"]
    assert evidence.words[1].region == box
    assert engine.shown is not None
    assert np.all(engine.shown == 200)


def test_an_output_with_nothing_left_is_an_empty_reading(media: Media) -> None:
    assert ImageReader(Policy(), Scripted([])).read_again(media, []).words == ()


def screen(path: Path, ink: str, ground: str, size: int = 14) -> Media:
    image = Image.new("RGB", (640, 140), ground)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, size)
    rows = [("Ονοματεπώνυμο", "Δοκιμή Πελάτη"), ("Κινητό", "6955 123 456"), ("E-mail", "test.user@example.com")]
    for i, (label, value) in enumerate(rows):
        draw.text((20, 15 + 40 * i), label, ink, font)
        draw.text((260, 15 + 40 * i), value, ink, font)
    image.save(path)
    return Media(path, "image", path.suffix[1:])


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["tesserocr", "pytesseract"])
@pytest.mark.parametrize(("ink", "ground"), [("black", "white"), ("#d8dce8", "#181c26"), ("#b0b0b0", "#f4f4f4")])
def test_tesseract_reads_light_dark_and_faint_screens(tmp_path: Path, engine: str, ink: str, ground: str) -> None:
    from redactor.assembly import Assembly

    policy = Policy.model_validate({"models": {"text_reader": engine}})
    reader = ImageReader(policy, Assembly(policy).text_reader())
    evidence = reader.read(media := screen(tmp_path / "a.png", ink, ground))
    lines = evidence.text.replace(" ", "").splitlines()
    assert lines == ["Ονοματεπώνυμο\tΔοκιμήΠελάτη", "Κινητό\t6955123456", "E-mail\ttest.user@example.com"]
    (picture,) = pillow.load(media, policy.image)
    pixels = picture.pixels.astype(int)
    inked = np.abs(pixels - pixels[0, 0]).max(axis=2) > 20
    for region in (w.region for w in evidence.words):
        assert isinstance(region, Box)
        inked[region.top : region.bottom, region.left : region.right] = False
    assert inked.sum() < 10, "boxes must hold the letters whole"


@pytest.mark.slow
def test_a_blank_picture_is_withheld_by_tesseract(media: Media) -> None:
    from redactor.assembly import Assembly

    with pytest.raises(WithheldError):
        ImageReader(Policy(), Assembly(Policy()).text_reader()).read(media)
