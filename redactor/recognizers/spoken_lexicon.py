"""The words that spoken identifiers are made of, read from el/spoken.tsv and en/spoken.tsv, keyed by their sound.

Both languages are always in one lexicon: callers of a Greek line say "double five" and "at gmail dot com".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from redactor.normalize import folded
from redactor.recognizers.labels import LANGUAGES, table
from redactor.recognizers.sound import SLIP, misheard, sound

NUMBERS = frozenset(
    {"digit", "homophone", "teen", "tens", "hundred", "hundreds", "thousand", "thousands"}
    | {"repeat", "times", "plural", "plus", "group"}
)
"""Kinds of word that make up a number; `group` is digits already written as digits."""
_ROLES = frozenset({"filler", "unit", "stop", "month", "ordinal", "of", "and", "spell", "repair", "at", "mark", "verb"})
_EXACT = frozenset({"times", "plus"})
"""Kinds that must sound exactly right: too many everyday words are near."""
_AMBIGUOUS = frozenset({"ena", "mia", "enas", "enan", "one"})
"""Sounds that are everyday words as well: half evidence."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One number word or letter name as it was heard."""

    kind: str
    value: str
    """Digits, a multiplier, or a letter."""
    price: float
    """How far the sound is from the word, 0 for equal; see `sound.SLIP`."""
    weight: float
    """How certain it is that a number word was said, 0..1."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Lookup tables; keys of `heard` are sound keys, of the others folded words or sound keys as said."""

    heard: dict[str, Unit]
    """Greek number words in every spelling that can be heard for them; also applied to Latin letters."""
    spelled: dict[str, Unit]
    """English number words and homophones, by folded spelling."""
    letters: dict[str, str]
    """Names of letters: sound key (Greek) or folded spelling (English) -> the letter."""
    roles: dict[str, frozenset[str]]
    """Folded spelling or, after a `~`, sound key -> roles (filler, unit, month, ...)."""
    stems: tuple[str, ...]
    """Sound keys that make any word that holds them a unit of measure."""
    phrases: dict[str, tuple[tuple[tuple[str, ...], bool], ...]]
    """First sound key of a filler phrase -> whole phrases, and True for a unit of measure."""
    longest: int
    """Length of the longest key in `heard`."""

    def role(self, word: str, key: str) -> frozenset[str]:
        """The roles of a folded word with sound `key`."""
        return self.roles.get(word, _NO_ROLE) | self.roles.get("~" + key, _NO_ROLE)


_NO_ROLE: frozenset[str] = frozenset()


@cache
def lexicon() -> Lexicon:
    """The words of both languages; built once, in about half a second."""
    heard: dict[str, Unit] = {}
    spelled: dict[str, Unit] = {}
    letters: dict[str, str] = {}
    roles: dict[str, frozenset[str]] = {}
    stems: list[str] = []
    phrases: dict[str, tuple[tuple[tuple[str, ...], bool], ...]] = {}
    for language in LANGUAGES:
        for number, (kind, value, words) in table(language, "spoken.tsv"):
            for word in words.split():
                key, plain = sound(word), folded(word)
                if kind in NUMBERS and language == "el":
                    _hear(heard, kind, value, key)
                elif kind in NUMBERS:
                    weight = 0.25 if kind == "homophone" else 0.5 if key in _AMBIGUOUS else 1.0
                    spelled[plain] = Unit("digit" if kind == "homophone" else kind, value, 0.0, weight)
                elif kind == "letter":
                    letters["~" + key if language == "el" else plain] = value
                elif kind == "stem":
                    stems.append(key)
                elif kind == "phrase":
                    parts = tuple(sound(part) for part in word.split("_"))
                    phrases[parts[0]] = (*phrases.get(parts[0], ()), (parts, value == "unit"))
                elif kind in {"month", "ordinal"} and language == "el":
                    for form in misheard(key, SLIP if len(key) > 4 else 0.0):
                        roles["~" + form] = roles.get("~" + form, _NO_ROLE) | {kind}
                elif kind in _ROLES:
                    # Stop words are spelled out: by sound, "μη δεν" would swallow "μηδέν".
                    name = plain if kind == "stop" or language == "en" else "~" + key
                    roles[name] = roles.get(name, _NO_ROLE) | {kind}
                else:
                    raise ValueError(f"{language}/spoken.tsv line {number}: unknown kind {kind!r}")
    return Lexicon(heard, spelled, letters, roles, tuple(stems), phrases, max(map(len, heard)))


def _hear(heard: dict[str, Unit], kind: str, value: str, key: str) -> None:
    """Add all that can be heard for a Greek number word: the longer the word, the more slips it bears."""
    slips = 0.0 if kind in _EXACT else 0.8 if len(key) < 4 else 1.0 if len(key) < 6 else 1.4 if len(key) < 7 else 2.0
    sure = 0.5 if key in _AMBIGUOUS else 1.0
    for form, price in misheard(key, SLIP * slips).items():
        weight = sure if price == 0 else 0.8 * sure if price < SLIP * 0.5 else 0.3 if len(form) < 6 else 0.6
        if form not in heard or price < heard[form].price:
            heard[form] = Unit(kind, value, price, weight)
