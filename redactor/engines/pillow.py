"""Pillow: decodes and encodes still pictures.

A picture is decoded only as the format it claims to be, after its size was checked, and always to RGB as a viewer shows
it: rotated by its EXIF orientation, flattened over one background, 8 bits a channel. What is saved is encoded from
those pixels alone, so that metadata, profiles, thumbnails, hidden colours under transparency and trailing bytes stay
behind.
"""

from __future__ import annotations

import logging
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from redactor.errors import MediaError, MissingEngineError, WithheldError
from redactor.protocols import Media

try:
    from PIL import Image, ImageOps
except ImportError:
    raise MissingEngineError("pictures need Pillow: pip install redactor", reason="NO_ENGINE") from None

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels

# At debug level Pillow logs the values of metadata tags.
logging.getLogger("PIL").setLevel(logging.INFO)

_PLUGINS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP", "bmp": "BMP", "tif": "TIFF", "tiff": "TIFF"}
_SETTINGS: dict[str, dict[str, object]] = {
    "PNG": {"compress_level": 6},
    # Full chroma resolution and fine quantisation: coloured text stays readable.
    "JPEG": {"quality": 95, "subsampling": 0},
    # Lossless is exact for text and covers, and for screens smaller than lossy.
    "WEBP": {"lossless": True, "quality": 50, "method": 4, "exact": True},
    "BMP": {},
    "TIFF": {"compression": "tiff_adobe_deflate"},
}
# What the decoders raise for broken bytes (where warnings are errors, those too); the messages may quote file names,
# so they are not passed on.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
    UserWarning,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded still picture, as a viewer shows it."""

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


def load(media: Media, max_pixels: int) -> Picture:
    """Decode `media` as the format it claims to be.

    Raises `MediaError` with reason `EMPTY_FILE`, `PICTURE_TOO_LARGE` (more than `max_pixels`, before anything is
    decoded), `SEVERAL_FRAMES` or `UNREADABLE` (truncated, broken, or another format).
    """
    plugin = _plugin(media.format)
    try:
        if media.path.stat().st_size == 0:
            raise MediaError("the picture is an empty file", reason="EMPTY_FILE")
        with Image.open(media.path, formats=(plugin,)) as image:
            width, height = image.size
            if width * height > max_pixels:
                raise _too_large(max_pixels)
            if getattr(image, "n_frames", 1) > 1:
                raise MediaError(
                    "the picture has several frames or pages; only one is supported", reason="SEVERAL_FRAMES"
                )
            image.load()
            pixels = _as_seen(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(max_pixels) from None
    except MemoryError:
        raise MediaError("the picture does not fit into memory", reason="PICTURE_TOO_LARGE") from None
    except _BROKEN:
        message = f"not a readable {media.format} picture: broken, cut short, or another format"
        raise MediaError(message, reason="UNREADABLE") from None
    return Picture(pixels, media.format, 8 if plugin == "JPEG" else 1)


def save(pixels: Pixels, fmt: str, target: Path) -> None:
    """Encode `pixels` (RGB, shape (height, width, 3)) as `fmt` into `target`, without any metadata.

    PNG, BMP, TIFF (deflate) and WebP are lossless; JPEG is quality 95 with full chroma. Raises `WithheldError`.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError("pixels are uint8 of shape (height, width, 3)")
    plugin = _plugin(fmt)
    try:
        Image.fromarray(np.ascontiguousarray(pixels)).save(target, format=plugin, **_SETTINGS[plugin])
    except (OSError, ValueError):
        raise WithheldError(f"the {fmt} picture could not be written", reason="WRITE_FAILED") from None


def resized(grey: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """A one-channel picture, shape (h, w), enlarged or shrunk by `scale` with a Lanczos filter."""
    height, width = grey.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.LANCZOS))


def luma(pixels: Pixels) -> NDArray[np.uint8]:
    """Brightness 0..255 (ITU-R 601), shape (height, width)."""
    return np.asarray(Image.fromarray(pixels).convert("L"))


def _plugin(fmt: str) -> str:
    if fmt not in _PLUGINS:
        raise MediaError(f"pictures are {', '.join(sorted(_PLUGINS))}", reason="UNKNOWN_FORMAT")
    return _PLUGINS[fmt]


def _too_large(max_pixels: int) -> MediaError:
    message = f"the picture has more than {max_pixels} pixels; the limit is image.max_pixels"
    return MediaError(message, reason="PICTURE_TOO_LARGE")


def _as_seen(image: Image.Image) -> Pixels:
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image).astype(np.uint32) // 257).astype(np.uint8))
    elif image.mode in ("I", "F"):
        image = Image.fromarray(_stretched(np.asarray(image, np.float64)))
    if image.has_transparency_data:
        return _flattened(np.asarray(image.convert("RGBA")))
    return np.array(image.convert("RGB"))


def _stretched(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    # Pillow clips 32-bit samples at 255 when it converts them, which would hide whatever is brighter.
    values = np.nan_to_num(values)
    low, high = float(values.min()), float(values.max())
    return ((values - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)


def _flattened(rgba: NDArray[np.uint8]) -> Pixels:
    # A drawing on a mostly transparent ground keeps its contrast: light ink goes on black. Everything else on white.
    weight = rgba[..., 3:].astype(np.float32) / 255
    sparse, total = weight.mean() < 0.5, max(float(weight.sum()), 1.0)
    light = float((rgba[..., :3] * weight).sum()) / (3 * total) > 127
    ground = 0 if sparse and light else 255
    return np.round(rgba[..., :3] * weight + ground * (1 - weight)).astype(np.uint8)
