"""The witness of screen recordings: another program decodes the frames and proves that covers cover in each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from redactor.engines import ffmpeg, video
from redactor.errors import MediaError, WithheldError
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import Media, Rereader, Scope, Witness
from redactor.regions import Box, Region, Stay, TimeRange, Track
from redactor.removed import Removed
from redactor.witnesses.covering import REASON, VIDEO, require_flat, require_under
from redactor.witnesses.leftover import leftover

if TYPE_CHECKING:
    from redactor.protocols import Pixels

NAME = "recording witness"
_ALL_FRAMES = 1500
"""Of a longer recording only frames are looked at in which a cover appears, stays, or goes."""
_MOST_FRAMES = 600
T = TypeVar("T", Redaction, Removed)


class RecordingWitness:
    """Looks at recordings of screens; their sound is for the witness of calls. Keeps no state."""

    def __init__(
        self, policy: Policy, reader: Rereader, sound: Witness | None = None, *, any_fill: bool = False
    ) -> None:
        """What it looks with.

        Args:
            policy: of the output.
            reader: reads an output again, with other eyes than the first reading.
            sound: the witness of calls, for recordings with sound; None: what `reader` heard must do.
            any_fill: as for `PictureWitness`.
        """
        self._policy = policy
        self._reader = reader
        self._sound = sound
        self._any_fill = any_fill

    @property
    def name(self) -> str:
        """The witness, and the one of sound."""
        return f"{NAME} (ffmpeg)" + (f", {self._sound.name}" if self._sound else "")

    def left(
        self, output: Media, covers: Sequence[Redaction], removed: Sequence[Removed], scope: Scope
    ) -> Sequence[Redaction]:
        """As `PictureWitness.left`, and what the witness of sound finds."""
        info = video.probe(output, self._policy.video)
        self.require_covered(output, info, covers, removed)
        heard: Sequence[Redaction] = ()
        covered = covers
        if info.sound and self._sound is not None:
            call = replace(output, kind="audio")
            heard = self._sound.left(call, _parts(covers, TimeRange), _parts(removed, TimeRange), scope)
            covers, removed = _parts(covers, Track), _parts(removed, Track)
        if not removed:
            return heard
        evidence = self._reader.read_again(output, covered)
        placeholder = self._policy.text.placeholder
        return (*heard, *leftover(evidence, covers, removed, placeholder, NAME))

    def require_covered(
        self, output: Media, info: video.VideoInfo, covers: Sequence[Redaction], removed: Sequence[Removed]
    ) -> None:
        """As `PictureWitness.require_covered`, in every frame of a short recording.

        Of a longer one frames are looked at where something comes, stays and goes, `_MOST_FRAMES` at most.
        """
        stays = [stay for track in _tracks(covers) for stay in track.stays]
        values = [stay for track in _tracks(removed) for stay in track.stays]
        wanted = _wanted((*stays, *values))
        fill = np.frombuffer(bytes.fromhex(self._policy.image.fill[1:]), np.uint8)
        size = info.height_px, info.width_px
        shown = ffmpeg.pictures(output.path, info.container, size, wanted)
        known = not self._any_fill
        try:
            for pixels, boxes, under in zip(shown, _at(wanted, stays), _at(wanted, values), strict=True):
                require_under((Box(0, *box) for box in under), [Box(0, *box) for box in boxes])
                for box in boxes:
                    if not known:
                        fill, known = _colour(pixels, box), True
                    require_flat(pixels, None, box, fill, VIDEO)
        except MediaError as error:
            message = "another decoder sees fewer frames than there are covers"
            raise WithheldError(message, reason=REASON) from error


def _parts(items: Iterable[T], kind: type[Region]) -> tuple[T, ...]:
    """What `items` have in sound, or in pictures."""
    parts = [(item, tuple(region for region in item.regions if isinstance(region, kind))) for item in items]
    return tuple(replace(item, regions=regions) for item, regions in parts if regions)


def _tracks(items: Iterable[Redaction] | Iterable[Removed]) -> Iterator[Track]:
    return (region for item in items for region in item.regions if isinstance(region, Track))


def _wanted(stays: Sequence[Stay]) -> Sequence[int]:
    """The frames to look at: all of a short recording, else an even choice of where something comes, stays and goes."""
    last = max((stay.end for stay in stays), default=0)
    if last <= _ALL_FRAMES:
        return range(last)
    frames = sorted({frame for s in stays for frame in (s.start, (s.start + s.end) // 2, s.end - 1)})
    return frames[:: -(-len(frames) // _MOST_FRAMES)]


def _at(frames: Sequence[int], stays: Sequence[Stay]) -> Iterator[list[tuple[int, int, int, int]]]:
    """The boxes that hold in each of `frames`."""
    begins, at, here = sorted(stays), 0, list[Stay]()
    for frame in frames:
        while at < len(begins) and begins[at].start <= frame:
            here.append(begins[at])
            at += 1
        here = [stay for stay in here if stay.end > frame]
        yield [stay.box for stay in here]


def _colour(pixels: Pixels, box: tuple[int, int, int, int]) -> Pixels:
    """The colour of most of the pixels of a box."""
    top, left, bottom, right = box
    middle: Pixels = np.median(pixels[top:bottom, left:right].reshape(-1, 3), axis=0).astype(np.uint8)
    return middle
