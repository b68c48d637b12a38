"""What is left of the data of a text: words, and runs of characters in what stands in their place."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from benchmarks.bar.judged import Judged, withheld
from benchmarks.bar.pack import Item
from redactor.normalize import folded

LEFT = 0.1
"""A datum is gone when at most this share of its letters and digits is left in place."""
RUN = 3
"""Letters and digits in a row that are recognised inside a stretch that was changed."""
_PLACEHOLDER = r"\[[A-Z][A-Z_0-9]*\]|\{\{[A-Z][A-Z_0-9]*\}\}|<[A-Z][A-Z_0-9]*>"
"""Ours, and those of the tools that we are compared with."""
_TOKEN = re.compile(rf"{_PLACEHOLDER}|[^\W_]+|[^\w\s]|_")
_WORD = re.compile(r"[^\W_]+")
_MARK = "\0"


def judge(item: Item, after: str | None) -> Judged:
    """Judge the redacted text of `item`; None for one that was withheld."""
    before, gold = str(item.gold["text"]), item.gold["pii"]
    types = tuple(span["type"] for span in gold)
    if after is None:
        return withheld(item, types)
    left = kept(before, after)
    caught = []
    for span in gold:
        said = [at for at in range(span["start"], span["end"]) if before[at].isalnum()]
        caught.append(sum(left[at] for at in said) <= LEFT * len(said))
    free = [(span["start"], span["end"]) for span in [*gold, *item.gold.get("neutral", [])]]
    words = [
        match.span()
        for match in _WORD.finditer(before)
        if not any(start < match.end() and match.start() < end for start, end in free)
    ]
    lost = sum(2 * sum(left[start:end]) < end - start for start, end in words)
    return Judged(item, types, tuple(caught), lost, len(words))


def kept(before: str, after: str) -> list[bool]:
    """For each character of `before`, whether it is still there, in order, in `after`."""
    left = [False] * len(before)
    old, new = ([match.span() for match in _TOKEN.finditer(text)] for text in (before, after))
    names = [_shown(before[start:end]) for start, end in old]
    others = [_shown(after[start:end]) for start, end in new]
    for change, i, j, k, m in SequenceMatcher(None, names, others, autojunk=False).get_opcodes():
        if change == "equal":
            for start, end in old[i:j]:
                left[start:end] = [True] * (end - start)
        elif change == "replace":
            start, end = old[i][0], old[j - 1][1]
            for at in _runs(before[start:end], after[new[k][0] : new[m - 1][1]]):
                left[start + at] = True
    return left


def _runs(before: str, after: str) -> list[int]:
    """Places in `before` of runs that stand in `after`, too, outside of placeholders."""
    old, new = (
        "".join(map(_letter, text)) for text in (before, re.sub(_PLACEHOLDER, lambda m: _MARK * len(m[0]), after))
    )
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return [
        at
        for block in blocks
        if sum(letter.isalnum() for letter in old[block.a : block.a + block.size]) >= RUN
        for at in range(block.a, block.a + block.size)
    ]


def _shown(token: str) -> str:
    """Folded; a placeholder is like the same placeholder in the original, and like no word."""
    return _MARK + token if re.fullmatch(_PLACEHOLDER, token) else folded(token)


def _letter(character: str) -> str:
    """One folded character for one character, so that places stay."""
    return folded(character)[:1] or _MARK
