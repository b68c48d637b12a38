"""Looks for what can only be a code, decodable or not: dense parallel bars, and squares of black and white modules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from redactor.engines.ink import pieces
from redactor.engines.pillow import resized
from redactor.protocols import SeenCode
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Grey

Floats = npt.NDArray[np.float32]

_CELL_PX = 8
_STEEP = 40.0
"""Levels between neighbouring pixels at an edge."""
_DENSE = 0.2
"""Share of pixels of a cell that are edges, in a code."""
_PARALLEL = 0.85
"""Coherence of the gradients of bars (0: all directions, 1: one)."""
_SEVERAL = 0.75
"""That of modules is less."""
_BARS_PX = (56, 16)
"""Least extent of a bar code across and along its bars."""
_LEAST_EDGES = 20
"""A bar code of four digits has more."""
_AGREEING = 0.6
"""Correlation of lines that cross the same bars."""
_TURN_DEGREES = 8
_UNEVEN = 0.25
"""Spread of the distances of edges over their mean: hatching and grids are even, bars are not."""
_SQUARE = (24, 800)
"""Least and largest side of a code of modules."""
_LONGEST = 5.0
"""Sides of a stacked code (PDF417)."""
_STACKED_PX = 32
"""Height of a stacked code: bold words are lower."""
_FILLED = 0.8
"""Share of dense cells in the rectangle of a code of modules."""
_SCALES = (1.0, 0.5, 0.25)
"""Codes with fine modules, and with modules that are coarse or blurred."""


def patterns(grey: Grey) -> Iterator[SeenCode]:
    """What looks like a code in `grey`; contents stay unknown, and one code may come several times."""
    for scale in _SCALES:
        picture = grey if scale == 1 else resized(np.ascontiguousarray(grey), scale)
        for code in _patterns(picture):
            yield replace(code, box=_scaled(code.box, scale, grey.shape))


def _patterns(grey: Grey) -> Iterator[SeenCode]:
    cells = _Cells(grey)
    for top, left, bottom, right, _ in _rectangles(cells.bars):
        if _is_bars(grey, cells, (slice(top, bottom), slice(left, right))):
            yield SeenCode(True, _box(grey, top, left, bottom, right))
    for top, left, bottom, right, filled in _rectangles(cells.dense):
        short, long = sorted(((bottom - top) * _CELL_PX, (right - left) * _CELL_PX))
        if filled < _FILLED or short < _SQUARE[0] or long > _SQUARE[1] or long > _LONGEST * short:
            continue
        box = _box(grey, top, left, bottom, right)
        several = float(cells.modules[top:bottom, left:right].mean())
        if long > 1.5 * short and short < _STACKED_PX:
            continue
        if several > 0.4 and _is_black_and_white(grey[box.top : box.bottom, box.left : box.right]):
            yield SeenCode(long > 1.5 * short, box)


class _Cells:
    """Edges of a picture, summed over cells of 8 x 8 pixels (structure tensor)."""

    def __init__(self, grey: Grey) -> None:
        rows, columns = grey.shape[0] // _CELL_PX, grey.shape[1] // _CELL_PX
        levels = grey[: rows * _CELL_PX, : columns * _CELL_PX].astype(np.float32)
        across, down = np.zeros_like(levels), np.zeros_like(levels)
        if levels.size:
            across[:, 1:-1] = levels[:, 2:] - levels[:, :-2]
            down[1:-1] = levels[2:] - levels[:-2]

        def cells(values: npt.NDArray[np.generic]) -> Floats:
            shaped = values.reshape(rows, _CELL_PX, columns, _CELL_PX)
            return np.asarray(shaped.mean(axis=(1, 3), dtype=np.float32))

        xx, yy, xy = cells(across * across), cells(down * down), cells(across * down)
        energy = np.maximum(xx + yy, 1e-6)
        coherence = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / energy
        dense = cells(np.maximum(np.abs(across), np.abs(down)) > _STEEP) > _DENSE
        self.direction = 0.5 * np.arctan2(2 * xy, xx - yy)
        """Across the edges, radians, -pi/2..pi/2."""
        self.dense = dense
        self.bars = dense & (coherence > _PARALLEL)
        self.modules = dense & (coherence < _SEVERAL)


def _rectangles(mask: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int, int, int, float]]:
    found = pieces(mask)
    for i in np.nonzero(found.area >= 8)[0]:
        top, left, bottom, right = (int(edge[i]) for edge in (found.top, found.left, found.bottom, found.right))
        yield top, left, bottom, right, int(found.area[i]) / ((bottom - top) * (right - left))


def _is_bars(grey: Grey, cells: _Cells, part: tuple[slice, slice]) -> bool:
    mask, angles = cells.bars[part], cells.direction[part]
    # Directions of edges have no sign: they are averaged as their doubled angles.
    doubled = np.exp(2j * angles[mask]).mean()
    if abs(doubled) < 0.9:
        return False
    rows, columns = np.nonzero(mask)
    y = (rows + part[0].start + 0.5) * _CELL_PX
    x = (columns + part[1].start + 0.5) * _CELL_PX
    # Differences of pixels tell the angle of fine bars to some degrees only: the one at which they agree best counts.
    angles = float(np.angle(doubled)) / 2 + np.radians(np.arange(-_TURN_DEGREES, _TURN_DEGREES + 1))
    crossed = [profiles for angle in angles if (profiles := _crossed(grey, x, y, float(angle))) is not None]
    # Bars look the same wherever they are crossed; rows of letters do not.
    agreeing, mean = max(((_agreement(p), p.mean(axis=0)) for p in crossed), key=lambda a: a[0], default=(0.0, None))
    if mean is None or agreeing < _AGREEING:
        return False
    light = mean > (mean.min() + mean.max()) / 2
    edges = np.nonzero(light[1:] != light[:-1])[0]
    if len(edges) < _LEAST_EDGES:
        return False
    widths = np.diff(edges)
    return bool(widths.std() / widths.mean() > _UNEVEN and widths.max() < 0.25 * len(mean))


def _crossed(grey: Grey, x: Floats, y: Floats, angle: float) -> Floats | None:
    """Levels along three lines that cross the bars at `angle`; None when `x`, `y` reach not far enough for bars."""
    across, along = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    wide, high = np.ptp(across) + _CELL_PX, np.ptp(along) + _CELL_PX
    if wide < _BARS_PX[0] or high < _BARS_PX[1] or len(x) * _CELL_PX**2 < 0.5 * wide * high:
        return None
    steps = np.arange(across.min(), across.max())
    lines = np.quantile(along, (0.3, 0.5, 0.7))
    columns = np.rint(steps * np.cos(angle) - lines[:, None] * np.sin(angle)).astype(int)
    rows = np.rint(steps * np.sin(angle) + lines[:, None] * np.cos(angle)).astype(int)
    levels = grey[rows.clip(0, grey.shape[0] - 1), columns.clip(0, grey.shape[1] - 1)]
    return np.asarray(levels, np.float32)


def _agreement(profiles: Floats) -> float:
    if profiles.std(axis=1).min() < 1:
        return 0.0
    # The diagonal is 1, so it never is the least.
    return float(np.min(np.corrcoef(profiles)))


def _is_black_and_white(part: Grey) -> bool:
    low, high = (float(level) for level in np.percentile(part, (5, 95)))
    if high - low < 2 * _STEEP:
        return False
    place = (part - low) / (high - low)
    dark, light = float((place < 0.25).mean()), float((place > 0.75).mean())
    return min(dark, light) > 0.2 and dark + light > 0.6


def _box(grey: Grey, top: int, left: int, bottom: int, right: int) -> Box:
    pad = _CELL_PX // 2
    rows, columns = grey.shape
    return Box(
        0,
        max(0, top * _CELL_PX - pad),
        max(0, left * _CELL_PX - pad),
        min(rows, bottom * _CELL_PX + pad),
        min(columns, right * _CELL_PX + pad),
    )


def _scaled(box: Box, scale: float, shape: tuple[int, ...]) -> Box:
    rows, columns = shape
    top, left = int(box.top / scale), int(box.left / scale)
    bottom, right = min(rows, int(np.ceil(box.bottom / scale))), min(columns, int(np.ceil(box.right / scale)))
    return Box(0, min(top, bottom - 1), min(left, right - 1), bottom, right)
