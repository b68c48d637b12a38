"""Folded text and the way back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.normalize import clean, fold, folded
from redactor.regions import Span

words = st.text(st.sampled_from("Γιώργος Παπαδόπουλος697 ΆΉΏΐΰς-–\u200b\u00a0é٣１\u0301"), max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Γιώργος ΠΑΠΑΔΌΠΟΥΛΟΣ", "γιωργοσ παπαδοπουλοσ"),
        (unicodedata.normalize("NFD", "Μαΐου"), "μαιου"),
        ("697\u00a0123\u200b45–67", "697 12345-67"),
        ("６９７", "697"),
        ("τηλ\u202e.", "τηλ."),
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


def test_a_span_outside_the_text_raises() -> None:
    with pytest.raises(ValueError, match="outside"):
        fold("abc").to_source(Span(2, 9))
