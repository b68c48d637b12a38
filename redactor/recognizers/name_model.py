"""Persons, places, addresses, birth dates, ages, health and credentials by the name model, in Greek and English.

The model reads words without case and accents, so capitals, lower case and lost accents make no difference to it; see
models/name-model/CARD.md for what it learnt from and how well it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from redactor.recognizers.base import USUAL, FoldedRecognizer, Match
from redactor.recognizers.tagger import TYPES, Floats, Tagged, tagger
from redactor.recognizers.view import View

LEAST = 0.2
"""Probability below which a word is not reported at all."""
_HOUR = re.compile(r"(?<![^\W_])σ?τισ[ ]$")
"""Hours and days of the month are feminine ("στις εννέα"), ages are not."""
_BEFORE = 5
_PACKAGE = Path(__file__).parents[1]


def model_folder() -> Path:
    """The folder of the model that comes with the package."""
    installed = _PACKAGE / "name-model"
    return installed if installed.is_dir() else _PACKAGE.parent / "models" / "name-model"


class NameRecognizer(FoldedRecognizer):
    """What the model takes for personal data. A score of `USUAL` is the probability from which its type counts.

    >>> NameRecognizer().spans("με λένε Στυλιανό Καραγιώργο και μένω στη Δράμα")
    ['Δράμα', 'Στυλιανό Καραγιώργο']
    """

    ENTITIES = TYPES

    def __init__(
        self,
        supported_language: str = "el",
        *,
        supported_entities: Sequence[str] | None = None,
        context: Sequence[str] | None = None,
        name: str | None = None,
        folder: Path | None = None,
    ) -> None:
        """`folder`: where another model of the same form lies. Raises `MissingEngineError` when there is none."""
        super().__init__(supported_language, supported_entities=supported_entities, context=context, name=name)
        self._tagger = tagger(folder or model_folder())

    def matches(self, text: View) -> Iterable[Match]:
        """Runs of words of one type, a score each."""
        directory = [found.span() for found in directory_number().finditer(text.plain)]
        for match in runs(text.plain, self._tagger.tag(text)):
            if any(start <= match.start and match.end <= end for start, end in directory):
                continue
            if match.entity == "AGE" and _HOUR.search(text.plain, max(0, match.start - _BEFORE), match.start):
                continue
            yield replace(match, score=scaled(match.score, self._tagger.cuts[match.entity]))


@cache
def directory_number() -> re.Pattern[str]:
    """A Greek directory number (118xx, EETT numbering plan) said as one: "έντεκα οκτακόσια ογδόντα οκτώ"."""
    ones = "ενα|δυο|τρια|τεσσερα|πεντε|εξι|ε[φπ]τα|ο[χκ]τω|εννια|εννεα"
    tens = "δεκα|εικοσι|τριαντα|σαραντα|πενηντα|εξηντα|εβδομηντα|ογδοντα|ενενηντα"
    teens = "εντεκα|δωδεκα|δεκα(?:τρια|τεσσερα|πεντε|εξι|ε[φπ]τα|ο[χκ]τω|εννια|εννεα)"
    return re.compile(
        rf"(?<![^\W_])εντεκα ο[χκ]τακοσια (?:(?:{teens})|(?:{tens})(?: (?:{ones}))?|(?:{ones}))(?![^\W_])"
    )


def scaled(probability: float, cut: float) -> float:
    """A score that is `USUAL` where the probability is `cut`, 0 at 0 and 1 at 1, straight between."""
    if probability < cut:
        return round(USUAL * probability / cut, 3)
    return round(1 - (1 - USUAL) * (1 - probability) / (1 - cut), 3)


def runs(plain: str, tagged: Tagged) -> Iterator[Match]:
    """Neighbouring words of one type as matches, scored with their mean probability, without signs at their ends."""
    types = tagged.odds[:, 1:].argmax(axis=1)
    sure = 1.0 - tagged.odds[:, 0]
    first = 0
    for end in range(1, len(types) + 1):
        if end < len(types) and sure[end] >= LEAST and sure[first] >= LEAST and types[end] == types[first]:
            continue
        if sure[first] >= LEAST:
            yield from _match(plain, tagged, first, end, TYPES[types[first]], sure)
        first = end


def _match(plain: str, tagged: Tagged, first: int, end: int, entity: str, sure: Floats) -> Iterator[Match]:
    while first < end and not plain[tagged.spans[first][0]].isalnum():
        first += 1
    while end > first and not plain[tagged.spans[end - 1][0]].isalnum():
        end -= 1
    if first < end:
        score = float(sure[first:end].mean())
        yield Match(tagged.spans[first][0], tagged.spans[end - 1][1], entity, score)
