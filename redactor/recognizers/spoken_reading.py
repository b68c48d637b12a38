"""What one token (or a few that were torn apart) can mean: number words, a letter, a filler, a unit of measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from redactor.recognizers.el.phrases import STOP
from redactor.recognizers.sound import SLIP, sound
from redactor.recognizers.spoken_lexicon import Unit, lexicon

_LONGEST_CACHED = 48
_LITTLE = 3
"""Letters of an article, a pronoun, a preposition."""
_EDGE = 2
"""So many sounds at the end of a token may belong to no number word ("οκτώς")."""
_SEAM = frozenset("aeiouns")
"""A sound of these may slip in where two number words were run together ("πέντεςεβδομήντα")."""
_CHUNK = 4
_WHOLE = frozenset({"plus", "times"})
"""Kinds that are a whole token or nothing."""
_PER_WORD = 0.02
"""A tiny price for each word, so that one long word wins over two short ones."""
_NO_UNITS: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The meaning of a token, as far as spoken identifiers go."""

    key: str
    """Sound key."""
    units: tuple[Unit, ...]
    """Number words that cover the whole token, empty when it is none."""
    price: float
    """Sum of all slips; see `sound.SLIP`."""
    roles: frozenset[str]
    """Other roles: filler, unit, stop, month, ordinal, of, and, spell."""
    letter: str
    """The letter it names, or several when their names ran together, or empty."""
    weight: float = field(init=False)
    """How much certain number there is in it."""
    sure: bool = field(init=False)
    """True when it is a number word, said clearly."""
    clear: bool = field(init=False)
    """True for a number word, or an everyday word that sounds exactly like one."""
    digit: bool = field(init=False)
    """True for one digit, or for what repeats one ("double")."""
    filler: bool = field(init=False)
    """True when people say it between two parts of a number."""
    unit: bool = field(init=False)
    """True for a unit of measure."""

    def __post_init__(self) -> None:
        # Readings are made once and asked often.
        weight = max(0.1, sum(unit.weight for unit in self.units) - 0.3 * self.price) if self.units else 0.0
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "sure", bool(self.units) and self.price < SLIP * 0.5 and weight >= 0.7)
        object.__setattr__(self, "clear", weight > 0.4 and self.price < 0.1)
        object.__setattr__(self, "digit", len(self.units) == 1 and self.units[0].kind in {"digit", "repeat"})
        object.__setattr__(self, "filler", "filler" in self.roles and not self.units)
        object.__setattr__(self, "unit", "unit" in self.roles)


def read(word: str) -> Reading:
    """The reading of one folded token without blanks; kept in a bounded cache."""
    return _remembered(word) if len(word) <= _LONGEST_CACHED else _read(word)


@lru_cache(maxsize=4096)
def _remembered(word: str) -> Reading:
    return _read(word)


def _read(word: str) -> Reading:
    words = lexicon()
    if word.isdigit():
        return Reading("", (Unit("group", word, 0.0, float(len(word))),), 0.0, frozenset(), "")
    key = sound(word)
    roles = words.role(word, key)
    if any(stem in key for stem in words.stems):
        roles |= {"unit"}
    latin = word.isascii()
    letter = words.letters.get(word, "") if latin else ""
    letter = letter or words.letters.get("~" + key, "") or (_joined_letters(key) if 6 < len(key) < 40 else "")
    if latin and word in words.spelled:
        return Reading(key, (words.spelled[word],), 0.0, roles, letter)
    joined = _joined_english(word) if latin and len(word) > 5 else None
    if joined is not None:
        return Reading(key, joined, _PER_WORD * len(joined), roles, letter)
    units, price = decompose(key) if len(key) <= _LONGEST_CACHED else _decompose(key)
    return Reading(key, units, price, roles, letter)


@lru_cache(maxsize=4096)
def decompose(key: str) -> tuple[tuple[Unit, ...], float]:
    """The cheapest way to cover a sound key with Greek number words, and its price; empty when there is none."""
    return _decompose(key)


def numeral(word: str) -> bool:
    """True for what numbers and codes are made of, however it was heard: figures, number words, names of letters.

    >>> [numeral(word) for word in ("42", "τρια", "τριαπεδε", "χ", "και", "ευχαριστω")]
    [True, True, True, True, False, False]
    """
    reading = read(word)
    short = len(word) == 1 or (len(word) <= _LITTLE and word not in STOP)
    return short or not word.isalpha() or bool(reading.units or reading.letter) or garbled(reading.key)


def garbled(key: str) -> bool:
    """True when a word begins or ends like a number word: beside numbers it is probably what is left of one."""
    heard = lexicon().heard
    return len(key) <= _LONGEST_CACHED and any(
        key[:n] in heard or key[-n:] in heard for n in range(_CHUNK, min(len(key), lexicon().longest) + 1)
    )


def _decompose(key: str) -> tuple[tuple[Unit, ...], float]:
    heard, longest, size = lexicon().heard, lexicon().longest, len(key)
    best: list[float] = [0.0] + [99.0] * size
    back: list[tuple[int, Unit | None]] = [(0, None)] * (size + 1)
    for end in range(1, size + 1):
        seam = back[end - 1][1] is not None and key[end - 1] in _SEAM
        if seam or end <= _EDGE or end > size - _EDGE:
            best[end], back[end] = best[end - 1] + SLIP * 0.9, (end - 1, None)
        for start in range(max(0, end - longest), end - 1):
            if best[start] < best[end]:
                unit = heard.get(key[start:end])
                if unit is None or (unit.kind in _WHOLE and end - start < size):
                    continue
                if best[start] + unit.price + _PER_WORD < best[end]:
                    best[end], back[end] = best[start] + unit.price + _PER_WORD, (start, unit)
    units: list[Unit] = []
    at = size
    while at > 0 and best[size] < 99.0:
        at, found = back[at]
        if found is not None:
            units.append(found)
    # Long junk can always be cut into short near-misses, and a short word is near to many.
    if not units or best[size] > min(SLIP * (1.5 + 0.5 * len(units)), 0.3 + 0.09 * size):
        return _NO_UNITS, 0.0
    return tuple(reversed(units)), best[size]


@lru_cache(maxsize=4096)
def _joined_english(word: str) -> tuple[Unit, ...] | None:
    """`fourfive` -> the two units; only when whole, certain number words cover all of it. So is `thirtyate`."""
    every = lexicon().spelled
    spelled = {name: unit for name, unit in every.items() if unit.weight >= 0.5}
    rest: list[Unit] = []
    at = 0
    while at < len(word):
        name = max((n for n in spelled if word.startswith(n, at)), key=len, default="")
        if not name:
            last = every.get(word[at:])
            tens = bool(rest) and rest[-1].kind == "tens"
            return (*rest, last) if tens and last is not None and last.kind == "digit" else None
        rest.append(spelled[name])
        at += len(name)
    return tuple(rest)


def _joined_letters(key: str) -> str:
    """`alfaepsilon` -> ΑΕ; empty unless whole names of Greek letters cover all of it."""
    names = lexicon().letters
    best = [""] + ["-"] * len(key)
    for end in range(2, len(key) + 1):
        for start in range(max(0, end - 8), end - 1):
            letter = names.get("~" + key[start:end])
            if letter and best[start] != "-" and best[end] == "-":
                best[end] = best[start] + letter
    return best[-1] if best[-1] != "-" else ""
