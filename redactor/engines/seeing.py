"""Pictures and frames as any viewer would see them, also of other programs, for evaluation only.

Nothing is refused that Pillow or ffmpeg can read, because an output that leaks must be judged and not be passed over.
"""

from __future__ import annotations

import base64
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from redactor.engines import ffmpeg
from redactor.errors import MediaError, MissingEngineError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels

_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "AVIF")
_SHOWN_PX = 900


def picture(path: Path) -> Pixels:
    """RGB, shape (height, width, 3), of a picture. Raises `MediaError` (`UNREADABLE`)."""
    try:
        with Image.open(path, formats=_FORMATS) as opened:
            return np.asarray(opened.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise MediaError("the picture cannot be read", reason="UNREADABLE") from None


def channels(path: Path, rate_hz: int) -> list[NDArray[np.float32]]:
    """The sound of a recording, one wave per channel. Raises `MediaError` and `MissingEngineError`."""
    info = ffmpeg.probe(path, path.suffix.lower().removeprefix("."))
    blocks = [block.astype(np.float32) for block in ffmpeg.decode(path, info, rate_hz=rate_hz)]
    return list(np.concatenate(blocks).T)


def frames(path: Path, fps: float, width_px: int, height_px: int) -> Iterator[Pixels]:
    """The frames of a video at a constant rate. Raises `MediaError` (`UNREADABLE`) when there is none."""
    import ffmpeg as builder

    source = builder.input(f"file:{path.absolute()}", protocol_whitelist="file,pipe", nostdin=None, v="quiet")
    shown = source.video.filter("fps", fps=f"{fps:g}")
    command = shown.output("pipe:1", format="rawvideo", pix_fmt="rgb24").compile()
    size, count = width_px * height_px * 3, 0
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        raise MissingEngineError("the ffmpeg program is missing; install it", reason="NO_FFMPEG") from None
    with process:
        assert process.stdout is not None
        try:
            while len(raw := process.stdout.read(size)) == size:
                count += 1
                yield np.frombuffer(raw, np.uint8).reshape(height_px, width_px, 3)
        finally:
            process.kill()
    if not count:
        raise MediaError("the video cannot be read", reason="UNREADABLE")


def frame_size(path: Path) -> tuple[int, int]:
    """Width and height of a video in pixels. Raises `MediaError` (`UNREADABLE`)."""
    import av

    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            return stream.width, stream.height
    except (av.error.FFmpegError, IndexError, ValueError):
        raise MediaError("the video cannot be read", reason="UNREADABLE") from None


def picture_uri(pixels: Pixels) -> str:
    """A `data:` URI with a PNG of a part of a picture."""
    shown = Image.fromarray(np.ascontiguousarray(pixels))
    shown.thumbnail((_SHOWN_PX, _SHOWN_PX))
    buffer = io.BytesIO()
    shown.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
