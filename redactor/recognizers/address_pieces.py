"""A text cut into the pieces that addresses are made of: words and numbers, each with the turn of talk it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from redactor.recognizers.address_words import LONGEST, NO_KINDS, Kinds, kinds, value
from redactor.recognizers.view import View

_PIECE = re.compile(r"[^\W_]+(?:'[^\W\d_]{1,3}(?![^\W_]))?")
_SPEAKER = re.compile(
    r"(?m)^[ \t>]{0,4}(?:\[[^\]\n]{1,24}\][ \t]{0,3}|\d{1,2}:\d\d(?::\d\d)?[ \t\-]{1,3})?"
    r"(?:[^\W_][^\n:()\[\]]{0,28}(?:\([^)\n]{1,24}\))?:(?=\s)|\[[^\]\n]{1,24}\](?=\s)|[\-*>•]{1,2}(?=\s))"
)
_SIGNS = frozenset(
    {"address", "street", "postcode", "town_label", "place", "postal", "code", "house_number", "home", "floor", "flat"}
    | {"send", "live", "resident", "place_head", "shop", "foreign_address", "box"}
)


_GAP = 40


@dataclass(slots=True)
class Piece:
    """A run of letters and digits."""

    start: int
    """Offset in the folded text."""
    end: int
    word: str = field(repr=False)
    """Folded."""
    gap: str = field(repr=False)
    """What stands between the piece before and this one, at most 40 characters of it."""
    kinds: Kinds
    title: bool
    """Begins with a capital, in a line that is not all capitals."""
    digits: bool
    """True for a number in digits."""
    number: int | None
    """The number that it is or says."""
    turn: int = 0
    """Number of the line or utterance it stands in."""
    speaker: bool = False
    """True in the name or mark of a speaker in front of an utterance."""

    def has(self, *wanted: str) -> bool:
        """True when it may be one of the `wanted` kinds."""
        return not self.kinds.isdisjoint(wanted)


def pieces(text: View) -> list[Piece]:
    """The pieces of `text` in order."""
    found: list[Piece] = []
    plain, source, starts, at = text.plain, text.source, text.folded.starts, 0
    shouted = _shouted(source)
    shouted.reverse()
    for match in _PIECE.finditer(plain):
        start, end = match.span()
        word = match.group()
        if "'" in word and not word.isascii():
            word = word.replace("'", "")
        digits = word.isdigit()
        number = int(word[:9]) if digits else value(word) if len(word) <= LONGEST else None
        is_ = kinds(word) if end - start <= LONGEST else NO_KINDS
        if not is_ and word.endswith("'s"):
            is_ = kinds(word[:-2][:LONGEST])
        title = source[starts[start]].isupper()
        if title and shouted:
            while shouted and shouted[-1][1] <= starts[start]:
                shouted.pop()
            title = not shouted or starts[start] < shouted[-1][0]
        found.append(Piece(start, end, word, plain[max(at, start - _GAP) : start], is_, title, digits, number))
        at = end
    _turns(plain, found)
    return found


def _shouted(source: str) -> list[tuple[int, int]]:
    """Lines in capitals, in which a capital says nothing, as ranges of the source."""
    out: list[tuple[int, int]] = []
    at = 0
    for line in source.split("\n"):
        if line.isupper():
            out.append((at, at + len(line)))
        at += len(line) + 1
    return out


def _turns(plain: str, found: Sequence[Piece]) -> None:
    marks = [match.span() for match in _SPEAKER.finditer(plain)]
    marks.reverse()
    turn = 0
    for i, piece in enumerate(found):
        while marks and marks[-1][1] <= piece.start:
            marks.pop()
        if marks and marks[-1][0] <= piece.start:
            if piece.has(*_SIGNS):
                _unmark(found, i, *marks.pop())
            else:
                piece.speaker = True
        named = "speaker" in piece.kinds and plain[piece.end : piece.end + 1] == ":"
        if i and ("\n" in piece.gap or (named and not found[i - 1].speaker)):
            turn += 1
        piece.speaker = piece.speaker or named
        piece.turn = turn


def _unmark(found: Sequence[Piece], i: int, start: int, end: int) -> None:
    """What was taken for a speaker is the label of a field ("Διεύθυνση παράδοσης:")."""
    while i and start <= found[i - 1].start < end:
        i -= 1
        found[i].speaker = False


def turn_starts(found: Sequence[Piece]) -> Iterator[int]:
    """Indexes of the first pieces of all turns."""
    if found:
        yield 0
    for i, (before, piece) in enumerate(pairwise(found), 1):
        if piece.turn != before.turn:
            yield i
