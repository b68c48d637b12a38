"""Labels and questions in front of a number ("το ΑΦΜ μου", "card number"), compared by sound.

Phrases stand in el/spoken_labels.tsv and en/spoken_labels.tsv. They are matched on the sound keys of all words run
together, because recognition joins and tears words ("αλφαφημίσας", "του άνκας ας").
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import ahocorasick

from redactor.recognizers import vocabulary
from redactor.recognizers.el.phrases import words
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
    "BANK_ACCOUNT": 16, "GR_GEMI": 12, "LICENSE_PLATE": 4, "CARD_PIN": 4, "CVV": 3,
}  # fmt: skip
"""Digits of a whole number of each type (of those without a fixed length, the most that is usual)."""
_LONGEST_KEY = 24
_LEAST = 2
_HEAD = 5
"""Sounds by which slips are looked up."""
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
    """All phrases by sound, each with its entity and fewest digits."""

    exact: ahocorasick.Automaton
    """Values are (length, entity, fewest digits)."""
    slips: dict[str, tuple[str, int]]
    """What is heard for the long ones with one slip of the ear; so many that they are looked up word by word."""
    heads: dict[str, tuple[int, ...]]
    """How slips begin -> their lengths, in order."""


@cache
def _phrases() -> _Phrases:
    rows: dict[str, tuple[str, int]] = {}
    slips: dict[str, tuple[str, int]] = {}
    for language in LANGUAGES:
        for number, (entity, fewest, phrases) in table(language, "spoken_labels.tsv"):
            for phrase in phrases.split(";"):
                for key in _forms(phrase.strip()):
                    if len(key) < _LEAST:
                        raise ValueError(f"{language}/spoken_labels.tsv line {number}: a phrase with too few sounds")
                    rows.setdefault(key, (entity, int(fewest)))
                    if len(key) >= _LONG_PHRASE:
                        slips |= dict.fromkeys(one_slip(key), (entity, int(fewest)))
    automaton = ahocorasick.Automaton()
    for key, value in rows.items():
        automaton.add_word(key, (len(key), *value))
    automaton.make_automaton()
    slips = {form: value for form, value in slips.items() if form not in rows}
    heads: dict[str, set[int]] = {}
    for form in slips:
        heads.setdefault(form[:_HEAD], set()).add(len(form))
    return _Phrases(automaton, slips, {head: tuple(sorted(sizes)) for head, sizes in heads.items()})


def _forms(phrase: str) -> Iterator[str]:
    """The sound keys of a phrase; `~` inside it stands for each usual ending, at its end for none: it is open there."""
    keys = [""]
    for word in phrase.removesuffix("~").split():
        stem = sound(word.removesuffix("~"))
        keys = [key + stem + ending for key in keys for ending in (_ENDINGS if word.endswith("~") else ("",))]
    yield from keys


def _figures(token: Token) -> bool:
    """True for figures of a value, over which no label goes: "ending, W-271. That's" is no "ending with"."""
    return len(token.word) > 1 and token.word.isdigit()


def _field(token: Token) -> bool:
    """True for what looks like the name of a speaker and is the label of a field: "Reference:", "Τιμή:"."""
    return token.reading.key in _fields()


@cache
def _fields() -> frozenset[str]:
    """The labels of one word of what is nobody's, by sound."""
    rows = (row for language in LANGUAGES for _, row in table(language, "spoken_labels.tsv"))
    listed = (phrase.strip() for entity, _, phrases in rows if entity == NONE for phrase in phrases.split(";"))
    return frozenset(key for phrase in listed if " " not in phrase for key in _forms(phrase))


