"""How loud a recording is, and how much of a channel's sound the others carry, measured in one decoding of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations_with_replacement
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from redactor.engines import ffmpeg
from redactor.engines.ffmpeg import AudioInfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_MS = 10
"""Time between two levels."""
TENTH_MS = 100
"""Time between two products of channels."""
TENTH = ffmpeg.SPEECH_RATE_HZ * TENTH_MS // 1000
"""Samples that a product sums."""
_STEP = ffmpeg.SPEECH_RATE_HZ * STEP_MS // 1000


@dataclass(frozen=True, slots=True)
class Levels:
    """A recording at 16 kHz, full scale 1."""

    loudness: NDArray[np.float32] = field(repr=False)
    """Root mean square of each channel every `STEP_MS`, shape (steps, channels)."""
    _products: Mapping[tuple[int, int], NDArray[np.float32]] = field(repr=False)

    def product(self, one: int, other: int) -> NDArray[np.float32]:
        """Sum of the products of two channels' samples (of a channel with itself: its energy) every `TENTH_MS`."""
        return self._products[min(one, other), max(one, other)]


def levels(path: Path, info: AudioInfo) -> Levels:
    """The levels of a recording, remembered: renderer, check and second reading ask, and each decoding takes time."""
    status = path.stat()
    return _levels(path, info, (status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(maxsize=8)
def _levels(path: Path, info: AudioInfo, _identity: tuple[int, ...]) -> Levels:
    loudness: list[NDArray[np.float32]] = []
    products: defaultdict[tuple[int, int], list[NDArray[np.float32]]] = defaultdict(list)
    with closing(ffmpeg.decode(path, info, rate_hz=ffmpeg.SPEECH_RATE_HZ)) as blocks:
        for block in blocks:
            steps = np.pad(block, ((0, -len(block) % _STEP), (0, 0))).reshape(-1, _STEP, info.channels)
            loudness.append(np.sqrt(np.square(steps).mean(axis=1)).astype(np.float32))
            if info.channels > 1:
                tenths = np.pad(block, ((0, -len(block) % TENTH), (0, 0))).reshape(-1, TENTH, info.channels)
                for one, other in combinations_with_replacement(range(info.channels), 2):
                    summed = np.einsum("ij,ij->i", tenths[:, :, one], tenths[:, :, other], dtype=np.float64)
                    products[one, other].append(summed.astype(np.float32))
    return Levels(np.concatenate(loudness), {pair: np.concatenate(parts) for pair, parts in products.items()})
