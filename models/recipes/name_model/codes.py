"""Codes as callers say them: digits in groups, letters by name, by alphabet or by example, and e-mail addresses.

The names of letters and the words that English digits are heard as are those that the rules know
(redactor/recognizers/*/spoken.tsv), so that rules and model are told the same.
"""

from __future__ import annotations

import random
import string
from functools import cache

from models.recipes.name_model import said
from models.recipes.name_model.values import own
from redactor.normalize import folded
from redactor.recognizers.labels import table

GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
"""The letters of Greek plates and identity cards: those that look Latin."""
_HEARD_AS = 0.35
"""Share of English digits that are written as words of the same sound, in half of the readings."""


def figures(rng: random.Random, count: int, lead: str = "") -> str:
    """`count` digits that begin with `lead`."""
    return lead + "".join(rng.choice(string.digits) for _ in range(count - len(lead)))


def shaped(rng: random.Random, shape: str, letters: str = string.ascii_uppercase) -> str:
    """A code of the shape: `L` a letter of `letters`, `D` a digit, anything else itself."""
    return "".join(
        rng.choice(letters) if sign == "L" else rng.choice(string.digits) if sign == "D" else sign for sign in shape
    )


def group(rng: random.Random, count: int, language: str) -> str:
    """A group of `count` digits, said; now and then as the recogniser's digits."""
    number = figures(rng, count)
    return number if rng.random() < 0.2 else read(rng, number, language)


def read(rng: random.Random, code: str, language: str) -> str:
    """A code said aloud: runs of digits as `said.digits` says them, letters one by one. Other signs are left out."""
    words: list[str] = []
    run = ""
    style = rng.randint(0, 4)
    for sign in [*code, ""]:
        if sign.isdigit():
            run += sign
            continue
        if run:
            words.append(_misheard(rng, said.digits(rng, run, language), language))
            run = ""
        if sign.isalpha():
            words.append(_letter(rng, sign, language, style))
    return rng.choice((" ", " ", ", ")).join(words)


def _letter(rng: random.Random, letter: str, language: str, style: int) -> str:
    names = _letters(language).get(letter)
    example = _examples(language).get(folded(letter))
    if style == 0 and example:
        return f"{names[0] if names and language == 'el' else letter} {_as(rng, language)} {rng.choice(example)}"
    if style == 1 and example and language == "en":
        return example[0]
    if style <= 3 and names:
        return rng.choice(names)
    return letter if rng.random() < 0.7 else letter.lower()


def _as(rng: random.Random, language: str) -> str:
    return "όπως" if language == "el" else rng.choice(("for", "for", "as in"))


def _misheard(rng: random.Random, words: str, language: str) -> str:
    if language == "el" or rng.random() < 0.5:
        return words
    return " ".join(
        rng.choice(_digits()[word]) if word in _digits() and rng.random() < _HEARD_AS else word
        for word in words.split(" ")
    )


@cache
def _letters(language: str) -> dict[str, tuple[str, ...]]:
    rows = (fields for _, fields in table(language, "spoken.tsv") if fields[0] == "letter")
    found: dict[str, tuple[str, ...]] = {}
    for _, letter, names in rows:
        if len(letter) == 1:
            found[letter] = (*found.get(letter, ()), *names.split())
    return found


@cache
def _digits() -> dict[str, tuple[str, ...]]:
    rows = (fields for _, fields in table("en", "spoken.tsv") if fields[0] == "homophone")
    return {said.english(int(value)): tuple(words.split()) for _, value, words in rows}


@cache
def _examples(language: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word in own(f"{language}-alphabet"):
        found[folded(word[0])] = (*found.get(folded(word[0]), ()), word)
    return found


def mail(rng: random.Random, name: str, language: str) -> str:
    """An e-mail address said aloud. `name`: its local part in letters, digits, dots, hyphens and underscores."""
    signs = dict(pair.split(":") for pair in own(f"{language}-mail-sign"))
    local = "".join(f" {signs[sign]} " if sign in signs else sign for sign in name)
    words = [said.digits(rng, word, language) if word.isdigit() else word for word in local.split()]
    if rng.random() < 0.25 and words[0].isalpha():
        words[0] = " ".join(words[0])
    at = "at" if language == "en" else rng.choice(own("el-mail-at"))
    return f"{' '.join(words)} {at} {rng.choice(own(f'{language}-mail-provider'))}"


def amount(rng: random.Random) -> str:
    """A price in English words."""
    unit, small = rng.choice((("pounds", "p"), ("pounds", ""), ("dollars", "cents"), ("euros", "cents"), ("quid", "")))
    whole = f"{said.english(rng.choice((rng.randint(2, 99), rng.randint(20, 1800))))} {unit}"
    return f"{whole} {said.english(rng.randint(2, 99))} {small}".rstrip() if rng.random() < 0.4 else whole


def hour(rng: random.Random, language: str) -> str:
    """A time of day in words."""
    number = rng.randint(1, 12)
    if language == "en":
        full = said.english(number)
        minutes = said.english(rng.choice((5, 10, 15, 20, 25, 30, 40, 45)))
        return rng.choice(
            (f"{full} o'clock", f"half past {full}", f"quarter to {full}", f"{full} {minutes}", f"{full} p m")
        )
    full = own("el-hours")[number - 1]
    return rng.choice((full, f"{full} και μισή", f"{full} και τέταρτο", f"{full} παρά δέκα", f"{full} το απόγευμα"))


def day(rng: random.Random, language: str) -> str:
    """A day of the year in words."""
    number, month = rng.randint(1, 28), rng.randint(0, 11)
    if language == "en":
        return f"the {said.ordinal(number)} of {own('en-months')[month]}"
    return f"{said.greek(number)} {own('el-months')[month]}"