class Labels:
    """All label phrases of a text, found once."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._found = found
        keys: list[str] = []
        owner: list[int] = []
        begins: list[int] = []
        self._words, self._numbers = [0], [0]
        for i, token in enumerate(found):
            number = token.number
            said = not (number or token.speaker or token.filler)
            self._words.append(self._words[-1] + said)
            self._numbers.append(self._numbers[-1] + ((number or token.word.isdigit()) and not token.speaker))
            if (key := token.reading.key[-_LONGEST_KEY:]) and (not token.speaker or _field(token)):
                keys.append(key)
                begins.append(len(owner))
                owner += [i] * len(key)
        line = "".join(keys)
        self.places = tuple(
            Place(owner[start], owner[end - 1], entity, fewest)
            for start, end, entity, fewest in _matches(line, owner, begins)
            if entity == NONE
            or not (
                self._other_word(owner[start], line[start:end])
                or self._inside(owner[start], owner[end - 1], start, begins)
                or self._cut(owner[start], owner[end - 1], end - start)
                or any(_figures(token) for token in found[owner[start] : owner[end - 1]])
            )
        )
        self._lasts = [place.last for place in self.places]

    def _other_word(self, at: int, phrase: str) -> bool:
        """True when an everyday word only begins like a short label: "points" and "πίνακας" are no PIN."""
        token = self._found[at]
        rest = token.reading.key.removeprefix(phrase)
        if len(phrase) >= _SHORT or rest == token.reading.key or rest in {*_ENDINGS, "s"}:
            return False
        known = vocabulary.english(token.word) if token.word.isascii() else vocabulary.greek(token.word)
        return bool(known) or token.word in words("no label")

    def _inside(self, first: int, last: int, start: int, begins: Sequence[int]) -> bool:
        """True for what stands inside a longer everyday word: "αυτοκινήτου" is no "κινητού"."""
        at = bisect_left(begins, start)
        whole = at < len(begins) and begins[at] == start
        return not whole and first == last and vocabulary.greek(self._found[first].word)

    def _cut(self, first: int, last: int, length: int) -> bool:
        """True when a short label ends inside an English word that no ending explains: "a ref|und" is no "άρεφ"."""
        token = self._found[last]
        if first == last or length >= _SHORT or not token.word.isascii():
            return False
        rest = sum(len(t.reading.key) for t in self._found[first : last + 1]) - length
        return rest > 1 and vocabulary.english(token.word) > 0

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

    def counts(self, first: int, last: int) -> bool:
        """True when tokens `first` to `last` are the number in a longer label: "three digits", "τα δεκαέξι ψηφία"."""
        k = bisect_left(self._lasts, last)
        return k < len(self.places) and self.places[k].first <= first and last < self._lasts[k]

    def others(self, first: int, end: int, entity: str) -> bool:
        """True when a label of another type than `entity` stands in tokens `[first, end)`."""
        lo, hi = bisect_left(self._lasts, first), bisect_right(self._lasts, end - 1)
        return any(place.entity not in {entity, SPELL} and place.first >= first for place in self.places[lo:hi])

    def words(self, first: int, end: int) -> int:
        """How many words stand in tokens `[first, end)` that are neither numbers nor fillers nor speakers."""
        return self._words[end] - self._words[first]

    def _asked(self, last: int, at: int) -> bool:
        return any(";" in t.gap or "?" in t.gap or t.new_line for t in self._found[last + 1 : at + 1])


def _heard(line: str, begins: Sequence[int]) -> Iterator[tuple[int, int, str, int, bool]]:
    """End, start, entity, fewest digits of every phrase in a line of sound keys, and True for a slip of the ear."""
    phrases = _phrases()
    for last, (length, entity, fewest) in phrases.exact.iter(line):
        yield last + 1, last + 1 - length, entity, fewest, False
    for start in begins:
        for size in phrases.heads.get(line[start : start + _HEAD], ()):
            form = line[start : start + size]
            if len(form) == size and form in phrases.slips:
                yield start + size, start, *phrases.slips[form], True


def _matches(line: str, owner: Sequence[int], begins: Sequence[int]) -> Iterator[tuple[int, int, str, int]]:
    """Start, end, entity and fewest digits of the phrases in a line of sound keys, left to right, none overlapping.

    Of phrases that begin alike the longest counts, but a phrase that ends with its word before a slip that takes the
    first sound of the next ("expiry n|ovember"). A slip must begin with a word, a phrase only if it is short.
    """
    found: dict[int, tuple[int, str, int]] = {}
    whole: set[int] = set()
    for end, start, entity, fewest, slip in sorted(_heard(line, begins)):
        ends = end == len(line) or owner[end - 1] != owner[end]
        if slip and not ends and start in whole:
            continue
        if start == 0 or owner[start] != owner[start - 1] or end - start >= _SHORT:
            found[start] = (end, entity, fewest)  # later ones are longer
            if ends and not slip:
                whole.add(start)
    at = 0
    for start in sorted(found):
        if start >= at:
            at, entity, fewest = found[start]
            yield start, at, entity, fewest
