"""Reading order of words on a screen: from boxes alone to lines and cells.

Words that share a row are cut into cells where the gap between them is wide. Cells that stand tightly below each other
form a paragraph, or a label above its value, and are read as one; tables are read row by row; a label left of
its value comes right before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from redactor.protocols import SeenWord
from redactor.readers.columns import HEADED, columns
from redactor.recognizers.screen_words import is_label
from redactor.regions import Box

_FOUR = re.compile(r"\d{4}")
"""A group of a card's number."""
_GROUP_GAP = 2
"""So many heights of its letters such a group may stand from the next one in the same cell."""
_CELL_GAPS = (0.8, 1.3)
"""Least and largest gap, in line heights, that begins a new cell: twice the page's usual blank, within these limits.
Blanks are 0.3 to 0.5 line heights in proportional fonts, 0.8 to 1 in those of terminals."""
_LINE_PITCH = 2.0
"""Lines of a paragraph are at most this many line heights apart, top to top."""
_PAIR_PITCH = 3.2
"""So are a label and the value below it; between values and the next labels there is more."""
_INDENT = 1.4
"""A value may stand this many line heights to the right of the label above it."""
_REGULAR = 1.15
"""Distances within this factor of each other are the regular pitch of a table or a list."""
_PROSE_WORDS = 5
"""Columns side by side with this many words a line are running text, not a table."""


@dataclass(slots=True, eq=False)
class _Cell:
    words: list[SeenWord]
    row: int
    place: int
    """Index in its row."""
    middle: float
    """Vertical centre of its row."""
    box: Box = field(init=False)
    over: _Cell | None = None
    """Nearest cell above that shares a pixel column."""
    under: _Cell | None = None
    """Nearest cell below that shares a pixel column."""
    joined: bool = False
    """True when it is read right after the cell above."""

    def __post_init__(self) -> None:
        boxes = [word.box for word in self.words]
        self.box = Box(
            0,
            min(b.top for b in boxes),
            min(b.left for b in boxes),
            max(b.bottom for b in boxes),
            max(b.right for b in boxes),
        )


def reading_order(words: Sequence[SeenWord]) -> list[tuple[str, SeenWord]]:
    """Each word once, in reading order, with the gap before it: nothing, a blank, a tab (new cell), or a line break.

    Where a row of a table has an empty cell, the gap has its tab as well.
    """
    if not words:
        return []
    height = median(word.box.bottom - word.box.top for word in words)
    lines = _rows(words)
    gap_px = _cell_gap_px(lines, height)
    rows = [_cells(row, index, gap_px, height) for index, row in enumerate(lines)]
    _neighbours(rows)
    for row in rows:
        for cell in row:
            if cell.over is not None and cell.over.under is cell:
                cell.joined = _joins(cell.over, cell, rows, height)
    for row in rows:
        # Of labels above their values all have one; headings may have a short value closely below by chance.
        below = [cell.under for cell in row if cell.under is not None and cell.under.over is cell]
        if _heads(row) and 2 * sum(cell.joined for cell in below) <= len(below):
            for cell in below:
                cell.joined = False
    ordered: list[tuple[str, SeenWord]] = []
    placed, tops = columns([[cell.box for cell in row] for row in rows], height)
    for index, (row, places) in enumerate(zip(rows, placed, strict=True)):
        gap, at = "\n", -1
        # Under the headings of a table, a value that goes on in the next line is still one cell.
        headed = tops[index] != index and _heads(rows[tops[index]]) and not any(map(_labels, row))
        for head, column in zip(row, places, strict=True):
            if head.joined:
                continue
            ordered += _words(head, _gap(gap, column, at))
            gap, at, last = "\t", column, head
            while last.under is not None and last.under.joined and last.under.over is last:
                last, gap = last.under, "\t" if headed else "\n"
                ordered += _words(last, " " if headed else gap)
    return ordered


def _heads(row: Sequence[_Cell]) -> bool:
    """True for a row that may head a table: several cells, labels for the most part."""
    return len(row) >= HEADED and 2 * sum(map(_is_label, row)) >= len(row)


def _labels(cell: _Cell) -> bool:
    """True for a label that is read with the value below it."""
    return cell.under is not None and cell.under.joined and cell.under.over is cell and _is_label(cell)


def _is_label(cell: _Cell) -> bool:
    return is_label(" ".join(word.text for word in cell.words))


def _gap(gap: str, column: int, last: int) -> str:
    """What stands before a cell: an empty cell has its tab, so that the cells of a row count as their headings do."""
    if last < 0:
        return gap + "\t" * column
    if gap == "\t":
        return "\t" * max(1, column - last)
    return gap


def _words(cell: _Cell, gap: str) -> Iterable[tuple[str, SeenWord]]:
    for index, word in enumerate(cell.words):
        yield "" if word.glued and index else gap, word
        gap = " "


