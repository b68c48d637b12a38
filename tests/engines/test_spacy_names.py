"""What the word lists say of the English model's entities; no model is loaded."""

from __future__ import annotations

import pytest

from redactor.engines.spacy_ner import _Known
from redactor.recognizers.view import view


@pytest.mark.parametrize(
    ("text", "entity", "kept"),
    [
        ("I spoke to Mrs Smith DOB 1", "Mrs Smith DOB", "Smith"),
        ("then Wojciech Zielinski came", "Wojciech Zielinski", "Wojciech Zielinski"),
        ("we like Rose very much", "Rose", "Rose"),
        ("said Oluwaseun yesterday", "Oluwaseun", "Oluwaseun"),
        ("Driver: hello", "Driver", None),
        ("after Easter we meet", "Easter", None),
        ("at Currys for less", "Currys", None),
        ("an old Yaris here", "Yaris", None),
        ("rented ATV near", "ATV", None),
        ("Facility Desk, Building", "Facility Desk", None),
        ("agent: Vlepw oti to dema einai apo", "Vlepw", None),
    ],
)
def test_entities_are_trimmed(text: str, entity: str, kept: str | None) -> None:
    start = text.index(entity)
    found = [text[e.start_char : e.end_char] for e in _Known(view(text)).trimmed(start, start + len(entity))]
    assert found == ([kept] if kept else [])
