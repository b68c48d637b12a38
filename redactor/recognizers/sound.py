"""How a Greek or English word sounds, written with one plain letter per sound, and what is easily misheard for it.

Speech recognition spells Greek by ear: ι η υ ει οι are one sound, so are ε αι and ο ω, doubled letters are one letter,
and Latin letters turn up inside Greek ("octo", "exy"). Two words that sound alike get the same key. What recognition
confuses beyond that (ντ with δ, voiced with voiceless, one vowel with another, a lost vowel) costs a little per slip.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from redactor.normalize import folded

_VOICELESS = "θκξπστφχψ"
_GREEK = (
    (re.compile(f"([αε])υ(?=[{_VOICELESS}]|$)"), r"\1f"),
    (re.compile("([αε])υ"), r"\1v"),
    (re.compile("ου"), "u"),
    (re.compile("αι"), "e"),
    (re.compile("ει|οι|υι|[ηιυ]"), "i"),
    (re.compile("γ[γκχ]"), "g"),
    (re.compile("μπ"), "b"),
    (re.compile("τζ"), "dz"),
)
_LATIN = (
    (re.compile("ph"), "f"),
    (re.compile("th"), "q"),
    (re.compile("ch"), "h"),
    (re.compile("ck"), "k"),
    (re.compile("c(?=[eiy])"), "s"),
    (re.compile("ou"), "u"),
    (re.compile("ee|ei|oi|y"), "i"),
    (re.compile("oo"), "u"),
    (re.compile("ai"), "e"),
    (re.compile("mp"), "b"),
    (re.compile("j"), "dz"),
    (re.compile("x"), "ks"),
)
_LETTERS = str.maketrans(
    {
        **dict(zip("αβγδεζθκλμνοπρστφχω", "avgdezqklmnoprstfho", strict=True)),
        "ξ": "ks",
        "ψ": "ps",
        "c": "k",
    }
)
_TWICE = re.compile(r"(.)\1+")
_VOWELS = "aeiou"
_SLIPS = {
    **{a: _VOWELS.replace(a, "") for a in _VOWELS},
    "p": "bf",
    "b": "pv",
    "f": "vp",
    "v": "fb",
    "t": "dq",
    "d": "tqg",
    "q": "td",
    "k": "gh",
    "g": "khd",
    "h": "kg",
    "s": "z",
    "z": "s",
    "m": "n",
    "n": "m",
    "l": "r",
    "r": "l",
}
_LONGEST_CACHED = 48
SLIP = 0.5
"""Price of one slip of the ear; an equal word costs nothing, a stranger's letter more than any budget."""
_HALF_SLIPS = (("nt", "d"), ("nt", "nd"), ("nt", "t"), ("ia", "ea"), ("io", "eo"))
"""Written so often for each other that they cost a fifth of a slip (παιδε for πέντε, ενέα for εννιά)."""


def sound(word: str) -> str:
    """The sound key of one word: lower-case a-z only, empty for digits and signs."""
    return _remembered(word) if len(word) <= _LONGEST_CACHED else _sound(word)


def joined(keys: Iterable[str]) -> str:
    """The key of words that were torn apart, run together: a sound that is doubled at a seam is one."""
    whole = ""
    for key in keys:
        whole += key[1:] if key[:1] == whole[-1:] else key
    return whole


@lru_cache(maxsize=4096)
def _remembered(word: str) -> str:
    return _sound(word)


def _sound(word: str) -> str:
    text = folded(word)
    if text.isascii():
        for pattern, letters in _LATIN:
            text = pattern.sub(letters, text)
    else:
        for pattern, letters in _GREEK:
            text = pattern.sub(letters, text)
        for pattern, letters in _LATIN:
            text = pattern.sub(letters, text)
    text = text.translate(_LETTERS)
    return _TWICE.sub(r"\1", "".join(c for c in text if "a" <= c <= "z"))


def misheard(key: str, budget: float) -> dict[str, float]:
    """Every key that can be heard for `key` within `budget`, with its price (the key itself costs 0)."""
    prices = {key: 0.0}
    frontier = {key: 0.0}
    while frontier:
        found: dict[str, float] = {}
        for form, price in frontier.items():
            for other, step in _one_slip(form):
                total = round(price + step, 3)
                if total <= budget and total < prices.get(other, 9.0) and len(other) > 1:
                    prices[other] = found[other] = total
        frontier = found
    return prices


def one_slip(key: str) -> Iterator[str]:
    """Every key that can be heard for a longer `key` when one sound is lost, added or taken for another."""
    return (form for form, _ in _one_slip(key))


def _one_slip(form: str) -> list[tuple[str, float]]:
    out = [(form.replace(a, b), SLIP / 5) for a, b in _HALF_SLIPS if a in form]
    if form[0] in _VOWELS:
        out.append((form[1:], SLIP * 0.8))
    for i, letter in enumerate(form):
        out += [(form[:i] + other + form[i + 1 :], SLIP) for other in _SLIPS.get(letter, "")]
        if letter in "aeioumn" or _in_cluster(form, i):
            out.append((form[:i] + form[i + 1 :], SLIP))
        if i and letter not in _VOWELS and form[i - 1] not in _VOWELS:
            out += [(form[:i] + vowel + form[i:], SLIP) for vowel in "ei"]
    return out


def _in_cluster(form: str, i: int) -> bool:
    return any(0 <= j < len(form) and form[j] not in _VOWELS for j in (i - 1, i + 1))
