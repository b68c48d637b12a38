from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.engines import ffmpeg
from redactor.regions import TimeRange
from redactor.render.levels import STEP_MS
from redactor.render.levels import levels as measured
from redactor.render.loudness import REACH_MS, quiet_edges
from tests.sound import write_wav

WHOLE = [TimeRange(0, 0, 10_000)]


def levels(*quiet: tuple[int, int], length_ms: int = 10_000) -> np.ndarray:
    level = np.full((length_ms // STEP_MS, 1), 0.3, np.float32)
    for start, end in quiet:
        level[start // STEP_MS : end // STEP_MS] = 0.001
    return level


def test_edges_go_to_the_quiet_places_outside() -> None:
    (one,) = quiet_edges([TimeRange(0, 3000, 3500)], levels((2880, 2920), (3620, 3680)), 250, WHOLE)
    assert 2880 <= one.start_ms <= 2920
    assert 3620 <= one.end_ms <= 3680
    assert len(one) % 250 == 0


def test_where_it_is_quiet_already_a_range_stays() -> None:
    kept = TimeRange(0, 3000, 3500)
    assert quiet_edges([kept], levels((2000, 5000)), 250, WHOLE) == (kept,)


def test_where_it_is_nowhere_quieter_a_range_stays() -> None:
    kept = TimeRange(0, 3000, 3500)
    assert quiet_edges([kept], levels(), 250, WHOLE) == (kept,)


def test_a_bucket_more_must_keep_an_edge_out_of_a_loud_sound() -> None:
    item = TimeRange(0, 3000, 3500)
    level = levels((2980, 3010), (3600, 3800))
    level[340:360] = 0.05
    assert quiet_edges([item], level, 250, WHOLE) == (item,)
    level[340:360] = 0.3
    assert quiet_edges([item], level, 250, WHOLE) == (TimeRange(0, 3000, 3750),)


@given(
    st.integers(0, 9000),
    st.integers(1, 1000),
    st.sampled_from([1, 100, 250]),
    st.lists(st.tuples(st.integers(0, 9900), st.integers(10, 100)), max_size=6),
)
def test_a_range_only_grows_and_never_far(start: int, length: int, bucket: int, dips: list[tuple[int, int]]) -> None:
    item = TimeRange(0, start, start + length)
    (fitted,) = quiet_edges([item], levels(*((a, a + n) for a, n in dips)), bucket, WHOLE)
    assert fitted.start_ms <= item.start_ms
    assert fitted.end_ms >= item.end_ms
    assert item.start_ms - fitted.start_ms <= REACH_MS
    assert fitted.end_ms - item.end_ms <= REACH_MS + bucket
    assert fitted.end_ms <= 10_000
    assert fitted == item or len(fitted) % bucket == 0


def test_levels_are_those_of_each_channel(tmp_path: Path) -> None:
    sound = np.zeros((8000 * 2 + 3, 2), np.float32)
    sound[8000:, 0], sound[:, 1] = 0.5, 0.25
    media = write_wav(tmp_path / "a.wav", sound)
    level = measured(media.path, ffmpeg.probe(media.path, "wav")).loudness
    assert level.shape == (201, 2)
    assert level[10:90, 0].max() == pytest.approx(0, abs=1e-3)
    assert level[110:190, 0] == pytest.approx(0.5, abs=0.01)
    assert level[10:190, 1] == pytest.approx(0.25, abs=0.01)
