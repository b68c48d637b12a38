"""Addresses that show by what stands around them: fields of a form, "house number 18", streets without a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redactor.recognizers.address_context import NOTHING, OPENS, Scene
from redactor.recognizers.address_pieces import Piece
from redactor.recognizers.address_tail import tail, town_at
from redactor.recognizers.house_number import number_at
from redactor.recognizers.street import Street

_COLON = re.compile(r"[ \t]{0,2}:[ \t]{0,8}|[ \t]{0,2}\n[ \t]{0,4}")
_FIELD = re.compile(r"[ \t]{2,}|[\n\t;|]|[:@?!]|(?<=[^\W\d_]{4})\.[ \t]|\Z")
_VALUE = 70
_MOST = 9
_BLANK = re.compile(r"[ \t]{1,2}|\.[ ]?|[ ]?[\-–][ ]?|'")
_DAY = re.compile(r"\d{1,3}(?:οσ|ο|ου|os|o|ou|st|nd|rd|th)?")
_NO_VALUE = frozenset({"function", "speaker", "be", "ask", "send", "live", "foreign_address"})


def fields(scene: Scene) -> Iterator[tuple[int, int]]:
    """Pieces of the value of each field "Address:", "Οδός:" that looks like one: a number or names with capitals."""
    found, plain = scene.found, scene.text.plain
    for i in scene.of("address", "street"):
        piece = found[i]
        if not (piece.has("address") and scene.address_word(i)) and not (
            piece.has("street") and not piece.word.isdigit()
        ):
            continue
        at = i + 1
        while (
            at < len(found)
            and at < i + 4
            and (found[at].has("place", "own", "send", "article", "street_line") or len(found[at].word) == 1)
            and found[at].gap == " "
        ):
            at += 1
        if (
            at >= len(found)
            or not _COLON.fullmatch(found[at].gap)
            or ("\n" in found[at].gap and (piece.has("street") or not _heading(found, i)))
        ):
            continue
        field = _FIELD.search(plain, found[at].start, found[at].start + _VALUE)
        stop = field.start() if field else found[at].start + _VALUE
        end = at
        while end < len(found) and found[end].start < stop and end - at < _MOST:
            end += 1
        value = found[at:end]
        # A label behind the value on the same line ("Οδός: Α, Αριθ: 91") is not of the value.
        while value and plain[value[-1].end : value[-1].end + 1] == ":":
            value, end = value[:-1], end - 1
        if not value or sum(word.has(*_NO_VALUE) for word in value) * 4 > len(value):
            continue
        names = sum(word.title and len(word.word) > 2 for word in value)
        numbered = any(word.word[0].isdigit() and len(word.word) < 6 for word in value[:6])
        street = piece.has("street")
        if (numbered and (names or len(value) > 1)) or (names > (not street) and (street or value[0].word.isascii())):
            yield at, end


def _heading(found: Sequence[Piece], i: int) -> bool:
    """True when the label is alone on its line."""
    return i == 0 or "\n" in found[i].gap


def house_numbers(scene: Scene) -> Iterator[tuple[int, int]]:
    """ "house number twenty two a", "Plaka, house number eighteen", "αριθμός σπιτιού 5"; "Αριθ:" beside a street."""
    found = scene.found
    for i in scene.of("house_number"):
        piece = found[i]
        before = found[i - 1] if i else None
        after = found[i + 1] if i + 1 < len(found) else None
        if after is None:
            continue
        house = (
            before is not None and before.word in {"house", "door", "street", "building", "flat"} and piece.gap == " "
        )
        at = i + 1
        if not house and after.has("home", "street") and after.word not in {"house"} and i + 2 < len(found):
            house, at = True, i + 2
        while house and at < len(found) and at < i + 5 and found[at].has("filler", "be", "article", "own"):
            at += 1
        field = (
            piece.word.startswith("αρ")
            and len(piece.word) < 9
            and after.gap.strip(" .") == ":"
            and _street_before(found, i)
        )
        if not (house or field) or at >= len(found) or found[at].turn != piece.turn:
            continue
        number = number_at(found, at, english=True)
        if number is None or len(number.digits) > 4:
            continue
        first = i - 1 if house and before is not None and before.title and at == i + 1 else at
        if (
            house
            and i > 1
            and before is not None
            and before.gap == ", "
            and found[i - 2].title
            and not found[i - 2].has("function")
        ):
            first = i - 2
        yield first, number.end


def _street_before(found: Sequence[Piece], i: int) -> bool:
    return any(piece.has("street") and piece.turn >= found[i].turn - 1 for piece in found[max(0, i - 8) : i])


def bare(scene: Scene) -> Iterator[Street]:
    """A street word with a name and no number, where somebody lives or the town follows ("μένω στην οδό Σολωμού")."""
    found = scene.found
    for i in scene.of("street", "street_weak"):
        piece = found[i]
        if piece.speaker or (piece.word.isascii() and not piece.word.startswith(("od", "leo", "lew"))):
            continue
        end = i + 1
        while end < len(found) and end - i < 4 and _BLANK.fullmatch(found[end].gap) and found[end].turn == piece.turn:
            word = found[end]
            if (word.has("function", "prep", "unit", "number", "not_street") and not word.has("begin")) or word.word[
                0
            ].isdigit():
                break
            if end > i + 1 and not word.title and found[i + 1].title:
                break
            end += 1
        if end == i + 1:
            continue
        behind = tail(found, end)
        context = scene.context(i)
        sure = context if found[i + 1].title else context - 1
        if not piece.has("street") and (context == NOTHING or not behind.evidence):
            continue
        if sure >= OPENS - 1 or (behind.evidence > 2 and not _traffic(found, i)):
            yield Street(i, end, behind, 0.65)


def roads(scene: Scene) -> Iterator[Street]:
    """ "3ο χλμ. Εθνικής Οδού Λάρισας - Βόλου", "επαρχιακή οδός χλμ. 3": where a house on a road stands."""
    found = scene.found
    for i in scene.of("kilometre"):
        piece = found[i]
        before = found[i - 1] if i else piece
        counted = _DAY.fullmatch(before.word) is not None
        if (counted and not before.digits) or ((counted or before.has("ordinal")) and _road(found, i + 1)):
            first, end = i - 1, i + 1
        elif i + 1 < len(found) and found[i + 1].digits and i and found[i - 1].has("street", "road"):
            first, end = i, i + 2
            while first and found[first - 1].has("street", "road") and found[first - 1].turn == piece.turn:
                first -= 1
            yield Street(first, end, tail(found, end), 0.6)
            continue
        else:
            continue
        while end < len(found) and end - i < 9 and _BLANK.fullmatch(found[end].gap) and found[end].turn == piece.turn:
            word = found[end]
            if not (word.has("road", "street") or word.title or town_at(found, end)):
                break
            end += 1
        if end > i + 1 and (scene.context(first) != NOTHING or not _traffic(found, first)):
            yield Street(first, end, tail(found, end), 0.6)


def _road(found: Sequence[Piece], at: int) -> bool:
    return at < len(found) and found[at].has("road", "street") and len(found[at].gap) < 3


def _traffic(found: Sequence[Piece], i: int) -> bool:
    return any(piece.has("traffic") for piece in found[max(0, i - 10) : i + 10])
