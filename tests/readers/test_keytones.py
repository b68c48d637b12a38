from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from redactor.readers.keytones import key_tones
from tests.sound import syllables

RATE = 16_000
KEYS = list(product((697, 770, 852, 941), (1209, 1336, 1477, 1633)))


def press(low: float, high: float, ms: int = 60, level: float = 0.1, twist_db: float = 0.0) -> NDArray[np.float32]:
    at = np.arange(ms * RATE // 1000) / RATE
    second = level * 10 ** (-twist_db / 20)
    return (level * np.sin(2 * np.pi * low * at) + second * np.sin(2 * np.pi * high * at)).astype(np.float32)


def line(
    *presses: tuple[float, NDArray[np.float32]], seconds: float = 4.0, noise: float = 0.002
) -> NDArray[np.float32]:
    sound = np.random.default_rng(3).normal(0, noise, int(seconds * RATE)).astype(np.float32)
    for start, tone in presses:
        first = int(start * RATE)
        sound[first : first + len(tone)] += tone
    return sound


@pytest.mark.parametrize(("low", "high"), KEYS)
@pytest.mark.parametrize("shift", [0.985, 1.0, 1.015])
def test_every_key_is_found_also_off_pitch(low: int, high: int, shift: float) -> None:
    ((start, end),) = key_tones(line((1.0, press(low * shift, high * shift))))
    assert 968 <= start <= 1000
    assert 1060 <= end <= 1092


@pytest.mark.parametrize("twist", [-8, -4, 4, 8])
@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_tones_of_unlike_level_and_a_noisy_line(twist: float, noise: float) -> None:
    assert list(key_tones(line((1.0, press(852, 1477, twist_db=twist)), noise=noise)))


def test_presses_one_after_the_other_are_one_range_whatever_their_number() -> None:
    few = list(key_tones(line((1.0, press(697, 1209)), (3.0, press(697, 1209)), seconds=5)))
    assert len(few) == 2
    several = list(key_tones(line(*((1.0 + i / 2, press(*KEYS[i])) for i in range(5)), seconds=5)))
    assert len(several) == 1
    assert several[0][0] <= 1000
    assert several[0][1] >= 3060


def test_tones_at_the_edges_of_the_sound() -> None:
    sound = np.concatenate([press(941, 1336), np.zeros(3 * RATE, np.float32), press(941, 1336)])
    (_, first_end), (last_start, last_end) = key_tones(sound)
    assert first_end <= 100
    assert last_start <= 3060
    assert last_end * RATE // 1000 >= len(sound) - 128


def single(hertz: float) -> NDArray[np.float32]:
    return np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32) * 0.1


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0, np.float32),
        np.zeros(300, np.float32),
        np.zeros(RATE, np.float32),
        single(1000),
        single(697),
        single(1336),
        press(697, 1209, 600, level=0.001),
        line((1.0, press(770, 1336, ms=20))),
        press(440, 480, 1000),
        press(697, 770, 600),
        press(697, 1209, 600, twist_db=30),
        line((0.5, press(697, 1209, 500) + press(852, 1477, 500))),
        np.ascontiguousarray(syllables(5, RATE)[:, 0]),
    ],
)
def test_what_is_no_key_press(sound: NDArray[np.float32]) -> None:
    assert list(key_tones(sound)) == []


def test_a_long_recording_is_looked_at_in_blocks() -> None:
    starts = np.arange(2.0, 118.0, 7.7)
    found = list(key_tones(line(*((s, press(770, 1477)) for s in starts), seconds=120)))
    assert [round(start / 1000, 1) for start, _ in found] == pytest.approx([round(s, 1) for s in starts], abs=0.11)
