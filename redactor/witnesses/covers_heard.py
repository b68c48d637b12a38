"""Is a cover of sound a cover? Judged without the original: where it should be, nothing but the mask may be heard.

What a mask sounds like is known: a tone of one pitch, nothing, or noise of one level. Speech is none of these. Frames
of 40 ms are looked at, every 20 ms. Thresholds lie between what files of 45 forms hold under correct masks and what
speech and the quiet between words hold (`benchmarks/witness_sound.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from redactor.errors import WithheldError
from redactor.regions import TimeRange
from redactor.render.masks import Mask, tone_hz

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind: TypeAlias = Literal["tone", "silence", "noise"]
_FRAME_MS = 40
_HOP_MS = 20
_EDGE_MS = 12
"""So much of the ends of a cover the fade of the mask takes up, and the rounding of times."""
_LOSSY_EDGE_MS = 50
"""So far codecs carry the sound beside a mask into it; less than the smallest shift that must be noticed (150 ms)."""
_LONGEST_MS = 30_000
"""Longer covers are judged in parts of this length."""
_IN_A_ROW = 3
"""Frames of a lossy copy that must be odd in a row: codecs bend a single one."""
_LENGTH_SLACK_MS = 80
"""A frame of a codec (72 ms for MP3 at 8 kHz): so much shorter may a lossy copy be."""
# Lossless copies: 16 bits hold the mask to 0.00001, G.711 and 8 bits to 0.0012.
_LEVEL = 0.1
_LEVEL_SLACK = 0.01
_REST = 0.004
_SILENT = 1e-4
# Lossy ones, against what correct masks showed at their worst: AMR's tone sinks to 0.008 and leaves a rest of 0.009,
# Vorbis' rest is 0.24 of its tone for long.
_FAINT = 0.005
_AUDIBLE = 0.012
_REST_SHARE = 0.5
_LASTING_SHARE = 0.35
_LOSSY_SILENT = 2e-3
_EDGE_SILENT = 7e-3
_EDGE_LASTS_MS = 300
"""Codecs that predict ring so long after a loud sound (GSM)."""
_NOISE_LEVELS = (0.006, 0.09)
_NOISE_SPREAD = 2.2
_NOISE_APART = 1.25
_FLAT = 0.2
_FLATNESS_SHARE = 0.25


def check_covers(
    blocks: Iterable[NDArray[np.float32]], rate_hz: int, covers: Sequence[TimeRange], mask: Kind, *, lossy: bool
) -> None:
    """Listen to every cover of an output.

    Args:
        blocks: the whole output in order, shape (n, channels), -1..1.
        rate_hz: of the blocks.
        covers: what the mask must be heard in, ranges of the output.
        mask: what it sounds like.
        lossy: whether the output's codec changes the sound.

    Raises `WithheldError` (`COVER_DOES_NOT_COVER`) when something else than the mask is heard in one, or it does not
    lie in the output.
    """
    waiting = sorted(_parts(covers, lossy=lossy), key=lambda part: part.start_ms)
    held: list[tuple[TimeRange, list[NDArray[np.float32]]]] = []
    first, channels = 0, 0
    for block in blocks:
        channels = block.shape[1]
        end = first + len(block)
        while waiting and waiting[0].start_ms * rate_hz // 1000 < end:
            held.append((waiting.pop(0), []))
        for part, pieces in held:
            if part.channel >= channels:
                raise _withheld(part, "there is no such channel")
            start, stop = _samples(part, rate_hz)
            pieces.append(block[max(0, start - first) : max(0, stop - first), part.channel])
        for part, pieces in [one for one in held if _samples(one[0], rate_hz)[1] <= end]:
            _judge(part, np.concatenate(pieces), rate_hz, mask, covers, lossy=lossy)
        held = [one for one in held if _samples(one[0], rate_hz)[1] > end]
        first = end
    slack = _LENGTH_SLACK_MS if lossy else 2
    ends = [part for part in covers if part.channel >= channels or part.end_ms - slack > first * 1000 / rate_hz]
    if ends:
        raise _withheld(ends[0], "it does not lie in the output")
    for part, pieces in held:
        _judge(part, np.concatenate(pieces), rate_hz, mask, covers, lossy=lossy)


def _parts(covers: Sequence[TimeRange], *, lossy: bool) -> Iterator[TimeRange]:
    """The covers without their edges; of short ones the middle."""
    for cover in covers:
        edge = _LOSSY_EDGE_MS if lossy else _EDGE_MS
        edge = max(0, min(edge, (len(cover) - _FRAME_MS - _HOP_MS) // 2))
        for start in range(cover.start_ms + edge, cover.end_ms - edge, _LONGEST_MS):
            yield TimeRange(cover.channel, start, min(start + _LONGEST_MS, cover.end_ms - edge))


def _samples(part: TimeRange, rate_hz: int) -> tuple[int, int]:
    return part.start_ms * rate_hz // 1000, part.end_ms * rate_hz // 1000


def _judge(
    part: TimeRange, sound: NDArray[np.float32], rate_hz: int, mask: Kind, covers: Sequence[TimeRange], *, lossy: bool
) -> None:
    wide = sound.astype(np.float64)
    if mask == "noise" and not lossy:
        # What the noise was is known to the sample.
        expected = np.zeros((len(wide), part.channel + 1))
        here = [cover for cover in covers if cover.overlaps(part)]
        Mask(here, "noise", rate_hz).apply(expected, _samples(part, rate_hz)[0])
        wide -= expected[:, part.channel]
    frames = _frames(wide, rate_hz)
    if not len(frames):
        return
    if not lossy:
        odd = _odd(frames, rate_hz, mask)
    elif mask == "tone":
        odd = _odd_tone(frames, rate_hz)
    elif mask == "silence":
        odd = _odd_silence(frames)
    else:
        odd = _odd_noise(frames, rate_hz)
    row = _longest_run(odd)
    if row >= min(_IN_A_ROW if lossy else 1, len(frames)):
        raise _withheld(part, "something else than the mask is heard in it")


def _withheld(part: TimeRange, why: str) -> WithheldError:
    where = f"channel {part.channel} at {part.start_ms / 1000:.1f} s"
    return WithheldError(f"a cover does not cover ({where}): {why}", reason="COVER_DOES_NOT_COVER")


def _frames(sound: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """Shape (frames, samples), without what is constant in each."""
    size, hop = max(8, _FRAME_MS * rate_hz // 1000), max(1, _HOP_MS * rate_hz // 1000)
    if len(sound) < size:
        return np.zeros((0, size))
    frames = np.lib.stride_tricks.sliding_window_view(sound, size)[::hop]
    centred: NDArray[np.float64] = frames - frames.mean(axis=1, keepdims=True)
    return centred


def _tone_and_rest(frames: NDArray[np.float64], rate_hz: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each frame the amplitude of the mask's tone, and the level of all the rest."""
    angle = 2 * np.pi * tone_hz(rate_hz) / rate_hz * np.arange(frames.shape[1])
    basis = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    weights, *_ = np.linalg.lstsq(basis, frames.T, rcond=None)
    return np.hypot(weights[0], weights[1]), _level(frames - (basis @ weights).T)


