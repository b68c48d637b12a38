"""Where one channel carries the sound of another: there a mask on one channel alone would leave the datum in the other.

Recordings with two equal channels are common, and stereo codecs at low bit rates mix the channels: Opus at 16 kbit/s
keeps one signal for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from redactor.regions import TimeRange
from redactor.render.levels import TENTH, TENTH_MS, Levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ALIKE = 0.7
"""Two tenths of a second in a row with this correlation: the same sound (two voices at once stay far below)."""
_ALIKE_OVERALL = 0.3
_QUIET = 1e-4
"""Root mean square below which a channel carries nothing that could be heard."""


def crosstalk(measured: Levels, ranges: Sequence[TimeRange]) -> tuple[TimeRange, ...]:
    """For each of `ranges` the same time on every other channel that carries its sound."""
    channels = range(measured.loudness.shape[1])
    return tuple(
        TimeRange(other, item.start_ms, item.end_ms)
        for item in sorted(set(ranges))
        for other in channels
        if other != item.channel and _same(_rows(measured, item, other))
    )


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
