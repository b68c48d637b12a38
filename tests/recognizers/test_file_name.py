"""Names of files: what they tell of somebody, and what is only the name of a screen or the time of a recording."""

from collections.abc import Callable, Iterable

import pytest

from redactor.findings import NAME_MODEL, Finding
from redactor.recognizers.file_name import is_personal
from redactor.regions import Span


def finder(
    value: str, entity: str, detector: str = NAME_MODEL, score: float = 0.9
) -> Callable[[str], Iterable[Finding]]:
    """Finds one value, wherever it stands."""

    def detect(text: str) -> Iterable[Finding]:
        at = text.find(value)
        if at >= 0:
            yield Finding(Span(at, at + len(value)), entity, score, detector)

    return detect


def blind(_text: str) -> Iterable[Finding]:
    return ()


@pytest.mark.parametrize("name", ["osgood", "mrs_osgood", "screenshot Georgiou", "call-Παπαδόπουλος", "tate 2"])
def test_a_listed_name_is_enough(name: str) -> None:
    assert is_personal(name, blind)


@pytest.mark.parametrize("name", ["kanban", "dashboard", "λίστα", "καρτέλα_πελάτη", "ticket-board", "rec 12", "price"])
def test_ordinary_words_are_no_names(name: str) -> None:
    assert not is_personal(name, blind)


@pytest.mark.parametrize("name", ["kanban", "s02_kanban_el", "todo", "Trello", "inbox"])
def test_words_of_screens_are_no_names_whatever_the_model_guesses(name: str) -> None:
    assert not is_personal(name, finder(name.removeprefix("s02_").replace("_", " "), "PERSON"))


@pytest.mark.parametrize("name", ["gantt", "sankey", "redis"])
def test_tools_and_charts_called_after_somebody_are_screens(name: str) -> None:
    assert not is_personal(name, blind)


@pytest.mark.parametrize(("name", "guessed"), [("docker", "docker"), ("shower plan", "shower plan")])
def test_a_guess_of_english_words_alone_is_none(name: str, guessed: str) -> None:
    assert not is_personal(name, finder(guessed, "PERSON"))


@pytest.mark.parametrize("name", ["ruby", "Tsefliou shower", "Σιδεράς"])
def test_a_guess_of_what_may_be_a_name_counts(name: str) -> None:
    assert is_personal(name, finder(name, "PERSON"))


@pytest.mark.parametrize(
    ("name", "value"), [("kanban Tsefliou", "kanban Tsefliou"), ("Li", "Li"), ("Βλαχάβα_λίστα", "Βλαχάβα")]
)
def test_a_guess_beside_them_counts(name: str, value: str) -> None:
    assert is_personal(name, finder(value, "PERSON"))


def test_what_a_rule_finds_counts_among_words_of_screens_too() -> None:
    assert is_personal("kanban", finder("kanban", "PERSON", "DenyList", 1.0))
    assert not is_personal("kanban", finder("kanban", "PERSON", "DenyList", 0.4))


def test_a_guessed_street_counts_with_its_number_only() -> None:
    assert is_personal("Μαιζώνος 77", finder("Μαιζώνος 77", "ADDRESS"))
    assert not is_personal("Μαιζώνος", finder("Μαιζώνος", "ADDRESS"))
    assert not is_personal("ticket 3", finder("ticket 3", "ADDRESS"))
    assert not is_personal("n31 kanban plain", finder("n31 kanban plain", "ADDRESS"))
    assert not is_personal("kanban2", finder("kanban2", "USERNAME"))


@pytest.mark.parametrize(
    "stamp",
    [
        "20261127_101112",
        "2026-11-27_10-11-12",
        "20261127T101112",
        "20261127101112",
        "20261127-1011",
        "2026-11-27 at 10.11",
    ],
)
def test_times_of_recordings_are_no_numbers(stamp: str) -> None:
    digits = "".join(c if c.isalnum() else " " for c in stamp)
    for value in (digits, stamp):
        assert not is_personal(f"rec_{stamp}", finder(value, "PHONE_NUMBER", "SpokenNumberRecognizer", 0.5))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("20261127_101112_6971234567", "6971234567"),
        ("20261399_101112", "20261399 101112"),
        ("19991127_101112", "19991127 101112"),
        ("120261127101112", "120261127101112"),
    ],
)
def test_numbers_beside_and_like_them_are(name: str, value: str) -> None:
    assert is_personal(name, finder(value, "PHONE_NUMBER", "PhoneRecognizer", 0.5))
