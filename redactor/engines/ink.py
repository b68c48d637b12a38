"""Connected pieces of a mask: labelled by rows of runs, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The 8-connected pieces of a mask; all arrays have one entry for each piece, but `runs`."""

    top: Ints
    left: Ints
    bottom: Ints
    """One past the last row."""
    right: Ints
    """One past the last column."""
    area: Ints
    """Pixels."""
    runs: Ints = field(repr=False)
    """All runs of pixels: row, first column, one past the last column, piece; shape (n, 4)."""

    def __len__(self) -> int:
        return len(self.area)

    def mask(self, piece: int) -> Mask:
        """The pixels of one piece inside its box."""
        top, left = int(self.top[piece]), int(self.left[piece])
        shape = int(self.bottom[piece]) - top, int(self.right[piece]) - left
        picture = np.zeros(shape, bool)
        for row, start, end, _ in self.runs[self.runs[:, 3] == piece]:
            picture[row - top, start - left : end - left] = True
        return picture


def pieces(mask: Mask) -> Pieces:
    """The pieces of `mask`, shape (height, width), in the order of their first pixels."""
    rows, starts, ends = _runs(mask)
    if not len(rows):
        none = np.zeros(0, np.int64)
        return Pieces(none, none, none, none, none, np.zeros((0, 4), np.int64))
    above, below = _touching(rows, starts, ends, mask.shape[1])
    roots = _roots(len(rows), above, below)
    _, piece = np.unique(roots, return_inverse=True)
    count = int(piece.max()) + 1
    top, left = np.full(count, mask.shape[0]), np.full(count, mask.shape[1])
    bottom, right, area = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.minimum.at(top, piece, rows)
    np.minimum.at(left, piece, starts)
    np.maximum.at(bottom, piece, rows + 1)
    np.maximum.at(right, piece, ends)
    np.add.at(area, piece, ends - starts)
    return Pieces(top, left, bottom, right, area, np.column_stack([rows, starts, ends, piece]))


def _runs(mask: Mask) -> tuple[Ints, Ints, Ints]:
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).view(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return rows, starts, ends


def _touching(rows: Ints, starts: Ints, ends: Ints, width: int) -> tuple[Ints, Ints]:
    """Pairs of runs in neighbouring rows that touch, corners included."""
    stride = width + 2
    # Runs are sorted by row and column, so those of the row below that touch a run follow one another.
    first = np.searchsorted(rows * stride + ends, (rows + 1) * stride + starts, side="left")
    last = np.searchsorted(rows * stride + starts, (rows + 1) * stride + ends, side="right")
    counts = np.maximum(last - first, 0)
    above = np.repeat(np.arange(len(rows)), counts)
    offsets = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return above, np.repeat(first, counts) + offsets


def _roots(count: int, a: Ints, b: Ints) -> Ints:
    """The least member of the set that each of `count` things is in, when every a[i] and b[i] are in one set."""
    parent = np.arange(count)
    while True:
        low, high = np.minimum(parent[a], parent[b]), np.maximum(parent[a], parent[b])
        if np.array_equal(low, high):
            return parent
        np.minimum.at(parent, high, low)
        while not np.array_equal(further := parent[parent], parent):
            parent = further
