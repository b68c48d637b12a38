"""Terms of persons: what was said, written, typed and spelled in other cases and scripts ends in the same hashes."""

from __future__ import annotations

import pytest

from redactor import mail_keys, name_keys, persons
from redactor.errors import PolicyError
from redactor.evidence import Evidence, Mark, Word
from redactor.findings import Finding, Redaction
from redactor.normalize import folded
from redactor.persons import Term, asked, hashed, indexed, mac, personal_in, seen, terms
from redactor.regions import Box, Span, TimeRange

KEY, OTHER = b"k" * 32, b"o" * 32
SAID = "εξήντα εννιά, εβδομήντα δύο, τριάντα τέσσερα, δεκαπέντε, είκοσι"


def of(text: str, value: str, entity_type: str, score: float = 0.8) -> frozenset[Term]:
    at = text.index(value)
    return terms(text, [Finding(Span(at, at + len(value)), entity_type, score, "test")])


def fits(kind: str, query: str, found: frozenset[Term], least: float = 0.9) -> bool:
    """Whether all that is asked for is among the terms, in a form that fits so well."""
    there = {term[:2] for term in found}
    return all(any(t[:2] in there and t.score >= least for t in group) for group in asked(kind, query).groups)


@pytest.mark.parametrize(
    ("query", "heard"),
    [
        (query, heard)
        for forms in (
            "Παπαδόπουλος Παπαδοπούλου παπαδοπουλο Παπαδόπουλε ΠΑΠΑΔΟΠΟΥΛΟΥ PAPADOPOULOS Papadopoulou Papadopoylos "
            "papadopoulo Παππαδόπουλος Παπαδώπουλος ΠAΠAΔOΠOYΛOΣ",
            "Γιώργος Γιώργο Γιώργου Giorgos GIORGOS Yiorgos Γιόργος",
            "Μαρία Μαρίας ΜΑΡΙΑ Maria maria",
            "Ιωαννίδης Ιωαννίδη Ιωαννίδου Ioannidis IOANNIDOU Iwannidis",
            "Ευάγγελος Ευαγγέλου Evangelos Evaggelos EYAGGELOS",
            "Χατζηδάκης Χατζιδάκης Χατζηδάκη Chatzidakis Hatzidakis Xatzidakis",
            "Smith SMITH smith Smith's",
            "Ξανθόπουλος Ξανθόπουλο Xanthopoulos XANTHOPOULOU Ksanthopoulos",
        )
        for query in forms.split()
        for heard in forms.split()
        if query != heard
    ],
)
def test_a_name_meets_itself_in_other_cases_and_scripts(query: str, heard: str) -> None:
    assert fits("name", query, of(f"ο κύριος {heard} είναι εδώ", heard, "PERSON"))


@pytest.mark.parametrize(
    ("query", "other"),
    [("Παπαδόπουλος", "Παπαδάκης"), ("Μαρία", "Μάριος"), ("Smith", "Smart"), ("Νίκος", "Νίκη"), ("Ιωάννα", "Ιωάννης")],
)
def test_other_names_do_not_meet(query: str, other: str) -> None:
    assert not fits("name", query, of(other, other, "PERSON"))


@pytest.mark.parametrize(
    ("query", "heard"),
    [("Παπαδόπουλος", "Μπαμπατόπουλος"), ("Καραμπέτσος", "Γκαραπέτσος"), ("Θεοδωρόπουλος", "Δεοδορόπλος")],
)
def test_a_name_that_was_misheard_meets_for_less(query: str, heard: str) -> None:
    found = of(heard, heard, "PERSON")
    assert fits("name", query, found, least=0.5)
    assert not fits("name", query, found)


@pytest.mark.parametrize(
    ("query", "paper"), [("Γιώργος", "ΓΕΩΡΓΙΟΣ"), ("Kώστας", "Κωνσταντίνου"), ("Γιάννης", "IOANNIS")]
)
def test_what_somebody_is_called_meets_what_papers_say(query: str, paper: str) -> None:
    assert fits("name", query, of(paper, paper, "PERSON"))


def test_a_name_that_is_spelled() -> None:
    text = "το επώνυμο δέλτα όμικρον κάπα γιώτα μι ήτα ταυ μάλιστα"
    spelled = text.removeprefix("το επώνυμο ").removesuffix(" μάλιστα")
    assert fits("name", "Δοκιμήτ", of(text, spelled, "PERSON"))


def test_small_words_are_not_asked_for() -> None:
    assert fits("name", "η κυρία Μαρία του Παπαδόπουλου", of("Παπαδοπούλου Μαρία", "Παπαδοπούλου Μαρία", "PERSON"))


def test_titles_and_relatives_are_no_names() -> None:
    assert of("κύριος μητέρα", "κύριος μητέρα", "PERSON") == frozenset()


@pytest.mark.parametrize(
    "query", ["6972341520", "+30 697 2341520", "00306972341520", "697-234-1520", "(+30) 6972341520", "30 6972341520"]
)
@pytest.mark.parametrize("heard", [SAID, "6972341520", "+30 697 234 15 20", "697 23 41 520"])
def test_a_telephone_that_was_said_or_written(query: str, heard: str) -> None:
    assert fits("phone", query, of(f"στο {heard} παρακαλώ", heard, "PHONE_NUMBER"), least=0.8)


def test_a_telephone_from_abroad() -> None:
    assert fits("phone", "+44 7911 123456", of("07911 123456", "07911 123456", "PHONE_NUMBER"))


