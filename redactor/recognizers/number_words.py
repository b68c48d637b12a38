"""Numbers of ages and dates as they are said or written: words of el/numbers.tsv and en/numbers.tsv, and digits.

Greek words are compared by sound; the long ones (tens and teens) may be off by one slip of the ear, be run together
("εξιντατρια") or torn in two ("ενε νήντα").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from redactor.normalize import folded
from redactor.recognizers.labels import table
from redactor.recognizers.sound import SLIP, misheard, sound

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:'[^\W\d_]+)?")
_SLIPS_FROM = 6
_LONGEST_DIGITS = 3
_LONGEST_WORD = 40
_CLOSE = frozenset({" ", "-", "  "})
_UNITS = frozenset({"unit", "genitive"})


@dataclass(slots=True)
class Token:
    """A run of letters or of digits."""

    start: int
    """Offset in the folded text."""
    end: int
    text: str = field(repr=False)
    """Folded."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a word means as part of a number or a date."""

    kind: str
    """The kinds of the first column of numbers.tsv."""
    value: float


@dataclass(frozen=True, slots=True)
class Number:
    """Tokens `[first, last]` that are one number below 1,000."""

    first: int
    last: int
    value: float = field(repr=False)
    genitive: bool
    """True for a form that people use for ages and hours ("ενός", "τεσσάρων")."""
    written: bool
    """True for digits."""


