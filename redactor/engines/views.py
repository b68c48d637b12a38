"""Views of a screen for Tesseract.

Tesseract was trained on print: dark letters of 20-30 px on white. Screens are smaller, darker and flatter, so that each
is shown twice, enlarged according to its text height: once as it is, once as an ink map (the distance of each pixel
from the colour around it, which makes dark mode, coloured bars and low contrast look like print).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from redactor.engines.pillow import luma, resized
from redactor.errors import MediaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels

_MAX_SIDE_PX = 32_000
"""Tesseract's own limit is 32,767."""
_MAX_AREA_PX = 64_000_000


@dataclass(frozen=True, slots=True)
class Setting:
    """How a picture is shown to Tesseract. The settings below were chosen by measurement on screens."""

    view: Literal["grey", "ink"]
    enlarge: float
    """Factor for the usual screen text; less for larger text, never below 1."""
    segmentation: int
    """Tesseract's page segmentation mode: 3 finds columns and blocks, 6 takes the page as one block of lines."""


SETTINGS = (Setting("grey", 3.0, 3), Setting("ink", 2.0, 6))
"""Of the first reading, which must see everything."""
AGAIN = (Setting("ink", 3.0, 6),)
"""Of the second reading of an output: one view in another size than those of the first, so that what these misread is
not misread alike, at half the time. A grey one reads hardly a word of forms with framed fields."""
_USUAL_TEXT_PX = 14
"""Text that is higher than this (high-density displays) is enlarged less."""


@dataclass(frozen=True, slots=True)
class View:
    """One view of a picture, ready for Tesseract."""

    grey: NDArray[np.uint8] = field(repr=False)
    """Shape (height, width)."""
    scale: float
    """Pixels of the view per pixel of the picture."""
    segmentation: int


def views(pixels: Pixels, settings: Sequence[Setting] = SETTINGS) -> list[View]:
    """One view per setting. Raises `MediaError` for a picture too long for Tesseract."""
    ink = _ink(pixels)
    height_px = _text_height_px(ink)
    shown: dict[str, NDArray[np.uint8]] = {"grey": luma(pixels), "ink": _print_like(ink)}
    result = []
    for setting in settings:
        wanted = setting.enlarge * min(1.0, _USUAL_TEXT_PX / height_px)
        scale = _scale(pixels.shape[0], pixels.shape[1], max(1.0, wanted))
        result.append(View(resized(shown[setting.view], scale), scale, setting.segmentation))
    return result


def _scale(height: int, width: int, wanted: float) -> float:
    scale = min(wanted, max(1.0, math.sqrt(_MAX_AREA_PX / (height * width))), _MAX_SIDE_PX / max(height, width))
    if scale < 1.0:
        raise MediaError("the picture is too long to be read at its size", reason="PICTURE_TOO_LARGE")
    return scale


def _ink(pixels: Pixels) -> NDArray[np.uint8]:
    """Largest difference of the three channels from the background nearby, 0..255, shape (height, width)."""
    height, width, _ = pixels.shape
    ink = np.zeros((height, width), np.uint8)
    for channel in range(3):
        plane = pixels[..., channel]
        ground = _background(plane)
        np.maximum(ink, np.where(plane > ground, plane - ground, ground - plane), out=ink)
    ink[_flat(pixels)] = 0
    return ink


_FLAT_PX = 64
"""So many pixels of one colour in a row or a column are ground, a bar or a rule, and no letter."""
_FLAT_STEP = 4


def _flat(pixels: Pixels) -> NDArray[np.bool_]:
    """Pixels inside of long straight runs of one colour: the edges of bars and the frames of fields are no ink."""
    deep = pixels.astype(np.int16)
    across, down = (np.abs(np.diff(deep, axis=axis)).max(axis=2) <= _FLAT_STEP for axis in (1, 0))
    return _in_runs(across, _FLAT_PX) | _in_runs(down.T, _FLAT_PX).T


def _in_runs(same: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Of rows whose neighbours are the `same` or not, the pixels in runs of at least `length`."""
    rows, links = same.shape
    found = np.zeros((rows, links + 1), np.int32)
    if links < length - 1:
        return found > 0
    total = np.pad(same.cumsum(axis=1, dtype=np.int32), ((0, 0), (1, 0)))
    full = total[:, length - 1 :] - total[:, : links - length + 2] == length - 1
    found[:, : full.shape[1]] += full
    found[:, length:] -= full[:, : found.shape[1] - length]
    return found.cumsum(axis=1) > 0


def _background(plane: NDArray[np.uint8], tile: int = 8) -> NDArray[np.uint8]:
    """Median of the 40 x 40 px around each tile of 8 x 8 px: text covers less than half of that."""
    height, width = plane.shape
    padded = np.pad(plane, ((0, -height % tile), (0, -width % tile)), mode="edge")[::2, ::2]
    rows, columns, half = padded.shape[0] * 2 // tile, padded.shape[1] * 2 // tile, tile // 2
    tiles = padded.reshape(rows, half, columns, half).swapaxes(1, 2).reshape(rows, columns, half * half)
    middle = np.median(tiles, axis=2).astype(np.uint8)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(middle, 2, mode="edge"), (5, 5))
    smooth: NDArray[np.uint8] = np.median(around.reshape(rows, columns, 25), axis=2).astype(np.uint8)
    return smooth.repeat(tile, 0).repeat(tile, 1)[:height, :width]


def _print_like(ink: NDArray[np.uint8], tile: int = 32) -> NDArray[np.uint8]:
    """Dark on white; each region is stretched to full contrast by the strongest ink around it, faint noise is not."""
    height, width = ink.shape
    padded = np.pad(ink, ((0, -height % tile), (0, -width % tile)))
    rows, columns = padded.shape[0] // tile, padded.shape[1] // tile
    peak = np.pad(padded.reshape(rows, tile, columns, tile).max(axis=(1, 3)), 1, mode="edge")
    peak = np.lib.stride_tricks.sliding_window_view(peak, (3, 3)).max(axis=(2, 3))
    strength = np.maximum(peak, 48).repeat(tile, 0).repeat(tile, 1)[:height, :width]
    shown: NDArray[np.uint8] = (255 - np.minimum(ink.astype(np.uint16) * 255 // strength, 255)).astype(np.uint8)
    return shown


def _text_height_px(ink: NDArray[np.uint8], strip: int = 24) -> float:
    """Lower quartile of the vertical runs of ink in narrow strips: about the height of the smaller text."""
    height, width = ink.shape
    columns = max(1, width // strip)
    rows = (ink[:, : columns * strip] > 48).reshape(height, columns, -1).any(axis=2)
    edges = np.diff(np.pad(rows, ((1, 1), (0, 0))).astype(np.int8), axis=0).T
    lengths = np.nonzero(edges == -1)[1] - np.nonzero(edges == 1)[1]
    lengths = lengths[(lengths >= 5) & (lengths <= 200)]
    return float(np.percentile(lengths, 25)) if len(lengths) else 10.0
