"""Plain answers to the question for an address: no street word and no listed street is needed ("2 Tan-y-Bryn")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redactor.recognizers import places
from redactor.recognizers.address_context import ASKED_ADDRESS, ASKED_NUMBER, OPENS, Scene
from redactor.recognizers.address_pieces import Piece
from redactor.recognizers.address_tail import tail, town_at
from redactor.recognizers.house_number import number_at
from redactor.recognizers.street import Street

_LONGEST = 4
_PARTS = 5
_COMMA = re.compile(r"[ ]?,[ ]?")
_BLANK = re.compile(r"[ \t]{1,2}|-|\.[ ]|'")
_PARTICLES = frozenset({"the", "of", "na", "y", "yr", "la", "le", "de", "old", "new"})
_NO_NAME = frozenset(
    {
        "unit",
        "prep",
        "be",
        "own",
        "home",
        "send",
        "live",
        "not_street",
        "month",
        "weekday",
        "speaker",
        "postcode",
        "address",
        "ask",
    }
    | {"filler", "number", "function"}
)
_OTHERS = frozenset({"και", "κι", "η", "οχι", "and", "or", "no", "not"})
_SCORE = 0.6


def listings(scene: Scene) -> Iterator[tuple[int, int]]:
    """Names with capitals between commas where an address is due, one of them a town: "it's Knocknagree, Mallow"."""
    found = scene.found
    done = 0
    for i in sorted({*(i + 1 for i in scene.of("address", "live", "be", "filler", "prep", "ask")), *_turns(scene)}):
        if i < done or i >= len(found) or not found[i].title or found[i].speaker or scene.context(i) != OPENS:
            continue
        end, parts, placed = i, 0, False
        while end < len(found) and parts < _PARTS:
            start = end
            while end < len(found) and end - start < _LONGEST and found[end].turn == found[i].turn:
                piece = found[end]
                if (
                    not (piece.title or piece.word in _PARTICLES or piece.digits)
                    or piece.has(*_NO_NAME)
                    or piece.speaker
                ):
                    break
                if end > start and not _BLANK.fullmatch(piece.gap):
                    break
                end += 1
            if end == start:
                break
            parts += 1
            placed = placed or town_at(found, start) == end - start or found[end - 1].has("county", "state", "end")
            if end >= len(found) or not _COMMA.fullmatch(found[end].gap):
                break
        if parts > 1 and placed:
            yield i, end
            done = end


def _turns(scene: Scene) -> Iterator[int]:
    """Where the words of an answer begin."""
    for i, piece in enumerate(scene.found):
        if (
            piece.turn in scene.asked
            and not piece.speaker
            and (i == 0 or scene.found[i - 1].speaker or scene.found[i - 1].turn != piece.turn)
        ):
            yield i


def answers(scene: Scene) -> Iterator[Street]:
    """What is said at once where an address, a street or its number was asked for."""
    found, done = scene.found, 0
    for i, piece in enumerate(found) if scene.asked else ():
        asked = scene.asked.get(piece.turn, ())
        if i < done or piece.speaker or not (ASKED_ADDRESS in asked or ASKED_NUMBER in asked):
            continue
        street = None
        if ASKED_NUMBER in asked:
            street = _number(found, i)
        if street is None and scene.context(i) == OPENS:
            street = _numbered(found, i) if piece.number is not None or piece.word[0].isdigit() else _named(found, i)
        if street is not None:
            done = street.tail.address_end
            yield street


def _number(found: Sequence[Piece], i: int) -> Street | None:
    """A number that is the whole answer."""
    if not (
        i == 0
        or found[i - 1].speaker
        or found[i - 1].turn != found[i].turn
        or found[i - 1].has("filler", "article", "be")
    ):
        return None
    number = number_at(found, i, english=True)
    if number is None or len(number.digits) > 4 or not (_closed(found, number.end) or _another(found, number.end)):
        return None
    return Street(i, number.end, tail(found, number.end), _SCORE)


def _another(found: Sequence[Piece], end: int) -> bool:
    """True for "and", "or" and "no" before piece `end`, behind which another number stands ("το 17 και το 19")."""
    at = end + 1
    while at < len(found) and at < end + 3 and found[at].has("article", "prep", "filler"):
        at += 1
    return found[end].word in _OTHERS and at < len(found) and number_at(found, at, english=True) is not None


def _numbered(found: Sequence[Piece], i: int) -> Street | None:
    """A number and then a name."""
    number = number_at(found, i, english=True)
    if number is None or len(number.digits) > 4 or number.digits == "0":
        return None
    end = number.end
    while end < len(found) and end - number.end < _LONGEST and found[end].turn == found[i].turn:
        piece = found[end]
        stop = piece.has(*_NO_NAME) and not (piece.gap == "-" and end > number.end)
        if stop or not _BLANK.fullmatch(piece.gap) or not piece.word.isascii() or not piece.word.isalpha():
            break
        end += 1
    # Without a capital, nothing but the end of the answer may follow.
    if end == number.end or not (found[number.end].title or _closed(found, end)):
        return None
    return Street(i, end, tail(found, end), _SCORE)


def _named(found: Sequence[Piece], i: int) -> Street | None:
    """The name of a house in capitals, or of a listed street, when nothing else is said."""
    end = i
    while end < len(found) and end - i < _LONGEST and found[end].turn == found[i].turn:
        piece = found[end]
        named = piece.word in _PARTICLES or (not piece.has(*_NO_NAME) and piece.word.isalpha())
        if not named or (end > i and not _BLANK.fullmatch(piece.gap)):
            break
        end += 1
    words = found[i:end]
    if not words or not _closed(found, end):
        return None
    listed = places.street([piece.word for piece in words]) and not places.ordinary(words[-1].word)
    house = (
        len(words) > 1 and words[0].word.isascii() and all(piece.title or piece.word in _PARTICLES for piece in words)
    )
    return Street(i, end, tail(found, end), _SCORE) if listed or house else None


def _closed(found: Sequence[Piece], end: int) -> bool:
    """True when the sentence or the turn ends, or a comma stands, before piece `end`."""
    return end >= len(found) or found[end].turn != found[end - 1].turn or not _BLANK.fullmatch(found[end].gap)


__all__ = ["answers", "listings"]
