"""ADDRESS and the LOCATION beside it: a street with its number, postcode and town, in Greek and English; coordinates.

>>> AddressRecognizer().spans("μένω Αχαρνών εκατόν δέκα στο Περιστέρι")
['Αχαρνών', 'Αχαρνών εκατόν δέκα', 'Περιστέρι']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from redactor.recognizers import residence
from redactor.recognizers.address_answer import answers, listings
from redactor.recognizers.address_apart import apart, floors, neighbours, stated
from redactor.recognizers.address_context import Scene, scene
from redactor.recognizers.address_english import english_streets
from redactor.recognizers.address_english_parts import before_postcode
from redactor.recognizers.address_form import bare, fields, house_numbers, roads
from redactor.recognizers.address_tail import Tail, town_at
from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.coordinates import coordinates
from redactor.recognizers.crossing import boxes, corners, crossings
from redactor.recognizers.el.phrases import words
from redactor.recognizers.postcode import label_at, labelled_end, may_begin, postcode_at, value_at
from redactor.recognizers.street import streets
from redactor.recognizers.street_name import town_before
from redactor.recognizers.view import View

_TOWN = 0.6
_POSTCODE = 0.7
_APART = 0.65
_BESIDE = frozenset({" ", ", ", ",", " - ", "\n", " (", "("})


class AddressRecognizer(FoldedRecognizer):
    """Streets with numbers, postcodes and the towns behind them, and the towns where people live."""

    ENTITIES = ("ADDRESS", "LOCATION")

    def matches(self, text: View) -> Iterable[Match]:
        """Streets with what follows them, postcodes, and towns in phrases of living."""
        seen = scene(text)
        if not seen.found:
            return
        towns: dict[int, int] = {}
        for kind in (streets, english_streets, answers, bare, roads, corners, crossings, stated, boxes):
            for street in kind(seen):
                for match in _address(seen, street.first, street.tail, street.score):
                    if match.entity == "LOCATION":
                        towns[match.end] = match.start
                    yield match
        for first, last in (*fields(seen), *house_numbers(seen), *listings(seen)):
            match = _match(seen, first, last, "ADDRESS", _TOWN)
            # The town at the end of a field has been found, and its type is not ADDRESS.
            end = _without_link(text.plain, match.start, towns.get(match.end, match.end))
            if end > match.start:
                yield replace(match, end=end)
        for first, last in (*apart(seen), *neighbours(seen), *floors(seen)):
            yield _match(seen, first, last, "ADDRESS", _APART)
        for start, end in coordinates(text):
            yield Match(start, end, "ADDRESS", _POSTCODE)
        yield from _postcodes(seen)
        for first, last in residence.towns(seen):
            yield _match(seen, first, last, "LOCATION", _TOWN)


def _without_link(plain: str, start: int, end: int) -> int:
    """The end without the signs and the preposition that join the town: "Εγνατία 85, στον [Βόλο]"."""
    written = plain[start:end].rstrip(" ,-\n")
    rest, _, last = written.rpartition(" ")
    return start + len(rest.rstrip(" ,-\n") if len(last) > 1 and last in words("weak edge") else written)


def _address(seen: Scene, first: int, behind: Tail, score: float) -> Iterator[Match]:
    """A street from piece `first` on, what follows it, and the town before it."""
    yield _match(seen, first, behind.address_end, "ADDRESS", score)
    for start, end in behind.more:
        yield _match(seen, start, end, "ADDRESS", score)
    for start, end in behind.towns:
        yield _match(seen, start, end, "LOCATION", _TOWN)
    if (before := town_before(seen.found, first)) is not None:
        yield _match(seen, before, first, "LOCATION", _TOWN)


def _postcodes(seen: Scene) -> Iterator[Match]:
    """Postcodes behind their label or beside a town, and those whose form says what they are."""
    found, end = seen.found, 0
    for i, piece in enumerate(found):
        if i < end or not may_begin(piece):
            continue
        if (label := label_at(found, i)) is not None:
            if stop := labelled_end(found, label):
                yield _match(seen, value_at(found, i, stop), stop, "ADDRESS", _POSTCODE)
                if stop < len(found) and len(found[stop].gap) < 3 and (size := town_at(found, stop)):
                    yield _match(seen, stop, stop + size, "LOCATION", _TOWN)
                end = stop
            continue
        if (last := postcode_at(found, i)) is not None:
            if piece.digits:
                yield from _beside_town(seen, i, last)
            else:
                yield _match(seen, i, last, "ADDRESS", 0.6)
                for n, (start, stop) in enumerate(before_postcode(found, i)):
                    yield _match(seen, start, stop, "ADDRESS" if n else "LOCATION", _TOWN)
                end = last


def _beside_town(seen: Scene, first: int, last: int) -> Iterator[Match]:
    """Five digits are a postcode where a town stands next to them."""
    found = seen.found
    town = None
    if last < len(found) and found[last].gap in _BESIDE and (size := town_at(found, last)):
        town = (last, last + size)
    elif found[first].gap in _BESIDE and (before := town_before(found, first, loose=True)) is not None:
        # "Mobile 07911 604 238": what is also a label is one.
        town = None if found[before].has("label") else (before, first)
    if town:
        yield _match(seen, first, last, "ADDRESS", _POSTCODE)
        yield _match(seen, *town, "LOCATION", _TOWN)


def _match(seen: Scene, first: int, last: int, entity: str, score: float) -> Match:
    return Match(seen.found[first].start, seen.found[last - 1].end, entity, score)
