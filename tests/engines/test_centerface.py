"""The face detector with scripted maps, and the real model on what holds no face."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.engines import centerface, models
from redactor.engines.centerface import CenterFace
from redactor.engines.photos import patches, soft_cells
from redactor.errors import EngineError, MissingEngineError
from redactor.protocols import SeenWord
from redactor.regions import Box


class Maps:
    """Sees a face of 40 x 32 px wherever the picture is pure red."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def __call__(self, batch: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        self.shapes.append(batch.shape)
        n, _, high, wide = batch.shape
        red = (batch[:, 0] > 200) & (batch[:, 1] < 60) & (batch[:, 2] < 60)
        heat = red.reshape(n, 1, high // 4, 4, wide // 4, 4).mean(axis=(3, 5)).astype(np.float32) * 0.9
        sizes = np.zeros((n, 2, high // 4, wide // 4), np.float32)
        sizes[:, 0], sizes[:, 1] = np.log(10), np.log(8)
        return heat, sizes, np.zeros_like(sizes)


def noisy(high: int, wide: int) -> np.ndarray:
    return np.random.default_rng(5).integers(100, 115, (high, wide, 3)).astype(np.uint8)


@pytest.mark.parametrize("size", [(90, 120), (700, 1300), (33, 2500)])
def test_a_face_anywhere_is_one_mark_over_the_whole_head_inside_the_page(size: tuple[int, int]) -> None:
    high, wide = size
    for y, x in [(8, 8), (high - 16, wide - 24), (high // 2 // 4 * 4, wide // 2 // 4 * 4)]:
        pixels = noisy(high, wide)
        pixels[y : y + 4, x : x + 4] = (255, 0, 0)
        found = CenterFace(Maps(), 0.2).marks(pixels)
        around = [
            m.region for m in found if isinstance(m.region, Box) and m.region.overlaps(Box(0, y, x, y + 4, x + 4))
        ]
        assert around
        box = around[0]
        assert box.right <= wide
        assert box.bottom <= high
        assert box.top <= max(0, y - 36)
        assert box.bottom >= min(high, y + 26)
        assert found[0].entity_type == "FACE"


def test_flat_screens_are_not_searched_and_tiles_are_bounded() -> None:
    maps = Maps()
    assert CenterFace(maps, 0.2).marks(np.full((900, 1600, 3), 255, np.uint8)) == ()
    assert maps.shapes == []
    CenterFace(maps, 0.2).marks(noisy(1200, 2100))
    assert maps.shapes
    assert all(s[2] <= 576 and s[3] <= 992 and s[2] % 32 == s[3] % 32 == 0 for s in maps.shapes)


def test_a_letter_of_a_word_that_was_read_is_no_face() -> None:
    pixels = noisy(300, 500)
    pixels[100:116, 200:216] = (250, 10, 10)
    (face,) = CenterFace(Maps(), 0.2).marks(pixels)
    head = face.region
    assert isinstance(head, Box)
    wide = head.right - head.left
    word = Box(0, head.top, max(0, head.left - wide), head.bottom, head.right + wide)
    read = [SeenWord(text, word, sure, 0) for text, sure in (("Θεοδώρα", 0.9), ("Θεοδώρα", 0.5), ("Θ", 0.9))]
    assert [len(CenterFace(Maps(), 0.2).marks(pixels, [seen])) for seen in read] == [0, 1, 1]
    beside = Box(0, head.top, head.right - 4, head.bottom, head.right + 3 * wide)
    assert len(CenterFace(Maps(), 0.2).marks(pixels, [SeenWord("Θεοδώρα", beside, 0.9, 0)])) == 1
    photo = Box(0, head.top, head.left, head.bottom, head.right)
    assert len(CenterFace(Maps(), 0.2).marks(pixels, [SeenWord("Θεοδώρα", photo, 0.9, 0)])) == 1


def test_the_threshold_is_respected() -> None:
    pixels = noisy(128, 128)
    pixels[60:64, 60:64] = (255, 0, 0)
    assert CenterFace(Maps(), 0.95).marks(pixels) == ()


@given(st.integers(1, 3000), st.integers(200, 960))
def test_tiles_cover_everything(length: int, longest: int) -> None:
    tiles = list(centerface._tiles(length, longest))
    assert tiles[0][0] == 0
    assert tiles[-1][1] == length
    assert all(0 < end - start <= longest + 8 for start, end in tiles)
    assert all(b[0] <= a[1] - min(80, length) for a, b in itertools.pairwise(tiles))


def test_small_photos_are_looked_at_enlarged() -> None:
    pixels = np.full((300, 400, 3), 255, np.uint8)
    ramp = np.add.outer(np.arange(40), np.arange(40)) * 3 % 256
    pixels[100:140, 200:240] = ramp[..., None].astype(np.uint8)
    ((top, left),) = patches(soft_cells(pixels), 96)
    assert top <= 100
    assert left <= 200
    assert top + 96 >= 140
    assert left + 96 >= 240


def test_a_missing_or_broken_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingEngineError, match="redactor models fetch centerface"):
        centerface.load(tmp_path, 0.2)
    (tmp_path / "centerface.onnx").write_bytes(b"not a model")
    with pytest.raises(EngineError, match="redactor models fetch centerface"):
        centerface.load(tmp_path, 0.2)


@pytest.mark.slow
def test_the_real_model_sees_no_face_in_noise_icons_and_charts() -> None:
    detector = centerface.load(models.locate("centerface"), 0.2)
    pixels = noisy(300, 400)
    pixels[50:110, 60:120] = (200, 30, 30)
    pixels[70:90, 80:100] = 255
    assert detector.marks(pixels) == ()
    for shape in ((1, 1, 3), (3, 700, 3), (700, 2, 3)):
        assert detector.marks(np.random.default_rng(0).integers(0, 255, shape).astype(np.uint8)) == ()
