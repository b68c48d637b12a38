"""What stands before an English street word or a postcode: the name, the number, the flat, the house, the town."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redactor.recognizers.address_pieces import Piece

ENDS = ("end", "end_weak", "building")
"""Kinds of words that end the name of a street or a building."""
LONGEST_PART = 6
"""Words of the longest part between two commas."""
BLANK = re.compile(r"[ \t]{1,2}|-|\.[ ]|'")
COMMA = re.compile(r"[\"']?[ ]?,[ \t]{0,2}\n?[ \t]{0,4}[\"']?")
NO_NAME = frozenset({"unit", "prep", "be", "own", "home", "send", "live", "not_street", "month", "weekday", "ask"}) | {
    "speaker",
    "postcode",
    "address",
}
"""Kinds of words that are in no name of a street."""
_LONGEST = 4
_PARTS = 3
_FARTHEST_FLAT = 5
_IN_NUMBER = re.compile(r"[ \t]{1,2}|-|[ ]?[/⁄][ ]?")
_LINE = re.compile(r",?[ \t]{0,2}\n[ \t]{0,8}")
_NUMBER = re.compile(r"\d{1,5}[a-z]?")
_NUMBERED_NAME = re.compile(r"\d{1,3}(?:st|nd|rd|th)")
_ADJECTIVES = frozenset({"little", "great", "old", "new", "long", "high", "back", "under", "over", "good", "well"})
"""Words of everyday use that names begin with: "Back Clough Lane", "Little Snoring"."""
_PARTICLES = frozenset({"the", "of", "na", "y", "yr", "on", "le", "la", "de", "upon", "and"})


def name_start(found: Sequence[Piece], i: int) -> int:
    """Where the words begin that the street word `i` ends; `i` when there are none."""
    first = i
    while first and i - first < _LONGEST and _named(found, first - 1, i):
        first -= 1
    while first < i and found[first].has("direction") and len(found[first].word) == 1 and not found[first].title:
        first += 1
    return first


def _named(found: Sequence[Piece], at: int, i: int) -> bool:
    """True when piece `at` may be a word of the name that the street word `i` ends."""
    piece, gap = found[at], found[at + 1].gap
    if piece.turn != found[i].turn or piece.speaker or not BLANK.fullmatch(gap) or ("." in gap and len(piece.word) > 3):
        return False
    if not piece.word.replace("'", "").isalpha():
        return _NUMBERED_NAME.fullmatch(piece.word) is not None
    if piece.has("direction"):
        return True
    if piece.number is not None or piece.has(*NO_NAME) or (piece.has("flat") and not piece.has(*ENDS)):
        return False
    if not piece.has("function"):
        return True
    # "The Avenue", "3 the mews", "Back Clough Lane"
    return (piece.word == "the" and (piece.title or at + 1 == i)) or (
        piece.word in _ADJECTIVES and (piece.title or at + 1 < i)
    )


def number_start(found: Sequence[Piece], name: int) -> int:
    """Where the house number before a name that begins at `name` begins; `name` when there is none."""
    first = name
    if first > 1 and len(found[first - 1].word) == 1 and found[first - 1].has("letter") and is_number(found[first - 2]):
        first -= 1
    if not first or not is_number(found[first - 1]) or not _joined(found, first):
        return name
    written = found[first - 1].word[0].isdigit()
    first -= 1
    while first and name - first < 7 and _joined(found, first) and _continues(found, first, written=written):
        first -= 1
    # "number nine", "No 9"
    if first and found[first - 1].has("house_number") and found[first].gap in {" ", ". "}:
        first -= found[first - 1].turn == found[first].turn
    return first


def _continues(found: Sequence[Piece], first: int, *, written: bool) -> bool:
    """True when the number that begins at `first` begins earlier: "12/14", "one hundred and sixty"."""
    piece = found[first - 1]
    if written:
        return piece.digits and len(piece.word) < 5 and found[first].gap in {"/", "⁄", "-", " "}
    said = piece.number is not None and not piece.digits
    return said or (piece.word == "and" and first > 1 and is_number(found[first - 2]))


def _joined(found: Sequence[Piece], at: int) -> bool:
    if found[at - 1].turn != found[at].turn or found[at - 1].speaker:
        return False
    # "12, High Street"
    comma = found[at].gap == ", " and found[at].title and found[at - 1].word[0].isdigit()
    return comma or _IN_NUMBER.fullmatch(found[at].gap) is not None


def is_number(piece: Piece) -> bool:
    """True for the number of a house, with or without a letter, and for a number word."""
    written = piece.word[0].isdigit()
    return _NUMBER.fullmatch(piece.word) is not None if written else piece.number is not None


def flat_start(found: Sequence[Piece], first: int) -> int:
    """Where "flat 9," before a street that begins at `first` begins; `first` when there is none."""
    for at in range(first - 1, max(-1, first - _FARTHEST_FLAT), -1):
        gap = found[at + 1].gap
        if (
            found[at].turn != found[first - 1].turn
            or found[at].speaker
            or not (BLANK.fullmatch(gap) or COMMA.fullmatch(gap))
        ):
            return first
        alone = found[at].has("floor_alone")
        if alone or (found[at].has("flat") and (at < first - 1 or is_number(found[first]))):
            # "Ground floor flat"
            start = at
            while start and found[start - 1].has("ordinal", "floor") and found[start].gap == " ":
                start -= 1
            return start
        if not (is_number(found[at]) or found[at].has("letter", "ordinal", "floor") or len(found[at].word) < 3):
            return first
    return first


def parts_start(found: Sequence[Piece], first: int, *, eager: bool) -> int:
    """Where the parts between commas before a street begin: a flat, a building; when `eager`, any name of a house."""
    for _ in range(_PARTS):
        if not first or found[first - 1].turn != found[first].turn or not COMMA.fullmatch(found[first].gap):
            return first
        start = first
        while start and first - start < LONGEST_PART and _in_part(found, start - 1, first):
            start -= 1
        while start < first and not (found[start].title or is_number(found[start]) or found[start].has("flat")):
            start += 1
        part = found[start:first]
        plain = any(piece.has("flat", *ENDS, "floor", "floor_alone") for piece in part)
        house = eager and len(part) > 1 and part[0].title and not part[0].has("function", *NO_NAME)
        if not part or not (plain or house):
            return first
        first = start
    return first


def _in_part(found: Sequence[Piece], at: int, first: int) -> bool:
    """True when piece `at` belongs to the part that ends before `first`."""
    piece = found[at]
    if piece.speaker or piece.turn != found[first].turn:
        return False
    inside = (
        at + 1 == first
        or BLANK.fullmatch(found[at + 1].gap)
        or (piece.digits and _IN_NUMBER.fullmatch(found[at + 1].gap))
    )
    # A full stop ends a sentence, unless it stands behind "St." or "Mt.".
    if "." in found[at + 1].gap and len(piece.word) > 3:
        return False
    if not inside or (piece.has("function") and piece.word not in _PARTICLES and not piece.title):
        return False
    return (
        piece.title or piece.word in _PARTICLES or is_number(piece) or piece.has("flat", "letter", "floor", "ordinal")
    )


def is_house_name(found: Sequence[Piece], at: int) -> bool:
    """A single word with a capital between commas or quotes: "Fairview", Station Road."""
    piece = found[at]
    parted = at == 0 or not BLANK.fullmatch(piece.gap)
    return parted and piece.title and piece.turn == found[at + 1].turn and not piece.has("function", *NO_NAME)


def before_postcode(found: Sequence[Piece], at: int) -> Iterator[tuple[int, int]]:
    """The parts between commas before a postcode at piece `at`, nearest first, as far as they have capitals.

    The nearest is the town; the rest are localities, streets and houses. Parts may stand on lines of their own.
    """
    end = at
    for _ in range(_PARTS + 1):
        first = end == at
        if not end or not _parted(found, end, blank=first):
            return
        start = end
        while start and end - start < _LONGEST and (start == end or BLANK.fullmatch(found[start].gap)):
            if found[start - 1].turn != found[end - 1].turn or not _capital(found[start - 1]):
                break
            start -= 1
        while start < end and not (found[start].title or is_number(found[start])):
            start += 1
        # Without a comma before it, a run of capitals may begin with anything.
        parted = start == 0 or not BLANK.fullmatch(found[start].gap) or (first and found[start - 1].has("prep"))
        if not parted or not any(piece.title for piece in found[start:end]):
            return
        yield start, end
        if any(is_number(piece) for piece in found[start:end]) and start and not COMMA.fullmatch(found[start].gap):
            return
        end = start


def _parted(found: Sequence[Piece], end: int, *, blank: bool) -> bool:
    """True when a comma or a line break stands before piece `end`, or a `blank`."""
    gap = found[end].gap
    if _LINE.fullmatch(gap):
        return True
    return found[end - 1].turn == found[end].turn and (COMMA.fullmatch(gap) is not None or (blank and gap == " "))


def _capital(piece: Piece) -> bool:
    """True for a word with a capital, a number, or a particle between them."""
    if piece.speaker or piece.has("label", "ask"):
        return False
    if piece.word in _PARTICLES or is_number(piece):
        return True
    return piece.title and (not piece.has("function") or piece.word in _ADJECTIVES)
