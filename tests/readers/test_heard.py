from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.protocols import HeardWord
from redactor.readers.heard import (
    HOLE_MS,
    NEAR_MS,
    UNHEARD_MS,
    Timed,
    cover,
    loops,
    place,
    plausible,
    refined,
    torn,
    within,
)
from redactor.readers.packing import Piece, Window

WINDOW = Window(np.zeros(10_000 * 16, np.float32), (Piece(0, 30_000, 40_000),))


def said(text: str, each_ms: int = 200) -> list[Timed]:
    return [Timed(word, i * each_ms, (i + 1) * each_ms, 1.0) for i, word in enumerate(text.split())]


def test_words_get_the_time_of_the_recording() -> None:
    assert place([HeardWord("a", 100, 400, 0.5)], WINDOW) == [Timed("a", 30_100, 30_400, 0.5)]


@pytest.mark.parametrize("length", [0, 39])
def test_a_word_without_time_gets_that_of_its_neighbours(length: int) -> None:
    words = [HeardWord("a", 100, 400, 1), HeardWord("b", 400, 400 + length, 1), HeardWord("c", 400, 900, 1)]
    assert place(words, WINDOW)[1] == Timed("b", 30_100, 30_900, 1)
    assert place(words[1:2], WINDOW)[0] == Timed("b", 30_000, 40_000, 1)


def test_words_outside_the_window_are_clipped_to_it() -> None:
    placed = place(
        [HeardWord("a", -300, 200, 1), HeardWord("b", 9_900, 12_000, 1), HeardWord("c", 12_000, 13_000, 1)], WINDOW
    )
    assert [(w.start_ms, w.end_ms) for w in placed] == [(30_000, 30_200), (39_900, 40_000), (39_700, 40_000)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("σκάλα, σκάλα, σκάλα, σκάλα", [(0, 800)]),
        ("Σκάλα σκαλα σκάλα. σκάλα! τέλος", [(0, 800)]),
        ("ναι ναι ναι", []),
        ("το μιδέν-μιδέν-μιδέν-μιδέν τέλος", [(200, 400)]),
        ("a b a b a b a b c", [(0, 1600)]),
        ("x one two three one two three one two three one two three", [(200, 2600)]),
        ("one two three four", []),
        ("", []),
        ("... ... ... ... ...", []),
    ],
)
def test_loops_are_runs_of_more_than_three(text: str, found: list[tuple[int, int]]) -> None:
    assert list(loops(said(text))) == found


def test_what_was_said_in_circles_is_dropped_with_the_speech_that_it_touches() -> None:
    words = said("a na na na na b c", 1000)
    speech = [(0, 900), (1000, 2500), (4000, 6000), (6000, 7000)]
    kept, looped, idle = torn(words, speech, list(loops(words)))
    assert [word.text for word in kept] == ["a", "c"]
    assert (looped, idle) == ([(1000, 2500), (4000, 6000)], [])


def test_circles_in_a_pause_stay_and_are_told() -> None:
    words = said("a na na na na b c", 1000)
    kept, looped, idle = torn(words, [(0, 900), (5000, 7000)], list(loops(words)))
    assert (kept, looped, idle) == (words, [], [(1000, 5000)])


def test_speech_that_no_word_touches_is_reported() -> None:
    words = [Timed("a", 1000, 1500, 1)]
    _, unheard = cover(words, [(1000, 1500), (3000, 3000 + UNHEARD_MS), (5000, 5000 + UNHEARD_MS - 1)])
    assert unheard == [(3000, 3000 + UNHEARD_MS)]


def test_edges_and_short_holes_go_to_the_words_around_them() -> None:
    words = [Timed("a", 1200, 1500, 1), Timed("b", 1900, 2500, 1)]
    covered, unheard = cover(words, [(1000, 3000)])
    assert [(w.start_ms, w.end_ms) for w in covered] == [(1000, 1700), (1700, 3000)]
    assert unheard == []


def test_long_holes_are_reported_and_words_stay_as_they_are() -> None:
    words = [Timed("a", 2000, 2500, 1), Timed("b", 2500 + HOLE_MS, 4000, 1)]
    covered, unheard = cover(words, [(500, 6000)])
    assert covered == words
    assert unheard == [(500, 2000), (2500, 2500 + HOLE_MS), (4000, 6000)]


