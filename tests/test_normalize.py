"""Folded text and the way back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.normalize import clean, fold, folded
from redactor.regions import Span
from tests.growth import grows_with_length

CHARACTERS = "Γιώργος Παπαδόπουλος697 ΆΉΏΐΰς-–\u200b\u00a0é٣１\u0301"
ESCAPES = [r"\u03c2", r"\\u0391", r"\u0301", r"\ud83d\ude00", r"\ud83d", r"\u005cu0041", r"\u0000", r"\n", "\\"]
words = st.lists(st.sampled_from([*CHARACTERS, *ESCAPES]), max_size=40).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Γιώργος ΠΑΠΑΔΌΠΟΥΛΟΣ", "γιωργοσ παπαδοπουλοσ"),
        (unicodedata.normalize("NFD", "Μαΐου"), "μαιου"),
        ("697\u00a0123\u200b45–67", "697 12345-67"),
        ("６９７", "697"),
        ("τηλ\u202e.", "τηλ."),
        (r"\u039c\u03b1\u03c1\u03af\u03b1\n\u0391", "μαρια\nα"),
        (r"\\\\u0039\u200b7 \ud83d\ude00 \ud83d \u001f.", "97 😀 \ufffd  ."),
        (r"c:\new\update \u12", r"c:\new\update \u12"),
    ],
)
def test_folding(text: str, expected: str) -> None:
    assert folded(text) == expected


@given(words)
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    for normalized in (clean(text), fold(text)):
        assert len(normalized.text) == len(normalized.starts) == len(normalized.ends)
        assert list(normalized.starts) == sorted(normalized.starts)
        for i, (start, end) in enumerate(zip(normalized.starts, normalized.ends, strict=True)):
            assert 0 <= start < end <= len(text)
            assert normalized.to_source(Span(i, i + 1)) == Span(start, end)


@given(words)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_an_escape_is_one_character() -> None:
    text = r"x \ud83d\ude00\u0391ρης\u0301."
    found = clean(text)
    assert found.text == "x 😀Αρης\u0301."
    assert found.to_source(Span(2, 3)) == Span(2, 14)
    assert text[found.to_source(Span(3, 7)).start : -1] == r"\u0391ρης\u0301"


@pytest.mark.parametrize("piece", [r"\u039c\u03b1", "\\", r"\u005c", "u005c", r"\ud83d", "\\\\n"])
def test_escapes_take_no_longer_than_their_length(piece: str) -> None:
    assert grows_with_length(lambda times: fold(r"\u005c" + piece * times), 100_000)


def test_a_span_outside_the_text_raises() -> None:
    with pytest.raises(ValueError, match="outside"):
        fold("abc").to_source(Span(2, 9))
