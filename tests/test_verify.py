"""The second reading: what it covers, what it explains, what it withholds."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from redactor.detection import Detector
from redactor.errors import WithheldError
from redactor.evidence import Evidence, Word
from redactor.findings import Finding, Redaction
from redactor.policy import DetectionPolicy
from redactor.protocols import Media
from redactor.regions import Box, Span, Stay, TimeRange, Track
from redactor.verify import SecondReading, inside, remaining, second_reading
from tests.scripted import ReaderOf, WordFinder

MEDIA = Media(Path("draft.png"), "image", "png")
SECRET, NAME = "6971234567", "Παπαδοπούλου"


def page(*words: tuple[str, int]) -> Evidence:
    return Evidence(tuple(Word(text, Box(0, 0, left, 10, left + 50)) for text, left in words))


def again(second: Evidence | Exception, first: Evidence | None, covers: list[Redaction] | None = None) -> SecondReading:
    detector = Detector(DetectionPolicy(), [WordFinder({SECRET: "PHONE_NUMBER", NAME: "PERSON"})])
    return second_reading(MEDIA, ReaderOf([second]), detector, covers or [], "[{type}]", first=first)


def test_a_word_that_reads_differently_is_news() -> None:
    found = again(page(("τηλ", 0), (SECRET, 100)), page(("τηλ", 0), ("69712E4567", 100)))
    assert [r.regions for r in found.left] == [(Box(0, 0, 100, 10, 150),)]
    assert found.explained == ()


def test_a_word_that_reads_the_same_at_the_same_place_is_explained() -> None:
    found = again(page((SECRET, 100)), page((f"{SECRET},", 102)))
    assert found.left == ()
    assert [r.entity_type for r in found.explained] == ["PHONE_NUMBER"]


@pytest.mark.parametrize(("before", "news"), [(0.6, 1), (0.8, 1), (0.9, 0)])
def test_of_two_readings_of_one_place_the_surer_one_counts(before: float, news: int) -> None:
    first = Evidence((Word("Παπαλοπσύλου", Box(0, 0, 102, 10, 150), before), Word("sure", Box(0, 40, 100, 50, 150))))
    second = Evidence((Word(NAME, Box(0, 0, 100, 10, 150), 0.8),))
    found = again(second, first)
    assert (len(found.left), len(found.explained)) == (news, 1 - news)
    beside = again(Evidence((Word(NAME, Box(0, 20, 100, 30, 150), 0.8),)), first)
    assert len(beside.left) == 1


@pytest.mark.parametrize(("confidence", "news"), [(0.2, 0), (0.4, 1)])
def test_letters_that_only_the_second_reading_sees_must_be_more_than_noise(confidence: float, news: int) -> None:
    detector = Detector(DetectionPolicy(), [WordFinder({"Maria": "PERSON", "697": "CVV"})])
    box, other = Box(0, 0, 100, 10, 150), Box(0, 40, 100, 50, 150)
    second = Evidence((Word("Maria", box, confidence), Word("697", other, confidence)))
    found = second_reading(MEDIA, ReaderOf([second]), detector, [], "[{type}]", first=page(("label", 300)))
    assert [r.entity_type for r in found.left] == ["PERSON"] * news + ["CVV"]


@pytest.mark.parametrize(("frames", "news"), [((0, 5), 1), ((8, 12), 0)])
def test_so_it_is_in_a_recording(frames: tuple[int, int], news: int) -> None:
    first = Evidence((Word("Παπαλοπσύλου", Track((Stay(5, 20, 0, 100, 10, 150),)), 0.9),))
    second = Evidence((Word(NAME, Track((Stay(*frames, 1, 100, 11, 150),)), 0.8),))
    assert len(again(second, first).left) == news


def test_the_same_word_at_another_place_is_news() -> None:
    assert again(page((SECRET, 100)), page((SECRET, 300))).left


def test_without_a_first_reading_everything_counts() -> None:
    assert again(page((SECRET, 100)), None).left


def test_what_lies_under_a_cover_does_not_count() -> None:
    cover = Redaction("PHONE_NUMBER", (Box(0, 0, 90, 12, 160),), 1.0, "cover")
    assert again(page(("άλλο", 0), (SECRET, 100)), page(("άλλο", 0), ("x", 100)), [cover]) == SecondReading((), ())


@pytest.mark.parametrize("second", [WithheldError("nothing", reason="NO_WORDS"), page(("α", 0))])
def test_an_empty_or_short_reading_is_no_pass(second: Evidence | Exception) -> None:
    with pytest.raises(WithheldError):
        again(second, page(*[("λέξη", 60 * i) for i in range(10)]))


@pytest.mark.parametrize("read_again", [10, 1])
def test_what_is_said_again_while_others_are_typed_counts_once(read_again: int) -> None:
    still = tuple(Word("λέξη", Track((Stay(0, 40, 60 * i, 0, 60 * i + 10, 50),))) for i in range(10))
    first, second = Evidence(still * 20), Evidence(still[:read_again])
    if read_again == len(still):
        assert again(second, first) == SecondReading((), ())
    else:
        with pytest.raises(WithheldError):
            again(second, first)


def test_an_own_reader_of_calls_need_not_say_how_far_it_listened() -> None:
    said = tuple(Word("λέξη", TimeRange(0, 1000 * i, 1000 * i + 500)) for i in range(10))
    media = Media(Path("draft.wav"), "audio", "wav")
    detector = Detector(DetectionPolicy(), [WordFinder({})])
    with pytest.raises(WithheldError):
        second_reading(media, ReaderOf([Evidence(())]), detector, [], "[{type}]", first=Evidence(said))


def test_an_empty_reading_passes_when_everything_was_covered() -> None:
    cover = Redaction("PHONE_NUMBER", (Box(0, 0, 0, 12, 900),), 1.0, "cover")
    assert again(WithheldError("nothing", reason="NO_WORDS"), page((SECRET, 100)), [cover]).left == ()
    for first in (page((SECRET, 100)), None):
        with pytest.raises(WithheldError):
            again(WithheldError("too little", reason="SECOND_READING_SHORT"), first, [cover])


@pytest.mark.parametrize(("start", "end", "under"), [(4850, 5100, True), (5000, 5150, False), (850, 1000, False)])
def test_what_is_said_just_beside_a_cover_is_not_under_it(start: int, end: int, under: bool) -> None:
    cover = TimeRange(0, 1000, 5000)
    assert inside(TimeRange(0, start, end), [cover]) is under
    assert not inside(TimeRange(1, start, end), [cover])


@dataclass(frozen=True)
class Pattern:
    """A finder of one regular expression."""

    regex: str
    name: str = "pattern"

    def find(self, text: str) -> list[Finding]:
        kind = "LOCATION" if "fibre" in self.regex else "PHONE_NUMBER"
        return [Finding(Span(*m.span()), kind, 0.9, self.name) for m in re.finditer(self.regex, text)]


def test_function_words_beside_a_placeholder_are_nothing_left() -> None:
    text = "πείτε μου και τον [PHONE_NUMBER]"
    assert not remaining(text, Detector(DetectionPolicy(), [Pattern(r"και τον \d+")]), "[{type}]")


@pytest.mark.parametrize(
    ("regex", "left"),
    [
        (r"is \d+", []),  # a small word beside the value that stands in for a placeholder
        (r"number is \d+", []),  # words that no number is made of
        (r"\d+ two", [" two"]),
        (r"\bis\b", ["is"]),  # no placeholder beside it
    ],
)
def test_small_words_beside_a_placeholder_are_nothing_left(regex: str, left: list[str]) -> None:
    text = "my number is [PHONE_NUMBER] two"
    found = remaining(text, Detector(DetectionPolicy(), [Pattern(regex)]), "[{type}]")
    assert [text[f.span.start : f.span.end] for f in found] == left


@pytest.mark.parametrize(
    ("regex", "by", "left"),
    [
        (r"fibre cable", "pattern", []),  # rules knew these words in their whole text, and let them stay
        (r"cable", "NameRecognizer", ["cable"]),  # the model weighs numbers anew
        (r"fibre cable", "NameRecognizer", []),  # but of places, names and health it finds no more beside placeholders
        (r"cable \d+", "NameRecognizer", []),  # only more of what is covered
        (r"cable \d+ six sir", "other", ["six"]),  # of a longer number only what numbers are made of
        (r"\d+ six", "NameRecognizer", [" six"]),
    ],
)
def test_of_words_that_were_judged_before_only_another_opinion_counts(regex: str, by: str, left: list[str]) -> None:
    text = "the fibre cable [PHONE_NUMBER] six sir"
    found = remaining(text, Detector(DetectionPolicy(), [Pattern(regex, by)]), "[{type}]", known=True)
    assert [text[f.span.start : f.span.end] for f in found] == left


def test_a_whole_number_counts_however_sure_the_first_reading_was_of_a_word() -> None:
    def read(text: str, confidence: float) -> Evidence:
        return Evidence((Word(text, Box(0, 0, 100, 10, 150), confidence),))

    assert again(read(SECRET, 0.4), read("ΒΟΙΖ3Α", 0.9)).left
