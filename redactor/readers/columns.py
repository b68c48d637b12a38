"""Which column of its table a cell stands in, so that rows with an empty or a torn cell keep to their headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from redactor.regions import Box

HEADED = 3
"""Cells of a row that may head a table."""
_FITTING = 0.6
"""Share of the cells of a row that must stand in columns of the table above."""
_EDGE = 0.8
"""Edges or middles that are at most this many line heights apart are aligned."""


def columns(rows: Sequence[Sequence[Box]], height_px: float) -> tuple[list[list[int]], list[int]]:
    """The column of each cell of each row, rising, and for each row the index of the row that heads its table.

    A row that fits into no table above counts its own cells, and may head the next table: it heads itself.

    Args:
        rows: from the top, cells from the left.
        height_px: the page's usual height of a line.
    """
    tables: list[_Table] = []
    placed: list[tuple[_Table, list[_Column]]] = []
    for at, row in enumerate(rows):
        for table in tables if len(row) > 1 else ():
            if found := table.fitted(row, _EDGE * height_px):
                # What did not fit since this table's last row was no new table.
                tables = [table]
                break
        else:
            table = _Table([_Column(box, box) for box in row], at)
            found = list(table.columns)
            if len(row) >= HEADED:
                tables = [*tables[:1], table]
        placed.append((table, found))
    places = [[table.columns.index(column) for column in found] for table, found in placed]
    return places, [table.top for table, _ in placed]


@dataclass(slots=True, eq=False)
class _Column:
    head: Box
    """Its cell in the first row."""
    last: Box
    """Its last cell so far."""

    def fit(self, box: Box, near_px: float) -> float:
        """How well a cell stands below: the shared width in pixels, at least 1 for aligned ones; else 0."""
        return max(_fit(box, other, near_px) for other in (self.head, self.last))


@dataclass(slots=True, eq=False)
class _Table:
    columns: list[_Column]
    top: int
    """Index of its first row."""

    def fitted(self, row: Sequence[Box], near_px: float) -> list[_Column] | None:
        """The column of each cell, with new ones for cells that have none; None for a row of something else."""
        found = [self._under(box, near_px) for box in row]
        order = [self.columns.index(column) for column in found if column]
        if len(order) < _FITTING * len(row) or not all(before < after for before, after in pairwise(order)):
            return None
        placed, behind = [], 0
        for box, known in zip(row, found, strict=True):
            column = known or _Column(box, box)
            if known is None:
                self.columns.insert(behind, column)
            column.last = box
            behind = self.columns.index(column) + 1
            placed.append(column)
        return placed

    def _under(self, box: Box, near_px: float) -> _Column | None:
        fit, at = max((column.fit(box, near_px), -at) for at, column in enumerate(self.columns))
        return self.columns[-at] if fit > 0 else None


def _fit(a: Box, b: Box, near_px: float) -> float:
    shared = min(a.right, b.right) - max(a.left, b.left)
    apart = min(abs(a.left - b.left), abs(a.right - b.right), abs(a.left + a.right - b.left - b.right) / 2)
    return max(shared, 1.0 if apart <= near_px else 0.0)
