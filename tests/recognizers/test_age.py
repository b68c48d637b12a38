from __future__ import annotations

import pytest

from redactor.recognizers.age import AgeRecognizer
from redactor.recognizers.number_words import numbers, tokens
from tests.recognizers.finding import found

AGE = AgeRecognizer()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        # with a unit
        ("η κόρη μου είναι 12 χρονών", ["12 χρονών"]),
        ("είναι δεκαπέντε ετών", ["δεκαπέντε ετών"]),
        ("ειμε εβδομιντα εννια ετον", ["εβδομιντα εννια ετον"]),
        ("τεσάρων χρονόν", ["τεσάρων χρονόν"]),
        ("ηλικίας σαράντα ενός ετών", ["σαράντα ενός ετών"]),
        ("i kori mou einai 3 xronwn", ["3 xronwn"]),
        ("δυο παιδιά 4 και 7 χρονών", ["4", "7 χρονών"]),
        ("το μωρό (5 μηνών)", ["5 μηνών"]),
        ("ο 35χρονος, η πεντάχρονη κόρη", ["35χρονος", "πεντάχρονη"]),
        ("a five year old, 67 y/o", ["five year old", "67 y/o"]),
        ("he is 14 months, and", ["14 months"]),
        ("ετών 45", ["ετών 45"]),
        # behind a label or a question
        ("Ηλικία: 52", ["52"]),
        ("Ηλικία; Εβδομήντα έξι.", ["Εβδομήντα έξι"]),
        ("πόσων χρονών είστε;\nΠ: πενήντα οκτώ", ["πενήντα οκτώ"]),
        ("what age is he\n[c] twenty twenty one in september", ["twenty", "twenty one"]),
        ("the ages of the children four and eleven months", ["four", "eleven months"]),
        ("Age 23   SSN", ["23"]),
        ("aged 71", ["71"]),
        # of a person
        ("είμαι 45", ["45"]),
        ("στα πενήντα δύο μου", ["πενήντα δύο"]),
        ("έκλεισα τα εβδομήντα τέσσερα και", ["εβδομήντα τέσσερα"]),
        ("η κόρη μου είναι πέντε", ["πέντε"]),
        ("ονομάζεται Χ, είναι πεντέμισι και έχει", ["πεντέμισι"]),
        ("και ειναι εξιντα ενος", ["εξιντα ενος"]),
        ("(παιδί, 9)", ["9"]),
        ("father (88) lives", ["88"]),
        ("She's nineteen.", ["nineteen"]),
        ("shes ninety won bless her", ["ninety won"]),
        ("oops. im 71 give me a break", ["71"]),
        ("I'm eighty five, I'll be eighty six", ["eighty five", "eighty six"]),
        ("turning eighty six", ["eighty six"]),
        ("my dad's 79", ["79"]),
        ("my kids are 4, 7 and 12", ["4", "7", "12"]),
        ("in my seventies, in her early 80s", ["seventies", "80s"]),
    ],
)
def test_ages(text: str, values: list[str]) -> None:
    assert found(AGE, text) == values


@pytest.mark.parametrize(
    "text",
    [
        "εδώ και 12 χρόνια, στις 22/8/2026",
        "συμβόλαιο 24 μηνών, εγγύηση δύο ετών, δάνειο 20 ετών",
        "το αυτοκίνητο είναι 10 ετών",
        "άτομα άνω των 18 ετών, κάτω των 12 ετών, ηλικίας 18 ετών και άνω",
        "η εταιρεία έκλεισε τα 50 χρόνια",
        "είμαι 5 λεπτά μακριά, είμαι 10 χρόνια πελάτης",
        "το σύνολο είναι 45, ο κωδικός είναι 45",
        "το νούμερο της κόρης μου είναι εξήντα εννιά σαράντα πέντε",
        "τα τρία μου παιδιά, στα 2 μου τηλέφωνα, στα 20 ευρώ",
        "24-month contract, five years with the company",
        "over 18s, must be over 18 years old, 18-34, 55+",
        "my boiler is 10 years old, a five year old car",
        "I'm 20 minutes away, I'm number 4, I'm 100% sure",
        "she's one of your agents, he's 3 months behind",
        "it's nineteen pounds, the total is 45",
    ],
)
def test_durations_limits_and_things(text: str) -> None:
    assert found(AGE, text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("ογδόντα έξι", [86]),
        ("εξιντατρια", [63]),
        ("ενε νήντα δύο", [92]),
        ("εκατόν δύο", [102]),
        ("εξήντα εννιά εβδομήντα δύο", [69, 72]),
        ("five and a half", [5.5]),
        ("to be or not to be", []),
        ("12,50 και 3/4/2020 και A4", []),
    ],
)
def test_numbers(text: str, values: list[float]) -> None:
    from redactor.normalize import folded

    plain = folded(text)
    assert [number.value for number in numbers(plain, tokens(plain))] == values
