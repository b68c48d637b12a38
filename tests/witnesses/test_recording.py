"""The witness of recordings: each frame's covers, the words that are left, and the sound by another witness."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from redactor.engines import video
from redactor.engines.ffmpeg import pictures
from redactor.errors import MediaError, WithheldError
from redactor.evidence import Evidence
from redactor.findings import Redaction
from redactor.pipeline import covered
from redactor.policy import Policy
from redactor.protocols import Media, Scope
from redactor.readers.video import VideoReader
from redactor.regions import Stay, TimeRange, Track
from redactor.removed import Removed
from redactor.render.audio import AudioRenderer
from redactor.render.video import VideoRenderer
from redactor.witnesses import recording
from redactor.witnesses.recording import RecordingWitness
from tests.screens import HEIGHT, WIDTH, ColourReader, Pixels, drawn, put, record, screen
from tests.sound import convert, syllables, write_wav

POLICY = Policy()
COUNT = 12
H264 = ("-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p")
MOVING = Track(tuple(Stay(frame, frame + 1, 40, 24 + 8 * frame, 52, 80 + 8 * frame) for frame in range(COUNT)))
"""Where the name is in each frame."""
NAME = Redaction("PERSON", (MOVING,), 1.0, "test")
GONE = (Removed("GIORGOS", "PERSON", (MOVING,)),)


def no_sound() -> VideoReader:
    raise AssertionError("this recording has no sound")


def source(path: Path, *options: str) -> Media:
    frames = []
    for frame in range(COUNT):
        picture = screen()
        put(picture, drawn("GIORGOS"), 40, 24 + 8 * frame)
        put(picture, drawn("NIKOS"), 120, 40)
        frames.append(picture)
    return record(path, frames, *options)


def redacted(folder: Path, suffix: str, *options: str) -> tuple[Media, Media, tuple[Redaction, ...]]:
    """A recording, its output, and the covers in it."""
    original = source(folder / f"source.{suffix}", *options)
    renderer = VideoRenderer(POLICY, AudioRenderer(POLICY))
    output = replace(original, path=folder / f"output.{suffix}")
    renderer.render(original, [NAME], output.path)
    return original, output, covered(renderer, original, (NAME,))


def witness(**options: bool) -> RecordingWitness:
    reader = VideoReader(POLICY, ColourReader(slack=5), no_sound)  # type: ignore[arg-type]
    return RecordingWitness(POLICY, reader, **options)


def reason(output: Media, covers: Sequence[Redaction], removed: Sequence[Removed] = GONE) -> str:
    with pytest.raises(WithheldError) as caught:
        witness().left(output, covers, removed, "changed")
    return caught.value.reason


FORMS = [("mkv",), ("mp4", *H264)]


@pytest.mark.parametrize("form", FORMS, ids=["lossless", "h264"])
def test_a_covered_recording_passes_and_its_source_does_not(tmp_path: Path, form: tuple[str, ...]) -> None:
    original, output, covers = redacted(tmp_path, *form)
    assert witness().left(output, covers, GONE, "changed") == ()
    assert witness(any_fill=True).left(output, covers, GONE, "full") == ()
    assert reason(original, covers) == "COVER_DOES_NOT_COVER"


def frames(media: Media) -> list[Pixels]:
    return [f.pixels for f in video.frames(media, video.probe(media, POLICY.video), POLICY.video)]


def test_one_frame_without_its_cover_is_caught(tmp_path: Path) -> None:
    original, output, covers = redacted(tmp_path, "mkv")
    shown = frames(output)
    shown[7] = frames(original)[7]
    broken = record(tmp_path / "broken.mkv", shown)
    assert reason(broken, covers) == "COVER_DOES_NOT_COVER"


def test_a_cover_that_comes_late_is_caught(tmp_path: Path) -> None:
    _, output, covers = redacted(tmp_path, "mkv")
    shown = frames(output)
    assert reason(record(tmp_path / "late.mkv", [shown[0], *shown[:-1]]), covers) == "COVER_DOES_NOT_COVER"


def test_a_recording_that_ends_before_its_covers_is_caught(tmp_path: Path) -> None:
    _, output, covers = redacted(tmp_path, "mkv")
    assert reason(record(tmp_path / "short.mkv", frames(output)[:-2]), covers) == "COVER_DOES_NOT_COVER"


def test_a_value_without_a_cover_is_caught(tmp_path: Path) -> None:
    _, output, covers = redacted(tmp_path, "mkv")
    wide = Track(tuple(replace(stay, right=stay.right + 20) for stay in MOVING.stays))
    assert reason(output, covers, [Removed("GIORGOS", "PERSON", (wide,))]) == "COVER_DOES_NOT_COVER"


def test_a_value_that_shows_elsewhere_is_found(tmp_path: Path) -> None:
    _, output, covers = redacted(tmp_path, "mkv")
    shown = frames(output)
    for picture in shown[3:9]:
        put(picture, drawn("VASILIS"), 150, 200)
    left = witness().left(
        record(tmp_path / "left.mkv", shown), covers, [Removed("VASILIS", "PERSON", (MOVING,))], "changed"
    )
    assert [(r.entity_type, r.detector) for r in left] == [("PERSON", "recording witness")]
    (track,) = left[0].regions
    assert isinstance(track, Track)
    # A frame more on both sides, for what fades.
    assert (track.hull.start, track.hull.end) == (2, 10)


def test_of_a_long_recording_the_ends_and_the_middle_of_each_cover_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "_ALL_FRAMES", 4)
    shown = [screen() for _ in range(40)]
    for picture in shown[10:31]:
        picture[40:60, 20:90] = 0
    cover = Redaction("PERSON", (Track((Stay(10, 31, 40, 20, 60, 90),)),), 1.0, "cover")
    assert witness().left(record(tmp_path / "right.mkv", shown), [cover], (), "changed") == ()
    for frame in (10, 20, 30):
        broken = [*shown[:frame], screen(), *shown[frame + 1 :]]
        assert reason(record(tmp_path / f"{frame}.mkv", broken), [cover], ()) == "COVER_DOES_NOT_COVER"


@dataclass
class Heard:
    """The witness of calls as told; remembers what it was asked."""

    asked: list[tuple[str, int, int, Scope]] = field(default_factory=list)
    name: str = "heard"

    def left(
        self, output: Media, covers: Sequence[Redaction], removed: Sequence[Removed], scope: Scope
    ) -> Sequence[Redaction]:
        self.asked.append((output.kind, len(covers), len(removed), scope))
        return [Redaction("PERSON", (TimeRange(0, 100, 200),), 1.0, self.name)]


class Silent:
    """Reads nothing in a recording."""

    def read_again(self, media: Media, covers: Sequence[Redaction]) -> Evidence:
        return Evidence(())


def test_sound_is_for_the_witness_of_sound(tmp_path: Path) -> None:
    sound = write_wav(tmp_path / "sound.wav", syllables(1.2))
    _, silent, covers = redacted(tmp_path, "mkv")
    spoken = Redaction("PERSON", (TimeRange(0, 0, 400),), 1.0, "cover")
    told = Removed("GIORGOS", "PERSON", (TimeRange(0, 0, 400),))
    heard = Heard()
    by = RecordingWitness(POLICY, Silent(), heard)
    assert by.left(silent, covers, GONE, "changed") == ()
    options = ["-i", str(sound.path), "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "flac"]
    both = convert(silent.path, tmp_path / "both.mkv", options)
    left = by.left(replace(both, kind="video"), [*covers, spoken], [*GONE, told], "full")
    assert [r.detector for r in left] == ["heard"]
    assert heard.asked == [("audio", 1, 1, "full")]
    assert by.name == "recording witness (ffmpeg), heard"


def test_only_the_frames_asked_for_come(tmp_path: Path) -> None:
    media = source(tmp_path / "a.mkv")
    all_of_them = frames(media)
    some = list(pictures(media.path, "mkv", (HEIGHT, WIDTH), [2, 5, 11]))
    assert len(some) == 3
    for number, picture in zip([2, 5, 11], some, strict=True):
        assert (picture == all_of_them[number]).all()
    with pytest.raises(MediaError):
        list(pictures(media.path, "mkv", (HEIGHT, WIDTH), range(13)))
    assert np.stack(list(pictures(media.path, "mkv", (HEIGHT, WIDTH), range(4)))).shape == (4, HEIGHT, WIDTH, 3)
