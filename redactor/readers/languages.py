"""Which language each utterance is in: what the recogniser makes of it, judged together with its neighbours.

People change language from turn to turn, but seldom, and mostly answer in the language they are asked in; a recogniser
guesses badly from a second of sound: the most probable sequence of a Markov chain with a language for each channel is
taken (Viterbi 1967), where what the recogniser says counts as much as it tells (log likelihood ratios).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple, TypeAlias

SWITCH = 0.9
"""Log10 odds that a change of language costs a speaker: one turn of nine."""
APART = 0.2
"""Log10 odds that a turn in another language than that of the others costs."""
FIRST = 0.5
"""Log10 odds that a channel begins in the first language of the policy."""
CERTAIN = 3.0
"""Log10 odds beyond this count no more: one utterance must not outweigh a whole call."""

_SHORT_MS = 4_000
_HEARD = {
    ("el", False): (0.45, 1.5),
    ("el", True): (0.45, 1.5),
    ("en", False): (-2.3, 1.3),
    ("en", True): (-3.2, 1.5),
}
"""Mean and deviation of log10 P(Greek) / P(English), as Whisper base gives them for utterances in a language, short and
long ones: 160 Greek and 140 English ones over telephone lines. It takes Greek for English, and seldom the reverse."""


class Utterance(NamedTuple):
    """What is known of one stretch of speech."""

    channel: int
    """Index of the channel that it is on."""
    odds: Mapping[str, float]
    """The log10 probability of each language, as the recogniser says."""
    length_ms: int
    """How long it lasts: of more speech it is surer."""


Standing: TypeAlias = Mapping[tuple[str, ...], float]
"""For a language of each channel the log10 odds of the best sequence that ends so (the best of them 0)."""


class Choice(NamedTuple):
    """What an utterance is taken for."""

    language: str
    margin: float
    """Log10 odds by which the best sequence is more probable than the best with another language here, >= 0."""


def choose(
    said: Sequence[Utterance], languages: Sequence[str], channels: int, before: Standing | None = None
) -> tuple[list[Choice], Standing]:
    """The language of each utterance, in order of time, and the standing to go on with.

    Args:
        said: the utterances of all channels, one after the other.
        languages: those of the policy, `el` and `en`, the expected one first; one or both.
        channels: how many there are; 8 make 256 states.
        before: the standing after the utterances before these.

    Returns:
        One of `languages` for each utterance, and the standing.
    """
    states = list(product(languages, repeat=channels))
    best: Standing = before or {state: -FIRST * _others(state, languages[0]) for state in states}
    forward: list[Standing] = []
    for one in said:
        best = _step(best, one, evidence(one, languages), languages)
        forward.append(best)
    level = max(best.values())
    standing = {state: value - level for state, value in best.items()}
    ahead: Standing = dict.fromkeys(states, 0.0)
    choices = []
    for one, here in zip(reversed(said), reversed(forward), strict=True):
        odds = {
            language: max(here[state] + ahead[state] for state in states if state[one.channel] == language)
            for language in languages
        }
        language = max(languages, key=lambda language: odds[language])
        others = [value for other, value in odds.items() if other != language]
        choices.append(Choice(language, odds[language] - max(others, default=-math.inf)))
        told = evidence(one, languages)
        scored = {state: ahead[state] + _told(state, one, told) for state in states}
        ahead = {
            state: max(scored[other] - cost for other, cost in _beside(state, one.channel, languages))
            for state in states
        }
    return choices[::-1], standing


def _step(best: Standing, one: Utterance, told: Mapping[str, float], languages: Sequence[str]) -> Standing:
    return {
        state: max(best[other] - cost for other, cost in _beside(state, one.channel, languages))
        + _told(state, one, told)
        for state in best
    }


def _told(state: tuple[str, ...], one: Utterance, told: Mapping[str, float]) -> float:
    """What an utterance says for a state."""
    language = state[one.channel]
    return told[language] - APART * _others(state, language) / max(1, len(state) - 1)


def _beside(state: tuple[str, ...], at: int, languages: Sequence[str]) -> Iterator[tuple[tuple[str, ...], float]]:
    """The states that differ in one channel at most, and what that costs."""
    return (((*state[:at], other, *state[at + 1 :]), SWITCH * (other != state[at])) for other in languages)


def _others(state: Sequence[str], language: str) -> int:
    return sum(one != language for one in state)


def evidence(one: Utterance, languages: Sequence[str]) -> dict[str, float]:
    """Log10 likelihood of each language, that of the likeliest 0 and none below `-CERTAIN`: normal densities."""
    ratio = one.odds.get("el", 0.0) - one.odds.get("en", 0.0)
    told = {}
    for language in languages:
        mean, deviation = _HEARD[language, one.length_ms >= _SHORT_MS]
        # Beyond its mean, on the side away from the other language, an utterance is no less in its language.
        away = min(0.0, ratio - mean) if language == "el" else max(0.0, ratio - mean)
        told[language] = -((away / deviation) ** 2) / 2 / math.log(10)
    top = max(told.values())
    return {language: max(value - top, -CERTAIN) for language, value in told.items()}
