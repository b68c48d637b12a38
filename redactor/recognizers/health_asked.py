"""Answers to questions about health: behind "any allergies?" or "τι έχει το παιδί;", whatever is said tells of it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from redactor.recognizers.turns import TURN
from redactor.recognizers.view import View, Word

_QUESTION = re.compile(r"[^?;\n.]{0,70}[?;]+(?=\s|\Z)")
"""What may follow the words that ask, to the end of the question."""
_SENTENCE = re.compile(r"[^\n?;.!]{1,160}")
_NEXT_SPEAKER = re.compile(r"[^\W\d_]{1,20}(?: \d)?:\s")
_FILLERS = 5
_DENIED = 3
"""So many words in which a "no" or a "fine" is looked for."""
_MOST = 7
"""A longer answer is a story, in which the other rules find what is of health."""
_WHO = 3
"""So many words in front of a comma tell whom it is about ("My wife, ...")."""
_MY = frozenset({"my", "our", "his", "her", "me"})
_SHORT = 2
"""An answer of so few words goes on in the next sentence ("Bees. I swell right up.")."""
_NOT = frozenset({"δεν", "δε"})
"""Tells when a verb of its own follows ("δεν σηκώνεται"), and denies before "έχω" or "νομίζω"."""
_GOOD = frozenset({"good", "well", "great", "καλα", "καλουτσικα"})


def answers(
    text: View, words: Sequence[Word], asked: Sequence[int], kinds: Callable[[int], frozenset[str]]
) -> Iterator[tuple[int, int]]:
    """Offsets of what is answered to questions whose last known words are at the indexes `asked`."""
    for last in asked:
        question = _QUESTION.match(text.plain, words[last].end)
        turn = TURN.match(text.plain, question.end()) if question else None
        if turn is None:
            continue
        first = bisect_left(words, turn.end(), key=lambda word: word.start)
        for _ in range(_FILLERS):
            if "yes" not in kinds(first):
                break
            first += 1
        end = _said(text, words, first, turn.end())
        if end is None or words[first].text[0].isdigit() or _denied(words, first, end, kinds):
            continue
        comma = text.plain.find(",", words[first].start, end)
        after = bisect_left(words, comma, key=lambda word: word.start)
        if comma >= 0 and after - first <= _WHO and (words[first].text in _MY or "owner" in kinds(after - 1)):
            first = after
        if bisect_left(words, end, key=lambda word: word.start) - first <= _MOST:
            yield words[first].start, end


def _said(text: View, words: Sequence[Word], first: int, turn: int) -> int | None:
    """The end of the answer that begins with the word at `first`; None when it is none, or a question in return."""
    if first >= len(words) or "\n" in text.plain[turn : words[first].start]:
        return None
    end = _sentence(text, words[first].start)
    if end is None:
        return None
    told = bisect_left(words, end, key=lambda word: word.start)
    if told - first <= _SHORT and text.plain[end : end + 2] in {". ", "! "}:
        end = _sentence(text, words[told].start) or end if told < len(words) else end
    return end


def _sentence(text: View, start: int) -> int | None:
    """The end of the sentence from `start`; None when it asks."""
    sentence = _SENTENCE.match(text.plain, start)
    if sentence is None or text.plain[sentence.end() : sentence.end() + 1] in {"?", ";"}:
        return None
    speaker = _NEXT_SPEAKER.search(text.plain, start, sentence.end())
    end = speaker.start() if speaker else sentence.end()
    while end > start and not text.plain[end - 1].isalnum():
        end -= 1
    return end if end > start else None


def _denied(words: Sequence[Word], first: int, end: int, kinds: Callable[[int], frozenset[str]]) -> bool:
    """True when nothing is told: "no", "I'm fine", "τίποτα"; "not good" tells."""
    for i in range(first, min(first + _DENIED, len(words))):
        if words[i].start >= end:
            break
        if "none" not in kinds(i):
            continue
        if words[i].text in _NOT:
            return not kinds(i + 1).isdisjoint({"none", "person"})
        return not (i + 1 < len(words) and words[i + 1].text in _GOOD)
    return False
