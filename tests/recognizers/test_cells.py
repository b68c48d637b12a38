"""What may be a value on a screen: labels, cells, quantities, torn findings, and what only cells show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.findings import Finding
from redactor.recognizers.cell_names import whole
from redactor.recognizers.cell_values import stated
from redactor.recognizers.cells import Cells
from redactor.recognizers.screen_words import is_label
from redactor.regions import Span
from tests.growth import grows_with_length


def sifted(text: str, value: str, entity: str, detector: str = "AfmRecognizer", score: float = 0.6) -> list[str]:
    at = text.index(value)
    found = Cells(text).sifted([Finding(Span(at, at + len(value)), entity, score, detector)])
    return [text[f.span.start : f.span.end] for f in found if f.detector == detector]


@pytest.mark.parametrize(
    ("text", "value", "entity", "left"),
    [
        ("Ουρά\t3637\t3231\t63", "3637\t3231\t63", "PHONE_NUMBER", []),
        ("Μακρή Ελένη\t407718066\t77,00", "407718066\t77,00", "GR_AFM", ["407718066"]),
        (
            "ΑΦΜ 094538150 και ΑΜΚΑ 01019012340",
            "094538150 και ΑΜΚΑ 01019012340",
            "GR_AFM",
            ["094538150", "01019012340"],
        ),
        ("ΑΔΤ ΑΒ 123456", "ΑΒ 123456", "GR_ID_CARD", ["ΑΒ 123456"]),
        ("user=kmakri02", "user=kmakri02", "USERNAME", ["kmakri02"]),
        ("Σύνολο 1.208.455,70", "1.208.455,70", "CUSTOMER_ID", []),
        ("έκδοση 4.19.2", "4.19.2", "GR_AFM", []),
        ("Κινητό: 697.123.4567", "697.123.4567", "PHONE_NUMBER", ["697.123.4567"]),
        ("ΑΦΜ\t090.000.045", "090.000.045", "GR_AFM", ["090.000.045"]),
        ("Αρ. πελάτη: 1.234.567", "1.234.567", "CUSTOMER_ID", ["1.234.567"]),
        ("Contract no: 40012345X", "40012345X", "CUSTOMER_ID", ["40012345X"]),
        ("Σύνολο\t1.234.567 €", "1.234.567 €", "CUSTOMER_ID", []),
        ("από 195.101.145.178", "195.101.145.178", "IP_ADDRESS", ["195.101.145.178"]),
        ("10:04", "10:04", "GR_AFM", []),
        ("12/Oct/2026\tINFO", "12/Oct/2026", "USERNAME", []),
        ("γεννήθηκε 5 Jul 1963", "5 Jul 1963", "DATE_OF_BIRTH", ["5 Jul 1963"]),
        ("Λήξη 21/01/2026", "21/01/2026", "CARD_EXPIRY", []),
        ("Λήξη 11/28", "11/28", "CARD_EXPIRY", ["11/28"]),
        ("Γεννήθηκε 21/01/1976", "21/01/1976", "DATE_OF_BIRTH", ["21/01/1976"]),
        ("Ονοματεπώνυμο\tΜαρία Βλάχου", "Ονοματεπώνυμο\tΜαρία Βλάχου", "PERSON", ["Μαρία Βλάχου"]),
        ("12 Μαρία Βλάχου", "12 Μαρία Βλάχου", "PERSON", ["Μαρία Βλάχου"]),
        ("Αποσύνδεση", "Αποσύνδεση", "PERSON", []),
    ],
)
def test_a_finding_is_cut_to_what_can_be_a_value(text: str, value: str, entity: str, left: list[str]) -> None:
    assert sifted(text, value, entity) == left


@pytest.mark.parametrize("detector", ["policy 1", "interaction", "MyFinder", "AfmRecognizer+interaction"])
def test_what_the_policy_or_a_foreign_finder_says_stays(detector: str) -> None:
    assert sifted("Έργο Δελφίνι\t77,00", "Έργο Δελφίνι\t77,00", "PROJECT", detector) == ["Έργο Δελφίνι\t77,00"]


def test_a_number_in_a_row_of_boxes_stays_whole() -> None:
    boxes = "\t".join("094538150")
    assert sifted(f"ΑΦΜ\t{boxes}", boxes, "GR_AFM") == list("094538150")


@pytest.mark.parametrize(
    ("text", "score", "left"),
    [
        ("έξι εννιά επτά δύο", 0.5, ["έξι εννιά επτά δύο"]),
        ("2026/10-0447", 0.6, []),
        ("5837892309", 0.5, ["5837892309"]),
        ("341 200", 0.5, []),
        ("6972 123456", 0.9, ["6972 123456"]),
    ],
)
def test_spoken_numbers_are_told_in_words_announced_or_long(text: str, score: float, left: list[str]) -> None:
    assert sifted(text, text, "PHONE_NUMBER", "SpokenNumberRecognizer", score) == left


def own(text: str) -> list[tuple[str, str]]:
    return sorted({(f.entity_type, text[f.span.start : f.span.end]) for f in stated(text)})


def test_a_cell_that_is_a_name_is_found_without_a_label() -> None:
    assert own("8\tΜΠΑΚΑΛΗΣ ΠΑΝΑΓΙΩΤΗΣ\tΕκκρεμεί") == [("PERSON", "ΜΠΑΚΑΛΗΣ ΠΑΝΑΓΙΩΤΗΣ")]
    assert own("Νέο Αίτημα\tΑποστολή μηνύματος") == []


def test_addresses_are_found_by_their_postcode() -> None:
    assert own("Εγνατίας 56, 185 34 Πειραιάς") == [("ADDRESS", "Εγνατίας 56, 185 34 Πειραιάς")]
    assert own("Αγίου Δημητρίου 52\t185 34 Πειραιάς") == [
        ("ADDRESS", "185 34 Πειραιάς"),
        ("ADDRESS", "Αγίου Δημητρίου 52"),
    ]
    assert ("ADDRESS", "7 Harbour View, Bristol BS1 5ΤΥ") in own("7 Harbour View, Bristol BS1 5ΤΥ")


def test_british_postcodes_with_letters_of_both_alphabets_are_found_in_sentences() -> None:
    text = "στη διεύθυνση του, Bristol BS1 5ΤΥ μέχρι την Παρασκευή"
    assert own(text) == [("ADDRESS", "BS1 5ΤΥ")]
    assert [text[f.span.start : f.span.end] for f in Cells(text).sifted([])] == ["BS1 5ΤΥ"]


def test_a_year_is_no_house_number() -> None:
    assert own("Τιμοκατάλογος Νοεμβρίου 2026") == []
    assert own("Ίωνος Δραγούμη 170") == [("ADDRESS", "Ίωνος Δραγούμη 170")]
    assert own("OMHPOY 138") == [("ADDRESS", "OMHPOY 138")]


def test_british_streets_are_found_in_sentences() -> None:
    text = "lives at 62 Hollybush Lane, Truro and pays 40 pounds by the Road"
    assert own(text) == [("ADDRESS", "62 Hollybush Lane, Truro")]


def test_old_dates_are_birthdays() -> None:
    text = "και ημερομηνία γέννησης 12 Φεβρουαρίου 1982. Το συμβόλαιο άρχισε 12 Φεβρουαρίου 2024"
    assert own(text) == [("DATE_OF_BIRTH", "12 Φεβρουαρίου 1982")]
    assert sifted(text, "12 Φεβρουαρίου 1982", "DATE_OF_BIRTH") == ["12 Φεβρουαρίου 1982"]


def test_the_headings_of_a_table_are_not_each_others_values() -> None:
    assert own("ΑΦΜ\tΤηλέφωνο\tΔιεύθυνση\tΥπόλοιπο") == []


def test_the_cell_behind_or_below_a_label_is_its_value() -> None:
    assert ("CVV", "545") in own("CVV\t545")
    assert ("ADDRESS", "Ψαρών 3") in own("Διεύθυνση\nΨαρών 3")
    assert ("ADDRESS", "Ψαρών 3") in own("Διεύθυνση: Ψαρών 3")
    assert own("Ποσό\t545") == []
    assert own("Username\t \tΠοσό") == own("Username\n \n") == []


def test_a_link_goes_on_where_its_line_or_its_reader_tore_it() -> None:
    text = "σύνδεσμος https://my.portal.example/reset?\ntoken=4f8aaefe981c85460d9e τέλος"
    assert own(text) == [("URL", "https://my.portal.example/reset?\ntoken=4f8aaefe981c85460d9e")]
    assert own("reset https://pay.example. com/i/a47eba624a0143f244fe") == [
        ("URL", "https://pay.example. com/i/a47eba624a0143f244fe")
    ]
    assert own("δείτε https://www.example.gr\nκαι καλέστε") == []


@pytest.mark.parametrize(
    ("text", "found", "value"),
    [
        ("7\ts.sklavoy ΠΟΥ 36@example.com\t5", "36@example.com", "s.sklavoy ΠΟΥ 36@example.com"),
        ("k_rous akis@mail.example.org", "akis@mail.example.org", "k_rous akis@mail.example.org"),
        ("sales.team or a.rousakis@example.org", "a.rousakis@example.org", "a.rousakis@example.org"),
        ("Γράψτε στο a.rousakis@example.org", "a.rousakis@example.org", "a.rousakis@example.org"),
    ],
)
def test_an_address_that_the_reader_tore_is_one(text: str, found: str, value: str) -> None:
    at = text.index(found)
    (whole_one,) = whole(text, [Finding(Span(at, at + len(found)), "EMAIL_ADDRESS", 0.9, "EmailRecognizer")])
    assert text[whole_one.span.start : whole_one.span.end] == value


@pytest.mark.parametrize(
    "cell", ["Αρ. παροχής:", "Επωνυμία / Ονοματεπώνυμο", "Card number", "DB_PASSWORD", "ΕΠΩΝΥΜΟ....:"]
)
def test_labels(cell: str) -> None:
    assert is_label(cell)


@pytest.mark.parametrize("cell", ["Μαρία", "094538150", "", "AB", "Ελένη Καραγιάννη", "Kostas"])
def test_values_are_no_labels(cell: str) -> None:
    assert not is_label(cell)


pieces = st.sampled_from(
    ["\t", "\n", " ", "Username", "ΑΦΜ", ":", "Πελάτης", "Μαρία Βλάχου", "094538150", "10:04", "<a>", "www.", "1", "="]
)


@given(st.lists(pieces, max_size=30).map("".join), st.data())
def test_no_text_breaks_the_judgement_and_nothing_grows(text: str, data: st.DataObject) -> None:
    found = []
    if text:
        start = data.draw(st.integers(0, len(text) - 1))
        found = [Finding(Span(start, data.draw(st.integers(start + 1, len(text)))), "GR_AFM", 0.9, "AfmRecognizer")]
    for finding in Cells(text).sifted(found):
        assert text[finding.span.start : finding.span.end].strip()
        assert "\t" not in text[finding.span.start : finding.span.end]


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", [" ", "\t", "1\t", "1 ", "Όνομα\t", "ΑΦΜ: ", "Α. ", "www.", "12 Abc ", "<a", "a=", "α 1\n"]
)
def test_time_is_bounded(piece: str) -> None:
    def sift(length: int) -> None:
        text = (piece * (length // len(piece) + 1))[:length]
        list(Cells(text).sifted([Finding(Span(0, length), "GR_AFM", 0.9, "AfmRecognizer")]))

    assert grows_with_length(sift, 200_000)


@pytest.mark.parametrize(
    ("text", "value", "surname"),
    [
        ("Last name\tFirst name\tBalance\nPapas\tStelios\t388.50", "Papas\tStelios", "Papas"),
        ("Επώνυμο\tΌνομα\tΥπόλοιπο\nΔάσκαλος\tΘωμάς\t3,00", "Δάσκαλος\tΘωμάς", "Δάσκαλος"),
    ],
)
def test_a_surname_under_its_heading_stands_however_long_the_finding_is(text: str, value: str, surname: str) -> None:
    at = text.index(value)
    found = Cells(text).sifted([Finding(Span(at, at + len(value)), "PERSON", 0.99, "NameRecognizer")])
    assert surname in {text[f.span.start : f.span.end] for f in found if f.entity_type == "PERSON"}


def test_the_time_of_a_log_is_no_value() -> None:
    assert sifted("login\n2026-06-02T08:13:44Z", "2026-06-02T08:13:44Z", "USERNAME", "UsernameRecognizer") == []


def test_a_ticket_is_no_plate() -> None:
    assert [f for f in stated("Ticket\tINC-2044\tPRJ-2201") if f.entity_type == "LICENSE_PLATE"] == []


def kept(text: str) -> set[tuple[str, str]]:
    return {(f.entity_type, text[f.span.start : f.span.end]) for f in Cells(text).sifted([])}


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("Last name\nPrice\nPreferred name\nGracie", "PERSON", "Price"),
        ("Sumame\nDay\nFirst name\nRowan", "PERSON", "Day"),
        ("Επώνυμο: Θέρμος", "PERSON", "Θέρμος"),
        ("Order\tCustomer\tPhone\n1\tStreet, Della\t07700 900067", "PERSON", "Street, Della"),
        ("Κωδ.\tΕπώνυμο\tΌνομα\n10442\tΚαλός\tΗλίας\n10449\tΝικολάου\tΜαρία", "CUSTOMER_ID", "10442"),
        ("Ερώτηση ασφαλείας\tΌνομα κατοικιδίου\nΑπάντηση\tΦλόξα", "PASSWORD", "Φλόξα"),
        ("Security question 1\nFirst school?\nAnswer\nAshfield Primary", "PASSWORD", "Ashfield Primary"),
        ("Card number\n4532\t0151\t1283\t0366", "CREDIT_CARD", "0151"),
        ("Οδός:\tΧαρ. Τρικούπη\nΑριθ:\t19", "ADDRESS", "19"),
        ('"street": "Karaiskaki 9",', "ADDRESS", "Karaiskaki 9"),
        ("Sort code\n11-22-33", "BANK_ACCOUNT", "11-22-33"),
        ("Γούναρη 88, Πάτρα", "ADDRESS", "Γούναρη 88, Πάτρα"),
        ("Can you pick it up from 31 Quarry Road", "ADDRESS", "31 Quarry Road"),
        ("Α.Δ.Τ.\tAl 720194", "GR_ID_CARD", "Al 720194"),
    ],
)
def test_what_only_its_place_on_the_screen_tells(text: str, entity: str, value: str) -> None:
    assert (entity, value) in kept(text)


@pytest.mark.parametrize(
    "text",
    [
        "Quarter figures\n4532\t0151\t1283\t0366",
        "Answer\tReject\tTransfer",
        "Code\tName\tPrice\n10442\tRouter AX3 Pro\t59,00\n10517\tFibre cable\t8,40",
        "Κωδικός\tΠεριγραφή\tΙσχύς έως\nKEEP10\tΈκπτωση\t31/12/2026",
        "Week 42",
    ],
)
def test_what_its_place_does_not_make_personal(text: str) -> None:
    assert kept(text) == set()


def test_a_condition_fills_its_cell_in_the_row_of_a_person() -> None:
    row = "1\tΦίλιππος Ράπτης\tΆσθμα\tΣχολικό λεωφορείο"
    assert [row[f.span.start : f.span.end] for f in Cells(row).sifted([])] == ["Φίλιππος Ράπτης", "Άσθμα"]
    text = f"Άσθμα\tΟδηγίες\n{row}\nΆσθμα και διατροφή\t3"
    assert [f.span.start for f in Cells(text).sifted([]) if f.entity_type == "HEALTH"] == [text.index("Άσθμα", 6)]
