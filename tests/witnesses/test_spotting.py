"""Removed values are spotted by their digits and their sound, and ordinary talk is not taken for them."""

import pytest

from redactor.regions import TimeRange
from redactor.removed import Removed
from redactor.witnesses.spotting import Spotter

PLACE = (TimeRange(0, 0, 1000),)
PHONE = Removed("έξι εννιά επτά ένα δύο τρία τέσσερα πέντε έξι επτά", "PHONE_NUMBER", PLACE)
NAME = Removed("Μαρία Παπαδοπούλου", "PERSON", PLACE)
CARD = Removed("four five three nine one four eight eight 0343 6467", "CREDIT_CARD", PLACE)


def spotted(values: list[Removed], said: str) -> list[tuple[str, str]]:
    words = said.split()
    return [(" ".join(words[s.first : s.last + 1]), s.entity_type) for s in Spotter(values).spot(words)]


@pytest.mark.parametrize(
    ("value", "said", "heard"),
    [
        (PHONE, "το κινητό είναι 697 12 34 567 ευχαριστώ", "697 12 34 567"),
        (PHONE, "λοιπόν εξη ενιά εφτά ένα διο ναι", "εξη ενιά εφτά ένα διο"),
        (PHONE, "ναι 6971234567.", "6971234567."),
        (PHONE, "εξακόσια ενενήντα επτά δώδεκα και μετά", "εξακόσια ενενήντα επτά δώδεκα"),
        (PHONE, "τριαντατέσσερα πενηνταέξι επτά", "τριαντατέσσερα πενηνταέξι επτά"),
        (NAME, "κυρία παπαδοπουλου μισό λεπτό", "παπαδοπουλου"),
        (NAME, "κυρία παπα δωπούλου μισό λεπτό", "παπα δωπούλου"),
        (CARD, "it ends in zero three four three six four six seven", "zero three four three six four six seven"),
        (CARD, "so 4539 1488 right", "4539 1488"),
    ],
)
def test_what_is_left_of_a_value_is_spotted(value: Removed, said: str, heard: str) -> None:
    assert spotted([value], said) == [(heard, value.entity_type)]


@pytest.mark.parametrize(
    "said",
    [
        "δύο τρία λεπτά παρακαλώ",
        "θα είναι τριάντα τέσσερα ευρώ και πενήντα λεπτά",
        "το πρόγραμμα κοστίζει 1234 ευρώ το χρόνο",
        "ο παππάς μου είναι εδώ πού πάτε",
        "two thousand and twenty six on the third",
        "επτά έξι πέντε τέσσερα τρία δύο ένα",
        "",
    ],
)
def test_ordinary_talk_is_not_spotted(said: str) -> None:
    assert spotted([PHONE, NAME, CARD], said) == []


@pytest.mark.parametrize(
    "value",
    [
        Removed("τριακόσια δεκαοκτώ", "CVV", PLACE),
        Removed("διαβήτη", "HEALTH", PLACE),
        Removed("κυρία", "PERSON", PLACE),
        Removed("", "PERSON", PLACE),
    ],
)
def test_values_that_anybody_may_say_are_not_looked_for(value: Removed) -> None:
    assert not Spotter([value])


def test_an_address_that_is_said_is_spotted_by_its_sound() -> None:
    mail = Removed("μαρία παπάκι παράδειγμα τελεία κομ", "EMAIL_ADDRESS", PLACE)
    assert spotted([mail], "ναι μαρια παπακι παράδηγμα τελία κομ σωστά") == [
        ("μαρια παπακι παράδηγμα τελία κομ", "EMAIL_ADDRESS")
    ]
