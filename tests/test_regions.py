"""The algebra of regions: half-open, united, never dropped."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.regions import Box, Span, Stay, TimeRange, Track, merge_boxes, merge_spans, merge_times, overlap, track

spans = st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda p: Span(p[0], p[0] + p[1]))
times = st.tuples(st.integers(0, 2), st.integers(0, 500), st.integers(1, 90)).map(
    lambda p: TimeRange(p[0], p[1], p[1] + p[2])
)
boxes = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 12), st.integers(1, 30)).map(
    lambda p: Box(0, p[0], p[1], p[0] + p[2], p[1] + p[3])
)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (Span, (3, 2)),
        (Span, (-1, 2)),
        (TimeRange, (0, 5, 5)),
        (TimeRange, (-1, 0, 5)),
        (Box, (0, 0, 5, 5, 5)),
        (Stay, (3, 3, 0, 0, 5, 5)),
    ],
)
def test_a_region_that_is_none_is_refused(kind: type, arguments: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="not a"):
        kind(*arguments)


@given(st.lists(spans))
def test_merged_spans_cover_the_same_characters(items: list[Span]) -> None:
    merged = merge_spans(items)
    assert {c for s in merged for c in range(s.start, s.end)} == {c for s in items for c in range(s.start, s.end)}
    assert all(a.end < b.start for a, b in itertools.pairwise(merged))


@given(st.lists(times), st.integers(0, 60))
def test_merged_times_cover_all_and_leave_only_wide_gaps(items: list[TimeRange], gap_ms: int) -> None:
    merged = merge_times(items, gap_ms)
    assert all(
        any(m.channel == t.channel and m.start_ms <= t.start_ms and t.end_ms <= m.end_ms for m in merged) for t in items
    )
    for a, b in itertools.pairwise(merged):
        assert a.channel < b.channel or a.end_ms + gap_ms < b.start_ms


@given(st.lists(boxes), st.integers(0, 5))
def test_merged_boxes_lose_no_pixel(items: list[Box], gap_px: int) -> None:
    merged = merge_boxes(items, gap_px)
    for box in items:
        assert any(
            m.left <= box.left and box.right <= m.right and m.top <= box.top and box.bottom <= m.bottom for m in merged
        )


@given(boxes, st.integers(0, 50))
def test_padding_stays_on_the_page_and_reaches_its_edges(box: Box, pad_px: int) -> None:
    padded = box.padded(pad_px, 80, 60)
    assert 0 <= padded.left <= box.left
    assert box.right <= padded.right <= 80
    assert padded.bottom == min(60, box.bottom + pad_px)


def test_regions_of_different_kinds_never_overlap() -> None:
    assert not overlap(Span(0, 5), TimeRange(0, 0, 5))
    assert overlap(TimeRange(1, 0, 5), TimeRange(1, 4, 6))
    assert not overlap(TimeRange(0, 0, 5), TimeRange(1, 0, 5))
    assert not overlap(Box(0, 0, 0, 5, 5), Box(0, 5, 0, 9, 5))


stays = st.tuples(
    st.integers(0, 8), st.integers(1, 5), st.integers(0, 6), st.integers(1, 4), st.integers(0, 6), st.integers(1, 4)
).map(lambda p: Stay(p[0], p[0] + p[1], p[2], p[4], p[2] + p[3], p[4] + p[5]))


def voxels(items: list[Stay]) -> set[tuple[int, int, int]]:
    return {
        (frame, y, x)
        for s in items
        for frame in range(s.start, s.end)
        for y in range(s.top, s.bottom)
        for x in range(s.left, s.right)
    }


@given(st.lists(stays, min_size=1, max_size=6))
def test_a_track_holds_the_same_pixels_of_the_same_frames(items: list[Stay]) -> None:
    followed = track(items)
    assert voxels(list(followed.stays)) == voxels(items)
    assert list(followed.stays) == sorted(followed.stays)
    assert followed.hull.start == min(s.start for s in items)
    for frame in range(14):
        assert voxels(list(followed.at(frame))) >= {v for v in voxels(items) if v[0] == frame}


@given(st.lists(stays, min_size=1, max_size=5), st.lists(stays, min_size=1, max_size=5))
def test_tracks_overlap_where_they_share_a_pixel_of_a_frame(a: list[Stay], b: list[Stay]) -> None:
    shared = bool(voxels(a) & voxels(b))
    assert track(a).overlaps(track(b)) is shared
    assert overlap(track(b), track(a)) is shared


def test_no_track_is_empty_or_out_of_order() -> None:
    with pytest.raises(ValueError, match="a track is"):
        track([])
    with pytest.raises(ValueError, match="a track is"):
        Track((Stay(5, 6, 0, 0, 1, 1), Stay(0, 1, 0, 0, 1, 1)))


@given(boxes, boxes)
def test_boxes_share_the_pixels_that_lie_in_both(a: Box, b: Box) -> None:
    def pixels(box: Box) -> set[tuple[int, int, int]]:
        return {(box.page, y, x) for y in range(box.top, box.bottom) for x in range(box.left, box.right)}

    assert a.shared(b) == b.shared(a) == len(pixels(a) & pixels(b))
