"""Towns where somebody lives or comes from: "μένω στην Ελευσίνα", "κάτοικος Ρόδου", "έχω διαμέρισμα στη Σπάρτη"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redactor.recognizers import places
from redactor.recognizers.address_context import ASKED_TOWN, Scene
from redactor.recognizers.address_pieces import Piece
from redactor.recognizers.address_tail import town_at

_REACH = 6
"""Words that may stand between a verb or noun of living and the place ("μένω μόνη μου στο Αγρίνιο")."""
_INTRODUCED = 12
_WALK = 8
_BLANK = re.compile(r" {1,2}|-|\.[ ]?")
_LABEL = re.compile(r"[ \t]{0,2}[:=\t][ \t]{0,4}|[ \t]{2,8}")
_TITLED = 2
_SHORTEST_UNSURE = 5
_NO_PLACE = frozenset(
    {
        "function",
        "unit",
        "not_street",
        "street",
        "floor",
        "floor_alone",
        "flat",
        "entrance",
        "ordinal",
        "month",
        "number",
        "home",
    }
    | {
        "address",
        "send",
        "own",
        "prep",
        "ask",
        "live",
        "house_number",
        "shop",
        "end",
        "speaker",
        "place",
        "place_head",
        "today",
        "be",
        "filler",
        "weekday",
        "label",
    }
)
_NO_PREP = frozenset({"on", "to", "into"})
"""Prepositions of places in general, not of towns in which people live."""


def towns(scene: Scene) -> Iterator[tuple[int, int]]:
    """Pieces `[first, last)` that name the town of a person, in any order."""
    found = scene.found
    for i in scene.of("prep", "from", "live", "resident", "town_label", "place", "place_head"):
        piece = found[i]
        if piece.has("prep", "from") and (
            piece.word not in _NO_PREP or (piece.word == "to" and i and found[i - 1].has("live"))
        ):
            yield from _behind(scene, i)
        if piece.has("live") and not piece.has("street"):
            at = i + 1
            if at < len(found) and found[at].has("filler", "here") and not found[at].has("prep"):
                at += 1
            if (size := _town_behind(found, i)) and found[i - size].title:
                yield i - size, i
            if (
                at < len(found)
                and found[at].turn == piece.turn
                and _BLANK.fullmatch(found[at].gap)
                and (size := town_at(found, at))
            ):
                yield at, at + size
        if piece.has("resident"):
            yield from _resident(found, i)
        if piece.has("town_label", "place", "place_head"):
            yield from _labelled(scene, i)
    for turn, asked in scene.asked.items():
        if ASKED_TOWN in asked:
            yield from _answer(found, scene.first_of[turn])


def _behind(scene: Scene, i: int) -> Iterator[tuple[int, int]]:
    """The place behind a preposition, when the words around speak of living there."""
    found = scene.found
    at = i + 1
    if at < len(found) and found[i].has("from") and found[at].has("article"):
        at += 1
    if at + 1 < len(found) and found[at].has("town_label") and found[at + 1].gap == " ":
        at += 1
    if at >= len(found) or found[at].turn != found[i].turn or found[at].speaker or not _BLANK.fullmatch(found[at].gap):
        return
    lives = _lives(scene, i)
    if size := town_at(found, at):
        if lives or _inverted(found, at + size, origin=found[i].has("from")) or _contract(found, i, at + size):
            yield at, at + size
            yield from _province(found, at + size)
    elif lives > 1 and (size := _any(found, at)):
        yield at, at + size


def _lives(scene: Scene, i: int) -> int:
    """2 when somebody lives where the preposition `i` points to, 1 when that is likely, else 0."""
    found = scene.found
    turn, origin = found[i].turn, found[i].has("from") and not found[i].has("prep")
    owned = any(piece.has("own") for piece in found[max(0, i - _REACH) : i] if piece.turn == turn)
    for back in range(1, (_INTRODUCED if origin else _REACH) + 1):
        at = i - back
        if at < 0 or found[at].turn != turn or found[at].speaker:
            return 0
        piece = found[at]
        if any(c in found[at + 1].gap for c in ".;!?") and "." not in found[at + 1].gap[:1] * (len(piece.word) < 4):
            return 0
        if origin:
            if piece.has("origin") or (back <= 2 and piece.has("live")) or (back <= 4 and piece.has("be_first")):
                return 1
            continue
        if piece.has("live") and not piece.has("street"):
            return 2 if back <= 4 else 1
        if (piece.has("home") and (owned or back <= 2)) or (piece.has("shop") and owned):
            return 1
        if back == 1 and piece.has("be_first"):
            return 1
        if piece.has("prep") and back > 1:
            return 0
    return 0


def _inverted(found: Sequence[Piece], end: int, *, origin: bool) -> bool:
    """ "στα Κύθηρα είμαι", "στο Βόλο μένω", "από Θεσσαλονίκη τηλεφωνώ"."""
    if end >= len(found) or found[end].gap != " " or found[end - 1].turn != found[end].turn:
        return False
    # "μένουν κλειστά": offices stay closed.
    return (found[end].has("live", "be_first") and not found[end].word.endswith("ουν")) or (
        origin and found[end].has("origin")
    )


def _town_behind(found: Sequence[Piece], i: int) -> int:
    """How many pieces before `i` name a town that begins a sentence: "Περιστέρι μένω"."""
    for size in (2, 1):
        start = i - size
        if start < 0 or found[start].turn != found[i].turn or found[i].gap != " ":
            continue
        begins = (
            start == 0
            or found[start - 1].turn != found[start].turn
            or found[start - 1].speaker
            or any(c in found[start].gap for c in ".,;!?")
        )
        if begins and town_at(found, start) == size:
            return size
    return 0


def _contract(found: Sequence[Piece], i: int, end: int) -> bool:
    """ "Στην Ιεράπετρα σήμερα, ημέρα Παρασκευή 9 Μαΐου": the head of a contract."""
    begins = i == 0 or found[i - 1].turn != found[i].turn
    return begins and end < len(found) and found[end].has("today") and found[end].turn == found[i].turn


def _resident(found: Sequence[Piece], i: int) -> Iterator[tuple[int, int]]:
    """ "κάτοικος Ρόδου", "κατοίκου της Πάτρας", "resident of Leeds"."""
    at = i + 1
    while (
        at < len(found)
        and at < i + 3
        and (found[at].has("article", "prep", "town_label") or found[at].word == "of")
        and found[at].gap == " "
    ):
        at += 1
    if at < len(found) and found[at].turn == found[i].turn and len(found[at].gap) < 3:
        size = town_at(found, at) or _any(found, at)
        if size:
            yield at, at + size
            yield from _province(found, at + size)


def _labelled(scene: Scene, i: int) -> Iterator[tuple[int, int]]:
    """ "Πόλη: Βόλος", "Τόπος κατοικίας: Καλαμάτα", "Δήμος Ξηρομέρου" in a form."""
    found = scene.found
    at = i + 1
    while at < len(found) and at < i + 4 and found[at].has("field") and len(found[at].gap) <= 3:
        at += 1
    if found[i].has("place_head") and not any(piece.has("place", "birth") for piece in found[i + 1 : at + 1]):
        return
    if at >= len(found) or found[at].speaker or found[at].turn != found[i].turn:
        return
    if not (_LABEL.fullmatch(found[at].gap) or _in_row(found, i, at)):
        return
    size = town_at(found, at) or _any(found, at, shouted=True)
    if size:
        yield at, at + size


def _in_row(found: Sequence[Piece], i: int, at: int) -> bool:
    """True when the label at `i` follows a number on a line of fields without colons: "Τ.Κ. 50200 ΠΟΛΗ ΚΟΖΑΝΗ"."""
    return found[at].gap == " " and i > 0 and found[i - 1].digits and town_at(found, at) > 0


def _answer(found: Sequence[Piece], first: int) -> Iterator[tuple[int, int]]:
    """The listed town at the beginning of the answer that begins at piece `first`."""
    for at in range(first, min(len(found), first + _WALK)):
        if found[at].turn != found[first].turn:
            return
        if size := town_at(found, at):
            yield at, at + size
            return
        if not (found[at].speaker or found[at].has("filler", "prep", "article", "from", "be", "live")):
            return


def _province(found: Sequence[Piece], at: int) -> Iterator[tuple[int, int]]:
    """The region or larger town behind a town: "Γλυφάδα Αττικής"."""
    if at < len(found) and found[at].gap in {" ", ", ", " ("} and (size := town_at(found, at)):
        yield at, at + size


def _any(found: Sequence[Piece], at: int, *, shouted: bool = False) -> int:
    """One or two words of an unlisted place: with capitals, or else a single word that is no everyday one."""
    size = 0
    while size < _TITLED and at + size < len(found):
        piece = found[at + size]
        if piece.speaker or piece.has(*_NO_PLACE) or len(piece.word) < 3 or not piece.word.replace("'", "").isalpha():
            break
        if not piece.title and not shouted and len(piece.word) < _SHORTEST_UNSURE:
            break
        if (
            places.ordinary(piece.word)
            or places.country(piece.word)
            or (size and not (piece.title and _BLANK.fullmatch(piece.gap)))
        ):
            break
        size += 1
    return size


__all__ = ["towns"]
