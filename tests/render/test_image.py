"""Covers of pictures: exact pixels, every format, secrets that vanish, drafts that must not pass."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from redactor.engines import pages, pillow
from redactor.engines.picture import Extent
from redactor.errors import MediaError, WithheldError
from redactor.findings import Redaction
from redactor.policy import ImagePolicy, Policy
from redactor.protocols import Media
from redactor.regions import Box, Region, Span
from redactor.render.boxes import covering
from redactor.render.image import ImageRenderer

Pixels = NDArray[np.uint8]
FORMATS = ("png", "jpg", "webp", "bmp", "tiff")
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def cover(*boxes: Region, kind: str = "PERSON") -> Redaction:
    return Redaction(kind, boxes, 1.0, "test")


def page(secret: str = "6955 123 456", width: int = 200, height: int = 80) -> Pixels:
    image = Image.new("RGB", (width, height), "#f4f0e8")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 13)
    draw.text((10, 8), "label stays", "#203040", font)
    draw.text((20, 36), secret, "black", font)
    return np.asarray(image)


SECRET = Box(0, 34, 16, 54, 150)


def written(tmp_path: Path, pixels: Pixels, fmt: str = "png", name: str = "a") -> Media:
    pillow.save(pixels, fmt, path := tmp_path / f"{name}.{fmt}")
    return Media(path, "image", fmt)


def rendered(tmp_path: Path, media: Media, *redactions: Redaction, policy: Policy | None = None) -> tuple[Path, Pixels]:
    renderer, target = ImageRenderer(policy or Policy()), tmp_path / f"draft-{media.path.name}"
    before = media.path.read_bytes()
    renderer.render(media, redactions, target)
    renderer.check(media, redactions, target)
    assert media.path.read_bytes() == before
    (picture,) = pages.load(Media(target, "image", media.format), ImagePolicy())
    return target, picture.pixels


def withheld(media: Media, draft: Path, *redactions: Redaction) -> str:
    with pytest.raises(WithheldError) as caught:
        ImageRenderer(Policy()).check(media, redactions, draft)
    return caught.value.reason


def test_exactly_the_padded_box_is_filled(tmp_path: Path) -> None:
    source = page()
    _, pixels = rendered(tmp_path, written(tmp_path, source), cover(SECRET))
    inside = np.zeros(source.shape[:2], bool)
    inside[31:57, 13:153] = True
    assert (pixels[inside] == 0).all()
    assert (pixels[~inside] == source[~inside]).all()


@pytest.mark.parametrize("fmt", FORMATS)
def test_two_secrets_under_one_box_give_the_same_bytes(tmp_path: Path, fmt: str) -> None:
    drafts = []
    for secret in ("6955 123 456", "2310 987 654", "Άλφα Βήτα"):
        (folder := tmp_path / str(len(drafts))).mkdir()
        media = written(folder, page(secret), fmt)
        drafts.append(rendered(folder, media, cover(SECRET))[0].read_bytes())
    assert drafts[0] == drafts[1] == drafts[2]


@pytest.mark.parametrize("quality", [40, 75, 92])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_traces_of_lossy_compression_around_a_secret_are_covered_too(
    tmp_path: Path, quality: int, subsampling: int
) -> None:
    drafts = []
    for secret in ("6955 123 456", "2310 987 654"):
        Image.fromarray(page(secret)).convert("L").convert("RGB").save(
            path := tmp_path / f"{secret[:4]}.jpg", quality=quality, subsampling=subsampling
        )
        drafts.append(rendered(tmp_path, Media(path, "image", "jpg"), cover(SECRET))[0].read_bytes())
    assert drafts[0] == drafts[1]


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_passes_its_own_check_and_keeps_the_rest(tmp_path: Path, fmt: str) -> None:
    source = written(tmp_path, page(), fmt)
    target, pixels = rendered(tmp_path, source, cover(SECRET))
    with Image.open(target) as image:
        assert image.format == {"jpg": "JPEG"}.get(fmt, fmt.upper())
        assert image.size == (200, 80)
    assert np.abs(pixels[:28].astype(int) - page()[:28]).max() < 30
    assert pixels[34:54, 16:150].max() < 16


def test_fill_and_margin_come_from_the_policy(tmp_path: Path) -> None:
    policy = Policy(image=ImagePolicy(fill="#10A0fF", margin_px=0))
    _, pixels = rendered(tmp_path, written(tmp_path, page()), cover(SECRET), policy=policy)
    assert (pixels[34:54, 16:150] == (0x10, 0xA0, 0xFF)).all()
    assert (pixels[33, 16:150] == page()[33, 16:150]).all()


def test_the_blanks_between_the_words_of_a_value_are_covered(tmp_path: Path) -> None:
    words = (Box(0, 36, 20, 50, 52), Box(0, 36, 57, 50, 82), Box(0, 36, 88, 50, 112))
    _, pixels = rendered(tmp_path, written(tmp_path, page()), cover(*words))
    assert (pixels[33:53, 17:115] == 0).all()


def test_words_of_different_values_are_not_joined(tmp_path: Path) -> None:
    first, second = Box(0, 36, 20, 50, 52), Box(0, 36, 66, 50, 90)
    _, pixels = rendered(tmp_path, written(tmp_path, page()), cover(first), cover(second))
    assert (pixels[33:53, 55:63] == page()[33:53, 55:63]).all()


@given(width=st.integers(1, 40), height=st.integers(1, 40), margin=st.integers(0, 50), data=st.data())
def test_boxes_are_clipped_and_lose_nothing(width: int, height: int, margin: int, data: st.DataObject) -> None:
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    right, bottom = data.draw(st.integers(left + 1, width)), data.draw(st.integers(top + 1, height))
    box = Box(0, top, left, bottom, right)
    for blocks in (1, 8):
        (result,) = covering([[box]], Extent(width, height, blocks), margin)
        assert result.left <= left
        assert result.top <= top
        assert right <= result.right <= width
        assert bottom <= result.bottom <= height


@pytest.mark.parametrize(("fmt", "box"), [("png", Box(0, 31, 13, 57, 153)), ("jpg", Box(0, 31, 13, 57, 153))])
def test_covers_are_what_is_filled(tmp_path: Path, fmt: str, box: Box) -> None:
    media = written(tmp_path, page(), fmt)
    (filled,) = ImageRenderer(Policy()).covers(media, [cover(SECRET)])
    assert filled == box
    (grid,) = ImageRenderer(Policy(image=ImagePolicy(margin_px=0))).covers(media, [cover(SECRET)])
    assert grid == (Box(0, 32, 16, 56, 152) if fmt == "jpg" else SECRET)


def test_last_row_and_column_are_covered(tmp_path: Path) -> None:
    _, pixels = rendered(tmp_path, written(tmp_path, page()), cover(Box(0, 70, 190, 80, 200)))
    assert (pixels[79, 187:] == 0).all()
    assert (pixels[67:, 199] == 0).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 30), (30, 1)])
@pytest.mark.parametrize("fmt", FORMATS)
def test_a_picture_that_is_covered_whole(tmp_path: Path, fmt: str, size: tuple[int, int]) -> None:
    media = written(tmp_path, np.full((*size, 3), 250, np.uint8), fmt)
    _, pixels = rendered(tmp_path, media, cover(Box(0, 0, 0, *size)))
    assert pixels.max() < 8


@pytest.mark.parametrize(
    ("region", "reason"),
    [
        (Box(0, 0, 0, 81, 10), "OUTSIDE_PICTURE"),
        (Box(0, 0, 195, 10, 201), "OUTSIDE_PICTURE"),
        (Box(0, 300, 300, 310, 310), "OUTSIDE_PICTURE"),
        (Box(1, 0, 0, 10, 10), "OUTSIDE_PICTURE"),
        (Span(0, 4), "WRONG_REGION"),
    ],
)
def test_regions_that_are_not_on_the_picture_raise(tmp_path: Path, region: Region, reason: str) -> None:
    target = tmp_path / "draft.png"
    with pytest.raises(WithheldError) as caught:
        ImageRenderer(Policy()).render(written(tmp_path, page()), [cover(region)], target)
    assert caught.value.reason == reason
    assert not target.exists()


def test_without_redactions_the_picture_is_encoded_again(tmp_path: Path) -> None:
    marked = tmp_path / "a.jpg"
    Image.fromarray(page()).save(marked, comment=b"SECRET")
    target, _ = rendered(tmp_path, Media(marked, "image", "jpg"))
    assert b"SECRET" not in target.read_bytes()


def test_a_byte_identical_draft_is_withheld(tmp_path: Path) -> None:
    media = written(tmp_path, page())
    (copy := tmp_path / "copy.png").write_bytes(media.path.read_bytes())
    assert withheld(media, copy, cover(SECRET)) == "UNCHANGED"


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("spot", [(40, 100), (33, 14), (55, 151)])
def test_one_pixel_of_a_box_that_is_left_is_withheld(tmp_path: Path, fmt: str, spot: tuple[int, int]) -> None:
    media = written(tmp_path, page(), fmt)
    _, pixels = rendered(tmp_path, media, cover(SECRET))
    leaky = pixels.copy()
    leaky[spot] = 255
    draft = written(tmp_path, leaky, fmt, "leaky")
    assert withheld(media, draft.path, cover(SECRET)) == "NOT_COVERED"


@pytest.mark.parametrize("fmt", FORMATS)
def test_faint_traces_and_damage_elsewhere_are_withheld(tmp_path: Path, fmt: str) -> None:
    media = written(tmp_path, page(), fmt)
    _, pixels = rendered(tmp_path, media, cover(SECRET))
    faint = pixels.copy()
    faint[31:57, 13:153] = page()[31:57, 13:153] // 24
    assert withheld(media, written(tmp_path, faint, fmt, "faint").path, cover(SECRET)) == "NOT_COVERED"
    damaged = pixels.copy()
    damaged[5:28, 5:100] = 0
    assert withheld(media, written(tmp_path, damaged, fmt, "damaged").path, cover(SECRET)) == "PICTURE_CHANGED"


def test_another_size_is_withheld(tmp_path: Path) -> None:
    media = written(tmp_path, page())
    smaller = written(tmp_path, page()[:-1], "png", "smaller")
    assert withheld(media, smaller.path, cover(SECRET)) == "SIZE_CHANGED"


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_unreadable_draft_never_passes(tmp_path: Path, fmt: str) -> None:
    media = written(tmp_path, page(), fmt)
    target, _ = rendered(tmp_path, media, cover(SECRET))
    target.write_bytes(target.read_bytes()[:-20])
    with pytest.raises((MediaError, WithheldError)):
        ImageRenderer(Policy()).check(media, [cover(SECRET)], target)


@pytest.mark.parametrize("fmt", ["png", "jpg"])
def test_a_label_names_the_type_and_depends_on_nothing_else(tmp_path: Path, fmt: str) -> None:
    policy = Policy(image=ImagePolicy(labels=True, fill="#202020"))
    outputs = []
    for name, pixels in (("one", page("6955 123 456")), ("two", page("Μαρία"))):
        media = written(tmp_path, pixels, fmt, name=name)
        target, seen = rendered(tmp_path, media, cover(SECRET), policy=policy)
        ImageRenderer(policy).check(media, [cover(SECRET)], target)
        outputs.append(target.read_bytes())
        (box,) = ImageRenderer(policy).covers(media, [cover(SECRET)])
        assert seen[box.top : box.bottom, box.left : box.right].max() > 200
    assert outputs[0] == outputs[1]
