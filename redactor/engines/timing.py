"""The frames of an animation, read from the structure of its file: how many, how long each, how often all of them.

Sources: GIF89a (W3C), PNG third edition (W3C, animation chunks), WebP container specification (Google). A structure
that does not reach its end is an error here, because decoders take what is there for the whole.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

GIF_LOOPS = b"\x21\xff\x0bNETSCAPE2.0"


@dataclass(frozen=True, slots=True)
class Timing:
    """When each frame shows."""

    delays: tuple[tuple[int, int] | None, ...]
    """Seconds of each frame as numerator and denominator (a GIF counts in 1/100, WebP in 1/1000); None: a picture
    before the animation, for viewers that show none."""
    loops: int | None
    """As the file says it (0: for ever); None where a GIF says nothing: once."""
    lossy: bool = False
    """Whether any frame was compressed with loss."""


def gif(data: bytes) -> Timing:
    """Timing of a GIF. Raises `ValueError`, `struct.error` or `IndexError` for a broken or cut one."""
    delays: list[tuple[int, int]] = []
    delay, loops = 0, None
    width, height = struct.unpack_from("<HH", data, 6)
    for kind, start, _ in gif_blocks(data):
        if kind == "control":
            (delay,) = struct.unpack_from("<H", data, start + 4)
        elif kind == "loops":
            (loops,) = struct.unpack_from("<H", data, start + 16)
        elif kind == "frame":
            left, top, wide, high = struct.unpack_from("<HHHH", data, start + 1)
            if left + wide > width or top + high > height:
                raise ValueError("a frame reaches out of the screen")
            delays.append((delay, 100))
            delay = 0
    return Timing(tuple(delays), loops)


def gif_blocks(data: bytes) -> Iterator[tuple[str, int, int]]:
    """The blocks after the global colour table, `(kind, start, end)` in bytes, up to and with the `end`.

    Kinds are `control`, `loops` (with a count), `frame`, `other` and `end`. Raises as `gif`.
    """
    if data[:6] not in (b"GIF87a", b"GIF89a"):
        raise ValueError("no GIF")
    at = 13 + _table_bytes(data[10])
    while (mark := data[at]) != 0x3B:
        start = at
        if mark == 0x2C:
            kind, at = "frame", at + 10 + _table_bytes(data[at + 9]) + 1
        elif mark == 0x21:
            kind, at = "control" if data[at + 1] == 0xF9 else "other", at + 2
            if data[start : start + len(GIF_LOOPS)] == GIF_LOOPS and data[start + 14 : start + 16] == b"\x03\x01":
                kind = "loops"
        else:
            raise ValueError("no block")
        while data[at]:
            at += 1 + data[at]
        at += 1
        yield kind, start, at
    yield "end", at, at + 1


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def png(data: bytes) -> Timing:
    """Timing of a PNG, one frame without a time if it is a still. Raises `ValueError`, `struct.error`."""
    delays: list[tuple[int, int] | None] = []
    loops, promised = None, 0
    for name, start, _ in png_chunks(data):
        if name == b"acTL":
            promised, loops = struct.unpack_from(">II", data, start)
        elif name == b"fcTL" and promised:
            numerator, denominator = struct.unpack_from(">HH", data, start + 20)
            delays.append((numerator, denominator or 100))
        elif name == b"IDAT" and not delays:
            delays.append(None)
    if not promised:
        return Timing((None,), None)
    if sum(delay is not None for delay in delays) != promised:
        raise ValueError("other frames than promised")
    return Timing(tuple(delays), loops)


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end (of the content, in bytes) of each chunk, to `IEND`. Raises `ValueError`, `struct.error`."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    at, name = 8, b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if at + 12 + length > len(data):
            raise ValueError("cut short")
        yield name, at + 8, at + 8 + length
        at += 12 + length


def webp(data: bytes) -> Timing:
    """Timing of a WebP, a single still frame if it is no animation. Raises `ValueError`, `struct.error`."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("no WebP")
    delays: list[tuple[int, int] | None] = []
    loops, lossy, end = None, False, 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise ValueError("cut short")
    for name, start, stop in riff_chunks(data, 12, end):
        if name == b"ANIM":
            (loops,) = struct.unpack_from("<H", data, start + 4)
        elif name == b"ANMF":
            delays.append((int.from_bytes(data[start + 12 : start + 15], "little"), 1000))
            lossy |= any(inner == b"VP8 " for inner, _, _ in riff_chunks(data, start + 16, stop))
        lossy |= name == b"VP8 "
    return Timing(tuple(delays) or (None,), loops, lossy)


def riff_chunks(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end (of the content) of each chunk in `data[at:end]`. Raises `ValueError`, `struct.error`."""
    while at < end:
        (length,) = struct.unpack_from("<I", data, at + 4)
        if at + 8 + length > end:
            raise ValueError("cut short")
        yield data[at : at + 4], at + 8, at + 8 + length
        at += 8 + length + length % 2
