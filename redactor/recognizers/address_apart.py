"""Streets and house numbers that are told apart: "στην Ομήρου είστε στο έξι ή στο δεκάξι;", "η οδός λέγεται Χ και ...".

In Greek a street of one word stands in the genitive behind a feminine article ("στην Ομήρου"), its numbers are neuter
("στο έξι"). A number counts where its turn names a street so, or says that somebody lives at a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redactor.recognizers import places
from redactor.recognizers.address_context import ASKED_FLOOR, Scene
from redactor.recognizers.address_pieces import Piece
from redactor.recognizers.address_tail import tail
from redactor.recognizers.crossing import genitive
from redactor.recognizers.house_number import number_at
from redactor.recognizers.street import Street, is_house

_AT_A_STREET = frozenset({"στην", "στη", "sthn", "stin", "sth", "sti"})
_AT_A_NUMBER = frozenset({"στο", "sto"})
_AT_A_HOUSE = frozenset({"στο", "sto", "at", "with", "w", "to", "from"})
_RECENTLY = 16
"""Pieces between the word for an address or a bell and a floor."""
_OF_A_THING = frozenset({"on", "in", "of", "for", "exit"})
"""Behind a number that is no house's: "number two on the keypad"."""
_NAMED = frozenset({"λεγεται", "ονομαζεται", "λεγετε", "ονομαζετε", "legetai", "onomazetai", "legete", "onomazete"})
_JOINED = re.compile(r"[ \t]{1,2}|\.[ ]?")
_LONGEST = 3
_OPENING = 5
"""Pieces at the beginning of an answer in which the floor stands that was asked for."""
_REACH = 14
"""Pieces between a street and its number."""
_NEIGHBOURS = 9
"""Pieces around the number of a house in which a neighbour, a key or a parcel is spoken of."""
_SCORE = 0.65


def apart(scene: Scene) -> Iterator[tuple[int, int]]:
    """Pieces of each street, and of each house number that its turn tells of it."""
    found = scene.found
    for first, last, named in (*_at_a_street(scene), *_called(scene)):
        numbers = list(_numbers(scene, first, last))
        if numbers and (named or _somebody(found, first, numbers[-1][0])):
            yield first, last
            yield from numbers
    for i in scene.of("live"):
        if i + 2 < len(found) and found[i + 1].word in _AT_A_NUMBER and list(_numbers(scene, i, i + 1)):
            yield from _numbers(scene, i, i + 1)


def neighbours(scene: Scene) -> Iterator[tuple[int, int]]:
    """ "leave it with number four next door", "ο γείτονας στο νούμερο δέκα": a house by its number alone."""
    found = scene.found
    for i in scene.of("house_number"):
        if not i or i + 1 >= len(found) or found[i - 1].word not in _AT_A_HOUSE or found[i].turn != found[i - 1].turn:
            continue
        number = number_at(found, i + 1)
        if number is None or found[i + 1].turn != found[i].turn or not is_house(scene, i + 1, number):
            continue
        if number.end < len(found) and found[number.end].word in _OF_A_THING and found[number.end].gap == " ":
            continue
        ahead = (piece for piece in found[number.end : number.end + _NEIGHBOURS] if piece.turn == found[i].turn)
        if any(piece.has("neighbour", "live") for piece in (*found[max(0, i - _NEIGHBOURS) : i], *ahead)):
            yield i, number.end


def floors(scene: Scene) -> Iterator[tuple[int, int]]:
    """ "έκτος όροφος" at the beginning of a clause, where an address or a bell is spoken of."""
    found = scene.found
    for i in scene.of("floor", "floor_alone"):
        alone = found[i].has("floor_alone")
        if not alone and (not i or not found[i - 1].has("ordinal") or found[i].gap != " "):
            continue
        first = i if alone else i - 1
        if first and found[first].turn == found[first - 1].turn and _JOINED.fullmatch(found[first].gap):
            continue
        around = (*found[max(0, first - _RECENTLY) : first], *found[i + 1 : i + 1 + _LONGEST])
        if any(piece.has("address", "entrance") or (alone and piece.has("floor")) for piece in around):
            yield first, i + 1
    for turn, asked in scene.asked.items():
        if ASKED_FLOOR in asked:
            yield from _floor(found, scene.first_of[turn])


