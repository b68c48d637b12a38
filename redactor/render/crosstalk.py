"""Where one channel carries the sound of another: there a mask on one channel alone would leave the datum in the other.

Recordings with two equal channels are common, and stereo codecs at low bit rates mix the channels: Opus at 16 kbit/s
keeps one signal for both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from redactor.engines import ffmpeg
from redactor.engines.ffmpeg import AudioInfo
from redactor.regions import TimeRange

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.engines.ffmpeg import Block

_STEP_MS = 100
_STEP = ffmpeg.SPEECH_RATE_HZ * _STEP_MS // 1000
_ALIKE = 0.7
"""Two tenths of a second in a row with this correlation: the same sound (two voices at once stay far below)."""
_ALIKE_OVERALL = 0.3
_QUIET = 1e-4
"""Root mean square below which a channel carries nothing that could be heard."""


def crosstalk(path: Path, info: AudioInfo, ranges: Sequence[TimeRange]) -> tuple[TimeRange, ...]:
    """For each of `ranges` the same time on every other channel that carries its sound."""
    if info.channels == 1 or not ranges:
        return ()
    status = path.stat()
    return _crosstalk(path, info, tuple(ranges), (status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(maxsize=8)
def _crosstalk(
    path: Path, info: AudioInfo, ranges: tuple[TimeRange, ...], _identity: tuple[int, ...]
) -> tuple[TimeRange, ...]:
    # The same question comes from the renderer, its check and the second reading; each answer decodes the recording.
    # Rows of (x*y, x*x, y*y), summed over a tenth of a second each.
    sums: defaultdict[tuple[TimeRange, int], list[NDArray[np.float64]]] = defaultdict(list)
    first = 0
    with closing(ffmpeg.decode(path, info, rate_hz=ffmpeg.SPEECH_RATE_HZ)) as blocks:
        for block in blocks:
            frames = np.pad(block, ((0, -len(block) % _STEP), (0, 0))).reshape(-1, _STEP, info.channels)
            for item in ranges:
                lo = max(0, item.start_ms // _STEP_MS - first)
                hi = min(len(frames), -(-item.end_ms // _STEP_MS) - first)
                if lo < hi:
                    for other in set(range(info.channels)) - {item.channel}:
                        sums[item, other].append(_products(frames[lo:hi, :, item.channel], frames[lo:hi, :, other]))
            first += len(frames)
    return tuple(
        TimeRange(other, item.start_ms, item.end_ms)
        for (item, other), rows in sorted(sums.items())
        if _same(np.concatenate(rows))
    )


def _products(x: Block, y: Block) -> NDArray[np.float64]:
    pairs = ((x, y), (x, x), (y, y))
    return np.stack([np.einsum("ij,ij->i", a, b, dtype=np.float64) for a, b in pairs], axis=1)


def _same(rows: NDArray[np.float64]) -> bool:
    total = rows.sum(axis=0)
    floor = len(rows) * _STEP * _QUIET**2
    if min(total[1], total[2]) < floor:
        return False
    if abs(total[0]) >= _ALIKE_OVERALL * np.sqrt(total[1] * total[2]):
        return True
    alike = np.abs(rows[:, 0]) >= _ALIKE * np.sqrt(np.maximum(rows[:, 1] * rows[:, 2], (_STEP * _QUIET**2) ** 2))
    return bool((alike[1:] & alike[:-1]).any())
