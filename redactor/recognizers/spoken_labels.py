"""Labels and questions in front of a number ("το ΑΦΜ μου", "card number"), compared by sound.

Phrases stand in el/spoken_labels.tsv and en/spoken_labels.tsv. They are matched on the sound keys of all words run
together, because recognition joins and tears words ("αλφαφημίσας", "του άνκας ας").
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from redactor.recognizers.labels import LANGUAGES, table
from redactor.recognizers.sound import one_slip, sound
from redactor.recognizers.spoken_tokens import Token

REACH = 12
"""A label counts for a number that begins at most so many words later; numbers and fillers are not counted."""
ASKED_REACH = 30
"""So does a label in a question, or in what the other side said, for a number of four digits and more."""
WHOLE = {
    "PHONE_NUMBER": 10, "GR_AFM": 9, "GR_AMKA": 11, "CREDIT_CARD": 16, "IBAN_CODE": 25, "GR_ID_CARD": 6, "PASSPORT": 7,
    "GR_PERSONAL_NUMBER": 12, "DRIVING_LICENCE": 9, "RF_PAYMENT_CODE": 23, "US_SSN": 9, "UK_NINO": 6, "CUSTOMER_ID": 12,
    "BANK_ACCOUNT": 16, "GR_GEMI": 12, "LICENSE_PLATE": 4,
}  # fmt: skip
"""Digits of a whole number of each type (of those without a fixed length, the most that is usual)."""
_LONGEST_KEY = 24
_INDEX = 2
_LONG_PHRASE = 8
"""Phrases with so many sounds are also found with one slip of the ear in them."""
_ENDINGS = ("", "o", "os", "u", "i", "is", "a", "es", "on")
"""Sounds of the usual endings of Greek nouns and adjectives."""
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
    asked: bool
    """True when a question mark or the end of a turn parts it from the number."""
    last: int
    """Index of its last token."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label phrase stands."""

    first: int
    """Index of its first token."""
    last: int
    entity: str
    fewest: int


@dataclass(frozen=True, slots=True)
class _Phrases:
    """Sound key of a phrase, as said or misheard -> entity and fewest digits; and which lengths follow three sounds."""

    keys: dict[str, tuple[str, int]]
    exact: frozenset[str]
    """Those that are no slips: they may also begin inside a word, where two ran together."""
    lengths: dict[str, tuple[int, ...]]
    """First sounds -> lengths of the phrases that begin with them, longest first."""


@cache
def _phrases() -> _Phrases:
    rows: dict[str, tuple[str, int]] = {}
    slips: dict[str, tuple[str, int]] = {}
    for language in LANGUAGES:
        for number, (entity, fewest, phrases) in table(language, "spoken_labels.tsv"):
            for phrase in phrases.split(";"):
                for key in _forms(phrase.strip()):
                    if len(key) < _INDEX:
                        raise ValueError(f"{language}/spoken_labels.tsv line {number}: a phrase with too few sounds")
                    rows.setdefault(key, (entity, int(fewest)))
                    if len(key) >= _LONG_PHRASE:
                        slips |= dict.fromkeys(one_slip(key), (entity, int(fewest)))
    keys = slips | rows
    lengths: dict[str, set[int]] = {}
    for key in keys:
        lengths.setdefault(key[:_INDEX], set()).add(len(key))
    return _Phrases(
        keys, frozenset(rows), {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}
    )


def _forms(phrase: str) -> Iterator[str]:
    """The sound keys of a phrase; `~` inside it stands for each usual ending, at its end for none: it is open there."""
    keys = [""]
    for word in phrase.removesuffix("~").split():
        stem = sound(word.removesuffix("~"))
        keys = [key + stem + ending for key in keys for ending in (_ENDINGS if word.endswith("~") else ("",))]
    yield from keys


class Labels:
    """All label phrases of a text, found once."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._found = found
        keys: list[str] = []
        owner: list[int] = []
        self._words, self._numbers = [0], [0]
        for i, token in enumerate(found):
            said = not (token.speaker or token.filler or token.number)
            self._words.append(self._words[-1] + said)
            self._numbers.append(self._numbers[-1] + (token.number and not token.speaker))
            if not token.speaker:
                key = token.reading.key[-_LONGEST_KEY:]
                keys.append(key)
                owner += [i] * len(key)
        line = "".join(keys)
        self.places = tuple(
            Place(owner[start], owner[end - 1], entity, fewest) for start, end, entity, fewest in _matches(line, owner)
        )
        self._lasts = [place.last for place in self.places]

    def before(self, at: int, *, spelling: bool = False) -> list[Label]:
        """The labels in the words before token `at`, nearest first; questions to spell only when asked for."""
        labels = []
        for k in range(bisect_left(self._lasts, at) - 1, -1, -1):
            place = self.places[k]
            distance = self._words[at] - self._words[place.last + 1]
            if distance > ASKED_REACH:
                break
            asked = distance > REACH and self._asked(place.last, at)
            if (distance <= REACH or asked) and (spelling or place.entity != SPELL):
                numbers = self._numbers[at] - self._numbers[place.last + 1]
                labels.append(Label(place.entity, place.fewest, distance, numbers, asked, place.last))
        return labels

    def between(self, first: int, end: int) -> bool:
        """True when a label phrase stands wholly in tokens `[first, end)`; questions to spell do not count."""
        k = bisect_left(self._lasts, first)
        while k < len(self.places) and self._lasts[k] < end:
            if self.places[k].first >= first and self.places[k].entity != SPELL:
                return True
            k += 1
        return False

    def others(self, first: int, end: int, entity: str) -> bool:
        """True when a label of another type than `entity` stands in tokens `[first, end)`."""
        lo, hi = bisect_left(self._lasts, first), bisect_right(self._lasts, end - 1)
        return any(place.entity not in {entity, SPELL} and place.first >= first for place in self.places[lo:hi])

    def words(self, first: int, end: int) -> int:
        """How many words stand in tokens `[first, end)` that are neither numbers nor fillers nor speakers."""
        return self._words[end] - self._words[first]

    def _asked(self, last: int, at: int) -> bool:
        return any(";" in t.gap or "?" in t.gap or t.new_line for t in self._found[last + 1 : at + 1])


def _matches(line: str, owner: Sequence[int]) -> Iterator[tuple[int, int, str, int]]:
    """Start, end, entity and fewest digits of the phrases in a line of sound keys, left to right, none overlapping."""
    phrases, at = _phrases(), 0
    while at < len(line) - 1:
        begins = at == 0 or owner[at] != owner[at - 1]
        for length in phrases.lengths.get(line[at : at + _INDEX], ()):
            key = line[at : at + length]
            found = phrases.keys.get(key) if len(key) == length else None
            if found is not None and (begins or (length >= _SHORT and key in phrases.exact)):
                yield at, at + length, *found
                at += length - 1
                break
        at += 1
