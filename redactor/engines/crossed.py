"""Lines that Tesseract ran together: where the rows of two columns are half a line apart, it may take two lines of one
column for a single high one and read nonsense. Such places are cut out and read once more by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from redactor.protocols import SeenWord
from redactor.regions import Box, merge_boxes

if TYPE_CHECKING:
    from redactor.protocols import Pixels

_SURE = 0.8
"""Confidence of words that tell how high a line is."""
_UNSURE = 0.6
"""Below this, a word is not sure enough to be let alone."""
_HIGH = 1.7
"""So many times higher than a usual word is one that was read across two lines."""
_LARGE = 4.0
"""What is higher than this is a picture."""
_PLACES = 8
"""Places of a picture that are read again, at most."""


def uncrossed(
    words: Sequence[SeenWord], pixels: Pixels, read: Callable[[Pixels], Sequence[SeenWord]]
) -> Sequence[SeenWord]:
    """`words`, with what `read` finds in the places where lines were run together, if that is surer."""
    height = median([_height(word) for word in words if word.confidence >= _SURE] or [0])
    kept = list(words)
    for place in _places(words, height, pixels)[:_PLACES]:
        inside = [word for word in kept if _centre_in(word.box, place)]
        line = 1 + max((word.line for word in kept), default=-1)
        again = [
            replace(word, box=_moved(word.box, place), line=line + word.line)
            for word in read(pixels[place.top : place.bottom, place.left : place.right])
        ]
        if _weight(again) > _weight(inside):
            kept = [word for word in kept if word not in inside] + again
    return kept


def _places(words: Sequence[SeenWord], height: float, pixels: Pixels) -> list[Box]:
    """Around groups of high unsure words: as wide as all that stands close to them, in whole lines."""
    high = [w.box for w in words if w.confidence < _UNSURE and _HIGH * height < _height(w) < _LARGE * height]
    near, found = round(2 * height), []
    for group in merge_boxes(high, gap_px=near) if height else ():
        beside = [word.box for word in words if word.box.overlaps(group.padded(near, *_size(pixels)))]
        tops = [box for box in beside if box.top >= group.top - height and box.bottom <= group.bottom + height]
        whole = Box(
            0,
            min(box.top for box in (group, *tops)),
            min(box.left for box in (group, *tops)),
            max(box.bottom for box in (group, *tops)),
            max(box.right for box in (group, *tops)),
        )
        found.append(whole.padded(round(height / 2), *_size(pixels)))
    return list(merge_boxes(found))


def _size(pixels: Pixels) -> tuple[int, int]:
    return pixels.shape[1], pixels.shape[0]


def _height(word: SeenWord) -> int:
    return word.box.bottom - word.box.top


def _centre_in(box: Box, place: Box) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return place.left <= x < place.right and place.top <= y < place.bottom


def _moved(box: Box, place: Box) -> Box:
    return Box(0, box.top + place.top, box.left + place.left, box.bottom + place.top, box.right + place.left)


def _weight(words: Sequence[SeenWord]) -> float:
    """As of two readings of one place: confidence counts most, and how many letters were read."""
    return sum(word.confidence**3 * len(word.text) for word in words)
