"""QR codes, bar codes and their kin as marks: what a decoder says of them, and those that it cannot make out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from redactor.engines.pillow import luma
from redactor.evidence import Mark
from redactor.protocols import CodeReader, SeenCode, SeenWord
from redactor.readers.patterns import patterns
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Grey, Pixels

_QUIET = 0.08
"""Share of a code's longer side that its quiet zone may take on each side (10 modules of Code 128, 4 of QR)."""
_QUIET_PX = 3
_ALIKE = 0.7
"""Correlation of a row of pixels with the middle of the bars, as far as they reach."""
_CLOSE = 0.6
"""Share of a code's height within which the digits stand that repeat what the bars say."""
_LEAST_DIGITS = 4
_READ = 8
"""So many words that were surely read in it make a table, however much room is between them."""
_SCORES = {"decoded": 1.0, "located": 0.9, "alike": 0.7}


@dataclass(frozen=True, slots=True)
class _Seen:
    code: SeenCode
    score: float


class CodeDetector:
    """Finds codes with a decoder and by their patterns. Threads may share it if they may share the decoder."""

    def __init__(self, reader: CodeReader, threshold: float) -> None:
        """`threshold`: least score, 0..1."""
        self._reader = reader
        self._threshold = threshold

    @property
    def name(self) -> str:
        """That of the decoder."""
        return self._reader.name

    def marks(self, pixels: Pixels, words: Sequence[SeenWord] = ()) -> Sequence[Mark]:
        """`QR_CODE` for codes of modules, `BARCODE` for bars; quiet zone and digits below included."""
        grey = luma(pixels)
        found = [
            _Seen(code, _SCORES["decoded" if code.content else "located"])
            for code in self._reader.codes(grey)
            if code.content or _is_plausible(code, words)
        ]
        found += [_Seen(code, _SCORES["alike"]) for code in patterns(grey) if not _is_text(code.box, words)]
        marks = []
        for seen in _united([seen for seen in found if seen.score >= self._threshold]):
            code = seen.code
            whole = _quiet(_grown(grey, code) if code.linear else code.box, code.linear, grey)
            box = _with_digits(whole, code, words)
            marks.append(Mark("BARCODE" if code.linear else "QR_CODE", box, seen.score, self.name, code.content))
        return tuple(marks)


def _is_plausible(code: SeenCode, words: Sequence[SeenWord]) -> bool:
    # A decoder locates a code in three letters that happen to look like its corners; text is no code.
    wide, high = code.box.right - code.box.left, code.box.bottom - code.box.top
    return min(wide, high) >= 14 and max(wide, high) <= 12 * min(wide, high) and not _is_text(code.box, words)


def _is_text(box: Box, words: Sequence[SeenWord]) -> bool:
    """True when words fill a good part of `box`, or when many that were surely read lie in it."""
    inside = [w for w in words if w.box.overlaps(box) and sum(c.isalnum() for c in w.text) >= 3 and w.confidence > 0.5]
    if sum(w.confidence > 0.8 and w.box.shared(box) == _area(w.box) for w in inside) >= _READ:
        return True
    return sum(word.box.shared(box) for word in inside) > 0.2 * _area(box)


def _united(found: Sequence[_Seen]) -> list[_Seen]:
    """One for each code: those that lie on one another are united; what was decoded says what it is."""
    kept: list[_Seen] = []
    for seen in sorted(found, key=lambda s: (-s.score, -len(s.code.content), -_area(s.code.box), s.code.box)):
        for i, other in enumerate(kept):
            shared = seen.code.box.shared(other.code.box)
            if 2 * shared > min(_area(seen.code.box), _area(other.code.box)):
                if other.code.content and not (seen.code.content or other.code.linear):
                    break
                if seen.code.content in ("", other.code.content):
                    kept[i] = replace(other, code=replace(other.code, box=_hull(other.code.box, seen.code.box)))
                    break
                if 2 * shared > max(_area(seen.code.box), _area(other.code.box)):
                    # Two readings that contradict each other: nobody knows what it says.
                    hull = _hull(other.code.box, seen.code.box)
                    kept[i] = replace(other, code=replace(other.code, box=hull, content=""))
                    break
        else:
            kept.append(seen)
    return kept


def _grown(grey: Grey, code: SeenCode) -> Box:
    """The box over the whole length of the bars: a decoder may have crossed them in one line only."""
    box = code.box
    if box.bottom - box.top > box.right - box.left:
        turned = _grown_upright(grey.T, Box(0, box.left, box.top, box.right, box.bottom))
        return Box(0, turned.left, turned.top, turned.right, turned.bottom)
    return _grown_upright(grey, box)


def _grown_upright(grey: Grey, box: Box) -> Box:
    columns = grey[:, box.left : box.right].astype(np.float32)
    model = columns[(box.top + box.bottom) // 2]
    if np.ptp(model) < 20:
        return box
    centred = columns - columns.mean(axis=1, keepdims=True)
    model = model - model.mean()
    spread = np.linalg.norm(centred, axis=1) * np.linalg.norm(model)
    alike = centred @ model / np.maximum(spread, 1e-6) >= _ALIKE
    top, bottom = box.top, box.bottom
    while top > 0 and alike[top - 1]:
        top -= 1
    while bottom < len(alike) and alike[bottom]:
        bottom += 1
    return replace(box, top=top, bottom=bottom)


def _quiet(box: Box, linear: bool, grey: Grey) -> Box:
    wide, high = box.right - box.left, box.bottom - box.top
    # The quiet zone of bars lies at their two ends.
    x = _QUIET_PX + round(_QUIET * wide * (not linear or wide >= high))
    y = _QUIET_PX + round(_QUIET * high * (not linear or high > wide))
    rows, columns = grey.shape
    return Box(0, max(0, box.top - y), max(0, box.left - x), min(rows, box.bottom + y), min(columns, box.right + x))


def _with_digits(box: Box, code: SeenCode, words: Sequence[SeenWord]) -> Box:
    """`box` and the words right above or below that repeat what the code says (digits, when that is unknown)."""
    said = "".join(c for c in code.content if c.isalnum()).casefold()
    reach = max(16, round(_CLOSE * (box.bottom - box.top)))
    near = Box(0, max(0, box.top - reach), box.left, box.bottom + reach, box.right)
    beside = []
    for word in words:
        text = "".join(c for c in word.text if c.isalnum()).casefold()
        if 2 * word.box.shared(near) > _area(word.box) and text:
            digits = code.linear and 2 * sum(map(str.isdigit, text)) > len(text)
            if (text in said and (digits or len(text) >= _LEAST_DIGITS)) if said else digits:
                beside.append((word.box, len(text)))
    if sum(length for _, length in beside) >= _LEAST_DIGITS:
        for other, _ in beside:
            box = _hull(box, other)
    return box


def _hull(a: Box, b: Box) -> Box:
    return Box(0, min(a.top, b.top), min(a.left, b.left), max(a.bottom, b.bottom), max(a.right, b.right))


def _area(box: Box) -> int:
    return (box.right - box.left) * (box.bottom - box.top)
