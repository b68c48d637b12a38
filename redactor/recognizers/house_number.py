"""House numbers, flats and postcodes as they are written or said: where one ends, and which digits it has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from redactor.recognizers.address_pieces import Piece

_WRITTEN = re.compile(r"\d{1,4}[a-fα-ζr]?|\d{1,5}")
_SECOND = re.compile(r"[1-9]\d{0,2}[a-fα-ζ]?")
_RANGE = re.compile(r"[ ]?[\-/&+⁄][ ]?")
_JOINED = frozenset({" ", "-", "  "})
_LETTER = re.compile(r"[ ]?'?")
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Number:
    """A number that may be of a house."""

    end: int
    """Index one past its last piece."""
    digits: str
    """What it says, without a letter behind it."""
    written: bool
    """In digits."""


def number_at(found: Sequence[Piece], at: int, *, english: bool = False) -> Number | None:
    """The house number that begins at piece `at`, with its letter and range; None when there is none.

    English numbers may be read in parts ("forty four oh six"), Greek ones are read as one.
    """
    piece = found[at]
    if piece.word[0].isdigit():
        if not _WRITTEN.fullmatch(piece.word):
            return None
        end = at + 1
        if end < len(found) and _RANGE.fullmatch(found[end].gap) and _SECOND.fullmatch(found[end].word):
            end += 1
        return Number(_with_letter(found, end), "".join(c for c in piece.word if c.isdigit()), written=True)
    groups = groups_at(found, at)
    if not groups:
        return None
    taken = groups if english else groups[:1]
    end = taken[-1][0]
    return Number(_with_letter(found, end), "".join(str(number) for _, number in taken), written=False)


def groups_at(found: Sequence[Piece], at: int, most: int = _MOST_WORDS) -> list[tuple[int, int]]:
    """The numbers said in words one behind the other from piece `at`: index one past each, and its value.

    "εκατόν δώδεκα είκοσι ένα" is 112 and 21.
    """
    out: list[tuple[int, int]] = []
    i, words = at, 0
    while i < len(found) and words < most and (i == at or found[i].gap in _JOINED):
        number = None if found[i].digits else found[i].number
        if number is None:
            if found[i].word == "and" and out and out[-1][1] % 100 == 0 and out[-1][1]:
                i += 1
                continue
            break
        i, words = i + 1, words + 1
        last = out[-1][1] if out else -1
        if number == 100 and 0 < last < 10 and found[i - 1].word == "hundred":
            out[-1] = (i, last * 100)
        elif out and (_fits(last, number)):
            out[-1] = (i, last + number)
        else:
            out.append((i, number))
    return out


def _fits(last: int, number: int) -> bool:
    """True when `number` completes `last` ("εκατόν" and "δέκα", "είκοσι" and "ένα")."""
    return number > 0 and (
        (last >= 100 and last % 100 == 0 and number < 100) or (last >= 20 and last % 10 == 0 and number < 10)
    )


def _with_letter(found: Sequence[Piece], end: int) -> int:
    """One further when a letter of a house stands at `end` ("41 Β", "πέντε άλφα", "twenty two a")."""
    if end < len(found) and found[end].has("letter") and _LETTER.fullmatch(found[end].gap):
        after = found[end + 1] if end + 1 < len(found) else None
        # "22 a street" is an article; "2 α" before another letter is spelling.
        if after is None or not after.has("letter") or after.gap not in {" ", "."}:
            return end + 1
    return end
