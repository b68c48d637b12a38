"""From heat maps to boxes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.engines.heatmaps import Peak, distinct, peaks


def maps(rows: int = 10, columns: int = 20) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        np.zeros((rows, columns), np.float32),
        np.zeros((2, rows, columns), np.float32),
        np.zeros((2, rows, columns), np.float32),
    )


def test_a_peak_becomes_a_box_around_its_shifted_middle() -> None:
    heat, sizes, shifts = maps()
    heat[4, 7], sizes[:, 4, 7], shifts[:, 4, 7] = 0.8, (np.log(5), np.log(3)), (0.25, -0.5)
    (peak,) = peaks(heat, sizes, shifts, 0.2)
    assert peak.score == pytest.approx(0.8)
    assert (peak.left, peak.right) == pytest.approx((28 - 6, 28 + 6), abs=1e-3)
    assert (peak.top, peak.bottom) == pytest.approx((19 - 10, 19 + 10), abs=1e-3)


def test_the_threshold_counts_and_of_neighbours_only_the_hottest() -> None:
    heat, sizes, shifts = maps()
    heat[4, 7], heat[4, 8], heat[0, 0], heat[9, 19] = 0.8, 0.7, 0.3, 0.19
    assert [round(p.score, 2) for p in peaks(heat, sizes, shifts, 0.2)] == [0.3, 0.8]
    assert len(peaks(heat, sizes, shifts, 0.1)) == 3


def test_absurd_sizes_do_not_overflow() -> None:
    heat, sizes, shifts = maps()
    heat[4, 7], sizes[:, 4, 7] = 0.8, 1e6
    (peak,) = peaks(heat, sizes, shifts, 0.2)
    assert np.isfinite(peak.area)


def test_one_face_seen_at_two_scales_counts_once_and_two_faces_twice() -> None:
    face, again, other = Peak(0.9, 10, 10, 50, 60), Peak(0.7, 12, 11, 49, 58), Peak(0.5, 80, 10, 120, 60)
    assert distinct([again, other, face]) == [face, other]
    assert distinct([face, Peak(0.3, 20, 20, 30, 30)]) == [face]
    # A part of a face may be surer than the whole.
    assert distinct([Peak(0.9, 100, 100, 160, 180), Peak(0.6, 60, 50, 220, 270)]) == [Peak(0.9, 60, 50, 220, 270)]


@given(st.floats(0, 500), st.floats(0, 500), st.floats(0.1, 4))
def test_placing_undoes_cutting_and_enlarging(left: float, top: float, scale: float) -> None:
    face = Peak(0.5, left + 10, top + 20, left + 50, top + 80)
    cut = Peak(0.5, 10 * scale, 20 * scale, 50 * scale, 80 * scale)
    placed = cut.placed(left, top, scale)
    assert (placed.left, placed.top, placed.right, placed.bottom) == pytest.approx(
        (face.left, face.top, face.right, face.bottom), abs=1e-6
    )
