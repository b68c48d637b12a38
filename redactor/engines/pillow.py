"""Pillow: decodes pictures and animations, and encodes single pictures.

A file is decoded only as the format it claims to be, after its size was checked, and always to RGB as a viewer shows
it: frames composed, rotated by EXIF orientation, flattened over one background, 8 bits a channel. What is saved is
encoded from those pixels alone, so that metadata, profiles, thumbnails, hidden colours under transparency and trailing
bytes stay behind.
"""

from __future__ import annotations

import logging
import struct
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from redactor.engines import timing
from redactor.engines.picture import Extent, Picture, require_extents, require_file, too_large, unreadable
from redactor.errors import MediaError, MissingEngineError, WithheldError
from redactor.policy import ImagePolicy
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

_PLUGINS = {name: name.upper() for name in ("png", "jpeg", "webp", "bmp", "tiff", "gif", "avif")}
_PLUGINS |= {"jpg": "JPEG", "tif": "TIFF"}
_SETTINGS: dict[str, dict[str, object]] = {
    "PNG": {"compress_level": 6},
    # Full chroma resolution and fine quantisation: coloured text stays readable.
    "JPEG": {"quality": 95, "subsampling": 0},
    # Lossless is exact for text and covers, and for screens smaller than lossy.
    "WEBP": {"lossless": True, "quality": 50, "method": 4, "exact": True},
    "BMP": {},
    "TIFF": {"compression": "tiff_adobe_deflate"},
    # The finest quantisation; what is left is the rounding of the colour space, 3 levels at most.
    "AVIF": {"quality": 100, "subsampling": "4:4:4", "speed": 8},
}
_TIMINGS = {"PNG": timing.png, "GIF": timing.gif, "WEBP": timing.webp}
_ORIENTATION, _SUBFILE, _OLD_SUBFILE, _COMPRESSION = 0x0112, 254, 255, 259
_TURNED = range(5, 9)
_LATE = {b"eXIf", b"iTXt", b"tEXt", b"zTXt"}
_COARSEST_PX = 16
"""JPEG with a sample of colour for 2 x 2 pixels."""
_NARROW = 1 << 14
"""Greys of 16 bits that all lie below are stretched."""
_AVIF_BLOCKS_PX = 16
"""AV1 chooses blocks of 4 to 64 px; around text they are small."""
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


def extents(media: Media, policy: ImagePolicy) -> tuple[Extent, ...]:
    """The size of each page or frame, after EXIF orientation; no pixel is decoded.

    Raises `MediaError` with reason `EMPTY_FILE`, `FILE_TOO_LARGE`, `PICTURE_TOO_LARGE`, `TOO_MANY_PAGES`,
    `UNKNOWN_FORMAT`, `ANIMATED` (AVIF) or `UNREADABLE` (truncated, broken, or another format).
    """
    with _opened(media, policy) as image:
        pages = tuple(_pages(image, media, policy))
    require_extents([extent for _, extent in pages], policy)
    return tuple(extent for _, extent in pages)


def load(media: Media, policy: ImagePolicy) -> Generator[Picture, None, None]:
    """Each page or frame of `media`, decoded when it is asked for. Raises as `extents` before anything is decoded.

    Of a JPEG with several pictures (MPO) that is the first, of a TIFF all that are no smaller copies of others.
    """
    with _opened(media, policy) as image:
        pages = list(_pages(image, media, policy))
        require_extents([extent for _, extent in pages], policy)
        for index, extent in pages:
            image.seek(index)
            image.load()
            pixels = _as_seen(image)
            if pixels.shape != (extent.height_px, extent.width_px, 3):
                raise unreadable(media)
            yield Picture(pixels, media.format, extent.lossy_blocks_px)


def timed(media: Media) -> timing.Timing | None:
    """When each frame of an animation shows; None for what is no animation. Raises `MediaError` (`UNREADABLE`)."""
    if (read := _TIMINGS.get(_plugin(media.format))) is None:
        return None
    try:
        found = read(media.path.read_bytes())
    except _BROKEN:
        raise unreadable(media) from None
    still = len(found.delays) == 1 and found.loops is None
    return None if still and media.format != "gif" else found


