"""Checks that an encoded picture holds nothing but one picture: container structure, read byte by byte, no decoder.

Every format has its list of parts that a bare picture needs; any other part (metadata, profiles, thumbnails, more
frames), a second picture, or a byte after the end is a failure.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import pairwise

from redactor.errors import WithheldError

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNKS = {b"IHDR", b"IDAT", b"IEND"}
_JPEG_ALONE = {0x01, *range(0xD0, 0xD8)}
_JPEG_MARKERS = {0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD, 0xE0}
"""Frame headers, Huffman and quantisation tables, scans, restart interval, JFIF header."""
_JFIF_BYTES = 14
"""A JFIF header without a thumbnail."""
_TIFF_TAGS = {256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 296, 317, 338, 339}
"""Layout of the pixels (TIFF 6.0, baseline and extensions): sizes, compression, strips, resolution, predictor."""
_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 16: 8}


def require_bare(data: bytes, fmt: str) -> None:
    """Raise `WithheldError` (`METADATA_LEFT`) unless `data` is one picture of format `fmt` and nothing else."""
    try:
        left_over = not _WALKERS[fmt](data)
    except (struct.error, IndexError, KeyError):
        left_over = True
    if left_over:
        raise WithheldError(f"the {fmt} file holds more than one bare picture", reason="METADATA_LEFT")


def _png(data: bytes) -> bool:
    names, at = [], len(_PNG_SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        names.append(data[at + 4 : at + 8])
        at += 12 + length
    ends = names[:1] == [b"IHDR"] and names[-1:] == [b"IEND"] and names.count(b"IEND") == 1
    return data.startswith(_PNG_SIGNATURE) and at == len(data) and ends and set(names) <= _PNG_CHUNKS


def _jpeg(data: bytes) -> bool:
    at, scanning = 2, False
    while data.startswith(b"\xff\xd8"):
        at = data.find(b"\xff", at) if scanning else at
        if at < 0 or data[at] != 0xFF:
            return False
        marker = data[at + 1]
        if marker == 0xD9:
            return at + 2 == len(data)
        if scanning and (marker == 0 or marker in _JPEG_ALONE):
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        header = data[at + 4 : at + 2 + length]
        if marker not in _JPEG_MARKERS or (marker == 0xE0 and not _is_jfif(header)):
            return False
        scanning = marker == 0xDA
        at += 2 + length
    return False


def _is_jfif(header: bytes) -> bool:
    return header.startswith(b"JFIF\x00") and len(header) == _JFIF_BYTES


def _webp(data: bytes) -> bool:
    (size,) = struct.unpack_from("<I", data, 4)
    (length,) = struct.unpack_from("<I", data, 16)
    whole = data[:4] == b"RIFF" and data[8:12] == b"WEBP" and data[12:16] in (b"VP8L", b"VP8 ")
    return whole and size + 8 == len(data) == 20 + length + length % 2


def _bmp(data: bytes) -> bool:
    _, size, _, offset, header, width, height, _, bits = struct.unpack_from("<2sIIIIiiHH", data)
    row = (width * bits + 31) // 32 * 4
    return data[:2] == b"BM" and header == 40 and offset == 54 and size == len(data) == offset + row * abs(height)


def _tiff(data: bytes) -> bool:
    order = {b"II*\x00": "<", b"MM\x00*": ">"}[data[:4]]
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, start)
    used = [(0, 8), (start, start + 2 + 12 * count + 4)]
    values: dict[int, tuple[int, ...]] = {}
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind, number = struct.unpack_from(f"{order}HHI", data, entry)
        size = _TIFF_SIZES[kind] * number
        place = entry + 8 if size <= 4 else struct.unpack_from(f"{order}I", data, entry + 8)[0]
        if size > 4:
            used.append((place, place + size))
        if kind in (3, 4):
            values[tag] = struct.unpack_from(f"{order}{number}{'H' if kind == 3 else 'I'}", data, place)
    (following,) = struct.unpack_from(f"{order}I", data, start + 2 + 12 * count)
    tags = set(_tiff_tags(data, order, start, count))
    used += [(at, at + size) for at, size in zip(values[273], values[279], strict=True)]
    return following == 0 and tags <= _TIFF_TAGS and _fills(used, len(data))


def _tiff_tags(data: bytes, order: str, start: int, count: int) -> Iterator[int]:
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        yield struct.unpack_from(f"{order}H", data, entry)[0]


def _fills(ranges: list[tuple[int, int]], size: int) -> bool:
    # One byte of padding aligns the parts of a TIFF to even offsets; more could hide something.
    ranges = sorted(ranges)
    return all(after[0] - before[1] in (0, 1) for before, after in pairwise(ranges)) and size == ranges[-1][1]


_WALKERS: dict[str, Callable[[bytes], bool]] = {
    "png": _png,
    "jpg": _jpeg,
    "jpeg": _jpeg,
    "webp": _webp,
    "bmp": _bmp,
    "tif": _tiff,
    "tiff": _tiff,
}
