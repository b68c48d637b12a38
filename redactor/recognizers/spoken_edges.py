"""Garbled words at the edges of an identifier: what recognition made of its first or last word is covered too."""

from __future__ import annotations

from collections.abc import Sequence

from redactor.recognizers.spoken_chains import Part
from redactor.recognizers.spoken_labels import Label
from redactor.recognizers.spoken_tokens import Token

_SENTENCE = frozenset(".;!?\n")
_APOSTROPHES = frozenset("'’")
"""In front of what is left of "it's"."""
_LETTERED = frozenset({"GR_ID_CARD", "PASSPORT", "LICENSE_PLATE", "IBAN_CODE", "UK_NINO"})
_LONG = 5
"""Numbers of fewer words get no garbled neighbours."""
_WRITTEN_LETTERS = 3
"""Letters of a written plate or card number."""
_GARBLED = 2
"""So many garbled words are taken on either side."""
_DATE_WORDS = 6
_MONTH_WORDS = frozenset({"τον", "του", "τελοσ", "τελη", "αρχεσ", "end", "of", "the", "start"})
_SUFFIXES = frozenset({"a", "b", "c", "d", "eh", "ay", "hay", "be", "bee", "see", "sea", "cee", "dee"})
"""The letters that a national insurance number may end in, as they are heard."""
_LAST_WORDS = 4
_MONTH = frozenset({"μηνασ", "μηνα", "month"})


def widened(found: Sequence[Token], parts: tuple[Part, ...], label: Label) -> tuple[Part, ...]:
    """The parts of a labelled identifier with the garbled words that belong to it."""
    if label.entity == "DATE_OF_BIRTH":
        return _date(found, parts, label)
    if label.entity == "CARD_EXPIRY":
        parts = _with_month(found, _with_words(found, parts) if any(part.date for part in parts) else parts)
    if label.entity == "UK_NINO":
        parts = _with_suffix(found, parts)
    if label.entity in _LETTERED:
        parts = _lettered(found, parts, label.distance)
    if sum(len(part.units) for part in parts) < _LONG:
        return parts
    first, last = parts[0].first, parts[-1].last
    while first and parts[0].first - first < _GARBLED and found[first].close and found[first - 1].garbled:
        first -= 1
    if first < parts[0].first:
        parts = (Part(first, parts[0].first - 1), *parts)
    while last + 1 < len(found) and last - parts[-1].last < _GARBLED and _goes_on(found[last + 1]):
        last += 1
    if last > parts[-1].last:
        return (*parts, Part(parts[-1].last + 1, last))
    if last + 1 < len(found) and found[last + 1].close:
        tail = found[last + 1]
        ends = last + 2 == len(found) or bool(_SENTENCE & set(found[last + 2].gap))
        if ends and len(tail.reading.key) <= 4 and not tail.reading.roles:
            parts = (*parts, Part(last + 1, last + 1))
    return parts


def _date(found: Sequence[Token], parts: tuple[Part, ...], label: Label) -> tuple[Part, ...]:
    """A birth date is the answer to a question: all between the label and the end of a short sentence is the date."""
    parts = _with_before(found, parts, min(_DATE_WORDS, label.distance))
    if any(part.date for part in parts) or all(unit.kind == "group" for part in parts for unit in part.units):
        return parts
    last, end = parts[-1].last, parts[-1].last
    while end + 1 < len(found) and not _SENTENCE & set(found[end + 1].gap):
        end += 1
        if end - last > _LAST_WORDS:
            return parts
    return parts if end == last else (*parts, Part(last + 1, end))


def _with_before(found: Sequence[Token], parts: tuple[Part, ...], most: int) -> tuple[Part, ...]:
    first = at = parts[0].first
    while at > 0 and first - at < most and not _SENTENCE & set(found[at].gap):
        if found[at - 1].filler or found[at - 1].speaker or found[at - 1].gap in _APOSTROPHES:
            break
        at -= 1
    while at < first and "stop" in found[at].reading.roles:
        at += 1
    return parts if at == first else (Part(at, first - 1), *parts)


def _lettered(found: Sequence[Token], parts: tuple[Part, ...], most: int) -> tuple[Part, ...]:
    """A number that begins with letters, with what was heard for them."""
    if not any(part.letter for part in parts):
        spoken = any(unit.kind != "group" for part in parts for unit in part.units)
        before = found[parts[0].first - 1] if parts[0].first else None
        if spoken or (before is not None and len(before.word) <= _WRITTEN_LETTERS):
            parts = _with_before(found, parts, min(2 if spoken else 1, most))
    return _with_examples(found, parts, most)


def _with_examples(found: Sequence[Token], parts: tuple[Part, ...], most: int) -> tuple[Part, ...]:
    """The letters that are told by example in front of a number: "Α όπως Αθήνα, Κ όπως Κώστας, δώδεκα ..."."""
    first = at = parts[0].first
    if "spell" in found[at].reading.roles and at and _spells(found[at - 1]):
        at -= 1
    while at >= 3 and first - at < most and "spell" in found[at - 2].reading.roles and _spells(found[at - 3]):
        if any(_SENTENCE & set(token.gap) for token in found[at - 2 : at + 1]):
            break
        at -= 3
    return parts if at == first else (Part(at, first - 1), *parts)


def _spells(token: Token) -> bool:
    return bool(token.reading.letter) or (len(token.word) == 1 and token.word.isalpha())


def _with_words(found: Sequence[Token], parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The month of an expiry with what is said right before it: "τον Αύγουστο", "end of March"."""
    first = parts[0].first
    while first and parts[0].first - first < _GARBLED and found[first].close and found[first - 1].word in _MONTH_WORDS:
        first -= 1
    return parts if first == parts[0].first else (Part(first, parts[0].first - 1), *parts)


def _with_month(found: Sequence[Token], parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The year of an expiry with the month that is counted behind it: "δύο χιλιάδες τριάντα, πρώτος μήνας"."""
    at = parts[-1].last + 1
    if at + 1 >= len(found) or found[at + 1].word not in _MONTH or found[at + 1].gap != " ":
        return parts
    return parts if _SENTENCE & set(found[at].gap) else (*parts, Part(at, at + 1))


def _with_suffix(found: Sequence[Token], parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """A national insurance number with its last letter, which may be heard as a word."""
    at = parts[-1].last + 1
    if parts[-1].letter or at >= len(found):
        return parts
    ends = found[at].word in _SUFFIXES and found[at].gap in {" ", ", ", "  "}
    return (*parts, Part(at, at)) if ends else parts


def _goes_on(token: Token) -> bool:
    return token.close and token.garbled
