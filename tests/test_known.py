"""Values that files of one interaction share, in the form that each kind of file has them in."""

import pytest

from redactor.detection import Detector
from redactor.known import Known, united
from redactor.policy import DetectionPolicy
from tests.scripted import WordFinder


def found(source: dict[str, str], text: str, other: str, *, cells: bool = False, **policy: object) -> list[str]:
    """What is found in `other` when all that is known is what stands in `text`: the keys of `source`."""
    chosen = DetectionPolicy.model_validate(policy)
    known = Detector(chosen, [WordFinder(source)]).confirmed(text)
    findings = Detector(chosen, []).knowing(known).detect(other, celled=len(other) if cells else 0)
    # Repeats of what is shared may be found, too, but nothing that is not.
    assert {name for f in findings for name in f.detector.split("+")} <= {"interaction", "repeat"}
    return [other[f.span.start : f.span.end] for f in findings]


NAME = {"Αλφαβήτα Δοκιμοπούλου": "PERSON"}
SAID = "εξήντα εννιά, εβδομήντα δύο, τριάντα τέσσερα, δεκαπέντε, είκοσι"


def test_a_name_in_every_case_and_script() -> None:
    text = "με λένε Αλφαβήτα Δοκιμοπούλου"
    assert found(NAME, text, "ΑΛΦΑΒΗΤΑ\tοκ\tΔΟΚΙΜΟΠΟΥΛΟΥ Α.", cells=True) == ["ΑΛΦΑΒΗΤΑ", "ΔΟΚΙΜΟΠΟΥΛΟΥ Α."]
    assert found(NAME, text, "owner DOKIMOPOULOU, alfavita") == ["DOKIMOPOULOU", "alfavita"]
    # As a speech recogniser may spell it.
    assert found(NAME, text, "η κυρία Δωκιμοπούλου") == ["Δωκιμοπούλου"]


def test_a_name_in_latin_letters_is_found_as_it_is_called() -> None:
    source = {"DOKIMOPOULOS": "PERSON"}
    for called in ("κύριε Δοκιμόπουλε", "ο κύριος Δοκιμόπουλος", "του κυρίου Δοκιμοπούλου"):
        assert found(source, "DOKIMOPOULOS", called) == [called.split()[-1]]


def test_a_number_that_was_said_is_found_in_figures_and_back() -> None:
    assert found({SAID: "PHONE_NUMBER"}, f"το τηλέφωνο {SAID} ναι", "ref 6972341520\tx", cells=True) == ["6972341520"]
    (said,) = found({"6972341520": "PHONE_NUMBER"}, "6972341520", f"είπα {SAID} και τέλος")
    assert said == SAID
    assert found({"6972341520": "PHONE_NUMBER"}, "6972341520", "εξήντα εννιά, εβδομήντα τρία, είκοσι, δέκα, ένα") == []


def test_a_number_that_was_said_in_two_lines_is_one() -> None:
    first, second = "εξήντα εννιά, εβδομήντα δύο,", "τριάντα τέσσερα, δεκαπέντε, είκοσι"
    source = {first: "PHONE_NUMBER", second: "PHONE_NUMBER"}
    assert found(source, f"{first}\n{second}", "6972341520") == ["6972341520"]


@pytest.mark.parametrize("spelled", ["δέλτα όμικρον κάπα γιώτα μι ήτα ταυ", "Δ-Ο-Κ-Ι-Μ-Η-Τ", "d o k i m i t"])
def test_a_name_that_was_spelled_is_one(spelled: str) -> None:
    text, shown = f"το επώνυμο {spelled} μάλιστα", "DOKIMIT" if spelled.isascii() else "ΔΟΚΙΜΗΤ"
    assert found({spelled: "PERSON"}, text, f"ref {shown} ok", cells=True) == [shown]
    (back,) = found({shown: "PERSON"}, shown, f"ναι {spelled} ναι")
    assert set(back.split()) <= set(spelled.split())


@pytest.mark.parametrize("other", ["+306972341520", "00306972341520", "697 234 1520", "(+30) 697-2341520"])
def test_a_telephone_number_with_and_without_its_country(other: str) -> None:
    covered = "".join(found({"6972341520": "PHONE_NUMBER"}, "6972341520", other))
    assert "".join(filter(str.isdigit, covered)).endswith("6972341520")
    assert found({other: "PHONE_NUMBER"}, other, "6972341520") == ["6972341520"]


def test_what_is_not_certain_is_not_shared() -> None:
    assert found({"ΑΛΦΑ": "PERSON"}, "ΑΛΦΑ", "ΑΛΦΑ", threshold=0.95) == []
    assert found({"1234": "CARD_PIN"}, "1234", "1234") == []
    assert found({"Αθήνα": "LOCATION"}, "Αθήνα", "Αθήνα") == []
    assert found(NAME, "Αλφαβήτα Δοκιμοπούλου", "Άλφα δοκιμή 12 ΠΕΛΑΤΗΣ") == []


def test_numbers_and_small_words_in_a_name_are_not_shared() -> None:
    text = "Τρεις Εκείνος Δοκιμόπουλος"
    assert found({text: "PERSON"}, text, "τρεις φορές ο Δοκιμόπουλος εκείνος") == ["Δοκιμόπουλος"]


def test_allowed_words_and_labels_stay() -> None:
    text = "Πελάτης Δοκιμόπουλος"
    assert found({text: "PERSON"}, text, "Δοκιμόπουλος\tοκ\tΠελάτης", cells=True) == ["Δοκιμόπουλος"]
    assert found({text: "PERSON"}, text, "Δοκιμόπουλος", allow=["δοκιμοπουλοσ"]) == []
    assert found({text: "PERSON"}, text, "Δοκιμόπουλος", keep=["PERSON"]) == []


def test_the_surest_finding_of_a_value_counts_and_nothing_is_shown() -> None:
    known = united([Known({"a": ("PERSON", 0.7)}), Known({"a": ("USERNAME", 0.9), "b": ("PERSON", 1.0)}), Known()])
    assert known.values == {"a": ("USERNAME", 0.9), "b": ("PERSON", 1.0)}
    assert repr(known) == "Known()"
    assert known
    assert not Known()


def test_nothing_known_changes_nothing() -> None:
    detector = Detector(DetectionPolicy(), [WordFinder(NAME)])
    text = "Αλφαβήτα Δοκιμοπούλου"
    assert detector.knowing(Known()).detect(text) == detector.detect(text)
