"""Letters on covers: the type of what was there, in a font that comes with Pillow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from redactor.protocols import Pixels

_SHARE = 0.6
"""Height of the letters as a share of the cover's."""
_SIZES_PX = (7, 40)


def lettered(text: str, width_px: int, height_px: int, fill: str) -> Pixels:
    """A box of colour `fill` (`#rrggbb`) with `text` in its middle, black or white; without it where there is no room.

    Depends on its arguments alone, so that two values of one type under the same box look the same.
    """
    box = Image.new("RGB", (width_px, height_px), fill)
    size = min(_SIZES_PX[1], int(height_px * _SHARE))
    while size >= _SIZES_PX[0]:
        font = ImageFont.load_default(size)
        if font.getlength(text) <= width_px - size / 2:
            draw = ImageDraw.Draw(box)
            light = sum(int(fill[i : i + 2], 16) for i in (1, 3, 5)) > 3 * 127
            draw.text((width_px / 2, height_px / 2), text, "#000000" if light else "#ffffff", font, anchor="mm")
            break
        size -= 1
    return np.asarray(box)
