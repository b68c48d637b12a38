"""Where one channel carries the sound of another: there a mask on one channel alone would leave the datum in the other.

Recordings with two equal channels are common, and stereo codecs at low bit rates mix the channels: Opus at 16 kbit/s
keeps one signal for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from redactor.regions import TimeRange
from redactor.render.levels import TENTH, TENTH_MS, Levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ALIKE = 0.7
"""Two tenths of a second in a row with this correlation: the same sound (two voices at once stay far below)."""
_ALIKE_OVERALL = 0.3
_PIECE_MS = 2000
"""A long range is judged in pieces of about this length."""
_QUIET = 1e-4
"""Root mean square below which a channel carries nothing that could be heard."""


def crosstalk(measured: Levels, ranges: Sequence[TimeRange]) -> tuple[TimeRange, ...]:
    """For each of `ranges` the same time on every other channel that carries its sound.

    Of a range of more than twice `_PIECE_MS` the pieces that do, and those beside them: during a long answer the other
    side says things of its own.
    """
    channels = range(measured.loudness.shape[1])
    return tuple(
        TimeRange(other, item.start_ms + first, item.start_ms + last)
        for item in sorted(set(ranges))
        for other in channels
        if other != item.channel
        for first, last in _carried(measured, item, other)
    )


def _carried(measured: Levels, item: TimeRange, other: int) -> Iterator[tuple[int, int]]:
    """`(start, end)` in ms from the beginning of `item`, disjoint."""
    length = item.end_ms - item.start_ms
    count = max(1, length // _PIECE_MS) if length > 2 * _PIECE_MS else 1
    edges = [length * i // count for i in range(count + 1)]
    same = [
        _same(_rows(measured, TimeRange(item.channel, item.start_ms + a, item.start_ms + b), other))
        for a, b in pairwise(edges)
    ]
    near = [any(same[max(0, i - 1) : i + 2]) for i in range(count)]
    for carried, group in groupby(range(count), key=near.__getitem__):
        run = list(group)
        if carried:
            yield edges[run[0]], edges[run[-1] + 1]


def _rows(measured: Levels, item: TimeRange, other: int) -> NDArray[np.float64]:
    """`(x*y, x*x, y*y)` of each tenth of a second that the range touches."""
    pairs = ((item.channel, other), (item.channel, item.channel), (other, other))
    within = slice(item.start_ms // TENTH_MS, -(-item.end_ms // TENTH_MS))
    return np.stack([measured.product(*pair)[within] for pair in pairs], axis=1).astype(np.float64)


def _same(rows: NDArray[np.float64]) -> bool:
    total = rows.sum(axis=0)
    floor = len(rows) * TENTH * _QUIET**2
    if min(total[1], total[2]) <= floor:
        return False
    if abs(total[0]) >= _ALIKE_OVERALL * np.sqrt(total[1] * total[2]):
        return True
    alike = np.abs(rows[:, 0]) >= _ALIKE * np.sqrt(np.maximum(rows[:, 1] * rows[:, 2], (TENTH * _QUIET**2) ** 2))
    return bool((alike[1:] & alike[:-1]).any())
