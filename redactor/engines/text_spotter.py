"""PP-OCRv4's text detector on ONNX Runtime: where text is, whatever script, font or direction it is written in.

It reads nothing. The network gives each pixel the odds of being inside a line of text shrunk towards its middle
(differentiable binarisation, Liao et al. 2020); pieces of such pixels are grown back to lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
import numpy.typing as npt

from redactor.engines.ink import pieces
from redactor.errors import EngineError, MissingEngineError
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Pixels

    Floats = npt.NDArray[np.float32]

MODEL = "text-spotter"
_FILE = "ch_PP-OCRv4_det_infer.onnx"
_INSIDE, _SURE = 0.3, 0.5
"""Odds from which a pixel is inside a line, and the mean odds of a line: those that the model was published with."""
_UNCLIP = 1.6
"""So many times its area over its perimeter a piece is smaller than its line."""
_LEAST_PX = 3
"""Lower or narrower pieces are dots."""
_STEP_PX = 32
"""The network halves its picture five times."""
_TILE_PX, _OVERLAP_PX = 1024, 96
"""Side of what the network sees at once, which bounds its memory, and what two such pieces share."""


class Odds(Protocol):
    """What runs the network."""

    def __call__(self, batch: Floats) -> Floats:
        """Odds of each pixel, shape (1, 1, height, width), of a picture, shape (1, 3, height, width), -1..1, BGR."""
        ...


class TextSpotter:
    """Finds lines of text. Threads may share it."""

    def __init__(self, odds: Odds) -> None:
        self._odds = odds

    @property
    def name(self) -> str:
        """Name of the model."""
        return f"{MODEL} PP-OCRv4"

    def areas(self, pixels: Pixels) -> Sequence[Box]:
        """A box around each line or word in `pixels` (page 0). Raises `EngineError`."""
        height, width = pixels.shape[:2]
        return [
            Box(0, top + box.top, left + box.left, top + box.bottom, left + box.right)
            for top in _starts(height)
            for left in _starts(width)
            for box in self._in(pixels[top : top + _TILE_PX, left : left + _TILE_PX])
        ]

    def _in(self, part: Pixels) -> Iterator[Box]:
        height, width = part.shape[:2]
        batch = np.zeros((1, 3, -(-height // _STEP_PX) * _STEP_PX, -(-width // _STEP_PX) * _STEP_PX), np.float32)
        batch[0, :, :height, :width] = part.transpose(2, 0, 1)[::-1] / 127.5 - 1
        odds = self._odds(batch)[0, 0, :height, :width]
        found = pieces(odds > _INSIDE)
        for piece in range(len(found)):
            top, left = int(found.top[piece]), int(found.left[piece])
            bottom, right = int(found.bottom[piece]), int(found.right[piece])
            high, wide = bottom - top, right - left
            if min(high, wide) >= _LEAST_PX and odds[top:bottom, left:right][found.mask(piece)].mean() >= _SURE:
                grown = round(_UNCLIP * high * wide / (2 * (high + wide)))
                yield Box(0, top, left, bottom, right).padded(grown, width, height)


def load(folder: Path) -> TextSpotter:
    """The spotter with the weights in `folder`. Raises `MissingEngineError` when they or ONNX Runtime are missing."""
    path = folder / _FILE
    if not path.is_file():
        raise MissingEngineError(f"{_FILE} is missing; run: redactor models fetch {MODEL}", reason="NO_MODEL")
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        message = "onnxruntime is not installed: pip install 'redactor[marks]'"
        raise MissingEngineError(message, reason="NO_ONNXRUNTIME") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # Pieces come in many sizes; a plan of memory and an arena for each would be kept for ever.
    options.enable_mem_pattern = False
    options.enable_cpu_mem_arena = False
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception:
        # Every kind of failure here, the runtime's own classes too, means that the file is not the model.
        raise EngineError(f"{_FILE} cannot be used; run: redactor models fetch {MODEL}", reason="TEXT_MODEL") from None
    name = session.get_inputs()[0].name

    def odds(batch: Floats) -> Floats:
        return cast("Floats", session.run(None, {name: batch})[0])

    return TextSpotter(odds)


def _starts(length: int) -> range:
    return range(0, max(1, length - _OVERLAP_PX), _TILE_PX - _OVERLAP_PX)
