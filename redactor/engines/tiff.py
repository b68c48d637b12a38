"""Writes the pages of a TIFF one after the other, each with its own size, as one strip of deflated RGB samples.

Source: TIFF revision 6.0 (Adobe), sections 2, 8 and 14, and its Technical Note on Deflate (compression 8).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from redactor.errors import WithheldError

if TYPE_CHECKING:
    from redactor.protocols import Pixels

_SHORT, _LONG = 3, 4


def save(pages: Iterable[Pixels], target: Path) -> None:
    """Write `pages` (RGB, shape (height, width, 3)) into `target`, lossless, without any metadata.

    Raises `WithheldError`: `WRITE_FAILED`, or `OUTPUT_TOO_LARGE` above the 4 GB that a TIFF can address.
    """
    try:
        with target.open("wb") as stream:
            stream.write(struct.pack("<2sHI", b"II", 42, 0))
            link = 4
            for pixels in pages:
                link = _page(stream, pixels, link)
    except struct.error:
        raise WithheldError("the pages do not fit into one TIFF; split the file", reason="OUTPUT_TOO_LARGE") from None
    except OSError:
        raise WithheldError("the tiff picture could not be written", reason="WRITE_FAILED") from None


def _page(stream: IO[bytes], pixels: Pixels, link: int) -> int:
    """Append a page and point to it at `link`; returns where the next one is to be pointed to."""
    height, width, _ = pixels.shape
    # Differences to the left neighbour (predictor 2) halve the size of most screens.
    change = pixels.copy()
    change[:, 1:] -= pixels[:, :-1]
    data = zlib.compress(np.ascontiguousarray(change).tobytes(), 6)
    strip = stream.tell()
    stream.write(data + bytes(len(data) % 2))
    depths = stream.tell()
    stream.write(struct.pack("<HHH", 8, 8, 8))
    entries = (
        (256, _LONG, 1, width),
        (257, _LONG, 1, height),
        (258, _SHORT, 3, depths),
        (259, _SHORT, 1, 8),
        (262, _SHORT, 1, 2),
        (273, _LONG, 1, strip),
        (277, _SHORT, 1, 3),
        (278, _LONG, 1, height),
        (279, _LONG, 1, len(data)),
        (284, _SHORT, 1, 1),
        (317, _SHORT, 1, 2),
    )
    directory = stream.tell()
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    stream.write(struct.pack("<H", len(entries)) + packed + bytes(4))
    end = stream.tell()
    stream.seek(link)
    stream.write(struct.pack("<I", directory))
    stream.seek(end)
    return end - 4
