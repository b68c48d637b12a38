"""Which found values must be gone everywhere, and where they stand again."""

import pytest

from redactor.repeats import Values, Words, keys


@pytest.mark.parametrize(
    ("text", "kind", "score", "expected"),
    [
        ("Άρης Δήμου", "PERSON", 0.9, {"αρησδημου", "αρησ", "δημου"}),
        ("Άρης Δήμου", "PERSON", 0.5, set()),
        ("697 123 4567", "PHONE_NUMBER", 0.4, {"6971234567"}),
        ("a.b@example.org", "EMAIL_ADDRESS", 0.4, {"abexampleorg"}),
        ("τριάντα δύο", "CVV", 0.9, set()),
        ("ένα δύο τρία τέσσερα πέντε", "GR_AFM", 0.9, {"εναδυοτριατεσσεραπεντε"}),
        ("212", "CVV", 1.0, set()),
    ],
)
def test_only_values_that_identify_somebody_count(text: str, kind: str, score: float, expected: set[str]) -> None:
    assert set(keys(text, kind, score, parts=True)) == expected


@pytest.mark.parametrize(
    "text",
    ["ΑΡΗΣ ΔΗΜΟΥ", "Άρης\u00a0Δήμου", "αρησ - δημου", "(Άρη\u200bς Δήμου)", "Α\u0301ρης Δήμου"],
)
def test_values_are_whole_words_however_they_are_parted(text: str) -> None:
    values = Values(["αρησδημου"])
    assert values.stand_in(f"χ {text} χ")
    (span,) = values.places(Words(text))
    assert text[span.start : span.end].strip("()") == text.strip("()")


@pytest.mark.parametrize("text", ["Άρης, Δήμου", "Άρης\nΔήμου", "ΧΆρης Δήμου", "Άρης Δήμουλα", "Δήμου Άρης"])
def test_parts_that_are_not_one_value_are_none(text: str) -> None:
    assert not Values(["αρησδημου"]).stand_in(text)


def test_a_value_longer_than_what_is_compared_ends_somewhere() -> None:
    letters = "x1/" * 100
    text = f"{letters} και πες μου αν το βλέπεις τώρα"
    spans = list(Values([letters.replace("/", "")]).places(Words(text)))
    assert spans
    assert max(span.end for span in spans) <= len(letters)


@pytest.mark.parametrize("form", ["παπαδοπουλου", "παπαδοπουλο", "παπαδοπουλε"])
def test_a_name_is_found_again_in_its_other_cases(form: str) -> None:
    assert form in set(keys("Νίκος Παπαδόπουλος", "PERSON", 0.9, parts=True))
    assert "παπαδοπουλοσ" in set(keys(form, "PERSON", 0.9, parts=True))


def test_short_and_foreign_words_have_no_cases() -> None:
    assert set(keys("Δήμο Brown", "PERSON", 0.9, parts=True)) == {"δημοbrown", "δημο", "brown"}
