"""Which row of a table names its columns; the same rule for delimited files and for pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

_VALUE = re.compile(r"@|(?:[0-9][ .-]?){5}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4}")
"""A row that holds such a cell is data, not a header."""


def is_header(cells: Sequence[str]) -> bool:
    """True for a row of distinct texts without values. Cells may be blank, as above the index of a data frame."""
    named = [cell.strip() for cell in cells if cell.strip()]
    return _is_filled(cells) and len(set(named)) == len(named) and not any(map(_VALUE.search, named))


def header_row(rows: Sequence[Sequence[str]], width: int) -> int | None:
    """The number of the header among the first rows of a file that are mostly `width` cells wide, else None.

    It is the first row that is filled and about as wide as the others; titles and blank lines may stand above it. A
    row that is not the first must not count anything either: it may be the first row of data below a title.
    """
    for number, row in enumerate(rows):
        if _is_filled(row) and _is_near(len(row), width):
            if is_header(row) and (number == 0 or not any(cell.strip().isdecimal() for cell in row)):
                return number
            break
    return 0 if rows and is_header(rows[0]) else None


def _is_filled(cells: Sequence[str]) -> bool:
    """True when a row has more than a title: most cells say something, not counting blank ones at its beginning."""
    blank = [not cell.strip() for cell in cells]
    first = blank.index(False) if False in blank else len(cells)
    filled = blank.count(False)
    return 2 * filled > len(cells) - first and (filled > 1 or len(cells) <= 2)


def _is_near(cells: int, width: int) -> bool:
    """True for as many cells, or one more or less: rows often end in a delimiter where their header does not."""
    return cells == width or (cells > 1 and abs(cells - width) == 1)
