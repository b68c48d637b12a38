"""Chains: number words that belong together, across fillers, read-backs, torn words and line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from redactor.recognizers.sound import joined
from redactor.recognizers.spoken_lexicon import Unit, lexicon
from redactor.recognizers.spoken_reading import decompose
from redactor.recognizers.spoken_tokens import COLUMNS, HOMOPHONES, NOUGHT, Token

_TORN = 3
"""So many pieces a torn word may come in."""
_TORN_KEY = 30
_LEAST_TORN = 6
_CLEAR = 0.1
_COUNTED = 0.6
"""Weight of a homophone that is one of a run of digits."""
_MARGIN = 3
"""Unclear words so near a clear number word are looked at."""
_FILLERS = 6
_LINES = 4
_GARBLED = 2
"""So many words in a row may be what is left of number words."""
_UNLIKELY = HOMOPHONES - {"to", "too", "for", "fore"}
"""Those of them that seldom stand behind a number otherwise."""
_RUN = 3
_SHORTENED = frozenset(
    {"it", "that", "what", "i", "he", "she", "there", "here", "you", "we", "let", "who", "how", "don"}
)
"""Words that lose their apostrophe in transcripts: "it s", "i m"."""
_BREAKS = frozenset(".;!?")
_CURRENCY = frozenset("€£$")
QUOTED_CELLS = re.compile(r"\"\s?[,;|\t]")
"""One cell of a row ends here, and the next begins."""
_TIMED = frozenset(
    {"after", "before", "until", "till", "tomorrow", "today", "tonight", "between"}
    | {"αυριο", "σημερα", "avrio", "simera", "shmera"}
)
"""Behind a number they begin a time ("... 831 after 5")."""
_FIELD = frozenset(':="<>{}')
"""Between a word and a number they make a field of the two: the number is the word's."""


@dataclass(frozen=True, slots=True)
class Part:
    """A few tokens that are one or more number words, or a letter, or a month."""

    first: int
    last: int
    """Index of its last token."""
    units: tuple[Unit, ...] = ()
    weight: float = 0.0
    letter: str = field(default="", repr=False)
    lone: bool = False
    """True for a letter that is written as one letter (or "GR"), not said by name."""
    date: bool = False
    """True for the name of a month and for an ordinal."""

    @property
    def sure(self) -> bool:
        """True when it is a number, said clearly."""
        return self.weight >= 0.7


def chains(found: Sequence[Token]) -> Iterator[list[Part]]:
    """All chains of `found` in order; each holds at least one number part or letter."""
    chain: list[Part] = []
    for part in _parts(found):
        if chain and not _linked(found, chain[-1], part):
            yield from _trimmed(found, chain)
            chain = []
        chain.append(part)
    yield from _trimmed(found, chain)


def _parts(found: Sequence[Token]) -> Iterator[Part]:
    done = 0
    for first, end in _zones(found):
        yield from _others(found, done, first)
        done = first
        for part in _numbers(found, first, end):
            yield from _others(found, done, part.first)
            yield part
            done = part.last + 1
    yield from _others(found, done, len(found))


def _others(found: Sequence[Token], first: int, end: int) -> Iterator[Part]:
    for i in range(first, end):
        token = found[i]
        roles = token.reading.roles
        if token.speaker or token.glued:
            continue
        if roles & {"month", "ordinal"}:
            yield Part(i, i, date=True, letter=token.reading.letter)
        elif token.reading.letter and "stop" not in roles:
            yield Part(i, i, letter=token.reading.letter)
        elif _single(found, i):
            yield Part(i, i, letter=token.word, lone=True)


def _single(found: Sequence[Token], i: int) -> bool:
    """A Latin letter on its own; "a" and "i" only between letters, and no rest of "it's"."""
    token = found[i]
    if token.word == "gr":
        return True
    if not _letter(token) or (i and token.gap == "'"):
        return False
    if i and found[i - 1].word in _SHORTENED and not (i > 1 and _letter(found[i - 1]) and _letter(found[i - 2])):
        return False
    beside = (i > 0 and token.close and _letter(found[i - 1])) or (
        i + 1 < len(found) and found[i + 1].close and _letter(found[i + 1])
    )
    return beside or token.word not in "ai"


