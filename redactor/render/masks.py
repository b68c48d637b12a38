"""Which stretches of a recording are masked, and what stands in their place. None of the original is in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from redactor.errors import WithheldError
from redactor.findings import Redaction
from redactor.policy import AudioPolicy
from redactor.regions import TimeRange, merge_times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.engines.ffmpeg import Block

TONE_HZ = 1200
"""No voice is strongest there. A kilohertz is the formant of an "a": of 18,808 frames of 20 ms of synthetic speech 12
correlate with such a tone at 0.7 and more, as if they had been left, and none with this one."""
LEVEL = 0.1
"""Peak of the tone and of the noise, -20 dB of full scale: heard over speech, not painful."""
FADE_MS = 5
"""The mask fades in and out inside its range, the original fades outside of it."""


def masked_ranges(
    redactions: Iterable[Redaction], audio: AudioPolicy, extent: Sequence[TimeRange]
) -> tuple[TimeRange, ...]:
    """What has to be masked: padded, merged, lengths rounded up, inside the recording; per channel, in order.

    Args:
        redactions: with regions in time; `UNCERTAIN` ones are masked like the others.
        audio: `pad_ms`, `merge_gap_ms` and `round_ms` are used.
        extent: one range per channel over the whole recording, as in `Evidence.extent`.

    Raises:
        WithheldError: `OUT_OF_RANGE`, a region is not inside the recording: something went wrong before, and to mask
            what is left of it would pass for success.
    """
    bounds = {whole.channel: whole for whole in extent}
    padded = []
    for redaction in redactions:
        for region in redaction.regions:
            whole = bounds.get(region.channel) if isinstance(region, TimeRange) else None
            if not isinstance(region, TimeRange) or whole is None or region.end_ms > whole.end_ms:
                raise WithheldError("a region to mask lies outside the recording", reason="OUT_OF_RANGE")
            padded.append(_clipped(region.padded(audio.pad_ms), whole))
    return settled(padded, audio, extent)


def settled(ranges: Iterable[TimeRange], audio: AudioPolicy, extent: Sequence[TimeRange]) -> tuple[TimeRange, ...]:
    """`ranges` merged (`merge_gap_ms`), with lengths that are multiples of `round_ms` where the recording has room."""
    bounds = {whole.channel: whole for whole in extent}
    ranges = merge_times(ranges, audio.merge_gap_ms)
    # Rounding up can bring two ranges together; what they become is rounded again. Ranges only grow, so this ends.
    while True:
        rounded = merge_times((_rounded(r, audio.round_ms, bounds[r.channel]) for r in ranges), audio.merge_gap_ms)
        if rounded == ranges:
            return ranges
        ranges = rounded


def _clipped(item: TimeRange, whole: TimeRange) -> TimeRange:
    return TimeRange(item.channel, max(item.start_ms, whole.start_ms), min(item.end_ms, whole.end_ms))


def _rounded(item: TimeRange, round_ms: int, whole: TimeRange) -> TimeRange:
    length = -(-len(item) // round_ms) * round_ms
    end = min(item.start_ms + length, whole.end_ms)
    return TimeRange(item.channel, max(whole.start_ms, min(item.start_ms, end - length)), end)


class Mask:
    """Writes the mask over blocks of sound as they pass by."""

    def __init__(self, ranges: Iterable[TimeRange], kind: Literal["tone", "silence", "noise"], rate_hz: int) -> None:
        """`ranges` as `masked_ranges` gives them; `rate_hz` is the rate of the blocks to come."""
        self._kind = kind
        self._rate_hz = rate_hz
        self._fade = max(1, FADE_MS * rate_hz // 1000)
        self._spans = [(r.channel, r.start_ms * rate_hz // 1000, -(-r.end_ms * rate_hz // 1000)) for r in ranges]

    def apply(self, block: Block, first: int) -> None:
        """Mask `block` (shape (n, channels)) in place; `first` is the index of its first sample in the recording."""
        here = [s for s in self._spans if s[1] - self._fade < first + len(block) and first < s[2] + self._fade]
        for channel, start, end in here:
            self._fade_original(block[:, channel], first, start, end)
        for channel, start, end in here:
            lo, hi = max(start, first), min(end, first + len(block))
            if lo < hi:
                at = np.arange(lo, hi)
                edge = np.minimum(at - start, end - 1 - at) / self._fade
                block[lo - first : hi - first, channel] = self._sound(channel, lo, hi) * np.clip(edge, 0, 1)

    def _fade_original(self, sound: Block, first: int, start: int, end: int) -> None:
        for lo, hi in ((start - self._fade, start), (end, end + self._fade)):
            at = np.arange(max(lo, first), min(hi, first + len(sound)))
            sound[at - first] *= np.where(at < start, start - at, at - end + 1) / self._fade

    def _sound(self, channel: int, lo: int, hi: int) -> NDArray[np.float64]:
        if self._kind == "silence":
            return np.zeros(hi - lo)
        if self._kind == "tone":
            step = 2 * np.pi * tone_hz(self._rate_hz) / self._rate_hz
            tone: NDArray[np.float64] = LEVEL * np.sin(step * np.arange(lo, hi))
            return tone
        # A generator per second and channel: any stretch comes out the same, whatever the blocks are.
        seconds = range(lo // self._rate_hz, (hi - 1) // self._rate_hz + 1)
        noise = [np.random.default_rng((channel, second)).uniform(-LEVEL, LEVEL, self._rate_hz) for second in seconds]
        offset = lo - seconds[0] * self._rate_hz
        return np.concatenate(noise)[offset : offset + hi - lo]


def tone_hz(rate_hz: int) -> int:
    """The tone at this sample rate: `TONE_HZ`, lower where a quarter of the rate is."""
    return min(TONE_HZ, rate_hz // 4)
