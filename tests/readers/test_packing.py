from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.readers.packing import PAD_MS, PER_MS, SILENCE_MS, WINDOW_MS, Piece, Window, pack, quietest

LENGTH_MS = 90_000
RAMP = np.arange(LENGTH_MS * PER_MS, dtype=np.float32)
"""Every sample holds its own index, so that sound can be followed through the packing."""


@st.composite
def speech(draw: st.DrawFn) -> list[tuple[int, int]]:
    edges = sorted(draw(st.sets(st.integers(0, LENGTH_MS), min_size=2, max_size=24)))
    return list(zip(edges[::2], edges[1::2], strict=False))


@settings(max_examples=60, deadline=None)
@given(speech(), st.integers(0, 10**7))
def test_every_stretch_of_speech_is_in_some_window_with_its_own_time(
    stretches: list[tuple[int, int]], origin: int
) -> None:
    held = np.zeros(LENGTH_MS, np.bool_)
    for window in pack(RAMP, origin, stretches):
        assert len(window.samples) <= WINDOW_MS * PER_MS
        for piece in window.pieces:
            start, end = piece.start_ms - origin, piece.end_ms - origin
            sound = window.samples[piece.at_ms * PER_MS : (piece.at_ms + len(piece)) * PER_MS]
            np.testing.assert_array_equal(sound, RAMP[start * PER_MS : end * PER_MS])
            assert not held[start:end].any()
            held[start:end] = True
    for start, end in stretches:
        assert held[start:end].all()


@settings(max_examples=60, deadline=None)
@given(speech(), st.integers(-500, WINDOW_MS + 500), st.integers(0, 3000))
def test_times_come_back_inside_the_pieces_and_cover_what_was_heard(
    stretches: list[tuple[int, int]], at: int, length: int
) -> None:
    for window in pack(RAMP, 0, stretches):
        start, end = window.original(at, at + length)
        assert window.pieces[0].start_ms <= start < end <= window.pieces[-1].end_ms
        for piece in window.pieces:
            first, last = piece.at_ms + piece.lead_ms, piece.at_ms + len(piece) - piece.tail_ms
            if length and piece.at_ms <= at < last and first < at + length <= piece.at_ms + len(piece):
                assert (start, end) == (piece.start_ms + at - piece.at_ms, piece.start_ms + at + length - piece.at_ms)


TWO = Window(
    np.zeros(2400 * PER_MS, np.float32), (Piece(0, 5000, 6000, 140, 140), Piece(1400, 60_000, 61_000, 140, 140))
)


def test_a_word_in_the_pause_does_not_last_through_it() -> None:
    assert TWO.original(900, 1800) == (60_000, 60_400)
    assert TWO.original(500, 1450) == (5500, 6000)


def test_a_word_in_the_quiet_altogether_reaches_into_the_nearer_speech() -> None:
    assert TWO.original(1050, 1150) == (5560, 6000)
    assert TWO.original(1250, 1380) == (60_000, 60_440)
    assert TWO.original(1410, 1500) == (60_010, 60_440)
    assert TWO.original(2300, 2400) == (60_560, 61_000)
    assert TWO.original(0, 100) == (5000, 5440)


def test_a_word_on_both_sides_of_a_pause_covers_both() -> None:
    assert TWO.original(500, 1800) == (5500, 60_400)


def test_near_stretches_keep_their_own_pause_and_far_ones_get_a_silence() -> None:
    near = list(pack(RAMP, 0, [(1000, 2000), (2500, 3000)]))
    assert [(p.start_ms, p.end_ms) for p in near[0].pieces] == [(1000 - PAD_MS, 3000 + PAD_MS)]
    far = list(pack(RAMP, 0, [(1000, 2000), (9000, 9500)]))
    one, two = far[0].pieces
    assert two.at_ms == len(one) + SILENCE_MS
    silence = far[0].samples[len(one) * PER_MS : two.at_ms * PER_MS]
    assert not silence.any()


def test_speech_without_a_pause_is_cut_where_it_is_quietest() -> None:
    sound = np.ones(60_000 * PER_MS, np.float32)
    sound[20_000 * PER_MS : 20_100 * PER_MS] = 0
    windows = list(pack(sound, 0, [(0, 60_000)]))
    assert windows[0].pieces[0].end_ms == 20_050
    assert sum(len(piece) for window in windows for piece in window.pieces) == 60_000
    assert quietest(sound, 19_000, 21_000) == 20_050


def test_no_speech_no_window() -> None:
    assert list(pack(RAMP, 0, [])) == []
