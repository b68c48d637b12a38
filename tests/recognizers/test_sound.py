"""Words that sound alike get one key; what is misheard costs little, what is different costs too much."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.recognizers.sound import SLIP, misheard, sound


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("εξη", "έξι"),
        ("exy", "έξι"),
        ("octo", "οκτώ"),
        ("τρεία", "τρία"),
        ("ικωσι", "είκοσι"),
        ("ευτά", "εφτά"),
        ("ενεία", "εννιά"),
        ("ΠΈΝΤΕ", "πεντε"),
        ("τεσερα", "τέσσερα"),
        ("γιαχού", "γειαχού"),
    ],
)
def test_same_sound(heard: str, meant: str) -> None:
    assert sound(heard) == sound(meant) != ""


@pytest.mark.parametrize(("one", "other"), [("δέκα", "δώδεκα"), ("έξι", "εξήντα"), ("επτά", "οκτώ"), ("το", "δύο")])
def test_different_sound(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize(
    ("heard", "meant", "most"),
    [
        ("παιδε", "πέντε", SLIP / 5),
        ("πτά", "επτά", SLIP),
        ("ξακώσια", "εξακόσια", SLIP),
        ("ενίνδα", "ενενήντα", 2 * SLIP),
    ],
)
def test_misheard(heard: str, meant: str, most: float) -> None:
    assert 0 < misheard(sound(meant), most)[sound(heard)] <= most


@given(st.text(alphabet="aeioupkt", min_size=2, max_size=8))
def test_misheard_keeps_the_word_and_its_budget(key: str) -> None:
    prices = misheard(key, SLIP)
    assert prices[key] == 0
    assert all(0 <= price <= SLIP for price in prices.values())


@given(st.text(max_size=30))
def test_a_key_is_plain_letters_without_doubles(word: str) -> None:
    key = sound(word)
    assert all("a" <= c <= "z" for c in key)
    assert all(a != b for a, b in itertools.pairwise(key))
