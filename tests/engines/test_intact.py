from __future__ import annotations

from pathlib import Path

import pytest

from redactor.engines.container import read_claim
from redactor.engines.intact import intact
from redactor.errors import MediaError
from redactor.protocols import Media
from tests.sound import FORMATS, convert, syllables, write_wav


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


def test_it_says_how_far_it_could_be_read(tmp_path: Path) -> None:
    media = write_wav(tmp_path / "a.wav", syllables(4))
    body = media.path.read_bytes()
    media.path.write_bytes(body[: len(body) // 2])
    with pytest.raises(MediaError, match=r"2\.0 s of 4\.0 s can be read"):
        intact(media, 4)


@pytest.mark.parametrize("suffix", ["wav", "mp3", "m4a", "ogg", "opus", "flac"])
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
    for suffix in ("mp3", "m4a", "ogg", "flac"):
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
