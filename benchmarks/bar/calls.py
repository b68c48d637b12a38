"""What can still be heard of the data of a call: frames of the copy that resemble those of the recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.bar.judged import Judged, withheld
from benchmarks.bar.pack import Item
from redactor.engines import ffmpeg
from redactor.normalize import folded

FRAME = 320
"""Samples of one frame: 20 ms."""
GRACE = 15
"""Frames beside a datum that count neither way: 300 ms."""
RUN = 6
"""So many resembling frames in a row, 120 ms, are a leak."""
LEFT = 0.05
"""Share of the sounding frames of a datum that may resemble the recording by chance; two frames always may."""
_ALIKE = 0.7
"""Correlation from which a frame is recognised."""
_SLACK = 48
"""Samples by which a frame may have moved: 3 ms."""
_DELAY = 1600
"""Samples by which a codec may have delayed all of a call: 100 ms."""
_QUIET = 1e-3

Sound = NDArray[np.float32]


def judge(item: Item, output: Path) -> Judged:
    """Judge the copy of a call, and the transcript beside it, if there is one."""
    gold = item.gold["pii"]
    types = tuple(datum["type"] for datum in gold)
    if item.source is None or not output.exists():
        return withheld(item, types)
    before, after = heard(item.source), heard(output)
    if before.shape[1] != after.shape[1]:
        raise ValueError(f"{item.name}: the copy has another number of channels")
    frames = [resembling(before[:, c], after[:, c]) for c in range(before.shape[1])]
    transcript = output.with_suffix(".txt")
    written = transcript.read_text(encoding="utf-8") if transcript.exists() else ""
    caught, outside = [], np.ones(len(frames[0][0]), bool)
    for datum in gold:
        first, last = (round(datum[edge] * ffmpeg.SPEECH_RATE_HZ / FRAME) for edge in ("start", "end"))
        sounding, alike = (mask[first:last] for mask in frames[datum["channel"]])
        few = alike.sum() <= max(2, LEFT * sounding.sum()) and _longest(alike) < RUN
        caught.append(bool(few) and not _told(datum, written))
        outside[max(0, first - GRACE) : last + GRACE] = False
    lost = sum(int((sounding & ~alike & outside).sum()) for sounding, alike in frames)
    return Judged(item, types, tuple(caught), lost, sum(int((sounding & outside).sum()) for sounding, _ in frames))


def heard(path: Path) -> Sound:
    """All of a recording at 16 kHz, shape (n, channels)."""
    blocks = ffmpeg.decode(path, ffmpeg.probe(path, path.suffix[1:]), rate_hz=ffmpeg.SPEECH_RATE_HZ)
    return np.concatenate(list(blocks)).astype(np.float32)


def resembling(before: Sound, after: Sound) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """For each frame of one channel: does it sound, and does the copy still resemble it there."""
    count = len(before) // FRAME
    old = before[: count * FRAME].reshape(count, FRAME)
    level = np.sqrt((old**2).mean(axis=1))
    sounding = level > max(_QUIET, 0.05 * float(np.percentile(level, 95)))
    copy = np.pad(_aligned(before, after)[: count * FRAME], _SLACK)
    alike = np.zeros(count, bool)
    for at in np.flatnonzero(sounding):
        frame = old[at] - old[at].mean()
        around = copy[at * FRAME : (at + 1) * FRAME + 2 * _SLACK]
        windows = np.lib.stride_tricks.sliding_window_view(around, FRAME)
        size = np.linalg.norm(windows, axis=1) * np.linalg.norm(frame)
        alike[at] = bool((windows @ frame > _ALIKE * size).any())
    return sounding, alike


def _aligned(before: Sound, after: Sound) -> Sound:
    """`after`, moved by the delay at which it resembles `before` most, as long as `before`."""
    size = 1 << (len(before) + len(after)).bit_length()
    cross = np.fft.irfft(np.fft.rfft(before, size) * np.conj(np.fft.rfft(after, size)), size)
    delays = np.arange(-_DELAY, _DELAY + 1)
    delay = int(delays[np.argmax(cross[delays])])
    moved = np.zeros_like(before)
    part = after[max(0, -delay) :][: len(before) - max(0, delay)]
    moved[max(0, delay) : max(0, delay) + len(part)] = part
    return moved


def _longest(mask: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _told(datum: dict[str, str], transcript: str) -> bool:
    """Whether a transcript holds the datum as it is written or as it was spoken."""
    text = f" {' '.join(folded(transcript).split())} "
    return any(f" {' '.join(folded(datum[form]).split())} " in text for form in ("text", "spoken"))
