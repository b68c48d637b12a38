"""Streets with their numbers in Greek: a street word, a listed street, or any name where an address is due."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redactor.recognizers import places
from redactor.recognizers.address_context import OPENS, Scene
from redactor.recognizers.address_pieces import Piece
from redactor.recognizers.address_tail import Tail, tail
from redactor.recognizers.house_number import Number, groups_at, number_at
from redactor.recognizers.street_name import (
    JOINED,
    LONGEST,
    NO_NAME,
    day_before,
    evidence_before,
    evidence_of,
    name_before,
    street_start,
)

_ENOUGH = 3
"""Evidence from which on a name with a number is a street; one more for Latin letters, which are product names too."""
_TO_NUMBER = re.compile(r" {1,2}|, ?|\. ?|: ?| ?- ?")
_AMOUNT = re.compile(r"\s?[%€$£°:]|[.,:]\d|[/\-.]\d")
_ARTICLES = frozenset({"το", "του", "τα", "ο", "to", "tou", "ta"})
"""Streets are feminine: "η Σόλωνος 5"; so these speak against one."""
_PER = frozenset({"τοισ", "τισ", "τησ", "τουσ", "tis"})
_ALSO = frozenset({"και", "κι", "κε", "kai", "ke", "and"})
_AT = frozenset({"στο", "sto"})
_OF = frozenset({"τησ", "tis", "ths"})
_TELEPHONE = 7
"""So many digits in a row are no house number, unless a postcode of five follows one."""
_POSTCODE = 5


@dataclass(frozen=True, slots=True)
class Street:
    """A street that was found: pieces `[first, last)`, what follows, and how sure it is."""

    first: int
    last: int
    tail: Tail
    score: float


def score(evidence: int) -> float:
    """0..1 for a sum of evidence."""
    return min(0.85, 0.45 + 0.05 * evidence)


def streets(scene: Scene) -> Iterator[Street]:
    """Every street with a number in the text, in order."""
    found = scene.found
    for i in scene.numbers:
        if not i or found[i].speaker or (number := number_at(found, i)) is None:
            continue
        street = _street(scene, i, number) or _turned(scene, i, number)
        if street is not None:
            yield street


def _turned(scene: Scene, i: int, number: Number) -> Street | None:
    """ "στο 14 της Ερμού", "στον αριθμό εννιά της οδού Σολωμού", "αριθμός 14 οδός Κύπρου"."""
    found, first = scene.found, number.end
    if first + 1 >= len(found) or not found[i - 1].has("prep", "house_number"):
        return None
    if found[first].word in _OF:
        first += 1
    elif not (found[first].has("street") and found[i - 1].has("house_number")):
        return None
    keyword = found[first].has("street") and first + 1 < len(found)
    start = first + keyword
    last = start
    while last < len(found) and last - start < LONGEST - 1 and (last == start or JOINED.fullmatch(found[last].gap)):
        if (
            found[last].turn != found[i].turn
            or found[last].has(*NO_NAME, "function", "month")
            or not found[last].word.isalpha()
        ):
            break
        last += 1
    while last > start + 1 and not places.street([piece.word for piece in found[start:last]]):
        last -= 1
    if last == start or not is_house(scene, i, number):
        return None
    evidence = 4 * keyword + evidence_of(found, start, last) + scene.context(i)
    behind = tail(found, last)
    return Street(i, last, behind, 0.6) if evidence + behind.evidence >= _ENOUGH else None


def _street(scene: Scene, i: int, number: Number) -> Street | None:
    """The street before the number at piece `i`."""
    found = scene.found
    last, labelled, aside = _name_end(found, i)
    if (
        not is_house(scene, i, number)
        or not _TO_NUMBER.fullmatch(found[last].gap)
        or found[last - 1].turn != found[i].turn
    ):
        return None
    first, keyword = name_before(found, last)
    if first < last and found[last - 1].has("month"):
        first = day_before(found, last)
    if first == last:
        return None
    behind = tail(found, number.end)
    start, evidence = _keyword(scene, first, last) if keyword else _named(scene, first, last, aside=aside)
    if not evidence:
        return None
    evidence += behind.evidence + labelled + _alone(found, start, number.end) * (not keyword)
    evidence -= start > 0 and found[start - 1].word in _ARTICLES
    evidence -= "," in found[last].gap and not labelled
    # "ένα" is an article far more often than a number.
    evidence -= 2 * (not number.written and number.digits == "1")
    if evidence < _ENOUGH + (found[last - 1].word.isascii() and not keyword):
        return None
    return Street(start, number.end, behind, score(evidence))


def _name_end(found: Sequence[Piece], i: int) -> tuple[int, bool, bool]:
    """Where the name before the number at `i` ends, whether "αριθμός" stands between, and whether "στο" does."""
    last, labelled = i, False
    while last > 1 and found[last - 1].has("house_number") and _TO_NUMBER.fullmatch(found[last].gap):
        last, labelled = last - 1, True
    if labelled and last > 1 and found[last - 1].word in _ALSO:
        last -= 1  # "Ομήρου και αριθμός δώδεκα"
    # "Ρήγα Φεραίου, στο δεκαοχτώ"
    aside = (
        last > 1
        and found[last - 1].has("prep")
        and (labelled or "," in found[last - 1].gap or (found[last - 1].word in _AT and _kept(found, last - 1)))
    )
    return last - aside, labelled, aside


def _kept(found: Sequence[Piece], last: int) -> bool:
    """True for a street word with a listed name or one with a capital before `last`."""
    first, keyword = name_before(found, last)
    return keyword and (found[last - 1].title or places.street([piece.word for piece in found[first:last]]))


def _keyword(scene: Scene, first: int, last: int) -> tuple[int, int]:
    """Where a street with a street word begins, and the evidence for it."""
    word = scene.found[first - 1]
    if word.has("street_weak") and not word.has("street"):
        return first - 1, 1 + evidence_of(scene.found, first, last) + scene.context(first - 1)
    return first - 1, _ENOUGH + 1


def _named(scene: Scene, first: int, last: int, *, aside: bool) -> tuple[int, int]:
    """Where a street without a street word begins, and the evidence for it; 0 when there is none."""
    found = scene.found
    context = scene.context(first)
    start = street_start(found, first, last, opens=context == OPENS)
    context = max(context, scene.context(start)) if start != first else context
    if aside and not places.street([piece.word for piece in found[start:last]]):
        return start, 0
    name, before = evidence_of(found, start, last), evidence_before(found, start)
    if not name + context + before:
        return start, 0
    return start, name + context + before - (context != OPENS and name < 2)


def is_house(scene: Scene, i: int, number: Number) -> bool:
    """True when a number can be of a house: no amount, time, date, measure or telephone."""
    found = scene.found
    if number.digits[:1] == "0" or len(number.digits) > 3 or _AMOUNT.match(scene.text.plain, found[number.end - 1].end):
        return False
    if number.end < len(found) and _measured(found, number.end):
        return False
    if number.written:
        digits, at = len(number.digits), number.end
        while at < len(found) and found[at].digits and found[at].gap in {" ", "-", "."} and digits < 10:
            digits, at = digits + len(found[at].word), at + 1
        return digits < _TELEPHONE or digits - len(number.digits) == _POSTCODE
    groups = groups_at(found, i, 12)
    return len(groups) < 4 or len("".join(str(value) for _, value in groups)) < _TELEPHONE


def _measured(found: Sequence[Piece], at: int) -> bool:
    """True when the piece behind a number makes it a measure, a share ("τοις εκατό") or a date."""
    piece = found[at]
    if piece.word in _PER and at + 1 < len(found):
        return found[at + 1].number == 100 and not found[at + 1].digits
    return (piece.has("unit") and "\n" not in piece.gap) or (piece.has("month") and piece.gap == " ")


def _alone(found: Sequence[Piece], start: int, end: int) -> bool:
    """True when the street is a line by itself, as in a letter head."""
    first = start == 0 or found[start].turn != found[start - 1].turn or found[start - 1].speaker
    return first and (end >= len(found) or found[end].turn != found[end - 1].turn)
