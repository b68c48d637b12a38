"""The lookup says what asking each thing would say."""

from __future__ import annotations

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
        lambda at, size, y, x: Track((Stay(at, at + size, y[0], x[0], y[1], x[1]),)),
        st.integers(0, 300),
        st.integers(1, 200),
        _edges,
        _edges,
    ),
)


@given(st.lists(st.lists(_regions, max_size=3), max_size=12), _regions)
def test_it_finds_each_thing_that_overlaps_once_and_in_order(things: list[list[Region]], place: Region) -> None:
    lookup = Lookup((regions, number) for number, regions in enumerate(things))
    expected = [n for n, regions in enumerate(things) if any(overlap(place, region) for region in regions)]
    assert lookup.under(place) == expected
