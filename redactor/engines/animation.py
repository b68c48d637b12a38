"""Writes animations frame by frame: each frame whole, nothing left over from the one before, times as in the source.

Encoders of animations store what changed between frames and join frames that became equal, which would change their
number and times; so each frame is encoded as a picture of its own, and only the container is written here (GIF89a, PNG
third edition, WebP container specification).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from redactor.engines import palette, pillow, timing
from redactor.engines.timing import Timing
from redactor.errors import WithheldError
from redactor.protocols import Media

if TYPE_CHECKING:
    from redactor.protocols import Pixels


def save(frames: Iterable[Pixels], shown: Timing, media: Media, fill: tuple[int, int, int], target: Path) -> None:
    """Write `frames` (as many as `shown.delays`) in the format of `media`. Raises `WithheldError`.

    A frame of a GIF that has more than 256 colours loses some; `fill` never changes.
    """
    try:
        with target.open("wb") as stream:
            if media.format == "gif":
                _gif(stream, frames, shown, fill)
            else:
                {"png": _png, "webp": _webp}[media.format](stream, frames, shown)
    except OSError:
        raise WithheldError(f"the {media.format} animation could not be written", reason="WRITE_FAILED") from None


def _gif(stream: IO[bytes], frames: Iterable[Pixels], shown: Timing, fill: tuple[int, int, int]) -> None:
    for index, (pixels, delay) in enumerate(zip(frames, shown.delays, strict=True)):
        height, width, _ = pixels.shape
        if index == 0:
            stream.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0x70, 0, 0))
            if shown.loops is not None:
                stream.write(timing.GIF_LOOPS + struct.pack("<BBHB", 3, 1, shown.loops, 0))
        hundredths = delay[0] if delay else 0
        # Each frame stays until the next one, which fills the whole screen, is drawn over it.
        stream.write(b"\x21\xf9\x04" + struct.pack("<BHBB", 0x04, hundredths, 0, 0))
        stream.write(b"\x2c" + struct.pack("<HHHH", 0, 0, width, height) + palette.gif_frame(pixels, fill))
    stream.write(b"\x3b")


def _png(stream: IO[bytes], frames: Iterable[Pixels], shown: Timing) -> None:
    number = 0
    for index, (pixels, delay) in enumerate(zip(frames, shown.delays, strict=True)):
        height, width, _ = pixels.shape
        pillow.save(pixels, "png", buffer := io.BytesIO())
        data = buffer.getvalue()
        chunks = [(name, data[start:end]) for name, start, end in timing.png_chunks(data)]
        if index == 0:
            stream.write(data[:8] + _chunk(b"IHDR", chunks[0][1]))
            animated = sum(delay is not None for delay in shown.delays)
            stream.write(_chunk(b"acTL", struct.pack(">II", animated, shown.loops or 0)))
        if delay is not None:
            control = struct.pack(">IIIIIHHBB", number, width, height, 0, 0, *delay, 0, 0)
            stream.write(_chunk(b"fcTL", control))
            number += 1
        for _, content in (chunk for chunk in chunks if chunk[0] == b"IDAT"):
            if index == 0:
                stream.write(_chunk(b"IDAT", content))
            else:
                stream.write(_chunk(b"fdAT", struct.pack(">I", number) + content))
                number += 1
    stream.write(_chunk(b"IEND", b""))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _webp(stream: IO[bytes], frames: Iterable[Pixels], shown: Timing) -> None:
    for index, (pixels, delay) in enumerate(zip(frames, shown.delays, strict=True)):
        height, width, _ = pixels.shape
        size = _three(width - 1) + _three(height - 1)
        if index == 0:
            stream.write(b"RIFF\x00\x00\x00\x00WEBP")
            stream.write(b"VP8X" + struct.pack("<II", 10, 0x02) + size)
            stream.write(b"ANIM" + struct.pack("<IIH", 6, 0xFFFFFFFF, shown.loops or 0))
        pillow.save(pixels, "webp", buffer := io.BytesIO())
        frame = buffer.getvalue()[12:]
        # Flag 2: drawn as it is, not blended over the frame before.
        head = bytes(6) + size + _three(delay[0] if delay else 0) + b"\x02"
        stream.write(b"ANMF" + struct.pack("<I", len(head) + len(frame)) + head + frame)
    end = stream.tell()
    stream.seek(4)
    stream.write(struct.pack("<I", end - 8))


def _three(value: int) -> bytes:
    return value.to_bytes(3, "little")
