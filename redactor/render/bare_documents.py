"""How many bare pictures a TIFF or a PDF holds, by its structure; 0 or an error when there is anything else."""

from __future__ import annotations

import re
import struct
import zlib
from itertools import pairwise

from redactor.engines.pdf_writing import HEADER

_TIFF_TAGS = {256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 296, 317, 338, 339}
"""Layout of the pixels (TIFF 6.0, baseline and extensions): sizes, compression, strips, resolution, predictor."""
_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 16: 8}

_NUMBER = rb"\d+(?:\.\d{1,4})?"
_PAGE = re.compile(
    rb"(\d+) 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox\[0 0 %b %b\]/Resources<</XObject<</I (\d+) 0 R>>>>"
    rb"/Contents (\d+) 0 R>>\nendobj\n"
    rb"(\d+) 0 obj\n<</Length (\d+)>>\nstream\n(q %b 0 0 %b %b %b cm /I Do Q)\nendstream\nendobj\n"
    rb"(\d+) 0 obj\n<</Type/XObject/Subtype/Image/Width (\d+)/Height (\d+)/ColorSpace/DeviceRGB"
    rb"/BitsPerComponent 8/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors 3/Columns (\d+)>>"
    rb"/Length (\d+)>>\nstream\n" % ((_NUMBER,) * 6)
)
_START = HEADER + b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
_AFTER_PICTURE = b"\nendstream\nendobj\n"


def tiff_pictures(data: bytes) -> int:
    """Pages of a TIFF, none with anything but the layout of its pixels."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}[data[:4]]
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    used, pages = [(0, 8)], 0
    while start:
        if any(begin == start for begin, _ in used):
            return 0
        ranges, tags, start = _directory(data, order, start)
        if not tags <= _TIFF_TAGS:
            return 0
        used += ranges
        pages += 1
    return pages * _fills(used, len(data))


def _directory(data: bytes, order: str, start: int) -> tuple[list[tuple[int, int]], set[int], int]:
    """The bytes that a directory uses, its tags, and where the next one is."""
    (count,) = struct.unpack_from(f"{order}H", data, start)
    used = [(start, start + 2 + 12 * count + 4)]
    values: dict[int, tuple[int, ...]] = {}
    tags = set()
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind, number = struct.unpack_from(f"{order}HHI", data, entry)
        size = _TIFF_SIZES[kind] * number
        place = entry + 8 if size <= 4 else struct.unpack_from(f"{order}I", data, entry + 8)[0]
        if size > 4:
            used.append((place, place + size))
        if kind in (3, 4):
            values[tag] = struct.unpack_from(f"{order}{number}{'H' if kind == 3 else 'I'}", data, place)
        tags.add(tag)
    (following,) = struct.unpack_from(f"{order}I", data, start + 2 + 12 * count)
    used += [(at, at + size) for at, size in zip(values[273], values[279], strict=True)]
    return used, tags, following


def _fills(ranges: list[tuple[int, int]], size: int) -> bool:
    # One byte of padding aligns the parts of a TIFF to even offsets; more could hide something.
    ranges = sorted(ranges)
    return all(after[0] - before[1] in (0, 1) for before, after in pairwise(ranges)) and size == ranges[-1][1]


def pdf_pictures(data: bytes) -> int:
    """Pages of a PDF that is, byte for byte, one that this product writes: a picture on each page and nothing else."""
    if not data.startswith(_START):
        return 0
    at, places = len(_START), {1: len(HEADER)}
    pages: list[int] = []
    while found := _PAGE.match(data, at):
        page, picture, drawing, drawing_again, length, drawn, picture_again, width, height, columns, size = (
            found.groups()
        )
        number = 3 * len(pages) + 3
        named = [int(page), int(drawing), int(drawing_again), int(picture), int(picture_again)]
        if named != [number, number + 1, number + 1, number + 2, number + 2] or len(drawn) != int(length):
            return 0
        end = found.end() + int(size)
        if columns != width or not _is_picture(data[found.end() : end], int(width), int(height)):
            return 0
        if data[end : end + len(_AFTER_PICTURE)] != _AFTER_PICTURE:
            return 0
        places |= {number: at, number + 1: found.start(4), number + 2: found.start(7)}
        pages.append(number)
        at = end + len(_AFTER_PICTURE)
    return len(pages) * (data[at:] == _end(pages, places, at))


def _end(pages: list[int], places: dict[int, int], at: int) -> bytes:
    """What must follow after the last picture, at `at`: the list of pages and the table of places."""
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    listed = b"2 0 obj\n<</Type/Pages/Count %d/Kids[%b]>>\nendobj\n" % (len(pages), kids)
    places = {**places, 2: at}
    table = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    count = len(places) + 1
    return (
        listed
        + b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, table)
        + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, at + len(listed))
    )


def _is_picture(packed: bytes, width: int, height: int) -> bool:
    """Whether `packed` is the deflated rows of a picture of this size, to the last byte."""
    reader, left = zlib.decompressobj(), height * (1 + 3 * width)
    while packed and left >= 0:
        left -= len(reader.decompress(packed, 1 << 20))
        packed = reader.unconsumed_tail
    return left == 0 and reader.eof and not reader.unused_data
