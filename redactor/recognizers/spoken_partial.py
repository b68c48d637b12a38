"""Ends and beginnings of numbers, which people tell by themselves: "the one ending 4-4-1-8", "αρχίζει από 7-7-0"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redactor.recognizers.el.phrases import words
from redactor.recognizers.spoken_labels import NONE, Labels
from redactor.recognizers.spoken_tokens import Token

_FEWEST, _MOST = 3, 6
_YEARS = ("19", "20")
_LINKS = 2
_HOUR, _DAY = 60, 24
_SENTENCE = frozenset(".;!?\n")


def partials(found: Sequence[Token], labels: Labels) -> Iterator[tuple[int, int]]:
    """First and last token of each; figures one by one, three of them, or fewer and a nought in front of them.

    A time, a year or a quantity may begin or end, too ("starts 7-30", "ends in 2027", "ends in 300 metres").
    """
    for i, token in enumerate(found):
        if token.word not in words("partial"):
            continue
        first = i + 1
        while first < min(i + 1 + _LINKS, len(found)) and found[first].word in words("partial link"):
            first += 1
        end = first
        while end < len(found) and found[end].word.isdigit() and (end == first or found[end].gap in {"-", " "}):
            end += 1
        if end == first or _SENTENCE & set("".join(t.gap for t in found[i + 1 : first + 1])):
            continue
        unit = end < len(found) and found[end].unit and not _SENTENCE & set(found[end].gap)
        nearest = labels.before(first)[:1]
        nobodys = bool(nearest) and nearest[0].entity == NONE
        if (
            not unit
            and not nobodys
            and not any(t.glued for t in found[first:end])
            and _identifies(found[first:end], linked=first > i + 1)
        ):
            yield first, end - 1


def _identifies(figures: Sequence[Token], *, linked: bool) -> bool:
    digits = "".join(token.word for token in figures)
    if all(len(token.word) == 1 for token in figures):
        return len(digits) >= _FEWEST or (len(digits) > 1 and digits[0] == "0")
    hour = not linked and int(digits[-2:]) < _HOUR and int(digits[:-2] or 0) < _DAY
    whole = len(figures) == 1 and _FEWEST <= len(digits) <= _MOST
    return whole and not digits.startswith(_YEARS) and (not hour or digits[0] == "0")
