"""PERSON, Greek and English: names that something announces - a title, an introduction, a form label, a greeting."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from redactor.normalize import folded
from redactor.recognizers import gazetteer
from redactor.recognizers.base import Match
from redactor.recognizers.el import phrases
from redactor.recognizers.el.ambiguous import AMBIGUOUS
from redactor.recognizers.names import extend, surname_shaped
from redactor.recognizers.view import View, Word

_JOINT = re.compile(r"[ \t]{1,3}|[ ]?-[ ]?|\.[ ]?")
_FILLERS_TEXT = """
    ο η τον την τη του τησ οι κ κα κοσ κυριο κυρια κυριοσ κυριασ κυριου o h i tou ths tis ton thn tin mr mrs ms a
"""
_FILLERS = frozenset(_FILLERS_TEXT.split())
_MOST_FILLERS = 3
_MY = r"(?:\s[^\W\d_]{1,12}){0,4}\s(?:ειναι|einai|is|s)"


def _phrase(phrases_: Iterable[str]) -> str:
    forms = sorted({folded(phrase) for phrase in phrases_}, key=lambda form: (-len(form), form))
    return "|".join(re.escape(form).replace(r"\ ", r"[\s'.]{1,3}") for form in forms)


_SURE = re.compile(
    rf"(?<![^\W_])(?:{_phrase(phrases.INTRODUCTIONS)}|(?:το\s|to\s)?(?:ονομα|επωνυμο|onoma){_MY}|"
    rf"name{_MY})(?![^\W_])[ \t:,]{{0,3}}"
)
_UNSURE = re.compile(rf"(?<![^\W_])(?:{_phrase((*phrases.AM_I, *phrases.GREETINGS))})(?![^\W_])[ \t,]{{1,3}}")
_BEHIND = re.compile(rf"[ ,]{{1,2}}(?:{_phrase((*phrases.BEHIND, 'wrote', 'εγραψε', 'egrapse'))})(?![^\W_])")
_TITLE = re.compile(
    rf"(?<![^\W_])(?:κ\.|(?:{_phrase((*phrases.TITLES, *phrases.PROFESSIONS))})(?![^\W_])\.?)[ \t]{{0,3}}"
)
_FIELD = re.compile(
    rf"(?:^|(?<=[\n/|,;\t(]))[ \t*\"\-]{{0,4}}(?:{_phrase(phrases.LABELS)})(?![^\W_])\.?\"?[ \t]{{0,3}}"
    r"(?P<mark>[:=|\t]|\n)?[ \t\"]{0,3}"
)
_CLOSING = re.compile(
    rf"(?:^|(?<=\n))[ \t]{{0,4}}(?:{_phrase(phrases.CLOSINGS)})(?![^\W_])"
    r"[ \t]{0,2}[,.!]{0,2}[ \t]{0,2}(?:\r?\n[ \t]{0,8}){0,3}"
)
_DOUBTFUL_LABELS_TEXT = """
    πελατησ πελ πελατισσα υπαλληλοσ χρηστησ customer client caller from to cc απο προσ κοιν contact agent name
    signed
"""
_DOUBTFUL_LABELS = frozenset(_DOUBTFUL_LABELS_TEXT.split())


def announced_names(text: View) -> Iterator[Match]:
    """One match for each announcement that a name follows; unknown names too."""
    starts = [word.start for word in text.words]
    for pattern, sure, score in ((_SURE, True, 0.75), (_UNSURE, False, 0.6), (_TITLE, False, 0.8)):
        for phrase in pattern.finditer(text.plain):
            yield from _after(text, bisect_left(starts, phrase.end()), phrase.end(), sure=sure, score=score)
    for field in _FIELD.finditer(text.plain):
        i = bisect_left(starts, field.end())
        marked = field["mark"] is not None and field["mark"] != "\n"
        if re.sub(r"[^\w]", "", field.group()) in _DOUBTFUL_LABELS:
            yield from _speaker_or_name(text, i, field.end())
        else:
            yield from _after(text, i, field.end(), sure=marked, score=0.8 if marked else 0.6)
    for closing in _CLOSING.finditer(text.plain):
        yield from _after(text, bisect_left(starts, closing.end()), closing.end(), sure=False, score=0.6)
    for phrase in _BEHIND.finditer(text.plain):
        yield from _before(text, bisect_left(starts, phrase.start()) - 1, phrase.start())


def _after(text: View, i: int, at: int, *, sure: bool, score: float) -> Iterator[Match]:
    """The name that begins with word `i` at offset `at`, if one does."""
    words = text.words
    for _ in range(_MOST_FILLERS):
        if i >= len(words) or words[i].text not in _FILLERS or words[i].start > at + 2:
            break
        at = words[i].end
        at += len(text.plain[at : at + 3]) - len(text.plain[at : at + 3].lstrip(" .:\t"))
        i += 1
    if i >= len(words) or words[i].start > at + 1 or not _may_open(words[i], sure=sure):
        return
    last = i
    while last + 1 < len(words) and last - i < 3:
        outer = words[last + 1]
        if _JOINT.fullmatch(text.plain, words[last].end, outer.start) is None or outer.text in phrases.STOP:
            break
        cased = words[i].title
        named = (
            outer.title
            if cased
            else (
                _known(outer)
                or (outer.capitals and words[i].capitals and sure)
                or (sure and len(outer.text) > 3 and last == i)
            )
        )
        if not named or (text.plain[words[last].end] == "." and len(words[last].text) > 2):
            break
        last += 1
    first, last = extend(text, i, last)
    yield Match(words[first].start, words[last].end, "PERSON", score)


def _speaker_or_name(text: View, i: int, at: int) -> Iterator[Match]:
    """Behind "Customer:" stands a name or, in a transcript, what the customer says: only sure names are taken."""
    words = text.words
    if i >= len(words) or words[i].start > at + 1 or words[i].text in phrases.STOP:
        return
    pair = i + 1 < len(words) and _JOINT.fullmatch(text.plain, words[i].end, words[i + 1].start) is not None
    listed = _known(words[i])
    cased = pair and (
        (words[i].title and surname_shaped(words[i + 1]))
        or (words[i].capitals and words[i + 1].capitals and (_known(words[i]) or _known(words[i + 1])))
    )
    if listed or cased:
        yield from _after(text, i, at, sure=False, score=0.6)


def _before(text: View, i: int, end: int) -> Iterator[Match]:
    words = text.words
    if i < 0 or words[i].end != end or words[i].text in phrases.STOP:
        return
    beside = i > 0 and gazetteer.is_first(words[i - 1].text) and words[i - 1].end + 1 == words[i].start
    shaped = surname_shaped(words[i]) and not text.starts_sentence(words[i].start)
    if not (_known(words[i]) or shaped or beside):
        return
    if beside:
        yield Match(words[i - 1].start, words[i].end, "PERSON", 0.75)
    first, last = extend(text, i, i)
    yield Match(words[first].start, words[last].end, "PERSON", 0.6)


def _known(word: Word) -> bool:
    return gazetteer.like_name(word.text) and (word.text not in AMBIGUOUS or word.capitals)


def _may_open(word: Word, *, sure: bool) -> bool:
    if word.text.partition("'")[0] in phrases.STOP or word.text in phrases.TITLES or len(word.text) < 2:
        return False
    return sure or word.title or _known(word)