def _floor(found: Sequence[Piece], first: int) -> Iterator[tuple[int, int]]:
    """The ordinal near the beginning of the answer that begins at piece `first`: "Εγώ στον δεύτερο, αλλά ..."."""
    at = first
    while at < len(found) and found[at].turn == found[first].turn and found[at].speaker:
        at += 1
    for i in range(at, min(len(found), at + _OPENING)):
        piece = found[i]
        if piece.turn != found[first].turn or (i > at and any(sign in piece.gap for sign in ".;!?")):
            return
        if piece.has("ordinal") and not piece.has("weekday"):
            yield i, i + 1
            return


def stated(scene: Scene) -> Iterator[Street]:
    """ "η διεύθυνση είναι Ακαδημίας": a listed street behind the word for an address, and nothing else."""
    found = scene.found
    for i in scene.of("address"):
        start = i + 1
        while start < len(found) and start < i + 4 and found[start].has("own", "be", "article", "place"):
            start += 1
        be = any(piece.has("be") for piece in found[i + 1 : start])
        last = _name(found, start)
        if be and last > start and scene.address_word(i) and genitive(found, start, last) and _closed(found, last):
            yield Street(start, last, tail(found, last), _SCORE)


def _at_a_street(scene: Scene) -> Iterator[tuple[int, int, bool]]:
    """ "στην Ομήρου": an article in the accusative before a listed street in the genitive."""
    found = scene.found
    for i in scene.of("prep"):
        if found[i].word in _AT_A_STREET and (last := _name(found, i + 1)) > i + 1 and genitive(found, i + 1, last):
            yield i + 1, last, False


def _called(scene: Scene) -> Iterator[tuple[int, int, bool]]:
    """ "ο δρόμος λέγεται Ευτυχίδου", "ονομάζεται ο δρόμος Ευτυχίδου", "η οδός Ιπποκράτους είναι"."""
    found = scene.found
    for i in scene.of("way", "street"):
        start = i + 1
        while start < len(found) and start < i + 3 and (found[start].word in _NAMED or found[start].has("be", "own")):
            start += 1
        before = {piece.word for piece in found[max(0, i - 2) : i]}
        if found[i].has("way") and not (_NAMED & (before | {piece.word for piece in found[i + 1 : start]})):
            continue
        last = _name(found, start)
        if last == start and start < len(found) and found[start].title and not found[start].has("function", "speaker"):
            last = start + 1
        if last > start and found[last - 1].turn == found[i].turn:
            yield start, last, True


def _name(found: Sequence[Piece], start: int) -> int:
    """Where the longest listed street that begins at `start` ends; `start` when none does."""
    for size in range(min(_LONGEST, len(found) - start), 0, -1):
        run = found[start : start + size]
        parted = any(not _JOINED.fullmatch(piece.gap) for piece in run[1:])
        if parted or any(piece.turn != run[0].turn or piece.speaker or piece.has("function", "and") for piece in run):
            continue
        if places.street([piece.word for piece in run]):
            return start + size
    return start


def _numbers(scene: Scene, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Numbers of houses in the turn of pieces `[first, last)`: behind "στο", or behind a word for a house number."""
    found, turn = scene.found, scene.found[first].turn
    for i in range(max(1, first - _REACH), min(len(found), last + _REACH)):
        before = found[i - 1]
        if found[i].turn != turn or before.turn != turn or first <= i < last:
            continue
        if not (before.word in _AT_A_NUMBER or (before.has("house_number") and i > last)):
            continue
        number = number_at(found, i)
        if number is not None and is_house(scene, i, number):
            yield i, number.end


def _somebody(found: Sequence[Piece], first: int, number: int) -> bool:
    """True when a verb of living or being stands around a street and its number."""
    around = found[max(0, min(first, number) - _LONGEST) : max(first, number) + _LONGEST]
    return any(piece.has("live", "be", "place_ask") for piece in around if piece.turn == found[first].turn)


def _closed(found: Sequence[Piece], end: int) -> bool:
    """True when the sentence or the turn ends before piece `end`."""
    return end >= len(found) or found[end].turn != found[end - 1].turn or not _JOINED.fullmatch(found[end].gap)


__all__ = ["apart", "floors", "neighbours", "stated"]
