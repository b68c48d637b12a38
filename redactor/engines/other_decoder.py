"""A second decoder of pictures, so that a fault of the one that wrote an output cannot vouch for itself.

PyAV decodes the bytes of single pictures without any demuxer, one packet each; animations and AVIF go through the
demuxer that their format names. PDF is drawn by PDFium, as it is anywhere else here, and animated WebP, which PyAV does
not know, or a machine without PyAV is left to Pillow.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from redactor.engines import pages, timing
from redactor.engines.picture import Extent
from redactor.errors import MediaError
from redactor.policy import ImagePolicy
from redactor.protocols import Media

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels

_CODECS = {"png": "png", "jpg": "mjpeg", "jpeg": "mjpeg", "webp": "webp", "bmp": "bmp", "tif": "tiff", "tiff": "tiff"}
_MOVING = {"png": "apng", "gif": "gif", "avif": "mov"}
"""FFmpeg's demuxers of what can hold more than one frame (AVIF is a film of one)."""
_MOST_TIFF_PAGES = 10_000
_HEAD_BYTES = 4096
"""An animated PNG says so before its picture."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One page or frame as the second decoder sees it."""

    pixels: Pixels = field(repr=False)
    """RGB, shape (height, width, 3)."""
    opaque: NDArray[np.bool_] | None = field(repr=False)
    """Where nothing shines through, shape (height, width); None: nowhere does anything."""
    lossy: bool
    """Whether it was compressed with loss, so that flat colours are nearly flat."""


def name() -> str:
    """Name and version of the decoder, for the receipt."""
    try:
        import av
    except ImportError:
        return "pillow"
    return f"pyav {av.__version__}"


def look(media: Media, policy: ImagePolicy) -> Iterator[Shown]:
    """Each page of `media`, in order. Raises `MediaError` as `pages.load`, before anything is decoded for its size.

    Where PyAV fails or sees another size (it ignores the orientation in a photo's tags) Pillow's word counts.
    """
    extents = pages.extents(media, policy)
    lossy = _is_lossy(media)
    seen = _frames(media, lossy)
    shown = _next(seen)
    if shown is None or not _fits(extents[0], shown):
        for picture in pages.load(media, policy):
            yield Shown(picture.pixels, None, lossy)
        return
    for extent in extents:
        if shown is None or not _fits(extent, shown):
            raise MediaError("another decoder sees other pages than the first", reason="UNREADABLE")
        yield shown
        shown = _next(seen)
    if shown is not None:
        raise MediaError("another decoder sees more pages than the first", reason="UNREADABLE")


def _next(seen: Iterator[Shown]) -> Shown | None:
    try:
        return next(seen, None)
    except _errors():
        return None


def _fits(extent: Extent, shown: Shown) -> bool:
    return shown.pixels.shape[:2] == (extent.height_px, extent.width_px)


def _is_lossy(media: Media) -> bool:
    if media.format == "webp":
        return timing.webp(media.path.read_bytes()).lossy
    return media.format in pages.LOSSY


def _frames(media: Media, lossy: bool) -> Iterator[Shown]:
    """Nothing where PyAV does not know the format, or is not here."""
    if find_spec("av") is None:
        return
    data, codec, demuxer = media.path.read_bytes(), _CODECS.get(media.format), _MOVING.get(media.format)
    if demuxer and (not codec or b"acTL" in data[:_HEAD_BYTES]):
        frames = _stream(demuxer, data)
    elif codec == "tiff":
        frames = (frame for page in _tiff_pages(data) for frame in _packet(codec, page))
    elif codec and not (codec == "webp" and b"ANMF" in data):
        frames = _packet(codec, data)
    else:
        return
    for frame in frames:
        yield _shown(frame, lossy)


def _packet(codec: str, data: bytes) -> Iterator[Any]:
    import av

    decoder: Any = av.CodecContext.create(codec, "r")
    yield from (*decoder.decode(av.Packet(data)), *decoder.decode(None))


def _stream(demuxer: str, data: bytes) -> Iterator[Any]:
    import av

    container: Any = av.open(io.BytesIO(data), format=demuxer)
    with container:
        yield from container.decode(video=0)


def _shown(frame: Any, lossy: bool) -> Shown:
    if not any(component.is_alpha for component in frame.format.components) and frame.format.name != "pal8":
        return Shown(frame.to_ndarray(format="rgb24"), None, lossy)
    rgba = frame.to_ndarray(format="rgba")
    opaque = rgba[..., 3] == 255
    return Shown(np.ascontiguousarray(rgba[..., :3]), None if opaque.all() else opaque, lossy)


def _tiff_pages(data: bytes) -> Iterator[bytes]:
    """`data` once for each page, with that page as the first: FFmpeg shows no other."""
    order = {b"II": "<", b"MM": ">"}[data[:2]]
    (at,) = struct.unpack_from(order + "I", data, 4)
    for _ in range(_MOST_TIFF_PAGES):
        if not at:
            return
        yield data[:4] + struct.pack(order + "I", at) + data[8:]
        (entries,) = struct.unpack_from(order + "H", data, at)
        (at,) = struct.unpack_from(order + "I", data, at + 2 + 12 * entries)


def _errors() -> tuple[type[Exception], ...]:
    broken = (ValueError, LookupError, EOFError, struct.error)
    try:
        import av
    except ImportError:
        return broken
    return (*broken, av.error.FFmpegError)
