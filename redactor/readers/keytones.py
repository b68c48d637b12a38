"""Key tones (DTMF) in a recording: callers type PINs and card numbers, and anybody can read the tones back.

Two sine tones at once, one of each group (ITU-T Q.23); what counts as a key press follows ITU-T Q.24: 40 ms or
longer, the two tones not too unlike in level, nothing else as loud. The keys themselves are never written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Samples

_RATE_HZ = 16_000
_LOW_HZ = (697, 770, 852, 941)
_HIGH_HZ = (1209, 1336, 1477, 1633)
_PITCHES = (0.988, 1.0, 1.012)
"""Keypads are off by up to 1.5 %."""
_FRAME, _HOP = 512, 128
"""Samples: 32 ms, long enough to tell 697 from 770 Hz, every 8 ms."""
_PURE = 0.7
"""Share of a frame's energy in its two tones; speech has harmonics beside them."""
_TWIST = 10 ** (-12 / 10)
"""The weaker tone has at least this share of the power of the stronger one (12 dB; Q.24 asks for 4 to 10)."""
_ALONE = 10 ** (-6 / 10)
"""Power of the next tone of a group, at most, as a share of the strongest."""
_LEVEL = 0.003
"""Root mean square below which nothing is heard, full scale 1."""
_FRAMES = 3
"""So many frames in a row with the same key: 48 ms of sound, of which the tone fills 40."""
BETWEEN_MS = 1500
"""Presses closer than this are one range, so that it cannot be counted how many there were."""
_BLOCK = 4096
"""Frames that are looked at together."""


def key_tones(samples: Samples) -> Iterator[tuple[int, int]]:
    """Disjoint `(start_ms, end_ms)` ranges of key presses in `samples` (mono, 16 kHz), in order."""
    found: list[tuple[int, int]] = []
    run, key = 0, -1
    for at, now in enumerate(_keys(samples)):
        run, key = (run + 1 if now == key else 1), now
        if key < 0 or run < _FRAMES:
            continue
        first, last = at - run + 1, at
        start, end = first * _HOP * 1000 // _RATE_HZ, -(-(last * _HOP + _FRAME) * 1000 // _RATE_HZ)
        if found and start - found[-1][1] < BETWEEN_MS:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    yield from found


def _keys(samples: Samples) -> Iterator[int]:
    """The key (0 to 15) of each frame, -1 for none."""
    window = np.hanning(_FRAME).astype(np.float32)
    hertz = np.outer(_PITCHES, np.array(_LOW_HZ + _HIGH_HZ)).ravel()
    angle = 2j * np.pi / _RATE_HZ * np.outer(np.arange(_FRAME), hertz)
    basis = (np.exp(-angle) * window[:, None]).astype(np.complex64)
    # The share of a frame's energy that a sine of this power has: 2 |X|^2 / (sum w)^2 over energy / sum w^2.
    scale = 2 * float(np.square(window).sum()) / float(window.sum()) ** 2
    count = max(0, 1 + (len(samples) - _FRAME) // _HOP)
    for first in range(0, count, _BLOCK):
        last = min(count, first + _BLOCK)
        part = samples[first * _HOP : (last - 1) * _HOP + _FRAME]
        frames = np.lib.stride_tricks.sliding_window_view(part, _FRAME)[::_HOP]
        yield from _judged(frames, basis, np.square(frames * window).sum(axis=1), scale)


def _judged(
    frames: NDArray[np.float32], basis: NDArray[np.complex64], energy: NDArray[np.float32], scale: float
) -> list[int]:
    share = np.square(np.abs(frames @ basis)) * scale / np.maximum(energy, 1e-12)[:, None]
    share = share.reshape(len(frames), len(_PITCHES), -1).max(axis=1)
    low, high = share[:, :4], share[:, 4:]
    one, other = np.sort(low, axis=1), np.sort(high, axis=1)
    strong = np.stack([one[:, -1], other[:, -1]], axis=1)
    pressed = (
        (strong.sum(axis=1) >= _PURE)
        & (strong.min(axis=1) >= _TWIST * strong.max(axis=1))
        & (one[:, -2] <= _ALONE * one[:, -1])
        & (other[:, -2] <= _ALONE * other[:, -1])
        & (np.square(frames).mean(axis=1) >= _LEVEL**2)
    )
    keys: list[int] = np.where(pressed, low.argmax(axis=1) * 4 + high.argmax(axis=1), -1).tolist()
    return keys
