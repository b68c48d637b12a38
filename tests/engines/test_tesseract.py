"""Views, language data and the union of two readings; nothing foreign is loaded here except where marked slow."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.engines import models, tesseract
from redactor.engines.tesseract import RawWord, locate_languages, parted, seams, unite
from redactor.engines.views import View, views
from redactor.errors import EngineError, MediaError, MissingEngineError
from redactor.regions import Box

ONE = View(np.zeros((1, 1), np.uint8), 1.0, 3)


def raw(text: str, left: int, right: int, confidence: float = 90.0, top: int = 10, line: int = 0) -> RawWord:
    return RawWord(text, left, top, right, top + 10, confidence, line)


def texts(first: list[RawWord], second: list[RawWord]) -> list[str]:
    return [word.text for word in unite([(ONE, first), (ONE, second)], 400, 100)]


def test_boxes_are_mapped_back_rounded_outward_and_clipped() -> None:
    view = View(np.zeros((1, 1), np.uint8), 3.0, 3)
    (word,) = unite([(view, [RawWord("a", 10, 11, 29, 31, 50.0, 4)])], 100, 100)
    assert word.box == Box(0, 3, 3, 11, 10)
    assert (word.confidence, word.line) == (0.5, 0)
    (edge,) = unite([(view, [RawWord("a", -2, 280, 400, 310, 120.0, 0)])], 100, 100)
    assert edge.box == Box(0, 93, 0, 100, 100)
    assert edge.confidence == 1.0


def test_what_only_one_reading_saw_stays() -> None:
    assert texts([raw("one", 0, 30)], [raw("two", 50, 80)]) == ["one", "two"]
    assert texts([], [raw("two", 50, 80)]) == ["two"]
    assert texts([], [raw("unsure", 50, 80, 0.0)]) == ["unsure"]


def test_the_surer_reading_of_a_place_wins() -> None:
    assert texts([raw("AOM", 0, 30, 40)], [raw("ΑΦΜ", 1, 30, 80)]) == ["ΑΦΜ"]
    assert texts([raw("ΑΦΜ", 0, 30, 80)], [raw("AOM", 1, 30, 40)]) == ["ΑΦΜ"]


def test_groups_of_words_compete_as_a_whole() -> None:
    assert texts([raw("6955 123", 0, 80, 95)], [raw("6955", 0, 38, 90), raw("123", 42, 80, 90)]) == ["6955 123"]
    assert texts([raw("x", 0, 80, 20)], [raw("6955", 0, 38, 90), raw("123", 42, 80, 90)]) == ["6955", "123"]


def test_one_word_against_one_keeps_the_place_of_both() -> None:
    (word,) = unite([(ONE, [raw("mail", 5, 40, 95)]), (ONE, [raw("e-mail", 0, 44, 40)])], 400, 100)
    assert (word.text, word.box) == ("mail", Box(0, 10, 0, 20, 44))


def test_marks_without_letters_or_digits_are_no_words() -> None:
    assert texts([raw("|", 0, 3), raw("-", 10, 20), raw(" 7 ", 30, 40), raw("", 50, 60)], []) == ["7"]


def test_lines_of_both_readings_come_from_top_to_bottom() -> None:
    first = [raw("c", 0, 10, top=50, line=0), raw("d", 20, 30, top=50, line=0)]
    second = [raw("b", 20, 30, top=10, line=0), raw("a", 0, 10, top=10, line=0), raw("e", 0, 10, top=80, line=1)]
    words = unite([(ONE, first), (ONE, second)], 400, 100)
    assert [(w.text, w.line) for w in words] == [("a", 0), ("b", 0), ("c", 1), ("d", 1), ("e", 2)]


raws = st.builds(
    lambda text, left, top, width, height, confidence, line: RawWord(
        text, left, top, left + width, top + height, confidence, line
    ),
    st.text("aΒ7 .", min_size=1, max_size=4),
    st.integers(0, 90),
    st.integers(0, 90),
    st.integers(1, 40),
    st.integers(1, 40),
    st.floats(-1, 100),
    st.integers(0, 5),
)


@given(st.lists(raws, max_size=12), st.lists(raws, max_size=12))
def test_every_place_that_was_read_is_still_touched(first: list[RawWord], second: list[RawWord]) -> None:
    united = unite([(ONE, first), (ONE, second)], 100, 100)
    for item in (*first, *second):
        if any(c.isalnum() for c in item.text):
            place = Box(0, item.top, item.left, min(item.bottom, 100), min(item.right, 100))
            assert any(word.box.overlaps(place) for word in united)
    assert all(0 <= word.confidence <= 1 and word.box.right <= 100 and word.box.bottom <= 100 for word in united)


def test_the_ink_view_turns_dark_mode_into_dark_letters_on_white() -> None:
    pixels = np.full((60, 200, 3), 24, np.uint8)
    pixels[20:30, 50:52] = (40, 60, 120)
    grey, ink = views(pixels)
    assert (grey.segmentation, ink.segmentation) == (3, 6)
    at = round(25 * ink.scale), round(51 * ink.scale)
    assert ink.grey[at] < 40
    assert ink.grey[round(50 * ink.scale), round(150 * ink.scale)] == 255


def test_the_edges_of_bars_and_frames_are_no_ink() -> None:
    pixels = np.full((180, 400, 3), 255, np.uint8)
    pixels[20:52] = (40, 80, 160)
    pixels[70:160, 100:102] = pixels[70:160, 298:300] = pixels[70:72, 100:300] = pixels[158:160, 100:300] = 90
    pixels[30:40, 50:53] = 255
    ink = views(pixels)[1]
    dark = np.argwhere(ink.grey < 128) / ink.scale
    assert len(dark)
    assert (dark >= (27, 47)).all()
    assert (dark <= (43, 56)).all()


@pytest.mark.parametrize(("height", "enlarged"), [(10, (3.0, 2.0)), (28, (1.5, 1.0)), (60, (1.0, 1.0))])
def test_large_text_is_enlarged_less(height: int, enlarged: tuple[float, float]) -> None:
    pixels = np.full((400, 400, 3), 255, np.uint8)
    for top in range(20, 380 - height, height + 30):
        pixels[top : top + height, 20:380:6] = 0
    assert tuple(view.scale for view in views(pixels)) == enlarged


def test_a_picture_too_long_for_the_engine_is_refused() -> None:
    with pytest.raises(MediaError) as caught:
        views(np.zeros((33_000, 4, 3), np.uint8))
    assert caught.value.reason == "PICTURE_TOO_LARGE"


def test_missing_language_data_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "tessdata_folders", lambda: [tmp_path])
    (tmp_path / "eng.traineddata").write_bytes(b"")
    assert locate_languages(["en"]) == (tmp_path, "eng")
    with pytest.raises(MissingEngineError, match="tesseract-ocr-ell"):
        locate_languages(["el", "en"])


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["tesserocr", "pytesseract"])
def test_engines_name_themselves_and_read_nothing_in_flat_pictures(engine: str) -> None:
    import importlib
    import os

    before = os.environ.get("OMP_THREAD_LIMIT")
    module = importlib.import_module(f"redactor.engines.{engine}")
    reader = {"tesserocr": "TesserocrReader", "pytesseract": "PytesseractReader"}[engine]
    own = getattr(module, reader)(("el", "en"))
    assert own.name.startswith(engine)
    assert own.name.endswith("ell+eng")
    for shape in ((1, 1, 3), (2, 300, 3), (300, 2, 3), (200, 300, 3)):
        assert own.words(np.full(shape, 255, np.uint8)) == []
    assert os.environ.get("OMP_THREAD_LIMIT") == before


@pytest.mark.slow
def test_damaged_language_data_is_an_engine_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from redactor.engines.pytesseract import PytesseractReader
    from redactor.engines.tesserocr import TesserocrReader

    for code in ("ell", "eng"):
        (tmp_path / f"{code}.traineddata").write_bytes(b"broken")
    monkeypatch.setattr(tesseract, "tessdata_folders", lambda: [tmp_path])
    for reader in (TesserocrReader(("el", "en")), PytesseractReader(("el", "en"))):
        with pytest.raises(EngineError) as caught:
            reader.words(np.full((50, 50, 3), 255, np.uint8))
        assert caught.value.reason == "OCR_FAILED"
        assert str(tmp_path) not in str(caught.value)


@pytest.mark.slow
def test_threads_share_one_reader_and_nothing_is_remembered() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from PIL import Image, ImageDraw, ImageFont

    from redactor.engines.tesserocr import TesserocrReader

    font = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 14)
    pictures = []
    for text in ("Κωδικός 123", "Address Street 5", "Αριθμός 6955 000 111", "Κωδικός 123"):
        ImageDraw.Draw(image := Image.new("RGB", (300, 40), "white")).text((10, 10), text, "black", font)
        pictures.append(np.asarray(image))
    reader = TesserocrReader(("el", "en"))
    alone = [reader.words(picture) for picture in pictures]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(reader.words, pictures * 2)) == alone * 2
    assert alone[0] == alone[3]
    assert models.tessdata_folders()


def test_a_label_and_its_value_without_a_blank_are_two_words() -> None:
    word = RawWord('name="Maria"', 0, 10, 120, 20, 90.0, 0)
    symbols = [(sign, 10 * i, 10 * i + 8) for i, sign in enumerate(word.text)]
    first, second = parted(word, symbols)
    assert (first.text, first.left, first.right, first.glued) == ("name=", 0, 48, False)
    assert (second.text, second.left, second.right, second.glued) == ('"Maria"', 50, 120, True)
    assert parted(word, symbols[1:]) == [word]


def test_links_and_times_are_not_parted() -> None:
    assert seams("https://x.gr/a") == seams("10:30") == seams("a=") == []
