from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from redactor.engines import ffmpeg
from redactor.errors import MediaError, WithheldError
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.regions import TimeRange
from redactor.render.audio import AudioRenderer
from tests.sound import EXACT, FORMATS, convert, heard, syllables, write_wav

MASKS = ("tone", "silence", "noise", "tone")
SECRETS = [
    Redaction("PHONE_NUMBER", (TimeRange(0, 2000, 2800), TimeRange(0, 3000, 3300)), 1.0, "test"),
    Redaction("UNCERTAIN", (TimeRange(0, 23_000, 23_500),), 1.0, "reader"),
]


def renderer(**audio: object) -> AudioRenderer:
    return AudioRenderer(Policy.model_validate({"audio": audio}))


def failure(call: Callable[[], None]) -> str:
    with pytest.raises(WithheldError) as caught:
        call()
    return caught.value.reason


@pytest.fixture(scope="module")
def stereo(tmp_path_factory: pytest.TempPathFactory) -> Media:
    return write_wav(tmp_path_factory.mktemp("sound") / "a.wav", syllables(25, channels=2))


@pytest.fixture(scope="module")
def copy(stereo: Media) -> Media:
    draft = Media(stereo.path.with_name("copy.wav"), "audio", "wav")
    renderer().render(stereo, SECRETS, draft.path)
    return draft


@pytest.mark.parametrize(("name", "mask"), list(zip(FORMATS, cycle(MASKS), strict=False)))
def test_every_format_comes_out_masked_and_passes_the_check(
    stereo: Media, tmp_path: Path, name: str, mask: str
) -> None:
    media = convert(stereo.path, tmp_path / name, FORMATS[name])
    draft = tmp_path / f"draft.{media.format}"
    engine = renderer(mask=mask)
    engine.render(media, SECRETS, draft)
    engine.check(media, SECRETS, draft)
    before, after = ffmpeg.probe(media.path, media.format), ffmpeg.probe(draft, media.format)
    assert (after.codec, after.sample_rate_hz, after.channels) == (before.codec, before.sample_rate_hz, before.channels)
    engine.render(media, [], draft)
    assert failure(lambda: engine.check(media, SECRETS, draft)) == "MASK_MISSING"


