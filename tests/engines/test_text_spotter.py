"""The detector of text, with scripted odds, and the real model on text that a reader does not know."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from redactor.engines import models, text_spotter
from redactor.engines.text_spotter import TextSpotter
from redactor.errors import EngineError, MissingEngineError
from redactor.regions import Box
from tests.pictures import FONT, Pixels


class Odds:
    """Sees a line wherever the picture is black, and is less sure where it is grey."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        self.shapes.append(batch.shape)
        return np.where(batch[:, :1] < -0.99, 0.9, np.where(np.abs(batch[:, :1] + 0.2) < 0.1, 0.4, 0)).astype(
            np.float32
        )


def white(high: int, wide: int) -> Pixels:
    return np.full((high, wide, 3), 255, np.uint8)


def holds(boxes: Sequence[Box], top: int, left: int, bottom: int, right: int) -> bool:
    return any(b.top <= top and b.left <= left and b.bottom >= bottom and b.right >= right for b in boxes)


@pytest.mark.parametrize("size", [(100, 300), (1100, 2100), (40, 5000)])
def test_lines_are_found_wherever_they_stand_and_lie_inside_the_picture(size: tuple[int, int]) -> None:
    high, wide = size
    pixels = white(high, wide)
    pixels[2:14, 1:80] = pixels[high - 14 :, wide - 80 :] = pixels[20:32, wide // 2 : wide // 2 + 60] = 0
    odds = Odds()
    boxes = TextSpotter(odds).areas(pixels)
    assert holds(boxes, 2, 1, 14, 80)
    assert holds(boxes, high - 14, wide - 80, high, wide)
    assert holds(boxes, 20, wide // 2, 32, wide // 2 + 60)
    assert all(box.bottom <= high and box.right <= wide for box in boxes)
    assert all(max(shape) <= 1024 and shape[2] % 32 == shape[3] % 32 == 0 for shape in odds.shapes)


def test_what_the_network_is_not_sure_of_and_dots_are_nothing() -> None:
    pixels = white(64, 128)
    pixels[10:20, 10:60] = 100
    pixels[40:42, 10:60] = 0
    assert TextSpotter(Odds()).areas(pixels) == []


def test_the_model_must_be_there_and_be_one(tmp_path: Path) -> None:
    with pytest.raises(MissingEngineError, match="redactor models fetch text-spotter"):
        text_spotter.load(tmp_path)
    (tmp_path / "ch_PP-OCRv4_det_infer.onnx").write_bytes(b"no model")
    with pytest.raises(EngineError, match="redactor models fetch text-spotter"):
        text_spotter.load(tmp_path)


@pytest.mark.slow
def test_the_model_sees_text_in_any_direction_and_nothing_on_a_cover() -> None:
    image = Image.new("RGB", (500, 360), "#f0f0f0")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(FONT, 18)
    draw.text((20, 20), "Παπαδοπούλου 6955 123 456", "#202020", font)
    draw.rectangle((20, 80, 260, 110), "black")
    side = Image.new("RGB", (260, 30), "#f0f0f0")
    ImageDraw.Draw(side).text((4, 4), "6955 123 456", "#202020", font)
    image.paste(side.rotate(90, expand=True), (420, 60))
    boxes = text_spotter.load(models.locate("text-spotter")).areas(np.asarray(image))
    assert holds(boxes, 24, 24, 38, 200)
    assert holds(boxes, 220, 428, 300, 440)
    assert not any(box.overlaps(Box(0, 82, 22, 108, 258)) for box in boxes)
