"""English and foreign names that nothing announces, and the words and names of things beside them."""

from __future__ import annotations

import pytest

from redactor.recognizers import gazetteer, vocabulary
from redactor.recognizers.person import GreekNameRecognizer
from tests.recognizers.finding import covered, found

PERSON = GreekNameRecognizer()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("i asked at the desk twice nathan quigley number on the fob", "nathan quigley"),
        ("so rory mcgahey and the e mail", "rory mcgahey"),
        ("can you move two hundred to trevor's account", "trevor"),
        ("okay jolene i need to set up", "jolene"),
        ("we met Tomomi Nishiyama there", "Tomomi Nishiyama"),
        ("a coda by Elínborg Guðmundsdóttir", "Elínborg Guðmundsdóttir"),
        ("it was Ravil G Yefimov again", "Ravil G Yefimov"),
        ("ring mark prothero tomorrow", "mark prothero"),
        ("i saw frank smith outside", "frank smith"),
        ("and told Mark about it", "Mark"),
        ("η Λιντίτα Χότζα καθαρίζει", "Λιντίτα Χότζα"),
        ("ο Ραζβάν ο μάστορας", "Ραζβάν"),
    ],
)
def test_names_by_themselves(text: str, value: str) -> None:
    assert covered([PERSON], text, value)


@pytest.mark.parametrize(
    "text",
    [
        "The Galaxy Watch and the Apple TV are discounted",
        "my Yaris and the FRITZ!Box from Bosch",
        "Happy Easter and Merry Christmas from Vodafone",
        "The Royal Bank of Scotland charged me twice",
        "kalispera den exw internet apo xtes",
        "o texnikos erxetai aurio",
        "Windows 11 and Office 365",
        "το χρώμα είναι Midnight Blue ή Space Grey",
        "the case is closed, best of luck and good day",
    ],
)
def test_words_and_things_are_no_names(text: str) -> None:
    assert found(PERSON, text) == []


@pytest.mark.parametrize(
    "word", ["καλησπερα", "καλιμερα", "εφχαριστο", "λογαριασμοσ", "ρουτερ", "σεπτεμβριου", "τιλεφονο"]
)
def test_greek_words_are_known_however_spelled(word: str) -> None:
    assert vocabulary.greek(word)


@pytest.mark.parametrize("word", ["ονομαμου", "καλησπερασασ", "τοτηλεφωνο"])
def test_words_that_ran_together_are_words(word: str) -> None:
    assert vocabulary.glued(word)


@pytest.mark.parametrize("word", ["παπαχελασ", "κβιρικασβιλι", "ζζζψψψ", ""])
def test_names_and_nonsense_are_no_words(word: str) -> None:
    assert not vocabulary.greek(word)


def test_english_words_have_a_level() -> None:
    assert vocabulary.english("the") == 1
    assert vocabulary.english("friday") >= vocabulary.CAPITALISED
    assert vocabulary.english("blenkinsop") == 0


@pytest.mark.parametrize(
    ("form", "first", "last", "word"),
    [
        ("suresh", 2, 2, False),
        ("rose", 1, 1, True),
        ("smith", 0, 2, True),
        ("router", 0, 0, True),
        ("blenkinsop", 0, 2, False),
        ("γιωργοσ", 2, 0, False),
        ("μπαλτασ", 0, 1, True),
        ("παπαδοπουλοσ", 0, 2, False),
        ("σπιροσ", 2, 0, False),
        ("χαρα", 1, 0, True),
        ("κοκκινοσ", 0, 1, True),
    ],
)
def test_the_standing_of_a_word(form: str, first: int, last: int, word: bool) -> None:
    standing = gazetteer.standing(form)
    assert (standing.first, standing.last, standing.word) == (first, last, word)


def test_the_packed_latin_list_is_sorted() -> None:
    import gzip
    from importlib.resources import files

    packed = (files("redactor.recognizers") / "en" / "names.txt.gz").read_bytes()
    names = [line.split(" ") for line in gzip.decompress(packed).decode().splitlines()]
    assert len(packed) < 300_000
    assert [name for name, _ in names] == sorted(name for name, _ in names)
    assert {mark for _, marks in names for mark in marks} == set("FfSs")
