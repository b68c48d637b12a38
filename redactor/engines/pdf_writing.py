"""Writes a PDF that holds one picture per page, the paper in its old size, and nothing else: no name, date or digest.

Source: ISO 32000-1, sections 7.5 (file structure), 7.4.4 (Flate with predictors) and 8.9.5 (images). Written by hand
because libraries add what they are, when, and digests of the contents.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from redactor.errors import WithheldError

if TYPE_CHECKING:
    from redactor.protocols import Pixels

HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
_PAGES = 2
"""Number of the object that lists the pages; each page takes the next three: page, drawing, picture."""

_INSET_PT = 0.002
"""How far the picture stays inside of the paper: far less than a pixel, but more than the rounding of a viewer, which
would else stretch the picture by a pixel and blur it."""


def save(pages: Iterable[Pixels], papers: Sequence[tuple[float, float]], target: Path) -> None:
    """Write `pages` (RGB, lossless) on `papers` (width and height in points). Raises `WithheldError`."""
    try:
        with target.open("wb") as stream:
            _write(stream, pages, papers)
    except OSError:
        raise WithheldError("the pdf document could not be written", reason="WRITE_FAILED") from None


def _write(stream: IO[bytes], pages: Iterable[Pixels], papers: Sequence[tuple[float, float]]) -> None:
    places: dict[int, int] = {}

    def put(number: int, *parts: bytes) -> None:
        places[number] = stream.tell()
        stream.writelines((b"%d 0 obj\n" % number, *parts, b"\nendobj\n"))

    stream.write(HEADER)
    put(1, b"<</Type/Catalog/Pages %d 0 R>>" % _PAGES)
    numbers = []
    for index, (pixels, paper) in enumerate(zip(pages, papers, strict=True)):
        page = 3 * index + _PAGES + 1
        numbers.append(page)
        width, height = (_number(side) for side in paper)
        put(
            page,
            b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 %b %b]" % (_PAGES, width, height),
            b"/Resources<</XObject<</I %d 0 R>>>>/Contents %d 0 R>>" % (page + 2, page + 1),
        )
        inset = min(_INSET_PT, *(side / 4 for side in paper))
        wide, high = (_number(side - 2 * inset) for side in paper)
        drawing = b"q %b 0 0 %b %b %b cm /I Do Q" % (wide, high, _number(inset), _number(inset))
        put(page + 1, b"<</Length %d>>\nstream\n" % len(drawing), drawing, b"\nendstream")
        rows, columns, _ = pixels.shape
        data = packed(pixels)
        put(
            page + 2,
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB" % (columns, rows),
            b"/BitsPerComponent 8/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors 3/Columns %d>>" % columns,
            b"/Length %d>>\nstream\n" % len(data),
            data,
            b"\nendstream",
        )
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    put(_PAGES, b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(numbers), kids))
    start = stream.tell()
    stream.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    stream.writelines(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    stream.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start))


def _number(value: float) -> bytes:
    return f"{value:.4f}".rstrip("0").rstrip(".").encode("ascii")


def packed(pixels: Pixels) -> bytes:
    """The rows of a picture as differences to the row above (PNG predictor 2), deflated."""
    rows, columns, _ = pixels.shape
    change = np.full((rows, 1 + 3 * columns), 2, np.uint8)
    flat = pixels.reshape(rows, 3 * columns)
    change[0, 1:] = flat[0]
    change[1:, 1:] = flat[1:] - flat[:-1]
    return zlib.compress(change.tobytes(), 6)
