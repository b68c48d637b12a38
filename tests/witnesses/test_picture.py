"""The witness of pictures: correct outputs pass in every format, broken covers and left values do not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from redactor.engines import pages
from redactor.engines.scripted import ScriptedTextReader
from redactor.errors import WithheldError
from redactor.findings import Redaction
from redactor.pipeline import covered
from redactor.policy import Policy
from redactor.protocols import Media, SeenWord
from redactor.readers.image import ImageReader
from redactor.regions import Box
from redactor.removed import Removed
from redactor.render.image import ImageRenderer
from redactor.witnesses import picture
from redactor.witnesses.picture import PictureWitness
from tests import pictures
from tests.pictures import SEVERAL, STILLS, Pixels, box

POLICY = Policy()
LABELLED = Policy.model_validate({"image": {"labels": True}})
BLUE = Policy.model_validate({"image": {"fill": "#1040a0"}})
SECRET = "6955 123 456"


def witness(policy: Policy = POLICY, words: Sequence[SeenWord] = (), **options: object) -> PictureWitness:
    return PictureWitness(policy, ImageReader(policy, ScriptedTextReader(words)), **options)  # type: ignore[arg-type]


def redacted(
    folder: Path, fmt: str, count: int = 1, policy: Policy = POLICY
) -> tuple[Media, Media, tuple[Redaction, ...]]:
    """A source, its output, and the covers in it."""
    source = pictures.written(folder / f"source.{fmt}", pictures.pages(count=count))
    redactions = [Redaction("PHONE_NUMBER", (box(page),), 1.0, "test") for page in range(count)]
    output = Media(folder / f"output.{fmt}", "image", fmt)
    renderer = ImageRenderer(policy)
    renderer.render(source, redactions, output.path)
    return source, output, covered(renderer, source, tuple(redactions))


def values(count: int = 1) -> tuple[Removed, ...]:
    return tuple(Removed(SECRET, "PHONE_NUMBER", (box(page),)) for page in range(count))


def reason(output: Media, covers: Sequence[Redaction], by: PictureWitness | None = None) -> str:
    with pytest.raises(WithheldError) as caught:
        (by or witness()).left(output, covers, values(), "changed")
    return caught.value.reason


@pytest.mark.parametrize("policy", [POLICY, LABELLED, BLUE], ids=["black", "labelled", "blue"])
@pytest.mark.parametrize(("fmt", "count"), [*((fmt, 1) for fmt in STILLS), *((fmt, 3) for fmt in SEVERAL)])
def test_what_was_covered_passes(tmp_path: Path, fmt: str, count: int, policy: Policy) -> None:
    _, output, covers = redacted(tmp_path, fmt, count, policy)
    assert len(covers) == count
    assert witness(policy).left(output, covers, values(count), "changed") == ()
    assert witness(policy).left(output, covers, (), "full") == ()


@pytest.mark.parametrize(("fmt", "count"), [*((fmt, 1) for fmt in STILLS), *((fmt, 3) for fmt in SEVERAL)])
def test_the_source_in_place_of_the_output_is_caught(tmp_path: Path, fmt: str, count: int) -> None:
    source, _, covers = redacted(tmp_path, fmt, count)
    assert reason(source, covers) == "COVER_DOES_NOT_COVER"


@pytest.mark.parametrize("fmt", SEVERAL)
def test_one_page_without_its_cover_is_caught(tmp_path: Path, fmt: str) -> None:
    source, output, covers = redacted(tmp_path, fmt, 3)
    shown = [picture.pixels for picture in pages.load(output, POLICY.image)]
    shown[2] = pictures.page(number=2)
    pages.save(shown, source, POLICY.image, output.path)
    assert reason(output, covers) == "COVER_DOES_NOT_COVER"


def blurred(part: Pixels) -> Pixels:
    return np.asarray(Image.fromarray(part).filter(ImageFilter.GaussianBlur(6)))


def mosaic(part: Pixels) -> Pixels:
    return part[4::8, 4::8].repeat(8, 0).repeat(8, 1)[: part.shape[0], : part.shape[1]]


def too_low(part: Pixels) -> Pixels:
    covered = np.zeros_like(part)
    covered[-len(part) * 3 // 10 :] = part[-len(part) * 3 // 10 :]
    return covered


def too_narrow(part: Pixels) -> Pixels:
    covered = np.zeros_like(part)
    covered[:, -1] = part[:, -1]
    return covered


def faint(part: Pixels) -> Pixels:
    return part // 4


BROKEN = [blurred, mosaic, too_low, faint, lambda part: 255 - part, np.zeros_like]


@pytest.mark.parametrize("fmt", ["png", "jpg", "webp"])
@pytest.mark.parametrize("broken", BROKEN, ids=["blur", "mosaic", "too low", "faint", "inverted", "right"])
def test_what_is_no_fill_is_caught(tmp_path: Path, fmt: str, broken: Callable[[Pixels], Pixels]) -> None:
    source, output, covers = redacted(tmp_path, fmt)
    (cover,) = (region for item in covers for region in item.regions if isinstance(region, Box))
    shown = pictures.page().copy()
    part = shown[cover.top : cover.bottom, cover.left : cover.right]
    part[:] = broken(part.copy())
    pages.save([shown], source, POLICY.image, output.path)
    if broken is np.zeros_like:
        assert witness().left(output, covers, values(), "changed") == ()
    else:
        assert reason(output, covers) == "COVER_DOES_NOT_COVER"


def test_of_a_lossless_picture_each_pixel_counts(tmp_path: Path) -> None:
    source, output, covers = redacted(tmp_path, "png")
    (picture,) = pages.load(output, POLICY.image)
    picture.pixels[box().bottom, box().right] = (0, 0, 1)
    pages.save([picture.pixels], source, POLICY.image, output.path)
    assert reason(output, covers) == "COVER_DOES_NOT_COVER"


def test_a_cover_that_one_can_look_through_is_caught(tmp_path: Path) -> None:
    _, output, covers = redacted(tmp_path, "png")
    (picture,) = pages.load(output, POLICY.image)
    alpha = np.full(picture.pixels.shape[:2], 255, np.uint8)
    alpha[box().top : box().bottom, box().left : box().right] = 0
    Image.fromarray(np.dstack([picture.pixels, alpha])).save(output.path)
    assert reason(output, covers) == "COVER_DOES_NOT_COVER"


@pytest.mark.parametrize("page", [0, 1])
def test_a_value_without_a_cover_is_caught(tmp_path: Path, page: int) -> None:
    _, output, covers = redacted(tmp_path, "png")
    bare = Removed(SECRET, "PHONE_NUMBER", (replace(box(), page=page, right=box().right + 20),))
    with pytest.raises(WithheldError) as caught:
        witness().left(output, covers, [bare], "changed")
    assert caught.value.reason == "COVER_DOES_NOT_COVER"


def test_the_colour_of_another_policy_only_where_that_is_allowed(tmp_path: Path) -> None:
    source, output, covers = redacted(tmp_path, "png", policy=BLUE)
    assert reason(output, covers) == "COVER_DOES_NOT_COVER"
    assert witness(any_fill=True).left(output, covers, (), "changed") == ()
    assert reason(source, covers, witness(any_fill=True)) == "COVER_DOES_NOT_COVER"


def seen(text: str, left: int = 10, top: int = 8) -> list[SeenWord]:
    words = []
    for piece in text.split():
        words.append(SeenWord(piece, Box(0, top, left, top + 12, left + 6 * len(piece)), 0.9, 0))
        left += 6 * len(piece) + 5
    return words


@pytest.mark.parametrize(
    ("removed", "entity_type", "read"),
    [
        ("6955 123 456", "PHONE_NUMBER", "τηλ 6955123456"),
        ("6955123456", "PHONE_NUMBER", "τηλ 69SS 123 4S6"),
        ("Παπαδοπούλου", "PERSON", "κα ΠΑΠΑΔΟΠΟΥΛΟΥ"),
        ("Μαρία Βενιζέλου", "PERSON", "Μαρiα Bενιζέλου"),
        ("m.nikou@mail.gr", "EMAIL_ADDRESS", "M.Nikou@mail.gr"),
    ],
)
def test_a_value_that_still_stands_is_found(tmp_path: Path, removed: str, entity_type: str, read: str) -> None:
    _, output, covers = redacted(tmp_path, "png")
    words = seen(read)
    value = Removed(removed, entity_type, (box(),))
    left = witness(words=words).left(output, covers, [value], "changed")
    said = [word.box for word in words if word.text not in ("τηλ", "κα")]
    assert [(r.entity_type, r.regions, r.detector) for r in left] == [(entity_type, tuple(said), "picture witness")]


@pytest.mark.parametrize(
    ("removed", "entity_type", "read"),
    [
        ("34", "AGE", "σελίδα 34"),
        ("123", "CVV", "123"),
        ("Αθήνα", "LOCATION", "Αθήνα"),
        ("6955123456", "PHONE_NUMBER", "6944321098 €1.234,56"),
    ],
)
def test_what_only_looks_like_it_is_not(tmp_path: Path, removed: str, entity_type: str, read: str) -> None:
    _, output, covers = redacted(tmp_path, "png")
    value = Removed(removed, entity_type, (box(),))
    assert witness(words=seen(read)).left(output, covers, [value], "changed") == ()


def test_what_another_decoder_cannot_read_is_withheld(tmp_path: Path) -> None:
    _, output, covers = redacted(tmp_path, "png")
    output.path.write_bytes(output.path.read_bytes()[:-300])
    assert reason(output, covers) == "BAD_DRAFT"


class Spotter:
    """Sees text in two places: one that was read, and one that was not."""

    def areas(self, pixels: Pixels) -> list[Box]:
        return [Box(0, 6, 8, 22, 60), Box(0, 70, 10, 79, 90), replace(box(), bottom=box().top + 4)]


def test_text_that_nobody_read_is_uncertain_where_all_is_looked_at(tmp_path: Path) -> None:
    _, output, covers = redacted(tmp_path, "png")
    by = witness(words=seen("label"), spotter=Spotter())
    assert by.left(output, covers, values(), "changed") == ()
    (left,) = by.left(output, covers, values(), "full")
    assert (left.entity_type, left.regions) == ("UNCERTAIN", (Box(0, 70, 10, 79, 90),))


@pytest.mark.parametrize(
    ("read", "known"),
    [
        ((Box(0, 10, 0, 31, 200),), False),
        ((Box(0, 31, 0, 52, 60),), False),
        ((Box(0, 31, 0, 52, 60), Box(0, 33, 80, 53, 150)), True),
    ],
)
def test_a_line_is_read_when_words_in_it_hold_much_of_its_width(read: tuple[Box, ...], known: bool) -> None:
    # Areas are wider than their text, so that the line above may touch one.
    assert picture._is_known(Box(0, 30, 0, 54, 200), read) is known
