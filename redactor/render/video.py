"""Writes a video with followed boxes filled and its sound masked, and checks one against its source."""

from __future__ import annotations

import filecmp
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from redactor.engines import video
from redactor.engines.video import Frame, VideoInfo
from redactor.engines.video_writer import sound_alone, write
from redactor.errors import MediaError, WithheldError
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import Media, Renderer
from redactor.regions import Box, Stay, TimeRange, Track, track
from redactor.render.boxes import covering

if TYPE_CHECKING:
    from redactor.protocols import Pixels

_PEAK, _PEAK_EDGE, _EDGE_PX = 64, 128, 2
"""Levels by which coding may change one pixel of a cover: inside of it, and so near to its edge."""
_MEAN, _MEAN_EDGE = 5.0, 20.0
"""Levels by which it may change the pixels of a cover on average: inside of it, and with its edge."""
_MEAN_OUTSIDE = 8.0
"""Levels by which it may change the pixels outside on average."""
_BLOCK_PX = 4
"""Side of the blocks around text: coders choose small ones there."""
_JPEG_BLOCK_PX = 16
"""Those of Motion JPEG, whose colours have one sample for 2 x 2 pixels."""
_TIME_SLACK_S = 0.002


@dataclass(frozen=True, slots=True)
class _Page:
    width_px: int
    height_px: int
    lossy_blocks_px: int


class VideoRenderer:
    """A de-identified copy of a video: same container, codec, frame size, frames and times; tags and more are gone."""

    def __init__(self, policy: Policy, sound: Renderer) -> None:
        """`sound` masks calls."""
        self._policy = policy
        self._sound = sound
        self._fill = np.frombuffer(bytes.fromhex(policy.image.fill[1:]), np.uint8)

    def covers(self, media: Media, redactions: Sequence[Redaction]) -> tuple[Track | TimeRange, ...]:
        """One track for each redaction of pictures, margins included, and the masks of the sound.

        Raises `WithheldError` (`WRONG_REGION`, `OUTSIDE_PICTURE`) for a region that is not in this video.
        """
        info = video.probe(media, self._policy.video)
        page = _Page(info.width_px, info.height_px, _JPEG_BLOCK_PX if info.codec == "mjpeg" else _BLOCK_PX)
        if any(not isinstance(region, Track | TimeRange) for r in redactions for region in r.regions):
            raise WithheldError("videos are covered by tracks and times", reason="WRONG_REGION")
        tracks = [self._cover([t for t in r.regions if isinstance(t, Track)], page) for r in redactions]
        spoken = _spoken(redactions)
        masks = self._sound.covers(replace(media, kind="audio"), spoken) if info.sound and spoken else ()
        return (*(t for t in tracks if t is not None), *(m for m in masks if isinstance(m, TimeRange)))

    def render(self, media: Media, redactions: Sequence[Redaction], target: Path) -> None:
        """Write the covered copy to `target`. Raises as `covers`, and `MediaError` for a source that is not whole."""
        info = video.probe(media, self._policy.video)
        tracks = [region for region in self.covers(media, redactions) if isinstance(region, Track)]
        frames = video.frames(media, info, self._policy.video)
        covered = _covered(frames, tracks)
        fill = (int(self._fill[0]), int(self._fill[1]), int(self._fill[2]))
        with _scratch(target) as sound:
            if info.sound:
                self._sound.render(replace(media, kind="audio"), _spoken(redactions), sound)
            write(covered, info, fill, target, sound if info.sound else None)

    def check(self, media: Media, redactions: Sequence[Redaction], draft: Path) -> None:
        """Decode source and draft again and compare them frame by frame.

        Raises `WithheldError`: `UNCHANGED`, `BAD_DRAFT`, `FORM_CHANGED` (container, codec, size, number or times of
        frames), `METADATA` (tags, streams), `NOT_COVERED`, `PICTURE_CHANGED`, and what the check of sound raises.
        """
        if redactions and filecmp.cmp(media.path, draft, shallow=False):
            raise WithheldError("the draft is the source, byte for byte", reason="UNCHANGED")
        policy, copied = self._policy.video, replace(media, path=draft)
        source = video.probe(media, policy)
        try:
            copy = video.probe(copied, policy)
        except MediaError as error:
            raise WithheldError("the draft cannot be read", reason="BAD_DRAFT") from error
        _require_bare(source, copy)
        tracks = [region for region in self.covers(media, redactions) if isinstance(region, Track)]
        pairs = zip_longest(video.frames(media, source, policy), video.frames(copied, copy, policy))
        for (mine, other), boxes in zip(pairs, _by_frame(tracks), strict=False):
            if mine is None or other is None or mine.pixels.shape != other.pixels.shape:
                raise WithheldError("the draft has other frames than its source", reason="FORM_CHANGED")
            late = mine.pts * source.time_base - other.pts * copy.time_base
            if abs(late) > max(_TIME_SLACK_S, copy.time_base / 2 if source.container == "avi" else 0):
                raise WithheldError("the frames of the draft come at other times", reason="FORM_CHANGED")
            self._check_frame(mine.pixels, other.pixels, boxes)
        if source.sound:
            with _scratch(draft) as sound:
                sound_alone(draft, media.format, sound)
                self._sound.check(replace(media, kind="audio"), _spoken(redactions), sound)

    def _check_frame(self, mine: Pixels, other: Pixels, boxes: Sequence[tuple[int, int, int, int]]) -> None:
        outside = np.ones(mine.shape[:2], np.bool_)
        for top, left, bottom, right in boxes:
            change = np.abs(other[top:bottom, left:right].astype(np.int16) - self._fill)
            inner = change[_EDGE_PX:-_EDGE_PX, _EDGE_PX:-_EDGE_PX]
            flat = not inner.size or (inner.mean() <= _MEAN and inner.max() <= _PEAK)
            if not flat or change.mean() > _MEAN_EDGE or change.max() > _PEAK_EDGE:
                raise WithheldError("a box of the draft is not one flat colour", reason="NOT_COVERED")
            outside[top:bottom, left:right] = False
        change = np.maximum(mine, other) - np.minimum(mine, other)
        if outside.any() and change[outside].mean() > _MEAN_OUTSIDE:
            raise WithheldError("the draft differs from the source outside of the boxes", reason="PICTURE_CHANGED")

    def _cover(self, tracks: Sequence[Track], page: _Page) -> Track | None:
        """The track of what is filled for one redaction."""
        stays = [stay for item in tracks for stay in item.stays]
        if any(stay.right > page.width_px or stay.bottom > page.height_px for stay in stays):
            raise WithheldError("a box lies outside of the video", reason="OUTSIDE_PICTURE")
        filled: list[Stay] = []
        for start, end, here in _stretches(stays):
            boxes = [Box(0, s.top, s.left, s.bottom, s.right) for s in here]
            found = covering([boxes], page, self._policy.image.margin_px)
            filled += [Stay(start, end, box.top, box.left, box.bottom, box.right) for box in found]
        return track(filled) if filled else None


