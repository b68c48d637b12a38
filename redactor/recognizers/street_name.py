"""The name of a street before its number: where it begins, and how much the words themselves say for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from redactor.recognizers import places
from redactor.recognizers.address_pieces import Piece
from redactor.recognizers.address_tail import town_at

LONGEST = 4
"""Words of the longest name that is looked at."""
JOINED = re.compile(r" {1,2}|-|\.[ ]?")
"""What may stand between two words of a name."""
NO_NAME = frozenset(
    {"prep", "unit", "not_street", "ask", "postcode", "town_label", "address", "from", "be", "live"}
) | {
    "floor",
    "floor_alone",
    "speaker",
}
"""Kinds of words that no street is called."""
_NO_LAST = ("home", "shop", "house_number", "filler", "flat", "entrance")
_DAY = re.compile(r"\d{1,2}(?:ησ|η|hs|h|is|i|ου|ou)?")
_SUFFIXED_DAY = re.compile(r"\d{1,2}(?:ησ|η|hs|h|is|i|ου|ou)")
_SURNAME = re.compile(r"[^\W\d_]{3,}(?:οπουλου|[ιαε]δη|ιδου|ακη|ογλου|ατου|ακου|ινου|εα|opoulou|[ia]di|idou|aki|oglou)")
_NOMINATIVES = ("οσ", "α", "ο", "ι", "εσ", "οι", "os", "a", "o", "i", "es")
"""Endings of towns that are just named; streets called after one have the genitive."""
_ABBREVIATED = frozenset({"λ", "πλ", "l", "pl"})
_LONGEST_ABBREVIATION = 5


def name_before(found: Sequence[Piece], last: int) -> tuple[int, bool]:
    """Index of the first word of the name that ends before `last`, and whether a street word stands before it.

    The index is `last` when no name ends there.
    """
    first = last
    while first and last - first < LONGEST:
        piece = found[first - 1]
        inside = first == last or JOINED.fullmatch(found[first].gap) is not None
        if piece.turn != found[last].turn or piece.speaker or not inside:
            break
        dotted = first < last and found[first].gap.startswith(".")
        if dotted and len(piece.word) > _LONGEST_ABBREVIATION:
            break
        if piece.has("street", "street_weak") or (piece.word in _ABBREVIATED and dotted):
            return first, first < last
        if not (piece.title and dotted and len(piece.word) < LONGEST) and not _fits(found, first - 1, last):
            break
        first -= 1
    if first == last or _unlikely(found, first, last):
        return last, False
    # A colon parts a label from its value: "Οδός: Βασιλέως Γεωργίου".
    return first, bool(first and found[first].gap.strip() == ":" and found[first - 1].has("street"))


def _fits(found: Sequence[Piece], i: int, last: int) -> bool:
    """True when piece `i` may be a word of a name that ends before `last`."""
    piece = found[i]
    # "Αγίας Ζώνης": a zone by itself is none.
    saint = i == last - 1 and i > 0 and found[i - 1].has("saint")
    if piece.has(*NO_NAME) and not saint:
        return False
    if piece.has("function") and not piece.has("begin", "letter"):
        return False
    digits = piece.word[0].isdigit() and _DAY.fullmatch(piece.word) is None
    return not (digits or piece.number is not None or piece.has("and"))


def _unlikely(found: Sequence[Piece], first: int, last: int) -> bool:
    """True for days of the week, words of houses and single letters in the place of a name."""
    final = found[last - 1]
    if final.has("weekday") and not (last - first > 1 and found[last - 2].has("saint")):
        return True
    # "Φιλικής Εταιρείας": a listed name of several words may end with any.
    listed = last - first > 1 and places.street([piece.word for piece in found[first:last]])
    return not listed and (final.has(*_NO_LAST) or len(final.word) < 3)


def day_before(found: Sequence[Piece], last: int) -> int:
    """Where the day before a month begins ("28ης Οκτωβρίου", "εικοστής ογδόης Οκτωβρίου").

    The month is the last word before `last`; `last` is answered when no day stands before it.
    """
    first = last - 1
    while first and last - first < 4 and found[first].gap in {" ", "' "}:
        piece = found[first - 1]
        if not (
            _DAY.fullmatch(piece.word) or piece.has("ordinal") or piece.number is not None or "'" in found[first].gap
        ):
            break
        first -= 1
    return first if first < last - 1 else last


def street_start(found: Sequence[Piece], first: int, last: int, *, opens: bool) -> int:
    """Where the street begins among the words from `first`: as far as they are a listed name or look like one."""
    if opens or found[last - 1].has("month"):
        return first
    for start in range(first, last - 1):
        if places.street([piece.word for piece in found[start:last]]):
            return start
    start = last - 1
    while start > first and (
        found[start - 1].has("begin")
        or found[start].gap.startswith(".")
        or (found[start - 1].title and found[start].title)
        or found[start].gap == "-"
    ):
        start -= 1
    return start


def evidence_of(found: Sequence[Piece], start: int, last: int) -> int:
    """What the name itself says."""
    words = [piece.word for piece in found[start:last]]
    final = found[last - 1]
    if final.has("month"):
        ordinal = found[last - 2].has("ordinal") or "'" in final.gap or _SUFFIXED_DAY.fullmatch(found[last - 2].word)
        return 3 if ordinal and not found[last - 2].digits else 1
    everyday = places.ordinary(final.word)
    if everyday and not final.title and len(words) == 1:
        return 0
    evidence = 0
    if any(places.street(words[i:]) for i in range(len(words))):
        evidence = 1 if everyday else 2
    elif places.ends_street(final.word) or _SURNAME.fullmatch(final.word) or places.town([final.word]):
        evidence = 1
    if evidence and final.word.endswith(_NOMINATIVES) and places.town([final.word]):
        evidence -= 1
    if len(words) > 1 and any(piece.has("begin") for piece in found[start : last - 1]):
        evidence += 2
    if places.country(final.word):
        evidence = 0
    if final.title and (evidence or not _sentence_start(found, start)):
        evidence += 1
    if start and found[start - 1].has("prep") and found[start].gap == " ":
        evidence += 1 if evidence else 0
    return evidence


def _sentence_start(found: Sequence[Piece], start: int) -> bool:
    return start == 0 or found[start - 1].turn != found[start].turn or any(c in found[start].gap for c in ".;!?:")


def evidence_before(found: Sequence[Piece], start: int) -> int:
    """Evidence of a town just before: "Στη Λεμεσό, Αγίας Φυλάξεως 210", "από Καρδίτσα (Ηρώων Πολυτεχνείου 5)"."""
    if not start or found[start - 1].turn != found[start].turn or len(found[start].gap) > 3:
        return 0
    at = town_before(found, start)
    if at is None:
        return 0
    # "είμαι Ίλιον, Νέστορος 62"
    return 4 if at and found[at - 1].has("live", "be_first", "home") else 2


def town_before(found: Sequence[Piece], start: int, *, loose: bool = False) -> int | None:
    """Index where a listed town begins that ends just before piece `start`; None when there is none.

    "είναι" or ", στη" may part them. Without a sign between them, the town must be a place and not a word of the
    street, unless `loose`.
    """
    if start > 1 and found[start].gap == " ":
        before = found[start - 1]
        if (before.has("be") and before.gap == " ") or (before.has("prep") and before.gap == ", "):
            start -= 1
    for size in (3, 2, 1):
        at = start - size
        if at >= 0 and found[at].turn == found[start].turn and town_at(found, at) == size:
            parted = loose or found[start].gap.strip() != ""
            if parted or (at and found[at - 1].has("prep", "from", "article")):
                return at
    return None
