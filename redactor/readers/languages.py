"""Which language each utterance is in: what the recogniser makes of it, judged together with its neighbours.

People change language from turn to turn, but seldom, and a recogniser guesses badly from a second of sound: the most
probable sequence of a two-state (or n-state) Markov chain is taken (Viterbi 1967).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SWITCH = 1.2
"""Log10 odds that a change of language costs."""
LEAN = 2.0
"""Log10 odds that the first language of the policy is given: base models take Greek for English, not the reverse."""
CERTAIN = 6.0
"""Log10 odds beyond this count no more: one utterance must not outweigh a whole call."""


def choose(
    odds: Sequence[Mapping[str, float]], languages: Sequence[str], before: Mapping[str, float] | None = None
) -> tuple[list[str], dict[str, float]]:
    """The language of each utterance of one channel, in order of time, and the standing to go on with.

    Args:
        odds: for each utterance the log10 probability of each language.
        languages: those of the policy, the expected one first, at least one.
        before: the standing after the utterances before these.

    Returns:
        One of `languages` for each utterance, and for each language the log10 odds of the best sequence that ends in it
        (the best of them 0).
    """
    best = dict(before) if before else dict.fromkeys(languages, 0.0)
    came_from: list[dict[str, str]] = []
    for one in odds:
        top = max(one[language] for language in languages)
        step: dict[str, float] = {}
        origin: dict[str, str] = {}
        for language in languages:
            origin[language] = max(languages, key=lambda other: best[other] - SWITCH * (other != language))
            stays = best[origin[language]] - SWITCH * (origin[language] != language)
            heard = max(one[language] - top, -CERTAIN) + LEAN * (language == languages[0])
            step[language] = stays + heard
        came_from.append(origin)
        best = step
    last = max(languages, key=lambda language: best[language])
    chosen: list[str] = []
    for origin in reversed(came_from):
        chosen.append(last)
        last = origin[last]
    level = max(best.values())
    return chosen[::-1], {language: value - level for language, value in best.items()}
