"""The words around addresses, read from el/address.tsv and en/address.tsv: what each may be, and what number it says.

Greek words are compared by sound, in Greek and in Latin letters; English ones by spelling.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product

from redactor.normalize import folded
from redactor.recognizers.greeklish import greek_key, latin_keys

Kinds = frozenset[str]
NO_KINDS: Kinds = frozenset()
LONGEST = 40
"""Letters of the longest word that is looked up; longer ones are none."""
_GREEKLISH_DIGITS = str.maketrans({"8": "th", "9": "th", "3": "ks", "4": "ps"})


def rows(language: str, name: str) -> Iterator[tuple[str, list[str]]]:
    """First field and the words of the last one, folded, of each row of a table in a language pack.

    `_` in a word stands for a blank. A row that has no tab raises ValueError.
    """
    body = files("redactor.recognizers").joinpath(language, name).read_text(encoding="utf-8")
    for line in folded(body).splitlines():
        if line and not line.startswith("#"):
            head, words = line.split("\t", 1)
            yield head, [word.replace("_", " ") for word in words.split()]


@lru_cache(maxsize=4096)
def sounds(word: str) -> tuple[str, ...]:
    """The sound keys that a folded word may have; several for Greek in Latin letters ("a8hna", "Xaidari")."""
    word = word[:LONGEST]
    if not word.isascii():
        return (greek_key(word),)
    letters = word if word.isdigit() else word.translate(_GREEKLISH_DIGITS)
    if not letters.isalpha():
        return ()
    spellings = [letters]
    if "ey" in letters or "ay" in letters:
        # Written as it looks, ευ and αυ are ey and ay: "dieythynsi", "Nayplio".
        spellings.append(letters.replace("ey", "eu").replace("ay", "au"))
    if "th" in letters and "8" not in word:
        # th may be θ or τη: "sthn".
        spellings.append(letters.replace("th", "ti"))
    if letters.count("x") > 1:
        # One x may be ξ and the other χ: "Exarxeia".
        spellings += [letters.replace("x", "ks", 1), "ks".join(letters.rsplit("x", 1))]
    return tuple(dict.fromkeys(key for spelling in spellings for key in latin_keys(spelling)))


@lru_cache(maxsize=4096)
def kinds(word: str) -> Kinds:
    """What a folded word may be in or around an address; the kinds are the first fields of the tables."""
    found = _english().get(word)
    if found is not None:
        return found
    greek = _greek()
    return frozenset().union(*(greek.get(sound, NO_KINDS) for sound in sounds(word)))


@lru_cache(maxsize=4096)
def value(word: str) -> int | None:
    """The number that a word says, up to 999; two may be run together ("σαρανταδύο"). None when it says none."""
    numbers = _numbers()
    if word in numbers:
        return numbers[word]
    if word.isascii() and (word in _english() or len(word) < 3):
        return None
    return next((numbers["~" + sound] for sound in sounds(word) if "~" + sound in numbers), None)


@cache
def _english() -> dict[str, Kinds]:
    found: dict[str, Kinds] = {}
    for kind, words in rows("en", "address.tsv"):
        for word in words[1:] if kind == "number" else words:
            found[word] = found.get(word, NO_KINDS) | {kind}
    return found


@cache
def _greek() -> dict[str, Kinds]:
    found: dict[str, Kinds] = {}
    for kind, words in rows("el", "address.tsv"):
        for word in words[1:] if kind == "number" else words:
            for sound in sounds(word):
                found[sound] = found.get(sound, NO_KINDS) | {kind}
    return found


@cache
def _numbers() -> dict[str, int]:
    """English words as they are, Greek ones as `~` and their sound, also where two or three are run together."""
    english = {
        word: int(number) for kind, (number, *words) in rows("en", "address.tsv") if kind == "number" for word in words
    }
    greek: dict[str, int] = {}
    for kind, words in rows("el", "address.tsv"):
        if kind == "number":
            greek |= {greek_key(word): int(words[0]) for word in words[1:]}
    small = {sound: number for sound, number in greek.items() if 0 < number < 10}
    tens = {sound: number for sound, number in greek.items() if 20 <= number < 100}
    hundreds = {sound: number for sound, number in greek.items() if number >= 100}
    greek |= {a + b: x + y for (a, x), (b, y) in product(tens.items(), small.items())}
    below = {sound: number for sound, number in greek.items() if 0 < number < 100}
    greek |= {a + b: x + y for (a, x), (b, y) in product(hundreds.items(), below.items())}
    return {**{"~" + sound: number for sound, number in greek.items()}, **english}
