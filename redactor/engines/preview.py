"""Small pictures of outputs for the report: a JPEG of a picture, the peaks of a recording."""

from __future__ import annotations

import base64
import io
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from redactor.engines import ffmpeg, pages, video
from redactor.policy import ImagePolicy, VideoPolicy
from redactor.protocols import Media

_WIDTH_PX = 1100
_RATE_HZ = 8000
_LIMITS = ImagePolicy(max_pages=10_000, max_pixels=1 << 40, max_total_pixels=1 << 50, max_bytes=1 << 50, pdf_dpi=96)
"""What was let in may be shown; these are pictures that this product wrote."""


def picture_uri(path: Path) -> str:
    """A `data:` URI with a JPEG at most 1,100 pixels wide of a *redacted* picture that this product wrote.

    Of a document it is the first page, of an animation the first frame.
    """
    with closing(pages.load(Media(path, "image", path.suffix.lower().removeprefix(".")), _LIMITS)) as loaded:
        return _uri(Image.fromarray(next(loaded).pixels))


def frame_uri(path: Path, number: int) -> str:
    """The same of frame `number` of a *redacted* video; the last one where it has fewer."""
    shown = None
    media = Media(path, "video", path.suffix.lower().removeprefix("."))
    policy = VideoPolicy()
    for index, frame in enumerate(video.frames(media, video.probe(media, policy), policy)):
        shown = frame.pixels
        if index == number:
            break
    assert shown is not None
    return _uri(Image.fromarray(shown))


def _uri(shown: Image.Image) -> str:
    if shown.width > _WIDTH_PX:
        shown = shown.resize((_WIDTH_PX, max(1, round(shown.height * _WIDTH_PX / shown.width))))
    buffer = io.BytesIO()
    shown.save(buffer, "JPEG", quality=80)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def peaks(path: Path, format: str, buckets: int) -> list[list[float]]:
    """The largest absolute sample (0..1) in each of `buckets` equal stretches, per channel, of a redacted recording.

    Read block by block and kept as one peak per 20 ms, so that a long call costs little memory.
    """
    fine = np.concatenate([_fine(block) for block in ffmpeg.decode(path, ffmpeg.probe(path, format), rate_hz=_RATE_HZ)])
    edges = np.linspace(0, len(fine), buckets + 1).astype(int)
    stretches = [fine[start:end] for start, end in pairwise(edges)]
    return [[float(s[:, channel].max(initial=0.0)) for s in stretches] for channel in range(fine.shape[1])]


def _fine(block: ffmpeg.Block) -> NDArray[np.float32]:
    size = _RATE_HZ // 50
    padded = np.pad(np.abs(block), ((0, -len(block) % size), (0, 0)))
    fine: NDArray[np.float32] = padded.reshape(-1, size, block.shape[1]).max(axis=1).astype(np.float32)
    return fine