def _letter(token: Token) -> bool:
    return len(token.word) == 1 and token.word.isascii() and token.word.isalpha()


def _zones(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    zone: tuple[int, int] | None = None
    beginnings = _beginnings()
    for i, token in enumerate(found):
        if not (token.seed or (token.reading.key in beginnings and _torn_seed(found, i))):
            continue
        first, end = max(0, i - _MARGIN), min(len(found), i + 1 + _MARGIN)
        if zone is not None and first <= zone[1]:
            zone = (zone[0], end)
            continue
        if zone is not None:
            yield zone
        zone = (first, end)
    if zone is not None:
        yield zone


@cache
def _beginnings() -> frozenset[str]:
    """How the sounds of number words begin that were heard clearly."""
    clear = [form for form, unit in lexicon().heard.items() if unit.price < _CLEAR]
    return frozenset(form[:size] for form in clear for size in range(1, len(form) + 1))


def _torn_seed(found: Sequence[Token], i: int) -> bool:
    """True when a word and the next are the two pieces of one number word."""
    if i + 1 == len(found):
        return False
    a, b = found[i].reading.key, found[i + 1].reading.key
    if not a or not b or not _LEAST_TORN <= len(a) + len(b) <= lexicon().longest or not found[i + 1].close:
        return False
    unit = lexicon().heard.get(joined((a, b)))
    return unit is not None and unit.price < _CLEAR


def _numbers(found: Sequence[Token], first: int, end: int) -> list[Part]:
    """The number parts of a zone: the choice of whole and torn words that explains most of it."""
    best = [0.0] * (end - first + 1)
    back: list[Part | None] = [None] * (end - first + 1)
    for at in range(first, end):
        here = at - first + 1
        best[here] = best[here - 1]
        for size in range(1, min(_TORN, here) + 1):
            if size > 1 and not (found[at - size + 2].close and _torn(found[at - size + 1])):
                break
            if size > 1 and not _torn(found[at]):
                break
            part = _part(found, at - size + 1, at)
            if part is None:
                continue
            gain = best[here - size] + part.weight - 0.1 * (size - 1)
            if gain > best[here]:
                best[here], back[here] = gain, part
    parts: list[Part] = []
    at = end - first
    while at:
        chosen = back[at]
        if chosen is None:
            at -= 1
        else:
            parts.append(chosen)
            at -= chosen.last - chosen.first + 1
    parts.reverse()
    return parts


def _torn(token: Token) -> bool:
    """True when a token may be a piece of a torn number word."""
    clear = token.glued or token.speaker or token.unit or token.number
    return bool(token.reading.key) and not clear and token.word not in HOMOPHONES


def _whole(found: Sequence[Token], at: int) -> Part | None:
    """The number part that one token is."""
    token = found[at]
    reading = token.reading
    if not reading.units or token.glued or token.speaker or token.unit or token.filler:
        return None
    if token.word in HOMOPHONES and not token.counted and not _beside_number(found, at):
        return None
    weight = _COUNTED if token.counted else reading.weight - (0.5 if "stop" in reading.roles else 0.0)
    return Part(at, at, reading.units, weight) if weight >= 0.1 else None


def _part(found: Sequence[Token], first: int, last: int) -> Part | None:
    """The number part that one token is, or several pieces of a torn word that stand close together."""
    if first == last:
        return _whole(found, first)
    members = found[first : last + 1]
    stops = sum(t.filler or "stop" in t.reading.roles for t in members)
    if stops == len(members):
        return None
    key = joined(t.reading.key for t in members)
    if len(key) > _TORN_KEY:
        return None
    units, price = decompose(key)
    weight = sum(unit.weight for unit in units) - 0.3 * price - 0.3 * stops
    return Part(first, last, units, weight) if units and weight > 0.2 else None


def _beside_number(found: Sequence[Token], i: int) -> bool:
    """True for a homophone that is a digit here.

    It stands behind "double"; or between numbers, perhaps with others of its kind ("six to ate nine"); or it ends or
    begins a run of three numbers, and is a word that hardly goes with them otherwise.
    """
    before, after = _numbers_beside(found, i, -1), _numbers_beside(found, i, 1)
    if i and found[i].close and any(unit.kind == "repeat" for unit in found[i - 1].reading.units):
        return True
    return bool(before and after) or (found[i].word in _UNLIKELY and max(before, after) >= _RUN)


def _numbers_beside(found: Sequence[Token], i: int, step: int) -> int:
    """How many numbers, up to `_RUN`, stand beside token `i`, at most two homophones between them."""
    at, skipped, numbers = i + step, 0, 0
    while 0 <= at < len(found) and numbers < _RUN:
        if found[at].word in HOMOPHONES:
            skipped += 1
            if skipped > 2:
                break
        elif found[at].seed or found[at].word in NOUGHT:
            numbers += 1
        else:
            break
        at += step
    return numbers


def _linked(found: Sequence[Token], a: Part, b: Part) -> bool:
    """May the tokens between two parts stand inside one spoken number?"""
    between = found[a.last + 1 : b.first]
    follow = found[b.first]
    others = [t for t in between if not t.filler]
    if len(between) - len(others) > _FILLERS or sum(t.new_line for t in (*between, follow)) > _LINES:
        return False
    if (a.lone or b.lone) and any(t.new_line for t in (*between, follow)):
        return False
    gaps = [t.gap for t in (*between, follow)]
    if found[a.last].word.isdigit() and any(gap in COLUMNS for gap in gaps):
        return False
    if any(_CURRENCY & set(gap) or QUOTED_CELLS.search(gap) for gap in gaps) or any(t.word in _TIMED for t in others):
        return False
    if follow.gap == "," and follow.word.isdigit() and found[a.last].word.isdigit():
        return False  # a decimal number, or two columns
    if not others:
        return bool(a.units or b.units) or not (follow.new_line or _BREAKS & set(follow.gap))
    if found[a.last].word.isdigit() and follow.word.isdigit() and any("," in t.gap for t in (others[0], follow)):
        return False  # "6981 347 226, weight 3480": a list in figures
    if any(t.unit for t in others) or any(t.new_line for t in (*between, follow)):
        return False
    if a.letter and b.letter and not a.units and not b.units:
        return len(others) <= 3 and any("spell" in t.reading.roles for t in others)
    if a.units and b.units and len(others) <= _GARBLED and all(t.garbled and t.close for t in others):
        return True
    if len(others) > 1:
        return False
    link = others[0].reading.roles
    if link & {"and", "of"}:
        return True
    broken = any(_BREAKS & set(t.gap) for t in (others[0], follow)) or bool(_FIELD & set(follow.gap))
    return min(a.weight, b.weight) >= 0.45 and not broken and not others[0].glued and len(others[0].word) <= 10


def _trimmed(found: Sequence[Token], chain: list[Part]) -> Iterator[list[Part]]:
    """Without what is an everyday word at the edge of a chain: "to", "for", and "ένα" that begins a new sentence."""
    while chain and _everyday(found, chain[0]):
        chain = chain[1:]
    while chain and (_everyday(found, chain[-1]) or _opens_sentence(found, chain)):
        chain = chain[:-1]
    if chain:
        yield chain


def _everyday(found: Sequence[Token], part: Part) -> bool:
    return found[part.first].word in HOMOPHONES and not found[part.first].counted


def _opens_sentence(found: Sequence[Token], chain: list[Part]) -> bool:
    part = chain[-1]
    if len(chain) < 2 or part.sure or part.last + 1 >= len(found):
        return False
    token, after = found[part.first], found[part.last + 1]
    answers = [t for t in found[chain[-2].last + 1 : part.first] if t.filler and not t.speaker]
    starts = not answers and (token.new_line or bool(_BREAKS & set(token.gap)))
    return starts and after.close and not after.filler
