"""Numbers as they are written or said, for the detector of other make: its own reading of number words, no more.

Greek and English words up to hundreds are put together as one hears them ("sixty nine eighteen" is 6918); a run of them
counts as a whole, by what the check digits and lengths of a number allow.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence

import regex
from stdnum import luhn
from stdnum.gr import amka, vat

from redactor.findings import Finding
from redactor.regions import Span

_ONES = (
    "μηδεν zero oh", "ενα ενας μια one", "δυο two", "τρια τρεις three", "τεσσερα τεσσερις four", "πεντε five",
    "εξι six", "εφτα επτα seven", "οχτω οκτω eight", "εννια εννεα nine", "δεκα ten", "εντεκα eleven", "δωδεκα twelve",
    "δεκατρια thirteen", "δεκατεσσερα fourteen", "δεκαπεντε fifteen", "δεκαεξι δεκαξι sixteen",
    "δεκαεφτα δεκαεπτα seventeen", "δεκαοχτω δεκαοκτω eighteen", "δεκαεννια δεκαεννεα nineteen",
)  # fmt: skip
_TENS = (
    "εικοσι twenty", "τριαντα thirty", "σαραντα forty", "πενηντα fifty", "εξηντα sixty", "εβδομηντα seventy",
    "ογδοντα eighty", "ενενηντα ninety",
)  # fmt: skip
_HUNDREDS = (
    "εκατο εκατον", "διακοσια", "τριακοσια", "τετρακοσια", "πεντακοσια", "εξακοσια", "εφτακοσια επτακοσια",
    "οχτακοσια οκτακοσια", "εννιακοσια",
)  # fmt: skip
_WORDS = {
    word: number
    for start, step, names in ((0, 1, _ONES), (20, 10, _TENS), (100, 100, _HUNDREDS))
    for at, several in enumerate(names)
    for word in several.split()
    for number in (start + step * at,)
}
_FILLERS = frozenset({"και", "ε", "εε", "εμ", "ναι", "and", "er", "uh", "um"})
_PIECE = regex.compile(r"\d+|\p{L}+")
_INSIDE = regex.compile(r"[\w\-/]")
_BETWEEN = regex.compile(r"[\s\-.,()+…]{0,5}")
_SCORE = 0.8
_NUMBERS: tuple[tuple[str, range, Callable[[str], bool]], ...] = (
    ("GR_AMKA", range(11, 12), lambda d: bool(amka.is_valid(d))),
    ("GR_AFM", range(9, 10), lambda d: bool(vat.is_valid(d))),
    ("PHONE_NUMBER", range(10, 11), lambda d: d.startswith(("2", "69"))),
    ("PHONE_NUMBER", range(12, 13), lambda d: d.startswith(("302", "3069"))),
    ("CREDIT_CARD", range(15, 17), lambda d: d[0] in "3456" and bool(luhn.is_valid(d))),
)
"""Type, lengths, and what says that digits are one."""

Piece = tuple[str, int, int]
"""A word or digits with first character and one past the last."""


def numbers(text: str) -> Iterator[Finding]:
    """Runs of digits and number words that the rules of a number accept as a whole."""
    run: list[Piece] = []
    end = 0
    for match in _PIECE.finditer(text):
        word = _bare(match.group())
        counts = word.isdecimal() or word in _WORDS
        joined = run and _BETWEEN.fullmatch(text, end, match.start())
        if joined and word in _FILLERS:
            end = match.end()
            continue
        if run and not (counts and joined):
            yield from _judged(run)
            run = []
        # What goes on from letters or a sign (`ORD-2026-...`) is a part of something else.
        if counts and (run or not match.start() or not _INSIDE.match(text[match.start() - 1])):
            run.append((word, *match.span()))
            end = match.end()
    yield from _judged(run)


def digits_of(words: Sequence[str]) -> str:
    """The digits that number words and digits stand for, as one hears them."""
    out: list[str] = []
    held, room = 0, 1
    for word in words:
        number = -1 if word.isdecimal() else _WORDS[word]
        if 0 < number < room:
            held += number
            room = 10 if number >= 20 else 1
        else:
            out.append(str(held) if held else "")
            held, room = (0, 1) if number <= 0 else (number, 100 if number >= 100 else 10 if number >= 20 else 1)
            out.append(word if number < 0 else "0" if number == 0 else "")
    return "".join([*out, str(held) if held else ""])


def _judged(run: Sequence[Piece]) -> Iterator[Finding]:
    digits = digits_of([word for word, _, _ in run])
    for entity_type, lengths, valid in _NUMBERS:
        if len(digits) in lengths and valid(digits):
            yield Finding(Span(run[0][1], run[-1][2]), entity_type, _SCORE, "check digits")
            return


def _bare(word: str) -> str:
    """Lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