@pytest.mark.parametrize("name", sorted(EXACT))
def test_outside_the_masks_every_sample_is_kept(stereo: Media, tmp_path: Path, name: str) -> None:
    media = convert(stereo.path, tmp_path / name, FORMATS[name])
    draft = Media(tmp_path / f"draft.{media.format}", "audio", media.format)
    renderer().render(media, SECRETS, draft.path)
    first, last = renderer().covers(media, SECRETS)
    # 200 ms of padding, up to 120 more to where it is quiet; the length is a multiple of 250.
    assert 1600 <= first.start_ms <= 1800
    assert 3500 <= first.end_ms <= 3950
    assert 22_600 <= last.start_ms <= 22_800
    before, after = heard(media), heard(draft)
    np.testing.assert_array_equal(after[:, 1], before[:, 1])
    rate = ffmpeg.probe(media.path, media.format).sample_rate_hz
    same = after[:, 0] == before[:, 0]
    assert same[: first.start_ms * rate // 1000 - rate // 100].all()
    assert same[first.end_ms * rate // 1000 + rate // 100 : last.start_ms * rate // 1000 - rate // 100].all()
    for start, end in ((2.0, 2.8), (3.0, 3.3), (23.0, 23.5)):
        inside = slice(int(start * rate), int(end * rate))
        assert abs(np.corrcoef(before[inside, 0], after[inside, 0])[0, 1]) < 0.1


def test_masks_beyond_the_first_block_are_there(stereo: Media, copy: Media) -> None:
    late = slice(23 * 8000, int(23.5 * 8000))
    before, after = heard(stereo)[late, 0], heard(copy)[late, 0]
    assert abs(np.corrcoef(before, after)[0, 1]) < 0.1


def test_a_region_outside_the_recording_is_never_a_success(stereo: Media, copy: Media, tmp_path: Path) -> None:
    late = [Redaction("IBAN_CODE", (TimeRange(0, 30_000, 31_000),), 1.0, "test")]
    draft = tmp_path / "draft.wav"
    assert failure(lambda: renderer().render(stereo, late, draft)) == "OUT_OF_RANGE"
    assert not draft.exists()
    assert failure(lambda: renderer().check(stereo, late, copy.path)) == "OUT_OF_RANGE"


def test_the_source_byte_for_byte_is_a_failure(stereo: Media, tmp_path: Path) -> None:
    shutil.copyfile(stereo.path, tmp_path / "draft.wav")
    assert failure(lambda: renderer().check(stereo, SECRETS, tmp_path / "draft.wav")) == "UNCHANGED"


def test_the_source_is_not_written_over(stereo: Media, tmp_path: Path) -> None:
    before = stereo.path.read_bytes()
    (tmp_path / "link.wav").hardlink_to(stereo.path)
    assert failure(lambda: renderer().render(stereo, SECRETS, stereo.path)) == "SAME_FILE"
    assert failure(lambda: renderer().render(stereo, SECRETS, tmp_path / "link.wav")) == "SAME_FILE"
    assert stereo.path.read_bytes() == before


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda sound: sound[:, ::-1], "MASK_MISSING"),
        (lambda sound: np.roll(sound, 4000, axis=0), "SOUND_CHANGED"),
        (lambda sound: sound * np.array([1, 0]), "SOUND_CHANGED"),
        (lambda sound: sound[: 24 * 8000], "FORM_CHANGED"),
        (lambda sound: sound[:, :1], "FORM_CHANGED"),
    ],
    ids=["channels swapped", "shifted", "a channel silenced", "shorter", "mono"],
)
def test_a_spoilt_copy_is_withheld(
    stereo: Media, copy: Media, tmp_path: Path, spoil: Callable[[np.ndarray], np.ndarray], reason: str
) -> None:
    write_wav(tmp_path / "draft.wav", np.ascontiguousarray(spoil(heard(copy)), np.float32))
    assert failure(lambda: renderer().check(stereo, SECRETS, tmp_path / "draft.wav")) == reason


def test_one_mask_too_few_is_noticed(stereo: Media, tmp_path: Path) -> None:
    renderer().render(stereo, SECRETS[:1], tmp_path / "draft.wav")
    assert failure(lambda: renderer().check(stereo, SECRETS, tmp_path / "draft.wav")) == "MASK_MISSING"


def test_the_original_under_the_tone_is_noticed(stereo: Media, copy: Media, tmp_path: Path) -> None:
    sound = heard(copy) + 0.1 * heard(stereo)
    write_wav(tmp_path / "draft.wav", sound.astype(np.float32))
    assert failure(lambda: renderer().check(stereo, SECRETS, tmp_path / "draft.wav")) == "MASK_MISSING"


def test_a_missing_or_cut_off_copy_is_withheld(stereo: Media, copy: Media, tmp_path: Path) -> None:
    draft = tmp_path / "draft.wav"
    assert failure(lambda: renderer().check(stereo, SECRETS, draft)) == "BAD_DRAFT"
    draft.write_bytes(copy.path.read_bytes()[:-5000])
    assert failure(lambda: renderer().check(stereo, SECRETS, draft)) == "BAD_DRAFT"


def test_tags_in_the_copy_are_noticed(stereo: Media, copy: Media, tmp_path: Path) -> None:
    tagged = convert(copy.path, tmp_path / "draft.wav", ["-metadata", "title=somebody"])
    assert failure(lambda: renderer().check(stereo, SECRETS, tagged.path)) == "METADATA"


def test_a_cut_off_source_is_refused(stereo: Media, tmp_path: Path) -> None:
    short = Media(tmp_path / "short.wav", "audio", "wav")
    short.path.write_bytes(stereo.path.read_bytes()[:-5000])
    with pytest.raises(MediaError):
        renderer().render(short, SECRETS, tmp_path / "draft.wav")
    assert not (tmp_path / "draft.wav").exists()


