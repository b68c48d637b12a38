"""How many bare pictures a PNG, WebP, GIF or AVIF holds, by its structure; 0 or an error when there is anything else.

Frames of animations must fill the whole picture, so that none shows a part of the one before.
"""

from __future__ import annotations

import struct

from redactor.engines.timing import GIF_LOOPS, gif_blocks, png_chunks, riff_chunks

_PNG_CHUNKS = {b"IHDR", b"IDAT", b"IEND"}
_ANIMATION_CHUNKS = {b"acTL", b"fcTL", b"fdAT"}
_AVIF_PARTS = (
    *((b"ftyp",), (b"meta",), (b"meta", b"hdlr"), (b"meta", b"pitm"), (b"meta", b"iloc"), (b"meta", b"iinf")),
    *((b"meta", b"iprp"), (b"meta", b"iprp", b"ipco"), (b"meta", b"iprp", b"ipco", b"ispe")),
    *((b"meta", b"iprp", b"ipco", b"pixi"), (b"meta", b"iprp", b"ipco", b"av1C")),
    *((b"meta", b"iprp", b"ipco", b"colr"), (b"meta", b"iprp", b"ipma"), (b"mdat",)),
)
"""The boxes of a still picture (ISO/IEC 23008-12), in the order in which libavif writes them, each once."""
_AVIF_FIXED = {
    b"ftyp": b"avif\0\0\0\0avifmif1miafMA1A",
    b"hdlr": bytes(8) + b"pict" + bytes(13),
    b"pitm": b"\0\0\0\0\0\1",
    b"iinf": b"\0\0\0\0\0\1\0\0\0\x1ainfe\2\0\0\0\0\1\0\0av01Color\0",
    b"pixi": b"\0\0\0\0\3\x08\x08\x08",
    b"colr": b"nclx\0\1\0\x0d\0\6\x80",
    b"ipma": b"\0\0\0\0\0\0\0\1\0\1\4\1\2\x83\4",
}
"""Boxes whose contents are the same in every picture: names, colours (sRGB), what belongs to what."""
_AVIF_SIZES = {b"iloc": 22, b"ispe": 12, b"av1C": 4}
"""Bytes of those that tell sizes: a longer one could hold a text."""


def png_pictures(data: bytes) -> int:
    """Pictures of a PNG, or frames of an animated one."""
    chunks = [(name, data[start:end]) for name, start, end in png_chunks(data)]
    names = [name for name, _ in chunks]
    if names[0] != b"IHDR" or len(data) != 8 + sum(12 + len(content) for _, content in chunks):
        return 0
    if set(names) == _PNG_CHUNKS:
        return 1
    if not set(names) <= _PNG_CHUNKS | _ANIMATION_CHUNKS or names.count(b"acTL") != 1 or names[1] != b"acTL":
        return 0
    ((_, head), (_, animated)) = chunks[:2]
    whole = head[:8] + bytes(8)
    frames = [content for name, content in chunks if name == b"fcTL"]
    numbers = [content[:4] for name, content in chunks if name in (b"fcTL", b"fdAT")]
    in_order = numbers == [struct.pack(">I", number) for number in range(len(numbers))]
    filled = all(len(frame) == 26 and frame[4:20] == whole for frame in frames)
    first = names.index(b"IDAT") < names.index(b"fcTL")
    counted = len(animated) == 8 and animated[:4] == struct.pack(">I", len(frames))
    return (len(frames) + first) * (in_order and filled and counted)


def webp_pictures(data: bytes) -> int:
    """Pictures of a WebP, or frames of an animated one."""
    (size,) = struct.unpack_from("<I", data, 4)
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or size + 8 != len(data):
        return 0
    chunks = list(riff_chunks(data, 12, len(data)))
    names = [name for name, _, _ in chunks]
    if names in ([b"VP8L"], [b"VP8 "]):
        return int(_packed_end(chunks) == len(data))
    if names[:2] != [b"VP8X", b"ANIM"] or set(names[2:]) != {b"ANMF"} or _packed_end(chunks) != len(data):
        return 0
    (_, head, head_end), (_, animated, animated_end), *frames = chunks
    extent, flags = data[head + 4 : head + 10], data[head]
    for _, start, end in frames:
        inner = list(riff_chunks(data, start + 16, end))
        place, corner = data[start + 6 : start + 12], data[start : start + 6]
        if [name for name, _, _ in inner] != [b"VP8L"] or place != extent or any(corner) or _packed_end(inner) != end:
            return 0
    return len(frames) * (flags == 0x02 and head_end - head == 10 and animated_end - animated == 6)


def _packed_end(chunks: list[tuple[bytes, int, int]]) -> int:
    _, start, end = chunks[-1]
    return end + (end - start) % 2


def gif_pictures(data: bytes) -> int:
    """Frames of a GIF: each with its control block, its colours and the size of the screen."""
    screen = data[6:10]
    if data[:6] != b"GIF89a" or data[10] & 0x80:
        return 0
    blocks = list(gif_blocks(data))
    kinds = [kind for kind, _, _ in blocks]
    looped = kinds[0] == "loops"
    frames = (len(kinds) - 1 - looped) // 2
    if kinds[looped:] != ["control", "frame"] * frames + ["end"] or blocks[-1][2] != len(data):
        return 0
    for kind, start, end in blocks:
        if kind == "loops" and end - start != len(GIF_LOOPS) + 5:
            return 0
        if kind == "control" and end - start != 8:
            return 0
        if kind == "frame" and (any(data[start + 1 : start + 5]) or data[start + 5 : start + 9] != screen):
            return 0
    return frames


def avif_pictures(data: bytes) -> int:
    """Pictures of an AVIF: one, whose coded bytes fill `mdat`."""
    boxes = list(_boxes(data, 0, len(data), ()))
    if tuple(path for path, _, _ in boxes) != _AVIF_PARTS:
        return 0
    places = {path[-1]: (start, end) for path, start, end in boxes}
    if any(data[slice(*places[name])] != content for name, content in _AVIF_FIXED.items()):
        return 0
    if any(places[name][1] - places[name][0] != size for name, size in _AVIF_SIZES.items()):
        return 0
    # One item in one extent (version 0, offsets and lengths of 4 bytes): where it starts and how long it is.
    start, length = struct.unpack_from(">II", data, places[b"iloc"][0] + 14)
    return int((start, start + length) == places[b"mdat"] and places[b"mdat"][1] == len(data))


def _boxes(data: bytes, at: int, end: int, path: tuple[bytes, ...]) -> list[tuple[tuple[bytes, ...], int, int]]:
    found = []
    while at < end:
        size, name = struct.unpack_from(">I4s", data, at)
        if size < 8 or at + size > end:
            raise ValueError("no box")
        here = (*path, name)
        found.append((here, at + 8, at + size))
        if name in (b"meta", b"iprp", b"ipco"):
            found += _boxes(data, at + 8 + 4 * (name == b"meta"), at + size, here)
        at += size
    return found
