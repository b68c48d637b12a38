"""Numbers and dates as callers say them, in Greek and English words."""

from __future__ import annotations

import random
from collections.abc import Callable

from models.recipes.name_model.values import own

_TWENTY, _HUNDRED, _THOUSAND, _CENTURY = 20, 100, 1000, 2000


def greek(number: int) -> str:
    """0..999,999 in Greek words, neuter."""
    if number < _TWENTY:
        return own("el-ones")[number]
    if number < _HUNDRED:
        return _joined(own("el-tens")[number // 10 - 2], number % 10, greek)
    if number < _THOUSAND:
        head = "εκατό" if number == _HUNDRED else own("el-hundreds")[number // 100 - 1]
        return _joined(head, number % 100, greek)
    head = "χίλια" if number < _CENTURY else f"{greek(number // 1000)} χιλιάδες"
    return _joined(head, number % 1000, greek)


def english(number: int) -> str:
    """0..9,999 in English words."""
    if number < _TWENTY:
        return own("en-ones")[number]
    if number < _HUNDRED:
        return _joined(own("en-tens")[number // 10 - 2], number % 10, english)
    if number < _THOUSAND:
        return _joined(own("en-ones")[number // 100] + " hundred", number % 100, english)
    return _joined(english(number // 1000) + " thousand", number % 1000, english)


def ordinal(number: int) -> str:
    """1..29 as an English ordinal."""
    ordinals = own("en-ordinals")
    return ordinals[number - 1] if number <= _TWENTY else f"twenty {ordinals[number - _TWENTY - 1]}"


def _joined(head: str, rest: int, read: Callable[[int], str]) -> str:
    return f"{head} {read(rest)}" if rest else head


def digits(rng: random.Random, number: str, language: str = "el") -> str:
    """A number read aloud: digit by digit, in pairs or in threes, with "double" and "oh", with a comma now and then."""
    read = greek if language == "el" else english
    size = rng.choice((1, 1, 2, 2, 3) if language == "el" else (1, 1, 1, 2))
    zero = "oh" if language == "en" and rng.random() < 0.6 else read(0)
    double = ("double " if language == "en" else "διπλό ") if rng.random() < (0.5 if language == "en" else 0.15) else ""
    words = []
    i = 0
    while i < len(number):
        group = number[i : i + size]
        pair = number[i : i + 2]
        if double and len(pair) == 2 and pair[0] == pair[1]:
            words.append(double + (zero if pair[0] == "0" else read(int(pair[0]))))
            i += 2
            continue
        one_by_one = group[0] == "0"
        words.append(
            " ".join(zero if digit == "0" else read(int(digit)) for digit in group) if one_by_one else read(int(group))
        )
        i += size
    return "".join(word + rng.choice((" ", " ", ", ")) for word in words).rstrip(" ,")


def birth(rng: random.Random, language: str) -> str:
    """A date of birth in words, with the year in one of its usual readings."""
    day, month, year = rng.randint(1, 28), rng.randint(0, 11), rng.randint(1932, 2012)
    return _english_birth(rng, day, month, year) if language == "en" else _greek_birth(rng, day, month, year)


def _english_birth(rng: random.Random, day: int, month: int, year: int) -> str:
    day_said = ordinal(day)
    century = "nineteen" if year < _CENTURY else "two thousand and"
    year_said = "two thousand" if year == _CENTURY else f"{century} {english(year % 100)}"
    form = rng.choice(("the {d} of {m} {y}", "{m} {d} {y}", "{d} {m} {y}", "{m} the {d}, {y}"))
    return form.format(d=day_said, m=own("en-months")[month], y=year_said)


def _greek_birth(rng: random.Random, day: int, month: int, year: int) -> str:
    short = greek(year % 100)
    year_said = rng.choice((f"του {short}", short, greek(year), f"του {greek(year)}"))
    day_said = "πρώτη" if day == 1 and rng.random() < 0.7 else greek(day)
    if rng.random() < 0.2:
        return f"{day_said}, {greek(month + 1)}, {year_said}"
    return f"{day_said} {own(rng.choice(('el-months', 'el-months-said')))[month]} {year_said}"
