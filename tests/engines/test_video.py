"""Decoding and encoding of videos: form and times stay, nothing else comes along, broken and hostile files end clearly."""

import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from redactor.engines import video
from redactor.engines.video_writer import sound_alone, write
from redactor.errors import MediaError
from redactor.policy import VideoPolicy
from redactor.protocols import Media
from tests.screens import Pixels, drawn, put, record, screen

POLICY = VideoPolicy()
SOUND = ["-f", "lavfi", "-i", "sine=d=2:r=48000"]
FORMS: dict[str, list[str]] = {
    "h264.mp4": ["-c:v", "libx264", "-pix_fmt", "yuv420p"],
    "full.mp4": ["-c:v", "libx264", "-pix_fmt", "yuv444p"],
    "h264.mkv": ["-c:v", "libx264", "-pix_fmt", "yuv420p"],
    "vp8.webm": ["-c:v", "libvpx", "-b:v", "2M", "-deadline", "realtime"],
    "vp9.webm": ["-c:v", "libvpx-vp9", "-b:v", "2M", "-deadline", "realtime", "-cpu-used", "8"],
    "mpeg4.avi": ["-c:v", "mpeg4", "-q:v", "3"],
    "mjpeg.avi": ["-c:v", "mjpeg", "-q:v", "3"],
    "mjpeg.mov": ["-c:v", "mjpeg", "-q:v", "3"],
    "png.mov": ["-c:v", "png"],
    "ffv1.mkv": ["-c:v", "ffv1"],
}


def pictures(count: int = 20) -> list[Pixels]:
    frames = []
    for frame in range(count):
        picture = screen()
        put(picture, drawn("ANNA"), 40, 30 + 4 * frame)
        frames.append(picture)
    return frames


def reason(media: Media, policy: VideoPolicy = POLICY) -> str:
    with pytest.raises(MediaError) as caught:
        for _ in video.frames(media, video.probe(media, policy), policy):
            pass
    assert media.path.name not in str(caught.value)
    return caught.value.reason


def ffmpeg(*options: str | Path) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, options)], check=True)


def times(media: Media) -> list[Fraction]:
    info = video.probe(media, POLICY)
    return [frame.pts * info.time_base for frame in video.frames(media, info, POLICY)]


@pytest.mark.parametrize("name", FORMS)
def test_a_copy_keeps_codec_size_frames_and_times_and_is_covered(tmp_path: Path, name: str) -> None:
    media = record(tmp_path / name, pictures(), *FORMS[name])
    info = video.probe(media, POLICY)
    copy = Media(tmp_path / f"copy.{media.format}", "video", media.format)
    box = (32, 16, 64, 200)
    write(((frame, [box]) for frame in video.frames(media, info, POLICY)), info, (0, 0, 0), copy.path, None)
    again = video.probe(copy, POLICY)
    assert (again.codec, again.width_px, again.height_px, again.rate) == (
        info.codec,
        info.width_px,
        info.height_px,
        info.rate,
    )
    assert again.tags == ()
    assert times(copy) == pytest.approx(times(media), abs=0.002)
    for frame in video.frames(copy, again, POLICY):
        assert frame.pixels[36:60, 20:196].max() < 40
        assert np.abs(frame.pixels[90:].astype(int) - 255).max() < 12


def test_uneven_times_stay(tmp_path: Path) -> None:
    whole = record(tmp_path / "a.mkv", pictures())
    ffmpeg(
        "-i",
        whole.path,
        "-vf",
        r"select='not(mod(n\,3))+gt(n\,12)'",
        "-vsync",
        "vfr",
        "-c:v",
        "libx264",
        tmp_path / "b.mp4",
    )
    media, copy = Media(tmp_path / "b.mp4", "video", "mp4"), Media(tmp_path / "c.mp4", "video", "mp4")
    info = video.probe(media, POLICY)
    write(((frame, []) for frame in video.frames(media, info, POLICY)), info, (0, 0, 0), copy.path, None)
    assert len(set(np.diff(np.array(times(media), float)).round(3))) > 1
    assert times(copy) == times(media)


