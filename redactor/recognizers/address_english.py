"""English, American and German addresses: "Flat 9, Kestrel Court, 301 Coldharbour Lane", "Goethestraße 12"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redactor.recognizers.address_context import NEAR, OPENS, Scene
from redactor.recognizers.address_english_parts import (
    BLANK,
    COMMA,
    ENDS,
    LONGEST_PART,
    NO_NAME,
    flat_start,
    is_house_name,
    is_number,
    name_start,
    number_start,
    parts_start,
)
from redactor.recognizers.address_pieces import Piece
from redactor.recognizers.address_tail import Tail, tail
from redactor.recognizers.house_number import number_at
from redactor.recognizers.street import Street, score

_ENOUGH = 3
_ENOUGH_BARE = 4
"""Evidence for a street with a number or a flat, and for one without."""
_RECENT = 14
"""Words after a street in which another is likely ("no, it's ... avenue")."""
_GERMAN = re.compile(r"[^\W\d_]{3,}(?:strasse|straße|str|gasse|platz|weg|allee|ring|damm|ufer)|strasse|straße|str")
_GERMAN_SURE = re.compile(r"[^\W\d_]*?(?:strasse|straße|str)")
_GERMAN_NUMBER = re.compile(r"\.?[ ]{1,2}")


def english_streets(scene: Scene) -> Iterator[Street]:
    """Streets that end in a street word, buildings with a flat, villas, and German streets."""
    found = scene.found
    done = 0
    german = [i for i, piece in enumerate(found) if len(piece.word) > 2 and _GERMAN.fullmatch(piece.word)]
    for i in sorted({*scene.of(*ENDS, "building_first", "flat"), *german}):
        piece = found[i]
        if i < done:
            continue
        street = _villa(scene, i) if piece.has("building_first") else None
        if street is None and piece.has(*ENDS) and i and not piece.speaker:
            street = _street(scene, i, recent=bool(done) and i - done < _RECENT)
        elif street is None and _GERMAN.fullmatch(piece.word):
            street = _german(scene, i)
        if street is None and piece.has("flat"):
            street = _unit(found, i, done)
        if street is not None:
            done = street.last
            yield street


def _unit(found: Sequence[Piece], i: int, done: int) -> Street | None:
    """A number, names with capitals and then a flat, whatever the street is called: "1234 Broadway Apt 5"."""
    if i + 1 >= len(found) or not found[i].title or number_at(found, i + 1) is None or len(found[i + 1].gap) > 3:
        return None
    first = i
    while (
        first > done
        and i - first < LONGEST_PART
        and (BLANK.fullmatch(found[first].gap) or COMMA.fullmatch(found[first].gap))
    ):
        piece = found[first - 1]
        if (
            piece.turn != found[i].turn
            or piece.speaker
            or not (piece.title or piece.digits)
            or piece.has("function", *NO_NAME)
        ):
            break
        first -= 1
    while first < i and not is_number(found[first]):
        first += 1
    if i - first < 2 or not any(piece.title for piece in found[first:i]):
        return None
    return Street(first, i, tail(found, i), 0.6)


def _street(scene: Scene, i: int, *, recent: bool) -> Street | None:
    """The street or building whose last word is piece `i`."""
    found = scene.found
    name = name_start(found, i)
    number = number_start(found, name)
    if found[number].gap == ":" and number and found[number - 1].digits:
        number = name  # "at 09:10, Quay House"
    numbered = number < name
    if not _is_name(found, name, i, numbered=numbered) or (numbered and _counted(found, number)):
        return None
    first = flat_start(found, number)
    strong = found[i].has("end") or (first < number and found[i].has("building"))
    if not (strong or numbered or (found[name].title and found[i].title)):
        return None
    end = _direction(found, i + 1)
    behind, context = tail(found, end), scene.context(first)
    if not (strong or context or behind.evidence or found[name].title):
        return None
    evidence = behind.evidence + context + 2 * numbered + strong + 3 * (first < number) + 2 * recent
    evidence += (i - name > 1 and strong and not numbered) + found[name].title
    evidence += numbered and found[number].word[0].isdigit()
    part = _parts(found, first, behind, eager=context >= NEAR or not numbered)
    if part < first:
        evidence += 2 + OPENS * (max(context, scene.context(part)) == OPENS)
    if evidence < (_ENOUGH if numbered or first < name else _ENOUGH_BARE):
        return None
    return Street(part, end, behind, score(evidence))


def _is_name(found: Sequence[Piece], name: int, i: int, *, numbered: bool) -> bool:
    """True when the words from `name` on, before the street word `i`, are a name: not "the road", not "way street"."""
    if name == i or (found[name].word == "the" and not found[name].title and not numbered):
        return False
    return (numbered and found[name].title) or not all(piece.has(*ENDS) for piece in found[name:i])


def _counted(found: Sequence[Piece], number: int) -> bool:
    """True when the word before a number says that it counts something else ("item 14")."""
    if number and found[number - 1].has("flat"):
        return False
    return number > 0 and found[number - 1].has("not_street") and found[number - 1].turn == found[number].turn


def _direction(found: Sequence[Piece], end: int) -> int:
    """Index behind "NW", "South" at `end`."""
    if end < len(found) and found[end].has("direction") and found[end].gap in {" ", ". "}:
        return end + (found[end].title or len(found[end].word) > 2)
    return end


def _parts(found: Sequence[Piece], first: int, behind: Tail, *, eager: bool) -> int:
    """Where the flat, the building or the house before a street begins."""
    part = parts_start(found, first, eager=eager or behind.evidence > 2)
    if (
        part == first
        and first
        and behind.evidence > 4
        and COMMA.fullmatch(found[first].gap)
        and is_house_name(found, first - 1)
    ):
        return first - 1
    return part


def _german(scene: Scene, i: int) -> Street | None:
    """ "Goethestraße 12", "Berliner Str. 5"."""
    found = scene.found
    if i + 1 >= len(found) or not _GERMAN_NUMBER.fullmatch(found[i + 1].gap):
        return None
    number = number_at(found, i + 1)
    if number is None or not number.written or len(number.digits) > 3:
        return None
    alone = found[i].word in {"str", "strasse", "straße"}
    first = name_start(found, i) if alone else i
    if alone and first == i:
        return None
    behind, sure = tail(found, number.end), _GERMAN_SURE.fullmatch(found[i].word) is not None
    evidence = 3 * sure + behind.evidence + scene.context(first) + found[first].title
    return Street(first, number.end, behind, score(evidence)) if evidence > _ENOUGH else None


def _villa(scene: Scene, i: int) -> Street | None:
    """ "We're at Villa Myrto, Naoussa"."""
    found = scene.found
    end = i + 1
    while (
        end < len(found)
        and end < i + 4
        and found[end].title
        and found[end].gap == " "
        and not found[end].has("function")
    ):
        end += 1
    near = scene.context(i) or any(
        piece.has("be_first", "live") or piece.word in {"at", "we're"} for piece in found[max(0, i - 3) : i]
    )
    if end == i + 1 or not near:
        return None
    return Street(i, end, tail(found, end), 0.6)
