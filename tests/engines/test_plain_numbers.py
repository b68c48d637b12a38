"""Numbers as they are said: put together as one hears them, and judged as a whole."""

import pytest

from redactor.engines.plain_numbers import digits_of, numbers


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("εξηντα εννεα δεκαοχτω σαραντα οχτω δεκατεσσερα", "69184814"),
        ("sixty nine eighteen 20 zero five", "69182005"),
        ("τριακοσια σαραντα δυο μηδεν πεντε", "34205"),
        ("εκατο δωδεκα ενα", "1121"),
        ("εικοσι εικοσι ενα δυο", "20212"),
        ("διακοσια πεντε", "205"),
        ("μηδεν μηδεν 007", "00007"),
        ("", ""),
    ],
)
def test_words_become_digits(words: str, digits: str) -> None:
    assert digits_of(words.split()) == digits


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("στο Εξήντα εννέα, εε, δεκαοχτώ... σαράντα οχτώ, δεκατέσσερα, και σαράντα τρία.", [("PHONE_NUMBER", "Εξήντα εννέα, εε, δεκαοχτώ... σαράντα οχτώ, δεκατέσσερα, και σαράντα τρία")]),
        ("ΑΦΜ: 090000045", [("GR_AFM", "090000045")]),
        ("ΑΦΜ 090000046", []),
        ("ORD-2026-61928", []),
        ("21/08/2026 13:30", []),
        ("τρία δωμάτια, δύο μπάνια", []),
    ],
)  # fmt: skip
def test_runs_are_judged_as_a_whole(text: str, found: list[tuple[str, str]]) -> None:
    assert [(f.entity_type, text[f.span.start : f.span.end]) for f in numbers(text)] == found