ranges = st.tuples(st.integers(0, 9000), st.integers(1, 3000)).map(lambda p: (p[0], p[0] + p[1]))


@given(st.lists(ranges), st.lists(st.integers(0, 12_000), unique=True))
def test_all_speech_is_covered_or_reported(times: list[tuple[int, int]], edges: list[int]) -> None:
    edges.sort()
    speech = list(zip(edges[::2], edges[1::2], strict=False))
    words = [Timed("w", start, end, 1) for start, end in times]
    covered, unheard = cover(words, speech)
    known = {ms for start, end in [*unheard, *((w.start_ms, w.end_ms) for w in covered)] for ms in range(start, end)}
    for start, end in speech:
        touched = any(w.start_ms < end and start < w.end_ms for w in words)
        if touched or end - start >= UNHEARD_MS:
            assert known.issuperset(range(start, end))
    assert len(covered) == len(words)
    for before, after in zip(sorted(words, key=lambda w: (w.start_ms, w.end_ms)), covered, strict=True):
        assert after.start_ms <= before.start_ms
        assert before.end_ms <= after.end_ms


def sound(*loud: tuple[int, int]) -> np.ndarray:
    """Four seconds with voices in `loud` (ms)."""
    samples = np.full(4000 * 16, 0.001, np.float32)
    for start, end in loud:
        samples[start * 16 : end * 16] = 0.3
    return samples


def test_edges_of_words_move_to_where_the_voice_dips() -> None:
    said = [Timed("a", 11_050, 11_560, 1), Timed("b", 11_560, 12_000, 1)]
    one, other = refined(said, sound((1000, 1500), (1530, 2040)), 10_000)
    assert 10_950 <= one.start_ms <= 11_000
    assert 11_500 <= one.end_ms <= 11_530
    assert other.start_ms == one.end_ms
    assert 12_040 <= other.end_ms <= 12_060


@given(st.lists(st.integers(0, 4500), min_size=2, max_size=12, unique=True), st.lists(ranges, max_size=4))
def test_refined_words_stay_in_order_and_near(edges: list[int], loud: list[tuple[int, int]]) -> None:
    edges.sort()
    said = [Timed("w", a, b, 1) for a, b in pairwise(edges)]
    moved = refined(said, sound(*loud), 0)
    for word, now in zip(said, moved, strict=True):
        assert now.start_ms < now.end_ms
        assert abs(now.start_ms - word.start_ms) <= NEAR_MS + 10
        assert abs(now.end_ms - word.end_ms) <= NEAR_MS + 10
    for one, after in pairwise(moved):
        assert one.start_ms < after.start_ms
        assert after.start_ms <= one.end_ms


def test_words_over_each_other_keep_their_times() -> None:
    said = [Timed("a", 1000, 3000, 1), Timed("b", 1500, 2000, 1), Timed("c", 1800, 2600, 1)]
    assert [(w.start_ms, w.end_ms) for w in refined(said, sound((0, 4000)), 0)] == [
        (1000, 3000),
        (1500, 2000),
        (1800, 2600),
    ]


def test_the_last_word_before_a_pause_does_not_last_through_it() -> None:
    speech = [(1000, 2000), (5000, 6000)]
    said = [Timed("question", 1500, 4990, 1), Timed("early", 3000, 5500, 1), Timed("both", 1900, 5100, 1)]
    assert [(w.start_ms, w.end_ms) for w in within(said, speech)] == [(1500, 2300), (4700, 5500), (1900, 5100)]
    kept = [Timed("near", 1500, 2599, 1), Timed("nowhere", 3000, 4000, 1)]
    assert list(within(kept, speech)) == kept


def test_a_word_that_swallowed_others_is_none() -> None:
    words = [
        Timed("Thank", 18_500, 27_560, 0.2),
        Timed("694-120-5583.", 14_800, 18_470, 0.8),
        Timed("λοιπόν", 0, 1_900, 0.9),
    ]
    assert [word.text for word in plausible(words)] == ["694-120-5583.", "λοιπόν"]
    left, unheard = cover(plausible(words[:1]), [(18_500, 27_560)])
    assert (left, unheard) == ([], [(18_500, 27_560)])
