from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from redactor.engines import ffmpeg
from redactor.errors import EngineError, MediaError, MissingEngineError
from tests.sound import EXACT, FORMATS, convert, heard, syllables, write_wav


@pytest.mark.parametrize("name", FORMATS)
def test_a_copy_keeps_form_and_length(tmp_path: Path, name: str) -> None:
    wav = write_wav(tmp_path / "in.wav", syllables(3, channels=2))
    media = convert(wav.path, tmp_path / name, FORMATS[name])
    info = ffmpeg.probe(media.path, media.format)
    copy = tmp_path / f"copy.{media.format}"
    with ffmpeg.encoder(copy, info) as write:
        for block in ffmpeg.decode(media.path, info):
            write(block)
    again = ffmpeg.probe(copy, media.format)
    form = ("container", "codec", "sample_rate_hz", "channels", "sample_format", "bits")
    assert [getattr(again, f) for f in form] == [getattr(info, f) for f in form]
    assert again.tags == ()
    before, after = heard(media), heard(media.__class__(copy, "audio", media.format))
    assert abs(len(after) - len(before)) <= 0.02 * info.sample_rate_hz
    if name in EXACT:
        np.testing.assert_array_equal(after, before)
    else:
        n = min(len(before), len(after))
        assert all(np.corrcoef(before[:n, c], after[:n, c])[0, 1] > 0.8 for c in range(info.channels))
    if info.bit_rate and name not in {"flac.flac", "wide.flac"}:
        assert again.bit_rate == pytest.approx(info.bit_rate, rel=0.5)


@pytest.mark.parametrize("channels", [1, 3, 6, 8])
@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000])
def test_any_rate_and_up_to_eight_channels(tmp_path: Path, channels: int, rate: int) -> None:
    sound = syllables(0.5, rate, channels=channels)
    media = write_wav(tmp_path / "a.wav", sound, rate)
    info = ffmpeg.probe(media.path, "wav")
    assert (info.channels, info.sample_rate_hz) == (channels, rate)
    np.testing.assert_allclose(heard(media), sound, atol=1e-4)
    assert len(heard(media, 16000)) == pytest.approx(8000, abs=2)


@pytest.mark.parametrize("suffix", sorted(ffmpeg.FORMATS))
@pytest.mark.parametrize("text", ["hello, this is not sound\n" * 100, "#EXTM3U\n#EXT-X-VERSION:3\n/etc/passwd\n"])
def test_text_with_the_name_of_a_recording_is_refused(tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"secret-name.{suffix}"
    path.write_text(text)
    with pytest.raises(MediaError) as caught:
        ffmpeg.probe(path, suffix)
    assert caught.value.reason in {"UNREADABLE", "NO_AUDIO"}
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["-y.wav", "concat:a|b.wav", "%03d.wav", "pipe:.wav", "a b'\"$.wav"])
def test_odd_names_are_only_names(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    media = write_wav(Path(name), syllables(0.5))
    assert len(heard(media)) == 4000


def test_video_without_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.m4a"
    silent = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=d=1:s=64x64:r=5", "-c:v", "mpeg4", "-f", "mp4"]
    subprocess.run([*silent, str(path)], check=True)
    with pytest.raises(MediaError) as caught:
        ffmpeg.probe(path, "m4a")
    assert caught.value.reason == "NO_AUDIO"


def test_a_second_track_is_not_dropped_in_silence(tmp_path: Path) -> None:
    wav = str(write_wav(tmp_path / "in.wav", syllables(1)).path)
    both = tmp_path / "two.m4a"
    subprocess.run(["ffmpeg", "-v", "error", "-i", wav, "-i", wav, "-map", "0", "-map", "1", str(both)], check=True)
    with pytest.raises(MediaError) as caught:
        ffmpeg.probe(both, "m4a")
    assert caught.value.reason == "SEVERAL_STREAMS"


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        ffmpeg.probe(tmp_path / "a.wma", "wma")
    assert caught.value.reason == "UNSUPPORTED_FORMAT"


def test_tags_and_pictures_are_seen_and_not_copied(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "in.wav", syllables(1)).path
    picture = tmp_path / "cover.png"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=s=32x32:d=1", "-frames:v", "1", picture],
                   check=True)  # fmt: skip
    media = convert(
        wav, tmp_path / "a.mp3",
        ["-i", str(picture), "-map", "0", "-map", "1", "-metadata", "title=somebody", "-id3v2_version", "3"],
    )  # fmt: skip
    info = ffmpeg.probe(media.path, "mp3")
    assert "title" in info.tags
    assert info.other_streams == 1
    with ffmpeg.encoder(tmp_path / "b.mp3", info) as write:
        for block in ffmpeg.decode(media.path, info):
            write(block)
    again = ffmpeg.probe(tmp_path / "b.mp3", "mp3")
    assert (again.tags, again.other_streams) == ((), 0)
    assert b"somebody" not in (tmp_path / "b.mp3").read_bytes()


def test_without_the_programs_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(0.5))
    info = ffmpeg.probe(media.path, "wav")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingEngineError, match="apt-get install ffmpeg"):
        ffmpeg.probe(media.path, "wav")
    with pytest.raises(MissingEngineError, match="ffmpeg program"):
        next(ffmpeg.decode(media.path, info))


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def start(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        started.append(real(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(ffmpeg.subprocess, "Popen", start)
    return started


def test_programs_end_with_the_block_that_started_them(tmp_path: Path, children: list[subprocess.Popen[bytes]]) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(60))
    info = ffmpeg.probe(media.path, "wav")
    blocks = ffmpeg.decode(media.path, info)
    next(blocks)
    assert children[-1].poll() is None
    blocks.close()
    assert all(child.returncode is not None for child in children)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError, ValueError])
def test_an_interrupted_copy_leaves_nothing(
    tmp_path: Path, children: list[subprocess.Popen[bytes]], stop: type[BaseException]
) -> None:
    info = ffmpeg.probe(write_wav(tmp_path / "a.wav", syllables(1)).path, "wav")

    def interrupted() -> None:
        with ffmpeg.encoder(tmp_path / "b.wav", info) as write:
            write(syllables(1))
            raise stop

    with pytest.raises(stop):
        interrupted()
    assert not (tmp_path / "b.wav").exists()
    assert all(child.returncode is not None for child in children)


def test_a_copy_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    info = ffmpeg.probe(write_wav(tmp_path / "a.wav", syllables(1)).path, "wav")

    def into(target: Path) -> None:
        with ffmpeg.encoder(target, info) as write:
            for _ in range(100):
                write(syllables(10))

    full = tmp_path / "full.wav"
    full.symlink_to("/dev/full")
    with pytest.raises(EngineError):
        into(tmp_path / "no-such-folder" / "b.wav")
    with pytest.raises(EngineError):
        into(full)
    assert not full.is_symlink()
