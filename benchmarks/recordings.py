"""Screen recordings: seconds a minute on one core, and how much of them was read.

A process of its own: `python -m benchmarks.recordings CORE FILE...` prints the figures as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from redactor.engines import video
from redactor.errors import RedactorError
from redactor.evidence import Evidence
from redactor.findings import Redaction
from redactor.library import Redactor
from redactor.policy import VideoPolicy
from redactor.protocols import Media, Reader, Rereader, SeenWord, TextReader
from redactor.readers.video import VideoReader

if TYPE_CHECKING:
    from redactor.protocols import Pixels


@dataclass(slots=True)
class Share:
    """How much of a video was read."""

    frames: int = 0
    """Frames that it has, once for each reading."""
    frames_read: int = 0
    """Frames of which something was read."""
    pixels: int = 0
    """Pixels that it has, once for each reading."""
    pixels_read: int = 0


class Listening:
    """A reader of calls that counts the seconds it takes."""

    def __init__(self, base: Redactor) -> None:
        """The reader of `base`."""
        inner: Reader = base.assembly.reader("audio")
        if not isinstance(inner, Rereader):
            raise TypeError("this reader of calls cannot read an output again")
        self._again: Rereader = inner
        self._reader = inner
        self.seconds = 0.0

    def read(self, media: Media) -> Evidence:
        """What the inner reader hears, timed."""
        began = time.perf_counter()
        try:
            return self._reader.read(media)
        finally:
            self.seconds += time.perf_counter() - began

    def read_again(self, media: Media, covers: Sequence[Redaction]) -> Evidence:
        """What the inner reader hears in an output, timed."""
        began = time.perf_counter()
        try:
            return self._again.read_again(media, covers)
        finally:
            self.seconds += time.perf_counter() - began


class Counting:
    """A reader of videos, and the reader of text handed to it, that count what they are given."""

    def __init__(self, base: Redactor) -> None:
        """Everything else is that of `base`."""
        self._text: TextReader = base.assembly.text_reader()
        self.sound = Listening(base)
        self._video = VideoReader(base.policy, self, lambda: self.sound, base.assembly.mark_detectors())
        self._frame = 0
        self._read: set[int] = set()
        self.share = Share()
        """Of the reading that goes on, or of the last one."""
        self.shares: list[tuple[str, Share]] = []
        """Of each reading: `first`, or `again` (the check of a draft)."""

    @property
    def name(self) -> str:
        """That of the reader of text."""
        return self._text.name

    def words(self, pixels: Pixels) -> Sequence[SeenWord]:
        """The words of a part of a frame, counted."""
        self._read.add(self._frame)
        self.share.pixels_read += pixels.shape[0] * pixels.shape[1]
        return self._text.words(pixels)

    def read(self, media: Media) -> Evidence:
        """The first reading, counted."""
        with patch.object(video, "frames", self._begin("first")):
            evidence = self._video.read(media)
        self.share.frames_read = len(self._read)
        return evidence

    def read_again(self, media: Media, covers: Sequence[Redaction]) -> Evidence:
        """The reading of a draft, counted."""
        with patch.object(video, "frames", self._begin("again")):
            evidence = self._video.read_again(media, covers)
        self.share.frames_read = len(self._read)
        return evidence

    def _begin(self, reading: str) -> Any:
        self._frame, self._read, self.share = 0, set(), Share()
        self.shares.append((reading, self.share))
        decode = video.frames

        def frames(media: Media, info: video.VideoInfo, policy: VideoPolicy) -> Iterator[video.Frame]:
            for frame in decode(media, info, policy):
                self.share.frames += 1
                self.share.pixels += frame.pixels.shape[0] * frame.pixels.shape[1]
                yield frame
                # What is read when the last frame has been given counts for a frame of its own.
                self._frame += 1

        return frames


def measured(paths: Sequence[Path]) -> dict[str, Any]:
    """Redact each recording with engines loaded; time, stages and shares of each and of all."""
    base = Redactor()
    reader = Counting(base)
    redactor = Redactor(base.policy, readers={"video": reader})
    # Once for what engines load with their first picture and sound.
    _row(paths[-1], redactor, reader)
    rows = [_row(path, redactor, reader) for path in paths]
    seconds, length = sum(row["seconds"] for row in rows), sum(row["length_s"] for row in rows)
    first = [share for row in rows for name, share in row["readings"] if name == "first"]
    return {
        "seconds_a_minute": round(60 * seconds / length, 1),
        "first_reading_frames": _ratio(first, "frames"),
        "first_reading_pixels": _ratio(first, "pixels"),
        "recordings": rows,
    }


def _row(path: Path, redactor: Redactor, reader: Counting) -> dict[str, Any]:
    reader.shares.clear()
    reader.sound.seconds = 0.0
    media = Media(path, "video", path.suffix[1:])
    info = video.probe(media, redactor.policy.video)
    stages, refused, began = {}, "", time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        try:
            stages = dict(redactor.redact_file(path, out).seconds)
        except RedactorError as error:
            refused = error.reason
    seconds = time.perf_counter() - began
    frames = reader.shares[0][1].frames
    return {
        "recording": path.stem,
        "length_s": round(float(frames / info.rate), 2),
        "size_px": [info.width_px, info.height_px],
        "seconds": round(seconds, 1),
        "listening_s": round(reader.sound.seconds, 1),
        "stages_s": stages,
        "readings": [(name, asdict(share)) for name, share in reader.shares],
        **({"refused": refused} if refused else {}),
    }


def _ratio(shares: Sequence[dict[str, int]], what: str) -> float:
    return round(sum(s[f"{what}_read"] for s in shares) / sum(s[what] for s in shares), 3)


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[1])})
    print(json.dumps(measured([Path(name) for name in sys.argv[2:]])))