def _covered(
    frames: Iterable[Frame], tracks: Sequence[Track]
) -> Iterator[tuple[Frame, list[tuple[int, int, int, int]]]]:
    """Each frame with its boxes. Raises `WithheldError` when a track goes on behind the last one."""
    count = 0
    for frame, boxes in zip(frames, _by_frame(tracks), strict=False):
        yield frame, boxes
        count += 1
    if any(item.hull.end > count for item in tracks):
        raise WithheldError("a box lies behind the last frame of the video", reason="OUTSIDE_PICTURE")


def _spoken(redactions: Sequence[Redaction]) -> tuple[Redaction, ...]:
    parts = [(r, tuple(x for x in r.regions if isinstance(x, TimeRange))) for r in redactions]
    return tuple(replace(redaction, regions=regions) for redaction, regions in parts if regions)


def _stretches(stays: Sequence[Stay]) -> Iterator[tuple[int, int, list[Stay]]]:
    """The frames between two changes, with the stays that hold there; only where there are some."""
    edges = sorted({edge for stay in stays for edge in (stay.start, stay.end)})
    begins = sorted(stays)
    at, here = 0, list[Stay]()
    for start, end in pairwise(edges):
        while at < len(begins) and begins[at].start <= start:
            here.append(begins[at])
            at += 1
        here = [stay for stay in here if stay.end > start]
        if here:
            yield start, end, list(here)


def _by_frame(tracks: Iterable[Track]) -> Iterator[list[tuple[int, int, int, int]]]:
    """The boxes of each frame, without end."""
    stays = sorted(stay for item in tracks for stay in item.stays)
    at, here, frame = 0, list[Stay](), 0
    while True:
        while at < len(stays) and stays[at].start <= frame:
            here.append(stays[at])
            at += 1
        here = [stay for stay in here if stay.end > frame]
        yield [stay.box for stay in here]
        frame += 1


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    path = beside.with_name(beside.name + ".sound")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _require_bare(source: VideoInfo, copy: VideoInfo) -> None:
    if (source.container, source.codec) != (copy.container, copy.codec) or source.sound != copy.sound:
        raise WithheldError("the draft has another form than its source", reason="FORM_CHANGED")
    if abs(source.rate - copy.rate) > source.rate / 100:
        raise WithheldError("the draft has another frame rate than its source", reason="FORM_CHANGED")
    if copy.tracks != 1 + copy.sound or copy.tags:
        raise WithheldError("the draft holds more than pictures and sound (tags, streams)", reason="METADATA")
