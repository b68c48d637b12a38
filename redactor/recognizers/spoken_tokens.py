"""Folded text cut into the tokens that spoken identifiers are made of, with fillers and speaker names marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from redactor.recognizers.labels import table
from redactor.recognizers.spoken_lexicon import lexicon
from redactor.recognizers.spoken_reading import Reading, garbled, read

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_SPEAKER = re.compile(
    r"\n[ \t]*(?:[^\W\d_]{2,20}(?:[ _]?\d{1,2}|[ _][^\W\d_])?:|[^\W\d_] :|"
    r"\[[^\W\d_]{1,20}(?:[ _]?\d{1,2})?\])(?=\s)"
)
"""Who says a line, and the key of a text in data."""
_FIGURES = re.compile(
    r"(?:(?<![\d/.\-])|(?<=[/.]\d{4}-)|(?<=[/.]\d\d-))(?:\d{1,2}([/.\-])\d{1,2}\1(?:19|20)?\d{2}|"
    r"(?:19|20)\d{2}([/.\-])\d{1,2}\2\d{1,2})(?![\d/]|[.]\d|-(?!\d{1,4}[/.]\d{1,2}[/.]))|"
    r"(?<![\d/])\d{1,6}/(?:19|20)\d{2}(?![\d/\-])|(?<![\d/])(?:19|20)\d{2}/\d{1,4}(?![\d/\-])|"
    r"(?<![\d/])\d{1,2}/(?:19|20)?\d{2}(?![\d/])|(?<![\d/])\d{1,2}/\d{1,2}(?![\d/])|"
    r"(?<![\d.,])0[.,]\d{1,6}(?![\d]|[.,]\d)|"
    r"(?<![\d.,])\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,2})?(?!\d|,\d)|(?<![\d.,])\d{1,3}(?:\.\d{3}){1,3},\d{1,2}(?![\d.])|"
    r"(?<![\d.,])\d{1,6}\.\d{2}(?![\d.])|"
    r"(?<![\d.,])[1-9]\d{0,2}(?:\.\d{3}){0,2}\.000(?![\d.,])|(?<![\d/])\d{3}/\d{2}(?=[ ]?z?r[ ]?\d{2}(?!\d))|"
    r"(?<= : )-?\d+\.\d+(?:e[+-]?\d+)?(?!\S)|(?<= : )\d{1,6}(?=; )"
)
"""Dates, amounts, sizes of tyres and data of a file (`start : 0.315`, `id : 2; `): no part of a number that is said."""
_ITEM = re.compile(r"(?:^|\n)[ \t]{0,4}(\d{1,2})[.)](?=[ \t]{1,3}[^\W\d_])")
_CLAUSE = re.compile(r"(?:^|\n)[ \t]{0,4}(\d{1,2}\.\d{1,2})\.?(?=[ \t]{1,3}[^\W\d_])")
"""Numerals of a list and of clauses, each in front of its line."""
_DIGITS = re.compile(r"\d+")
_MINUS = " : -"
_CODE_POINTS_KEPT = 60
COLUMNS = frozenset(";")
"""Without a blank beside it, it parts the cells of a row: who asks in Greek goes on after a blank. Bars and tabs also
stand between the boxes of a form, one digit in each."""


@dataclass(slots=True)
class Token:
    """A run of letters or of digits."""

    start: int
    """Offset in the folded text."""
    end: int
    word: str = field(repr=False)
    """Folded."""
    gap: str = field(repr=False)
    """What stands between the token before and this one."""
    reading: Reading = field(repr=False)
    filler: bool = False
    """True when people say it between two parts of a number, or when it names the speaker."""
    speaker: bool = False
    """True when it is part of a speaker's name in front of an utterance."""
    unit: bool = False
    """True for a unit of measure: the number before it is a quantity."""
    glued: bool = False
    """True when letters and digits touch (a model name, an order number) and for times and dates in figures."""
    counted: bool = False
    """True for a homophone ("won", "too") that stands in a run of digits and is one of them."""

    @property
    def close(self) -> bool:
        """True when only blanks or a hyphen part it from the token before: it may be a torn word."""
        return self.gap in {" ", "-", "  "}

    @property
    def new_line(self) -> bool:
        """True when a line (an utterance) begins here."""
        return "\n" in self.gap

    @property
    def garbled(self) -> bool:
        """True when it can be what is left of a number word, and has no other meaning."""
        return not (self.reading.roles or self.filler or self.glued or self.speaker) and garbled(self.reading.key)

    @property
    def number(self) -> bool:
        """True when it is a number word or digits, said clearly, and not part of a code."""
        return self.reading.sure and not (self.glued or self.speaker or self.unit)

    @property
    def seed(self) -> bool:
        """True when it is worth looking around here: a number, or an everyday word that sounds exactly like one."""
        reading = self.reading
        return (self.counted or reading.clear) and not (self.glued or self.speaker or self.unit)


