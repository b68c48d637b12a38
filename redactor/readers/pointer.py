"""Small things that pass over a screen, a pointer above all: what was read once is not read wherever it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redactor.readers.motion import NOISE, Rect, difference

if TYPE_CHECKING:
    from redactor.protocols import Pixels
    from redactor.readers.motion import Mask

_SIDES_PX = (8, 40)
"""Neither side of a pointer is shorter or longer: a caret is like an I or a 1."""
_FEWEST = 16
"""Pixels of ink by which one is known again."""
_STRAY = 16
"""Pixels of ink beside it that a codec may have coded anew."""
_ALIKE = 0.85
"""Share of its ink that must be there."""
_LETTERS = 2
"""What is read of a pointer is no longer than this."""
_UNSURE = 0.8
"""Nor is it read more surely; a name of two letters is."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """The picture of a small thing."""

    patch: Pixels
    ink: Mask

    def stands(self, pixels: Pixels, mask: Mask, place: Rect) -> bool:
        """True when it is what stands in `place`, but for stray pixels of `mask`, all of which is in `place`."""
        high, wide = self.ink.shape
        tops = range(*sorted((place.top, place.bottom - high)))
        lefts = range(*sorted((place.left, place.right - wide)))
        total = int(mask[place.area].sum())
        for top in range(tops.start - 1, tops.stop + 2):
            for left in range(lefts.start - 1, lefts.stop + 2):
                inside = mask[max(top, 0) : top + high, max(left, 0) : left + wide]
                if total - int(inside.sum()) <= _STRAY and self._at(pixels, top, left):
                    return True
        return False

    def _at(self, pixels: Pixels, top: int, left: int) -> bool:
        there = pixels[max(top, 0) : top + len(self.ink), max(left, 0) : left + self.ink.shape[1]]
        if there.shape != self.patch.shape:
            return False
        alike = difference(self.patch, there) <= 2 * NOISE
        return int((alike & self.ink).sum()) >= _ALIKE * int(self.ink.sum())


def lone(mask: Mask) -> Rect | None:
    """The rectangle around all of a mask when that is no larger than a pointer."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    place = Rect(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)
    sides, (least, most) = (place.bottom - place.top, place.right - place.left), _SIDES_PX
    return place if least <= min(sides) and max(sides) <= most and int(mask[place.area].sum()) >= _FEWEST else None


def learnt(pixels: Pixels, mask: Mask, place: Rect) -> Pointer:
    """The thing whose ink in `place` is `mask`."""
    return Pointer(pixels[place.area].copy(), mask[place.area].copy())


def says_nothing(text: str, confidence: float) -> bool:
    """True for what engines make of a pointer: hardly a letter, unsurely, and no digit."""
    return len(text) <= _LETTERS and confidence < _UNSURE and not any(map(str.isdigit, text))
