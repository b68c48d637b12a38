"""Writes a recording with masked stretches, and checks one against its source."""

from __future__ import annotations

import filecmp
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from redactor.engines import ffmpeg
from redactor.engines.ffmpeg import AudioInfo
from redactor.engines.intact import intact
from redactor.errors import MediaError, WithheldError
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.regions import TimeRange
from redactor.render.compare import WINDOW, delay, likeness, remains
from redactor.render.crosstalk import crosstalk
from redactor.render.levels import levels
from redactor.render.loudness import quiet_edges
from redactor.render.masks import Mask, masked_ranges, settled, tone_hz

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Samples

_PER_MS = ffmpeg.SPEECH_RATE_HZ // 1000
_LENGTH_SLACK_MS = 80
"""A codec frame (72 ms for MP3 at 8 kHz)."""
_DELAY_MS = 50
_SMEAR_MS = 130
"""So far a lossy codec carries sound across the edge of a mask (half an AAC window at 8 kHz)."""
_LIKE = 0.5
"""Sound outside the masks must correlate with the source at least this well, in every ten seconds of each channel."""
_SURE = 0.9
"""At this correlation the two are aligned."""
_OVERLAP = ffmpeg.SPEECH_RATE_HZ // 2


class AudioRenderer:
    """A de-identified copy of a recording: same container, codec, rate, channels, length, and nothing but the sound."""

    def __init__(self, policy: Policy) -> None:
        """`policy.audio` says how to mask."""
        self._audio = policy.audio

    def covers(self, media: Media, redactions: Sequence[Redaction]) -> tuple[TimeRange, ...]:
        """What `render` masks: see `masked_ranges`; also on every channel that carries the sound of a masked one.

        Raises as `render` does.
        """
        return self._ranges(media, intact(media, self._audio.max_hours), redactions)

    def render(self, media: Media, redactions: Sequence[Redaction], target: Path) -> None:
        """Write the masked copy to `target`, block by block.

        Raises `WithheldError` (`OUT_OF_RANGE`), `MediaError` for a source that is not whole, `EngineError` when the
        copy cannot be written; `target` does not exist then.
        """
        if target.exists() and target.samefile(media.path):
            raise WithheldError("the copy would be written over its source", reason="SAME_FILE")
        info = intact(media, self._audio.max_hours)
        ranges = self._ranges(media, info, redactions)
        mask = Mask(ranges, self._audio.mask, info.sample_rate_hz)
        first = 0
        with closing(ffmpeg.decode(media.path, info)) as blocks, ffmpeg.encoder(target, info) as write:
            for block in blocks:
                mask.apply(block, first)
                write(block)
                first += len(block)

    def check(self, media: Media, redactions: Sequence[Redaction], draft: Path) -> None:
        """Decode source and draft again and compare them; nothing that `render` computed is used.

        Raises `WithheldError`: `UNCHANGED` (the same bytes), `BAD_DRAFT` (not whole), `FORM_CHANGED` (container,
        codec, rate, channels or length), `METADATA` (tags, pictures, streams), `MASK_MISSING` (a masked stretch still
        holds the original), `SOUND_CHANGED` (the sound outside the masks is not that of the source).
        """
        if not draft.is_file():
            raise WithheldError("there is no copy", reason="BAD_DRAFT")
        if redactions and filecmp.cmp(media.path, draft, shallow=False):
            raise WithheldError("the copy is the source, byte for byte", reason="UNCHANGED")
        self.compare(media, self._ranges(media, intact(media, self._audio.max_hours), redactions), draft)

    def compare(self, media: Media, ranges: Sequence[TimeRange], draft: Path) -> None:
        """As `check`, for a copy in which just `ranges` are masked, whatever asked for them."""
        source = intact(media, self._audio.max_hours)
        try:
            copy = intact(Media(draft, media.kind, media.format), self._audio.max_hours)
        except MediaError as error:
            raise WithheldError("the copy cannot be read to its end", reason="BAD_DRAFT") from error
        _same_form(source, copy)
        shift = [0] * source.channels
        for at, mine, other in _stretches(media.path, draft, source, copy):
            for channel in range(source.channels):
                kept = _outside(ranges, channel, at, len(mine), margin_ms=_SMEAR_MS)
                one, two = mine[:, channel], other[:, channel]
                like = likeness(one, _moved(two, shift[channel]), kept, lossy=source.lossy)
                if like is not None and like < _SURE:
                    shift[channel] = delay(one, two, kept, _DELAY_MS * _PER_MS)
                    like = likeness(one, _moved(two, shift[channel]), kept, lossy=source.lossy)
                two = _moved(two, shift[channel])
                self._gone(one, two, at, [r for r in ranges if r.channel == channel], source)
                if like is not None and like < _LIKE:
                    where = f"channel {channel} after {max(0, at) // ffmpeg.SPEECH_RATE_HZ} s"
                    raise WithheldError(f"the sound outside the masks changed ({where})", reason="SOUND_CHANGED")

    def _ranges(self, media: Media, info: AudioInfo, redactions: Sequence[Redaction]) -> tuple[TimeRange, ...]:
        extent = _extent(info)
        ranges = masked_ranges(redactions, self._audio, extent)
        measured = levels(media.path, info)
        ranges = quiet_edges(ranges, measured.loudness, self._audio.round_ms, extent)
        # An echo is masked from edge to edge of the mask whose sound it carries.
        return settled([*ranges, *crosstalk(measured, ranges)], self._audio, extent)

    def _gone(self, mine: Samples, other: Samples, at: int, ranges: Sequence[TimeRange], info: AudioInfo) -> None:
        windows = [w for item in ranges for w in _windows(item, at, len(mine), _SMEAR_MS if info.lossy else 10)]
        tone = tone_hz(info.sample_rate_hz) if self._audio.mask == "tone" else None
        left = remains(mine, other, windows, tone_hz=tone, lossy=info.lossy)
        if left.any():
            second = (at + windows[int(np.argmax(left))][0]) / ffmpeg.SPEECH_RATE_HZ
            raise WithheldError(f"the original can still be heard at {second:.1f} s", reason="MASK_MISSING")


