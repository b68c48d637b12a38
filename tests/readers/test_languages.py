from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise, product

from hypothesis import given
from hypothesis import strategies as st

from redactor.readers.languages import FIRST, SWITCH, Utterance, choose, evidence

LANGUAGES = ("el", "en")


def said(ratio: float, length_ms: int = 3_000, channel: int = 0) -> Utterance:
    """An utterance that the recogniser takes for Greek with log10 odds of `ratio`."""
    return Utterance(channel, {"el": ratio, "en": 0.0}, length_ms)


def chosen(spoken: Sequence[Utterance], languages: Sequence[str] = LANGUAGES, channels: int = 1) -> list[str]:
    return [choice.language for choice in choose(spoken, languages, channels)[0]]


GREEK, ENGLISH, UNSURE = said(2.0), said(-5.0), said(-1.1)


def test_a_clear_change_of_language_is_followed() -> None:
    spoken = [GREEK, ENGLISH, GREEK, ENGLISH, ENGLISH]
    _, standing = choose(spoken, LANGUAGES, 1)
    assert chosen(spoken) == ["el", "en", "el", "en", "en"]
    assert standing["en",] == 0.0 > standing["el",]


def test_a_doubtful_utterance_is_in_the_language_of_its_neighbours() -> None:
    assert chosen([GREEK, UNSURE, GREEK]) == ["el"] * 3
    assert chosen([ENGLISH, UNSURE, ENGLISH]) == ["en"] * 3


def test_a_call_in_an_accent_that_the_recogniser_is_unsure_of_is_english() -> None:
    ratios = (-2.2, -2.7, -1.3, -1.5, -1.9, -1.3, -2.5, -1.6, -2.4)
    assert set(chosen([said(ratio) for ratio in ratios])) == {"en"}


def test_a_call_that_sounds_a_little_english_on_a_bad_line_is_greek() -> None:
    ratios = (-0.8, -1.9, 0.7, -1.5, 0.9, -1.9, -0.7, -0.2, -0.9)
    assert set(chosen([said(ratio) for ratio in ratios])) == {"el"}


def test_of_a_long_utterance_the_recogniser_should_be_surer() -> None:
    assert chosen([ENGLISH, *[said(-0.5, 2_000)] * 2]) == ["en", "en", "en"]
    assert chosen([ENGLISH, *[said(-0.5, 8_000)] * 2]) == ["en", "el", "el"]


def test_the_first_language_of_the_policy_is_expected() -> None:
    assert chosen([UNSURE]) == ["el"]
    assert chosen([UNSURE], ("en", "el")) == ["en"]


def test_what_was_spoken_before_counts() -> None:
    _, standing = choose([ENGLISH] * 3, LANGUAGES, 1)
    assert [choice.language for choice in choose([UNSURE], LANGUAGES, 1, standing)[0]] == ["en"]
    assert choose([], LANGUAGES, 1, standing) == ([], standing)


def test_speakers_may_keep_to_their_own_languages() -> None:
    turns = [(-1.3, 0), (-4.3, 1), (-1.1, 0), (-2.9, 1), (0.9, 0), (-2.1, 1)]
    assert chosen([said(ratio, channel=channel) for ratio, channel in turns], channels=2) == ["el", "en"] * 3


def test_a_speaker_of_few_words_is_taken_to_answer_in_the_language_of_the_other() -> None:
    english = [said(-4.0, channel=1)] * 4
    assert chosen([*english, *[said(-1.3)] * 2, *english], channels=2) == ["en"] * 10
    assert chosen([said(-1.3)] * 2) == ["el"] * 2


def test_a_policy_may_know_one_language_only() -> None:
    choices, standing = choose([ENGLISH, GREEK], ("el",), 1)
    assert choices == [("el", math.inf)] * 2
    assert standing == {("el",): 0.0}


utterances = st.builds(said, st.floats(-9, 9), st.integers(1, 30_000), st.integers(0, 1))


@given(st.lists(utterances, min_size=1, max_size=12), st.integers(0, 11))
def test_in_two_parts_the_end_is_judged_as_in_one(spoken: list[Utterance], cut: int) -> None:
    whole, standing = choose(spoken, LANGUAGES, 2)
    _, before = choose(spoken[:cut], LANGUAGES, 2)
    rest, after = choose(spoken[cut:], LANGUAGES, 2, before)
    ends = [choice.language for choice in whole[len(whole) - len(rest) :]]
    assert [choice.language for choice in rest if choice.margin > 1e-6] == [
        language for language, choice in zip(ends, rest, strict=True) if choice.margin > 1e-6
    ]
    assert all(abs(after[state] - odds) < 1e-6 for state, odds in standing.items())


@given(st.lists(utterances, min_size=1, max_size=6))
def test_the_margin_is_what_separates_the_best_sequences(spoken: list[Utterance]) -> None:
    """Against every sequence there is."""
    flat = [one._replace(channel=0) for one in spoken]
    scores = {}
    for path in product(LANGUAGES, repeat=len(flat)):
        told = sum(evidence(one, LANGUAGES)[language] for one, language in zip(flat, path, strict=True))
        changes = sum(a != b for a, b in pairwise(path))
        scores[path] = told - SWITCH * changes - FIRST * (path[0] != "el")
    choices = choose(flat, LANGUAGES, 1)[0]
    for i, choice in enumerate(choices):
        mine = max(score for path, score in scores.items() if path[i] == choice.language)
        other = max(score for path, score in scores.items() if path[i] != choice.language)
        assert abs(choice.margin - (mine - other)) < 1e-6
