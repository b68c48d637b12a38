"""Does a stretch of sound still hold the original? Measured by correlation, however it was masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Samples

WINDOW = 1600
"""Samples at 16 kHz (0.1 s) that are compared at a time: shorter ones resemble each other by chance."""
REACH = 48
"""Samples (3 ms) by which codecs may move the sound."""
_SIZE = 2048
_FRAME = 320


class _Limits(NamedTuple):
    alike: float
    """Correlation, 0..1, from which a window counts. What is really left measures 0.9 and more."""
    share: float
    """Amplitude of the remainder, as a share of the source."""
    quiet: float
    """Root mean square of the source below which there is nothing to hear."""


_LOSSLESS = _Limits(alike=0.25, share=0.03, quiet=3e-4)
_LOSSY = _Limits(alike=0.5, share=0.1, quiet=1e-3)


def remains(
    source: Samples, draft: Samples, windows: Sequence[tuple[int, int]], *, tone_hz: float | None, lossy: bool
) -> NDArray[np.bool_]:
    """For each window: is the source still in the draft?

    Args:
        source: mono, 16 kHz.
        draft: the same length, aligned to within `REACH`.
        windows: `(start, end)` sample indices, each at most `WINDOW` long.
        tone_hz: the mask tone, which is taken out of the draft first; None when there is none.
        lossy: a codec stands between the two, which bends the mask, so that it resembles more by chance.

    Returns:
        Shape (len(windows),). True where the source can be heard and the draft correlates with it at any lag within
        `REACH`.
    """
    limits = _LOSSY if lossy else _LOSSLESS
    if not windows:
        return np.zeros(0, np.bool_)
    count = np.array([end - start for start, end in windows])
    mine, other = np.zeros((len(windows), _SIZE)), np.zeros((len(windows), _SIZE))
    for row, (start, end) in enumerate(windows):
        part = source[start:end]
        mine[row, : end - start] = part - part.mean()
        # The tone is taken out of sound only: beside the edge of a stretch, zeros would leave half of it behind.
        low, high = max(0, start - REACH), min(len(draft), end + REACH)
        wide = draft[low:high].astype(np.float64)
        # A constant offset would drown what is left in its energy.
        wide -= wide.mean()
        at = low - (start - REACH)
        other[row, at : at + len(wide)] = wide if tone_hz is None else _without(wide, tone_hz)
    spectrum = np.fft.rfft(other) * np.conj(np.fft.rfft(mine))
    dots = np.abs(np.fft.irfft(spectrum, _SIZE)[:, : 2 * REACH + 1])
    running = np.pad(np.cumsum(np.square(other), axis=1), ((0, 0), (1, 0)))
    lags = np.arange(2 * REACH + 1)
    rows = np.arange(len(windows))[:, None]
    energy = running[rows, np.minimum(lags + count[:, None], _SIZE)] - running[rows, lags]
    own = np.square(mine).sum(axis=1)
    alike = dots / np.sqrt(np.maximum(energy * own[:, None], 1e-20))
    share = dots / np.maximum(own[:, None], 1e-20)
    audible = np.sqrt(own / count) > limits.quiet
    found: NDArray[np.bool_] = ((alike >= limits.alike) & (share >= limits.share)).any(axis=1) & audible
    return found


def _without(sound: NDArray[np.float64], hertz: float) -> NDArray[np.float64]:
    angle = 2 * np.pi * hertz / 16_000 * np.arange(len(sound))
    basis = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    weights, *_ = np.linalg.lstsq(basis, sound, rcond=None)
    rest: NDArray[np.float64] = sound - basis @ weights
    return rest


def likeness(source: Samples, draft: Samples, kept: NDArray[np.bool_], *, lossy: bool = False) -> float | None:
    """Correlation (-1..1) of two aligned signals over the samples of `kept` in which the source sounds.

    None when that is less than 0.3 s. Of a lossy copy only what is loud counts: codecs do not keep a noise as it was.
    """
    frames = len(source) // _FRAME
    power = source[: frames * _FRAME].astype(np.float64).reshape(frames, _FRAME).var(axis=1)
    floor = max(5e-3, 0.1 * float(np.sqrt(np.percentile(power, 95)))) if lossy and frames else 1e-3
    loud = np.zeros(len(source), np.bool_)
    loud[: frames * _FRAME] = np.repeat(np.sqrt(power) >= floor, _FRAME)
    loud &= kept
    if loud.sum() < 15 * _FRAME:
        return None
    mine, other = source[loud].astype(np.float64), draft[loud].astype(np.float64)
    # Two constant offsets are not alike sounds.
    mine, other = mine - mine.mean(), other - other.mean()
    return float(mine @ other) / float(np.sqrt((mine @ mine) * max(float(other @ other), 1e-20)))


def delay(source: Samples, draft: Samples, kept: NDArray[np.bool_], reach: int) -> int:
    """Samples by which `draft` is later than `source` (at most `reach` either way), judged on `kept`; 0 if unsure."""
    mine = np.where(kept, source - source[kept].mean(), 0.0) if kept.any() else np.zeros(len(source))
    if np.sqrt(np.square(mine).mean()) < 1e-4:
        return 0
    size = 1 << (len(mine) + reach).bit_length()
    cross = np.fft.irfft(np.fft.rfft(draft, size) * np.conj(np.fft.rfft(mine, size)), size)
    lags = np.r_[0 : reach + 1, -reach:0]
    return int(lags[np.argmax(cross[lags])])
