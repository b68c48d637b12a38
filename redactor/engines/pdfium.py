"""PDFium: draws the pages of a PDF as a viewer shows them, notes and form fields included.

The work is done by `pdf_child` in a process of its own with limits on memory and time, so that a hostile document can
neither crash nor hold up the run.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np

from redactor.engines.picture import Extent, Picture, require_extents, require_file, unreadable
from redactor.errors import MediaError, MissingEngineError
from redactor.policy import ImagePolicy
from redactor.protocols import Media

_CHILD = Path(__file__).with_name("pdf_child.py")
_SCAN_BLOCKS_PX = 8
"""Pages are often scans, compressed as JPEG in blocks of 8 px at about the resolution they are drawn in."""


_TAIL_BYTES = 4096
"""The end mark stands in the last 1,024 bytes (PDF reference 1.7, H.3, note 18); some programs add a little more."""


@dataclass(frozen=True, slots=True)
class _Paper:
    width_pt: float
    height_pt: float
    extent: Extent


def extents(media: Media, policy: ImagePolicy) -> tuple[Extent, ...]:
    """The size of each page at `image.pdf_dpi`, turned and cropped as it is shown; nothing is drawn.

    Raises `MediaError`: the reasons of `require_file` and `require_extents`, `PASSWORD`, `TOO_COSTLY` (memory or time),
    `UNREADABLE`; and `MissingEngineError`.
    """
    return tuple(paper.extent for paper in _papers(media, policy))


def paper_sizes(media: Media, policy: ImagePolicy) -> tuple[tuple[float, float], ...]:
    """Width and height of each page in points (1/72 inch), as it is shown. Raises as `extents`."""
    return tuple((paper.width_pt, paper.height_pt) for paper in _papers(media, policy))


def load(media: Media, policy: ImagePolicy) -> Generator[Picture, None, None]:
    """Each page, drawn on white when it is asked for. Raises as `extents`."""
    papers = _papers(media, policy)
    with _child("pages", media, policy) as (child, stream):
        _answer(child, stream, media)
        for paper in papers:
            width, height = paper.extent.width_px, paper.extent.height_px
            data = stream.read(3 * width * height)
            if len(data) < 3 * width * height:
                raise _ended(child, media)
            pixels = np.frombuffer(data, np.uint8).reshape(height, width, 3).copy()
            yield Picture(pixels, media.format, paper.extent.lossy_blocks_px)


def _papers(media: Media, policy: ImagePolicy) -> tuple[_Paper, ...]:
    require_file(media, policy)
    if not _is_whole(media.path):
        raise unreadable(media)
    state = media.path.stat()
    papers = _measured(media, policy, (state.st_ino, state.st_size, state.st_mtime_ns))
    require_extents([paper.extent for paper in papers], policy)
    return papers


def _is_whole(path: Path) -> bool:
    """Whether the end mark is there: PDFium repairs what was cut short as far as it goes, and tells nobody."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return b"%%EOF" in stream.read()


@lru_cache(maxsize=16)
def _measured(media: Media, policy: ImagePolicy, _state: tuple[int, ...]) -> tuple[_Paper, ...]:
    """As many papers as the policy allows, and one more if there are more. Asked for often, so it is remembered."""
    with _child("sizes", media, policy) as (child, stream):
        body = _answer(child, stream, media)
    return tuple(
        _Paper(width_pt, height_pt, Extent(width_px, height_px, _SCAN_BLOCKS_PX))
        for (width_pt, height_pt), (width_px, height_px) in zip(body["papers"], body["sizes"], strict=True)
    )


@contextmanager
def _child(
    mode: Literal["sizes", "pages"], media: Media, policy: ImagePolicy
) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    if find_spec("pypdfium2") is None:
        raise MissingEngineError('PDF needs pypdfium2: pip install "redactor[pdf]"', reason="NO_ENGINE")
    # -P: the modules beside the script are not to be taken for those it imports.
    command = [sys.executable, "-P", str(_CHILD), mode, str(policy.pdf_dpi), str(policy.max_pages)]
    with media.path.open("rb") as document:
        child = subprocess.Popen(command, stdin=document, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert child.stdout is not None
    try:
        yield child, child.stdout
    finally:
        child.stdout.close()
        child.kill()
        child.wait()


def _answer(child: subprocess.Popen[bytes], stream: IO[bytes], media: Media) -> dict[str, Any]:
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise _ended(child, media)
    body: dict[str, Any] = json.loads(line)
    if body.get("error") == "PASSWORD":
        message = "the document needs a password; open it in a viewer and save a copy without one"
        raise MediaError(message, reason="PASSWORD")
    if "error" in body:
        raise unreadable(media)
    return body


def _ended(child: subprocess.Popen[bytes], media: Media) -> MediaError:
    """Why a child said less than it should."""
    if child.wait() == -signal.SIGXCPU:
        message = "a page takes too long to draw; print it to a new PDF, or export it as PNG"
        return MediaError(message, reason="TOO_COSTLY")
    return unreadable(media)
