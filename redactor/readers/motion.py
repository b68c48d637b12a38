"""Where the contents of a screen moved between two frames: scrolling, dragged windows.

Candidates come from correlation (of row profiles for scrolling, of whole pictures for the rest) and count only when the
pixels agree: a wrong move costs a reading, never a cover.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels

    Mask: TypeAlias = NDArray[np.bool_]

NOISE = 28
"""Levels by which a codec may change a pixel of an unchanged picture."""
TILE_PX = 16
_MOVED_NOISE = 40
"""The same for a picture that moved: it is coded anew then."""
_GOOD = 0.8
"""Share of the ink of a tile that must agree."""
_ALIKE = 0.6
"""Correlation of the ink of a move: half a row off, letters are still alike as much."""
_FEWEST_TILES = 4
_SHARE = 0.3
"""Share of the inked tiles of the changed area that a move must explain."""
_MOST_MOVES = 3
_REST = 0.2
"""Share of the tiles that a move must leave unexplained for another one to be looked for."""
_ENOUGH = 0.9
"""A move that explains this share of the ink is the best one; letters of one width are alike a letter further on."""
_STRIPS = 16


@dataclass(frozen=True, slots=True)
class Rect:
    """Rows `[top, bottom)` and columns `[left, right)` of a screen."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def area(self) -> tuple[slice, slice]:
        """For indexing pictures."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def empty(self) -> bool:
        """True when it holds no pixel."""
        return self.top >= self.bottom or self.left >= self.right

    @property
    def size(self) -> int:
        """The number of its pixels."""
        return max(0, self.bottom - self.top) * max(0, self.right - self.left)

    def moved(self, down: int, right: int) -> Rect:
        """The same rectangle elsewhere."""
        return Rect(self.top + down, self.left + right, self.bottom + down, self.right + right)

    def cut(self, other: Rect) -> Rect:
        """What the two share; may be empty."""
        return Rect(
            max(self.top, other.top),
            max(self.left, other.left),
            min(self.bottom, other.bottom),
            min(self.right, other.right),
        )

    def grown(self, px: int, within: Rect) -> Rect:
        """Wider by `px` on all sides, inside of another."""
        return Rect(self.top - px, self.left - px, self.bottom + px, self.right + px).cut(within)

    def holds(self, y: float, x: float) -> bool:
        """True when a point lies inside."""
        return self.top <= y < self.bottom and self.left <= x < self.right


@dataclass(frozen=True, slots=True)
class Move:
    """What is in `target` now was `down` rows above and `right` columns left of there before."""

    target: Rect
    down: int
    right: int
    drift: float = 0.0
    """What it moved down beyond whole rows."""

    @property
    def source(self) -> Rect:
        """Where it was."""
        return self.target.moved(-self.down, -self.right)

    @property
    def window(self) -> Rect:
        """The window through which the moving area is seen."""
        s, t = self.source, self.target
        return Rect(min(s.top, t.top), min(s.left, t.left), max(s.bottom, t.bottom), max(s.right, t.right))


def difference(a: Pixels, b: Pixels) -> NDArray[np.uint8]:
    """Largest difference of the channels, shape (height, width)."""
    change = np.maximum(a, b)
    change -= np.minimum(a, b)
    return np.maximum(np.maximum(change[..., 0], change[..., 1]), change[..., 2])


def ink(pixels: Pixels, contrast: int = 24) -> Mask:
    """Pixels that differ from a neighbour: letters, lines, edges."""
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    found = np.zeros(red.shape, np.bool_)
    for plane in (np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)):
        down = np.maximum(plane[1:], plane[:-1]) - np.minimum(plane[1:], plane[:-1]) > contrast
        across = np.maximum(plane[:, 1:], plane[:, :-1]) - np.minimum(plane[:, 1:], plane[:, :-1]) > contrast
        found[1:] |= down
        found[:-1] |= down
        found[:, 1:] |= across
        found[:, :-1] |= across
    return found


def agrees(before: Pixels, after: Pixels, move: Move) -> Mask:
    """For each pixel of the target: does it show what the source showed, give or take codec noise and half a row?"""
    new, source = after[move.target.area], move.source
    result = difference(before[source.area], new) <= _MOVED_NOISE
    rows, columns = np.nonzero(~result)
    if len(rows) > result.size // 2:
        return result
    # Smooth scrolling stops between two rows: a row is then a mix of the two.
    here, value = before[rows + source.top, columns + source.left], new[rows, columns].astype(np.int16)
    for step in (-1, 1):
        beside = before[np.clip(rows + source.top + step, 0, len(before) - 1), columns + source.left]
        low, high = np.minimum(here, beside).astype(np.int16), np.maximum(here, beside).astype(np.int16)
        mixed = ((value >= low - NOISE) & (value <= high + NOISE)).all(axis=1)
        result[rows[mixed], columns[mixed]] = True
    return result


def find_moves(
    before: Pixels, after: Pixels, changed: Mask, hints: Sequence[tuple[int, int]] = ()
) -> list[tuple[Move, Mask]]:
    """The moves that explain what changed between two frames, each with the pixels of its target that agree.

    Args:
        before: RGB.
        after: RGB of the same shape.
        changed: pixels that differ by more than noise.
        hints: (down, right) of moves that were seen lately.
    """
    moves: list[tuple[Move, Mask]] = []
    left, was = changed & ink(after), ink(before)
    page = Rect(0, 0, *changed.shape)
    for area in components(tiles(changed, 4), page):
        if area.bottom - area.top < 2 * TILE_PX or area.right - area.left < 3 * TILE_PX:
            continue
        fewest = _FEWEST_TILES
        for _ in range(_MOST_MOVES):
            inked = int(tiles(left[area.area], 6).sum())
            if inked < fewest:
                break
            fewest = max(_FEWEST_TILES, round(_REST * inked))
            best: tuple[float, Move] | None = None
            for down, right in _candidates(before, after, area, hints):
                found = _verified(before, after, left, was, area, down, right, page)
                if found is not None and (best is None or found[0] > best[0]):
                    best = found
                    if found[0] > _ENOUGH:
                        break
            if best is None:
                break
            move = _refined(before, after, best[1], page)
            if not (move.down or move.right):
                # What fades where it stands is most like itself a row off, and then it was no move.
                break
            fits = agrees(before, after, move)
            moves.append((move, fits))
            left[move.target.area] &= ~fits
    return moves


def tiles(mask: Mask, fewest: int) -> Mask:
    """Which tiles hold at least `fewest` pixels of a mask; shape rounded up to whole tiles."""
    return counts(mask) >= fewest


def counts(mask: Mask) -> NDArray[np.int64]:
    """The number of pixels of a mask in each tile."""
    height, width = mask.shape
    padded = np.pad(mask, ((0, -height % TILE_PX), (0, -width % TILE_PX)))
    shape = padded.shape[0] // TILE_PX, TILE_PX, padded.shape[1] // TILE_PX, TILE_PX
    found: NDArray[np.int64] = padded.reshape(shape).sum(axis=(1, 3))
    return found


def components(found: Mask, page: Rect, reach: int = 2) -> list[Rect]:
    """Rectangles around groups of tiles that are at most `reach` tiles apart, in pixels, the largest first."""
    seen = np.zeros_like(found)
    groups: list[Rect] = []
    for y, x in np.argwhere(found):
        if seen[y, x]:
            continue
        stack, top, left, bottom, right = [(int(y), int(x))], int(y), int(x), int(y), int(x)
        seen[y, x] = True
        while stack:
            r, c = stack.pop()
            top, left, bottom, right = min(top, r), min(left, c), max(bottom, r), max(right, c)
            r0, c0 = max(0, r - reach), max(0, c - reach)
            near = found[r0 : r + reach + 1, c0 : c + reach + 1] & ~seen[r0 : r + reach + 1, c0 : c + reach + 1]
            for dy, dx in np.argwhere(near):
                seen[r0 + dy, c0 + dx] = True
                stack.append((r0 + int(dy), c0 + int(dx)))
        groups.append(Rect(top * TILE_PX, left * TILE_PX, (bottom + 1) * TILE_PX, (right + 1) * TILE_PX).cut(page))
    return sorted(groups, key=lambda g: (g.top - g.bottom) * (g.right - g.left))


def _candidates(
    before: Pixels, after: Pixels, area: Rect, hints: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    tried = {(0, 0)}
    for hint in hints:
        if hint not in tried:
            tried.add(hint)
            yield hint
    a, b = (_edges(picture[area.area]) for picture in (before, after))
    for move in (*_by_rows(a, b), *_by_rows(a.T, b.T, across=True), *_by_phase(a, b)):
        if move not in tried:
            tried.add(move)
            yield move


def _edges(pixels: Pixels) -> NDArray[np.float32]:
    grey = pixels[..., 1].astype(np.float32)
    edges = np.zeros_like(grey)
    edges[:, 1:] = np.abs(np.diff(grey, axis=1))
    edges[1:] += np.abs(np.diff(grey, axis=0))
    return np.minimum(edges, 120)


def _by_rows(a: NDArray[np.float32], b: NDArray[np.float32], *, across: bool = False) -> Iterator[tuple[int, int]]:
    """Shifts along the first axis, by correlation of what each row holds in a few strips."""
    strips = min(_STRIPS, a.shape[1] // 8)
    if strips < 1:
        return
    width = a.shape[1] // strips * strips
    one, two = (p[:, :width].reshape(len(p), strips, -1).sum(axis=2) for p in (a, b))
    one, two = one - one.mean(axis=0), two - two.mean(axis=0)
    size = 1 << (2 * len(a) - 1).bit_length()
    spectra = np.fft.rfft(two, size, axis=0) * np.conj(np.fft.rfft(one, size, axis=0))
    strength = np.fft.irfft(spectra.sum(axis=1), size)
    shifts = np.concatenate([np.arange(0, size // 2), np.arange(-size // 2, 0)])
    overlap = np.maximum(len(a) - np.abs(shifts), 1)
    strength = np.where((np.abs(shifts) > 0.95 * len(a)) | (shifts == 0), -np.inf, strength / np.sqrt(overlap))
    for at in np.argsort(strength)[::-1][:5]:
        shift = int(shifts[at])
        yield (0, shift) if across else (shift, 0)


def _by_phase(a: NDArray[np.float32], b: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """Shifts along both axes, by correlation of phases."""
    shape = tuple(1 << (side - 1).bit_length() for side in a.shape)
    spectra = np.fft.rfft2(b, shape) * np.conj(np.fft.rfft2(a, shape))
    strength = np.fft.irfft2(spectra / np.maximum(np.abs(spectra), 1e-3), shape)
    strength[0, 0] = -np.inf
    for at in np.argpartition(strength, -6, axis=None)[-6:]:
        y, x = np.unravel_index(at, shape)
        yield int(y - shape[0] * (y > shape[0] // 2)), int(x - shape[1] * (x > shape[1] // 2))


def _verified(
    before: Pixels, after: Pixels, left: Mask, was: Mask, area: Rect, down: int, right: int, page: Rect
) -> tuple[float, Move] | None:
    """The share of the ink that a shift explains, and the move; None when that is too little."""
    target = area.cut(page.moved(down, right)).cut(page)
    if target.empty:
        return None
    move = Move(target, down, right)
    fits = agrees(before, after, move)
    inked = left[target.area]
    # Faint ink agrees with bare ground; it counts where there was ink, give or take half a row.
    near = was[move.source.area].copy()
    near[1:] |= was[move.source.area][:-1]
    near[:-1] |= was[move.source.area][1:]
    of, good = counts(inked), counts(inked & fits & near)
    strong = of >= 6
    right_tiles = strong & (good >= _GOOD * of)
    if right_tiles.sum() < max(_FEWEST_TILES, _SHARE * strong.sum()):
        return None
    rows, columns = _span(right_tiles.sum(axis=1)), _span(right_tiles.sum(axis=0))
    core = Rect(rows[0] * TILE_PX, columns[0] * TILE_PX, rows[1] * TILE_PX, columns[1] * TILE_PX)
    core = core.cut(Rect(0, 0, *fits.shape))
    # Ink that did not arrive tells where the window ends as well as ink that came from elsewhere.
    core = _stretched(core, inked | (was[move.source.area] & ~fits), fits)
    share = float((inked & fits)[core.area].sum()) / max(1, int(inked.sum()))
    found = Move(core.moved(target.top, target.left), down, right)
    return (share, found) if _alike(before, after, found, inked[core.area]) >= _ALIKE else None


def _alike(before: Pixels, after: Pixels, move: Move, inked: Mask) -> float:
    """Correlation, -1..1, of what was in the source and what is in the target, where there is ink."""
    a = before[..., 1][move.source.area][inked].astype(np.float32)
    b = after[..., 1][move.target.area][inked].astype(np.float32)
    if len(a) < 2:
        return 0.0
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum()) / max(1e-6, float(np.sqrt((a * a).sum() * (b * b).sum())))


def _refined(before: Pixels, after: Pixels, move: Move, page: Rect) -> Move:
    """The move by the number of rows at which the pixels differ least, and by how much more between two rows."""
    grey = after[..., 1][move.target.area][:, ::2].astype(np.int16)

    def cost(down: int) -> float:
        source = Rect(move.target.top - down, move.source.left, move.target.bottom - down, move.source.right)
        if source.cut(page) != source:
            part = source.cut(page)
            rows = slice(part.top - source.top, part.bottom - source.top)
            return float(np.abs(before[..., 1][part.area][:, ::2].astype(np.int16) - grey[rows]).mean())
        return float(np.abs(before[..., 1][source.area][:, ::2].astype(np.int16) - grey).mean())

    down, costs = move.down, {d: cost(d) for d in (move.down - 1, move.down, move.down + 1)}
    for _ in range(4):
        best = min(costs, key=lambda d: costs[d])
        if best == down:
            break
        down = best
        for near in (down - 1, down + 1):
            if near not in costs:
                costs[near] = cost(near)
    low, here, high = costs[down - 1], costs[down], costs[down + 1]
    bend = low - 2 * here + high
    drift = 0.5 * (low - high) / bend if bend > 0 else 0.0
    target = move.target.cut(page.moved(down, move.right))
    return Move(target, down, move.right, drift if abs(drift) > 0.1 else 0.0)


def _span(good: NDArray[np.int64]) -> tuple[int, int]:
    """First and one past the last place, stray ones left out."""
    sums = np.cumsum(good)
    first = int(np.searchsorted(sums, 0.01 * sums[-1], side="right"))
    last = int(np.searchsorted(sums, 0.99 * sums[-1], side="left"))
    return min(first, last), max(first, last) + 1


def _stretched(core: Rect, inked: Mask, fits: Mask) -> Rect:
    """The edges of a rectangle of tiles moved pixel by pixel to where the pixels stop to agree."""
    top, left, bottom, right = core.top, core.left, core.bottom, core.right
    bad_rows = (inked & ~fits)[:, left:right].sum(axis=1) > 0.2 * np.maximum(8, inked[:, left:right].sum(axis=1))
    while top > 0 and not bad_rows[top - 1]:
        top -= 1
    while bottom < len(bad_rows) and not bad_rows[bottom]:
        bottom += 1
    while top < bottom - 1 and bad_rows[top]:
        top += 1
    while bottom > top + 1 and bad_rows[bottom - 1]:
        bottom -= 1
    part = slice(top, bottom)
    bad = (inked & ~fits)[part].sum(axis=0) > 0.2 * np.maximum(8, inked[part].sum(axis=0))
    while left > 0 and not bad[left - 1]:
        left -= 1
    while right < len(bad) and not bad[right]:
        right += 1
    return Rect(top, left, bottom, right)
