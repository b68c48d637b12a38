"""What follows a street and its number: a corner, floor, flat, entrance, postcode and town, on one line or the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from redactor.recognizers import places
from redactor.recognizers.address_pieces import Piece
from redactor.recognizers.house_number import number_at
from redactor.recognizers.postcode import postcode_at, value_at

_NEAR = re.compile(r"[ \t]{0,2}[,.(/|&+\-–·]{0,2}[ \t(\"']{0,2}|,?[ \t]{0,2}\n[ \t]{0,8}|;|[ \t]{1,8}")
_BLANK = re.compile(r"[ \t]{1,2}|-|\.[ ]?|[ ]?'")
_FLOOR = re.compile(r"\d{1,2}(?:οσ|ου|ο|ησ|η|os|ou|o|st|nd|rd|th)")
_ID = re.compile(r"\d{1,4}[a-zα-ω]?|[a-zα-ω]\d{0,3}")
_OUTWARD = re.compile(r"[a-z]{1,2}\d[a-z\d]?")
"""The first half of a British postcode."""
_STEPS = 9
_NO_TOWN = frozenset(
    {"function", "unit", "not_street", "street", "floor", "flat", "entrance", "month", "speaker", "postcode", "number"}
    | {"address", "home", "send", "own", "prep", "ask", "origin", "live", "code", "postal", "house_number", "label"}
)


_NEVER_TOWN = frozenset(
    {
        "number",
        "unit",
        "town_label",
        "address",
        "home",
        "postcode",
        "house_number",
        "month",
        "weekday",
        "street",
        "speaker",
    }
)


@dataclass
class Tail:
    """What was found behind a street: pieces `[first, last)` by entity."""

    address_end: int
    """Index one past the last piece that joins the street without a town between."""
    towns: list[tuple[int, int]] = field(default_factory=list)
    more: list[tuple[int, int]] = field(default_factory=list)
    """Parts of the address behind a town: a postcode, a floor."""
    evidence: int = 0
    """How much it says that this is an address."""


def tail(found: Sequence[Piece], at: int) -> Tail:
    """Everything that belongs to an address whose street and number end before piece `at`."""
    out = Tail(at)
    for _ in range(_STEPS):
        if at >= len(found) or found[at].speaker or not _NEAR.fullmatch(found[at].gap):
            break
        fresh = "\n" in found[at].gap
        end = _corner(found, at) or _unit(found, at)
        first = at
        if end is None and (end := postcode_at(found, at, beside=True, spoken=bool(out.towns))) is not None:
            out.evidence += 1
            first = value_at(found, at, end)
        if end is not None:
            out.evidence += 2
            if out.towns or out.more or first > at:
                out.more.append((first, end))
            else:
                out.address_end = end
            at = end
            continue
        start = _behind(found, at) if not fresh else at
        if start > at and (end := _unit(found, start)) is not None:
            out.more.append((start, end))
            out.evidence += 1
            at = end
            continue
        if start < len(found) and places.country(found[start].word) and not fresh:
            at = start + 1
            continue
        size = town_at(found, start, sure="," in found[at].gap or start > at)
        if size and not (fresh and not _own_line(found, start, size)):
            out.evidence += 2
        elif not size and not fresh and ("," in found[at].gap or "(" in found[at].gap or start > at):
            size = _unlisted(found, start)
        else:
            size = size if size and not fresh else 0
        if not size or len(out.towns) == 3:
            break
        out.towns.append((start, start + size))
        at = start + size
    return out


def _behind(found: Sequence[Piece], at: int) -> int:
    """Index behind "στον", "εδώ στα", "in" at `at`; `at` itself when none of them stands there."""
    start = at
    if found[start].has("here") and start + 1 < len(found) and found[start + 1].has("prep"):
        start += 1
    if found[start].has("centre") and start + 1 < len(found) and found[start + 1].gap == " " and not found[start].title:
        start += 1
        return start + (found[start].has("article") and start + 1 < len(found))
    if found[start].has("prep") and start + 1 < len(found) and "\n" not in found[start + 1].gap:
        return start + 1
    return at


def town_at(found: Sequence[Piece], at: int, *, sure: bool = False) -> int:
    """How many pieces from `at` name a listed town; 0 when none does.

    Everyday words without a capital count only when they are `sure` to be a place, or a state or postcode follows.
    """
    if at >= len(found) or found[at].speaker:
        return 0
    for size in range(min(places.LONGEST, len(found) - at), 0, -1):
        run = found[at : at + size]
        if any(piece.turn != run[0].turn or not (_BLANK.fullmatch(piece.gap) or piece.gap == "/") for piece in run[1:]):
            continue
        words = [piece.word for piece in run]
        if size == 2 and run[1].gap == "/":
            # "Θεσ/νίκη"
            words = ["".join(words)]
        if size == 1 and (run[0].has(*_NEVER_TOWN) or places.country(words[0])):
            continue
        if places.town(words):
            weak = all(
                places.ordinary(word) or len(word) < 4 or piece.has("function")
                for word, piece in zip(words, run, strict=False)
            )
            fits = not weak or run[0].title or (sure and _closed(found, at + size)) or _placed(found, at + size)
            return size if fits else 0
    return 0


def _closed(found: Sequence[Piece], end: int) -> bool:
    """True when a pause follows: a sign, a new line, the end."""
    return end >= len(found) or found[end].turn != found[end - 1].turn or not _BLANK.fullmatch(found[end].gap)


def _placed(found: Sequence[Piece], at: int) -> bool:
    return (
        at < len(found)
        and len(found[at].gap) < 3
        and (found[at].has("state", "postcode") or _OUTWARD.fullmatch(found[at].word) is not None)
    )


def _unlisted(found: Sequence[Piece], at: int) -> int:
    """One or two words with capitals where a town is due."""
    size = 0
    while size < 2 and at + size < len(found):
        piece = found[at + size]
        if (
            not piece.title
            or piece.speaker
            or piece.has(*_NO_TOWN)
            or not piece.word.replace("'", "").isalpha()
            or len(piece.word) < 3
        ):
            break
        if size and not _BLANK.fullmatch(piece.gap):
            break
        size += 1
    return size


def _own_line(found: Sequence[Piece], at: int, size: int) -> bool:
    """True when the town is alone on its line, but for a postcode and the like."""
    end = at + size
    return end >= len(found) or "\n" in found[end].gap or "," in found[end].gap or found[end].word[0].isdigit()


def _unit(found: Sequence[Piece], at: int) -> int | None:
    """A floor, flat, entrance or part of a building that begins at `at`."""
    piece = found[at]
    after = found[at + 1] if at + 1 < len(found) and _BLANK.fullmatch(found[at + 1].gap) else None
    stands = after is not None and after.has("floor", "flat")
    if piece.has("floor_alone"):
        return at + 1 + (after is not None and after.has("floor"))
    if _FLOOR.fullmatch(piece.word):
        return at + 2 if stands else at + 1 if "," in piece.gap or "\n" in piece.gap else None
    if piece.has("ordinal") or piece.number is not None:
        return at + 2 if stands and after is not None and after.has("floor") else None
    return _numbered(found, at) if piece.has("floor", "flat", "entrance", "house_number") else None


def _numbered(found: Sequence[Piece], at: int) -> int | None:
    """A word like "floor" or "flat" with its number, letter or ordinal."""
    start = at + 1
    if start < len(found) and found[start].has("house_number"):
        start += 1
    if start >= len(found) or len(found[start].gap) > 3 or "\n" in found[start].gap or found[start].speaker:
        return None
    piece = found[start]
    if _ID.fullmatch(piece.word) or piece.has("ordinal", "letter") or _FLOOR.fullmatch(piece.word):
        number = number_at(found, start) if piece.word[0].isdigit() else None
        return number.end if number is not None else start + 1
    number = number_at(found, start)
    return number.end if number is not None else None


def _corner(found: Sequence[Piece], at: int) -> int | None:
    """ "και Σολωμού γωνία", "& Μακεδονίας", "γωνία με Ερμού"."""
    piece = found[at]
    start, sign = at, any(c in piece.gap for c in "&+")
    if piece.has("corner"):
        start = at + 1
        if start < len(found) and found[start].has("and", "prep"):
            start += 1
        names = _names(found, start)
        return start + names if names else at + 1
    if piece.has("and") and not piece.has("prep"):
        start = at + 1
    elif not sign:
        return None
    names = _names(found, start)
    end = start + names
    if names and end < len(found) and found[end].has("corner") and _BLANK.fullmatch(found[end].gap):
        return end + 1
    if names and (sign or places.street([piece.word for piece in found[start:end]])) and found[start].title:
        return end
    return None


def _names(found: Sequence[Piece], at: int) -> int:
    """How many words from `at` may be the name of a street."""
    size = 0
    while size < 3 and at + size < len(found):
        piece = found[at + size]
        if (
            piece.has("corner", "unit", "not_street", "prep")
            or (piece.has("function") and not piece.has("begin"))
            or piece.speaker
        ):
            break
        if not piece.word.isalpha() or piece.number is not None or (size and not _BLANK.fullmatch(piece.gap)):
            break
        size += 1
    while size and not found[at].title and size > 1 and not places.street([p.word for p in found[at : at + size]]):
        if at + size < len(found) and found[at + size].has("corner"):
            break
        size -= 1
    return size
