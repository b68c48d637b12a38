"""The detector of other make: what it knows, and that it guesses little."""

import pytest

from redactor.engines.plain_presidio import PlainFinder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def finder() -> PlainFinder:
    return PlainFinder()


@pytest.mark.parametrize(
    ("text", "entity_type", "value"),
    [
        ("ο ΑΦΜ μου είναι 090000045 ναι", "GR_AFM", "090000045"),
        ("μηδέν εννιά μηδέν μηδέν μηδέν μηδέν μηδέν τέσσερα πέντε", "GR_AFM", "μηδέν εννιά μηδέν μηδέν μηδέν μηδέν μηδέν τέσσερα πέντε"),
        ("το ΑΜΚΑ 01017000009", "GR_AMKA", "01017000009"),
        ("κάρτα 4000 0000 0000 0002.", "CREDIT_CARD", "4000 0000 0000 0002"),
        ("six nine seven one two three four five six seven", "PHONE_NUMBER", "six nine seven one two three four five six seven"),
        ("write to maria@example.com today", "EMAIL_ADDRESS", "maria@example.com"),
        ("λέγομαι Παπαδοπούλου Ελένη", "PERSON", "Παπαδοπούλου Ελένη"),
        ("my name is John Smith and I live here", "PERSON", "John Smith"),
    ],
)  # fmt: skip
def test_it_finds(finder: PlainFinder, text: str, entity_type: str, value: str) -> None:
    assert (entity_type, value) in [(f.entity_type, text[f.span.start : f.span.end]) for f in finder.find(text)]


@pytest.mark.parametrize(
    "text",
    ["Order ORD-2026-61928 came", "στις 21/08/2026 13:30", "Expiry: 02/2029", "Dear Sir or Madam,", "", "ένα δύο τρία"],
)
def test_it_guesses_little(finder: PlainFinder, text: str) -> None:
    assert list(finder.find(text)) == []
