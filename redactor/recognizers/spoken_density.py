"""Where speech sounds like numbers, however it was torn and misspelled: a two-state model over sounds without blanks.

Recognition of a bad line writes "διωτείσσερα, μειδέννε να τίσερα οκτώ" for "δύο τέσσερα, μηδέν εννέα τέσσερα οκτώ": no
word is right, yet the letters are those of numbers. Each letter has log-odds (numbers against everything else) after
the three letters before it; the best path through the two states (Viterbi) gives stretches and how sure they are.

The table is trained by models/recipes/number_sounds on our own text and synthetic speech.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from redactor.recognizers.sound import SLIP, joined
from redactor.recognizers.spoken_lexicon import lexicon
from redactor.recognizers.spoken_tokens import COLUMNS, Token

_ORDER = 4
_STEPS = 20
"""The table holds log-odds in twentieths."""
_CHANGE = 4.0
"""Log-odds that it costs to begin a stretch of numbers."""
_HOPELESS = 3.9
"""Log-odds above 0 of a whole line that cannot pay for that."""
_DIGIT = 1.6
"""Log-odds of a written digit."""
_LEAST, _MOST = -4.0, 4.0
_UNKNOWN = -0.4
_STOP = -2.5
"""A word of everyday speech that is spelled just so costs a stretch so much."""
_FOREIGN = -2.0
"""A Latin word that is no number word: the letters of the model are Greek sounds."""
_PAUSE = -2.5
"""A sentence ends here, or so recognition thinks."""
_APART = frozenset(".;!?:/|(")
_BARRIER = -30.0
"""No stretch goes over a unit of measure, a month, a code or the name of a speaker."""
_FILLER = -0.5


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring tokens that sound like numbers."""

    first: int
    last: int
    """Index of its last token."""
    odds: float
    """Sum of log-odds (natural); above 0 by construction."""
    sounds: int
    """Letters of its sound keys and its digits: a spoken digit has four on average."""
    heard: float = 0.0
    """The part of `odds` that is of words and not of figures."""


def stretches(found: Sequence[Token]) -> Iterator[Stretch]:
    """The stretches of each utterance, in order; an utterance ends with its line, or with its cell in a row."""
    first = 0
    for end in range(1, len(found) + 1):
        if end == len(found) or found[end].new_line or found[end].gap in COLUMNS:
            yield from _of_line(found, first, end)
            first = end


def _of_line(found: Sequence[Token], first: int, end: int) -> Iterator[Stretch]:
    odds = _odds(found, first, end)
    if sum(gain for gain in odds if gain > 0) < _HOPELESS:
        return
    inside, outside = -math.inf, 0.0
    back_in: list[bool] = []
    back_out: list[bool] = []
    for gain in odds:
        enter = outside - _CHANGE > inside
        leave = inside > outside
        inside, outside = max(inside, outside - _CHANGE) + gain, max(outside, inside)
        back_in.append(enter)
        back_out.append(leave)
    state = inside > outside
    at = len(odds) - 1
    runs: list[tuple[int, int]] = []
    last = at
    while at >= 0:
        if state:
            if back_in[at]:
                runs.append((at, last))
                state = False
            at -= 1
        else:
            if back_out[at]:
                state, last = True, at - 1
            at -= 1
    for a, b in reversed(runs):
        yield _trimmed(found, first + a, first + b, odds, first)


def _trimmed(found: Sequence[Token], first: int, last: int, odds: Sequence[float], offset: int) -> Stretch:
    while last > first and odds[last - offset] <= 0:
        last -= 1
    while first < last and odds[first - offset] <= 0:
        first += 1
    sounds = sum(len(t.reading.key) or len(t.word) for t in found[first : last + 1] if not t.filler)
    heard = sum(odds[i - offset] for i in range(first, last + 1) if not found[i].word.isdigit())
    return Stretch(first, last, sum(odds[first - offset : last + 1 - offset]), sounds, heard)


def _odds(found: Sequence[Token], first: int, end: int) -> list[float]:
    """Log-odds of each token, its letters seen after those of the tokens before it."""
    history = "  "
    odds: list[float] = []
    for i in range(first, end):
        token = found[i]
        reading, word = token.reading, token.word
        if token.speaker or token.unit or "month" in reading.roles:
            odds.append(_BARRIER)
            history = "  "
            continue
        pause = 0.0 if token.gap == " " or _APART.isdisjoint(token.gap) else _PAUSE
        if word.isdigit():
            odds.append(_BARRIER if token.glued else _DIGIT * len(word) + pause)
            history = "  "
            continue
        gain = pause
        if word.isascii() and not reading.units and not reading.letter:
            odds.append(_FOREIGN)
            history = "  "
            continue
        if reading.key:
            said, history = _said(history[1 - _ORDER :], reading.key)
            gain += said
        if token.filler:
            gain = max(_FILLER, min(gain, 0.0)) + pause
        elif "stop" in reading.roles and not torn(found, i):
            gain = min(gain, 0.0) + _STOP
        odds.append(gain)
    return odds


def torn(found: Sequence[Token], i: int) -> bool:
    """True when a stop word and its neighbour are one number word that was torn: "μη δεν" for μηδέν."""
    heard, beginnings = lexicon().heard, _beginnings()
    for a, b in ((i - 1, i), (i, i + 1)):
        if a >= 0 and b < len(found) and found[a].reading.key in beginnings and found[b].close:
            unit = heard.get(joined((found[a].reading.key, found[b].reading.key)))
            if unit is not None and unit.kind == "digit" and unit.price < SLIP:
                return True
    return False


@cache
def _beginnings() -> frozenset[str]:
    """How the sounds of digits begin, also misheard ones; a digit that stands behind figures begins with nothing."""
    digits = [form for form, unit in lexicon().heard.items() if unit.kind == "digit" and unit.price < SLIP]
    return frozenset(form[:size] for form in digits for size in range(len(form) + 1))


@lru_cache(maxsize=4096)
def _said(history: str, key: str) -> tuple[float, str]:
    """Log-odds of the letters of a key behind the last letters before it, and the last letters after it."""
    table, gain = _table(), 0.0
    for letter in key:
        history = (history + letter)[-_ORDER:]
        gain += _look_up(table, history)
    return gain, history


def _look_up(table: dict[str, float], gram: str) -> float:
    while gram:
        value = table.get(gram)
        if value is not None:
            return value
        gram = gram[1:]
    return _UNKNOWN


@cache
def _table() -> dict[str, float]:
    packed = files("redactor.recognizers").joinpath("el", "number_sounds.tsv.gz").read_bytes()
    rows = (line.split("\t") for line in gzip.decompress(packed).decode().splitlines())
    return {gram: max(_LEAST, min(_MOST, int(value) / _STEPS)) for gram, value in rows}