def save(pixels: Pixels, fmt: str, target: Path | IO[bytes]) -> None:
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


@contextmanager
def _opened(media: Media, policy: ImagePolicy) -> Iterator[Image.Image]:
    """`media` with only its headers read; whatever Pillow raises meanwhile becomes a `MediaError`."""
    plugin = _plugin(media.format)
    require_file(media, policy)
    try:
        with Image.open(media.path, formats=(plugin,)) as image:
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_large(policy) from None
    except MemoryError:
        raise MediaError("the picture does not fit into memory; make it smaller", reason="PICTURE_TOO_LARGE") from None
    except _BROKEN:
        raise unreadable(media) from None


def _pages(image: Image.Image, media: Media, policy: ImagePolicy) -> Iterator[tuple[int, Extent]]:
    """Index and size of each page; at most one more than allowed, so that a chain of a million ends early."""
    plugin = _plugin(media.format)
    if plugin == "TIFF":
        yield from _tiff_pages(image, policy)
        return
    if plugin == "AVIF" and getattr(image, "n_frames", 1) > 1:
        message = "an animated AVIF cannot be written again; save it as an animated WebP, PNG or GIF"
        raise MediaError(message, reason="ANIMATED")
    count, blocks = 1, {"JPEG": _jpeg_blocks(image), "AVIF": _AVIF_BLOCKS_PX}.get(plugin, 1)
    if plugin in _TIMINGS:
        found = _TIMINGS[plugin](media.path.read_bytes())
        # Pillow sees one frame in an animation of one.
        count, blocks = len(found.delays), 16 if found.lossy else 1
    late = plugin == "PNG" and _has_late_text(media.path.read_bytes())
    width, height = image.size
    require_extents([Extent(width, height, blocks)] * min(count, policy.max_pages + 1), policy)
    if late:
        image.load()
    if _orientation(image) in _TURNED:
        width, height = height, width
    yield from ((index, Extent(width, height, blocks)) for index in range(count))


def _jpeg_blocks(image: Image.Image) -> int:
    """Side in pixels of what is compressed together: 8 samples, of which colours often have one for 2 x 2 pixels."""
    layers: Sequence[tuple[int, int, int, int]] = getattr(image, "layer", ())
    return 8 * max((max(across, down) for _, across, down, _ in layers), default=_COARSEST_PX // 8)


def _tiff_pages(image: Image.Image, policy: ImagePolicy) -> Iterator[tuple[int, Extent]]:
    pages: list[tuple[int, Extent]] = []
    reduced: list[tuple[int, Extent]] = []
    while len(pages) + len(reduced) <= policy.max_pages:
        index = len(pages) + len(reduced)
        try:
            image.seek(index)
        except EOFError:
            break
        tags = getattr(image, "tag_v2", {})
        # Pillow has turned the size already. A smaller copy or a mask of another page is not a page.
        blocks = _COARSEST_PX if tags.get(_COMPRESSION) in (6, 7) else 1
        small = tags.get(_SUBFILE, 0) & 5 or tags.get(_OLD_SUBFILE) == 2
        (reduced if small else pages).append((index, Extent(*image.size, blocks)))
    yield from pages or reduced


def _orientation(image: Image.Image) -> int:
    # The method of PNG decodes the whole picture to look for a late chunk.
    value = Image.Image.getexif(image).get(_ORIENTATION, 1)
    return value if isinstance(value, int) else 1


def _has_late_text(data: bytes) -> bool:
    names = [name for name, _, _ in timing.png_chunks(data)]
    return bool(_LATE & set(names[names.index(b"IDAT") :]))


def _as_seen(image: Image.Image) -> Pixels:
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16"):
        values = np.asarray(image)
        # Scanners that deliver 10 to 14 bits leave the upper ones empty.
        narrow = int(values.max(initial=0)) < _NARROW
        grey = _stretched(values.astype(np.float64)) if narrow else (values.astype(np.uint32) // 257).astype(np.uint8)
        image = Image.fromarray(grey)
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