@pytest.mark.parametrize("name", ["cbr.mp3", "opus.opus", "vorbis.ogg", "aac.m4a"])
def test_a_codec_may_change_the_noise_where_nobody_speaks(tmp_path: Path, name: str) -> None:
    noise = np.random.default_rng(4).normal(size=(12 * 8000, 1)) * 1.6e-3
    noise[16000:22400] += syllables(0.8)
    wav = write_wav(tmp_path / "a.wav", noise.astype(np.float32))
    media = convert(wav.path, tmp_path / name, FORMATS[name])
    draft = tmp_path / f"draft.{media.format}"
    renderer().render(media, SECRETS[:1], draft)
    renderer().check(media, SECRETS[:1], draft)


def test_equal_channels_are_masked_together(tmp_path: Path) -> None:
    voice = syllables(8)
    media = write_wav(tmp_path / "a.wav", np.repeat(voice, 2, axis=1))
    engine = renderer()
    assert {item.channel for item in engine.covers(media, SECRETS[:1])} == {0, 1}
    engine.render(media, SECRETS[:1], tmp_path / "draft.wav")
    engine.check(media, SECRETS[:1], tmp_path / "draft.wav")
    after = heard(Media(tmp_path / "draft.wav", "audio", "wav"))[16000:22400]
    assert all(abs(np.corrcoef(after[:, c], voice[16000:22400, 0])[0, 1]) < 0.1 for c in (0, 1))


@pytest.mark.parametrize(
    ("name", "channels", "rate"),
    [
        ("s16.wav", 8, 8000),
        ("flac.flac", 8, 8000),
        ("aac.m4a", 8, 8000),
        ("vorbis.webm", 8, 48_000),
        ("s16.mov", 8, 8000),
        ("s24.wav", 2, 96_000),
        ("flac.flac", 2, 96_000),
        ("aac.m4a", 2, 96_000),
        ("vorbis.ogg", 1, 96_000),
    ],
)
def test_many_channels_and_high_rates(tmp_path: Path, name: str, channels: int, rate: int) -> None:
    wav = write_wav(tmp_path / "a.wav", syllables(4, rate, channels=channels), rate)
    media = convert(wav.path, tmp_path / name, FORMATS[name])
    draft = tmp_path / f"draft.{media.format}"
    renderer().render(media, SECRETS[:1], draft)
    renderer().check(media, SECRETS[:1], draft)
    after = ffmpeg.probe(draft, media.format)
    assert (after.channels, after.sample_rate_hz) == (channels, rate)


@pytest.mark.parametrize("name", ["s16.wav", "mulaw.wav", "cbr.mp3", "opus.opus", "aac.m4a", "narrow.amr"])
@pytest.mark.parametrize(
    "spoil", [lambda sound: sound * 0.5 + 0.4, lambda sound: (sound * 20).clip(-1, 1)], ids=["offset", "clipped"]
)
def test_offset_and_clipping(tmp_path: Path, name: str, spoil: Callable[[np.ndarray], np.ndarray]) -> None:
    wav = write_wav(tmp_path / "a.wav", spoil(syllables(6)).astype(np.float32))
    media = convert(wav.path, tmp_path / name, FORMATS[name])
    draft = tmp_path / f"draft.{media.format}"
    renderer().render(media, SECRETS[:1], draft)
    renderer().check(media, SECRETS[:1], draft)
    renderer().render(media, [], draft)
    assert failure(lambda: renderer().check(media, SECRETS[:1], draft)) == "MASK_MISSING"


@pytest.mark.parametrize("name", FORMATS)
def test_a_fifth_of_a_second(tmp_path: Path, name: str) -> None:
    media = convert(write_wav(tmp_path / "a.wav", syllables(0.2)).path, tmp_path / name, FORMATS[name])
    word = [Redaction("PERSON", (TimeRange(0, 50, 150),), 1.0, "test")]
    draft = tmp_path / f"draft.{media.format}"
    renderer().render(media, word, draft)
    renderer().check(media, word, draft)
