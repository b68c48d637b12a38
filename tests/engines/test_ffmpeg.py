from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from redactor.engines import ffmpeg
from redactor.errors import EngineError, MediaError, MissingEngineError
from redactor.protocols import Media
from redactor.render.compare import delay
from tests.sound import EXACT, FORMATS, PICTURES, VIDEO, convert, heard, syllables, write_wav

PADDED = {"mp3.avi": 576}
"""Samples of the last frame that a container cannot mark as padding."""
LOOKS_AHEAD = {"narrow.amr": (39, 0.6)}
"""Samples by which a copy is later, and how alike the noise of `syllables` is in a codec made for voices."""


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
    assert abs(len(after) - len(before)) <= max(0.02 * info.sample_rate_hz, PADDED.get(name, 0))
    if name in EXACT:
        np.testing.assert_array_equal(after, before)
    else:
        n = min(len(before), len(after))
        late, alike = LOOKS_AHEAD.get(name, (0, 0.8))
        assert all(np.corrcoef(before[: n - late, c], after[late:n, c])[0, 1] > alike for c in range(info.channels))
    if info.bit_rate and name not in {"flac.flac", "wide.flac", "alac.m4a", "flac.mp4", "narrow.amr"}:
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
    silent = ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=d=1:s=64x64:r=5", "-c:v", "mpeg4"]
    for suffix, muxer in {"m4a": "mp4", "mp4": "mp4", "mov": "mov", "mkv": "matroska", "avi": "avi"}.items():
        path = tmp_path / f"a.{suffix}"
        subprocess.run([*silent, "-f", muxer, str(path)], check=True)
        with pytest.raises(MediaError, match="only the sound is kept; save the pictures") as caught:
            ffmpeg.probe(path, suffix)
        assert caught.value.reason == "NO_AUDIO"


def test_a_second_track_is_not_dropped_in_silence(tmp_path: Path) -> None:
    wav = str(write_wav(tmp_path / "in.wav", syllables(1)).path)
    both = tmp_path / "two.m4a"
    subprocess.run(["ffmpeg", "-v", "error", "-i", wav, "-i", wav, "-map", "0", "-map", "1", str(both)], check=True)
    with pytest.raises(MediaError) as caught:
        ffmpeg.probe(both, "m4a")
    assert caught.value.reason == "SEVERAL_STREAMS"


def test_several_tracks_of_a_video_are_refused(tmp_path: Path) -> None:
    wav = str(write_wav(tmp_path / "in.wav", syllables(1)).path)
    for suffix in ("mkv", "mp4", "avi"):
        both = convert(
            Path(wav), tmp_path / f"two.{suffix}", [*PICTURES, "-i", wav, *VIDEO[4:], "-map", "2:a", "-c:v", "mpeg4"]
        )
        with pytest.raises(MediaError) as caught:
            ffmpeg.probe(both.path, suffix)
        assert caught.value.reason == "SEVERAL_STREAMS"


@pytest.mark.parametrize(
    ("suffix", "codec"), [("webm", "opus"), ("mkv", "aac"), ("mkv", "mp3"), ("avi", "mp3"), ("mp4", "aac")]
)
def test_nothing_but_the_sound_of_a_video_is_kept(tmp_path: Path, suffix: str, codec: str) -> None:
    wav = write_wav(tmp_path / "in.wav", syllables(3)).path
    (tmp_path / "notes.txt").write_text("somebody was here")
    (tmp_path / "chapters.txt").write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=2\ntitle=somebody\n")
    (tmp_path / "words.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nsomebody\n")
    inputs = [*PICTURES, "-i", tmp_path / "chapters.txt", "-i", tmp_path / "words.srt", "-map_chapters", "2"]
    subtitles = {"mkv": ["-map", "3:s"], "mp4": ["-map", "3:s", "-c:s", "mov_text"]}.get(suffix, [])
    attached = ["-attach", tmp_path / "notes.txt", "-metadata:s:t", "mimetype=text/plain"] if suffix == "mkv" else []
    pictures = ["-c:v", "libvpx" if suffix == "webm" else "mpeg4"]
    options = [*inputs, *VIDEO[4:], *subtitles, *attached, *pictures, "-metadata:s:a:0", "title=somebody"]
    encoder = {"opus": "libopus", "mp3": "libmp3lame"}.get(codec, codec)
    media = convert(wav, tmp_path / f"a.{suffix}", [*map(str, options), "-c:a", encoder])
    info = ffmpeg.probe(media.path, suffix)
    assert b"somebody" in media.path.read_bytes()
    assert info.other_streams >= 1
    assert info.tags
    copy = tmp_path / f"b.{suffix}"
    with ffmpeg.encoder(copy, info) as write:
        for block in ffmpeg.decode(media.path, info):
            write(block)
    again = ffmpeg.probe(copy, suffix)
    assert (again.codec, again.tags, again.other_streams) == (codec, (), 0)
    assert b"somebody" not in copy.read_bytes()


@pytest.mark.parametrize("name", ["aac.mka", "mp3.mka", "ac3.mkv", "adts.aac", "aac.avi"])
def test_copies_of_copies_do_not_come_later(tmp_path: Path, name: str) -> None:
    options = [*FORMATS.get(name, ["-c:a", "aac"]), *([] if name == "ac3.mkv" else ["-ar", "8000"])]
    first = media = convert(write_wav(tmp_path / "a.wav", syllables(3)).path, tmp_path / name, options)
    for turn in range(3):
        info, copy = ffmpeg.probe(media.path, media.format), tmp_path / f"{turn}.{media.format}"
        with ffmpeg.encoder(copy, info) as write:
            for block in ffmpeg.decode(media.path, info):
                write(block)
        media = Media(copy, "audio", media.format)
    before, after = heard(first, 16000)[:, 0], heard(media, 16000)[:, 0]
    size = min(len(before), len(after))
    assert abs(delay(before[:size], after[:size], np.ones(size, np.bool_), 4000)) <= 1


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ogg", ["-c:a", "libvorbis", "-ar", "96000"]),
        ("mka", ["-c:a", "libvorbis", "-t", "0.2"]),
        ("m4a", ["-ar", "96000"]),
        ("mov", ["-c:a", "pcm_s24le", "-ar", "96000"]),
        ("flac", ["-ar", "96000"]),
    ],
)
def test_high_rates_and_short_files_can_be_written(tmp_path: Path, name: str, options: list[str]) -> None:
    media = convert(write_wav(tmp_path / "a.wav", syllables(2)).path, tmp_path / f"a.{name}", options)
    info = ffmpeg.probe(media.path, name)
    with ffmpeg.encoder(tmp_path / f"b.{name}", info) as write:
        for block in ffmpeg.decode(media.path, info):
            write(block)
    assert ffmpeg.probe(tmp_path / f"b.{name}", name).sample_rate_hz == info.sample_rate_hz


@pytest.mark.parametrize(
    ("suffix", "options"), [("webm", ["-f", "matroska", "-c:a", "aac"]), ("mov", ["-c:a", "adpcm_ms"])]
)
def test_what_could_not_be_written_again_is_refused(tmp_path: Path, suffix: str, options: list[str]) -> None:
    media = convert(write_wav(tmp_path / "a.wav", syllables(1)).path, tmp_path / f"a.{suffix}", options)
    with pytest.raises(MediaError, match="convert the recording") as caught:
        ffmpeg.probe(media.path, suffix)
    assert caught.value.reason == "UNSUPPORTED_CODEC"


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
