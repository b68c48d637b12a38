"""Masks begin and end where it is quiet, not in a voiced sound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from redactor.regions import TimeRange
from redactor.render.levels import STEP_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

REACH_MS = 120
"""How far outward an edge may move to find a quiet place."""
_LONGER = 0.1
"""What 100 ms more cost, as a share of the loudest sound: of two quiet places the nearer one, and a bucket more only
where a range would otherwise begin or end in the middle of a loud sound."""


def quiet_edges(
    ranges: Iterable[TimeRange], levels: NDArray[np.float32], round_ms: int, extent: Sequence[TimeRange]
) -> tuple[TimeRange, ...]:
    """`ranges`, each grown by at most `REACH_MS` and a bucket, so that both of its edges lie where it is quiet.

    Args:
        ranges: what must be masked.
        levels: the loudness of each channel, see `Levels`.
        round_ms: lengths stay multiples of this, where the recording has room.
        extent: the whole recording, one range per channel.
    """
    bounds = {whole.channel: whole for whole in extent}
    return tuple(_fitted(item, levels[:, item.channel], round_ms, bounds[item.channel]) for item in ranges)


def _fitted(item: TimeRange, level: NDArray[np.float32], round_ms: int, whole: TimeRange) -> TimeRange:
    best, least = item, np.inf
    near = level[max(0, item.start_ms // STEP_MS - 10) : item.end_ms // STEP_MS + 10]
    weight = _LONGER / 100 * float(near.max(initial=0.0))
    for start in range(item.start_ms, max(whole.start_ms, item.start_ms - REACH_MS) - 1, -STEP_MS):
        needed = -(-(item.end_ms - start) // round_ms)
        for buckets in (needed, needed + 1):
            end = start + buckets * round_ms
            if end > whole.end_ms or end - item.end_ms > REACH_MS + round_ms:
                continue
            cost = _at(level, start) + _at(level, end) + weight * (end - start - len(item))
            if cost < least:
                best, least = TimeRange(item.channel, start, end), cost
    return best


def _at(level: NDArray[np.float32], ms: int) -> float:
    """The level around an edge: of the steps before and after it."""
    at = ms // STEP_MS
    return float(level[max(0, at - 1) : at + 1].mean()) if at - 1 < len(level) else 0.0
