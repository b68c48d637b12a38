"""What every decoder of pictures gives, and the limits that hold before any of them decodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redactor.errors import MediaError
from redactor.policy import ImagePolicy
from redactor.protocols import Media

if TYPE_CHECKING:
    from redactor.protocols import Pixels


@dataclass(frozen=True, slots=True)
class Extent:
    """The size of one page as it is decoded, known from the headers alone."""

    width_px: int
    height_px: int
    lossy_blocks_px: int = 1
    """As in `Picture`."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded page, as a viewer shows it."""

    pixels: Pixels = field(repr=False)
    """RGB, shape (height, width, 3)."""
    format: str
    """The claimed format, as in `Media.format`."""
    lossy_blocks_px: int
    """Side of the blocks in which the source was compressed with loss (JPEG: 8), else 1."""

    @property
    def width_px(self) -> int:
        """Pixel columns."""
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        """Pixel rows."""
        return int(self.pixels.shape[0])


def require_file(media: Media, policy: ImagePolicy) -> None:
    """Raise `MediaError` (`EMPTY_FILE`, `FILE_TOO_LARGE`, `UNREADABLE`) for a file that is not worth opening."""
    try:
        size = media.path.stat().st_size
    except OSError:
        raise unreadable(media) from None
    if size == 0:
        raise MediaError("the picture is an empty file; save it again", reason="EMPTY_FILE")
    if size > policy.max_bytes:
        message = f"the file has more than {policy.max_bytes} bytes; split it, or raise image.max_bytes"
        raise MediaError(message, reason="FILE_TOO_LARGE")


def require_extents(extents: Sequence[Extent], policy: ImagePolicy) -> None:
    """Raise `MediaError` (`NO_PAGES`, `TOO_MANY_PAGES`, `PICTURE_TOO_LARGE`) unless the policy allows these pages."""
    if not extents:
        raise MediaError("the document has no pages; there is nothing to redact", reason="NO_PAGES")
    if len(extents) > policy.max_pages:
        raise too_many_pages(policy)
    sizes = [extent.width_px * extent.height_px for extent in extents]
    if max(sizes) > policy.max_pixels:
        raise too_large(policy)
    if sum(sizes) > policy.max_total_pixels:
        message = (
            f"all pages together have more than {policy.max_total_pixels} pixels; split the file, or raise "
            "image.max_total_pixels"
        )
        raise MediaError(message, reason="PICTURE_TOO_LARGE")


def unreadable(media: Media) -> MediaError:
    """The error for bytes that do not decode."""
    message = (
        f"not a readable {media.format} file: broken, cut short, or of another format; open it in a viewer and save it "
        f"again as {media.format}, or give it the suffix of what it is"
    )
    return MediaError(message, reason="UNREADABLE")


def too_large(policy: ImagePolicy) -> MediaError:
    """The error for a page of too many pixels."""
    message = (
        f"a picture has more than {policy.max_pixels} pixels; make it smaller, or raise image.max_pixels (for paper of "
        "unusual size lower image.pdf_dpi)"
    )
    return MediaError(message, reason="PICTURE_TOO_LARGE")


def too_many_pages(policy: ImagePolicy) -> MediaError:
    """The error for a document of too many pages, or an animation of too many frames."""
    message = f"more than {policy.max_pages} pages or frames; split the file, or raise image.max_pages"
    return MediaError(message, reason="TOO_MANY_PAGES")
