"""Screens whose boxes are wrong: each is the original again, covered in another way than the sidecar says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.sabotages.base import Broken, Sabotage
from redactor.engines import pages
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Pixels

_SMALL = 0.6
"""Share of the width that a box that is too small keeps."""
_MOSAIC_PX = 8


def one_missing(copy: Broken) -> bool:
    """One box is missing."""
    cut = copy.rng.choice(boxes(copy)) if boxes(copy) else None
    return cut is not None and _covered(copy, [box for box in boxes(copy) if box != cut])


def one_missing_and_its_entry(copy: Broken) -> bool:
    """One box is missing, and the sidecar does not say that there was one."""
    if not one_missing(copy):
        return False
    path = copy.folder / copy.good.sidecar.name
    body = json.loads(path.read_text(encoding="utf-8"))
    shown = [box for box in boxes(copy) if not _filled(copy, box)]
    body["covers"] = [c for c in body["covers"] if Box(**{k: v for k, v in c.items() if k != "type"}) not in shown]
    path.write_text(json.dumps(body), encoding="utf-8")
    return True


def too_small(copy: Broken) -> bool:
    """One box leaves more than a third of its width."""
    wide = [box for box in boxes(copy) if box.right - box.left >= 24]
    if not wide:
        return False
    cut = copy.rng.choice(wide)
    small = replace(cut, right=cut.left + round(_SMALL * (cut.right - cut.left)))
    return _covered(copy, [small if box == cut else box for box in boxes(copy)])


def moved(copy: Broken) -> bool:
    """All boxes stand a line too low."""
    return _covered(copy, [_lower(copy, box) for box in boxes(copy)])


def blurred(copy: Broken) -> bool:
    """A blur in place of the fill."""
    return _covered(copy, boxes(copy), lambda part: part.filter(ImageFilter.GaussianBlur(copy.rng.choice((2, 4, 6)))))


def mosaic(copy: Broken) -> bool:
    """Coarse squares in place of the fill."""

    def coarse(part: Image.Image) -> Image.Image:
        small = (max(1, part.width // _MOSAIC_PX), max(1, part.height // _MOSAIC_PX))
        return part.resize(small, Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)

    return _covered(copy, boxes(copy), coarse)


def shines_through(copy: Broken) -> bool:
    """The fill lets a tenth of the picture through."""
    fill = copy.good.policy.image.fill
    return _covered(copy, boxes(copy), lambda part: Image.blend(Image.new("RGB", part.size, fill), part, 0.1))


def boxes(copy: Broken) -> list[Box]:
    """The boxes of the correct output."""
    return [region for region in copy.good.covers if isinstance(region, Box)]


def _filled(copy: Broken, box: Box) -> bool:
    media = replace(copy.good.output, path=copy.medium)
    for page, picture in enumerate(pages.load(media, copy.good.policy.image)):
        if page == box.page:
            return bool(np.ptp(_part(picture.pixels, box), axis=(0, 1)).max() < 64)
    return True


def _lower(copy: Broken, box: Box) -> Box:
    """`box` a line further down, or up where the page ends."""
    page = next(e for e in copy.good.told.extent if isinstance(e, Box) and e.page == box.page)
    by = min(box.bottom - box.top, page.bottom - box.bottom) or -min(box.bottom - box.top, box.top)
    return replace(box, top=box.top + by, bottom=box.bottom + by)


def _covered(copy: Broken, over: Sequence[Box], change: Callable[[Image.Image], Image.Image] | None = None) -> bool:
    if not boxes(copy):
        return False
    policy = copy.good.policy.image

    def drawn() -> Iterator[Pixels]:
        for page, picture in enumerate(pages.load(copy.good.original, policy)):
            pixels = picture.pixels.copy()
            for box in over:
                if box.page == page:
                    part = _part(pixels, box)
                    shown = Image.fromarray(part)
                    new = change(shown) if change else Image.new("RGB", shown.size, policy.fill)
                    part[:] = np.asarray(new)
            yield pixels

    copy.medium.unlink()
    pages.save(drawn(), copy.good.original, policy, copy.medium)
    return True


def _part(pixels: Pixels, box: Box) -> Pixels:
    return pixels[box.top : box.bottom, box.left : box.right]


SABOTAGES: tuple[Sabotage, ...] = (
    one_missing,
    one_missing_and_its_entry,
    too_small,
    moved,
    blurred,
    mosaic,
    shines_through,
)
