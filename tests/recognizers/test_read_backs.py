from __future__ import annotations

import pytest

from redactor.evidence import RECORD_BREAK
from redactor.findings import Finding
from redactor.recognizers.read_backs import read_backs
from redactor.regions import Span
from tests.growth import grows_with_length


def again(text: str, value: str, entity: str, score: float = 0.75) -> list[str]:
    at = text.index(value)
    found = [Finding(Span(at, at + len(value)), entity, score, "Rule")]
    return [text[f.span.start : f.span.end] for f in read_backs(text, found)]


@pytest.mark.parametrize(
    ("text", "value", "entity", "said"),
    [
        ("Πελάτης: 4821\nAgent: 4821, σωστά;", "4821", "CARD_PIN", ["4821"]),
        ("Το PIN είναι 4821. Επαναλαμβάνω, 4821.", "4821", "CARD_PIN", ["4821"]),
        ("PIN 4821\nAgent: 4 8 2 1;\nΠελάτης: Ναι. 4821.", "4821", "CARD_PIN", ["4 8 2 1", "4821"]),
        ("ΥΖΧ 1234\nAgent: 1234, σωστά;", "ΥΖΧ 1234", "LICENSE_PLATE", ["1234"]),
        ("κωδικός: ήλιος\nAgent: Ήλιος, σωστά;", "ήλιος", "PASSWORD", ["Ήλιος"]),
        ("user: gpap\nAgent: gpap;", "gpap", "USERNAME", ["gpap"]),
        ("λήξη 05/27\nAgent: 05/27;", "05/27", "CARD_EXPIRY", ["05/27"]),
        ("λήξη 05/27\nAgent: μάιο του 27;", "05/27", "CARD_EXPIRY", ["μάιο του 27"]),
        ("μάιο του 27\nAgent: 05/2027;", "μάιο του 27", "CARD_EXPIRY", ["05/2027"]),
        ("123\nAgent: 123 ευρώ; 123 ημέρες; 123 kWh; παραγγελία 123", "123", "CVV", []),
        ("4821. Α.\nΒ.\nΓ.\nΔ. 4821", "4821", "CARD_PIN", []),
        (f"4821{RECORD_BREAK}4821", "4821", "CARD_PIN", []),
        ("48213\nAgent: 482", "482", "CVV", ["482"]),
        ("48\nAgent: 48", "48", "PASSWORD", []),
        ("4821\nAgent: 4821", "4821", "CUSTOMER_ID", []),
        ("οδός Βόλου 12\nAgent: Βόλου;\nΝαι, η Βόλου.", "οδός Βόλου 12", "ADDRESS", ["Βόλου", "Βόλου"]),
        ("Ομήρου\nAgent: Όμηρος;", "Ομήρου", "ADDRESS", ["Όμηρος"]),
        ("σερρεσ ναι σερρεσ ποια οδος", "σερρεσ", "LOCATION", ["σερρεσ"]),
        ("πίσω από το σχολείο\nAgent: το σχολείο;", "πίσω από το σχολείο", "ADDRESS", []),
        ("τρίτος όροφος\nAgent: τρίτος όροφος;", "τρίτος όροφος", "ADDRESS", []),
        ("Ελλάδα\nAgent: Ελλάδα;", "Ελλάδα", "LOCATION", []),
    ],
)
def test_said_again(text: str, value: str, entity: str, said: list[str]) -> None:
    assert again(text, value, entity) == said


def test_a_guess_is_not_looked_for() -> None:
    assert again("ήλιος\nήλιος", "ήλιος", "PASSWORD", 0.4) == []


def test_many_repeats_take_linear_time() -> None:
    def again(times: int) -> None:
        text = "PIN 4821. " * times
        found = [Finding(Span(at + 4, at + 8), "CARD_PIN", 0.75, "Rule") for at in range(0, len(text), 10)]
        assert len(list(read_backs(text, found))) == times - 1

    assert grows_with_length(again, 5_000)
