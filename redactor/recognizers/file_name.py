"""What the name of a file gives away. It is no sentence: a listed name is enough, and what the name model guesses
counts for persons and for streets with their number only. Times of recording and words of screens are nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from redactor.findings import NAME_MODEL, Finding
from redactor.normalize import folded
from redactor.recognizers import gazetteer
from redactor.recognizers.screen_words import is_label

SCORE = 0.5
"""A finding of at least this score is personal."""
_STAMP = re.compile(
    r"(?<![0-9])20[0-3]\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])"
    r"(?:[-_ .T]{0,3}| at )(?:[01]\d|2[0-3])[-_.:]?[0-5]\d(?:[-_.:]?[0-5]\d(?:[-_.]?\d{3})?)?(?![0-9])"
)
"""Date and time of a recording: long runs of digits that would be taken for numbers."""
_WORD = re.compile(r"[^\W\d_]+")
_HOUSE = re.compile(r"(?<![^\W_])\d{1,4}(?!\d)")
_SHORTEST_NAME = 4


def is_personal(name: str, detect: Callable[[str], Iterable[Finding]]) -> bool:
    """True when a file's name (without its suffix) tells somebody's name, number, or address.

    `detect` finds in a text whatever the policy covers.
    """
    words = "".join(c if c.isalnum() or c in "@.+" else " " for c in _STAMP.sub(" ", name))
    if any(map(_is_listed, _WORD.findall(folded(words)))):
        return True
    found = [f for f in detect(words) if not _guessed(f) or _counts(words[f.span.start : f.span.end], f)]
    found += [f for f in detect(_STAMP.sub(" ", name)) if not _guessed(f)]
    return any(finding.score >= SCORE for finding in found)


def _is_listed(word: str) -> bool:
    """True for a name in the lists that is no word otherwise; the shortest ones are what things are called, too."""
    standing = gazetteer.standing(word)
    return len(word) >= _SHORTEST_NAME and standing.sure and not standing.word and not is_label(word)


def _counts(value: str, finding: Finding) -> bool:
    if finding.entity_type == "ADDRESS":
        return _HOUSE.search(value) is not None and not is_label(" ".join(_WORD.findall(value)))
    words = _WORD.findall(folded(value))
    return finding.entity_type == "PERSON" and not is_label(" ".join(words)) and not all(map(_is_ordinary, words))


def _is_ordinary(word: str) -> bool:
    """True for an English word that is in no list of names; many a Greek word is a surname that no list has."""
    standing = gazetteer.standing(word)
    return word.isascii() and standing.word and not standing.listed


def _guessed(finding: Finding) -> bool:
    """True for what the name model alone takes for personal."""
    return {NAME_MODEL, "repeat"}.issuperset(finding.detector.split("+"))
