"""PyAV: decodes the pictures of a video one by one, and encodes pictures in the same form.

Only the one picture track is ever decoded, with the demuxer that the format names; what FFmpeg says is never passed on,
because it quotes file names. Written is nothing but that track and, packet by packet, the sound of another file:
no tags, chapters, subtitles, attachments, and no hidden planes (alpha).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from redactor.engines.audio_format import DEMUXERS, telling
from redactor.engines.container import read_claim
from redactor.errors import MediaError, MissingEngineError
from redactor.policy import VideoPolicy
from redactor.protocols import Media

if TYPE_CHECKING:
    from redactor.protocols import Pixels

ENCODERS: dict[str, tuple[str, dict[str, str]]] = {
    "h264": ("libx264", {"preset": "veryfast", "crf": "16"}),
    "hevc": ("libx265", {"preset": "veryfast", "crf": "18", "x265-params": "log-level=none"}),
    "vp8": ("libvpx", {"deadline": "realtime", "cpu-used": "4", "crf": "6", "qmin": "2", "qmax": "20", "b": "20M"}),
    "vp9": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "7", "crf": "16", "b": "0", "row-mt": "1"}),
    "av1": ("libsvtav1", {"preset": "10", "crf": "20"}),
    "mpeg4": ("mpeg4", {"qmin": "2", "qmax": "3", "b": "20M"}),
    "mjpeg": ("mjpeg", {"qmin": "2", "qmax": "3"}),
    "ffv1": ("ffv1", {}),
    "png": ("png", {}),
}
"""ffmpeg's name of a codec -> its encoder, with settings that keep text readable and covers flat."""


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What the picture track of a video is, as far as its header tells."""

    container: str
    """As in `Media.format`."""
    codec: str
    """ffmpeg's name, for example `h264`."""
    width_px: int
    """As a viewer shows it, rotated where the file says so."""
    height_px: int
    rate: Fraction
    """Frames per second, nominal."""
    time_base: Fraction
    """Seconds per unit of the times of frames."""
    claimed: int
    """Number of frames that the header claims; 0 when it does not say."""
    sound: bool
    """True when there is a sound track."""
    tracks: int
    """Tracks of any kind."""
    tags: tuple[str, ...]
    """Names of tags that say more than the container needs."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture of a video."""

    pixels: Pixels
    """RGB as a viewer shows it, shape (height, width, 3)."""
    pts: int
    """Its time in units of `VideoInfo.time_base`."""
    raw: Any
    """The decoder's own object, for `Writer`."""


def has_pictures(media: Media) -> bool:
    """True when a file has a picture track that is no cover picture. Raises `MediaError` as `probe` does."""
    with _opened(media) as container:
        return bool(_tracks(container))


def probe(media: Media, policy: VideoPolicy) -> VideoInfo:
    """Read the header of a video.

    Raises `MediaError`: `EMPTY_FILE`, `UNREADABLE`, `NO_PICTURES`, `SEVERAL_STREAMS`, `UNSUPPORTED_CODEC`,
    `PICTURE_TOO_LARGE`, `TOO_LONG`.
    """
    with _opened(media) as container:
        tracks = _tracks(container)
        if not tracks:
            raise MediaError("the video has no pictures", reason="NO_PICTURES")
        if len(tracks) > 1:
            message = f"the video has {len(tracks)} picture tracks; split it, one recording each"
            raise MediaError(message, reason="SEVERAL_STREAMS")
        stream = tracks[0]
        codec = stream.codec_context.name if stream.codec_context else ""
        codec = {"libvpx": "vp8", "libvpx-vp9": "vp9", "libdav1d": "av1"}.get(codec, codec)
        if codec not in ENCODERS:
            message = "pictures coded like this cannot be written again here; convert the video, for example to H.264"
            raise MediaError(message, reason="UNSUPPORTED_CODEC")
        width, height = stream.codec_context.width, stream.codec_context.height
        _require_size(width, height, policy)
        seconds = float(container.duration or 0) / 1_000_000
        if seconds > policy.max_hours * 3600:
            raise _too_long(policy)
        rate = stream.average_rate or stream.guessed_rate or Fraction(25)
        if media.format == "avi":
            rate = stream.base_rate or rate
        if _turned(container, stream):
            width, height = height, width
        tags = {tag for part in (container, *container.streams) for tag in telling(part.metadata)}
        return VideoInfo(
            container=media.format,
            codec=codec,
            width_px=width,
            height_px=height,
            rate=Fraction(rate),
            time_base=Fraction(stream.time_base or 1 / Fraction(rate)),
            claimed=stream.frames if media.format in ("mp4", "mov") else 0,
            sound=bool(container.streams.audio),
            tracks=len(container.streams),
            tags=tuple(sorted(tags)),
        )


