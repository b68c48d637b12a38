"""What a screen shows of a name or an address beside a title, a comma, a colon; and what a line or a reader tore from it."""

import pytest

from redactor.findings import Finding
from redactor.recognizers.cell_names import named, whole
from redactor.recognizers.cells import Cells
from redactor.recognizers.screen_words import is_label
from redactor.regions import Span
from tests.recognizers.test_cells import sifted


def shown(text: str) -> list[str]:
    """What is left of the findings after they were judged as values of their cells."""
    return [text[f.span.start : f.span.end] for f in Cells(text).cut(named(text))]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Ms Quill & Mr Quill", ["Quill", "Quill"]),
        ("Prof. Wren\tOpen", ["Wren"]),
        ("κα Βροχή", ["Βροχή"]),
        ("Miss Call\tMr Status\tmrs quill", []),
        ("Family Montague: two meters", ["Montague"]),
        ("Οικογένεια Σκορδά", ["Σκορδά"]),
        ("Family Plan\tFamily Room\tFamily name", []),
        ("Oduya, Kemi", ["Oduya, Kemi"]),
        ("Reading, Writing\tPatra, Kavala\tAccounts, Policies", []),
        ("Άδεια: Μίνα", ["Μίνα"]),
        ("Κατάσταση: Ενεργός\tLanguage: English\tMonth: Mark", []),
        ("ΣταυρούλαΠ.", ["ΣταυρούλαΠ."]),
        ("VIP.\tΑναφοράΠ.", []),
        ("moved in with her son Piers after the winter", ["Piers"]),
        ("said that agent Wren will call back", ["Wren"]),
        ("Agent Desktop Version\tthe agent Name is missing on both screens", []),
        ("she lives at Filellinon 8, Kavala since May", ["Filellinon 8, Kavala"]),
        ("Μεταφορά γραμμής στην Ay. Σοφίας 9, Καλαμάτα\tνέα", ["Ay. Σοφίας 9, Καλαμάτα"]),
        ("Version 8, Kavala\tRoom 12, Πάτρα", []),
        ("από Κρυστάλλη\n22, Γιάννενα\n11:06", ["22, Γιάννενα"]),
        ("22, Τιμολόγια", []),
        ("SessionEnd agent=dpapath duration=216s", ["dpapath"]),
        ("agent=system owner=root user-agent=curlx agent=support", []),
    ],
)
def test_little_tells_a_name(text: str, values: list[str]) -> None:
    assert shown(text) == values


@pytest.mark.parametrize(
    ("text", "value", "entity", "found"),
    [
        ("Ο παραλαβών\nΧ. Ανυφαντής", "Ανυφαντής", "PERSON", "Χ. Ανυφαντής"),
        ("1Κ. Μαντάς", "Μαντάς", "PERSON", "Κ. Μαντάς"),
        ("Μαντάς Κ.", "Μαντάς", "PERSON", "Μαντάς Κ."),
        ("J. R. Osgood", "Osgood", "PERSON", "J. R. Osgood"),
        ("FAX. Osgood rang", "Osgood", "PERSON", "Osgood"),
        ("Osgood A.B.C", "Osgood", "PERSON", "Osgood"),
        ("Χ.\nΜαντάς", "Μαντάς", "PERSON", "Μαντάς"),
        ("και ταυτότητα AZ\n119274", "119274", "GR_ID_CARD", "AZ\n119274"),
        ("ταυτότητα ΟΧΙ\n119274", "119274", "GR_ID_CARD", "119274"),
        ("AZ\n119274", "119274", "PHONE_NUMBER", "119274"),
    ],
)
def test_what_was_torn_goes_with_it(text: str, value: str, entity: str, found: str) -> None:
    at = text.index(value)
    (joined,) = whole(text, [Finding(Span(at, at + len(value)), entity, 0.6, "CellRecognizer")])
    assert text[joined.span.start : joined.span.end] == found


@pytest.mark.parametrize(
    ("text", "value", "detector", "left"),
    [
        ("Notes\n101\tLindqvist", "101", "SpokenNumberRecognizer", []),
        ("Toyota Yaris 2019", "2019", "CellRecognizer", []),
        ("Πινακίδα\n2019", "2019", "CellRecognizer", ["2019"]),
        ("IBY 2207", "IBY 2207", "CellRecognizer", ["IBY 2207"]),
    ],
)
def test_rooms_and_years_are_no_plates(text: str, value: str, detector: str, left: list[str]) -> None:
    assert sorted(set(sifted(text, value, "LICENSE_PLATE", detector, 0.9))) == left


def test_days_of_a_calendar_are_no_streets() -> None:
    text = "Τρίτη 24\tΠαρασκευή 27"
    assert list(Cells(text).sifted([])) == []


@pytest.mark.parametrize("word", ["Oupa", "Σύνολα", "Ανώνυμος", "Ρεπό", "kanban"])
def test_words_of_screens_as_readers_see_them(word: str) -> None:
    assert is_label(word)
