from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from redactor.readers.languages import Utterance, choose

LANGUAGES = ("el", "en")


def said(ratio: float, length_ms: int = 3_000) -> Utterance:
    """An utterance that the recogniser takes for Greek with log10 odds of `ratio`."""
    return Utterance({"el": ratio, "en": 0.0}, length_ms)


GREEK, ENGLISH, UNSURE = said(2.0), said(-5.0), said(-1.1)


def test_a_clear_change_of_language_is_followed() -> None:
    chosen, standing = choose([GREEK, ENGLISH, GREEK, ENGLISH, ENGLISH], LANGUAGES)
    assert chosen == ["el", "en", "el", "en", "en"]
    assert standing["en"] == 0.0 > standing["el"]


def test_a_doubtful_utterance_is_in_the_language_of_its_neighbours() -> None:
    assert choose([GREEK, UNSURE, GREEK], LANGUAGES)[0] == ["el"] * 3
    assert choose([ENGLISH, UNSURE, ENGLISH], LANGUAGES)[0] == ["en"] * 3


def test_a_call_in_an_accent_that_the_recogniser_is_unsure_of_is_english() -> None:
    ratios = (-2.2, -2.7, -1.3, -1.5, -1.9, -1.3, -2.5, -1.6, -2.4)
    assert set(choose([said(ratio) for ratio in ratios], LANGUAGES)[0]) == {"en"}


def test_a_call_that_sounds_a_little_english_on_a_bad_line_is_greek() -> None:
    ratios = (-0.8, -1.9, 0.7, -1.5, 0.9, -1.9, -0.7, -0.2, -0.9)
    assert set(choose([said(ratio) for ratio in ratios], LANGUAGES)[0]) == {"el"}


def test_of_a_long_utterance_the_recogniser_should_be_surer() -> None:
    assert choose([ENGLISH, said(-1.3, 2_000)], LANGUAGES)[0] == ["en", "en"]
    assert choose([ENGLISH, *[said(-1.0, 8_000)] * 2], LANGUAGES)[0] == ["en", "el", "el"]


def test_the_first_language_of_the_policy_is_expected() -> None:
    assert choose([UNSURE], LANGUAGES)[0] == ["el"]
    assert choose([UNSURE], ("en", "el"))[0] == ["en"]


def test_what_was_spoken_before_counts() -> None:
    _, standing = choose([ENGLISH] * 3, LANGUAGES)
    assert choose([UNSURE], LANGUAGES, standing)[0] == ["en"]
    assert choose([], LANGUAGES, standing) == ([], standing)


def test_a_policy_may_know_one_language_only() -> None:
    assert choose([ENGLISH, GREEK], ("el",)) == (["el", "el"], {"el": 0.0})


utterances = st.builds(said, st.floats(-9, 9), st.integers(1, 30_000))


@given(st.lists(utterances, min_size=1, max_size=12), st.integers(0, 11))
def test_in_two_parts_the_end_is_judged_as_in_one(spoken: list[Utterance], cut: int) -> None:
    whole, standing = choose(spoken, LANGUAGES)
    _, before = choose(spoken[:cut], LANGUAGES)
    rest, after = choose(spoken[cut:], LANGUAGES, before)
    assert rest == whole[len(whole) - len(rest) :]
    assert all(abs(after[language] - standing[language]) < 1e-6 for language in LANGUAGES)