def _extent(info: AudioInfo) -> list[TimeRange]:
    return [TimeRange(channel, 0, info.duration_ms) for channel in range(info.channels)]


def _same_form(source: AudioInfo, copy: AudioInfo) -> None:
    for name in ("container", "codec", "sample_rate_hz", "channels"):
        if getattr(source, name) != getattr(copy, name):
            raise WithheldError(f"the copy has another {name} than its source", reason="FORM_CHANGED")
    if abs(source.duration_ms - copy.duration_ms) > (_LENGTH_SLACK_MS if source.lossy else 1):
        raise WithheldError("the copy is not as long as its source", reason="FORM_CHANGED")
    if copy.tags or copy.other_streams:
        raise WithheldError("the copy holds more than sound (tags, pictures, streams)", reason="METADATA")


def _stretches(source: Path, draft: Path, info: AudioInfo, copy: AudioInfo) -> Iterator[tuple[int, Samples, Samples]]:
    """`(first sample, source, draft)` at 16 kHz, shape (n, channels): ten seconds, and half a second around them."""
    nothing = np.zeros((0, info.channels), np.float32)
    held, at = (nothing, nothing), 0
    rate = ffmpeg.SPEECH_RATE_HZ
    with (
        closing(ffmpeg.decode(source, info, rate_hz=rate)) as mine,
        closing(ffmpeg.decode(draft, copy, rate_hz=rate)) as other,
    ):
        for one, two in zip_longest(mine, other, fillvalue=nothing):
            joined = np.concatenate([held[0], one]), np.concatenate([held[1], two])
            size = max(map(len, joined))
            full = [np.pad(part, ((0, size - len(part)), (0, 0))).astype(np.float32, copy=False) for part in joined]
            yield at, full[0], full[1]
            drop = max(0, size - 2 * _OVERLAP)
            held, at = (full[0][drop:], full[1][drop:]), at + drop


def _outside(ranges: Sequence[TimeRange], channel: int, at: int, size: int, *, margin_ms: int) -> NDArray[np.bool_]:
    kept = np.ones(size, np.bool_)
    for item in ranges:
        if item.channel == channel:
            start, end = (item.start_ms - margin_ms) * _PER_MS - at, (item.end_ms + margin_ms) * _PER_MS - at
            kept[max(0, start) : max(0, end)] = False
    return kept


def _windows(item: TimeRange, at: int, size: int, trim_ms: int) -> Iterator[tuple[int, int]]:
    # Short masks are looked at in their middle, however much a codec carries across their edges.
    trim = min(trim_ms, max(0, (len(item) - 100) // 2)) * _PER_MS
    start, end = item.start_ms * _PER_MS - at + trim, item.end_ms * _PER_MS - at - trim
    for step in range(start, end, WINDOW):
        last = min(step + WINDOW, end)
        first = max(start, last - WINDOW)
        if first >= 0 and last <= size:
            yield first, last


def _moved(sound: Samples, by: int) -> Samples:
    if by == 0:
        return sound
    return np.concatenate([sound[by:], np.zeros(by, np.float32)] if by > 0 else [np.zeros(-by, np.float32), sound[:by]])
