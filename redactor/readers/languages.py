"""Which language each utterance is in: what the recogniser makes of it, judged together with its neighbours.

People change language from turn to turn, but seldom, and answer in the language they are asked in; a recogniser guesses
badly from a second of sound: the most probable sequence of a two-state Markov chain over the turns of all channels is
taken (Viterbi 1967), where what the recogniser says counts as much as it tells (log likelihood ratios).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

SWITCH = 0.9
"""Log10 odds that a change of language costs: one turn of nine."""
FIRST = 0.8
"""Log10 odds that a call begins in the first language of the policy."""
CERTAIN = 2.0
"""Log10 odds beyond this count no more: one utterance must not outweigh a whole call."""

_SHORT_MS = 4_000
_HEARD = {
    ("el", False): (0.45, 1.5),
    ("el", True): (0.45, 1.5),
    ("en", False): (-2.3, 1.3),
    ("en", True): (-3.8, 1.3),
}
"""Mean and deviation of log10 P(Greek) / P(English), as Whisper base gives them for utterances in a language, short and
long ones: 160 Greek and 140 English ones over telephone lines. It takes Greek for English, and seldom the reverse."""


class Utterance(NamedTuple):
    """What is known of one stretch of speech."""

    odds: Mapping[str, float]
    """The log10 probability of each language, as the recogniser says."""
    length_ms: int
    """How long it lasts: of more speech it is surer."""


def choose(
    said: Sequence[Utterance], languages: Sequence[str], before: Mapping[str, float] | None = None
) -> tuple[list[str], dict[str, float]]:
    """The language of each utterance, in order of time, and the standing to go on with.

    Args:
        said: the utterances of all channels, one after the other.
        languages: those of the policy, `el` and `en`, the expected one first; one or both.
        before: the standing after the utterances before these.

    Returns:
        One of `languages` for each utterance, and for each language the log10 odds of the best sequence that ends in it
        (the best of them 0).
    """
    best = dict(before) if before else {language: -FIRST * (language != languages[0]) for language in languages}
    came_from: list[dict[str, str]] = []
    for one in said:
        told = evidence(one, languages)
        step: dict[str, float] = {}
        origin: dict[str, str] = {}
        for language in languages:
            origin[language] = max(languages, key=lambda other: best[other] - SWITCH * (other != language))
            stays = best[origin[language]] - SWITCH * (origin[language] != language)
            step[language] = stays + told[language]
        came_from.append(origin)
        best = step
    last = max(languages, key=lambda language: best[language])
    chosen: list[str] = []
    for origin in reversed(came_from):
        chosen.append(last)
        last = origin[last]
    level = max(best.values())
    return chosen[::-1], {language: value - level for language, value in best.items()}


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
