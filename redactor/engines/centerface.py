"""CenterFace on ONNX Runtime: faces of all sizes on a screen, from photos to avatars of twenty pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
import numpy.typing as npt

from redactor.engines.heatmaps import Floats, Peak, distinct, peaks
from redactor.engines.onnx_graph import freed
from redactor.engines.photos import CELL_PX, patches, soft_cells
from redactor.engines.pillow import resized
from redactor.errors import EngineError, MissingEngineError
from redactor.evidence import Mark
from redactor.protocols import SeenWord
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Pixels

MODEL = "centerface"
_FILE, _INPUT = "centerface.onnx", "input.1"
_SCALES = (1.0, 0.5, 0.25)
"""Faces of 25 to 250 px show at 1, larger ones when the picture is smaller; those that tiles cut, too."""
_TILE_PX, _OVERLAP_PX = (544, 960), 96
"""Rows and columns that the model sees at once, which bounds its memory."""
_STEP_PX = 32
"""The model halves its picture five times."""
_PATCH_PX, _PATCH_SCALE = 96, 3.0
"""Small pieces of photos are enlarged: the model knows no face under about 20 px."""
_HEAD = (0.45, 0.35, 0.25)
"""Hair, ears and chin around a face: shares of its height above, of its width beside, of its height below."""

_READ, _LETTERS, _INSIDE = 0.8, 3, 0.8
"""A head is a letter when so much of it lies in a word of so many letters and digits, read with this confidence."""


class Maps(Protocol):
    """What runs the network."""

    def __call__(self, batch: Floats) -> tuple[Floats, Floats, Floats]:
        """Heat, sizes and shifts of pictures, shape (n, 3, height, width), levels 0..255."""
        ...


class CenterFace:
    """Finds faces; the mark covers the whole head. Threads may share it."""

    def __init__(self, maps: Maps, threshold: float) -> None:
        """`threshold`: least heat, 0..1, that counts as a face."""
        self._maps = maps
        self._threshold = threshold

    @property
    def name(self) -> str:
        """Name of the model."""
        return MODEL

    def marks(self, pixels: Pixels, words: Sequence[SeenWord] = ()) -> Sequence[Mark]:
        """A `FACE` for each head that is no letter of a word. Raises `EngineError`."""
        found = [peak for scale in _SCALES for peak in self._at(pixels, scale)]
        found += self._small(pixels)
        height, width = pixels.shape[:2]
        heads = ((peak, _head(peak, width, height)) for peak in distinct(found))
        return tuple(Mark("FACE", box, peak.score, MODEL) for peak, box in heads if box and not _is_letter(box, words))

    def _at(self, pixels: Pixels, scale: float) -> Iterator[Peak]:
        height, width = pixels.shape[:2]
        if scale < 1 and scale * max(height, width) < 2 * _STEP_PX:
            return
        picture = _resized(pixels, scale)
        cells = soft_cells(picture)
        for top, bottom in _tiles(picture.shape[0], _TILE_PX[0]):
            for left, right in _tiles(picture.shape[1], _TILE_PX[1]):
                # Most of a screen is text on flat colours, where no face can be: it has four soft cells in a square.
                here = cells[top // CELL_PX : -(-bottom // CELL_PX), left // CELL_PX : -(-right // CELL_PX)]
                if not (here[:-1, :-1] & here[1:, :-1] & here[:-1, 1:] & here[1:, 1:]).any():
                    continue
                for peak in self._seen(_batch([picture[top:bottom, left:right]]))[0]:
                    yield peak.placed(left / scale, top / scale, scale)

    def _small(self, pixels: Pixels) -> Iterator[Peak]:
        side = round(_PATCH_PX * _PATCH_SCALE)
        for top, left in patches(soft_cells(pixels), _PATCH_PX):
            part = pixels[top : top + _PATCH_PX, left : left + _PATCH_PX]
            for peak in self._seen(_batch([_resized(part, _PATCH_SCALE)], side))[0]:
                yield peak.placed(left, top, _PATCH_SCALE)

    def _seen(self, batch: Floats) -> list[list[Peak]]:
        heat, sizes, shifts = self._maps(batch)
        return [peaks(heat[i, 0], sizes[i], shifts[i], self._threshold) for i in range(len(batch))]


def load(folder: Path, threshold: float) -> CenterFace:
    """The detector with the weights in `folder`. Raises `MissingEngineError` when they or ONNX Runtime are missing."""
    path = folder / _FILE
    if not path.is_file():
        raise MissingEngineError(f"faces need {_FILE}; run: redactor models fetch {MODEL}", reason="NO_MODEL")
    return CenterFace(_session(path), threshold)


def _session(path: Path) -> Maps:
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        raise MissingEngineError(
            "onnxruntime is not installed: pip install 'redactor[marks]'", reason="NO_ONNXRUNTIME"
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # Tiles come in many sizes; a plan of memory for each would be kept for ever.
    options.enable_mem_pattern = False
    # So would an arena of the largest shape.
    options.enable_cpu_mem_arena = False
    try:
        session = onnxruntime.InferenceSession(
            freed(path.read_bytes(), _INPUT), options, providers=["CPUExecutionProvider"]
        )
    except Exception:
        # Every kind of failure here, the runtime's own classes too, means that the file is not the model.
        raise EngineError(f"{_FILE} cannot be used; run: redactor models fetch {MODEL}", reason="FACE_MODEL") from None

    def maps(batch: Floats) -> tuple[Floats, Floats, Floats]:
        heat, sizes, shifts, _landmarks = session.run(None, {_INPUT: batch})
        return cast("Floats", heat), cast("Floats", sizes), cast("Floats", shifts)

    return maps


def _tiles(length: int, longest: int) -> Iterator[tuple[int, int]]:
    """Overlapping stretches `(start, end)` of about the same length, `longest` at most, that cover 0 to `length`."""
    count = max(1, -(-(length - _OVERLAP_PX) // (longest - _OVERLAP_PX)))
    size = -(-(length + (count - 1) * _OVERLAP_PX) // count)
    size = min(length, -(-size // CELL_PX) * CELL_PX)
    return ((start, start + size) for start in (i * (length - size) // max(1, count - 1) for i in range(count)))


def _resized(pixels: npt.NDArray[np.uint8], scale: float) -> npt.NDArray[np.uint8]:
    if scale == 1:
        return pixels
    return np.dstack([resized(np.ascontiguousarray(pixels[..., channel]), scale) for channel in range(3)])


def _batch(pictures: Sequence[npt.NDArray[np.uint8]], side: int = 0) -> Floats:
    """Pictures as the model takes them: black is added on the right and below up to a multiple of 32 (or `side`)."""
    height = max(-(-picture.shape[0] // _STEP_PX) * _STEP_PX for picture in pictures)
    width = max(-(-picture.shape[1] // _STEP_PX) * _STEP_PX for picture in pictures)
    batch = np.zeros((len(pictures), 3, max(height, side), max(width, side)), np.float32)
    for i, picture in enumerate(pictures):
        batch[i, :, : picture.shape[0], : picture.shape[1]] = picture.transpose(2, 0, 1)
    return batch


def _is_letter(head: Box, words: Sequence[SeenWord]) -> bool:
    """True for one letter of a word that was read for sure: round ones have a face when they are blurred."""
    area = (head.bottom - head.top) * (head.right - head.left)
    return any(
        head.shared(word.box) >= _INSIDE * area
        and 2 * (head.right - head.left) <= word.box.right - word.box.left
        and word.confidence >= _READ
        and _letters(word.text) >= _LETTERS
        for word in words
    )


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _head(peak: Peak, width_px: int, height_px: int) -> Box | None:
    wide, high = peak.right - peak.left, peak.bottom - peak.top
    above, side, below = _HEAD
    top, left = max(0, int(peak.top - above * high)), max(0, int(peak.left - side * wide))
    bottom = min(height_px, int(np.ceil(peak.bottom + below * high)))
    right = min(width_px, int(np.ceil(peak.right + side * wide)))
    return Box(0, top, left, bottom, right) if top < bottom and left < right else None
