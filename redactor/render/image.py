"""Covers boxes of pictures, documents and animations with a solid colour, and checks that nothing of them is left."""

from __future__ import annotations

import filecmp
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from redactor.engines import pages, palette
from redactor.engines.lettering import lettered
from redactor.engines.picture import Extent
from redactor.errors import WithheldError
from redactor.findings import Redaction, type_under
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.regions import Box
from redactor.render.bare import require_bare
from redactor.render.boxes import covering

if TYPE_CHECKING:
    from redactor.engines.picture import Picture
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
        """Write `target`: same format, pages and size in pixels (and on paper), every box covered, no metadata.

        Raises `MediaError` for an unreadable source, `WithheldError` (`OUTSIDE_PICTURE`, `WRONG_REGION`) for a region
        that is no box on this picture: it must never be clipped away in silence.
        """
        boxes = self.covers(media, redactions)
        pages.save(self._covered(media, boxes, redactions), media, self._policy, target)

    def covers(self, media: Media, redactions: Sequence[Redaction]) -> tuple[Box, ...]:
        """The boxes that `render` fills: margins, blanks inside values and touched compression blocks included.

        Raises as `render` does.
        """
        extents = pages.extents(media, self._policy)
        for redaction in redactions:
            for region in redaction.regions:
                _require_inside(region, extents)
        return tuple(
            box
            for page, extent in enumerate(extents)
            for box in covering(_cut(redactions, page), extent, self._policy.margin_px)
        )

    def check(self, media: Media, redactions: Sequence[Redaction], draft: Path) -> None:
        """Decode `draft` again and compare it with the source, pixel by pixel.

        Raises `WithheldError`: `SIZE_CHANGED`, `NOT_COVERED` (a box is not one flat colour), `PICTURE_CHANGED` (outside
        the boxes), `METADATA_LEFT`, `UNCHANGED` (byte for byte the source although something was to be covered).
        """
        if redactions and filecmp.cmp(media.path, draft, shallow=False):
            raise WithheldError("the draft is the source, byte for byte", reason="UNCHANGED")
        extents = pages.extents(media, self._policy)
        require_bare(draft.read_bytes(), media.format, len(extents))
        boxes = self.covers(media, redactions)
        copies = pages.load(Media(draft, "image", media.format), self._policy)
        for page, (source, copy) in enumerate(zip_longest(pages.load(media, self._policy), copies)):
            if source is None or copy is None or copy.pixels.shape != source.pixels.shape:
                raise WithheldError("the draft has other pages or another size than the source", reason="SIZE_CHANGED")
            self._check_page(source, copy, [box for box in boxes if box.page == page], redactions)

    def _check_page(
        self, source: Picture, copy: Picture, boxes: Sequence[Box], redactions: Sequence[Redaction]
    ) -> None:
        lossy = copy.format in pages.LOSSY
        for box in boxes:
            mean, peak = _difference(_part(copy.pixels, box), self._cover(box, redactions))
            if mean > lossy * _LOSSY_MEAN or peak > lossy * _LOSSY_PEAK:
                raise WithheldError("a box of the draft is not one flat colour", reason="NOT_COVERED")
        mean, peak = _change(source.pixels, copy.pixels, boxes)
        lossy |= copy.format == "gif" and palette.reduced(source.pixels)
        if mean > lossy * _LOSSY_MEAN or peak > lossy * _LOSSY_PEAK_OUTSIDE:
            raise WithheldError("the draft differs from the source outside of the boxes", reason="PICTURE_CHANGED")

    def _covered(self, media: Media, boxes: Sequence[Box], redactions: Sequence[Redaction]) -> Iterator[Pixels]:
        for page, picture in enumerate(pages.load(media, self._policy)):
            for box in boxes:
                if box.page == page:
                    _part(picture.pixels, box)[:] = self._cover(box, redactions)
            yield picture.pixels

    def _cover(self, box: Box, redactions: Sequence[Redaction]) -> Pixels:
        """What a box shows: the fill, and the type on it if the policy says so. It depends on nothing that it hides."""
        height, width = box.bottom - box.top, box.right - box.left
        if self._policy.labels:
            return lettered(type_under(box, redactions), width, height, self._policy.fill)
        return np.broadcast_to(self._fill, (height, width, 3))


def _cut(redactions: Iterable[Redaction], page: int) -> Iterator[Sequence[Box]]:
    """The boxes of each redaction on one page; only where there are some."""
    for redaction in redactions:
        if here := [box for box in redaction.regions if isinstance(box, Box) and box.page == page]:
            yield here


def _require_inside(region: object, extents: Sequence[Extent]) -> None:
    if not isinstance(region, Box):
        raise WithheldError("pictures are covered by boxes", reason="WRONG_REGION")
    inside = region.page < len(extents)
    if not inside or region.right > extents[region.page].width_px or region.bottom > extents[region.page].height_px:
        raise WithheldError("a box lies outside of the picture", reason="OUTSIDE_PICTURE")


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
