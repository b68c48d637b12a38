"""Fields of forms whose label says that health stands in them: behind it, below it, or above a label in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redactor.recognizers.health_lexicon import Term, info, keys
from redactor.recognizers.view import View, Word

_FRONT = re.compile(r"(?:^|[\n|;\t])[ \t\d.)(*#•-]{0,8}\Z")
_COLON = re.compile(r"[^\n:=;,.|]{0,40}(?:\([^\n)]{0,30}\))? ?(?::|=|\t)[ \t]*")
_VALUE = re.compile(r"[^\n|;]{2,160}")
_SENTENCE_END = re.compile(r"\.(?=\s|$)")
_ALONE = re.compile(r"[^\S\n]*\n[^\S\n]*(?=[^\W\d_])")
_ABOVE = re.compile(r"([^\n]{2,120})\n[ \t]*\(\Z")
_LETTERS = re.compile(r"[^\W\d_]+")
_BACK = 140
_WORDS_BELOW = 8


def field_values(
    text: View, words: Sequence[Word], labels: Sequence[tuple[int, int, Term]]
) -> Iterator[tuple[int, int]]:
    """Offsets of the values of `labels`, which are word ranges with their terms; values like "none" are left out."""
    for first, last, term in labels:
        start, end = words[first].start, words[last - 1].end
        if not _FRONT.search(text.plain, max(0, start - 10), start):
            continue
        value = _of_label(text, start, end)
        if value is not None and _tells(text, value, term):
            yield value


def _of_label(text: View, start: int, end: int) -> tuple[int, int] | None:
    if text.plain[end : end + 1] == ")" and (above := _ABOVE.search(text.plain, max(0, start - _BACK), start)):
        return above.span(1)
    if colon := _COLON.match(text.plain, end):
        value = _VALUE.match(text.plain, colon.end())
        if value is None:
            return None
        stop = _SENTENCE_END.search(text.plain, value.start(), value.end())
        return value.start(), stop.start() if stop else value.end()
    if alone := _ALONE.match(text.plain, end):
        value = _VALUE.match(text.plain, alone.end())
        below = value is not None and ":" not in value.group() and len(value.group().split()) <= _WORDS_BELOW
        return value.span() if value is not None and below else None
    return None


def _tells(text: View, value: tuple[int, int], term: Term) -> bool:
    said = _LETTERS.findall(text.plain, *value)
    if not said:
        return False
    first = info(said[0])
    if first is not None and "none" in first.kinds:
        return False
    return all(term.unless.isdisjoint(keys(word)) for word in said)
