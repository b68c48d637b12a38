"""Pictures of identity documents: a card with a face, or with a machine-readable zone, is covered from edge to edge."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from redactor.engines.pillow import luma
from redactor.evidence import Mark
from redactor.protocols import MarkDetector, SeenWord
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Grey, Pixels

Floats = npt.NDArray[np.float32]

NAME = "documents"
_ZONE = re.compile(r"[A-Z0-9<]*<{2,}[A-Z0-9<]*")
"""A line of a machine-readable zone is filled up with these (ICAO Doc 9303)."""
_TITLE = re.compile(
    r"ΔΙΑΒΑΤΗΡΙΟ\b|PASSPORT|ΔΕΛΤΙΟ\s+ΤΑΥΤΟΤΗΤΑΣ|IDENTITY\s+CARD|ΑΔΕΙΑ\s+(?:ΟΔΗΓΗΣΗΣ|ΔΙΑΜΟΝΗΣ)|DRIVING\s+LICEN|RESIDENCE\s+PERMIT"
)
"""Titles of documents, which stand in capitals; labels of forms ("Αρ. ταυτότητας") do not."""
_CARD = (85.60, 53.98)
"""Millimetres of an identity card (ISO/IEC 7810, ID-1); a passport page is 125 x 88."""
_FACES_WIDE = 6.0
"""Widths of its face that a card reaches at most, to each side."""
_SCORES = {"title": 0.6, "zone": 0.7, "both": 0.9}
_EDGE = 4.0
"""Levels by which the edge of a card differs from what is beside it, on average."""


class DocumentDetector:
    """Finds faces with another detector and the documents that they are on. Threads may share it if they may that."""

    def __init__(self, faces: MarkDetector, threshold: float, *, show_faces: bool = True) -> None:
        """`threshold`: least score of a document, 0..1; not `show_faces`: only documents are marked."""
        self._faces = faces
        self._threshold = threshold
        self._show_faces = show_faces

    @property
    def name(self) -> str:
        """Name of the face detector and of this."""
        return f"{self._faces.name} + {NAME}"

    def marks(self, pixels: Pixels, words: Sequence[SeenWord] = ()) -> Sequence[Mark]:
        """Every `FACE`, and an `ID_PHOTO` for each card around a face with a title or a machine-readable zone."""
        faces = tuple(self._faces.marks(pixels, words))
        grey = luma(pixels)
        zones = [word.box for word in words if _ZONE.search(word.text.replace(" ", ""))]
        titles = _titles(words)
        found: list[Mark] = []
        if not (titles or zones):
            return faces if self._show_faces else ()
        for face in faces:
            assert isinstance(face.region, Box)
            box = _card(grey, face.region, [*titles, *zones])
            title, zone = (any(line.overlaps(box) for line in lines) for lines in (titles, zones))
            score = _SCORES["both" if title and zone else "zone" if zone else "title"] if title or zone else 0.0
            if score and score >= self._threshold:
                for line in zones:
                    box = _hull(box, line) if line.overlaps(box) else box
                found.append(Mark("ID_PHOTO", box, score, NAME))
        return (*(faces if self._show_faces else ()), *found)


def _titles(words: Sequence[SeenWord]) -> list[Box]:
    """The boxes of words that begin the title of a document; accents of capitals are read into them now and then."""
    plain = [_bare(word.text) for word in words]
    text = " ".join(plain)
    starts, at = [], 0
    for word in plain:
        starts.append(at)
        at += len(word) + 1
    return [words[bisect_right(starts, match.start()) - 1].box for match in _TITLE.finditer(text)]


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _card(grey: Grey, face: Box, texts: Sequence[Box]) -> Box:
    """The least rectangle around `face` and one of `texts` whose edges stand out, else one of the size of a card."""
    wide, high = face.right - face.left, face.bottom - face.top
    reach_x, reach_y = round(_FACES_WIDE * wide), round(_FACES_WIDE / 1.6 * high)
    height, width = grey.shape
    lines_x = _lines(grey[max(0, face.top) : face.bottom], 1)
    lines_y = _lines(grey[:, max(0, face.left) : face.right], 0)
    best: Box | None = None
    lefts = _candidates(lines_x, face.left - reach_x, face.left, width)
    rights = _candidates(lines_x, face.right, face.right + reach_x, width)
    tops = _candidates(lines_y, face.top - reach_y, face.top, height)
    bottoms = _candidates(lines_y, face.bottom, face.bottom + reach_y, height)
    for left in lefts:
        for right in rights:
            for top in tops:
                for bottom in bottoms:
                    shape = (right - left) / max(1, bottom - top)
                    # Upright pages and lying cards; the photo itself is a frame too, but a square one.
                    if not (1.25 <= shape <= 2.0 or 0.6 <= shape <= 0.8) or right - left < 2.2 * wide:
                        continue
                    sides = (
                        _step(grey[top:bottom], left),
                        _step(grey[top:bottom], right),
                        _step(grey[:, left:right].T, top),
                        _step(grey[:, left:right].T, bottom),
                    )
                    box = Box(0, top, left, min(height, bottom + 1), min(width, right + 1))
                    least = best is None or _area(box) < _area(best)
                    if least and min(sides) >= _EDGE and any(text.overlaps(box) for text in texts):
                        best = box
    if best is not None:
        return best
    # A face fills a fifth of a card's width and stands on its left.
    card_wide = round(4.5 * wide)
    card_high = round(card_wide * _CARD[1] / _CARD[0])
    middle = (face.top + face.bottom) // 2
    return Box(
        0,
        max(0, min(face.top, middle - card_high // 2)),
        max(0, face.left - wide // 2),
        min(height, max(face.bottom, middle + card_high // 2)),
        min(width, face.left - wide // 2 + card_wide),
    )


def _lines(part: Grey, axis: int) -> Floats:
    """How much neighbouring columns (axis 1) or rows (axis 0) of `part` differ, for each first one: the median."""
    change = np.abs(np.diff(part.astype(np.float32), axis=axis))
    return np.asarray(np.median(change, axis=1 - axis), np.float32)


def _candidates(lines: Floats, low: int, high: int, size: int) -> list[int]:
    """The strongest lines between `low` and `high`, at most four, and the edge of the picture when it lies there."""
    first, last = max(0, low), min(size - 1, high)
    order = np.argsort(-lines[first:last], kind="stable")[:12] + first
    chosen: list[int] = [edge for edge in (0, size) if low <= edge <= high]
    for at in order:
        if lines[at] >= _EDGE and all(abs(int(at) + 1 - other) > 3 for other in chosen) and len(chosen) < 5:
            chosen.append(int(at) + 1)
    return chosen


def _step(part: Grey, at: int) -> float:
    """Levels between the two sides of column `at`, the median over its length; the picture's own edge is one too."""
    if at <= 1 or at >= part.shape[1] - 2:
        return 255.0
    inner = part[:, at - 2 : at + 2].astype(np.float32)
    return float(np.median(np.ptp(inner, axis=1)))


def _area(box: Box) -> int:
    return (box.right - box.left) * (box.bottom - box.top)


def _hull(a: Box, b: Box) -> Box:
    return Box(0, min(a.top, b.top), min(a.left, b.left), max(a.bottom, b.bottom), max(a.right, b.right))