def tokens(plain: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a folded text, or of its characters `[start, end)`."""
    found = _TOKEN.finditer(plain, start, len(plain) if end is None else end)
    return [Token(match.start(), match.end(), match.group()) for match in found]


def numbers(plain: str, found: Sequence[Token]) -> Iterator[Number]:
    """Every number in order; "εξήντα εννιά εβδομήντα δύο" is two."""
    at = 0
    while at < len(found):
        word = found[at].text
        opens = word.isdigit() or (len(word) <= _LONGEST_WORD and _may_open(word))
        number = _number(plain, found, at) if opens else None
        if number is not None:
            yield number
            at = number.last + 1
        else:
            at += 1


def said(word: str) -> Said | None:
    """What the folded `word` means; None for nearly all words."""
    return _said(word) if len(word) <= _LONGEST_WORD else None


def digits_said(plain: str) -> int:
    """How many digits a folded text says, at least: those that are written, and one for each number word."""
    words = (said(word) for word in re.findall(r"[^\W\d_]+", plain))
    return sum(map(str.isdigit, plain)) + sum(word is not None and word.kind != "link" for word in words)


@lru_cache(maxsize=4096)
def _said(word: str) -> Said | None:
    words = _words()
    return words.get(word) if word.isascii() else words.get("~" + sound(word))


@lru_cache(maxsize=4096)
def _may_open(word: str) -> bool:
    """True when a number in words may begin with the folded `word`."""
    return said(word) is not None or (not word.isascii() and sound(word) in _beginnings())


def _number(plain: str, found: Sequence[Token], at: int) -> Number | None:
    token = found[at]
    if token.text.isdigit():
        whole = len(token.text) <= _LONGEST_DIGITS and not _part_of_more(plain, token)
        return Number(at, at, int(token.text), genitive=False, written=True) if whole else None
    first, last = said(token.text), at
    if first is None and not token.text.isascii() and (torn := _torn(plain, found, at)):
        first, last = torn, at + 1
    if first is None or first.kind not in {"unit", "genitive", "teen", "tens", "hundred", "half"}:
        return None
    value, genitive, kind = first.value, first.kind == "genitive", first.kind
    while last + 1 < len(found) and plain[found[last].end : found[last + 1].start] in _CLOSE:
        more = said(found[last + 1].text)
        if more is None or not _joins(kind, value, more):
            break
        value, genitive, kind, last = value + more.value, genitive or more.kind == "genitive", more.kind, last + 1
    if half := _and_a_half(found, last):
        value, last = value + 0.5, last + half
    return Number(at, last, value, genitive=genitive, written=False)


def _joins(kind: str, value: float, more: Said) -> bool:
    if kind == "hundred":
        return more.kind in {"unit", "genitive", "teen", "tens"}
    if kind == "tens" or value == 10:
        unit = more.kind in _UNITS or (more.kind == "homophone" and kind == "tens")
        return unit and more.value > 0
    return False


def _and_a_half(found: Sequence[Token], last: int) -> int:
    """How many tokens behind `last` say "and a half"."""
    for count, words in ((2, ("και",)), (2, ("κι",)), (2, ("and",)), (3, ("and", "a"))):
        behind = [token.text for token in found[last + 1 : last + 1 + count]]
        if tuple(behind[:-1]) == words and (meaning := said(behind[-1])) is not None and meaning.kind == "part":
            return count
    return 0


def _torn(plain: str, found: Sequence[Token], at: int) -> Said | None:
    if at + 1 >= len(found) or plain[found[at].end : found[at + 1].start] not in _CLOSE:
        return None
    if sound(found[at].text) not in _beginnings():
        return None
    whole = said(found[at].text + found[at + 1].text)
    return whole if whole is not None and whole.kind in {"tens", "teen"} else None


def _part_of_more(plain: str, token: Token) -> bool:
    """True for a piece of a decimal, a date, an hour, a code."""
    before, after = plain[max(0, token.start - 2) : token.start], plain[token.end : token.end + 2]
    front = before[-1:] in {"_", "€", "$", "£", "#", "@"} or (before[-1:] in set(".,:/-") and before[:1].isdigit())
    glued = before[-1:].isalpha()
    back = after[:1] in {"%", "€", "$", "£", "_", "@"} or (after[:1] in set(".,:/-") and after[1:].isdigit())
    return front or glued or back


@cache
def _words() -> dict[str, Said]:
    """Number words: `~` and the sound for Greek, the folded spelling for English."""
    found: dict[str, Said] = {}
    long: dict[str, Said] = {}
    units: dict[str, Said] = {}
    for language in ("el", "en"):
        for _, (kind, value, forms) in table(language, "numbers.tsv"):
            for form in forms.split():
                meaning = Said(kind, float(value))
                if form.isascii():
                    found.setdefault(folded(form), meaning)
                    continue
                key = sound(form)
                if kind != "combining":
                    found.setdefault("~" + key, meaning)
                if kind in {"tens", "teen", "month"} and len(key) >= _SLIPS_FROM:
                    long[key] = meaning
                if kind in _UNITS and value != "0":
                    units[key] = meaning
    for key, meaning in long.items():
        for heard in misheard(key, SLIP):
            found.setdefault("~" + heard, meaning)
        for unit, more in units.items() if meaning.kind == "tens" else ():
            found.setdefault("~" + key + unit, Said(more.kind, meaning.value + more.value))
    return found


def _alternatives() -> str:
    kinds = {"unit", "genitive", "teen", "tens", "hundred"}
    rows = [row for language in ("el", "en") for _, row in table(language, "numbers.tsv")]
    forms = {folded(form) for kind, _, listed in rows if kind in kinds for form in listed.split()}
    return "|".join(sorted(forms, key=lambda form: (-len(form), form)))


WORDS = rf"(?:{_alternatives()})(?![^\W_])(?:[ \-](?:and )?(?:{_alternatives()})(?![^\W_])){{0,5}}"
"""A number in words as a regular expression on folded text, for patterns of which it is a part; by spelling only."""


@cache
def combining() -> frozenset[str]:
    """Sounds of what stands before "-χρονος": "πεντά-", "εξηντα-", "σαρανταπεντά-"."""
    units: set[str] = set()
    tens: set[str] = set()
    for _, (kind, _, forms) in table("el", "numbers.tsv"):
        keys = {sound(form) for form in forms.split()}
        units |= keys if kind == "combining" else set()
        tens |= keys if kind == "tens" else set()
    return frozenset(units | tens | {ten + unit for ten in tens for unit in units})


@cache
def _beginnings() -> frozenset[str]:
    keys = [
        sound(form)
        for _, (kind, _, forms) in table("el", "numbers.tsv")
        if kind in {"tens", "teen"}
        for form in forms.split()
    ]
    return frozenset(key[:at] for key in keys for at in range(2, len(key) - 1))
