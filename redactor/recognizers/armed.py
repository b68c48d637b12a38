"""Stretches of a conversation in which a value is expected: behind a label or a question for a number or a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redactor.normalize import folded
from redactor.recognizers import vocabulary
from redactor.recognizers.announcement import announcements
from redactor.recognizers.small_talk import is_known
from redactor.recognizers.spoken_labels import NONE, SPELL, Labels
from redactor.recognizers.spoken_reading import numeral
from redactor.recognizers.spoken_tokens import Token, tokens
from redactor.recognizers.view import View, view
from redactor.regions import Span, merge_spans

_NUMBER_WORDS = 10
"""So many words behind a label may belong to the number: ten digits said one by one."""
_NAME_WORDS = 3
_NAMES = frozenset({"name", "surname", "asks"})
_LETTERS = re.compile(r"[^\W\d_]+")
_LONG = 4
"""Letters of a word that a dictionary is asked for; most shorter ones are in none, or mean nothing."""


def armed(text: str) -> tuple[Span, ...]:
    """Where an answer is expected, in order; it may be no value at all.

    >>> text = "το ΑΦΜ σας; ενάτο σέ ραπέ"
    >>> [text[span.start : span.end] for span in armed(text)]
    [' σας; ενάτο σέ ραπέ']
    """
    seen = view(text)
    return merge_spans(seen.folded.to_source(span) for span in _expected(seen) if len(span))


def lone_numbers(text: str) -> tuple[Span, ...]:
    """Number words that are all that is said in a line, in order: a recogniser may have heard no more of a value.

    >>> text = "ο τριψήφιος κωδικός;\\nναι, τρία\\nσε τρεις μέρες"
    >>> [text[span.start : span.end] for span in lone_numbers(text)]
    ['τρία']
    """
    seen = view(text)
    lines: list[list[Token]] = []
    for token in tokens(seen.plain):
        if token.new_line or not lines:
            lines.append([])
        if not token.filler:
            lines[-1].append(token)
    alone = [token for line in lines if all(token.number for token in line) for token in line]
    return tuple(seen.folded.to_source(Span(token.start, token.end)) for token in alone)


def is_word(text: str) -> bool:
    """True unless `text` has a word of four letters and more that no dictionary knows, by sound: what was misheard.

    >>> [is_word(text) for text in ("πείτε", "πυνακίδα,", "the number", "πατάβσαν", "12")]
    [True, True, True, False, True]
    """
    return all(map(_is_word, _LETTERS.findall(folded(text))))


def _is_word(form: str) -> bool:
    if len(form) < _LONG or numeral(form):
        return True
    if form.isascii():
        return vocabulary.english(form) > 0 or vocabulary.greeklish(form)
    return is_known(form)


def _end(found: Sequence[Token], label: int) -> int:
    """The last token of the answer to a label that ends with token `label`: two words behind numbers that go on."""
    last = min(label + _NUMBER_WORDS, len(found) - 1)
    while last + 1 < len(found) and any(token.number for token in found[last - 1 : last + 1]):
        last += 1
    return last


def _expected(seen: View) -> Iterator[Span]:
    found = tokens(seen.plain)
    for place in Labels(found).places:
        if place.entity not in (SPELL, NONE):
            yield Span(found[place.last].end, found[_end(found, place.last)].end)
    for told in announcements(seen):
        if told.kind in _NAMES:
            last = min(told.last + _NAME_WORDS, len(seen.words) - 1)
            yield Span(seen.words[told.last].end, seen.words[last].end)
