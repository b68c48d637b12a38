"""Labels and questions in front of a number ("το ΑΦΜ μου", "card number"), compared by sound.

Phrases stand in el/spoken_labels.tsv and en/spoken_labels.tsv. They are matched on the sound keys of the words before
a number, run together, because recognition joins and tears words ("αλφαφημίσας", "του άνκας ας").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from redactor.recognizers.labels import LANGUAGES, table
from redactor.recognizers.sound import sound
from redactor.recognizers.spoken_tokens import Token

REACH = 12
"""A label counts for a number that begins at most so many words later; numbers and fillers are not counted."""
_LOOK_BACK = 90
_LONGEST_KEY = 24
_INDEX = 2
_SHORT = 6
"""Phrases with fewer sounds must begin where a word begins ("you can call" holds "anka")."""
SPELL = "SPELL"
"""The entity of questions to spell something."""
NONE = "NONE"
"""The entity of labels of numbers that are nobody's: orders, serial numbers, consumption."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label in front of a number."""

    entity: str
    fewest: int
    """So many digits are enough after it."""
    distance: int
    """Words between it and the number, without numbers and fillers."""
    numbers: int
    """Number words between it and the number: the label may have been answered already."""


@cache
def _phrases() -> dict[str, tuple[tuple[re.Pattern[str], str, int], ...]]:
    """First two sounds -> patterns, longest first, with entity and fewest digits: far faster than one alternation."""
    rows: dict[str, tuple[str, int]] = {}
    for language in LANGUAGES:
        for number, (entity, fewest, phrases) in table(language, "spoken_labels.tsv"):
            for phrase in phrases.split(";"):
                # An ending is open at the end of a phrase anyway: there it would only eat into the next word.
                words = phrase.strip().removesuffix("~").split()
                parts = [sound(w.removesuffix("~")) + ("[a-z]{0,4}" if w.endswith("~") else "") for w in words]
                pattern = "".join(parts)
                if not pattern[:_INDEX].isalpha() or len(pattern) < _INDEX:
                    raise ValueError(f"{language}/spoken_labels.tsv line {number}: a phrase with too few letters")
                rows.setdefault(pattern, (entity, int(fewest)))
    found: dict[str, tuple[tuple[re.Pattern[str], str, int], ...]] = {}
    for pattern in sorted(rows, key=lambda p: (-len(p), p)):
        head = pattern[:_INDEX]
        found[head] = (*found.get(head, ()), (re.compile(pattern), *rows[pattern]))
    return found


def labels_before(found: Sequence[Token], at: int, *, with_spelling: bool = False) -> list[Label]:
    """The labels in the words before token `at`, nearest first; questions to spell only when asked for."""
    keys: list[str] = []
    after: list[tuple[int, int]] = []
    begins: list[bool] = []
    words = numbers = 0
    for token in reversed(found[max(0, at - _LOOK_BACK) : at]):
        if words > REACH + 4:
            break
        if token.speaker:
            continue
        key = token.reading.key[-_LONGEST_KEY:]
        keys.append(key)
        after += [(words, numbers)] * len(key)
        begins += [False] * (len(key) - 1) + [True] * bool(key)
        numbers += token.number
        words += not (token.filler or token.number)
    line = "".join(reversed(keys))
    after.reverse()
    begins.reverse()
    labels = []
    for end, entity, fewest in _matches(line, begins):
        distance, told = after[end - 1]
        if distance <= REACH and (with_spelling or entity != SPELL):
            labels.append((end, Label(entity, fewest, distance, told)))
    labels.sort(key=lambda pair: -pair[0])
    return [label for _, label in labels]


def _matches(line: str, begins: Sequence[bool]) -> Iterator[tuple[int, str, int]]:
    """End, entity and fewest digits of the phrases in a line of sound keys, left to right, none overlapping."""
    phrases, at = _phrases(), 0
    while at < len(line) - 1:
        for pattern, entity, fewest in phrases.get(line[at : at + _INDEX], ()):
            match = pattern.match(line, at)
            if match is not None and (begins[at] or match.end() - at >= _SHORT):
                yield match.end(), entity, fewest
                at = match.end() - 1
                break
        at += 1
