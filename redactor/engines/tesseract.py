"""What the two bindings of Tesseract share: languages, and one list of words made of two readings.

Where the readings of two views disagree about a piece of the picture, the surer one wins; what only one of them saw
stays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Protocol, runtime_checkable

from redactor.engines.models import tessdata_folders
from redactor.engines.views import Setting, View
from redactor.errors import MissingEngineError
from redactor.protocols import SeenWord, TextReader
from redactor.regions import Box

_CODES = {"el": "ell", "en": "eng"}
_BAND_PX = 32
JOINTS = ("/", "&")
"""Signs that join two words of one label ("Επωνυμία / Ονοματεπώνυμο")."""
_SPLIT = re.compile(r"(?<=[^\W\d]=)(?=[\w\"'+])|(?<=[^\W\d_]:)(?=[\w\"'+])|(?<=[\"']:)(?=[\w\"'+])|(?<=\w\()(?=\w)")
TIMEOUT_S = 300
"""A reading that takes longer than this has gone wrong."""


@runtime_checkable
class Shown(Protocol):
    """A binding that can be shown other views of the same picture."""

    def shown(self, settings: Sequence[Setting]) -> TextReader:
        """A reader of these views; both use the same models."""
        ...


@dataclass(frozen=True, slots=True)
class RawWord:
    """A word as Tesseract gives it, in pixels of the view."""

    text: str = field(repr=False)
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    """0..100, or negative where there is none."""
    line: int
    """Index of its line in this reading."""
    glued: bool = False
    """As in `SeenWord`."""


def seams(text: str) -> list[int]:
    """Offsets at which a word is a label and its value, written without a blank.

    >>> seams('name="Maria"'), seams("τηλ:6900000000"), seams("https://x.gr"), seams("10:30")
    ([5], [4], [], [])
    """
    return [match.start() for match in _SPLIT.finditer(text)]


def parted(word: RawWord, symbols: Sequence[tuple[str, int, int]]) -> list[RawWord]:
    """`word` cut at its seams by the `(text, left, right)` of its symbols; whole when these do not spell it."""
    ends, at = {0: -1}, 0
    for index, (text, _, _) in enumerate(symbols):
        at += len(text)
        ends[at] = index
    cuts = [0, *(cut for cut in seams(word.text) if cut in ends), len(word.text)]
    if len(cuts) == 2 or "".join(text for text, _, _ in symbols) != word.text:
        return [word]
    parts = []
    for start, end in pairwise(cuts):
        first, last = ends[start] + 1, ends[end]
        left = word.left if start == 0 else symbols[first][1]
        right = word.right if end == len(word.text) else max(left + 1, symbols[last][2])
        glued = word.glued or start > 0
        parts.append(replace(word, text=word.text[start:end], left=left, right=right, glued=glued))
    return parts


def locate_languages(languages: Sequence[str]) -> tuple[Path, str]:
    """The tessdata folder and Tesseract's language string (`ell+eng`) for ISO 639-1 codes.

    Tesseract leaves out a language whose data is missing without a word, so the files are looked for here. The folder
    is the first of `TESSDATA_PREFIX` and Debian's that has them all. Raises `MissingEngineError` that names the
    Debian package.
    """
    wanted = [_CODES[language] for language in languages]
    for folder in tessdata_folders():
        if all((folder / f"{code}.traineddata").is_file() for code in wanted):
            return folder, "+".join(wanted)
    packages = " ".join(f"tesseract-ocr-{code}" for code in wanted)
    raise MissingEngineError(f"Tesseract's language data is missing: apt-get install {packages}", reason="NO_MODEL")


def unite(readings: Iterable[tuple[View, Sequence[RawWord]]], width_px: int, height_px: int) -> list[SeenWord]:
    """One list of words in reading order out of the readings of all views of a picture of this size."""
    united: list[SeenWord] = []
    for view, raw in readings:
        first_line = 1 + max((word.line for word in united), default=-1)
        words = [w for r in raw if (w := _seen(r, view.scale, first_line, width_px, height_px)) is not None]
        united = _surer(united, words)
    return _in_order(united)


def _seen(raw: RawWord, scale: float, first_line: int, width_px: int, height_px: int) -> SeenWord | None:
    text = raw.text.strip()
    left, top = max(0, math.floor(raw.left / scale)), max(0, math.floor(raw.top / scale))
    right, bottom = min(width_px, math.ceil(raw.right / scale)), min(height_px, math.ceil(raw.bottom / scale))
    # Frames, icons and rules come back as punctuation; every piece with a letter or a digit stays, and what joins two.
    if not (text in JOINTS or any(c.isalnum() for c in text)) or left >= right or top >= bottom:
        return None
    confidence = min(max(raw.confidence / 100, 0.0), 1.0)
    return SeenWord(text, Box(0, top, left, bottom, right), confidence, first_line + raw.line, raw.glued)


def _surer(first: Sequence[SeenWord], second: Sequence[SeenWord]) -> list[SeenWord]:
    """Words of two readings; groups that overlap are decided by confidence, weighted by the width that was read."""
    groups = _groups(first, second)
    kept = []
    for mine, other in groups:
        # Words of confidence zero weigh nothing, and still no reading may lose to an empty one.
        first_wins = bool(mine) and (not other or _weight(mine) >= _weight(other))
        winner, loser = (mine, other) if first_wins else (other, mine)
        if len(winner) == len(loser) == 1:
            winner = [_covering(winner[0], loser[0])]
        kept.extend(winner)
    return kept


def _groups(first: Sequence[SeenWord], second: Sequence[SeenWord]) -> list[tuple[list[SeenWord], list[SeenWord]]]:
    words = [*first, *second]
    parent = list(range(len(words)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    bands: dict[int, list[int]] = {}
    for j, other in enumerate(second, len(first)):
        for band in range(other.box.top // _BAND_PX, other.box.bottom // _BAND_PX + 1):
            bands.setdefault(band, []).append(j)
    for i, mine in enumerate(first):
        for band in range(mine.box.top // _BAND_PX, mine.box.bottom // _BAND_PX + 1):
            for j in bands.get(band, ()):
                if _same_place(mine.box, words[j].box):
                    parent[root(i)] = root(j)
    groups: dict[int, tuple[list[SeenWord], list[SeenWord]]] = {}
    for i, word in enumerate(words):
        groups.setdefault(root(i), ([], []))[i >= len(first)].append(word)
    return list(groups.values())


def _same_place(a: Box, b: Box) -> bool:
    return a.overlaps(b) and _area(_shared(a, b)) > 0.3 * min(_area(a), _area(b))


def _shared(a: Box, b: Box) -> Box:
    return Box(0, max(a.top, b.top), max(a.left, b.left), min(a.bottom, b.bottom), min(a.right, b.right))


def _area(box: Box) -> int:
    return (box.right - box.left) * (box.bottom - box.top)


def _weight(words: Sequence[SeenWord]) -> float:
    return sum(word.confidence**3 * (word.box.right - word.box.left) for word in words)


def _covering(word: SeenWord, other: SeenWord) -> SeenWord:
    """`word` with a box that also holds what the other reading took for it, unless that is much taller."""
    a, b = word.box, other.box
    if (b.bottom - b.top) > 1.5 * (a.bottom - a.top):
        return word
    box = Box(0, min(a.top, b.top), min(a.left, b.left), max(a.bottom, b.bottom), max(a.right, b.right))
    return replace(word, box=box)


def _in_order(words: Sequence[SeenWord]) -> list[SeenWord]:
    lines: dict[int, list[SeenWord]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    ordered = sorted(lines.values(), key=lambda line: min((w.box.top, w.box.left) for w in line))
    return [
        replace(word, line=index)
        for index, line in enumerate(ordered)
        for word in sorted(line, key=lambda w: w.box.left)
    ]
