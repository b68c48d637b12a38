"""Where a screen holds small photographs: soft changes of colour, which text, icons and flat areas do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from redactor.engines.ink import pieces
from redactor.engines.pillow import luma

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels

_SOFT = (3, 40)
"""A photo's neighbouring pixels differ by some levels; flat areas by fewer, edges of letters by more."""
CELL_PX = 8
_SHARE = 0.3
"""Share of soft pixels in a cell that is part of a photo."""
_MOST = 24
"""Patches of one picture at most, the softest first: more would be a photograph as a whole, searched as it is."""


def soft_cells(pixels: Pixels) -> NDArray[np.bool_]:
    """Which cells of `CELL_PX` square look like part of a photo, shape (height // CELL_PX, width // CELL_PX)."""
    grey = luma(pixels).astype(np.int16)
    rows, columns = grey.shape[0] // CELL_PX, grey.shape[1] // CELL_PX
    change = np.zeros(grey.shape, np.int16)
    change[:-1, :-1] = np.maximum(np.abs(grey[1:, :-1] - grey[:-1, :-1]), np.abs(grey[:-1, 1:] - grey[:-1, :-1]))
    soft = ((change >= _SOFT[0]) & (change <= _SOFT[1]))[: rows * CELL_PX, : columns * CELL_PX]
    return np.asarray(soft.reshape(rows, CELL_PX, columns, CELL_PX).mean(axis=(1, 3)) >= _SHARE)


def patches(cells: NDArray[np.bool_], side_px: int) -> list[tuple[int, int]]:
    """Top and left of squares of `side_px` around small pieces of `cells`; at an edge they reach over it."""
    found = pieces(cells)
    wide, high = (found.right - found.left) * CELL_PX, (found.bottom - found.top) * CELL_PX
    small = (np.maximum(wide, high) <= 0.75 * side_px) & (np.minimum(wide, high) >= 2 * CELL_PX)
    small &= found.area * CELL_PX**2 >= 0.4 * wide * high
    order = sorted(np.nonzero(small)[0], key=lambda i: -int(found.area[i]))[:_MOST]
    places = []
    for i in order:
        middle_y = int(found.top[i] + found.bottom[i]) * CELL_PX // 2
        middle_x = int(found.left[i] + found.right[i]) * CELL_PX // 2
        places.append((max(0, middle_y - side_px // 2), max(0, middle_x - side_px // 2)))
    return places
