"""Corners of two streets without a number, and post office boxes: addresses of their own kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redactor.recognizers import places
from redactor.recognizers.address_context import NOTHING, Scene
from redactor.recognizers.address_pieces import Piece
from redactor.recognizers.address_tail import tail
from redactor.recognizers.house_number import number_at
from redactor.recognizers.street import Street

_BLANK = re.compile(r"[ \t]{1,2}|\.[ ]?")
_LONGEST = 3
_BOX_NUMBER = re.compile(r"\d{1,6}")
_DOTTED = re.compile(r"\.?[ ]?")


def corners(scene: Scene) -> Iterator[Street]:
    """ "Σολωμού και Ερμού γωνία", "γωνία Ερμού με Σολωμού", where somebody lives or receives things."""
    found = scene.found
    for i in scene.of("corner"):
        span = _before(found, i) or _behind(found, i)
        if span is None:
            continue
        first, last = span
        behind = tail(found, last)
        if scene.context(first) != NOTHING or behind.evidence:
            yield Street(first, last, behind, 0.6)


def _before(found: Sequence[Piece], i: int) -> tuple[int, int] | None:
    """Two streets and "and" before the word "corner"."""
    second = _name_before(found, i)
    if second == i or not second or not found[second - 1].has("and"):
        return None
    first = _name_before(found, second - 1)
    return (first, i + 1) if first < second - 1 else None


def _behind(found: Sequence[Piece], i: int) -> tuple[int, int] | None:
    first = i + 1
    middle = _name_behind(found, first)
    if middle == first or middle >= len(found) or not found[middle].has("and"):
        return None
    last = _name_behind(found, middle + 1)
    return (i, last) if last > middle + 1 else None


def _name_before(found: Sequence[Piece], end: int) -> int:
    """Where the longest listed street or the word with a capital begins that ends before `end`."""
    for size in range(min(_LONGEST, end), 0, -1):
        if _street(found, end - size, end):
            return end - size
    return end


def _name_behind(found: Sequence[Piece], start: int) -> int:
    for size in range(min(_LONGEST, len(found) - start), 0, -1):
        if _street(found, start, start + size):
            return start + size
    return start


def _street(found: Sequence[Piece], first: int, last: int) -> bool:
    run = found[first:last]
    if any(piece.turn != run[0].turn or piece.speaker or piece.has("function", "and") for piece in run):
        return False
    if any(not _BLANK.fullmatch(piece.gap) for piece in run[1:]):
        return False
    return places.street([piece.word for piece in run]) or (len(run) == 1 and run[0].title and len(run[0].word) > 3)


def boxes(scene: Scene) -> Iterator[Street]:
    """ "Τ.Θ. 1234", "ταχυδρομική θυρίδα 40", "P.O. Box 12", and the town behind."""
    found = scene.found
    for i in scene.of("box"):
        number = i + 1
        while number < len(found) and number < i + 3 and found[number].has("house_number"):
            number += 1
        if number >= len(found) or len(found[number].gap) > 3:
            continue
        said = number_at(found, number, english=True)
        if not _BOX_NUMBER.fullmatch(found[number].word) and (said is None or said.written):
            continue
        last = number + 1 if said is None else max(number + 1, said.end)
        first = i
        while first and i - first < 2 and _DOTTED.fullmatch(found[first].gap) and found[first - 1].word in _BEFORE_BOX:
            first -= 1
        if first < i or found[i].word not in _ALONE_NOTHING:
            yield Street(first, last, tail(found, last), 0.6)


_BEFORE_BOX = frozenset({"τ", "t", "p", "o", "po", "post", "office", "ταχυδρομικη", "taxydromiki", "ταχ"})
_ALONE_NOTHING = frozenset({"box", "θ", "θυριδα", "th"})
