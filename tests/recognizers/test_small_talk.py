"""Words of every call that recognition ran together are no names; names that sound like them are."""

import pytest

from redactor.normalize import folded
from redactor.recognizers.gazetteer import standing
from redactor.recognizers.name_model import NameRecognizer
from redactor.recognizers.small_talk import is_small_talk


@pytest.mark.parametrize(
    "word",
    ["Μαλιστακύρια", "αλφαφημίσας", "γριαστότου", "αλφασιμή", "καλησπέρασας", "τηλεφονοσας", "Ευχαριστώ", "Ιάσας"],
)
def test_words_of_every_call_are_small_talk(word: str) -> None:
    assert is_small_talk(folded(word))


@pytest.mark.parametrize(
    "word", ["Καλημέρης", "Χρηστάκη", "Παπακυρία", "Κυριάκου", "Χριστίνα", "Ευχαριστούδη", "μου", "thank", "Άβρειο"]
)
def test_names_and_all_else_is_none(word: str) -> None:
    assert not is_small_talk(folded(word))


def test_no_listed_name_is_small_talk() -> None:
    for name in ("χρήστο", "χριστίνα", "μυλωνά", "πλάτων", "συνέσιο", "κυριακέ"):
        assert standing(folded(name)).listed
        assert not is_small_talk(folded(name))


def test_what_is_run_together_is_no_part_of_a_name() -> None:
    recognizer = NameRecognizer()
    assert recognizer.spans("στο όνομα καλησπέρασας Αναγνωστοπούλου") == ["Αναγνωστοπούλου"]
    assert recognizer.spans("για την δαυτοπίηση τα γριαστότου αλφαφημίσας,\nΠελάτης: Του αλφασιμή μου είναι") == []
