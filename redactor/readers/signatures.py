"""Signatures: strokes that a hand drew, told from letters, graphs and icons by their course, and by a label nearby."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from redactor.engines.pillow import luma
from redactor.evidence import Mark
from redactor.normalize import folded
from redactor.protocols import SeenWord
from redactor.readers.strokes import Stroke, strokes
from redactor.regions import Box

if TYPE_CHECKING:
    from redactor.protocols import Pixels

NAME = "strokes"
_LABEL = re.compile(r"υπογρ|signature|signed|\bsign\b|δηλων|δηλουσα|συμβαλλομεν|μονογρ|initials|unterschrift")
_PARTY = re.compile(r"^(πελατη|πελατισσα|customer|client|αιτων|αιτουσα|εκπροσωπ|παραλαβ|παραλη|received)")
"""Who signs: a label only where little else stands in the line."""
_LINE = 0.8
"""Score of a perfect stroke that no label expects."""
_LABELLED = 0.3
"""Added to the score beside a label."""
_REACH = 2.5
"""Heights of a signature within which its label stands above, below, or before it."""
_READ = 0.6
"""Confidence of a word that is believed to be one."""


class SignatureDetector:
    """Finds signatures. Keeps no state; threads may share it."""

    def __init__(self, threshold: float) -> None:
        """`threshold`: least score, 0..1."""
        self._threshold = threshold

    @property
    def name(self) -> str:
        """Always `strokes`: no model, no version but this package's."""
        return NAME

    def marks(self, pixels: Pixels, words: Sequence[SeenWord] = ()) -> Sequence[Mark]:
        """A `SIGNATURE` for each, with the loose strokes beside it. Labels among `words` raise the score."""
        found = list(strokes(luma(pixels)))
        if not found:
            return ()
        labels = _labels(words)
        marks = []
        for stroke in found:
            if _is_word(stroke.box, words):
                continue
            expected = any(_beside(label, stroke.box) for label in labels)
            score = _LINE * _line(stroke)
            score = min(1.0, score + _LABELLED) if expected and score else min(score, _LINE * _looped(stroke))
            if score >= self._threshold:
                marks.append(Mark("SIGNATURE", _whole(stroke.box, found, words, pixels.shape), score, NAME))
        return tuple(_apart(marks))


def _line(stroke: Stroke) -> float:
    """How much a stroke looks like the line of a pen, 0..1: the least of what each of its measures says."""
    high, wide = stroke.box.bottom - stroke.box.top, stroke.box.right - stroke.box.left
    return min(
        _ramp(stroke.fill, 0.52, 0.4),
        _ramp(stroke.fill, 0.01, 0.025),
        _ramp(stroke.pen_px / high, 0.24, 0.14),
        _ramp(stroke.upright, 0.55, 0.38),
        _ramp(stroke.spread, 0.62, 0.75),
        _ramp(stroke.turns, 1.05, 1.15),
        _ramp(wide / high, 0.6, 1.2),
        _ramp(high, 12.0, 18.0),
        _ramp(stroke.calm, 0.35, 0.5),
    )


def _looped(stroke: Stroke) -> float:
    """How much it turns back on itself, as handwriting does, a graph or a ring does not, 0..1."""
    high, wide = stroke.box.bottom - stroke.box.top, stroke.box.right - stroke.box.left
    return min(
        _ramp(stroke.pen_px / high, 0.12, 0.09),
        _ramp(wide / high, 1.1, 1.6),
        _ramp(stroke.spread, 0.995, 0.975),
        _ramp(stroke.crossings, 1.05, 1.3),
        _ramp(stroke.doubled, 0.05, 0.25),
        _ramp(stroke.modal, 0.88, 0.7),
        _ramp(stroke.steep, 0.12, 0.25),
        _ramp(stroke.turns, 1.4, 1.8),
        _ramp(stroke.turns, 7.0, 5.0),
    )


def _ramp(value: float, none: float, full: float) -> float:
    """0 at `none`, 1 at `full` and beyond, a straight line between."""
    return min(1.0, max(0.0, (value - none) / (full - none)))


def _labels(words: Sequence[SeenWord]) -> list[Box]:
    labels = []
    for word in words:
        text = folded(word.text)
        in_line = sum(
            abs(_middle(other.box) - _middle(word.box)) < (word.box.bottom - word.box.top) / 2
            and abs(other.box.left - word.box.right) < 12 * (word.box.bottom - word.box.top)
            for other in words
        )
        if _LABEL.search(text) or (_PARTY.search(text.lstrip("ο/η .")) and in_line <= 4):
            labels.append(word.box)
    return labels


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _beside(label: Box, box: Box) -> bool:
    high, wide = box.bottom - box.top, box.right - box.left
    reach = _REACH * max(high, label.bottom - label.top)
    if label.left < box.right + 0.5 * wide and box.left < label.right + 0.5 * wide:
        return box.top - reach < label.bottom and label.top < box.bottom + reach
    before = 0 <= box.left - label.right < max(6 * reach, 200)
    return before and label.top < box.bottom and box.top < label.bottom


def _is_word(box: Box, words: Sequence[SeenWord]) -> bool:
    """True when words that were read for sure, and stand as high as the stroke, fill most of it."""
    high, shared = box.bottom - box.top, 0
    for word in words:
        letters = sum(c.isalnum() for c in word.text)
        if word.confidence > _READ and letters >= 2 and 2 * (word.box.bottom - word.box.top) > high:
            shared += word.box.shared(box)
    return 2 * shared > (box.right - box.left) * high


def _whole(box: Box, found: Sequence[Stroke], words: Sequence[SeenWord], shape: tuple[int, ...]) -> Box:
    """`box` and the other strokes right beside it, with a margin for thin ends."""
    pad = 5 + (box.bottom - box.top) // 6
    near = box.padded(2 * pad, shape[1], shape[0])
    for other in found:
        if other.box.overlaps(near) and other.upright < 0.6 and not _is_word(other.box, words):
            box = Box(
                0,
                min(box.top, other.box.top),
                min(box.left, other.box.left),
                max(box.bottom, other.box.bottom),
                max(box.right, other.box.right),
            )
    return box.padded(pad, shape[1], shape[0])


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    """The surest of those that share most of their boxes."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: -m.score):
        box = mark.region
        assert isinstance(box, Box)
        area = (box.right - box.left) * (box.bottom - box.top)
        if not any(isinstance(o.region, Box) and 10 * box.shared(o.region) > 9 * area for o in kept):
            kept.append(mark)
    return kept