NOUGHT = frozenset({"oh", "o"})
HOMOPHONES = frozenset(
    word for _, (kind, _, words) in table("en", "spoken.tsv") if kind == "homophone" for word in words.split()
).difference(NOUGHT)
"""Words that are digits only between digits, but for nought."""
_COMMON = frozenset({"to", "too", "for", "fore", "free", "tree", "ate"})
"""Those that people say for themselves all the time."""
_STRANGE = frozenset({"sicks", "sics", "nein", "nyne", "fife", "oh", "double", "treble", "triple"})
"""Words that nobody says beside those but in a number."""
_RARE = frozenset({"won", "wan"})
_RUN = 3
_NAMED = frozenset({"new", "old", "other", "another", "uk", "greek", "blue", "red", "black", "white", "green", "gold"})
"""Behind them "one" is no digit where figures follow or the clause ends."""
_OFTEN = frozenset({"φορεσ", "φορα"})
_OPENERS = frozenset({"it", "its", "s", "is", "thats", "that"})


def _numerals(text: str) -> list[tuple[int, int]]:
    """Where lines are numbered, one after another ("6. Τηλέφωνο: ...", "7. Διάρκεια: ..."), and clauses ("3.1 The")."""
    items = list(_ITEM.finditer(text))
    listed = {item.span(1) for pair in pairwise(items) if int(pair[1][1]) == int(pair[0][1]) + 1 for item in pair}
    return sorted({*listed, *(clause.span(1) for clause in _CLAUSE.finditer(text))})


def tokens(text: str) -> list[Token]:
    """The tokens of a folded text in order; blanks and signs become gaps."""
    out: list[Token] = []
    speakers, dates = _speakers(text)[::-1], sorted([*_figures(text), *_numerals(text)])[::-1]
    last = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        word = match.group()
        reading = read(word)
        token = Token(start, end, word, text[last : min(start, last + _CODE_POINTS_KEPT)], reading, reading.filler)
        while speakers and speakers[-1][1] <= start:
            speakers.pop()
        if speakers and speakers[-1][0] <= start:
            token.speaker = token.filler = True
        token.unit = reading.unit
        while dates and dates[-1][1] <= start:
            dates.pop()
        token.glued = bool(dates) and dates[-1][0] <= start
        if out and token.gap in _GLUE:
            _glue(out[-1], token)
        out.append(token)
        last = end
    _mark_phrases(out)
    _mark_by_neighbours(out)
    if not HOMOPHONES.isdisjoint(token.word for token in out):
        _count_homophones(out)
    return out


def _speakers(text: str) -> list[tuple[int, int]]:
    """Where the names of speakers stand, with the ends of the lines before them."""
    return [(match.start() - 1, match.end() - 1) for match in _SPEAKER.finditer("\n" + text)]


