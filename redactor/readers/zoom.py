"""Where the contents of a screen grew or shrank between two frames: a magnifier, a pinch, a map, smooth page zoom.

Blocks of ink are found again by correlation, and one scale with one shift must explain most of them. As with moves, the
pixels decide: a wrong zoom costs a reading, never a cover.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from redactor.readers.motion import TILE_PX, Rect, components, counts, ink, tiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels
    from redactor.readers.motion import Mask

    Plane: TypeAlias = NDArray[np.float32]

Edges: TypeAlias = tuple[float, float, float, float]
"""Top, left, bottom and right, between pixels."""

_BLOCK_PX = (40, 64)
_REACH_PX = 96
"""So far a block may have gone from one frame to the next."""
_CELLS = (5, 7)
"""Blocks down and across: one is taken from each part of the area, where it has most ink."""
_FEWEST_TILES = 40
"""A zoom changes at least so many tiles with ink."""
_FOUND = 0.55
"""Correlation at which a block counts as found again."""
_OFF_PX = 2.0
"""So far a block may be from where the scale puts it: it was stretched itself."""
_AGREE = 0.5
"""Share of the blocks that must agree on the scale, and of the inked tiles that must show what it says."""
_FEWEST = 6
_ALIKE = 0.6
"""Correlation of a tile with what was scaled there."""
_STEP = (0.75, 1.35)
"""Scales from one frame to the next."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """What was at (y, x) is at (scale * y + down, scale * x + right) now, as far as `target` shows it."""

    target: Rect
    """The window in which it happened; it stays where it is."""
    scale: float
    down: float
    right: float

    def forth(self, place: Edges) -> Edges:
        """Where `place` is now."""
        top, left, bottom, right = (self.scale * edge for edge in place)
        return top + self.down, left + self.right, bottom + self.down, right + self.right

    def back(self, place: Edges) -> Edges:
        """Where `place` was."""
        top, left, bottom, right = place
        return (
            (top - self.down) / self.scale,
            (left - self.right) / self.scale,
            (bottom - self.down) / self.scale,
            (right - self.right) / self.scale,
        )

    @property
    def inverse(self) -> Zoom:
        """From now to before."""
        return Zoom(self.target, 1 / self.scale, -self.down / self.scale, -self.right / self.scale)

    def after(self, other: Zoom) -> Zoom:
        """Both as one: first `other`, then this."""
        down, right = self.scale * other.down + self.down, self.scale * other.right + self.right
        return Zoom(self.target, self.scale * other.scale, down, right)

    def sources(self) -> tuple[NDArray[np.intp], NDArray[np.intp], Mask]:
        """For the rows and the columns of the target where they come from, and which pixels came from inside of it."""
        t = self.target
        rows = np.round((np.arange(t.top, t.bottom) + 0.5 - self.down) / self.scale - 0.5).astype(np.intp)
        columns = np.round((np.arange(t.left, t.right) + 0.5 - self.right) / self.scale - 0.5).astype(np.intp)
        inside = ((rows >= t.top) & (rows < t.bottom))[:, None] & ((columns >= t.left) & (columns < t.right))
        return np.clip(rows, t.top, t.bottom - 1), np.clip(columns, t.left, t.right - 1), inside


def edges(rect: Rect) -> Edges:
    """The edges of whole pixels."""
    return float(rect.top), float(rect.left), float(rect.bottom), float(rect.right)


def around(place: Edges) -> Rect:
    """The pixels that `place` touches by more than a little."""
    top, left, bottom, right = place
    first, last = np.floor((top + 0.2, left + 0.2)), np.ceil((bottom - 0.2, right - 0.2))
    return Rect(int(first[0]), int(first[1]), int(last[0]), int(last[1]))


def find_zoom(before: Pixels, after: Pixels, changed: Mask) -> tuple[Zoom, Mask] | None:
    """The zoom that explains most of what changed, with the pixels of its target that agree; None without one.

    Args:
        before: RGB.
        after: RGB of the same shape.
        changed: pixels that differ by more than noise.
    """
    page = Rect(0, 0, *changed.shape)
    now = ink(after)
    if int(tiles(changed & now, 6).sum()) < _FEWEST_TILES:
        return None
    area = components(tiles(changed, 4), page, reach=6)[0]
    pairs = _found_again(before, after, ink(before), area)
    fit = _fitted(pairs) if len(pairs) >= _FEWEST else None
    if fit is None:
        return None
    zoom = Zoom(area, *fit)
    corners = np.array([zoom.forth(edges(area))]) - np.array(edges(area))
    if np.abs(corners).max() < 1:
        return None
    agrees, share = _agreeing(before, after, now & changed, zoom)
    return (zoom, agrees) if share >= _AGREE else None


def _found_again(before: Pixels, after: Pixels, inked: Mask, area: Rect) -> NDArray[np.float64]:
    """Centres of blocks before and after: rows of y, x, y', x'."""
    high, wide = _BLOCK_PX
    page = Rect(0, 0, *inked.shape)
    inner = Rect(area.top, area.left, area.bottom - high, area.right - wide)
    if inner.empty:
        return np.empty((0, 4))
    held = counts(inked)
    pairs = []
    downs = np.linspace(inner.top, inner.bottom, _CELLS[0] + 1).astype(int)
    acrosses = np.linspace(inner.left, inner.right, _CELLS[1] + 1).astype(int)
    for top, bottom in zip(downs[:-1] // TILE_PX, -(-downs[1:] // TILE_PX), strict=True):
        for left, right in zip(acrosses[:-1] // TILE_PX, -(-acrosses[1:] // TILE_PX), strict=True):
            part = held[top:bottom, left:right]
            if not part.size or part.max() < TILE_PX:
                continue
            y, x = np.unravel_index(int(part.argmax()), part.shape)
            block = Rect(0, 0, high, wide).moved(
                min(int(top + y) * TILE_PX, inner.bottom), min(int(left + x) * TILE_PX, inner.right)
            )
            around_it = block.grown(_REACH_PX, page)
            shift = _shift(before[..., 1][block.area], after[..., 1][around_it.area])
            if shift is not None:
                y0, x0 = block.top + high / 2, block.left + wide / 2
                pairs.append((y0, x0, around_it.top + shift[0] + high / 2, around_it.left + shift[1] + wide / 2))
    return np.array(pairs).reshape(-1, 4)


def _shift(block: NDArray[np.uint8], there: NDArray[np.uint8]) -> tuple[float, float] | None:
    """Where in `there` the block is most like what stands there; None when that is not much."""
    shape = tuple(1 << (side - 1).bit_length() for side in there.shape)
    one, other = block.astype(np.float32), there.astype(np.float32)
    one -= one.mean()
    norm = float(np.sqrt((one * one).sum()))
    if norm < 1:
        return None
    size = block.shape
    valid = there.shape[0] - size[0] + 1, there.shape[1] - size[1] + 1
    cross = np.fft.irfft2(np.fft.rfft2(other, shape) * np.conj(np.fft.rfft2(one, shape)), shape)[: valid[0], : valid[1]]
    mean, square = _sums(other, size) / one.size, _sums(other * other, size)
    spread = np.sqrt(np.maximum(square - mean * mean * one.size, 1.0))
    alike = cross / (spread * norm)
    y, x = np.unravel_index(int(alike.argmax()), alike.shape)
    return (float(y), float(x)) if alike[y, x] >= _FOUND else None


def _sums(plane: NDArray[np.floating], size: tuple[int, int]) -> NDArray[np.float64]:
    """The sum over each window of `size`."""
    table = np.pad(plane.astype(np.float64).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    high, wide = size
    sums: NDArray[np.float64] = table[high:, wide:] - table[:-high, wide:]
    sums += table[:-high, :-wide] - table[high:, :-wide]
    return sums


def _fitted(pairs: NDArray[np.float64]) -> tuple[float, float, float] | None:
    """Scale, shift down and shift right on which most pairs agree."""
    one, other = pairs[:, :2], pairs[:, 2:]
    first, second = np.triu_indices(len(pairs), 1)
    apart = np.abs(one[first] - one[second]).sum(axis=1)
    far = apart >= np.median(apart)
    first, second = first[far], second[far]
    span = one[second] - one[first]
    scales = ((other[second] - other[first]) * span).sum(axis=1) / np.maximum((span * span).sum(axis=1), 1e-6)
    shifts = other[first] - scales[:, None] * one[first]
    off = np.abs(scales[:, None, None] * one + shifts[:, None, :] - other).max(axis=2)
    votes = (off <= _OFF_PX).sum(axis=1)
    best = int(votes.argmax())
    agree = off[best] <= _OFF_PX
    if agree.sum() < max(_FEWEST, _AGREE * len(pairs)):
        return None
    mine, there = one[agree], other[agree]
    centre, centre_there = mine.mean(axis=0), there.mean(axis=0)
    away = mine - centre
    scale = float(((there - centre_there) * away).sum() / max(float((away * away).sum()), 1e-6))
    if not _STEP[0] <= scale <= _STEP[1]:
        return None
    down, right = centre_there - scale * centre
    return scale, float(down), float(right)


def _agreeing(before: Pixels, after: Pixels, inked: Mask, zoom: Zoom) -> tuple[Mask, float]:
    """The pixels of the target in tiles that show what was scaled there, and the share of the inked tiles in them."""
    rows, columns, inside = zoom.sources()
    was, new = before[..., 1][rows[:, None], columns], after[..., 1][zoom.target.area]
    alike = np.maximum(correlation(was, new), correlation(was, new, wide=True))
    held = counts(inked[zoom.target.area] & inside) >= TILE_PX // 2
    good = (alike >= _ALIKE) | ~held
    agrees = good.repeat(TILE_PX, 0).repeat(TILE_PX, 1)[: inside.shape[0], : inside.shape[1]] & inside
    return agrees, float((good & held).sum()) / max(1, int(held.sum()))


def correlation(a: NDArray[np.uint8], b: NDArray[np.uint8], *, wide: bool = False) -> NDArray[np.float64]:
    """For each tile how alike two pictures are, -1..1; 0 where one is flat. `wide`: with the tiles around it."""
    mine, there = a.astype(np.float32), b.astype(np.float32)
    sums = [_by_tile(plane) for plane in (np.ones_like(mine), mine, there, mine * mine, there * there, mine * there)]
    size, one, other, own, its, both = [_with_beside(plane) for plane in sums] if wide else sums
    spread = np.maximum(own - one * one / size, 0) * np.maximum(its - other * other / size, 0)
    alike: NDArray[np.float64] = (both - one * other / size) / np.sqrt(np.maximum(spread, 1.0))
    return alike


def _by_tile(plane: Plane) -> NDArray[np.float64]:
    height, width = plane.shape
    padded = np.pad(plane, ((0, -height % TILE_PX), (0, -width % TILE_PX)))
    shape = padded.shape[0] // TILE_PX, TILE_PX, padded.shape[1] // TILE_PX, TILE_PX
    sums: NDArray[np.float64] = padded.reshape(shape).sum(axis=(1, 3), dtype=np.float64)
    return sums


def _with_beside(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return _sums(np.pad(sums, 1), (3, 3))
