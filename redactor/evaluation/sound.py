"""Which 20 ms frames of a recording can still be recognised in what came out of it.

Both are taken at 16 kHz. What came out is first moved by the delay of its codec (the lag of the highest correlation, at
most 100 ms). A frame counts when it sounds: when its level is above a twentieth of the loud ones (the 95th percentile),
and above 0.001. It is kept when it correlates above 0.7 with the output at some lag of at most 3 ms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Wave = NDArray[np.float32]
    Frames = NDArray[np.bool_]

RATE_HZ = 16_000
FRAME = 320
"""Samples, 20 ms."""
FRAME_MS = 1000 * FRAME // RATE_HZ
_DELAY = RATE_HZ // 10
_COMPARED = 60 * RATE_HZ
"""So many samples are enough to find the delay."""
_JITTER = 48
"""Samples, 3 ms."""
_ALIKE, _QUIET, _LOUD_SHARE = 0.7, 1e-3, 0.05
_AT_ONCE = 2000
"""Frames compared at a time, which bounds memory."""


@dataclass(frozen=True, slots=True)
class Track:
    """One channel, frame by frame."""

    sounds: Frames
    kept: Frames


def moved(original: Wave, output: Wave) -> Wave:
    """The output, shifted to where it fits the original best, and as long as that."""
    span = min(len(original), len(output), _COMPARED)
    size = 1 << (2 * span - 1).bit_length()
    spectrum = np.fft.rfft(original[:span], size) * np.conj(np.fft.rfft(output[:span], size))
    correlation = np.fft.irfft(spectrum, size)
    # The first of equal ones wins, so that silence is not moved.
    lags = np.r_[0:_DELAY, -_DELAY:0]
    lag = int(lags[correlation[lags].argmax()])
    padded = np.pad(output, (lag, 0)) if lag >= 0 else output[-lag:]
    fitted: Wave = np.pad(padded, (0, max(0, len(original) - len(padded))))[: len(original)]
    return fitted


def compare(original: Wave, output: Wave) -> Track:
    """Each whole frame of one channel; both waves are equally long."""
    count = len(original) // FRAME
    frames = original[: count * FRAME].reshape(count, FRAME)
    level = np.sqrt(np.mean(frames**2, axis=1))
    floor = max(_QUIET, float(np.percentile(level, 95)) * _LOUD_SHARE) if count else _QUIET
    sounds = level >= floor
    kept = np.zeros(count, bool)
    heard = np.flatnonzero(sounds)
    for first in range(0, len(heard), _AT_ONCE):
        part = heard[first : first + _AT_ONCE]
        kept[part] = _alike(frames[part], output, part * FRAME)
    return Track(sounds, kept)


def _alike(frames: Wave, output: Wave, starts: NDArray[np.intp]) -> Frames:
    """Whether each frame is found near its place in the output."""
    padded = np.pad(output, _JITTER).astype(np.float64)
    windows = np.lib.stride_tricks.sliding_window_view(padded, FRAME + 2 * _JITTER)[starts]
    centred = (frames - frames.mean(axis=1, keepdims=True)).astype(np.float64)
    shifted = np.lib.stride_tricks.sliding_window_view(windows, FRAME, axis=1)
    dots = np.einsum("fls,fs->fl", shifted, centred, optimize=True)
    energy = np.pad(np.cumsum(windows**2, axis=1), ((0, 0), (1, 0)))
    norms = np.sqrt(np.maximum(energy[:, FRAME:] - energy[:, :-FRAME], 1e-12))
    norms *= np.linalg.norm(centred, axis=1, keepdims=True)
    likeness = np.divide(dots, norms, out=np.zeros_like(dots), where=norms > 0)
    # Lags that reach beyond the ends of the recording do not exist.
    at = starts[:, None] + np.arange(-_JITTER, _JITTER + 1)
    likeness[(at < 0) | (at + FRAME > len(output))] = 0.0
    found: Frames = likeness.max(axis=1) > _ALIKE
    return found