def _figures(text: str) -> Iterator[tuple[int, int]]:
    """Where dates, amounts and data stand; each begins with a digit, or with a minus in front of one."""
    end = 0
    for digits in _DIGITS.finditer(text):
        at = digits.start()
        if at < end:
            continue
        minus = text.endswith(_MINUS, 0, at) and at - 1 >= end
        found = (_FIGURES.match(text, at - 1) if minus else None) or _FIGURES.match(text, at)
        if found is not None:
            end = found.end()
            yield found.span()


def _mark_by_neighbours(found: list[Token]) -> None:
    """Mark the rest of "x ray", "one" for a thing that was named ("the new one, 5327"), and how often ("δύο φορές")."""
    for i, token in enumerate(found):
        before = found[i - 1].word if i and token.close else ""
        after = found[i + 1] if i + 1 < len(found) else None
        if token.word == "ray" and before in {"x", "ex"}:
            token.filler = True
        elif token.word == "one" and before in _NAMED and after is not None:
            apart = bool(after.gap.strip(" ")) or after.new_line
            token.glued = token.glued or apart or (after.word.isdigit() and len(after.word) > 1)
        elif token.word in _OFTEN:
            token.unit = after is None or not (after.number or after.word in {"το", "τα"})


def _count_homophones(found: list[Token]) -> None:
    """Mark homophones in runs of three digits or more, of which as many are clear or odd as are "to" and "for"."""
    run: list[Token] = []
    for token in [*found, None]:
        if token is not None and (not run or token.close) and _digit_like(token):
            run.append(token)
            continue
        if len(run) >= _RUN and any(t.word in HOMOPHONES for t in run):
            odd = sum(t.word not in _COMMON for t in run)
            strange = sum(t.word in _STRANGE for t in run)
            if 2 * odd >= len(run) and (strange or sum(t.word in _RARE for t in run) > 1):
                for one in run:
                    one.counted = one.word in HOMOPHONES
        run = [token] if token is not None and _digit_like(token) else []
    _count_lines(found)


def _count_lines(found: list[Token]) -> None:
    """Mark the homophones of utterances that hold nothing else ("it's for to ate", "sicks won"): nobody says that."""
    lines: list[list[Token]] = []
    for token in found:
        if token.new_line or not lines:
            lines.append([])
        if not token.filler and (lines[-1] or token.word not in _OPENERS):
            lines[-1].append(token)
    for line in lines:
        odd = len(line) >= _RUN or any(t.word in HOMOPHONES and t.word not in _COMMON for t in line)
        if len(line) > 1 and odd and all(map(_digit_like, line)):
            for one in line:
                one.counted = one.word in HOMOPHONES


def _digit_like(token: Token) -> bool:
    """True for a digit said as one word, a homophone of one, "oh" and "double"."""
    if token.glued or token.speaker or token.unit:
        return False
    if token.word in HOMOPHONES or token.word in NOUGHT:
        return True
    return token.reading.digit and token.seed


_GLUE = frozenset({"", "-", ":", ","})


def _glue(before: Token, token: Token) -> None:
    """Mark codes ("s23", "ord-2026-..."), times of day (12:30) and amounts (12,50): they are no spoken numbers."""
    digits = token.word.isdigit()
    both = digits and before.word.isdigit()
    if not token.gap or (both and (token.gap == ":" or (token.gap == "," and len(token.word) < 3))):
        token.glued = before.glued = True
    elif token.gap == "-" and digits and (before.glued or _code(before.word)):
        token.glued = True


def _code(word: str) -> bool:
    """True for the letters in front of an order number ("ord-2026-...")."""
    return len(word) >= 3 and word.isascii() and word.isalpha()


def _mark_phrases(found: list[Token]) -> None:
    phrases = lexicon().phrases
    for i, key in enumerate([token.reading.key for token in found]):
        for phrase, unit in phrases.get(key, ()):
            part = found[i : i + len(phrase)]
            if tuple(t.reading.key for t in part) == phrase and not any(t.new_line for t in part[1:]):
                for member in part:
                    member.unit, member.filler = unit, not unit
