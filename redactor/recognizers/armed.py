"""Stretches of a conversation in which a value is expected: behind a label or a question for a number or a name."""

from __future__ import annotations

from collections.abc import Iterator

from redactor.recognizers.announcement import announcements
from redactor.recognizers.spoken_labels import NONE, SPELL, Labels
from redactor.recognizers.spoken_tokens import tokens
from redactor.recognizers.view import view
from redactor.regions import Span, merge_spans

_NUMBER_WORDS = 10
"""So many words behind a label may belong to the number: ten digits said one by one."""
_NAME_WORDS = 3
_NAMES = frozenset({"name", "surname", "asks"})


def armed(text: str) -> tuple[Span, ...]:
    """Where an answer is expected, in order; it may be no value at all.

    >>> text = "το ΑΦΜ σας; ενάτο σέ ραπέ"
    >>> [text[span.start : span.end] for span in armed(text)]
    [' σας; ενάτο σέ ραπέ']
    """
    return merge_spans(span for span in _expected(text) if len(span))


def _expected(text: str) -> Iterator[Span]:
    found = tokens(text)
    for place in Labels(found).places:
        if place.entity not in (SPELL, NONE):
            last = min(place.last + _NUMBER_WORDS, len(found) - 1)
            yield Span(found[place.last].end, found[last].end)
    read = view(text)
    for told in announcements(read):
        if told.kind in _NAMES:
            last = min(told.last + _NAME_WORDS, len(read.words) - 1)
            yield Span(read.words[told.last].end, read.words[last].end)
