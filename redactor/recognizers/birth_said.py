"""Dates of birth that are said: number words, ordinals and months in a row, and what recognition leaves of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from redactor.recognizers.number_words import Token, said, tokens
from redactor.recognizers.sound import sound

_CORE = frozenset({"unit", "genitive", "teen", "tens", "hundred", "thousand", "century", "ordinal", "month"})
_OF = frozenset({"του", "tou", "of"})
_MOST_PARTS = 14
_LONGEST = 120
_CLAUSE = re.compile(
    r"[ ,]{0,2}(?:(?:μου |ειναι )?(?:στ[ιη]σ?|στην?|τ[ιη][σν]?|ειναι|το)(?![^\W_])[ .,]{0,3})?([^\n.,;!?]{0,110})"
)
"""What follows a word of birth up to the next sign; recognition likes to set one behind "στις"."""
_MONTH = (
    r"an[ou]ari|enar[ie]|fevr|flevar|marti|apr[ei]l|iuni|iuli|onio|oniu|[ai][uf]g|av[gk]us|septe|[oi][kh]to?v?r|"
    r"ovri|noe[mb]|e[mb]+vri|ebri|d[ei]k[ie]m"
)
_MONTHS = re.compile(rf"{_MONTH}|^m[ae][iu]u?$|ame[iu]u?$")
_REMAINS = re.compile(
    r"[in]n?[td]a|[kg]osi|d[ei]k|dod[ei]k|pe[nd]|epta|efta|pta|okt|oht|eni[ae]|enea|tri[as]|te[s]+er|[hg]ili?[ag]|"
    r"gian[ia]|hian|dio|^e?ksi?$|^ena$"
)
"""Pieces of number words and months, by sound."""
_FEWEST = 3
"""Pieces that make a date, one less with a month."""
_HOLES = 3
_FEWEST_WORDS = 2
_MOST_TOKENS = 12


def spoken(plain: str, start: int, limit: int) -> tuple[int, int] | None:
    """Offsets of the first row of words that is a date and begins in `[start, limit]`."""
    found = tokens(plain, start, min(len(plain), limit + _LONGEST))
    at = 0
    while at < len(found) and found[at].start <= limit:
        if _core(found[at]):
            last, parts, month = _stretch(plain, found, at)
            if last > at and (parts >= 3 or (month and parts >= 2)):
                return found[at].start, found[last].end
            at = last + 1
        else:
            at += 1
    return None


def garbled(plain: str, start: int) -> tuple[int, int] | None:
    """Offsets of what recognition made of a date behind a word of birth: "γίλια ενια κόσια δομήντα"."""
    clause = _CLAUSE.match(plain, start)
    found = tokens(plain, *clause.span(1))[:_MOST_TOKENS] if clause is not None else []
    remains = [i for i, token in enumerate(found) if _remains(token.text)]
    words = [found[i].text for i in remains if not found[i].text.isdigit()]
    month = any(_remains(word) == "month" for word in words)
    if len(words) < _FEWEST_WORDS or len(remains) < _FEWEST - month or remains[0] > _HOLES - 1:
        return None
    last = remains[0]
    for i in remains:
        if i - last > _HOLES + 1:
            break
        last = i
    return found[0].start, found[last].end


def _stretch(plain: str, found: Sequence[Token], at: int) -> tuple[int, int, bool]:
    """Index of the last part of a spoken date that begins at `at`, how many parts it has, whether a month is named."""
    last, parts, month = at, 1, _kind(found[at]) == "month"
    links = 0
    for i in range(at + 1, min(len(found), at + _MOST_PARTS)):
        gap = plain[found[i - 1].end : found[i].start]
        if "\n" in gap or len(gap) > 3 or not {".", ";", "?", "!"}.isdisjoint(gap):
            break
        if _core(found[i]):
            ordinal = _kind(found[i]) in {"ordinal", "month"} or (parts == 1 and found[i - 1].text in _OF)
            last, parts, month, links = i, parts + 1 + (ordinal and parts == 1), month or ordinal, 0
        elif _kind(found[i]) == "link" and links < 2:
            links += 1
        else:
            break
    return last, parts, month


def _core(token: Token) -> bool:
    return (token.text.isdigit() and len(token.text) in {1, 2, 4}) or _kind(token) in _CORE


def _kind(token: Token) -> str:
    meaning = said(token.text)
    return meaning.kind if meaning is not None else ""


@lru_cache(maxsize=4096)
def _remains(word: str) -> str:
    """What may be left in a word: "month", "number", or nothing (an empty string)."""
    if word.isdigit():
        return "number" if len(word) in {1, 2, 4} else ""
    if word.isascii():
        return ""
    key = sound(word)
    return "month" if _MONTHS.search(key) else "number" if _REMAINS.search(key) else ""
