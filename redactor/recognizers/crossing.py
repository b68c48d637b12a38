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
_BOTH = 2
_SURE = 0.65
"""Both streets stand in the list."""
_AROUND = 6
_GENITIVE = re.compile(r"(?:ου|ουσ|ων|ησ|ασ|εωσ|ωσ|οσ|η|α|o[uy]s?|[wo]n|[hia]s|[eo]os|[ew]ws|[hia])\Z")
"""Endings of names of streets; surnames like Τσιμισκή have none of the genitive."""
_AT_A_STREET = frozenset({"στην", "στη", "στησ", "sthn", "stin", "sth", "sti"})
_STREETS = frozenset({"οδων", "odwn", "odon"})
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


def crossings(scene: Scene) -> Iterator[Street]:
    """ "στην Κηφισίας και Αλεξάνδρας", "συμβολή Τσιμισκή και Βενιζέλου", "Φυλής, κάθετα στην Ηπείρου", without "γωνία".

    Both are listed streets in the genitive, in which streets are named; behind a word for a crossing one is enough.
    Days, months and news of traffic are none.
    """
    found = scene.found
    for i in scene.of("and", "crossing"):
        first = _name_before(found, i)
        start = i + 1
        while start < len(found) and start < i + 3 and found[start].has("article", "prep", "and"):
            start += 1
        last = _name_behind(found, start)
        if first == i or last == start:
            continue
        listed = genitive(found, first, i) + genitive(found, start, last)
        if listed < _BOTH - _crosses(found, first):
            continue
        if _meeting(scene, first, last):
            yield Street(first, last, tail(found, last), _SURE)


def genitive(found: Sequence[Piece], first: int, last: int) -> bool:
    """True for a listed street in the genitive that is no everyday word, day or month."""
    final = found[last - 1]
    words = [piece.word for piece in found[first:last]]
    if places.ordinary(final.word) or final.has("weekday", "unit") or (len(words) == 1 and final.has("month")):
        return False
    return _GENITIVE.search(final.word) is not None and places.street(words)


def _meeting(scene: Scene, first: int, last: int) -> bool:
    """True when something tells that somebody is, lives or waits where two streets meet."""
    found, turn = scene.found, scene.found[first].turn
    near = [piece for piece in found[max(0, first - _AROUND) : last + _AROUND] if piece.turn == turn]
    if any(piece.has("traffic", "shop") for piece in near):
        return False
    # An article in the accusative with a name in the genitive: a word for a street is left out.
    at_one = first > 0 and found[first - 1].word in _AT_A_STREET and found[first - 1].turn == turn
    told = any(piece.has("live", "send", "be_first", "wait", "crossing") for piece in near)
    return at_one or told or scene.context(first) != NOTHING


def _crosses(found: Sequence[Piece], first: int) -> bool:
    """True for "διασταύρωση", "συμβολή των οδών" just before piece `first`."""
    at, turn = first - 1, found[first].turn
    while at > 0 and (found[at].has("article", "street") or found[at].word in _STREETS):
        at -= 1
    return at >= 0 and found[at].turn == turn and found[at].has("crossing")


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
