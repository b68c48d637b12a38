"""From the maps of a centre-point detector to boxes: peaks of the heat map, their sizes and shifts, none twice.

As in "Objects as Points" (Zhou et al. 2019), which CenterFace applies to faces: each cell of a map stands for a square
of `STRIDE_PX` pixels; its heat says how surely the middle of a face lies in it, the other maps say where in the cell
and how large (the logarithm of the size in cells).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

STRIDE_PX = 4
_LARGEST = 8.0
"""Sizes are at most e^8 cells: what is larger is noise, and must not overflow."""
_SAME = 0.4
"""Boxes that share more than this of their union, or ..."""
_WITHIN = 0.7
"""... of which one holds this share of the other, are one face."""


@dataclass(frozen=True, slots=True)
class Peak:
    """A face in pixels of the picture that was searched; edges may lie outside of it."""

    score: float
    """0..1."""
    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Square pixels."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def placed(self, left: float, top: float, scale: float) -> Peak:
        """The same face in a picture of which a part that begins at `left`, `top` was enlarged by `scale`."""
        x = [left + edge / scale for edge in (self.left, self.right)]
        y = [top + edge / scale for edge in (self.top, self.bottom)]
        return Peak(self.score, x[0], y[0], x[1], y[1])


def peaks(heat: Floats, sizes: Floats, shifts: Floats, threshold: float) -> list[Peak]:
    """Boxes of all cells that reach `threshold` and are the hottest of their 3 x 3 neighbours.

    `heat` has the shape (rows, columns), `sizes` and `shifts` (2, rows, columns): vertical, then horizontal.
    """
    rows, columns = heat.shape
    wide = np.pad(heat, 1, constant_values=-1.0)
    around = [wide[y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    found = []
    for y, x in zip(*np.nonzero((heat >= threshold) & (heat >= np.max(around, axis=0))), strict=True):
        height, width = (STRIDE_PX * float(np.exp(min(float(sizes[axis, y, x]), _LARGEST))) for axis in (0, 1))
        middle_y = STRIDE_PX * (float(y) + float(shifts[0, y, x]) + 0.5)
        middle_x = STRIDE_PX * (float(x) + float(shifts[1, y, x]) + 0.5)
        left, top = middle_x - width / 2, middle_y - height / 2
        found.append(Peak(min(max(float(heat[y, x]), 0.0), 1.0), left, top, left + width, top + height))
    return found


def distinct(found: Iterable[Peak]) -> list[Peak]:
    """Each group of boxes that lie on one another as the box around them, with the highest score; the surest first."""
    kept: list[Peak] = []
    for peak in sorted(found, key=lambda p: (-p.score, p.left, p.top)):
        same = next((at for at, other in enumerate(kept) if _same(peak, other)), None)
        if same is None:
            kept.append(peak)
        else:
            kept[same] = _around(kept[same], peak)
    return kept


def _around(a: Peak, b: Peak) -> Peak:
    sides = min(a.left, b.left), min(a.top, b.top), max(a.right, b.right), max(a.bottom, b.bottom)
    return Peak(max(a.score, b.score), *sides)


def _same(a: Peak, b: Peak) -> bool:
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    if width <= 0 or height <= 0:
        return False
    shared = width * height
    return shared > _SAME * (a.area + b.area - shared) or shared > _WITHIN * min(a.area, b.area)
