"""A second reading is handed on once, to the same question only."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from redactor.evidence import Evidence, Word
from redactor.findings import Redaction
from redactor.protocols import Media, Rereader
from redactor.regions import Box
from redactor.witnesses.once import ReadOnce

COVER = Redaction("PERSON", (Box(0, 0, 0, 10, 10),), 1.0, "cover")


class Counting:
    """Numbers its readings."""

    name = "counting"

    def __init__(self) -> None:
        self.count = 0

    def read(self, media: Media) -> Evidence:
        self.count += 1
        return Evidence((Word(str(self.count), Box(0, 0, 0, 1, 1)),))

    def read_again(self, media: Media, covers: Sequence[Redaction]) -> Evidence:
        return self.read(media)


@pytest.fixture
def media(tmp_path: Path) -> Media:
    (tmp_path / "a.png").write_bytes(b"one")
    return Media(tmp_path / "a.png", "image", "png")


def test_the_same_question_is_answered_once_more_and_then_forgotten(media: Media) -> None:
    reader = ReadOnce(Counting())
    assert isinstance(reader, Rereader)
    assert [reader.read_again(media, [COVER]).text for _ in range(4)] == ["1", "1", "2", "2"]


def test_other_covers_another_file_and_other_bytes_are_other_questions(media: Media) -> None:
    reader = ReadOnce(Counting())
    first = reader.read_again(media, [COVER]).text
    assert reader.read_again(media, []).text != first
    media.path.write_bytes(b"another")
    assert reader.read_again(media, []).text == "3"
    other = Media(media.path.with_name("b.png"), "image", "png")
    other.path.write_bytes(b"another")
    assert reader.read_again(other, []).text == "4"


def test_a_first_reading_is_never_handed_on(media: Media) -> None:
    reader = ReadOnce(Counting())
    assert reader.read(media).text == "1"
    assert reader.read_again(media, []).text == "2"
    assert reader.read(media).text == "3"
    assert reader.read_again(media, []).text == "4"
    assert reader.name == "counting"
