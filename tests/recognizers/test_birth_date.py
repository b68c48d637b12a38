from __future__ import annotations

import pytest

from redactor.recognizers.birth_date import BirthDateRecognizer
from tests.recognizers.finding import covered, found

BIRTH = BirthDateRecognizer()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Ημερομηνία γέννησης: 22/8/1967", "22/8/1967"),
        ("Date of birth: 21 September 2003", "21 September 2003"),
        ("γεννήθηκα στις 9 Νοεμβρίου του 1960", "9 Νοεμβρίου του 1960"),
        ("γεννημένη 28η Φεβ. 1971", "28η Φεβ. 1971"),
        ("DOB 1967-08-22", "1967-08-22"),
        ("γεν. 13.4.94", "13.4.94"),
        ("γεννηθέντος 8.XI.2021", "8.XI.2021"),
        ("10 / 12 / 1940\n(ημερ. γέννησης)", "10 / 12 / 1940"),
        ('Γεννημένος, λέει, "του Αγίου Δημητρίου το \'71"', "του Αγίου Δημητρίου το '71"),
        ("hm. gennhshs 2/2/2002", "2/2/2002"),
        ("gennhthhka stis 5 maiou 1966", "5 maiou 1966"),
        ("Ημερομηνία γεννήσεως;\nΠ: Πρώτη Απριλίου εξήντα ένα.", "Πρώτη Απριλίου εξήντα ένα"),
        ("Πότε γεννηθήκατε;\nΕ, μισό.\nδεκαπέντε έκτου πενήντα δύο", "δεκαπέντε έκτου πενήντα δύο"),
        ("γεννήθηκα ένα δώδεκα εβδομήντα δύο", "ένα δώδεκα εβδομήντα δύο"),
        ("γενηθικα δεκα φλεβαρι του ογδοντα τεσερα", "δεκα φλεβαρι του ογδοντα τεσερα"),
        ("date of birth?\nC: Twenty first of the eleventh, sixty four.", "Twenty first of the eleventh, sixty four"),
        ("Born 5th of May nineteen eighty", "5th of May nineteen eighty"),
        (
            "γεννήθηκε στις. Νι' ανοαρίου του γύλια ένια κόσια δομήντα τέσσερα.",
            "ανοαρίου του γύλια ένια κόσια δομήντα τέσσερα",
        ),
        ("γεννήθηκα το '42", "42"),
        ("born in '62", "62"),
        ("είμαι του 64", "64"),
    ],
)
def test_beside_a_word_of_birth(text: str, value: str) -> None:
    assert covered([BIRTH], text, value)


@pytest.mark.parametrize(
    "text", ["17-Jan-1989", "13/09/46", "26/10/1971", "1983-10-27", "03/19/1968", "21 September 2003", "May 3, 1990"]
)
def test_whole_dates_long_ago(text: str) -> None:
    assert found(BIRTH, f"x, {text}, y") == [text]


@pytest.mark.parametrize(
    "text",
    [
        "firmware 12.04.1980",
        "έκδοση λογισμικού v12.04.1980",
        "ραντεβού στις 12/05/2026",
        "παραγγελία 10/12/26, λήξη 08/27",
        "πιστοποιητικό γέννησης, εκδόθηκε 12/3/2026",
        "Γενικές πληροφορίες 12/2/2025",
        "είμαι του τρίτου ορόφου, είμαι του συνεργείου",
        "version 1.2.1990.4",
    ],
)
def test_other_dates(text: str) -> None:
    assert found(BIRTH, text) == []
