"""Columns of tables by geometry: empty cells, row numbers without a heading, rows of something else."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from redactor.readers import columns as tables
from redactor.regions import Box


def columns(rows: list[list[Box]], height_px: float) -> list[list[int]]:
    return tables.columns(rows, height_px)[0]


def row(top: int, *ranges: tuple[int, int]) -> list[Box]:
    return [Box(0, top, left, top + 12, right) for left, right in ranges]


HEADING = row(0, (0, 40), (100, 160), (200, 240), (300, 350))


def test_a_row_with_an_empty_cell_keeps_to_its_headings() -> None:
    assert columns([HEADING, row(20, (0, 30), (200, 230), (300, 320))], 12) == [[0, 1, 2, 3], [0, 2, 3]]


def test_row_numbers_without_a_heading_are_a_column_of_their_own() -> None:
    headings = row(0, (50, 90), (150, 210), (250, 300))
    body = row(20, (0, 10), (50, 120), (150, 200), (250, 280))
    assert columns([headings, body, row(40, (50, 100), (150, 190))], 12) == [[1, 2, 3], [0, 1, 2, 3], [1, 2]]


def test_right_aligned_numbers_stand_under_their_heading() -> None:
    assert columns([HEADING, row(20, (0, 30), (190, 240), (345, 350))], 12)[1] == [0, 2, 3]


def test_a_row_of_something_else_does_not_end_the_table() -> None:
    stray = row(20, (60, 90), (170, 190), (260, 290))
    assert columns([HEADING, stray, row(40, (100, 150), (300, 340))], 12) == [[0, 1, 2, 3], [0, 1, 2], [1, 3]]


def test_single_cells_count_from_the_left() -> None:
    assert columns([HEADING, row(20, (200, 240))], 12)[1] == [0]


def test_each_row_knows_which_row_heads_its_table() -> None:
    rows = [HEADING, row(20, (0, 30), (200, 230), (300, 320)), row(40, (60, 90), (170, 190), (260, 290))]
    assert tables.columns(rows, 12)[1] == [0, 0, 2]


cells = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 80)), min_size=1, max_size=8)


@given(st.lists(cells, max_size=12))
def test_columns_rise_within_each_row(given: list[list[tuple[int, int]]]) -> None:
    rows = [sorted(Box(0, 20 * i, at, 20 * i + 12, at + wide) for at, wide in line) for i, line in enumerate(given)]
    found = columns(rows, 12)
    assert [len(places) for places in found] == [len(line) for line in rows]
    assert all(a < b for places in found for a, b in itertools.pairwise(places))
