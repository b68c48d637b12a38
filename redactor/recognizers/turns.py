"""Names by the turns of a conversation: the answer to a question for a name, and speakers who are called by name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from redactor.recognizers.base import Match
from redactor.recognizers.el.phrases import ORGANISATIONS, SPEAKERS
from redactor.recognizers.el.phrases import words as small_words
from redactor.recognizers.reading import Reading, Strength

_QUESTION = 70
"""Characters that a question may go on behind the words that ask for the name."""
_END = re.compile(r"[?;](?=\s)|\n")
_LABEL = r"(?:\[[^\]\n]{1,20}\][ ]?)?(?:[^\W\d_][^\n:;?!]{0,40}:|\[[^\]\n]{1,20}\]|-|—|>)?"
TURN = re.compile(rf"[?;]?[ \t]{{0,3}}(?:\r?\n){{0,2}}[ \t]{{0,4}}{_LABEL}[ \t\"'«]{{0,4}}")
_YES = small_words("answer")
_SPEAKER = re.compile(
    r"[ \t>*]{0,4}(?:\[?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\]?[ ,\-]{0,3})?"
    r"(?P<label>[^\W\d_][^\n:>→]{0,48}?)[ ]?(?::|→|>)(?=\s)"
)
_LABEL_WORDS = 6


def answered(reading: Reading, i: int) -> Iterator[Match]:
    """The name that opens the turn behind a question whose last known word is `i - 1`."""
    words, plain = reading.words, reading.text.plain
    start = words[i - 1].end
    end = _END.search(plain, start, min(len(plain), start + _QUESTION))
    if end is None:
        return
    turn = TURN.match(plain, end.start())
    if turn is None:
        return
    k = bisect_left(words, turn.end(), key=lambda word: word.start)
    at = turn.end()
    for _ in range(7):
        if k >= len(words) or words[k].start > at + 3 or words[k].text not in _YES:
            break
        at, k = words[k].end, k + 1
    if k >= len(words) or words[k].start > at + 3 or "\n" in plain[at : words[k].start]:
        return
    if reading.opens(k, Strength.LIKELY) or _stands_alone(reading, k):
        last = reading.last(k, Strength.LIKELY)
        if not reading.organisation(k, last):
            yield Match(words[k].start, reading.end(last), "PERSON", 0.6)


def _stands_alone(reading: Reading, k: int) -> bool:
    """One to three capitalised words that are the whole turn: a name, whatever words they are."""
    words, plain = reading.words, reading.text.plain
    for last in range(k, min(k + 3, len(words))):
        if reading.stopped(last) or not words[last].title:
            return False
        if re.match(r"[ ]?(?:[,.!](?:\s|$)|\n|$)", plain[words[last].end : words[last].end + 4]):
            return last > k or reading.standing(k).listed
    return False


def speakers(reading: Reading) -> Iterator[Match]:
    """Names in the labels of turns: "kostas:", "Νεφέλη από Optima:", "Agent Ramesh:", "Ανδρέας Π. (Υποστήριξη):"."""
    words, plain = reading.words, reading.text.plain
    seen: dict[str, int] = {}
    labels = [label for at in reading.text.lines if (label := _SPEAKER.match(plain, at))]
    for label in labels:
        seen[label["label"]] = seen.get(label["label"], 0) + 1
    for label in labels:
        start, end = label.span("label")
        i = bisect_left(words, start, key=lambda word: word.start)
        for k in range(i, min(i + _LABEL_WORDS, len(words))):
            if words[k].start >= end:
                break
            if _speaks(reading, k, alone=k == i and seen[label["label"]] > 1):
                last = reading.last(k, Strength.NEAR)
                while words[last].start >= end:
                    last -= 1
                stop = reading.end(last)
                yield Match(words[k].start, stop + (plain[stop : stop + 1] == "."), "PERSON", 0.6)
                break


def _speaks(reading: Reading, k: int, *, alone: bool) -> bool:
    form, found = reading.form(k), reading.standing(k)
    if reading.stopped(k) or form in SPEAKERS or len(form) < 3:
        return False
    return (
        found.first == 2
        or (found.first == 1 and reading.words[k].title)
        or (alone and found.unknown and reading.words[k].title and form not in ORGANISATIONS)
    )
