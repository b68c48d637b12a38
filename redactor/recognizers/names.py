"""Names known by their own form: listed first names and surnames, surname endings, and the words beside them.

Works without accents, in capitals, in lower case and in Latin letters. A name that is a common word too (Χαρά, Ελπίδα)
needs another name beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from redactor.recognizers import gazetteer
from redactor.recognizers.base import Match
from redactor.recognizers.el.ambiguous import AMBIGUOUS, NEVER_ALONE, PLACES
from redactor.recognizers.el.phrases import STOP, TITLES
from redactor.recognizers.en.names import FIRST_NAMES, SURNAMES
from redactor.recognizers.view import View, Word

_SOFT_JOINT = re.compile(r"[ \t]{1,3}|[ ]?-[ ]?")
_MAX_WORDS = 4


def listed_names(text: View) -> Iterator[Match]:
    """Each anchor (a sure name) with the names beside it."""
    words = text.words
    for i in range(len(words)):
        score = _anchor(text, i)
        if score:
            first, last = extend(text, i, i)
            named = any(gazetteer.like_name(words[k].text) for k in range(first, last + 1) if k != i)
            yield Match(words[first].start, words[last].end, "PERSON", min(0.95, score + (0.25 if named else 0.0)))


def extend(text: View, first: int, last: int) -> tuple[int, int]:
    """Words `first..last` and the names that stand directly beside them, up to four words in all."""
    words = text.words
    while last + 1 < len(words) and last - first + 1 < _MAX_WORDS and _joined(text, last, last + 1, after=True):
        last += 1
    while first > 0 and last - first + 1 < _MAX_WORDS and _joined(text, first - 1, first, after=False):
        first -= 1
    return first, last


def surname_shaped(word: Word) -> bool:
    """A capitalised word that could be a surname; foreign or rare ones are in no list."""
    return word.title and word.end - word.start >= 3 and word.text not in STOP and word.text not in TITLES


def _anchor(text: View, i: int) -> float:
    """The score of word `i` by itself; 0 when it is no sure name."""
    word = text.words[i]
    form = word.text
    if len(form) < 3 or form in STOP or form in NEVER_ALONE or form in TITLES:
        return 0.0
    if word.latin:
        return _latin_anchor(text, i)
    if form in PLACES:
        return _pair(text, i)
    capital = word.title or word.capitals
    if gazetteer.is_first(form):
        return 0.7 if capital or len(form) >= 5 else 0.5
    if gazetteer.has_sure_ending(form):
        return 0.7 if capital else 0.6
    if word.title and not text.starts_sentence(word.start) and form not in AMBIGUOUS and gazetteer.sounds_first(form):
        return 0.45
    if gazetteer.is_surname(form):
        return 0.5 if word.title and not text.starts_sentence(word.start) else 0.0
    ambiguous_name = form in AMBIGUOUS and gazetteer.FIRST in gazetteer.marks(form)
    if ambiguous_name and word.title and not text.starts_sentence(word.start):
        return 0.4
    return _pair(text, i)


def _latin_anchor(text: View, i: int) -> float:
    word = text.words[i]
    if gazetteer.has_sure_ending(word.text) or (word.text in FIRST_NAMES and len(word.text) > 3):
        return 0.6
    if word.title and word.text in FIRST_NAMES:
        return 0.6
    if word.title and len(word.text) >= 5 and gazetteer.is_first(word.text):
        return 0.5
    if word.text in SURNAMES and (word.title or len(word.text) > 5) and not text.starts_sentence(word.start):
        return 0.45
    return _pair(text, i)


def _pair(text: View, i: int) -> float:
    """A doubtful name directly before or after another one of the other kind."""
    words = text.words
    mine = gazetteer.marks(words[i].text)
    if not mine or not {gazetteer.FIRST, gazetteer.SURNAME} & set(mine):
        return 0.0
    for k in (i - 1, i + 1):
        if not 0 <= k < len(words) or not _SOFT_JOINT.fullmatch(text.plain, *_gap(words, min(i, k))):
            continue
        other = words[k]
        if (
            other.text in STOP
            or other.text in NEVER_ALONE
            or (other.latin != words[i].latin)
            or len(other.text) < 4
            or len(words[i].text) < 3
        ):
            continue
        kinds = set(mine + gazetteer.marks(other.text))
        both_doubtful = other.text in AMBIGUOUS and words[i].text in AMBIGUOUS
        if {gazetteer.FIRST, gazetteer.SURNAME} <= kinds and gazetteer.like_name(other.text) and not both_doubtful:
            return 0.5
        if gazetteer.FIRST in mine and gazetteer.has_sure_ending(other.text):
            return 0.6
    return 0.0


def _joined(text: View, left: int, right: int, *, after: bool) -> bool:
    """True when the outer of two neighbouring words belongs to the name that the inner one is part of."""
    words = text.words
    gap = _gap(words, left)
    inner, outer = (words[left], words[right]) if after else (words[right], words[left])
    if _SOFT_JOINT.fullmatch(text.plain, *gap) is None:
        initial = words[left].end - words[left].start == 1 and text.upper(words[left].start) and words[left].text != "κ"
        return initial and not after and re.fullmatch(r"\.[ ]?", text.plain[gap[0] : gap[1]]) is not None
    if outer.text in STOP or outer.text in TITLES or outer.latin != inner.latin:
        return False
    if outer.end - outer.start < 3:
        return False
    known = gazetteer.like_name(outer.text) and outer.text not in NEVER_ALONE
    if inner.title and not inner.latin:
        if after:
            return surname_shaped(outer) or (known and outer.capitals)
        return outer.title and (known or (not text.starts_sentence(outer.start) and surname_shaped(outer)))
    if inner.latin and inner.title:
        return outer.title and (known or (after and surname_shaped(outer)))
    return known and outer.text not in AMBIGUOUS and (len(outer.text) > 3 or outer.capitals)


def _gap(words: tuple[Word, ...], left: int) -> tuple[int, int]:
    return words[left].end, words[left + 1].start