def test_a_number_is_found_under_whatever_type_it_was_taken_for() -> None:
    said = "εννιά, τέσσερα, δύο, πέντε, επτά, ένα, οκτώ, έξι, οκτώ"
    digits = "094259216"  # A tax number that passes its check.
    assert fits("afm", digits, of(digits, digits, "CUSTOMER_ID"))
    assert fits("afm", "EL 094259216", of("ΑΦΜ 094259216", digits, "GR_AFM"))
    assert of(said, said, "GR_AFM")


@pytest.mark.parametrize(
    ("kind", "entity_type", "query", "written"),
    [
        ("iban", "IBAN_CODE", "GR16 0110 1250 0000 0001 2300 695", "gr1601101250000000012300695"),
        ("card", "CREDIT_CARD", "4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("id_card", "GR_ID_CARD", "ΑΒ 123456", "AB123456"),
        ("plate", "LICENSE_PLATE", "ΥΖΚ 2219", "YZK2219"),
        ("passport", "PASSPORT", "AN1234567", "an 1234567"),
        ("customer", "CUSTOMER_ID", "A-10025", "Α10025"),
        ("email", "EMAIL_ADDRESS", "M.Papa@Example.gr", "m.papa@example.gr"),
        ("amka", "GR_AMKA", "01017512342", "010175 12342"),
    ],
)
def test_identifiers_in_other_forms(kind: str, entity_type: str, query: str, written: str) -> None:
    assert fits(kind, query, of(f"είναι {written} αυτό", written, entity_type))


@pytest.mark.parametrize(
    "said",
    [
        "παπαδόπουλος τελεία γάμμα ογδόντα πέντε παπάκι τζιμέιλ τελεία κομ",
        "παπαδόπουλος γάμμα ογδόντα πέντε παπάκι τζι μέιλ τελεία κομ",
        "papadopoulos dot g eighty five at gmail dot com",
    ],
)
def test_an_address_that_was_said(said: str) -> None:
    assert fits("email", "papadopoulos.g85@gmail.com", of(said, said, "EMAIL_ADDRESS"), least=0.8)
    assert not fits("email", "papadopoulos.g86@gmail.com", of(said, said, "EMAIL_ADDRESS"), least=0.1)


def test_what_is_nothing_of_its_kind_is_refused_without_being_told() -> None:
    for kind, value in (("phone", "12"), ("email", "nobody"), ("name", "κ."), ("card", "Παπαδόπουλος")):
        with pytest.raises(PolicyError) as refused:
            asked(kind, value)
        assert value not in str(refused.value)


def test_hashes_depend_on_key_and_kind() -> None:
    found = of("6972341520", "6972341520", "PHONE_NUMBER")
    (one,), (other,) = hashed(found, KEY), hashed(found, OTHER)
    assert one[1] != other[1]
    assert len(one[1]) == 16
    assert mac(Term("phone", b"1", 1.0), KEY) != mac(Term("afm", b"1", 1.0), KEY)


def test_an_item_of_nobody_is_told_from_one_that_was_not_looked_at() -> None:
    assert indexed(seen(Evidence(()), (), ()), KEY) == ((persons.NOBODY, bytes(16), 0.0),)


def test_what_was_found_late_in_a_call_and_what_a_code_says() -> None:
    words = (Word("ο", TimeRange(0, 0, 100)), Word("Παπαδόπουλος", TimeRange(0, 100, 200)))
    late = Redaction("PERSON", (words[1].region,), 0.7, "verify")
    mark = Mark("QR_CODE", Box(0, 20, 20, 40, 40), 1.0, "zxing", "BEGIN:VCARD\nFN:Άννα Δοκιμή\nTEL:+306972341520\n")
    found = seen(Evidence(words, marks=(mark,)), (), (late,))
    there = {row[:2] for row in indexed(found, KEY)}
    for kind, query in (("name", "Παπαδοπούλου"), ("name", "Anna Dokimi"), ("phone", "6972341520")):
        assert all(any((t.kind, mac(t, KEY)) in there for t in group) for group in asked(kind, query).groups)


def test_reprs_show_nobody() -> None:
    found = seen(Evidence((Word("Παπαδόπουλος", TimeRange(0, 0, 9)),)), (), ())
    assert "Παπαδ" not in repr(found) + repr(asked("name", "Παπαδόπουλος"))


@pytest.mark.parametrize("text", ["ΑΒΜ 2026/1432", "Πρωτοδικείο Αθηνών", "case 88", "Αρχή Προστασίας Δεδομένων", "the person",
                                  "DPA complaint 2026-311", "Εισαγγελία Θεσσαλονίκης", "police, file 771/26"])  # fmt: skip
def test_file_numbers_may_stand_in_a_reason(text: str) -> None:
    assert personal_in(text) == ()


@pytest.mark.parametrize("text", ["η κυρία Μαρία Παπαδοπούλου", "καταγγελία Γιώργου Ιωαννίδη", "τηλ. 6972341520",
                                  "dispute with John Smith", "a.b@example.gr"])  # fmt: skip
def test_persons_may_not_stand_in_a_reason(text: str) -> None:
    assert personal_in(text) != ()


def test_keys_of_addresses() -> None:
    assert mail_keys.written("στείλτε στο M.Papa@Example.gr, όχι στο x@y") == ["m.papa@example.gr"]
    assert mail_keys.of_spoken("στείλτε μου κάτι") == frozenset()


def test_short_words_are_no_names() -> None:
    assert name_keys.words("Δ. Λι Ο'Μπράιαν Παπάς") == [folded("Ο'Μπράιαν").partition("'")[0], "παπασ"][1:]
