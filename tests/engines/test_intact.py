from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from redactor.engines import ffmpeg, pyav
from redactor.engines.container import read_claim
from redactor.engines.intact import intact
from redactor.errors import MediaError
from redactor.protocols import Media
from tests.sound import FORMATS, convert, heard, syllables, write_wav


def reason(media: Media, max_hours: float = 4) -> str:
    with pytest.raises(MediaError) as caught:
        intact(media, max_hours)
    assert media.path.stem not in str(caught.value)
    return caught.value.reason


@pytest.mark.parametrize("name", FORMATS)
def test_whole_files_pass_and_cut_ones_are_refused(tmp_path: Path, name: str) -> None:
    wav = write_wav(tmp_path / "in.wav", syllables(4, channels=2))
    media = convert(wav.path, tmp_path / name, FORMATS[name])
    assert intact(media, 4).duration_ms == pytest.approx(4000, abs=200)
    body = media.path.read_bytes()
    cut = Media(tmp_path / f"cut-off-{name}", "audio", media.format)
    for share in (0.4, 0.7, 0.9):
        cut.path.write_bytes(body[: int(len(body) * share) + 3])
        assert reason(cut) == "TRUNCATED"


@pytest.mark.parametrize("sample", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_refused(tmp_path: Path, sample: float) -> None:
    # A detector of speech hears nothing more after one of them, and no comparison with it fails.
    sound = syllables(4)
    wav = write_wav(tmp_path / "a.wav", sound)
    media = convert(wav.path, tmp_path / "caller-7.wav", ["-c:a", "pcm_f32le"])
    assert intact(media, 4).duration_ms == 4000
    body = bytearray(media.path.read_bytes())
    body[-4000:-3996] = np.float32(sample).tobytes()
    media.path.write_bytes(body)
    assert reason(media) == "UNREADABLE"
    with pytest.raises(MediaError, match="not a number"):
        list(pyav.blocks(media.path, "wav", rate_hz=16_000))


def test_it_says_how_far_it_could_be_read(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(4))
    body = media.path.read_bytes()
    media.path.write_bytes(body[: len(body) // 2])
    with pytest.raises(MediaError, match=r"2\.0 s of 4\.0 s can be read"):
        intact(media, 4)


@pytest.mark.parametrize("suffix", sorted(ffmpeg.FORMATS))
def test_empty_files_and_strangers(tmp_path: Path, suffix: str) -> None:
    media = Media(tmp_path / f"somebody.{suffix}", "audio", suffix)
    media.path.write_bytes(b"")
    assert reason(media) == "EMPTY_FILE"
    media.path.write_bytes(b"not a sound " * 1000)
    assert reason(media) == "UNREADABLE"
    media.path.write_bytes(bytes(5000))
    assert reason(media) == "UNREADABLE"


def test_the_name_must_not_claim_another_format(tmp_path: Path) -> None:
    body = write_wav(tmp_path / "a.wav", syllables(2)).path.read_bytes()
    for suffix in ffmpeg.FORMATS - {"wav"}:
        media = Media(tmp_path / f"disguise.{suffix}", "audio", suffix)
        media.path.write_bytes(body)
        assert reason(media) == "UNREADABLE"


def test_a_header_without_sound(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "short.wav", syllables(2))
    media.path.write_bytes(media.path.read_bytes()[:44])
    assert reason(media) == "TRUNCATED"


def test_too_long(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "quite-long.wav", syllables(4))
    assert reason(media, 3 / 3600) == "TOO_LONG"
    body = bytearray(media.path.read_bytes())
    body[40:44] = b"\xff\xff\xff\xff"
    media.path.write_bytes(body)
    assert reason(media, 3 / 3600) == "TOO_LONG"


def test_lengths_that_were_never_filled_in(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(2))
    body = bytearray(media.path.read_bytes())
    assert body[36:40] == b"data"
    for size in (b"\0\0\0\0", b"\xff\xff\xff\xff"):
        body[40:44] = size
        media.path.write_bytes(body)
        assert intact(media, 4).duration_ms == 2000


def test_chunks_before_and_tags_around_the_sound(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(2))
    body = media.path.read_bytes()
    odd = b"note" + (5).to_bytes(4, "little") + b"hello\0"
    media.path.write_bytes(body[:36] + odd + body[36:] + odd)
    assert read_claim(media.path, "wav").samples == 16000
    song = convert(media.path, tmp_path / "a.mp3", ["-write_xing", "0", "-id3v2_version", "0"])
    frames = song.path.read_bytes()
    plain = read_claim(song.path, "mp3")
    song.path.write_bytes(b"ID3\3\0\0\0\0\1\0" + bytes(128) + frames + b"TAG" + bytes(125))
    assert read_claim(song.path, "mp3") == plain
    assert not plain.cut_off


def test_a_chained_ogg_counts_all_links(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "a.wav", syllables(2))
    one = convert(wav.path, tmp_path / "1.ogg", ["-c:a", "libopus", "-serial_offset", "1"])
    two = convert(wav.path, tmp_path / "2.ogg", ["-c:a", "libopus", "-serial_offset", "2"])
    single = read_claim(one.path, "ogg").samples
    assert single is not None
    (tmp_path / "3.ogg").write_bytes(one.path.read_bytes() + two.path.read_bytes())
    assert read_claim(tmp_path / "3.ogg", "ogg").samples == 2 * single


PLAYLISTS = {
    "m3u8": "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{}\n#EXT-X-ENDLIST\n",
    "pls": "[playlist]\nFile1={}\nLength1=2\nNumberOfEntries=1\nVersion=2\n",
    "ffconcat": "ffconcat version 1.0\nfile '{}'\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns={}\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    "dash": '<?xml version="1.0"?><MPD><Period><AdaptationSet><BaseURL>{}</BaseURL></AdaptationSet></Period></MPD>',
}


@pytest.mark.parametrize("suffix", sorted(ffmpeg.FORMATS))
@pytest.mark.parametrize("kind", PLAYLISTS)
def test_a_playlist_opens_nothing_else(tmp_path: Path, suffix: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    other = write_wav(tmp_path / "other.wav", syllables(2))
    media = Media(tmp_path / f"list.{suffix}", "audio", suffix)
    media.path.write_text(PLAYLISTS[kind].format(other.path) * 20)
    with pytest.raises(MediaError) as caught:
        ffmpeg.probe(media.path, suffix)
    assert caught.value.reason in {"UNREADABLE", "NO_AUDIO"}
    # By its bytes alone it is refused: no program gets to see it.
    monkeypatch.setattr(ffmpeg.subprocess, "Popen", lambda *args, **kwargs: pytest.fail("a program was started"))
    assert reason(media) == "UNREADABLE"


def _vbr(tmp_path: Path) -> tuple[Media, bytearray, int]:
    media = convert(write_wav(tmp_path / "a.wav", syllables(6)).path, tmp_path / "vbr.mp3", ["-q:a", "5"])
    body = bytearray(media.path.read_bytes())
    return media, body, body.find(b"Xing")


def test_more_frames_promised_than_there_are(tmp_path: Path) -> None:
    media, body, at = _vbr(tmp_path)
    frames = int.from_bytes(body[at + 8 : at + 12], "big")
    body[at + 8 : at + 12] = (2 * frames).to_bytes(4, "big")
    media.path.write_bytes(body)
    assert reason(media) == "TRUNCATED"


@pytest.mark.parametrize("frames", [1, 20])
def test_all_the_sound_counts_whatever_was_promised(tmp_path: Path, frames: int) -> None:
    media, body, at = _vbr(tmp_path)
    body[at + 8 : at + 12] = frames.to_bytes(4, "big")
    media.path.write_bytes(body)
    assert intact(media, 4).duration_ms == pytest.approx(6000, abs=200)
    last = heard(media, 8000)[-8000:]
    assert last.std() == pytest.approx(float(syllables(6)[-8000:].std()), rel=0.3)


def test_the_older_information_frame_promises_too(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "a.wav", syllables(6))
    media = convert(
        wav.path, tmp_path / "vbri.mp3", ["-b:a", "48k", "-ar", "24000", "-write_xing", "0", "-id3v2_version", "0"]
    )
    body = bytearray(media.path.read_bytes())
    frames = len(body) // 144
    first = bytearray(body[:144])
    for count, whole in ((frames, True), (2 * frames, False)):
        first[36:62] = (
            b"VBRI"
            + bytes.fromhex("0001 0000 0032")
            + len(body).to_bytes(4, "big")
            + count.to_bytes(4, "big")
            + bytes(8)
        )
        media.path.write_bytes(first + body)
        if whole:
            assert intact(media, 4).duration_ms == pytest.approx(6000, abs=200)
        else:
            assert reason(media) == "TRUNCATED"


def test_wide_band_amr_can_be_heard_but_not_written(tmp_path: Path) -> None:
    media = Media(tmp_path / "wide.amr", "audio", "amr")
    media.path.write_bytes(b"#!AMR-WB\n" + (bytes([0x04]) + bytes(17)) * 100)
    with pytest.raises(MediaError, match=r"amr_wb cannot be written .* convert the recording") as caught:
        intact(media, 4)
    assert caught.value.reason == "UNSUPPORTED_CODEC"


def test_damaged_amr_is_refused(tmp_path: Path) -> None:
    media = convert(write_wav(tmp_path / "a.wav", syllables(2)).path, tmp_path / "damaged.amr", [])
    body = bytearray(media.path.read_bytes())
    body[6 + 32 * 50] = 0xFF
    media.path.write_bytes(body)
    assert reason(media) == "TRUNCATED"


def test_pauses_of_amr_are_time(tmp_path: Path) -> None:
    media = convert(write_wav(tmp_path / "a.wav", syllables(2)).path, tmp_path / "a.amr", [])
    pause = bytes.fromhex("44 0000000000") + bytes([0x7C]) * 7
    media.path.write_bytes(media.path.read_bytes() + pause * 25)
    assert intact(media, 4).duration_ms == pytest.approx(2000 + 25 * 160, abs=60)


def test_a_video_cut_by_its_edit_list_is_whole(tmp_path: Path) -> None:
    whole = convert(write_wav(tmp_path / "a.wav", syllables(8)).path, tmp_path / "a.mp4", ["-c:a", "aac"])
    part = convert(whole.path, tmp_path / "b.mp4", ["-ss", "2", "-t", "4", "-c", "copy"])
    assert intact(part, 4).duration_ms == pytest.approx(4000, abs=200)


def test_a_recorder_that_never_filled_in_the_size(tmp_path: Path) -> None:
    media = convert(write_wav(tmp_path / "a.wav", syllables(2)).path, tmp_path / "a.avi", ["-c:a", "pcm_s16le"])
    body = bytearray(media.path.read_bytes())
    body[4:8] = bytes(4)
    media.path.write_bytes(body)
    assert intact(media, 4).duration_ms == 2000


@pytest.mark.parametrize(
    ("format", "content"),
    [
        ("mp3", b"ID3\x04\x00\x00\x00\x00"),
        ("mp3", b"\xff\xfb\x90\x00" + bytes(32) + b"Xing\x00\x00"),
        ("aac", b"ID3\x04\x00"),
        ("flac", b"ID3"),
        ("flac", b"fLaC"),
    ],
)
def test_a_file_cut_inside_its_head_is_unreadable(tmp_path: Path, format: str, content: bytes) -> None:
    path = tmp_path / f"call.{format}"
    path.write_bytes(content)
    with pytest.raises(MediaError):
        intact(Media(path, "audio", format), 1)
