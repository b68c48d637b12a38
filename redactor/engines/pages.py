"""Pages of a picture: one for a still picture, several for a document or an animation; one is held at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redactor.engines import pillow
from redactor.engines.pillow import Picture
from redactor.policy import ImagePolicy
from redactor.protocols import Media

if TYPE_CHECKING:
    from redactor.protocols import Pixels


@dataclass(frozen=True, slots=True)
class Extent:
    """The size of one page as `load` gives it, known without decoding it."""

    width_px: int
    height_px: int
    lossy_blocks_px: int = 1
    """As in `Picture`."""


def extents(media: Media, policy: ImagePolicy) -> tuple[Extent, ...]:
    """The size of each page, in order. Raises `MediaError` as `load` does."""
    return tuple(Extent(p.width_px, p.height_px, p.lossy_blocks_px) for p in load(media, policy))


def load(media: Media, policy: ImagePolicy) -> Iterator[Picture]:
    """Each page of `media`, decoded when it is asked for. Raises `MediaError` for what is not readable to the end."""
    yield pillow.load(media, policy.max_pixels)


def save(pages: Iterable[Pixels], media: Media, target: Path) -> None:
    """Encode `pages` (RGB, as `load` gave them) in the format of `media` into `target`, without any metadata.

    `media` is the source: what is no pixel and must stay (the time of each frame) is taken from it. Raises
    `WithheldError`.
    """
    for pixels in pages:
        pillow.save(pixels, media.format, target)
