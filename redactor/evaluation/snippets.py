"""Pictures of leaks, for gold that is synthetic: a stretch of text, a waveform, a crop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from redactor.regions import Box, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from redactor.protocols import Pixels

_AROUND_CHARS, _AROUND_S, _AROUND_PX = 40, 0.5, 24
_WIDTH, _HEIGHT, _BARS = 600, 70, 300


def text(original: str, span: Span, alive: bytes) -> Markup:
    """The datum in its sentence; what survived of it is marked."""
    before = original[max(0, span.start - _AROUND_CHARS) : span.start]
    after = original[span.end : span.end + _AROUND_CHARS]
    inside = Markup("").join(
        Markup("<mark>{}</mark>").format(original[at]) if alive[at] else Markup("<s>{}</s>").format(original[at])
        for at in range(span.start, span.end)
    )
    return Markup('<p class="snippet">{}{}{}</p>').format(before, inside, after).replace("</mark><mark>", "")


def wave(
    original: NDArray[np.float32], output: NDArray[np.float32] | None, start_s: float, end_s: float, rate_hz: int
) -> Markup:
    """The stretch before (pale) and after (dark), half a second around it; the datum is tinted."""
    first = max(0, int((start_s - _AROUND_S) * rate_hz))
    last = min(len(original), int((end_s + _AROUND_S) * rate_hz))
    loudest = float(np.abs(original[first:last]).max(initial=0.0)) or 1.0
    paths = [
        Markup('<path class="{}" d="{}"/>').format(css, _bars(sound[first:last] / loudest))
        for css, sound in (("before", original), ("after", output))
        if sound is not None
    ]
    scale = _WIDTH / max(1, last - first)
    left, width = (start_s * rate_hz - first) * scale, (end_s - start_s) * rate_hz * scale
    tint = Markup('<rect class="datum" x="{:.1f}" y="0" width="{:.1f}" height="{}"/>').format(left, width, _HEIGHT)
    return Markup('<svg class="wave" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img">{}{}</svg>').format(
        _WIDTH, _HEIGHT, tint, Markup("").join(paths)
    )


def crop(original: Pixels, output: Pixels | None, box: Box) -> Markup:
    """The box in the original and, where there is an output, in that."""
    from redactor.engines.seeing import picture_uri

    rows = slice(max(0, box.top - _AROUND_PX), box.bottom + _AROUND_PX)
    columns = slice(max(0, box.left - _AROUND_PX), box.right + _AROUND_PX)
    images = [
        Markup('<img src="{}" alt="">').format(picture_uri(pixels[rows, columns]))
        for pixels in (original, output)
        if pixels is not None
    ]
    return Markup('<p class="crops">{}</p>').format(Markup("").join(images))


def _bars(sound: NDArray[np.float32]) -> str:
    middle = _HEIGHT / 2
    peaks = [min(1.0, float(np.abs(part).max(initial=0.0))) for part in np.array_split(sound, _BARS)]
    step = _WIDTH / _BARS
    return " ".join(f"M{i * step:.0f} {middle - p * middle:.1f}V{middle + p * middle:.1f}" for i, p in enumerate(peaks))
