"""A spotter of digits and keywords: is a value that was removed still said somewhere, whatever it is spelled like?

Numbers are compared as digits, by every reading that number words have; names, addresses and the like by their sound,
with a slip or two of the ear. Only what identifies somebody alone is looked for (see `repeats.keys`), and only what no
other words sound like by chance: a wrong hit would mask innocent speech, or keep a call back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from redactor.normalize import folded
from redactor.recognizers import vocabulary
from redactor.recognizers.el.phrases import STOP
from redactor.recognizers.sound import joined, sound
from redactor.recognizers.spoken_readings import readings
from redactor.recognizers.spoken_tokens import Token, tokens
from redactor.removed import Removed

_DIGITS = 5
"""So many digits of a value, in its order, are no coincidence."""
_WORD = 6
"""Sounds of a name by itself."""
_WORDS = 5
"""Fewer words are also said by chance, unless they are a name or hold digits."""
_SLIP_FROM, _SLIPS_FROM = 9, 16
"""Sounds from which one slip is forgiven, and two."""
_LONGEST = 24
"""Number words that are looked at together."""
_APART = 3
"""Words between two number words that may be fillers."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """A value that is still heard."""

    first: int
    """Index of the first word of it."""
    last: int
    """Index of its last word."""
    entity_type: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A token and the word that it is part of."""

    token: Token = field(repr=False)
    word: int


class Spotter:
    """Knows the values that were removed from one item; lives as long as that is looked at."""

    def __init__(self, removed: Iterable[Removed]) -> None:
        """Values that are too short or too common to be looked for are left out."""
        self._digits: dict[str, str] = {}
        self._sounds: dict[str, str] = {}
        for value in removed:
            found = tokens(folded(value.text))
            for reading in _readings(found):
                self._digits.setdefault(reading, value.entity_type)
            for key in _keys(value, found):
                self._sounds.setdefault(key, value.entity_type)

    def __bool__(self) -> bool:
        return bool(self._digits or self._sounds)

    def spot(self, words: Sequence[str]) -> Iterator[Spotted]:
        """What of the values is said in `words`, which follow each other without a cover between them."""
        said = [_Said(token, at) for at, word in enumerate(words) for token in tokens(folded(word))]
        yield from self._numbers(said)
        yield from self._by_sound(said)

    def _numbers(self, said: Sequence[_Said]) -> Iterator[Spotted]:
        for run in _runs(said):
            at = 0
            while at < len(run):
                end = self._match(run, at)
                if end:
                    kind = self._kind(run[at:end])
                    yield Spotted(run[at].word, run[end - 1].word, kind)
                at = end or at + 1

    def _match(self, run: Sequence[_Said], at: int) -> int:
        """The end of the longest part of `run` from `at` on that is a part of a value; 0 when there is none."""
        found = 0
        for end in range(at + 1, min(len(run), at + _LONGEST) + 1):
            if self._kind(run[at:end]):
                found = end
        return found

    def _kind(self, part: Sequence[_Said]) -> str:
        read = readings([unit for one in part for unit in one.token.reading.units])
        for digits in read:
            if len(digits) >= _DIGITS:
                for value, kind in self._digits.items():
                    if digits in value:
                        return kind
        return ""

    def _by_sound(self, said: Sequence[_Said]) -> Iterator[Spotted]:
        keys = [sound(one.token.word) for one in said]
        for value, kind in self._sounds.items():
            taken: set[int] = set()
            for _, first, last in sorted(_alike(keys, value)):
                here = set(range(first, last + 1))
                # A first reading takes a misheard word for a name; said again, it is heard for what it is.
                if not taken & here and not all(_ordinary(one.token.word) for one in said[first : last + 1]):
                    yield Spotted(said[first].word, said[last].word, kind)
                    taken |= here


def _alike(keys: Sequence[str], value: str) -> Iterator[tuple[int, int, int]]:
    """`(slips, first, last)` of every run of `keys` that sounds like `value`."""
    slips = (len(value) >= _SLIP_FROM) + (len(value) >= _SLIPS_FROM)
    for first in range(len(keys)):
        whole = ""
        for last in range(first, len(keys)):
            whole = joined([whole, keys[last]])
            if len(whole) > len(value) + slips:
                break
            edits = _edits(whole, value, slips + 1) if len(whole) >= len(value) - slips else slips + 1
            if keys[first] and edits <= slips:
                yield edits, first, last


def _runs(said: Sequence[_Said]) -> Iterator[list[_Said]]:
    """Numbers that are said after each other; fillers may stand between them."""
    run: list[_Said] = []
    gap = 0
    for one in said:
        if one.token.reading.units and one.token.reading.weight > 0.4 and not one.token.speaker:
            run.append(one)
            gap = 0
        elif run and one.token.filler and gap < _APART:
            gap += 1
        else:
            if run:
                yield run
            run, gap = [], 0
    if run:
        yield run


def _readings(found: Sequence[Token]) -> Iterator[str]:
    """The digits of a value in every reading, if it has enough of them in each."""
    for run in _runs([_Said(token, 0) for token in found]):
        read = readings([unit for one in run for unit in one.token.reading.units])
        if read and min(map(len, read)) >= _DIGITS:
            yield from read


def _keys(value: Removed, found: Sequence[Token]) -> Iterator[str]:
    """The sounds under which a value is looked for."""
    words = [token.word for token in found if not token.word.isdigit()]
    if value.entity_type == "PERSON":
        yield from (key for word in words if len(key := sound(word)) >= _WORD and not _ordinary(word))
    whole = joined(sound(word) for word in words)
    many = len(words) >= _WORDS or "@" in value.text
    if many and len(words) == len(found) and len(whole) >= _SLIP_FROM and not all(t.reading.units for t in found):
        yield whole


def _ordinary(word: str) -> bool:
    return word in STOP or vocabulary.greek(word) or 0 < vocabulary.english(word) < vocabulary.CAPITALISED


def _edits(one: str, other: str, most: int) -> int:
    """Sounds to change, add or leave out to make `one` of `other` (Levenshtein); `most` when there are more."""
    before = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b)))
        if min(row) >= most:
            return most
        before = row
    return before[-1]
