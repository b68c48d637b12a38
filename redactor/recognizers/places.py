"""Look-up of towns and streets: Greek ones by sound (el/places.txt.gz, el/towns.tsv), others from en/towns.tsv."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice, product

from redactor.recognizers.address_words import LONGEST as LONGEST_WORD
from redactor.recognizers.address_words import rows, sounds
from redactor.recognizers.place_forms import forms, keys

LONGEST = 3
"""Words of the longest name that is looked up."""
_SPELLINGS = 8
_SHORTEST = 3
_SHORTEST_LATIN = 4


def town(words: Sequence[str]) -> bool:
    """True when folded words, in this order, name a town, a quarter, an island or a region."""
    return all(len(word) <= LONGEST_WORD for word in words) and _town(tuple(words))


def street(words: Sequence[str]) -> bool:
    """True when folded words, in this order, name a street in Greece or Cyprus."""
    return any("s" in marks for marks in _marks(tuple(words)))


def ends_street(word: str) -> bool:
    """True when a folded word is the last of a street name of several words ("Παλαμά" of Κωστή Παλαμά)."""
    return any("l" in marks for marks in _marks((word,)))


def ordinary(word: str) -> bool:
    """True when a folded word is an everyday word, whatever place may be called so."""
    return word in _words()["ordinary"]


def country(word: str) -> bool:
    """True for the name of a country: where most people live, it names nobody."""
    return word in _words()["country"]


def state(word: str) -> bool:
    """True for the folded name of an American state of one word."""
    return word in _states()


@cache
def _states() -> frozenset[str]:
    return frozenset(name for kind, names in rows("en", "address.tsv") if kind == "state" for name in names)


@lru_cache(maxsize=4096)
def _town(words: tuple[str, ...]) -> bool:
    if " ".join(words) in _spelled():
        return True
    return any("c" in marks or "v" in marks for marks in _marks(words))


def _marks(words: tuple[str, ...]) -> list[str]:
    """The marks of every way to read the words."""
    if not 0 < len(words) <= LONGEST or (len(words) == 1 and len(words[0]) < _SHORTEST):
        return []
    if words[0].isascii() and len(words) == 1 and len(words[0]) < _SHORTEST_LATIN:
        return []
    listed = _listed()
    spellings = islice(product(*(sounds(word) for word in words)), _SPELLINGS)
    return [listed[key] for key in map(" ".join, spellings) if key in listed]


@cache
def _listed() -> dict[str, str]:
    packed = (files("redactor.recognizers") / "el" / "places.txt.gz").read_bytes()
    listed = dict(line.split("\t") for line in gzip.decompress(packed).decode().splitlines())
    for kind, names in rows("el", "towns.tsv"):
        for name in names if kind != "short" else ():
            cases = {name} if kind == "street" else forms(name.replace("/", ""))
            for key in (key for form in cases for key in keys(form)):
                if len(key) >= _SHORTEST:
                    listed[key] = listed.get(key, "") + ("s" if kind == "street" else "c")
    return listed


@cache
def _spelled() -> frozenset[str]:
    """Names that are compared letter by letter."""
    english = {name for kind, names in rows("en", "towns.tsv") if kind != "ordinary" for name in names}
    return frozenset(english | {name for kind, names in rows("el", "towns.tsv") if kind == "short" for name in names})


@cache
def _words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {"ordinary": set(), "country": set()}
    for language, name in (("el", "place_words.tsv"), ("en", "towns.tsv")):
        for kind, words in rows(language, name):
            if kind in found:
                found[kind].update(words)
    return {kind: frozenset(words) for kind, words in found.items()}
