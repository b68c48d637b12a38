"""Pages of a picture: one for a still picture, several for a document or an animation; one is held at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from redactor.engines import animation, pdf_writing, pdfium, pillow, tiff
from redactor.engines.picture import Extent, Picture
from redactor.policy import ImagePolicy
from redactor.protocols import Media

if TYPE_CHECKING:
    from redactor.protocols import Pixels

LOSSY = frozenset({"jpg", "jpeg", "avif"})
"""Formats that are written with a little loss."""


def extents(media: Media, policy: ImagePolicy) -> tuple[Extent, ...]:
    """The size of each page, in order; no pixel is decoded. Raises `MediaError` as `load` does."""
    return pdfium.extents(media, policy) if media.format == "pdf" else pillow.extents(media, policy)


def load(media: Media, policy: ImagePolicy) -> Generator[Picture, None, None]:
    """Each page of `media`, decoded when it is asked for. Raises `MediaError` for what is not readable to the end."""
    return pdfium.load(media, policy) if media.format == "pdf" else pillow.load(media, policy)


def save(pages: Iterable[Pixels], media: Media, policy: ImagePolicy, target: Path) -> None:
    """Encode `pages` (RGB, as `load` gave them) in the format of `media` into `target`, without any metadata.

    `media` is the source: what is no pixel and must stay (the time of each frame, the size of paper) is taken from it.
    Raises `MediaError` as `load` does, and `WithheldError`.
    """
    if media.format == "pdf":
        pdf_writing.save(pages, pdfium.paper_sizes(media, policy), target)
    elif media.format in ("tif", "tiff"):
        tiff.save(pages, target)
    elif (shown := pillow.timed(media)) is not None:
        red, green, blue = bytes.fromhex(policy.fill[1:])
        animation.save(pages, shown, media, (red, green, blue), target)
    else:
        (pixels,) = pages
        pillow.save(pixels, media.format, target)
