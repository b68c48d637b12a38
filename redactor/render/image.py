"""Covers boxes of a still picture with a solid colour, and checks that nothing of them is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from redactor.engines import pillow
from redactor.errors import WithheldError
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.regions import Box, merge_boxes
from redactor.render.bare import require_bare

if TYPE_CHECKING:
    from redactor.engines.pillow import Picture
    from redactor.protocols import Pixels

_LOSSY_PEAK = 48
"""Levels by which JPEG of quality 95 may change one pixel of a cover (17 was the most on screens)."""
_LOSSY_PEAK_OUTSIDE = 96
"""Levels by which it may change one pixel elsewhere (20 on screens, more in noise)."""
_LOSSY_MEAN = 4.0
"""Levels by which it may change pixels on average (0.4 on screens)."""


class ImageRenderer:
    """Picture -> the same picture with solid boxes, encoded again from its pixels. Keeps no state."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy.image
        self._fill = np.frombuffer(bytes.fromhex(policy.image.fill[1:]), np.uint8)

    def render(self, media: Media, redactions: Sequence[Redaction], target: Path) -> None:
        """Write `target`: same format and size in pixels, every box covered, no metadata.

        Raises `MediaError` for an unreadable source, `WithheldError` (`OUTSIDE_PICTURE`, `WRONG_REGION`) for a region
        that is no box on this picture: it must never be clipped away in silence.
        """
        picture = pillow.load(media, self._policy.max_pixels)
        pillow.save(self._covered(picture, redactions), media.format, target)

    def covers(self, media: Media, redactions: Sequence[Redaction]) -> tuple[Box, ...]:
        """The boxes that `render` fills: margins, blanks inside values and touched compression blocks included.

        Raises as `render` does.
        """
        return self._boxes(pillow.load(media, self._policy.max_pixels), redactions)

    def check(self, media: Media, redactions: Sequence[Redaction], draft: Path) -> None:
        """Decode `draft` again and compare it with the source, pixel by pixel.

        Raises `WithheldError`: `SIZE_CHANGED`, `NOT_COVERED` (a box is not one flat colour), `PICTURE_CHANGED` (outside
        the boxes), `METADATA_LEFT`, `UNCHANGED` (byte for byte the source although something was to be covered).
        """
        data = draft.read_bytes()
        if redactions and data == media.path.read_bytes():
            raise WithheldError("the draft is the source, byte for byte", reason="UNCHANGED")
        require_bare(data, media.format)
        source = pillow.load(media, self._policy.max_pixels)
        copy = pillow.load(Media(draft, "image", media.format), self._policy.max_pixels)
        if copy.pixels.shape != source.pixels.shape:
            raise WithheldError("the draft has another size than the source", reason="SIZE_CHANGED")
        lossy = copy.lossy_blocks_px > 1
        boxes = self._boxes(source, redactions)
        for box in boxes:
            mean, peak = _difference(_part(copy.pixels, box), self._fill)
            if mean > lossy * _LOSSY_MEAN or peak > lossy * _LOSSY_PEAK:
                raise WithheldError("a box of the draft is not one flat colour", reason="NOT_COVERED")
        mean, peak = _change(source.pixels, copy.pixels, boxes)
        if mean > lossy * _LOSSY_MEAN or peak > lossy * _LOSSY_PEAK_OUTSIDE:
            raise WithheldError("the draft differs from the source outside of the boxes", reason="PICTURE_CHANGED")

    def _covered(self, picture: Picture, redactions: Iterable[Redaction]) -> Pixels:
        pixels = picture.pixels.copy()
        for box in self._boxes(picture, redactions):
            pixels[box.top : box.bottom, box.left : box.right] = self._fill
        return pixels

    def _boxes(self, picture: Picture, redactions: Iterable[Redaction]) -> tuple[Box, ...]:
        width, height, grid = picture.width_px, picture.height_px, picture.lossy_blocks_px
        covers: list[Box] = []
        for redaction in redactions:
            words = [_inside(region, width, height) for region in redaction.regions]
            # The blanks inside a value are covered too: they would tell how long its words are.
            line = max(box.bottom - box.top for box in words)
            for box in merge_boxes(words, gap_px=line):
                # Lossy compression leaves traces of a word in all of the blocks that it touches.
                blocks = _on_grid(box, grid, width, height)
                covers.append(_hull(box.padded(self._policy.margin_px, width, height), blocks))
        return merge_boxes(covers)


def _inside(region: object, width: int, height: int) -> Box:
    if not isinstance(region, Box):
        raise WithheldError("pictures are covered by boxes", reason="WRONG_REGION")
    if region.page != 0 or region.right > width or region.bottom > height:
        raise WithheldError("a box lies outside of the picture", reason="OUTSIDE_PICTURE")
    return region


def _on_grid(box: Box, grid: int, width: int, height: int) -> Box:
    right, bottom = -(-box.right // grid) * grid, -(-box.bottom // grid) * grid
    return Box(0, box.top // grid * grid, box.left // grid * grid, min(height, bottom), min(width, right))


def _hull(a: Box, b: Box) -> Box:
    return Box(0, min(a.top, b.top), min(a.left, b.left), max(a.bottom, b.bottom), max(a.right, b.right))


def _part(pixels: Pixels, box: Box) -> Pixels:
    return pixels[box.top : box.bottom, box.left : box.right]


def _difference(a: Pixels, b: Pixels) -> tuple[float, int]:
    """Mean and largest difference, in levels."""
    change = np.abs(a.astype(np.int16) - b)
    return (float(change.mean()), int(change.max())) if change.size else (0.0, 0)


def _change(source: Pixels, copy: Pixels, boxes: Iterable[Box]) -> tuple[float, int]:
    """`_difference` of the pixels outside of all boxes."""
    outside = np.ones(source.shape[:2], bool)
    for box in boxes:
        outside[box.top : box.bottom, box.left : box.right] = False
    return _difference(source[outside], copy[outside])
