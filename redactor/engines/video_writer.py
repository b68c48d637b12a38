"""PyAV: writes the pictures of a video again, with boxes filled, and puts the sound of another file beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from redactor.engines.audio_format import DEMUXERS, MUXERS
from redactor.engines.video import ENCODERS, Frame, VideoInfo
from redactor.errors import EngineError, MediaError

_PLANAR = ("yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj422p", "yuvj444p")
"""Pixel formats that are written as they were read."""
_UNSPECIFIED = 2
"""AVCOL_SPC_UNSPECIFIED: read as ITU-R 601, as the decoder does."""


def write(
    covered: Iterable[tuple[Frame, Sequence[tuple[int, int, int, int]]]],
    info: VideoInfo,
    fill: tuple[int, int, int],
    target: Path,
    sound: Path | None,
) -> None:
    """Encode each frame with its boxes (top, left, bottom, right) filled; times, rate and size stay.

    Raises `MediaError` (`UNSUPPORTED_SIZE`) for a size that the codec cannot hold, `EngineError` (`ENCODE_FAILED`).
    """
    try:
        with _output(target, info.container) as output:
            video: Any = None
            packets: Iterator[Any] = iter(())
            source = av.open(f"file:{sound.absolute()}", format=DEMUXERS[info.container]) if sound else None
            pending = None
            for frame, boxes in covered:
                picture = _painted(frame, boxes, fill, info)
                if video is None:
                    video = _stream(output, info, picture)
                    if source is not None:
                        track = output.add_stream_from_template(source.streams.audio[0])
                        track.metadata.clear()
                        packets = _packets(source, track)
                        pending = next(packets, None)
                picture.pts, picture.time_base = frame.pts, info.time_base
                while pending is not None and pending.pts * pending.time_base <= frame.pts * info.time_base:
                    output.mux(pending)
                    pending = next(packets, None)
                output.mux(video.encode(picture))
            if video is not None:
                output.mux(video.encode(None))
            while pending is not None:
                output.mux(pending)
                pending = next(packets, None)
            if source is not None:
                source.close()
    except (av.error.FFmpegError, ValueError) as error:
        target.unlink(missing_ok=True)
        if isinstance(error, av.error.ExternalError | av.error.ArgumentError) and (info.width_px | info.height_px) & 1:
            message = f"{info.codec} cannot hold {info.width_px} x {info.height_px} pixels again"
            raise MediaError(message, reason="UNSUPPORTED_SIZE") from None
        raise EngineError("the video could not be written; is the disk full?", reason="ENCODE_FAILED") from None
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def sound_alone(path: Path, format: str, target: Path) -> None:
    """Copy the sound track of a video, packet by packet, into a file of the same container without anything else."""
    with av.open(f"file:{path.absolute()}", format=DEMUXERS[format]) as source, _output(target, format) as output:
        track = output.add_stream_from_template(source.streams.audio[0])
        track.metadata.clear()
        for packet in _packets(source, track):
            output.mux(packet)


@contextmanager
def _output(target: Path, format: str) -> Iterator[Any]:
    with av.open(
        f"file:{target.absolute()}", "w", format=MUXERS[format], container_options={"fflags": "+bitexact"}
    ) as output:
        yield output


def _packets(source: Any, track: Any) -> Iterator[Any]:
    for packet in source.demux(source.streams.audio[0]):
        if packet.dts is not None:
            packet.stream = track
            yield packet


def _stream(output: Any, info: VideoInfo, picture: Any) -> Any:
    encoder, options = ENCODERS[info.codec]
    stream = output.add_stream(encoder, rate=info.rate, options=options)
    stream.width, stream.height, stream.pix_fmt = picture.width, picture.height, picture.format.name
    context = stream.codec_context
    context.time_base = stream.time_base = _encodable(info)
    context.max_b_frames = 0
    context.color_range, context.colorspace = picture.color_range, picture.colorspace
    context.flags |= av.codec.context.Flags.bitexact
    if info.codec == "mjpeg":
        context.qmin, context.qmax = 2, 3
    return stream


def _encodable(info: VideoInfo) -> Fraction:
    # MPEG-4 Part 2 has 16 bits for the denominator; its frames lie on the nominal rate otherwise.
    if info.codec == "mpeg4" and info.time_base.denominator > 65_535:
        return 1 / info.rate
    return info.time_base


def _painted(
    frame: Frame, boxes: Sequence[tuple[int, int, int, int]], fill: tuple[int, int, int], info: VideoInfo
) -> Any:
    raw, wanted = frame.raw, _writable(info.codec)
    if raw.rotation or raw.format.name not in _PLANAR or raw.format.name not in wanted:
        pixels = frame.pixels.copy()
        for top, left, bottom, right in boxes:
            pixels[top:bottom, left:right] = fill
        picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        return picture.reformat(format=wanted[0], dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.MPEG)
    raw.make_writable()
    raw.pict_type = 0
    colour = _colour(fill, raw)
    for number, plane in enumerate(raw.planes):
        down, across = round(raw.height / plane.height), round(raw.width / plane.width)
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        for top, left, bottom, right in boxes:
            rows[top // down : -(-bottom // down), left // across : -(-right // across)] = colour[number]
    return raw


def _colour(fill: tuple[int, int, int], raw: Any) -> tuple[int, ...]:
    """The levels of a colour in the planes of a frame like `raw`."""
    patch = av.VideoFrame.from_ndarray(np.full((16, 16, 3), fill, np.uint8), format="rgb24")
    space = raw.colorspace if raw.colorspace != _UNSPECIFIED else Colorspace.ITU601
    as_raw = patch.reformat(format=raw.format.name, dst_colorspace=space, dst_color_range=raw.color_range)
    return tuple(bytes(plane)[0] for plane in as_raw.planes)


def _writable(codec: str) -> tuple[str, ...]:
    taken = {f.name for f in av.codec.Codec(ENCODERS[codec][0], "w").video_formats or ()}
    return tuple(name for name in (*_PLANAR, "rgb24", "gray", "bgr0", "rgb48be") if name in taken)