def _level(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    level: NDArray[np.float64] = np.sqrt(np.square(frames).mean(axis=1))
    return level


def _odd(frames: NDArray[np.float64], rate_hz: int, mask: Kind) -> NDArray[np.bool_]:
    if mask == "tone":
        tone, rest = _tone_and_rest(frames, rate_hz)
        return (np.abs(tone - _LEVEL) > _LEVEL_SLACK) | (rest > _REST)
    return _level(frames) > (_SILENT if mask == "silence" else _REST)


def _odd_tone(frames: NDArray[np.float64], rate_hz: int) -> NDArray[np.bool_]:
    tone, rest = _tone_and_rest(frames, rate_hz)
    share = rest / np.maximum(tone / np.sqrt(2), 1e-9)
    if np.median(share) > _LASTING_SHARE and np.median(rest) > _AUDIBLE:
        return np.ones(len(frames), np.bool_)
    odd: NDArray[np.bool_] = (tone < _FAINT) | ((share > _REST_SHARE) & (rest > _AUDIBLE))
    return odd


def _odd_silence(frames: NDArray[np.float64]) -> NDArray[np.bool_]:
    limit = np.full(len(frames), _LOSSY_SILENT)
    near = (_EDGE_LASTS_MS - _LOSSY_EDGE_MS) // _HOP_MS
    limit[:near] = limit[-near:] = _EDGE_SILENT
    return _level(frames) > limit


def _odd_noise(frames: NDArray[np.float64], rate_hz: int) -> NDArray[np.bool_]:
    level = _level(frames)
    middle = float(np.median(level))
    if not _NOISE_LEVELS[0] <= middle <= _NOISE_LEVELS[1]:
        return np.ones(len(frames), np.bool_)
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(frames.shape[1]), axis=1))) + 1e-14
    hertz = np.fft.rfftfreq(frames.shape[1], 1 / rate_hz)
    band = power[:, (hertz >= 300) & (hertz <= min(3400, 0.42 * rate_hz))]
    flat = np.exp(np.log(band).mean(axis=1)) / band.mean(axis=1)
    odd: NDArray[np.bool_] = (level < middle / _NOISE_SPREAD) | (level > middle * _NOISE_SPREAD)
    if (usual := float(np.median(flat))) > _FLAT:
        # At the lowest bit rates noise is a few lines of the spectrum; then only its level tells.
        level_apart = (level < middle / _NOISE_APART) | (level > middle * _NOISE_APART)
        odd |= (flat < _FLATNESS_SHARE * usual) & level_apart
    return odd


def _longest_run(odd: NDArray[np.bool_]) -> int:
    longest = run = 0
    for one in odd.tolist():
        run = run + 1 if one else 0
        longest = max(longest, run)
    return longest