def frames(media: Media, info: VideoInfo, policy: VideoPolicy) -> Iterator[Frame]:
    """Each frame in the order of showing, one at a time.

    Raises `MediaError`: `UNREADABLE` (broken data), `TRUNCATED`, `SIZE_CHANGES`, `TOO_LONG` (frames or hours beyond the
    policy), `NO_FRAMES`.
    """
    count, packets, last = 0, 0, -1
    try:
        cut_off = read_claim(media.path, media.format).cut_off
        with _opened(media) as container:
            stream = _tracks(container)[0]
            stream.thread_type = "AUTO"
            for packet, raw in _decoded(container, stream):
                packets += packet
                if raw is None:
                    continue
                size = (raw.width, raw.height) if round(raw.rotation / 90) % 2 == 0 else (raw.height, raw.width)
                if size != (info.width_px, info.height_px):
                    message = "the pictures of the video change their size; split it where they do"
                    raise MediaError(message, reason="SIZE_CHANGES")
                if raw.is_corrupt:
                    raise MediaError(f"frame {count} of the video is broken", reason="UNREADABLE")
                pts = raw.pts if raw.pts is not None and raw.pts > last else last + 1
                if (count := count + 1) > policy.max_frames or pts * info.time_base > policy.max_hours * 3600:
                    raise _too_long(policy)
                last = pts
                yield Frame(_as_seen(raw), pts, raw)
    except _errors():
        raise MediaError(f"the video cannot be read beyond frame {count}", reason="UNREADABLE") from None
    # Of a video that was trimmed without coding it anew, an edit list hides frames that are there.
    if cut_off or packets < info.claimed:
        raise MediaError(f"the video breaks off after {count} frames", reason="TRUNCATED")
    if not count:
        raise MediaError("the video holds no frame", reason="NO_FRAMES")


def _decoded(container: Any, stream: Any) -> Iterator[tuple[bool, Any]]:
    """Whether a packet with data begins, and the frames that come out: (True, None), (False, frame), ..."""
    for packet in container.demux(stream):
        yield packet.size > 0, None
        for raw in packet.decode():
            yield False, raw


def _tracks(container: Any) -> list[Any]:
    import av

    cover = av.stream.Disposition.attached_pic
    return [s for s in container.streams.video if not s.disposition & cover]


def _turned(container: Any, stream: Any) -> bool:
    """True when viewers show the pictures turned by a quarter; only a frame tells."""
    try:
        first = next(container.decode(stream), None)
    except _errors():
        return False
    return first is not None and round(first.rotation / 90) % 2 == 1


def _as_seen(raw: Any) -> Pixels:
    pixels: Pixels = raw.to_ndarray(format="rgb24")
    turns = round(raw.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels


def _require_size(width: int, height: int, policy: VideoPolicy) -> None:
    if width * height > policy.max_pixels:
        message = f"the frames have more than {policy.max_pixels} pixels; the limit is video.max_pixels"
        raise MediaError(message, reason="PICTURE_TOO_LARGE")
    if min(width, height) < 2:
        raise MediaError("the video has no frame size", reason="UNREADABLE")


def _too_long(policy: VideoPolicy) -> MediaError:
    message = f"the video is longer than {policy.max_hours:g} hours or {policy.max_frames} frames (video.max_hours)"
    return MediaError(message, reason="TOO_LONG")


def _errors() -> tuple[type[Exception], ...]:
    import av

    return (av.error.FFmpegError, ValueError, EOFError)


@contextmanager
def _opened(media: Media) -> Iterator[Any]:
    try:
        import av
    except ImportError:
        raise MissingEngineError("videos need PyAV: pip install 'redactor[asr]'", reason="NO_ENGINE") from None
    if media.path.stat().st_size == 0:
        raise MediaError("the video is an empty file", reason="EMPTY_FILE")
    options = {"protocol_whitelist": "file"}
    try:
        container = av.open(
            f"file:{media.path.absolute()}", format=DEMUXERS[media.format], options=options, metadata_errors="replace"
        )
    except _errors():
        raise MediaError(f"the file is not a readable {media.format} video", reason="UNREADABLE") from None
    with container:
        yield container
