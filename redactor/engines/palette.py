"""Frames of a GIF: at most 256 colours each, in a colour table of their own."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from redactor.engines import timing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels

_COLOURS = 256


def reduced(pixels: Pixels) -> bool:
    """Whether a frame has more colours than a GIF can hold beside the colour of covers, so that some are changed."""
    return len(np.unique(_packed(pixels))) >= _COLOURS


def gif_frame(pixels: Pixels, fill: tuple[int, int, int]) -> bytes:
    """One frame as it follows its place in a GIF: flags, colour table, compressed picture.

    Exact where 256 colours suffice. Else colours are joined without dithering, so that what is flat stays flat, and
    `fill` keeps its place.
    """
    packed = _packed(pixels)
    colours, indices = np.unique(packed, return_inverse=True)
    indices = indices.reshape(packed.shape)
    if len(colours) > _COLOURS:
        colours, indices = _joined(pixels, packed, fill)
    table = np.zeros((_COLOURS, 3), np.uint8)
    table[: len(colours)] = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1)
    image = Image.fromarray(indices.astype(np.uint8))
    image.putpalette(table.tobytes())
    image.save(buffer := io.BytesIO(), "GIF", optimize=False, interlace=0)
    data = buffer.getvalue()
    ((start, end),) = ((start, end) for kind, start, end in timing.gif_blocks(data) if kind == "frame")
    if data[start + 9] & 0x80:
        return data[start + 9 : end]
    # The table of a picture that stands alone is in the header.
    size = data[10] & 7
    return bytes([0x80 | size]) + data[13 : 13 + (6 << size)] + data[start + 10 : end]


def _packed(pixels: Pixels) -> NDArray[np.uint32]:
    wide = pixels.astype(np.uint32)
    return (wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]).astype(np.uint32)


def _joined(
    pixels: Pixels, packed: NDArray[np.uint32], fill: tuple[int, int, int]
) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    image = Image.fromarray(np.ascontiguousarray(pixels))
    few = image.quantize(_COLOURS - 1, Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE)
    table = np.frombuffer(bytes(few.getpalette() or ()), np.uint8).reshape(-1, 3)[: _COLOURS - 1]
    exact = np.array([fill], np.uint8)
    colours = _packed(np.concatenate([exact, table])[None])[0]
    indices = np.asarray(few).astype(np.intp) + 1
    indices[packed == colours[0]] = 0
    return colours, indices
