"""Checks that an encoded file holds nothing but bare pictures: container structure, read byte by byte, no decoder.

Every format has its list of parts that a bare picture needs; any other part (metadata, profiles, thumbnails, more
frames than there should be), or a byte after the end is a failure.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from redactor.errors import WithheldError
from redactor.render.bare_documents import pdf_pictures, tiff_pictures
from redactor.render.bare_frames import avif_pictures, gif_pictures, png_pictures, webp_pictures

_JPEG_ALONE = {0x01, *range(0xD0, 0xD8)}
_JPEG_MARKERS = {0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD, 0xE0}
"""Frame headers, Huffman and quantisation tables, scans, restart interval, JFIF header."""
_JFIF_BYTES = 14
"""A JFIF header without a thumbnail."""


def require_bare(data: bytes, fmt: str, pages: int = 1) -> None:
    """Raise `WithheldError` (`METADATA_LEFT`) unless `data` is `pages` pictures in format `fmt` and nothing else."""
    if not pages or pictures(data, fmt) != pages:
        raise WithheldError(f"the {fmt} file holds more than its bare pictures", reason="METADATA_LEFT")


def pictures(data: bytes, fmt: str) -> int:
    """How many pictures `data` is in format `fmt`; 0 when there is anything else in it."""
    try:
        return _WALKERS[fmt](data)
    except (struct.error, IndexError, KeyError, ValueError, zlib.error):
        return 0


def _jpeg(data: bytes) -> int:
    at, scanning = 2, False
    while data.startswith(b"\xff\xd8"):
        at = data.find(b"\xff", at) if scanning else at
        if at < 0 or data[at] != 0xFF:
            return 0
        marker = data[at + 1]
        if marker == 0xD9:
            return int(at + 2 == len(data))
        if scanning and (marker == 0 or marker in _JPEG_ALONE):
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        header = data[at + 4 : at + 2 + length]
        if marker not in _JPEG_MARKERS or (marker == 0xE0 and not _is_jfif(header)):
            return 0
        scanning = marker == 0xDA
        at += 2 + length
    return 0


def _is_jfif(header: bytes) -> bool:
    return header.startswith(b"JFIF\x00") and len(header) == _JFIF_BYTES


def _bmp(data: bytes) -> int:
    _, size, _, offset, header, width, height, _, bits = struct.unpack_from("<2sIIIIiiHH", data)
    row = (width * bits + 31) // 32 * 4
    whole = data[:2] == b"BM" and header == 40 and offset == 54
    return int(whole and size == len(data) == offset + row * abs(height))


_WALKERS: dict[str, Callable[[bytes], int]] = {
    "png": png_pictures,
    "jpg": _jpeg,
    "jpeg": _jpeg,
    "webp": webp_pictures,
    "bmp": _bmp,
    "tif": tiff_pictures,
    "tiff": tiff_pictures,
    "gif": gif_pictures,
    "avif": avif_pictures,
    "pdf": pdf_pictures,
}
"""How many pictures there are; 0 or an error if there is anything else."""
