"""Covered copies of screen recordings: what is filled, what the check refuses, and the whole way through the pipeline."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from redactor import Redactor
from redactor.engines import video
from redactor.engines.scripted import ScriptedSpeechDetector, ScriptedTranscriber
from redactor.errors import MediaError, WithheldError
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import HeardWord, Media
from redactor.readers.audio import AudioReader
from redactor.readers.video import VideoReader
from redactor.regions import Box, Stay, TimeRange, Track
from redactor.render.audio import AudioRenderer
from redactor.render.video import VideoRenderer
from tests.screens import ColourReader, drawn, put, record, screen
from tests.scripted import WordFinder
from tests.sound import convert, syllables, write_wav

POLICY = Policy()


def renderer() -> VideoRenderer:
    return VideoRenderer(POLICY, AudioRenderer(POLICY))


def redaction(*stays: Stay) -> Redaction:
    return Redaction("PERSON", (Track(stays),), 1.0, "test")


def moving(path: Path, *options: str, count: int = 12) -> Media:
    frames = []
    for frame in range(count):
        picture = screen()
        put(picture, drawn("ANNA"), 40, 24 + 8 * frame)
        put(picture, drawn("NIKOS"), 120, 40)
        frames.append(picture)
    return record(path, frames, *options)


FOLLOWED = redaction(*(Stay(frame, frame + 1, 40, 24 + 8 * frame, 52, 54 + 8 * frame) for frame in range(12)))


def frames(media: Media) -> list[np.ndarray]:
    return [f.pixels for f in video.frames(media, video.probe(media, POLICY.video), POLICY.video)]


def reason(media: Media, redactions: Sequence[Redaction], draft: Path) -> str:
    with pytest.raises(WithheldError) as caught:
        renderer().check(media, redactions, draft)
    return caught.value.reason


@pytest.mark.parametrize("options", [(), ("-c:v", "libx264", "-pix_fmt", "yuv420p"), ("-c:v", "mpeg4", "-q:v", "2")])
def test_a_value_is_covered_where_it_is_and_nowhere_else(tmp_path: Path, options: tuple[str, ...]) -> None:
    media, draft = moving(tmp_path / "a.mkv", *options), tmp_path / "b.mkv"
    renderer().render(media, [FOLLOWED], draft)
    renderer().check(media, [FOLLOWED], draft)
    copies = frames(replace(media, path=draft))
    assert len(copies) == 12
    for frame, picture in enumerate(copies):
        left = 24 + 8 * frame
        assert picture[41:51, left + 1 : left + 29].max() < 64
        assert picture[41:51, left + 48 :].min() > 200
        assert picture[120:132, 40:78].min() < 90
        assert picture[100:110].min() > 200


def test_two_values_under_one_box_give_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for word in ("PETROS", "IOANNA"):
        picture = screen()
        put(picture, drawn(word), 40, 40)
        media, draft = record(tmp_path / "a.mkv", [picture] * 3), tmp_path / f"{word}.mkv"
        renderer().render(media, [redaction(Stay(0, 3, 40, 40, 52, 88))], draft)
        written.append(draft.read_bytes())
    assert written[0] == written[1]


def test_the_check_sees_what_is_wrong(tmp_path: Path) -> None:
    media, draft = moving(tmp_path / "a.mkv"), tmp_path / "b.mkv"
    same = tmp_path / "same.mkv"
    same.write_bytes(media.path.read_bytes())
    assert reason(media, [FOLLOWED], same) == "UNCHANGED"
    followed = FOLLOWED.regions[0]
    assert isinstance(followed, Track)
    renderer().render(media, [redaction(*followed.stays[:-1])], draft)
    assert reason(media, [FOLLOWED], draft) == "NOT_COVERED"
    renderer().render(media, [redaction(Stay(0, 12, 0, 0, 180, 320))], draft)
    assert reason(media, [FOLLOWED], draft) == "PICTURE_CHANGED"
    shorter = moving(tmp_path / "c.mkv", count=11)
    renderer().render(shorter, [redaction(*followed.stays[:-1])], draft)
    assert reason(media, [FOLLOWED], draft) == "FORM_CHANGED"
    renderer().render(media, [FOLLOWED], draft)
    command = ["ffmpeg", "-v", "error", "-y", "-i", draft, "-c", "copy", "-metadata", "title=Anna", tmp_path / "d.mkv"]
    subprocess.run(command, check=True)
    assert reason(media, [FOLLOWED], tmp_path / "d.mkv") == "METADATA"
    (tmp_path / "e.mkv").write_bytes(b"nothing")
    assert reason(media, [FOLLOWED], tmp_path / "e.mkv") == "BAD_DRAFT"


def test_regions_that_are_not_of_this_video_are_refused(tmp_path: Path) -> None:
    media = moving(tmp_path / "a.mkv")
    for region, expected in [
        (Box(0, 0, 0, 5, 5), "WRONG_REGION"),
        (Track((Stay(0, 2, 0, 0, 10, 321),)), "OUTSIDE_PICTURE"),
        (Track((Stay(0, 13, 0, 0, 10, 20),)), "OUTSIDE_PICTURE"),
    ]:
        with pytest.raises(WithheldError) as caught:
            renderer().render(media, [Redaction("PERSON", (region,), 1.0, "test")], tmp_path / "b.mkv")
        assert caught.value.reason == expected
        assert not (tmp_path / "b.mkv").exists()


def pipeline(*heard: HeardWord, finds: str = "ANNA") -> Redactor:
    speech = ScriptedSpeechDetector(None if heard else [])
    sound = AudioReader(POLICY, ScriptedTranscriber(lambda *_: list(heard)), speech)
    reader = VideoReader(POLICY, ColourReader(slack=5), lambda: sound)
    return Redactor(POLICY, readers={"video": reader, "audio": sound}, finder=WordFinder({finds: "PERSON"}))


def test_without_sound_the_whole_way(tmp_path: Path) -> None:
    media = moving(tmp_path / "a.mkv")
    receipt = pipeline().redact_file(media.path, tmp_path / "out")
    assert (receipt.kind, dict(receipt.counts)) == ("video", {"PERSON": 1})
    assert {p.name for p in (tmp_path / "out").iterdir() if p.is_file()} >= {"a.mkv", "a.redaction.json"}
    assert not (tmp_path / "out" / "a.txt").exists()
    body = json.loads((tmp_path / "out" / "a.redaction.json").read_text())
    assert len(body["covers"][0]["stays"]) >= 12
    assert "ANNA" not in json.dumps(body)


def test_a_value_that_is_heard_is_covered_on_the_screen_and_masked(tmp_path: Path) -> None:
    pictures = moving(tmp_path / "p.mkv")
    sound = convert(write_wav(tmp_path / "w.wav", syllables(2)).path, tmp_path / "s.wav", ["-c:a", "pcm_s16le"])
    command = ["ffmpeg", "-v", "error", "-y", "-i", pictures.path, "-i", sound.path, "-c", "copy", tmp_path / "a.mkv"]
    subprocess.run(command, check=True)
    receipt = pipeline(HeardWord("Anna", 500, 900, 0.9), finds="Anna").redact_file(tmp_path / "a.mkv", tmp_path / "out")
    assert receipt.kind == "video"
    body = json.loads((tmp_path / "out" / "a.redaction.json").read_text())
    assert any("stays" in cover for cover in body["covers"])
    assert any("channel" in cover for cover in body["covers"])
    said = (tmp_path / "out" / "a.txt").read_text()
    assert "PERSON" in said
    assert "Anna" not in said


def test_speech_that_gave_no_words_is_masked_in_a_recording_as_well(tmp_path: Path) -> None:
    pictures = moving(tmp_path / "p.mkv")
    sound = convert(write_wav(tmp_path / "w.wav", syllables(2)).path, tmp_path / "s.wav", ["-c:a", "pcm_s16le"])
    command = ["ffmpeg", "-v", "error", "-y", "-i", pictures.path, "-i", sound.path, "-c", "copy", tmp_path / "a.mkv"]
    subprocess.run(command, check=True)
    deaf = AudioReader(POLICY, ScriptedTranscriber(lambda *_: []), ScriptedSpeechDetector())
    reader = VideoReader(POLICY, ColourReader(slack=5), lambda: deaf)
    evidence = reader.read(Media(tmp_path / "a.mkv", "video", "mkv"))
    assert sum(len(region) for region in evidence.unread if isinstance(region, TimeRange)) >= 1900


def test_a_video_without_pictures_is_a_call(tmp_path: Path) -> None:
    sound = convert(write_wav(tmp_path / "w.wav", syllables(2)).path, tmp_path / "a.mp4", ["-c:a", "aac"])
    receipt = pipeline(HeardWord("Anna", 500, 900, 0.9), finds="Anna").redact_file(sound.path, tmp_path / "out")
    assert receipt.kind == "audio"
    assert (tmp_path / "out" / "a.txt").exists()


def test_a_file_that_is_no_video_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"nothing of the kind")
    with pytest.raises(MediaError):
        pipeline().redact_file(tmp_path / "a.mp4", tmp_path / "out")
    assert not (tmp_path / "out" / "a.mp4").exists()
