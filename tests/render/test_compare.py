from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from redactor.render.compare import WINDOW, delay, likeness, remains
from tests.sound import syllables

SECONDS = 10
SOURCE = syllables(SECONDS, 16000)[:, 0]
OTHER = syllables(SECONDS, 16000, seed=9)[:, 0]
AT = np.arange(len(SOURCE))
TONE = (0.1 * np.sin(2 * np.pi * 1000 / 16000 * AT + 0.7)).astype(np.float32)
NOISE = np.random.default_rng(3).uniform(-0.1, 0.1, len(SOURCE)).astype(np.float32)
WINDOWS = [(start, start + WINDOW) for start in range(0, len(SOURCE) - WINDOW, WINDOW)]
ALL = np.ones(len(SOURCE), np.bool_)


def left(draft: NDArray[np.float32], *, tone: bool = False, lossy: bool = False) -> float:
    found = remains(SOURCE, draft, WINDOWS, tone_hz=1000 if tone else None, lossy=lossy)
    return float(found.mean())


def moved(sound: NDArray[np.float32], by: int) -> NDArray[np.float32]:
    return np.roll(sound, by)


@pytest.mark.parametrize("lossy", [False, True])
def test_masks_pass(lossy: bool) -> None:
    assert left(np.zeros_like(SOURCE), lossy=lossy) == 0
    assert left(TONE, tone=True, lossy=lossy) == 0
    assert left(NOISE, lossy=lossy) == 0


@pytest.mark.parametrize("lossy", [False, True])
@pytest.mark.parametrize("by", [0, 5, -30, 48])
@pytest.mark.parametrize("gain", [1.0, -0.7, 0.3])
def test_what_is_left_of_the_original_is_found(by: int, gain: float, lossy: bool) -> None:
    rest = gain * moved(SOURCE, by)
    assert left(rest, lossy=lossy) > 0.95
    assert left(rest + TONE, tone=True, lossy=lossy) > 0.95


def test_the_original_under_the_tone_is_found_even_when_it_is_faint() -> None:
    assert left(0.05 * SOURCE + TONE, tone=True) > 0.95
    assert left(0.5 * SOURCE + NOISE) > 0.7


def test_one_window_is_enough() -> None:
    draft = TONE.copy()
    draft[16000 : 16000 + WINDOW] = SOURCE[16000 : 16000 + WINDOW]
    found = remains(SOURCE, draft, WINDOWS, tone_hz=1000, lossy=False)
    assert list(np.flatnonzero(found)) == [10]


def test_where_the_source_is_silent_there_is_nothing_to_leave() -> None:
    quiet = SOURCE * 1e-4
    assert not remains(quiet, quiet, WINDOWS, tone_hz=None, lossy=False).any()
    assert remains(quiet, quiet, [], tone_hz=None, lossy=False).shape == (0,)


def test_likeness_tells_the_same_sound_from_another() -> None:
    assert likeness(SOURCE, SOURCE, ALL) == pytest.approx(1)
    assert likeness(SOURCE, 0.5 * SOURCE + 0.1 * OTHER, ALL) == pytest.approx(0.98, abs=0.02)
    unlike = likeness(SOURCE, OTHER, ALL)
    assert unlike is not None
    assert abs(unlike) < 0.1
    assert likeness(SOURCE, np.zeros_like(SOURCE), ALL) == 0
    assert likeness(SOURCE * 1e-3, SOURCE, ALL) is None
    assert likeness(SOURCE, SOURCE, ~ALL) is None


@pytest.mark.parametrize("by", [0, 13, -13, 800, -800])
def test_delay_is_found(by: int) -> None:
    assert delay(SOURCE, moved(SOURCE, by), ALL, 800) == by
    assert delay(np.zeros_like(SOURCE), SOURCE, ALL, 800) == 0


@pytest.mark.parametrize("window", [(0, WINDOW), (len(SOURCE) - WINDOW, len(SOURCE))])
def test_a_tone_passes_at_the_edge_of_a_stretch_too(window: tuple[int, int]) -> None:
    # Half of the mask tone was left there once, and speech near its pitch resembled it.
    hum = (0.05 * np.sin(2 * np.pi * 1000 / 16000 * AT)).astype(np.float32)
    assert not remains(hum, TONE, [window], tone_hz=1000, lossy=False).any()


@pytest.mark.parametrize("lossy", [False, True])
def test_a_constant_offset_hides_nothing(lossy: bool) -> None:
    shifted = SOURCE + np.float32(0.4)
    found = remains(shifted, shifted, WINDOWS, tone_hz=1000, lossy=lossy)
    assert found.mean() > 0.95
    like = likeness(shifted, OTHER + np.float32(0.4), ALL, lossy=lossy)
    assert like is not None
    assert abs(like) < 0.2
    assert delay(shifted, moved(shifted, 300), ALL, 800) == 300
