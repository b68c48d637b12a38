from __future__ import annotations

from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.errors import WithheldError
from redactor.findings import Redaction
from redactor.policy import AudioPolicy
from redactor.regions import Box, TimeRange
from redactor.render.masks import FADE_MS, LEVEL, TONE_HZ, Mask, masked_ranges
from tests.sound import syllables

DURATION = 20_000
EXTENT = [TimeRange(0, 0, DURATION), TimeRange(1, 0, DURATION)]


def redaction(*regions: TimeRange | Box, kind: str = "PHONE_NUMBER") -> Redaction:
    return Redaction(kind, regions, 1.0, "test")


def audio(pad: int = 200, gap: int = 600, step: int = 250) -> AudioPolicy:
    return AudioPolicy(pad_ms=pad, merge_gap_ms=gap, round_ms=step)


def test_ranges_are_padded_merged_and_rounded_up() -> None:
    found = masked_ranges([redaction(TimeRange(0, 1000, 1300), TimeRange(0, 2000, 2160))], audio(), EXTENT)
    assert found == (TimeRange(0, 800, 800 + 1750),)


def test_channels_stay_apart_and_uncertain_is_masked_too() -> None:
    found = masked_ranges(
        [redaction(TimeRange(1, 1000, 1100), kind="UNCERTAIN"), redaction(TimeRange(0, 5000, 5100))], audio(), EXTENT
    )
    assert [item.channel for item in found] == [0, 1]


def test_at_the_end_a_range_grows_to_the_front() -> None:
    assert masked_ranges([redaction(TimeRange(0, 19_900, 20_000))], audio(), EXTENT) == (TimeRange(0, 19_500, 20_000),)


@pytest.mark.parametrize(
    "region",
    [
        TimeRange(0, 25_000, 26_000),
        TimeRange(0, 19_000, 20_001),
        TimeRange(2, 0, 100),
        Box(0, 0, 0, 5, 5),
    ],
)
def test_a_region_outside_the_recording_raises(region: TimeRange | Box) -> None:
    with pytest.raises(WithheldError) as caught:
        masked_ranges([redaction(TimeRange(0, 0, 100)), redaction(region)], audio(), EXTENT)
    assert caught.value.reason == "OUT_OF_RANGE"


times = st.tuples(st.integers(0, 1), st.integers(0, DURATION - 1), st.integers(1, 4000)).map(
    lambda t: TimeRange(t[0], t[1], min(DURATION, t[1] + t[2]))
)


@given(st.lists(times, max_size=12), st.integers(0, 500), st.integers(0, 1500), st.integers(1, 700))
def test_every_region_is_masked_and_lengths_do_not_count_digits(
    regions: list[TimeRange], pad: int, gap: int, step: int
) -> None:
    found = masked_ranges([redaction(r) for r in regions], audio(pad, gap, step), EXTENT)
    for region in regions:
        assert any(
            m.channel == region.channel
            and m.start_ms <= max(0, region.start_ms - pad)
            and min(DURATION, region.end_ms + pad) <= m.end_ms
            for m in found
        )
    for item in found:
        assert item.end_ms <= DURATION
        assert len(item) % step == 0 or (item.start_ms, item.end_ms) == (0, DURATION)
    for one, other in pairwise(found):
        assert one.channel < other.channel or one.end_ms + gap < other.start_ms


RATE = 8000
RANGES = (TimeRange(0, 1000, 2500), TimeRange(1, 2500, 2750))


def applied(kind: Literal["tone", "silence", "noise"], blocks: list[int]) -> tuple[np.ndarray, np.ndarray]:
    sound = syllables(4, RATE, channels=2).astype(np.float64)
    out, mask, first = sound.copy(), Mask(RANGES, kind, RATE), 0
    for size in blocks:
        mask.apply(out[first : first + size], first)
        first += size
    assert first == len(sound)
    return sound, out


@pytest.mark.parametrize("kind", ["tone", "silence", "noise"])
@pytest.mark.parametrize("size", [1, 7, 1000, 8000, 12000, 32000])
def test_blocks_do_not_matter(kind: Literal["tone", "silence", "noise"], size: int) -> None:
    step = max(size, 500) if size < 100 else size
    blocks = [size] * (500 // size) * (size < 100)
    blocks += [step] * ((32000 - sum(blocks)) // step)
    blocks += [32000 - sum(blocks)] * (sum(blocks) < 32000)
    _, whole = applied(kind, [32000])
    _, parts = applied(kind, blocks)
    np.testing.assert_array_equal(parts, whole)


@pytest.mark.parametrize("kind", ["tone", "silence", "noise"])
def test_nothing_of_the_original_is_inside_and_nothing_is_lost_outside(
    kind: Literal["tone", "silence", "noise"],
) -> None:
    sound, out = applied(kind, [8000] * 4)
    other = 0.5 * syllables(4, RATE, seed=2, channels=2).astype(np.float64)
    mask = Mask(RANGES, kind, RATE)
    mask.apply(other, 0)
    fade = FADE_MS * RATE // 1000
    for item in RANGES:
        start, end = item.start_ms * 8, item.end_ms * 8
        np.testing.assert_array_equal(out[start:end, item.channel], other[start:end, item.channel])
        assert np.abs(out[start:end, item.channel]).max() <= LEVEL
        np.testing.assert_array_equal(out[: start - fade, item.channel], sound[: start - fade, item.channel])
        np.testing.assert_array_equal(out[end + fade :, item.channel], sound[end + fade :, item.channel])
        edge = np.abs(out[start - fade : start, item.channel])
        assert (edge <= np.abs(sound[start - fade : start, item.channel])).all()


def test_the_tone_is_heard() -> None:
    _, out = applied("tone", [32000])
    inside = out[8100:19900, 0]
    assert np.sqrt(np.mean(inside**2)) == pytest.approx(LEVEL / np.sqrt(2), rel=0.01)
    assert np.argmax(np.abs(np.fft.rfft(inside[:8000]))) == TONE_HZ
