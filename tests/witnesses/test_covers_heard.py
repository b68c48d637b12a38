"""Covers of sound are heard by a second decoder: the mask passes in every form of file, anything else does not."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from redactor.engines import pyav
from redactor.engines.audio_format import LOSSY
from redactor.errors import WithheldError
from redactor.findings import Redaction
from redactor.policy import AudioPolicy, Policy
from redactor.protocols import Media
from redactor.regions import TimeRange
from redactor.render.audio import AudioRenderer
from redactor.render.masks import TONE_HZ
from redactor.witnesses.covers_heard import Kind, check_covers
from tests.sound import FORMATS, convert, syllables, write_wav

KINDS: tuple[Kind, ...] = ("tone", "silence", "noise")
FORMS = ("mulaw.wav", "gsm.wav", "cbr.mp3", "opus.ogg", "aac.mka", "narrow.amr", "wide.flac", "aac.m4a", "vorbis.ogg")
RATE = 8000
SPOKEN = (TimeRange(0, 1000, 1900), TimeRange(0, 5000, 8200))


def redacted(folder: Path, form: str, kind: Kind) -> tuple[Media, Media, Sequence[TimeRange]]:
    """The source, a correct output, and its covers, on each channel."""
    made = write_wav(folder / "made.wav", syllables(10, RATE, channels=2), RATE)
    source = convert(made.path, folder / form, FORMATS[form])
    channels = pyav.described(source.path, source.format).channels
    found = [
        Redaction("PERSON", (TimeRange(channel, at.start_ms + 300 * channel, at.end_ms),), 1.0, "test")
        for channel in range(channels)
        for at in SPOKEN
    ]
    renderer = AudioRenderer(Policy(audio=AudioPolicy(mask=kind)))
    output = Media(folder / f"out-{form}", "audio", source.format)
    renderer.render(source, found, output.path)
    return source, output, renderer.covers(source, found)


@lru_cache
def decoded(media: Media) -> tuple[pyav.Decoded, list[NDArray[np.float32]]]:
    return pyav.described(media.path, media.format), list(pyav.blocks(media.path, media.format))


def listen(heard: Media | NDArray[np.float32], covers: Sequence[TimeRange], kind: Kind) -> None:
    if isinstance(heard, Media):
        form, blocks = decoded(heard)
        check_covers(blocks, form.rate_hz, covers, kind, lossy=form.codec in LOSSY)
    else:
        check_covers([heard[:30_000], heard[30_000:]], RATE, covers, kind, lossy=False)


@pytest.mark.parametrize("form", FORMS)
def test_a_mask_passes_and_a_shifted_one_does_not(tmp_path: Path, form: str) -> None:
    source, output, covers = redacted(tmp_path, form, "tone")
    listen(output, covers, "tone")
    for shift in (-400, -250, -150, 150, 250, 400):
        for cover in covers:
            moved = TimeRange(cover.channel, cover.start_ms + shift, cover.end_ms + shift)
            with pytest.raises(WithheldError, match="a cover does not cover"):
                listen(output, [moved], "tone")
    for cover in covers:
        with pytest.raises(WithheldError, match="something else"):
            listen(source, [cover], "tone")


@pytest.mark.parametrize("form", ["mulaw.wav", "cbr.mp3", "opus.ogg", "gsm.wav"])
@pytest.mark.parametrize("kind", ["silence", "noise"])
def test_silence_and_noise_pass_and_speech_does_not(tmp_path: Path, form: str, kind: Kind) -> None:
    source, output, covers = redacted(tmp_path, form, kind)
    listen(output, covers, kind)
    for cover in covers:
        with pytest.raises(WithheldError):
            listen(source, [cover], kind)
        if kind == "silence":
            with pytest.raises(WithheldError):
                listen(output, [TimeRange(cover.channel, cover.start_ms - 250, cover.end_ms)], kind)


@pytest.mark.parametrize("kind", KINDS)
def test_each_mask_is_the_one_of_the_policy(tmp_path: Path, kind: Kind) -> None:
    _, output, covers = redacted(tmp_path, "s16.wav", kind)
    for other in KINDS:
        if other == kind:
            listen(output, covers, other)
        else:
            with pytest.raises(WithheldError):
                listen(output, covers, other)


def test_on_the_wrong_channel_there_is_no_mask(tmp_path: Path) -> None:
    sound = syllables(4, RATE, channels=2)
    sound[RATE : 2 * RATE, 1] = 0
    listen(sound, [TimeRange(1, 1000, 2000)], "silence")
    with pytest.raises(WithheldError, match=r"channel 0 at 1\.0 s"):
        listen(sound, [TimeRange(0, 1000, 2000)], "silence")


def test_the_original_under_the_mask_is_heard(tmp_path: Path) -> None:
    tone = 0.1 * np.sin(2 * np.pi * TONE_HZ / RATE * np.arange(3 * RATE))
    sound = np.stack([tone, tone], axis=1).astype(np.float32)
    listen(sound, [TimeRange(0, 500, 2500)], "tone")
    with pytest.raises(WithheldError):
        listen(sound + 0.2 * syllables(3, RATE, channels=2), [TimeRange(0, 500, 2500)], "tone")


@pytest.mark.parametrize("cover", [TimeRange(0, 3000, 4200), TimeRange(0, 5000, 6000), TimeRange(2, 0, 1000)])
def test_a_cover_outside_of_the_sound_covers_nothing(cover: TimeRange) -> None:
    with pytest.raises(WithheldError) as caught:
        listen(np.zeros((4 * RATE, 2), np.float32), [cover], "silence")
    assert caught.value.reason == "COVER_DOES_NOT_COVER"


def test_a_long_cover_is_judged_to_its_end() -> None:
    sound = np.zeros((70 * RATE, 1), np.float32)
    listen(sound, [TimeRange(0, 0, 70_000)], "silence")
    sound[-RATE // 2 :] = syllables(0.5, RATE)
    with pytest.raises(WithheldError, match=r"at 60\.0 s"):
        listen(sound, [TimeRange(0, 0, 70_000)], "silence")
