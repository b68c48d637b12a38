from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redactor.readers.languages import LEAN, SWITCH, choose

LANGUAGES = ("el", "en")
GREEK, ENGLISH, UNSURE = {"el": 0.0, "en": -3.0}, {"el": -5.0, "en": 0.0}, {"el": -1.0, "en": 0.0}


def test_a_clear_change_of_language_is_followed() -> None:
    chosen, standing = choose([GREEK, ENGLISH, GREEK, ENGLISH, ENGLISH], LANGUAGES)
    assert chosen == ["el", "en", "el", "en", "en"]
    assert standing["en"] == 0.0 > standing["el"]


def test_a_doubtful_utterance_is_in_the_language_of_its_neighbours() -> None:
    assert choose([GREEK, UNSURE, GREEK], LANGUAGES)[0] == ["el"] * 3
    doubtful = {"el": 0.0, "en": (LEAN - 2 * SWITCH) / 2}
    assert choose([ENGLISH, ENGLISH, doubtful, ENGLISH, ENGLISH], LANGUAGES)[0] == ["en"] * 5


def test_the_first_language_of_the_policy_is_expected() -> None:
    assert choose([UNSURE], LANGUAGES)[0] == ["el"]
    assert choose([UNSURE], ("en", "el"))[0] == ["en"]


def test_what_was_spoken_before_counts() -> None:
    _, standing = choose([ENGLISH] * 3, LANGUAGES)
    assert choose([{"el": -LEAN, "en": 0.0}], LANGUAGES, standing)[0] == ["en"]
    assert choose([], LANGUAGES, standing) == ([], standing)


odds = st.fixed_dictionaries({"el": st.floats(-9, 0), "en": st.floats(-9, 0)})


@given(st.lists(odds, min_size=1, max_size=12), st.integers(0, 11))
def test_in_two_parts_the_end_is_judged_as_in_one(utterances: list[dict[str, float]], cut: int) -> None:
    whole, standing = choose(utterances, LANGUAGES)
    _, before = choose(utterances[:cut], LANGUAGES)
    rest, after = choose(utterances[cut:], LANGUAGES, before)
    assert rest == whole[len(whole) - len(rest) :]
    assert all(abs(after[language] - standing[language]) < 1e-6 for language in LANGUAGES)
