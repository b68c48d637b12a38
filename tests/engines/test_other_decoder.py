"""The second decoder of pictures sees what was written, page by page, whatever the format."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from redactor.engines import other_decoder
from redactor.errors import MediaError
from redactor.policy import ImagePolicy
from redactor.protocols import Media
from tests import pictures
from tests.pictures import PAGES, SEVERAL, STILLS

LIMITS = ImagePolicy()


@pytest.mark.parametrize("fmt", STILLS)
def test_a_still_picture_is_seen_as_it_was_written(tmp_path: Path, fmt: str) -> None:
    (shown,) = other_decoder.look(pictures.written(tmp_path / f"a.{fmt}", [pictures.page()]), LIMITS)
    assert shown.opaque is None
    assert shown.lossy == (fmt in ("jpg", "avif"))
    off = np.abs(shown.pixels.astype(int) - pictures.page())
    assert off.mean() < (4 if shown.lossy else 0.001)


@pytest.mark.parametrize("fmt", SEVERAL)
def test_each_page_comes_in_its_place(tmp_path: Path, fmt: str) -> None:
    source = pictures.written(tmp_path / f"a.{fmt}", pictures.pages())
    seen = list(other_decoder.look(source, LIMITS))
    assert len(seen) == PAGES
    for number, shown in enumerate(seen):
        assert (shown.pixels == pictures.page(number=number)).all()


def test_what_shines_through_is_told(tmp_path: Path) -> None:
    rgba = np.dstack([pictures.page(), np.full((pictures.HEIGHT, pictures.WIDTH), 255, np.uint8)])
    rgba[20:30, 40:50, 3] = 128
    Image.fromarray(rgba).save(tmp_path / "a.png")
    (shown,) = other_decoder.look(Media(tmp_path / "a.png", "image", "png"), LIMITS)
    assert shown.opaque is not None
    assert not shown.opaque[20:30, 40:50].any()
    assert shown.opaque.sum() == pictures.HEIGHT * pictures.WIDTH - 100


def test_a_lossy_webp_is_known_as_such(tmp_path: Path) -> None:
    Image.fromarray(pictures.page()).save(tmp_path / "a.webp", quality=80)
    (shown,) = other_decoder.look(Media(tmp_path / "a.webp", "image", "webp"), LIMITS)
    assert shown.lossy


def test_a_photo_on_its_side_is_seen_as_viewers_show_it(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pictures.page()).save(tmp_path / "a.jpg", "JPEG", exif=exif, quality=95)
    (shown,) = other_decoder.look(Media(tmp_path / "a.jpg", "image", "jpg"), LIMITS)
    assert shown.pixels.shape == (pictures.WIDTH, pictures.HEIGHT, 3)


def test_without_pyav_pillow_must_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert other_decoder.name().startswith("pyav ")
    monkeypatch.setitem(sys.modules, "av", None)
    assert other_decoder.name() == "pillow"
    for fmt in SEVERAL:
        seen = list(other_decoder.look(pictures.written(tmp_path / f"a.{fmt}", pictures.pages()), LIMITS))
        assert [(shown.pixels == pictures.page(number=n)).all() for n, shown in enumerate(seen)] == [True] * PAGES


def test_what_no_decoder_can_read_is_refused(tmp_path: Path) -> None:
    source = pictures.written(tmp_path / "a.png", [pictures.page()])
    source.path.write_bytes(source.path.read_bytes()[:-400])
    with pytest.raises(MediaError):
        list(other_decoder.look(source, LIMITS))
