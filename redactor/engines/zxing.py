"""ZXing-C++: decodes QR codes, bar codes and their kin, also turned, small, or light on dark."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from redactor.engines.pillow import resized
from redactor.errors import EngineError, MissingEngineError
from redactor.protocols import SeenCode
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Grey

_SCALES = (1.0, 2.0)
"""Codes with modules of one or two pixels are read when they are enlarged."""
_MOST_PIXELS = 16_000_000
"""Pictures that would be larger than this are not enlarged."""
_STACKED = ("PDF417", "CompactPDF417", "MicroPDF417")


class ZXingReader:
    """Finds and decodes codes. Keeps no state; threads may share it."""

    def __init__(self) -> None:
        """Raises `MissingEngineError` with what to install."""
        self._binding = _binding()
        flat = (*self._binding.barcode_formats_list(self._binding.BarcodeFormat.AllMatrix),)
        self._square = {str(kind) for kind in flat} - {
            str(getattr(self._binding.BarcodeFormat, name)) for name in _STACKED
        }

    @property
    def name(self) -> str:
        """Name and version."""
        return f"zxing-cpp {version('zxing-cpp')}"

    def codes(self, grey: Grey) -> Sequence[SeenCode]:
        """Each code once for every scale that shows it. Raises `EngineError`."""
        found: list[SeenCode] = []
        for scale in _SCALES:
            if scale > 1 and grey.size * scale * scale > _MOST_PIXELS:
                continue
            picture = np.ascontiguousarray(grey) if scale == 1 else resized(np.ascontiguousarray(grey), scale)
            # It turns squares light on dark by itself, but not bars, which are hardly ever that fine.
            for shown in (picture, 255 - picture) if scale == 1 else (picture,):
                try:
                    found += self._read(shown, scale, grey.shape[1], grey.shape[0])
                except (ValueError, RuntimeError, TypeError):
                    raise EngineError("zxing-cpp failed on the picture", reason="CODES_FAILED") from None
        return found

    def _read(self, picture: Grey, scale: float, width: int, height: int) -> Iterator[SeenCode]:
        for code in self._binding.read_barcodes(picture, return_errors=True, try_downscale=scale == 1):
            corners = (
                code.position.top_left,
                code.position.top_right,
                code.position.bottom_left,
                code.position.bottom_right,
            )
            xs, ys = [corner.x / scale for corner in corners], [corner.y / scale for corner in corners]
            left, top = (min(max(0, int(min(edges))), size - 1) for edges, size in ((xs, width), (ys, height)))
            right = max(left + 1, min(width, int(np.ceil(max(xs))) + 1))
            bottom = max(top + 1, min(height, int(np.ceil(max(ys))) + 1))
            content = code.text if code.valid else ""
            yield SeenCode(str(code.format) not in self._square, Box(0, top, left, bottom, right), content)


_importing = threading.Lock()


def _binding() -> Any:
    try:
        with _importing:
            import zxingcpp
    except ImportError:
        raise MissingEngineError("codes need zxing-cpp: pip install 'redactor[marks]'", reason="NO_ENGINE") from None
    return zxingcpp
