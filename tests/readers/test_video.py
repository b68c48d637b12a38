"""Screen recordings with a scripted reader: when words are read, and where and how long they are held."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from redactor.engines.scripted import ScriptedTextReader
from redactor.errors import EngineError, WithheldError
from redactor.evidence import Evidence, Mark, Word
from redactor.findings import Redaction
from redactor.policy import Policy
from redactor.protocols import Media, SeenWord
from redactor.readers.motion import find_moves
from redactor.readers.video import VideoReader
from redactor.regions import Box, Stay, TimeRange, Track
from tests.pictures import FONT
from tests.screens import LINE, WIDTH, WORDS, ColourReader, Pixels, drawn, put, record, screen
from tests.scripted import ReaderOf


def read(media: Media, reader: ColourReader | None = None, covers: Sequence[Redaction] = ()) -> Evidence:
    found = VideoReader(Policy(), reader or ColourReader(), lambda: ReaderOf([Evidence(())]))
    return found.read_again(media, covers) if covers else found.read(media)


def held(evidence: Evidence, word: str, frame: int, box: tuple[int, int, int, int]) -> bool:
    """True when the tracks of a word hold all of `box` (top, left, bottom, right) in a frame."""
    covered = np.zeros((400, 400), bool)
    for item in evidence.words:
        if item.text == word and isinstance(item.region, Track):
            for stay in item.region.at(frame):
                covered[stay.top : stay.bottom, stay.left : stay.right] = True
    return bool(covered[box[0] : box[2], box[1] : box[3]].all())


def frames_of(evidence: Evidence, word: str) -> set[int]:
    tracks = [w.region for w in evidence.words if w.text == word and isinstance(w.region, Track)]
    return {frame for track in tracks for stay in track.stays for frame in range(stay.start, stay.end)}


def test_what_stands_still_is_read_once(tmp_path: Path) -> None:
    picture, reader = screen(), ColourReader()
    put(picture, drawn("ANNA"), 40, 30)
    evidence = read(record(tmp_path / "a.mkv", [picture] * 20), reader)
    assert len(reader.asked) == 1
    assert frames_of(evidence, "ANNA") == set(range(20))
    assert held(evidence, "ANNA", 19, (40, 30, 52, 60))


def test_a_screen_of_which_nothing_is_read_is_no_clean_screen(tmp_path: Path) -> None:
    picture = screen()
    put(picture, drawn("ANNA"), 40, 30)
    said = Evidence((Word("καλημέρα", TimeRange(0, 0, 500)),))
    silence = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-shortest", "-c:v", "ffv1", "-pix_fmt", "bgr0")
    reader = VideoReader(Policy(), ScriptedTextReader([]), lambda: ReaderOf([said]))
    with pytest.raises(WithheldError) as caught:
        reader.read(record(tmp_path / "a.mkv", [picture] * 10, *silence))
    assert caught.value.reason == "NO_WORDS"
    assert [word.text for word in reader.read(record(tmp_path / "b.mkv", [screen()] * 10, *silence)).words] == [
        "καλημέρα"
    ]


def test_marks_are_looked_for_with_the_words_around_them(tmp_path: Path) -> None:
    picture = screen()
    put(picture, drawn("ANNA"), 40, 30)
    seen: list[str] = []

    class Listening:
        def marks(self, pixels: Pixels, words: Sequence[SeenWord] = ()) -> Sequence[Mark]:
            seen.extend(word.text for word in words)
            return ()

    VideoReader(Policy(), ColourReader(), lambda: ReaderOf([Evidence(())]), [Listening()]).read(
        record(tmp_path / "a.mkv", [picture] * 5)
    )
    assert seen == ["ANNA"]


def test_a_notice_of_three_frames_is_read_and_held_a_little_longer(tmp_path: Path) -> None:
    plain, notice = screen(), screen()
    put(notice, drawn("MARIA"), 150, 200)
    for picture in (plain, notice):
        put(picture, drawn("ANNA"), 20, 20)
    evidence = read(record(tmp_path / "a.mkv", [plain] * 5 + [notice] * 3 + [plain] * 5))
    # What fades in and out is legible a moment before and after.
    assert frames_of(evidence, "MARIA") == {4, 5, 6, 7, 8}
    assert frames_of(evidence, "ANNA") == set(range(13))


@pytest.mark.parametrize("speed", [3, 7, 10, -6, 23])
def test_words_are_followed_through_scrolling_to_the_last_row(tmp_path: Path, speed: int) -> None:
    window, pitch, count = (30, 170), 24, 16
    start = 0 if speed > 0 else -speed * count

    def at(index: int, frame: int) -> int:
        return window[0] + 4 + pitch * index - start - speed * frame

    frames = []
    for frame in range(count + 4):
        picture = screen()
        put(picture, drawn("EVA"), 8, 8)
        for index, word in enumerate(WORDS[:-1]):
            put(picture, drawn(word), at(index, min(frame, count)), 20, window)
        frames.append(picture)
    reader = ColourReader()
    evidence = read(record(tmp_path / "a.mkv", frames), reader)
    for frame in range(count + 4):
        for index, word in enumerate(WORDS[:-1]):
            top = at(index, min(frame, count))
            shown = max(top, window[0]), min(top + LINE, window[1])
            if shown[1] - shown[0] >= LINE // 2 and word in evidence.text:
                assert held(evidence, word, frame, (shown[0], 20, shown[1], 20 + 8 * len(word) - 2)), (word, frame)
    assert "EVA" in evidence.text
    assert frames_of(evidence, "EVA") == set(range(count + 4))
    # Not every frame was read.
    assert len(reader.asked) <= 12


def test_a_value_is_held_from_its_first_letter_to_its_last(tmp_path: Path) -> None:
    frames = []
    for letters in [0, *range(1, 8), *[7] * 4, *range(6, -1, -1), 0]:
        picture = screen()
        put(picture, drawn("EVA"), 40, 20)
        put(picture, drawn("GIORGOS", letters), 60, 20)
        frames.append(picture)
    reader = ColourReader()
    evidence = read(record(tmp_path / "a.mkv", frames), reader)
    for frame in range(1, 18):
        letters = min(frame, 7) if frame < 12 else 18 - frame
        assert held(evidence, "GIORGOS", frame, (60, 20, 72, 20 + 8 * letters - 2)), frame
    assert len(reader.asked) <= 3


def test_what_a_window_hides_for_a_while_is_known_again(tmp_path: Path) -> None:
    plain = screen()
    put(plain, drawn("NIKOS"), 60, 40)
    hidden = plain.copy()
    hidden[50:120, 20:200] = 225
    put(hidden, drawn("SOFIA"), 90, 60)
    half = plain.copy()
    half[50:120, 60:200] = 225
    evidence = read(record(tmp_path / "a.mkv", [plain] * 4 + [hidden] * 4 + [half] * 4 + [plain] * 4))
    assert frames_of(evidence, "SOFIA") >= {4, 5, 6, 7}
    for frame in (0, 3, 12, 15):
        assert held(evidence, "NIKOS", frame, (60, 40, 72, 78))
    assert held(evidence, "NIKOS", 9, (60, 40, 72, 58))
    assert not frames_of(evidence, "NIKOS") & {5, 6}


def test_a_dragged_window_takes_its_words_along(tmp_path: Path) -> None:
    frames = []
    for step in [0, 0, *range(0, 120, 12), 120, 120]:
        picture = screen(200)
        top, left = 20 + step // 2, 10 + step
        picture[top : top + 80, left : left + 150] = 255
        for row, word in enumerate(("PETROS", "VASILIS", "IOANNA")):
            put(picture, drawn(word), top + 10 + 22 * row, left + 12)
        frames.append(picture)
    evidence = read(record(tmp_path / "a.mkv", frames))
    for frame, step in enumerate([0, 0, *range(0, 120, 12), 120, 120]):
        top, left = 20 + step // 2, 10 + step
        for row, word in enumerate(("PETROS", "VASILIS", "IOANNA")):
            y, x = top + 10 + 22 * row, left + 12
            assert held(evidence, word, frame, (y, x, y + LINE, x + 8 * len(word) - 2)), (word, frame)


def test_covers_stand_in_for_values_when_an_output_is_read_again(tmp_path: Path) -> None:
    picture = screen()
    put(picture, drawn("ANNA"), 40, 30)
    put(picture, drawn("ELENI"), 40, 120)
    media = record(tmp_path / "a.mkv", [picture] * 5)
    anna = next(word.region for word in read(media).words if word.text == "ANNA")
    again = read(media, covers=[Redaction("PERSON", (anna,), 1.0, "cover")])
    assert [word.text for word in again.words] == ["[PERSON]", "ELENI"]


def test_covers_of_one_place_are_one_placeholder_for_each_type(tmp_path: Path) -> None:
    picture = screen()
    put(picture, drawn("ANNA"), 40, 30)
    put(picture, drawn("ELENI"), 40, 120)
    media = record(tmp_path / "a.mkv", [picture] * 5)
    places = [(40, 30, 52, 62), (40, 31, 52, 60), (41, 30, 52, 40), (40, 70, 52, 80)]
    covers = [Redaction("PERSON", (Track((Stay(0, 5, *place),)),), 1.0, "cover") for place in places]
    covers.append(Redaction("PHONE_NUMBER", (Track((Stay(0, 5, *places[0]),)),), 1.0, "cover"))
    told = [word.text for word in read(media, covers=covers).words]
    assert sorted(told) == ["ELENI", "[PERSON]", "[PERSON]", "[PHONE_NUMBER]"]


def test_edges_of_covers_that_scroll_are_no_news(tmp_path: Path) -> None:
    frames, stays = [], []
    for frame in range(24):
        picture = screen()
        put(picture, drawn("EVA"), 8, 8)
        for index, word in enumerate(WORDS[:-1]):
            top = 30 + 24 * index - 6 * max(0, frame - 3)
            put(picture, drawn(word), top, 20, (30, 180))
            if 33 <= top < 160:
                # Coding leaves something of the ground beside a cover, a little more or less in each frame.
                picture[top - 3 : top + 15, 200:270] = 150 + 40 * ((frame + index) % 3)
                picture[top : top + 12, 203:267] = 0
                stays.append(Stay(frame, frame + 1, top, 203, top + 12, 267))
        frames.append(picture)
    reader = ColourReader()
    media = record(tmp_path / "a.mkv", frames)
    read(media, reader, [Redaction("PERSON", (Track((stay,)),), 1.0, "x") for stay in stays])
    assert len(reader.asked) <= 3


def test_a_recording_without_words_is_withheld(tmp_path: Path) -> None:
    with pytest.raises(WithheldError) as caught:
        read(record(tmp_path / "a.mkv", [screen()] * 3))
    assert caught.value.reason == "NO_WORDS"


def test_a_box_outside_is_an_error(tmp_path: Path) -> None:
    picture: Pixels = screen()
    put(picture, drawn("ANNA"), 40, 30)
    engine = ScriptedTextReader([SeenWord("x", Box(0, 0, 0, 10, WIDTH + 1), 1.0, 0)])
    with pytest.raises(EngineError) as caught:
        VideoReader(Policy(), engine, lambda: ReaderOf([])).read(record(tmp_path / "a.mkv", [picture]))
    assert caught.value.reason == "BOX_OUTSIDE"


@pytest.mark.slow
def test_tesseract_reads_a_list_that_scrolls(tmp_path: Path) -> None:
    from PIL import Image, ImageDraw, ImageFont

    from redactor.engines.tesserocr import TesserocrReader

    font = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 16)
    numbers = [f"69{i}4 312 70{i}" for i in range(9)]
    frames = []
    for frame in range(24):
        page = Image.new("RGB", (480, 270), "white")
        draw = ImageDraw.Draw(page)
        for i, number in enumerate(numbers):
            draw.text((30, 70 + 36 * i - 6 * frame), number, font=font, fill=(20, 20, 20))
        draw.rectangle((0, 0, 480, 50), fill=(235, 238, 242))
        draw.text((30, 14), "Customers", font=font, fill=(20, 20, 20))
        frames.append(np.array(page))
    media = record(tmp_path / "a.mp4", frames, "-c:v", "libx264", "-crf", "23", "-pix_fmt", "yuv420p")
    evidence = VideoReader(Policy(), TesserocrReader(["en"]), lambda: ReaderOf([])).read(media)
    for i, number in enumerate(numbers):
        last = number.split()[-1]
        for frame in range(24):
            top = 70 + 36 * i - 6 * frame
            if top >= 50 and top + 20 < 270:
                box = top + 6, 115, top + 15, 135
                assert held(evidence, last, frame, box), (last, frame)


def fading(before: Pixels, after: Pixels, frames: int) -> list[Pixels]:
    """The frames between two screens, of which one fades into the other."""
    shares = [(i + 1) / (frames + 1) for i in range(frames)]
    return [np.round(before * (1.0 - share) + after * share).astype(np.uint8) for share in shares]


def test_a_faint_value_is_read_that_fades_in_beside_strong_ones(tmp_path: Path) -> None:
    grounds = [screen(80), screen(80)]
    for ground, strong in zip(grounds, ("MARIA", "NIKOS"), strict=True):
        put(ground, np.where(drawn(strong) == 255, np.uint8(80), np.uint8(255)), 120, 200)
    # Its steps are noise, each of them: the strong word tells where a state ends.
    put(grounds[1], np.minimum(drawn("ANNA"), np.uint8(80)), 40, 30)
    frames = [grounds[0]] * 5 + fading(grounds[0], grounds[1], 8) + [grounds[1]] * 20
    evidence = read(record(tmp_path / "a.mkv", frames), ColourReader(30))
    assert held(evidence, "ANNA", 20, (40, 30, 52, 60))
    assert held(evidence, "ANNA", 32, (40, 30, 52, 60))


def test_what_fades_into_another_thing_is_held_meanwhile(tmp_path: Path) -> None:
    before, after = screen(), screen()
    put(before, drawn("ANNA"), 40, 30)
    put(after, np.where(drawn("NIKOS") == 255, np.uint8(255), np.array([0, 200, 0], np.uint8)), 40, 30)
    frames = [before] * 5 + fading(before, after, 9) + [after] * 20
    evidence = read(record(tmp_path / "a.mkv", frames), ColourReader(30))
    assert held(evidence, "ANNA", 9, (40, 30, 52, 60))


def test_what_fades_has_not_moved() -> None:
    lines = ["Maria Papadopoulou 6971234567", "AFM 094259216 paroxi 12345678", "Ermou 14, Athina 10563"]
    before, after = written(lines), written([line[::-1] for line in lines])
    faded = fading(before, after, 5)[0]
    changed = np.abs(before.astype(np.int16) - faded).max(axis=2) > 28
    assert changed.any()
    assert [move for move, _ in find_moves(before, faded, changed) if not (move.down or move.right)] == []


def written(lines: Sequence[str]) -> Pixels:
    """A page with smooth letters, dark grey on light grey."""
    picture = Image.new("RGB", (520, 300), "#f5f5f5")
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(FONT, 16)
    for i, line in enumerate(lines):
        draw.text((20, 14 + 27 * i), line, fill="#333", font=font)
    return np.asarray(picture).copy()
