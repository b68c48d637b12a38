from __future__ import annotations

import pytest

from redactor.recognizers import gazetteer
from redactor.recognizers.greeklish import greek_key, latin_keys
from redactor.recognizers.person import GreekNameRecognizer
from tests.recognizers.finding import covered, found

PERSON = GreekNameRecognizer()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("μίλησα με τον Γιώργο Παπαδόπουλο χθες", "Γιώργο Παπαδόπουλο"),
        ("μιλησα με τον γιωργο παπαδοπουλο χθες", "γιωργο παπαδοπουλο"),
        ("ΕΠΙΚΟΙΝΩΝΗΣΕ Η ΠΑΠΑΔΟΠΟΥΛΟΥ ΕΛΕΝΗ ΧΘΕΣ", "ΠΑΠΑΔΟΠΟΥΛΟΥ ΕΛΕΝΗ"),
        ("eimai o giorgos papadopoulos apo Athina", "giorgos papadopoulos"),
        ("eimai o thodwrhs nikolaidhs", "thodwrhs nikolaidhs"),
        ("με λένε Ελπίδα Γεωργίου", "Ελπίδα Γεωργίου"),
        ("η κυρία Χαρά Δημητρίου", "Χαρά Δημητρίου"),
        ("κύριε Κοβαλένκο, ακούτε;", "Κοβαλένκο"),
        ("Ονοματεπώνυμο: Ζζζ Ψψψου", "Ζζζ Ψψψου"),
        ("Νικολαΐδου λέγομαι", "Νικολαΐδου"),
        ("my name is oluwaseun adeyemi", "oluwaseun adeyemi"),
        ("Dear Wojciech,", "Wojciech"),
        ("Με εκτίμηση,\nΖώης Ψψψ", "Ζώης Ψψψ"),
        ("πες το στην Ειρη\u0301νη", "Ειρη\u0301νη"),
        ("λέγεται Γ. Παπαδάκης", "Γ. Παπαδάκης"),
        ("σας ακούω, Ηλία", "Ηλία"),
        ("S M I T H", "S M I T H"),
    ],
)
def test_names(text: str, value: str) -> None:
    assert covered([PERSON], text, value)


@pytest.mark.parametrize(
    "text",
    [
        "Χαρά μου να σας μιλάω",
        "έχουμε πάντα την ελπίδα ότι λύνεται",
        "η καλή υγεία και η σωτηρία μας",
        "την Κυριακή και την Παρασκευή",
        "Δήμος Αθηναίων",
        "Πελάτης: Πόσο κοστίζει;",
        "Customer: Yes, the time is fine",
        "είμαι ο λογαριασμός",
        "κυρία μου, περιμένετε",
        "Ο δήμος και το σύστημα αιτήματος",
        "this is totally wrong",
        "η νίκη της ομάδας",
        "ο καιρός στην Αθήνα",
    ],
)
def test_no_names(text: str) -> None:
    assert found(PERSON, text) == []


def test_a_name_is_known_again() -> None:
    text = "Με λένε Olena Kovalenko. Ωραία. Άλλο; Kovalenko, ναι."
    assert found(PERSON, text)[-1] == "Kovalenko"


def test_spans_are_exact_behind_marks_and_emoji() -> None:
    text = "👩🏽‍💻 ά\u0301\u0308 ﬁ\u200bΩ Μαρία\u00a0Παπαδοπούλου!"
    assert "Μαρία\u00a0Παπαδοπούλου" in found(PERSON, text)


@pytest.mark.parametrize(
    ("greek", "latin"),
    [
        ("θοδωρησ", "thodwrhs"),
        ("δημητρησ", "dhmhtrhs"),
        ("χρηστοσ", "xrhstos"),
        ("αλεξανδρα", "alexandra"),
        ("ευαγγελια", "efangelia"),
        ("γιαννησ", "yannis"),
    ],
)
def test_greeklish_keys_meet(greek: str, latin: str) -> None:
    assert greek_key(greek) in latin_keys(latin)


def test_the_packed_list_is_small_and_sorted() -> None:
    import gzip
    from importlib.resources import files

    packed = (files("redactor.recognizers") / "el" / "names.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    assert len(packed) < 200_000
    rows = [line.split("\t") for line in lines]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    assert {mark for row in rows for mark in row[1]} == {"f", "s", "t", "c", "d", "n"}
    assert all(len(row) < 3 or row[2] == greek_key(row[0]) for row in rows)
    assert gazetteer.marks("νικολαου")
