"""What of the ink in a box is gone, and whether what came out can still be read.

Ink are the pixels that stand out from the most frequent colour around. It is gone where it changed by more than 48
levels (colour that a lossy codec lets bleed is no change), and where the paper around it was painted over: black text
under a black box does not change, yet it is gone. A box is unreadable when it is flat, or when it does not correlate
with the original: not as it is, and neither blurred nor in mosaic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from redactor.regions import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels

    Mask = NDArray[np.bool_]
    Plane = NDArray[np.floating[Any]]

CHANGED = 48
"""Levels of 256, in the channel that changed most."""
_LIGHT = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in how light a pixel is (ITU-R BT.601)."""
_LIGHTER, _SURELY = 24, 120
_AROUND_PX, _SMEARED_PX = 3, 14
_FLAT_LEVELS = 1.2
_ALIKE, _ALIKE_SMOOTH = 0.2, 0.6
_BLURS_PX = (1, 2, 4)


@dataclass(frozen=True, slots=True)
class Ink:
    """The ink of one box, on the box and a little around it."""

    there: Mask
    gone: Mask

    @property
    def total(self) -> int:
        """Pixels of ink."""
        return int(self.there.sum())

    @property
    def lost(self) -> int:
        """Pixels of ink that are gone."""
        return int(self.gone.sum())


def part(pixels: Pixels, box: Box, around: int = 0) -> Pixels:
    """The pixels of a box, with some around it as far as the picture reaches."""
    rows = slice(max(0, box.top - around), box.bottom + around)
    return pixels[rows, max(0, box.left - around) : box.right + around]


def background(pixels: NDArray[Any]) -> NDArray[np.float64]:
    """The mean of the pixels that have the most frequent colour, in steps of 16 levels."""
    steps = (pixels.reshape(-1, 3).astype(np.int32) + 8) >> 4
    codes = (steps * (1024, 32, 1)).sum(axis=1)
    colours, counts = np.unique(codes, return_counts=True)
    found: NDArray[np.float64] = pixels.reshape(-1, 3)[codes == colours[counts.argmax()]].mean(axis=0)
    return found


def ink(original: Pixels, output: Pixels, box: Box) -> Ink:
    """The ink of a box in the original, and what of it is gone from the output."""
    before = part(original, box, _AROUND_PX).astype(np.int16)
    after = part(output, box, _AROUND_PX).astype(np.int16)
    contrast = np.abs(before - background(before)).max(axis=2)
    inner = np.zeros(contrast.shape, bool)
    top, left = min(box.top, _AROUND_PX), min(box.left, _AROUND_PX)
    inner[top : top + box.bottom - box.top, left : left + box.right - box.left] = True
    strongest = np.percentile(contrast[inner], 98) if inner.any() else 0
    there = inner & (contrast > max(16, 0.4 * strongest))
    paper = inner & (contrast <= max(10, 0.15 * strongest))
    change = np.abs(before - after).max(axis=2)
    light = (after - before) @ _LIGHT
    changed = (change > CHANGED) & ((np.abs(light) > _LIGHTER) | (change > _SURELY))
    reach = max(3, round(0.3 * (box.bottom - box.top)))
    near = mean(paper, reach)
    painted = mean(paper & (change > CHANGED), reach) >= 0.6 * near
    shaded = np.abs(mean(paper * light, reach)) > 18 * near
    return Ink(there, there & (changed | ((near > 0.02) & (painted | shaded))))


def unreadable(original: Pixels, output: Pixels, box: Box) -> bool:
    """True when what was done to a box leaves nothing to read; False when nothing was done.

    Looks only where something changed: the other rule judges the rest, and margins that stay bare are no leak.
    """
    before, after = part(original, box), part(output, box)
    touched = np.abs(before.astype(np.int16) - after).max(axis=2) > 10
    touched |= mean(touched, 2) > 0.5
    if not touched.any():
        return False
    light, left = before.astype(np.float32) @ _LIGHT, after.astype(np.float32) @ _LIGHT
    if left[touched].std() < _FLAT_LEVELS:
        return True
    if abs(likeness(light, left, touched)) >= _ALIKE:
        return False
    wide = part(original, box, _SMEARED_PX).astype(np.float32) @ _LIGHT
    top, left_px = min(box.top, _SMEARED_PX), min(box.left, _SMEARED_PX)
    for reach in _BLURS_PX:
        blurred: Plane = wide
        for _ in range(3):
            blurred = mean(blurred, reach)
        same_place = blurred[top : top + light.shape[0], left_px : left_px + light.shape[1]]
        if abs(likeness(same_place, left, touched)) >= _ALIKE_SMOOTH:
            return False
    weight = np.maximum(1e-3, mean(mean(touched, 2), 2))
    softened = [mean(mean(plane * touched, 2), 2) / weight for plane in (light, left)]
    return abs(likeness(softened[0], softened[1], touched)) < _ALIKE_SMOOTH


def mean(values: NDArray[Any], reach: int) -> Plane:
    """The mean over a square of `2 * reach + 1` pixels, less at the edges."""
    height, width = values.shape
    sums = np.zeros((height + 1, width + 1))
    sums[1:, 1:] = np.asarray(values, np.float64).cumsum(axis=0).cumsum(axis=1)
    top, bottom = _window(height, reach)
    left, right = _window(width, reach)
    inside = sums[bottom][:, right] - sums[top][:, right] - sums[bottom][:, left] + sums[top][:, left]
    found: Plane = inside / ((bottom - top)[:, None] * (right - left)[None, :])
    return found


def likeness(a: Plane, b: Plane, where: Mask) -> float:
    """Correlation inside a mask, -1..1, without the mean of each row: that there are lines is no likeness."""
    count = np.maximum(1, where.sum(axis=1, keepdims=True))
    bare_a, bare_b = ((plane - (plane * where).sum(axis=1, keepdims=True) / count) * where for plane in (a, b))
    norm = np.sqrt((bare_a * bare_a).sum() * (bare_b * bare_b).sum())
    return float((bare_a * bare_b).sum() / norm) if norm > 1e-6 else 0.0


def _window(size: int, reach: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    at = np.arange(size)
    return np.maximum(at - reach, 0), np.minimum(at + reach + 1, size)
