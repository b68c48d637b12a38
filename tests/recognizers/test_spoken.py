"""Spoken identifiers are covered in every reading style and under noise; quantities are left alone."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from redactor.normalize import folded
from redactor.recognizers.spoken import SpokenNumberRecognizer, spoken_recognizers
from redactor.recognizers.spoken_labels import REACH, Labels
from redactor.recognizers.spoken_lexicon import LANGUAGES, lexicon, table
from redactor.recognizers.spoken_lexicon import NUMBERS as KINDS
from redactor.recognizers.spoken_reading import read
from redactor.recognizers.spoken_tokens import tokens

ONES = ["μηδέν", "ένα", "δύο", "τρία", "τέσσερα", "πέντε", "έξι", "επτά", "οκτώ", "εννέα"]
TEENS = [
    "δέκα",
    "έντεκα",
    "δώδεκα",
    "δεκατρία",
    "δεκατέσσερα",
    "δεκαπέντε",
    "δεκαέξι",
    "δεκαεπτά",
    "δεκαοκτώ",
    "δεκαεννέα",
]
TENS = ["-", "-", "είκοσι", "τριάντα", "σαράντα", "πενήντα", "εξήντα", "εβδομήντα", "ογδόντα", "ενενήντα"]
HUNDREDS = [
    "-",
    "εκατόν",
    "διακόσια",
    "τριακόσια",
    "τετρακόσια",
    "πεντακόσια",
    "εξακόσια",
    "επτακόσια",
    "οκτακόσια",
    "εννιακόσια",
]
ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
SLIPS = str.maketrans({"η": "ι", "ω": "ο", "ή": "ί", "ώ": "ό", "ύ": "ί", "υ": "η", "έ": "ε", "ά": "α"})
LABELS = {
    "PHONE_NUMBER": ("Το τηλέφωνό μου είναι ", "", "6972345618"),
    "CREDIT_CARD": ("Ο αριθμός της κάρτας είναι ", "", "4539578763621486"),
    "GR_AFM": ("Το αλφαφημί μου είναι ", "", "094259216"),
    "GR_AMKA": ("Πείτε μου τον άμκα σας. ", "", "12038501230"),
    "CVV": ("Και τον τριψήφιο κωδικό; ", "", "318"),
    "CUSTOMER_ID": ("Ο αριθμός παροχής είναι ", "", "80412765"),
    "GR_ID_CARD": ("Ο αριθμός ταυτότητας είναι ", "άλφα βήτα", "642318"),
    "PASSPORT": ("Το διαβατήριό μου είναι ", "άλφα νι", "6300815"),
    "DRIVING_LICENCE": ("Το δίπλωμα οδήγησης έχει αριθμό ", "", "218440093"),
    "IBAN_CODE": ("Το ιμπάν είναι ", "τζι αρ", "1601101250000000012300695"),
    "RF_PAYMENT_CODE": ("Ο κωδικός πληρωμής είναι ", "", "18539007547034"),
    "BANK_ACCOUNT": ("Ο αριθμός λογαριασμού είναι ", "", "01047392216"),
    "LICENSE_PLATE": ("Η πινακίδα είναι ", "ύψιλον χι νι", "6920"),
    "CARD_PIN": ("Το πιν μου είναι ", "", "4821"),
}
"""Label, letters and digits of each identifier."""
NOISES = ["none", "misspelt", "joined", "split", "fillers", "read back", "prompted", "repaired"]
(SPOKEN,) = spoken_recognizers("el")


def pair(two: str) -> list[str]:
    if two[0] == "0":
        return [ONES[0], ONES[int(two[1])]]
    if two[0] == "1":
        return [TEENS[int(two[1])]]
    return [TENS[int(two[0])]] + ([ONES[int(two[1])]] if two[1] != "0" else [])


def three(digits: str) -> list[str]:
    if digits[0] == "0":
        return [ONES[int(d)] for d in digits]
    rest = [] if digits[1:] == "00" else [ONES[int(digits[2])]] if digits[1] == "0" else pair(digits[1:])
    return [HUNDREDS[int(digits[0])], *rest]


def say(digits: str, style: str) -> list[str]:
    size = {"digits": 1, "pairs": 2, "threes": 3}[style]
    words: list[str] = []
    for i in range(0, len(digits), size):
        part = digits[i : i + size]
        if len(part) < size or size == 1:
            words += [ONES[int(d)] for d in part]
        else:
            words += pair(part) if size == 2 else three(part)
    return words


def disturb(words: list[str], noise: str) -> str:
    if noise == "misspelt":
        return " ".join(words).translate(SLIPS)
    if noise == "joined":
        return " ".join("".join(words[i : i + 2]) for i in range(0, len(words), 2))
    if noise == "fillers":
        half = len(words) // 2
        return " ".join(words[:half]) + ", εε, " + " ".join(words[half:])
    if noise == "split":
        return " ".join(f"{w[: len(w) // 2]} {w[len(w) // 2 :]}" if len(w) > 6 else w for w in words)
    if noise == "prompted":
        half = len(words) // 2
        return " ".join(words[:half]) + "\nΠράκτορας: Για πείτε\nΠελάτης: " + " ".join(words[half:])
    if noise == "repaired":
        half = len(words) // 2
        return " ".join(words[:half]) + ", όχι, συγγνώμη, " + " ".join(words[half - 1 :])
    if noise == "read back":
        half = len(words) // 2
        return " ".join(words[:half]) + "\nΠράκτορας: Μάλιστα\nΠελάτης: " + " ".join(words[half:])
    return " ".join(words)


def found(text: str) -> list[tuple[int, int, str]]:
    return sorted((r.start, r.end, r.entity_type) for r in SPOKEN.analyze(text, SPOKEN.supported_entities))


def uncovered(text: str, start: int, end: int) -> str:
    hidden = {i for a, b, _ in found(text) for i in range(a, b)}
    return "".join(c if i not in hidden else " " for i, c in enumerate(text[start:end], start)).strip(" ,\n")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(LABELS)),
    st.sampled_from(["digits", "pairs", "threes"]),
    st.sampled_from(NOISES),
    st.randoms(use_true_random=False),
)
def test_a_labelled_number_is_covered(entity: str, style: str, noise: str, random: Random) -> None:
    label, letters, shape = LABELS[entity]
    fixed = 2 if len(shape) > 3 else 0
    digits = shape[:fixed] + "".join(str(random.randrange(10)) for _ in shape[fixed:])
    said = f"{letters} {disturb(say(digits, style), 'none' if len(digits) < 4 else noise)}".strip()
    text = f"{label}{said}. Ευχαριστώ πολύ."
    left = uncovered(text, len(label), len(label) + len(said))
    for kept in ("Πράκτορας: Μάλιστα", "Πράκτορας: Για πείτε", "Πελάτης:", "όχι", "συγγνώμη"):
        left = left.replace(kept, "")
    assert left.strip(" \n,") == ""
    before = uncovered(text, 0, len(label))
    assert before in {label.strip(), label.strip().removesuffix(" είναι")}  # beside a garbled number
    assert uncovered(text, len(label) + len(said), len(text)) == ". Ευχαριστώ πολύ."


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789", min_size=8, max_size=8), st.sampled_from(["digits", "pairs", "threes"]))
@example("00000000", "pairs")
def test_a_mobile_number_needs_no_label(rest: str, style: str) -> None:
    said = " ".join(say("69" + rest, style))
    text = f"Σημειώστε λοιπόν: {said}."
    start = text.index(said)
    assert uncovered(text, start, start + len(said)) == ""
    assert {entity for _, _, entity in found(text)} == {"PHONE_NUMBER"}


@settings(max_examples=40, deadline=None)
@given(st.text("0123456789", min_size=9, max_size=12), st.sampled_from([" ", ", ", "... "]))
def test_english_digits(digits: str, gap: str) -> None:
    said = gap.join(ENGLISH[int(d)] for d in digits)
    text = f"Sure, my customer number is {said}."
    assert found(text) == [(28, 28 + len(said), "CUSTOMER_ID")]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9999),
    st.sampled_from(["ευρώ", "λεπτά", "κιλοβατώρες", "ημέρες", "τοις εκατό", "χιλιόμετρα", "ώρες", "kWh", "GB"]),
)
def test_a_quantity_is_not_personal(amount: int, unit: str) -> None:
    words = ["χίλια"] if 1000 <= amount < 2000 else [ONES[amount // 1000], "χιλιάδες"] if amount >= 2000 else []
    rest = amount % 1000
    words += three(str(rest)) if rest > 99 else pair(f"{rest:02}")[rest < 10 :] if rest else []
    assert found(f"Η προσφορά είναι {' '.join(words)} {unit} τον μήνα.") == []


@pytest.mark.parametrize(
    "text",
    [
        "SKU 4006381333931",
        "ISBN 978-3-16-148410-0",
        "Το συμβόλαιο 24 μηνών λήγει τον Μάιο του 2026",
        "Η πληρωμή των εξήντα ευρώ ολοκληρώθηκε, ευχαριστώ πολύ.",
        "Ευχαριστώ, δεν είναι να το κάνω εγώ και μου το είπαν.",
        "Το κατάστημα ανοίγει στις εννέα και κλείνει στις πέντε, το Σάββατο στις τρεις.",
        "Το ραντεβού είναι στις δεκαπέντε Μαρτίου μεταξύ δέκα και δύο.",
        "Πήρα στο έντεκα οκτακόσια ογδόντα οκτώ και μου είπαν να πατήσω το ένα.",
        "Βλέπω κατανάλωση δύο χιλιάδες τριακόσια έντεκα κιλοβατώρες αυτό το δίμηνο.",
        "Μέσα σε δύο εργάσιμες ημέρες, με εγγύηση δύο ετών.",
        "The bill is two hundred and forty eight euros twenty nine, up ten percent.",
        "Your order will arrive between nine and one, in two to five working days.",
        "I want to cancel one or two things, and for me that is one too many.",
        "Speaker 1: one moment please\nSpeaker 2: ok",
        "Ο αριθμός παραγγελίας είναι ORD-2026-53592.",
    ],
)
def test_not_personal(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("before", "said", "after", "entity"),
    [
        ("Το κινητό μου είναι ", "εξι ενιαεπτά διοτρία μειδέν παιδε τρυαινιά οκτουεπτά", ".", "PHONE_NUMBER"),
        (
            "Βεβαίως είναι, ",
            "ξακώσιαν ενίνδα επτά, διακώσια τριάντα τέσσερα, πεντακώσια δέκα, ενα",
            ".",
            "PHONE_NUMBER",
        ),
        ("Το αλφασιμή μου είναι, ", "μειδέναι να τέσσερα διοπέντε νάδιο να εξη", ".", "GR_AFM"),
        ("Και τώρα το φυμι μου, ", "δύο μηδενικά επτά έξι τρία πεντάρια διπλό οκτώ", ".", "GR_AFM"),
        ("Ο αριθμός ταυτότητας; ", "Άλφα κάπα τριακόσια σαράντα πέντε εξακόσια εβδομήντα οκτώ", ".", "GR_ID_CARD"),
        ("Αριθμός πινακίδας; ", "Ρο όμικρον μι τριακόσια τρία, πέντε", ", ένα λευκό.", "LICENSE_PLATE"),
        ("Την ημερομηνία λήξης; ", "Εννέα του είκοσι επτά", ".", "CARD_EXPIRY"),
        ("The expiry date? ", "November twenty thirty one", ".", "CARD_EXPIRY"),
        ("Γεννήθηκα στις ", "δώδεκα Μαρτίου χίλια εννιακόσια ογδόντα πέντε", ".", "DATE_OF_BIRTH"),
        ("Your date of birth? It is ", "twelfth of March nineteen eighty five", ".", "DATE_OF_BIRTH"),
        ("Το ΙΜΠΑΝ είναι ", "GR δεκαέξι μηδέν ένα ένα μηδέν ένα δύο πέντε μηδέν δύο τρία", ".", "IBAN_CODE"),
        ("Γράψτε: ", "69 72 τριάντα τέσσερα πενήντα έξι δεκαοχτώ", ".", "PHONE_NUMBER"),
        ("My account number with you is ", "804-127-65", ".", "CUSTOMER_ID"),
        (
            "My card number is ",
            "treble five oh, double four one two, nine oh six seven, two two one eight",
            ".",
            "CREDIT_CARD",
        ),
        ("Sure, it's ", "plus four four seven nine one one one two three four five six", ".", "PHONE_NUMBER"),
        ("My national insurance number is ", "q q seventy nine nine two eight six c", ".", "UK_NINO"),
        ("Το email μου είναι ", "dimitra τελεία κάπα παπάκι τζι μέιλ τελεία κομ", ".", "EMAIL_ADDRESS"),
        ("Ορίστε: ", "Δημήτρα τελία καπαπαπάκι ζημέλ τελία κόμ", ".", "EMAIL_ADDRESS"),
        ("You can write to ", "clark underscore emma at example dot co dot uk", " please.", "EMAIL_ADDRESS"),
        ("Πάρτε με στο ", "εξι ενια οχτο εξι, τρία διπλο πέντε, ενα μιδέν εφτα", " μια όρα πρίν", "PHONE_NUMBER"),
        ("The reg is ", "whisky x ray sixty eight golf hotel lima", ".", "LICENSE_PLATE"),
        ("Πείτε το επώνυμο γράμμα γράμμα. ", "Κάπα όπως Κώστας άλφα ρο άλφα όπως Αντώνης", ".", "PERSON"),
    ],
)
def test_exactly_this(before: str, said: str, after: str, entity: str) -> None:
    text = before + said + after
    assert found(text) == [(len(before), len(before) + len(said), entity)]


def test_a_read_back_is_one_finding_per_utterance() -> None:
    text = "Πελάτης: το κινητό είναι εξήντα εννιά\nΠράκτορας: ναι\nΠελάτης: τριάντα δύο έντεκα\nΠράκτορας: οκ"
    assert [text[a:b] for a, b, _ in found(text)] == ["εξήντα εννιά", "τριάντα δύο έντεκα"]


def test_a_date_does_not_hide_the_numbers_around_it() -> None:
    first, second = (
        "έξι εννιά τρία δύο μηδέν τέσσερα ένα οκτώ ένα ένα",
        "δύο ένα μηδέν επτά δύο δύο δύο οκτώ εννέα εννέα",
    )
    text = f"{first} Μαρτίου {second}"
    assert [text[a:b] for a, b, _ in found(text)] == [first, second]


def test_invisible_characters_do_not_hide_a_number() -> None:
    text = "τηλέφωνο έξι εν\u00adνιά τρία δύο μη\u200bδέν τέσσερα ένα οκτώ ένα ένα τέλος"
    assert [text[a:b] for a, b, _ in found(text)] == [text[9 : text.index(" τέλος")]]


def test_both_languages_are_understood_by_either() -> None:
    (numbers,) = spoken_recognizers("en")
    assert numbers.supported_language == "en"
    results = numbers.analyze("my ΑΦΜ is ένα μηδέν εννιά διπλό ένα έξι έξι τέσσερα τρία", ["GR_AFM"])
    assert [r.entity_type for r in results] == ["GR_AFM"]
    assert numbers.analyze("my ΑΦΜ is ένα μηδέν εννιά διπλό ένα έξι έξι τέσσερα τρία", ["CVV"]) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*ONES, *TENS, "ναι", "του", "\n", "at", "dot", "com", "παπάκι", "7", ",", "λήξη"])))
def test_any_jumble_gives_spans_inside_the_text(words: list[str]) -> None:
    text = " ".join(words)
    assert all(0 <= a < b <= len(text) for a, b, _ in found(text))


@pytest.mark.parametrize(
    "unit",
    ["ένα ", "έναδύο", "1 ", "α", "παπάκι τελεία ", "να τρία ", "γεννήθηκα 5 ", "διπλό ", "ένα\n", "a-", "mail "],
)
def test_hostile_input_takes_linear_time(unit: str) -> None:
    found("ένα δύο " + unit)
    text = unit * (100_000 // len(unit))
    started = time.perf_counter()
    found(text)
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_word_of_the_tables_is_read_as_itself(language: str) -> None:
    rows = [(kind, value, word) for _, (kind, value, words) in table(language, "spoken.tsv") for word in words.split()]
    numbers = [(value, word) for kind, value, word in rows if kind in KINDS]
    assert len(numbers) > 40
    for value, word in numbers:
        assert [unit.value for unit in read(folded(word)).units] == [value]
    letters = [(value, word) for kind, value, word in rows if kind == "letter"]
    assert len(letters) > 20
    assert all(read(folded(word)).letter == value for value, word in letters)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_the_tables_is_found(language: str) -> None:
    for _, (entity, _, phrases) in table(language, "spoken_labels.tsv"):
        for phrase in phrases.split(";"):
            words = tokens(folded(f"λοιπόν {phrase.replace('~', '')} 5"))
            assert entity in {label.entity for label in Labels(words).before(len(words) - 1, spelling=True)}, phrase


def test_a_label_does_not_reach_for_ever() -> None:
    words = tokens(folded("τηλέφωνο " + "λέξη " * (REACH + 1) + "5"))
    assert Labels(words).before(len(words) - 1) == []
    assert Labels(words).before(REACH) != []


def test_the_lexicon_holds_no_stop_word() -> None:
    for word in ("ευχαριστώ", "είναι", "τηλέφωνο", "παρακαλώ", "κιλοβατώρες"):
        assert not read(folded(word)).sure
    assert len(lexicon().heard) < 60_000


def test_a_site_of_a_company_behind_at_is_no_address_unless_it_was_asked_for() -> None:
    recognizer = SpokenNumberRecognizer("en")
    assert recognizer.spans("find it at tilestore.com or on our site at orchard.com") == []
    assert recognizer.spans("send it to sales at tilestore.com") == ["sales at tilestore.com"]
    assert recognizer.spans("your email? hello at tilestore.com") == ["at tilestore.com"]


def test_an_underscore_in_talk_of_it_is_no_name() -> None:
    recognizer = SpokenNumberRecognizer("en")
    assert recognizer.spans("Use a dash or underscore between them.") == []
    assert recognizer.spans("Δεν δέχεται κάτω παύλα στο όνομα.") == []
    assert recognizer.spans("Ναι. Fairhaven underscore 19.") == ["Fairhaven underscore 19"]


def test_times_years_and_quantities_are_no_ends_of_numbers() -> None:
    recognizer = SpokenNumberRecognizer("en")
    for text in ("it starts at 730 and ends 930", "the offer ends in 2027", "the road ends in 300 metres", "ends 2-1"):
        assert recognizer.spans(text) == [], text
    assert recognizer.spans("it starts with 882 and ends 0-4-9") == ["882", "0-4-9"]
