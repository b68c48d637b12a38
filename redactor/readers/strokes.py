"""Ink: what stands out from the ground around it, as connected pieces with the measures that tell hands from fonts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from redactor.engines.ink import Mask, pieces
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Grey

_BLOCK_PX = 32
"""The ground of a block is its median."""
_STANDS_OUT = 40
"""Levels between ink and ground; grey pens and blurred scans have 60."""
_PLAIN = 16
"""Levels by which plain ground, and the noise that JPEG adds to it, may differ from the median."""
_RULE_PX = 150
"""Level or plumb runs of ink of this length are drawn with a ruler."""
_LEAST_PX = (40, 14)
"""Width and height of a stroke that is looked at."""
_SECTORS = 12


@dataclass(frozen=True, slots=True)
class Stroke:
    """A connected piece of ink."""

    box: Box
    fill: float
    """Share of the box that is ink."""
    pen_px: float
    """Mean width of the line."""
    upright: float
    """Share of its edges that run level or plumb (within 7.5 degrees): near one in rules, boxes and most letters."""
    spread: float
    """How evenly its edges run in all directions, 0..1 (entropy)."""
    crossings: float
    """How often a column of pixels crosses the line, on average."""
    doubled: float
    """Share of columns that the line crosses at least twice: low in graphs of one curve."""
    modal: float
    """Share of columns that are crossed just as often as most are: high in graphs, where each curve is crossed once."""
    calm: float
    """Share of the box that is plain ground: low in photos."""
    steep: float
    """Share of edges of which the line climbs by more than 52.5 degrees."""
    turns: float
    """Length of the line over the width of its box."""


def strokes(grey: Grey) -> Iterator[Stroke]:
    """Every piece of ink of some size."""
    contrast = _contrast(grey)
    ink = _ink(contrast > _STANDS_OUT)
    found = pieces(ink)
    wide, high = found.right - found.left, found.bottom - found.top
    large = (wide >= _LEAST_PX[0]) & (high >= _LEAST_PX[1]) & (found.area < 0.55 * wide * high)
    for i in np.nonzero(large)[0]:
        box = Box(0, int(found.top[i]), int(found.left[i]), int(found.bottom[i]), int(found.right[i]))
        part = contrast[box.top : box.bottom, box.left : box.right]
        yield _measured(box, found.mask(int(i)), float((part < _PLAIN).mean()))


def _ink(ink: Mask) -> Mask:
    # A signature stands on a line or crosses a frame: long level and plumb lines are taken out, what they cut is kept.
    rules = _long_runs(ink, _RULE_PX) | _long_runs(ink.T, _RULE_PX).T
    rest = ink & ~rules
    wide = np.pad(rest, 2)
    above, below = wide[:-4, 2:-2] | wide[1:-3, 2:-2], wide[3:-1, 2:-2] | wide[4:, 2:-2]
    return np.asarray(rest | (rules & above & below))


def _long_runs(mask: Mask, least: int) -> Mask:
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    long = ends - starts >= least
    change = np.zeros((mask.shape[0], mask.shape[1] + 1), np.int8)
    change[rows[long], starts[long]] = 1
    change[rows[long], ends[long]] = -1
    return np.asarray(np.cumsum(change, axis=1, dtype=np.int8)[:, :-1] > 0)


def _contrast(grey: Grey) -> npt.NDArray[np.int16]:
    """Levels by which each pixel differs from the ground of its block."""
    rows, columns = grey.shape
    high, wide = -(-rows // _BLOCK_PX) * _BLOCK_PX, -(-columns // _BLOCK_PX) * _BLOCK_PX
    padded = np.pad(grey, ((0, high - rows), (0, wide - columns)), mode="edge")
    blocks = padded.reshape(high // _BLOCK_PX, _BLOCK_PX, wide // _BLOCK_PX, _BLOCK_PX)
    ground = np.rint(np.median(blocks[:, ::2, :, ::2], axis=(1, 3))).astype(np.int16)[:, None, :, None]
    return np.asarray(np.abs(blocks.astype(np.int16) - ground).reshape(high, wide)[:rows, :columns])


def _measured(box: Box, mask: Mask, calm: float) -> Stroke:
    high, wide = mask.shape
    padded = np.pad(mask, 2).astype(np.float32)
    # Edges of a mask run in steps; a little blur gives them their directions back.
    soft = _blurred(_blurred(padded))
    down, across = np.gradient(soft)
    strength = np.hypot(down, across)
    angles = np.arctan2(down, across) % np.pi
    weights = np.where(strength > 0.05, strength, 0)
    sector = np.rint(angles / (np.pi / _SECTORS)).astype(int) % _SECTORS
    sums = np.bincount(sector.ravel(), weights.ravel(), minlength=_SECTORS)
    shares = sums / max(float(sums.sum()), 1e-9)
    entropy = -float((shares * np.log(np.maximum(shares, 1e-12))).sum()) / float(np.log(_SECTORS))
    area = int(mask.sum())
    edge = int((padded[1:] != padded[:-1]).sum() + (padded[:, 1:] != padded[:, :-1]).sum())
    # The outline of a thin line is twice its length; in steps it is 4 / pi times longer.
    length = edge * np.pi / 8
    begins = np.diff(np.pad(mask, ((1, 0), (0, 0))).astype(np.int8), axis=0) == 1
    upright = float(shares[0] + shares[_SECTORS // 2])
    crossings = begins.sum(axis=0)
    return Stroke(
        box,
        fill=area / (high * wide),
        pen_px=area / max(length, 1.0),
        upright=upright,
        spread=entropy,
        crossings=float(crossings.mean()),
        modal=float(np.bincount(crossings).max() / wide),
        calm=calm,
        doubled=float((crossings >= 2).mean()),
        steep=float(shares[:3].sum() + shares[-2:].sum()),
        turns=length / wide,
    )


def _blurred(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    wide = np.pad(values, 1, mode="edge")
    down = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    return np.asarray((down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:]) / 16, np.float32)