def _rows(words: Iterable[SeenWord]) -> list[list[SeenWord]]:
    """Words whose vertical extents overlap by half, top to bottom; a row's extent is the median of its words'."""
    rows: list[list[SeenWord]] = []
    bands: list[tuple[float, float]] = []
    for word in sorted(words, key=lambda w: (w.box.top + w.box.bottom, w.box)):
        top, bottom = word.box.top, word.box.bottom
        for i in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            shared = min(bottom, bands[i][1]) - max(top, bands[i][0])
            if 2 * shared >= min(bottom - top, bands[i][1] - bands[i][0]):
                rows[i].append(word)
                bands[i] = (median(w.box.top for w in rows[i]), median(w.box.bottom for w in rows[i]))
                break
        else:
            rows.append([word])
            bands.append((top, bottom))
    order = sorted(range(len(rows)), key=lambda i: bands[i])
    return [sorted(rows[i], key=lambda w: (w.box.left, w.box)) for i in order]


def _cell_gap_px(rows: Sequence[Sequence[SeenWord]], height: float) -> float:
    least, largest = (factor * height for factor in _CELL_GAPS)
    gaps = [after.box.left - before.box.right for row in rows for before, after in pairwise(row)]
    blanks = sorted(gap for gap in gaps if 0 < gap <= largest)
    return min(max(2.0 * blanks[len(blanks) // 4], least), largest) if blanks else largest


def _cells(row: Sequence[SeenWord], index: int, gap_px: float, height: float) -> list[_Cell]:
    cells = [[row[0]]]
    for before, word in pairwise(row):
        # Larger letters have larger blanks.
        tall = min(w.box.bottom - w.box.top for w in (before, word))
        grouped = _FOUR.fullmatch(before.text) and _FOUR.fullmatch(word.text)
        limit_px = _GROUP_GAP * tall if grouped else gap_px * max(1.0, tall / height)
        if word.box.left - before.box.right > limit_px:
            cells.append([])
        cells[-1].append(word)
    middle = median(w.box.top + w.box.bottom for w in row) / 2
    return [_Cell(words, index, place, middle) for place, words in enumerate(cells)]


def _neighbours(rows: Sequence[Sequence[_Cell]]) -> None:
    last: list[_Cell] = []
    for row in rows:
        hidden = []
        for cell in row:
            over = [c for c in last if c.box.left < cell.box.right and cell.box.left < c.box.right]
            cell.over = max(over, key=lambda c: c.row, default=None)
            for other in over:
                other.under = other.under or cell
            hidden += over
        last = [c for c in last if c not in hidden] + list(row)


def _joins(upper: _Cell, lower: _Cell, rows: Sequence[Sequence[_Cell]], height: float) -> bool:
    """True for the next line of a paragraph and for the value below its label; false for rows of a table."""
    pitch = lower.middle - upper.middle
    if pitch > _PAIR_PITCH * height:
        return False
    beside = [] if _is_prose(upper, lower) else _beside(upper, lower, rows, height)
    alone = _is_pair(upper, lower)
    if not beside:
        return _aligned(upper.box, lower.box, height) and (pitch <= _LINE_PITCH * height or alone)
    # In a column with empty cells two values may stand close together by chance: the full columns tell.
    if len(beside) >= HEADED and 2 * sum(_is_pair(a, b) for a, b in beside) < len(beside):
        return False
    return alone and _contained(upper.box, lower.box)


def _is_pair(upper: _Cell, lower: _Cell) -> bool:
    """True when the two stand closer to each other than to what is above and below them."""
    # Measured between rows, where letters above and below the line cancel out, and between the cells themselves,
    # because a row may also hold cells of another panel.
    others = [(a, b) for a, b in ((upper.over, upper), (lower, lower.under)) if a is not None and b is not None]
    by_row = [(b.middle - a.middle) / (lower.middle - upper.middle) for a, b in others]
    by_cell = [_distance(a, b) / _distance(upper, lower) for a, b in others]
    return bool(others) and min(by_row) > _REGULAR and min(by_cell) > 1.08


def _distance(upper: _Cell, lower: _Cell) -> int:
    return max(1, lower.box.top + lower.box.bottom - upper.box.top - upper.box.bottom)


def _beside(upper: _Cell, lower: _Cell, rows: Sequence[Sequence[_Cell]], height: float) -> list[tuple[_Cell, _Cell]]:
    """The pairs of cells that both rows have in other columns; running text at the side does not count."""
    return [
        (a, b)
        for a in rows[upper.row]
        for b in rows[lower.row]
        if a is not upper
        and b is not lower
        and not _is_prose(a, b)
        and (_aligned(a.box, b.box, height) or (a.place, b.place) == (upper.place + 1, lower.place + 1))
    ]


def _is_prose(upper: _Cell, lower: _Cell) -> bool:
    return len(upper.words) + len(lower.words) >= 2 * _PROSE_WORDS


def _aligned(upper: Box, lower: Box, height: float) -> bool:
    # A value in a field stands a little to the right of its label; numbers in a column end together.
    return -0.6 <= (lower.left - upper.left) / height <= _INDENT or abs(lower.right - upper.right) <= 0.6 * height


def _contained(upper: Box, lower: Box) -> bool:
    shared = min(upper.right, lower.right) - max(upper.left, lower.left)
    return 2 * shared >= min(upper.right - upper.left, lower.right - lower.left)
