"""Numbers that the name model suspects: whose they are, by what stands around them."""

import pytest

from redactor.recognizers.base import Match
from redactor.recognizers.model_numbers import NumberTalk
from redactor.recognizers.view import view


@pytest.mark.parametrize(
    ("text", "suspected", "nobodys"),
    [
        ("we won two to one", "won two to one", True),
        ("we won two to one", "we won two to one", True),
        ("oh won two to one", "won two to one", False),
        ("we won two six nine eight five", "won two six nine eight five", False),  # too long for a score
        ("★ one", "★", False),  # a sign that is no word
    ],
)
def test_a_score_is_nobodys_number(text: str, suspected: str, *, nobodys: bool) -> None:
    start = text.index(suspected)
    match = Match(start, start + len(suspected), "CUSTOMER_ID", 0.9)
    assert NumberTalk(view(text)).nobodys(match) is nobodys


@pytest.mark.parametrize(("label", "nobodys"), [("Reference", True), ("Τιμή", True), ("Customer", False)])
def test_the_label_of_a_field_is_no_speaker(label: str, *, nobodys: bool) -> None:
    text = f"Counter 3, Mon-Fri 8-18\n{label}: LP/0226/118"
    start = text.index("LP")
    assert NumberTalk(view(text)).nobodys(Match(start, len(text), "CUSTOMER_ID", 0.9)) is nobodys
