"""The lookup says what asking each thing would say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.lookup import Lookup
from redactor.regions import Box, Region, Span, Stay, TimeRange, Track, overlap

_small = st.integers(0, 1)
_size = st.integers(1, 20_000)
_places = st.integers(0, 60_000)
_edges = st.tuples(st.integers(0, 40), st.integers(1, 40)).map(lambda pair: (pair[0], pair[0] + pair[1]))
_regions: st.SearchStrategy[Region] = st.one_of(
    st.builds(lambda at, size: Span(at, at + size), st.integers(0, 2_000), st.integers(0, 600)),
    st.builds(lambda channel, at, size: TimeRange(channel, at, at + size), _small, _places, _size),
    st.builds(lambda page, y, x: Box(page, y[0], x[0], y[1], x[1]), _small, _edges, _edges),
    st.builds(
        lambda stays: Track(tuple(sorted(Stay(at, at + n, y[0], x[0], y[1], x[1]) for at, n, y, x in stays))),
        st.lists(st.tuples(st.integers(0, 300), st.integers(1, 200), _edges, _edges), min_size=1, max_size=3),
    ),
)


@given(st.lists(st.lists(_regions, max_size=3), max_size=12), _regions)
def test_it_finds_each_thing_that_overlaps_once_and_in_order(things: list[list[Region]], place: Region) -> None:
    lookup = Lookup((regions, number) for number, regions in enumerate(things))
    expected = [n for n, regions in enumerate(things) if any(overlap(place, region) for region in regions)]
    assert lookup.under(place) == expected


def test_what_scrolls_through_a_window_is_compared_with_what_is_near_it_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def line(number: int) -> Track:
        """A line that is 20 rows high and scrolls up by as much each 4 frames, through a window of 400 rows."""
        return Track(
            tuple(
                Stay(4 * step, 4 * step + 4, 20 * (number - step), 10, 20 * (number - step) + 20, 90)
                for step in range(200)
                if 0 <= number - step < 20
            )
        )

    asked = []

    def counted(a: Region, b: Region) -> bool:
        asked.append(a)
        return overlap(a, b)

    monkeypatch.setattr("redactor.lookup.overlap", counted)
    lines = [line(number) for number in range(200)]
    lookup = Lookup(((each,), number) for number, each in enumerate(lines))
    assert [lookup.under(each) for each in lines] == [[number] for number in range(200)]
    assert len(asked) <= 20 * len(lines)
