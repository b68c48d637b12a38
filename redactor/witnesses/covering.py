"""Do covers cover? Judged by what an output shows alone: each must be one flat colour to its last pixel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from redactor.errors import WithheldError
from redactor.regions import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels

REASON = "COVER_DOES_NOT_COVER"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a cover may be from its colour, in levels of 0..255: none at all where nothing was lost."""

    mean: float = 0.0
    """On average, away from its edge."""
    peak: int = 0
    """At one pixel, away from its edge."""
    edge_mean: float = 0.0
    """On average with its edge."""
    edge_peak: int = 0
    """At one pixel of its edge."""
    edge_px: int = 0
    """So far the colours around a cover may run into it."""


EXACT = Tolerance()
JPEG = Tolerance(4.0, 48, 4.0, 48)
"""Quality 95; the most that was seen on screens is 17 at one pixel."""
VIDEO = Tolerance(5.0, 64, 20.0, 128, 2)
"""Blocks of coded video run over the edge of a cover; inside of it they are flat."""


def require_flat(
    pixels: Pixels,
    opaque: NDArray[np.bool_] | None,
    box: tuple[int, int, int, int],
    expected: Pixels,
    tolerance: Tolerance,
) -> None:
    """Raise `WithheldError` (`COVER_DOES_NOT_COVER`) unless `box` shows what a cover shows.

    Args:
        pixels: the page or frame, RGB, shape (height, width, 3).
        opaque: where nothing shines through, shape (height, width); None: everywhere.
        box: top, left, bottom and right in pixels, half-open.
        expected: the colour, or the lettered cover, that broadcasts to the box.
        tolerance: what coding may have changed.
    """
    top, left, bottom, right = box
    if bottom > pixels.shape[0] or right > pixels.shape[1]:
        raise WithheldError("a cover lies outside of the picture", reason=REASON)
    if opaque is not None and not opaque[top:bottom, left:right].all():
        raise WithheldError("a cover lets shine through what is below it", reason=REASON)
    part = pixels[top:bottom, left:right]
    change = np.maximum(part, expected) - np.minimum(part, expected)
    edge = tolerance.edge_px
    inner = change[edge:-edge, edge:-edge] if edge else change
    flat = not inner.size or (inner.mean() <= tolerance.mean and inner.max() <= tolerance.peak)
    if not flat or change.mean() > tolerance.edge_mean or change.max() > tolerance.edge_peak:
        raise WithheldError("a cover is not one flat colour from edge to edge", reason=REASON)


def require_under(values: Iterable[Box], covers: Sequence[Box]) -> None:
    """Raise `WithheldError` (`COVER_DOES_NOT_COVER`) unless covers hold all of each of `values` (of one page)."""
    for value in values:
        over = [cover for cover in covers if cover.overlaps(value)]
        if any(_holds(cover, value) for cover in over):
            continue
        bare = np.ones((value.bottom - value.top, value.right - value.left), bool)
        for cover in over:
            top, left = max(cover.top - value.top, 0), max(cover.left - value.left, 0)
            bare[top : cover.bottom - value.top, left : cover.right - value.left] = False
        if bare.any():
            raise WithheldError("a value that was removed sticks out of its cover", reason=REASON)


def _holds(cover: Box, value: Box) -> bool:
    return (
        cover.top <= value.top
        and cover.left <= value.left
        and value.bottom <= cover.bottom
        and value.right <= cover.right
    )