def test_tags_chapters_subtitles_attachments_and_cover_stay_behind(tmp_path: Path) -> None:
    secret, plain = "Papadopoulos", record(tmp_path / "a.mkv", pictures())
    (tmp_path / "s.srt").write_text(f"1\n00:00:00,000 --> 00:00:01,000\n{secret}\n")
    (tmp_path / "n.txt").write_text(secret)
    (tmp_path / "m.txt").write_text(
        f";FFMETADATA1\ntitle={secret}\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle={secret}\n"
    )
    inputs = ["-i", plain.path, *SOUND, "-i", tmp_path / "s.srt", "-i", tmp_path / "m.txt"]
    maps = ["-map", "0:v", "-map", "1:a", "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3"]
    attached = ["-attach", tmp_path / "n.txt", "-metadata:s:t", "mimetype=text/plain"]
    ffmpeg(*inputs, *maps, *attached, "-c:v", "libx264", "-c:a", "aac", "-c:s", "srt", tmp_path / "b.mkv")
    media, copy = Media(tmp_path / "b.mkv", "video", "mkv"), Media(tmp_path / "c.mkv", "video", "mkv")
    assert secret.encode() in media.path.read_bytes()
    info = video.probe(media, POLICY)
    assert info.tags
    sound_alone(media.path, "mkv", tmp_path / "sound.mkv")
    write(((f, []) for f in video.frames(media, info, POLICY)), info, (0, 0, 0), copy.path, tmp_path / "sound.mkv")
    assert secret.encode() not in copy.path.read_bytes()
    again = video.probe(copy, POLICY)
    assert (again.tracks, again.sound, again.tags) == (2, True, ())


def test_a_turned_video_is_shown_and_written_upright(tmp_path: Path) -> None:
    plain = record(tmp_path / "a.mp4", pictures(), "-c:v", "libx264", "-pix_fmt", "yuv420p")
    ffmpeg("-i", plain.path, "-c", "copy", "-metadata:s:v", "rotate=90", tmp_path / "b.mp4")
    media = Media(tmp_path / "b.mp4", "video", "mp4")
    info = video.probe(media, POLICY)
    shapes = {frame.pixels.shape for frame in video.frames(media, info, POLICY)}
    assert shapes == {(320, 180, 3)}
    assert (info.width_px, info.height_px) == (180, 320)


def test_broken_and_empty_files(tmp_path: Path) -> None:
    media = record(tmp_path / "a.mkv", pictures(), "-c:v", "libx264", "-pix_fmt", "yuv420p")
    data = media.path.read_bytes()
    media.path.write_bytes(data[: len(data) // 2])
    assert reason(media) in {"TRUNCATED", "UNREADABLE"}
    media.path.write_bytes(b"")
    assert reason(media) == "EMPTY_FILE"
    media.path.write_bytes(b"no video at all")
    assert reason(media) == "UNREADABLE"


@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_a_video_whose_end_is_missing_is_refused(tmp_path: Path, name: str) -> None:
    whole = record(tmp_path / name, pictures(60), "-c:v", "mpeg4", "-q:v", "2", "-movflags", "faststart")
    data = whole.path.read_bytes()
    whole.path.write_bytes(data[: len(data) * 2 // 3])
    assert reason(whole) in {"TRUNCATED", "UNREADABLE"}


def test_limits(tmp_path: Path) -> None:
    media = record(tmp_path / "a.mkv", pictures())
    assert reason(media, VideoPolicy(max_pixels=1000)) == "PICTURE_TOO_LARGE"
    assert reason(media, VideoPolicy(max_frames=5)) == "TOO_LONG"
    assert reason(media, VideoPolicy(max_hours=0.0001)) == "TOO_LONG"


def test_a_changing_size_is_refused(tmp_path: Path) -> None:
    coding = ("-c:v", "mjpeg", "-f", "mjpeg")
    one = record(tmp_path / "a.avi", pictures(), *coding)
    other = record(tmp_path / "b.avi", [p[:90, :160] for p in pictures()], *coding)
    (tmp_path / "c.mjpeg").write_bytes(one.path.read_bytes() + other.path.read_bytes())
    ffmpeg("-f", "mjpeg", "-i", tmp_path / "c.mjpeg", "-c", "copy", tmp_path / "d.mkv")
    assert reason(Media(tmp_path / "d.mkv", "video", "mkv")) == "SIZE_CHANGES"


def test_several_picture_tracks_are_refused(tmp_path: Path) -> None:
    one = record(tmp_path / "a.mkv", pictures())
    ffmpeg("-i", one.path, "-i", one.path, "-map", "0:v", "-map", "1:v", "-c", "copy", tmp_path / "b.mkv")
    assert reason(Media(tmp_path / "b.mkv", "video", "mkv")) == "SEVERAL_STREAMS"


def test_sound_alone_or_with_a_cover_picture_is_no_video(tmp_path: Path) -> None:
    ffmpeg(*SOUND, "-c:a", "aac", tmp_path / "a.mp4")
    assert not video.has_pictures(Media(tmp_path / "a.mp4", "video", "mp4"))
    record(tmp_path / "cover.png", [screen()], "-frames:v", "1")
    ffmpeg(
        "-i",
        tmp_path / "a.mp4",
        "-i",
        tmp_path / "cover.png",
        "-map",
        "0",
        "-map",
        "1",
        "-c",
        "copy",
        "-disposition:v:0",
        "attached_pic",
        tmp_path / "b.mp4",
    )
    assert not video.has_pictures(Media(tmp_path / "b.mp4", "video", "mp4"))
    assert video.has_pictures(record(tmp_path / "c.mkv", pictures(2)))
