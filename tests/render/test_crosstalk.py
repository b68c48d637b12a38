from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from redactor.engines import ffmpeg
from redactor.protocols import Media
from redactor.regions import TimeRange
from redactor.render.crosstalk import crosstalk
from redactor.render.levels import levels
from tests.sound import convert, syllables, write_wav

ONE = [TimeRange(0, 12_300, 13_100)]
SAME = (TimeRange(1, 12_300, 13_100),)


def carried(media: Media) -> tuple[TimeRange, ...]:
    return crosstalk(levels(media.path, ffmpeg.probe(media.path, media.format)), ONE)


def mixed(tmp_path: Path, share: float, own: float) -> tuple[TimeRange, ...]:
    sound = syllables(22, channels=2)
    both = np.stack([sound[:, 0], share * sound[:, 0] + own * sound[:, 1]], axis=1)
    media = write_wav(tmp_path / "a.wav", both.astype(np.float32))
    return carried(media)


@pytest.mark.parametrize(("share", "own"), [(1, 0), (-0.5, 0), (0.03, 0.002), (0.5, 0.5)])
def test_the_sound_of_a_masked_channel_is_found_in_another(tmp_path: Path, share: float, own: float) -> None:
    assert mixed(tmp_path, share, own) == SAME


@pytest.mark.parametrize(("share", "own"), [(0, 1), (0, 0), (0.01, 1)])
def test_other_voices_and_silence_are_not_crosstalk(tmp_path: Path, share: float, own: float) -> None:
    assert mixed(tmp_path, share, own) == ()


def test_one_channel_has_no_other(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(22))
    assert carried(media) == ()


def test_a_codec_that_keeps_one_signal_for_two_channels_is_noticed(tmp_path: Path) -> None:
    sound = syllables(22, 16000, channels=2)
    sound[: 11 * 16000, 0] = 0
    sound[11 * 16000 :, 1] = 0
    wav = write_wav(tmp_path / "a.wav", sound, 16000)
    media = convert(wav.path, tmp_path / "a.opus", ["-c:a", "libopus", "-b:a", "12k"])
    assert carried(media) == SAME


def test_of_a_long_mask_only_the_stretch_that_another_channel_carries_is_echoed(tmp_path: Path) -> None:
    sound = syllables(40, channels=2)
    sound[8000 * 20 : 8000 * 21, 1] = 0.5 * sound[8000 * 20 : 8000 * 21, 0]
    media = write_wav(tmp_path / "a.wav", sound)
    measured = levels(media.path, ffmpeg.probe(media.path, media.format))
    (echo,) = crosstalk(measured, [TimeRange(0, 5_000, 35_000)])
    assert echo.channel == 1
    assert echo.start_ms <= 18_500
    assert echo.end_ms >= 22_500
    assert echo.end_ms - echo.start_ms <= 8_500
