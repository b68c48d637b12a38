"""Streets and towns that are said again: "Πελάτης: Βόλου δέκα", "Agent: Βόλου; Στη Λάρισα;".

A street is looked for in its other cases, too. No name of a place is looked for in a whole text, where it may be any
place of that name; in the sentences right behind an address it is the address again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from redactor.normalize import folded
from redactor.recognizers import places
from redactor.recognizers.address_words import kinds, value
from redactor.repeats import inflections

TYPES = frozenset({"ADDRESS", "LOCATION"})
_CHUNK = re.compile(r"[,;:.\n\d()/]+|\s[-–]\s")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_LONGEST = 3
_SHORTEST = 4
"""Letters of a place that is looked for."""
_BESIDE = (
    "street", "street_weak", "floor", "floor_alone", "flat", "entrance", "ordinal", "house_number", "prep", "article",
    "filler", "and", "postcode", "postal", "function", "number", "unit", "end", "corner", "be", "live",
)  # fmt: skip
"""Words of an address that name no place."""


def place_names(found: str, entity_type: str) -> Iterator[str]:
    """The letters of the streets and towns in a found address, under which they are looked for; a street in all cases.

    >>> sorted(place_names("οδός Βόλου 12, Λάρισα", "ADDRESS"))
    ['βολου', 'λαρισα']
    >>> list(place_names("πίσω από το σχολείο", "ADDRESS"))
    []
    """
    if entity_type not in TYPES:
        return
    for chunk in _CHUNK.split(found):
        words = _WORD.findall(chunk)
        plain = [folded(word) for word in words]
        first, last = 0, len(words)
        while first < last and _beside(plain[first]):
            first += 1
        while last > first and _beside(plain[last - 1]):
            last -= 1
        name = "".join(_letters(word) for word in plain[first:last])
        if len(name) >= _SHORTEST and last - first <= _LONGEST and _named(words[first:last], plain[first:last]):
            yield name
            if entity_type == "ADDRESS" and last - first == 1:
                yield from inflections(name)


def _named(words: list[str], plain: list[str]) -> bool:
    """True for listed places, and for what is written like a name; never for everyday words and countries."""
    if any(map(places.ordinary, plain[-1:])) or any(map(places.country, plain)):
        return False
    if places.street(plain) or places.town(plain):
        return True
    return all(word[0].isupper() and not word.isupper() for word in words)


def _beside(word: str) -> bool:
    return len(word) == 1 or value(word) is not None or not kinds(word).isdisjoint(_BESIDE)


def _letters(word: str) -> str:
    return "".join(filter(str.isalpha, word))
