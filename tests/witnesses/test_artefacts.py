"""What an output carries besides its contents: outputs of ours pass, whatever was added to one is refused."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from redactor.engines import ffmpeg
from redactor.engines.ffmpeg import AudioInfo
from redactor.errors import WithheldError
from redactor.witnesses.artefacts import carried

SOUNDS = [
    "pcm_s16le.wav", "pcm_mulaw.wav", "gsm_ms.wav", "mp3.mp3", "aac.m4a", "alac.m4a", "vorbis.ogg", "opus.ogg",
    "speex.ogg", "opus.opus", "flac.flac", "amr_nb.amr", "aac.aac", "opus.mka", "pcm_s16le.mkv", "vorbis.webm", "aac.mp4",
    "pcm_s16le.mov", "mp3.avi",
]  # fmt: skip
"""Codec and container of recordings that this product writes."""
TAGGED = [
    "pcm_s16le.wav",
    "mp3.mp3",
    "aac.m4a",
    "vorbis.ogg",
    "opus.opus",
    "flac.flac",
    "opus.mka",
    "aac.mp4",
    "mp3.avi",
]
COVERED = ["mp3.mp3", "aac.m4a", "flac.flac"]
SAMPLES = Path(__file__).parents[2] / "samples" / "screens"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("made")
    sound = np.random.default_rng(0).normal(0, 0.1, (8000, 1)).astype(np.float32)
    for name in SOUNDS:
        codec, _, container = name.partition(".")
        rate = 48_000 if codec == "opus" else 8000 if codec in ("amr_nb", "gsm_ms", "speex", "pcm_mulaw") else 16_000
        with ffmpeg.encoder(folder / name, AudioInfo(container, codec, rate, 1, 1000, 0, "s16", 16)) as write:
            write(sound)
    return {name: folder / name for name in SOUNDS}


def refused(path: Path) -> bool:
    try:
        carried(path, path.suffix[1:])
    except WithheldError as error:
        return error.reason == "CONTAINER_CARRIES" and "Maria" not in str(error)
    return False


def again(source: Path, target: Path, *options: str) -> Path:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(source), *options, f"file:{target}"]
    subprocess.run(command, check=True)
    return target


@pytest.mark.parametrize("name", SOUNDS)
def test_a_recording_of_ours_and_one_with_bytes_after_its_end(made: dict[str, Path], name: str, tmp_path: Path) -> None:
    strings = carried(made[name], made[name].suffix[1:])
    assert strings[0] == name
    longer = tmp_path / name
    longer.write_bytes(made[name].read_bytes() + b"Maria")
    assert refused(longer)


@pytest.mark.parametrize("name", TAGGED)
def test_a_tag(made: dict[str, Path], name: str, tmp_path: Path) -> None:
    assert refused(again(made[name], tmp_path / name, "-c", "copy", "-metadata", "title=Maria", "-fflags", "+bitexact"))


@pytest.mark.parametrize("name", COVERED)
def test_a_cover(made: dict[str, Path], name: str, tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "cover.png")
    options = [
        "-i",
        str(tmp_path / "cover.png"),
        "-map",
        "0",
        "-map",
        "1",
        "-c",
        "copy",
        "-disposition:v",
        "attached_pic",
    ]
    assert refused(again(made[name], tmp_path / name, *options))


def test_tags_before_and_behind_the_frames(made: dict[str, Path], tmp_path: Path) -> None:
    for name in ("mp3.mp3", "aac.aac"):
        body, path = made[name].read_bytes(), tmp_path / name
        for data in (b"ID3\4\0\0\0\0\0\5Maria" + body, body + b"TAG" + b"Maria".ljust(125, b"\0")):
            path.write_bytes(data)
            assert refused(path)


def test_another_stream(made: dict[str, Path], tmp_path: Path) -> None:
    subtitles = tmp_path / "s.srt"
    subtitles.write_text("1\n00:00:00,000 --> 00:00:01,000\nMaria\n", encoding="utf-8")
    for name, codec in (("aac.mp4", "mov_text"), ("pcm_s16le.mkv", "srt")):
        beside = ["-i", str(subtitles), "-map", "0", "-map", "1", "-c:a", "copy", "-c:s", codec, "-fflags", "+bitexact"]
        assert refused(again(made[name], tmp_path / name, *beside))
        twice = ["-map", "0:a", "-map", "0:a", "-c", "copy", "-fflags", "+bitexact"]
        assert refused(again(made[name], tmp_path / f"twice-{name}", *twice))


def test_an_attachment(made: dict[str, Path], tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Maria", encoding="utf-8")
    options = ["-attach", str(note), "-metadata:s:t", "mimetype=text/plain", "-c", "copy", "-fflags", "+bitexact"]
    assert refused(again(made["pcm_s16le.mkv"], tmp_path / "a.mkv", *options))


def test_text_in_what_looks_like_padding(made: dict[str, Path], tmp_path: Path) -> None:
    body = made["aac.mp4"].read_bytes()
    path = tmp_path / "a.mp4"
    path.write_bytes(body + b"\0\0\0\x0dfreeMaria")
    assert refused(path)
    path.write_bytes(body + b"\0\0\0\x0dfree\0\0\0\0\0")
    assert not refused(path)


def test_pictures(tmp_path: Path) -> None:
    picture, note, exif = Image.new("RGB", (8, 8)), PngInfo(), Image.Exif()
    note.add_text("Author", "Maria")
    exif[0x010E] = "Maria"
    picture.save(tmp_path / "text.png", pnginfo=note)
    picture.save(tmp_path / "bare.png")
    for name in ("exif.png", "exif.jpg", "exif.webp", "exif.tiff"):
        picture.save(tmp_path / name, exif=exif)
        assert refused(tmp_path / name)
    assert refused(tmp_path / "text.png")
    assert carried(tmp_path / "bare.png", "png") == ("bare.png",)


def test_a_file_that_breaks_off_or_is_something_else(made: dict[str, Path], tmp_path: Path) -> None:
    for name in SOUNDS:
        path = tmp_path / name
        path.write_bytes(made[name].read_bytes()[:-3])
        assert refused(path), name
        path.write_bytes(b"Maria " * 40)
        assert refused(path), name
