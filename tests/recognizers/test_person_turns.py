"""Names by the turns of a talk, by fields, signatures and initials."""

from __future__ import annotations

import pytest

from redactor.recognizers.person import GreekNameRecognizer
from tests.recognizers.finding import covered, found

PERSON = GreekNameRecognizer()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Ποιο είναι το επώνυμο;\nΟμιλητής 1: Δαμαλίτης. Γράμμα γράμμα", "Δαμαλίτης"),
        ("επώνυμο;\nΠελάτης: Λαμπρούκος", "Λαμπρούκος"),
        ("Το επώνυμό σας;\nΠελάτης: Μυλωνάς, με ωμέγα", "Μυλωνάς"),
        ("[a] με ποιον μιλάω;\n[c] με τον Τάσο", "Τάσο"),
        ("Το ονομα του πατέρα σας\nΜιχάλις, και της μητέρας", "Μιχάλις"),
        ("can i take your name please\n[c] wilhelmina baxter", "wilhelmina baxter"),
        ("Agent: And your surname?\nCaller: Zborowska", "Zborowska"),
        ("Agent: the name please\nCustomer: yeah oluwadamilola", "oluwadamilola"),
        ("okay can i get your full name hector villanueva junior and last four", "hector villanueva junior"),
        ("who am i speaking with? rajesh", "rajesh"),
    ],
)
def test_answers(text: str, value: str) -> None:
    assert covered([PERSON], text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("kostas: γεια θελω να αλλαξω\nbot: Γεια", "kostas"),
        ("Νεφέλη από Optima Health: Καλησπέρα", "Νεφέλη"),
        ("Ανδρέας Π. (Υποστήριξη): Χαίρετε!", "Ανδρέας Π."),
        ("Agent Ramesh: Sure!", "Ramesh"),
        ("[10:02] Theo Markides: kalimera", "Theo Markides"),
        ("Beth (Support): hello", "Beth"),
    ],
)
def test_speakers(text: str, value: str) -> None:
    assert covered([PERSON], text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Με τιμή,\nΑ. Μωραΐτης, τηλ. 1", "Α. Μωραΐτης"),
        ("εκλεισε η γραμμη.\nΠ. Παναγιωτου", "Π. Παναγιωτου"),
        ("voice,Ρ. Κουλούρη,κάτι", "Ρ. Κουλούρη"),
        ("18.04.2025;CARD;Hatzis N.;475", "Hatzis N."),
        ('From: "Gkikas, Th." <a@in.gr>', "Gkikas, Th."),
        ("ραντεβού. Πασχαλιά Γ. ζητά μεταφορά", "Πασχαλιά Γ."),
        ("TYPE: Chargeback  |  OWNER: D. Okafor", "D. Okafor"),
        ("Cardholder PATRICIA A LINDQVIST, card", "PATRICIA A LINDQVIST"),
        ("First name: GLENYS      Surname: RHYDDERCH", "RHYDDERCH"),
        ("Requester: Aoife Brannigan <a@b.ie>", "Aoife Brannigan"),
        ("Emergency contact: mother – Marisol (541)", "Marisol"),
        ("Γράφει ο/η: Μαργκώ Πελεκάνου         Ηλικία: 52", "Μαργκώ Πελεκάνου"),
        ("ΘΑΝΩΝ: ΖΗΣΗΣ ΜΠΑΛΤΑΣ ΑΦΜ", "ΖΗΣΗΣ ΜΠΑΛΤΑΣ"),
        ("Συνδρομητής: Τσάμης Ευθ.", "Τσάμης Ευθ."),
        ("Passenger 1: OYELARAN/FUNKE MRS", "OYELARAN/FUNKE"),
        ("Best,\nTomasz W.", "Tomasz W."),
        ("D. J. Fotheringham, Claims", "D. J. Fotheringham"),
    ],
)
def test_fields_signatures_and_initials(text: str, value: str) -> None:
    assert covered([PERSON], text, value)


@pytest.mark.parametrize(
    "text",
    [
        "Ποιο είναι το όνομά σας;\nΠελάτης: Δεν θέλω να το πω",
        "Το επώνυμό σας;\nΠελάτης: Γιατί το θέλετε;",
        "May I have your name?\nCustomer: Why do you need it",
        "Can I take your surname?\nCustomer: Hang on a second",
        "Clerk: DVLA, Vehicle tax.\nDriver: I'm on the hard shoulder.\nClerk: Right.",
        "CLAIMANT: Aye, it's fine\nAgent: Aw. And a reference?",
        "Caller: My order hasn't arrived.\nCaller: Hello?",
        "Status: Open | Queue: Tier 2 | Owner: unassigned",
        "Assigned to: Network Operations",
        "Όνομα: (συμπληρώνεται από την υπηρεσία)",
        "Με εκτίμηση,\nΤμήμα Εξυπηρέτησης Πελατών",
        "Kind regards,\nCustomer Service Team",
        "From: Customer Care <care@x.com>",
    ],
)
def test_turns_and_fields_without_names(text: str) -> None:
    assert found(PERSON, text) == []
