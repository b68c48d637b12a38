"""Names known by their own form: listed first names and surnames, surname endings, initials, and the words beside them.

Works without accents, in capitals, in lower case and in Latin letters. A name that is a common word too (Χαρά, Ελπίδα)
needs another name beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from redactor.recognizers import gazetteer, places, vocabulary
from redactor.recognizers.base import Match
from redactor.recognizers.el.ambiguous import PLACES
from redactor.recognizers.el.phrases import words as small_words
from redactor.recognizers.reading import MOST_WORDS, Reading, Strength

_JOINT = re.compile(r"[ \t]{1,3}|[ ]?-[ ]?")
_POINT = re.compile(r"\.[ ]?")
_TRAVEL = 6
"""Words before a town, among which one may tell of travel."""
_FREE = " \t\n\"'(«[/,;:|>-"
_NAMED_PLACES, _SAINT = small_words("street"), small_words("saint")
_CELL = '\n;,|\t"'


def listed_names(reading: Reading) -> Iterator[Match]:
    """Each anchor (a sure name) with the names beside it, and surnames behind initials."""
    for i in range(len(reading.words)):
        score = _anchor(reading, i)
        if score:
            last = reading.last(i, Strength.NEAR)
            first = _left(reading, i, last)
            if reading.organisation(first, last) and reading.cased(i):
                continue
            named = any(gazetteer.like_name(reading.form(k)) for k in range(first, last + 1) if k != i)
            certainty = min(0.95, score + (0.25 if named else 0.0))
            yield Match(reading.words[first].start, _end(reading, last), "PERSON", certainty)
        elif reading.words[i].title or reading.words[i].capitals:
            yield from _behind_initials(reading, i)
            yield from _strangers(reading, i)


def _end(reading: Reading, last: int) -> int:
    """The end of a name, with the point behind a closing initial."""
    end = reading.end(last)
    word = reading.words[last]
    return end + 1 if word.end - word.start == 1 and reading.text.plain[end : end + 1] == "." else end


def _anchor(reading: Reading, i: int) -> float:
    """The score of word `i` by itself; 0 when it is no sure name."""
    found = reading.standing(i)
    if not found.listed or len(reading.form(i)) < 3 or reading.stopped(i):
        return 0.0
    word, form = reading.words[i], reading.form(i)
    before = reading.words[i - 1].text if i else ""
    if before in _SAINT or (before in _NAMED_PLACES and not (found.first and found.last)):
        return 0.0
    if reading.latin(i):
        return _latin_anchor(reading, i)
    if form in PLACES:
        return _pair(reading, i)
    capital = word.title or word.capitals
    inside = word.title and not reading.text.starts_sentence(word.start)
    if found.first == 2 and (len(form) > 3 or capital):
        return 0.7 if capital or len(form) >= 5 else 0.5
    if found.last == 2 and gazetteer.has_sure_ending(form):
        return 0.7 if capital else 0.6
    if found.last == 2 and inside and not reading.place(i):
        return 0.5
    if inside and found.first and not vocabulary.greek(form):
        return 0.45
    if inside and gazetteer.FIRST in gazetteer.marks(form) and reading.text.plain[word.start - 1] not in "«\"'“":
        return 0.4
    return _pair(reading, i)


def _latin_anchor(reading: Reading, i: int) -> float:
    word, form = reading.words[i], reading.form(i)
    found = reading.standing(i)
    if _visited(reading, i):
        return 0.0
    capital = reading.cased(i)
    inside = word.title and not reading.text.starts_sentence(word.start)
    if gazetteer.has_sure_ending(form):
        return 0.6
    if found.first == 2 and (len(form) > 3 or capital):
        return 0.6 if capital or len(form) > 4 else 0.5
    if found.first == 1 and word.title and not found.word:
        return 0.5
    if found.first == 1 and inside and not reading.cased(min(i + 1, _top(reading))):
        return 0.4
    if found.last == 2 and inside and len(form) > 3 and not reading.place(i):
        return 0.45
    return _pair(reading, i)


def _visited(reading: Reading, i: int) -> bool:
    """True for a town or a state, which is a name too, where one is or travels: "in Reno", "a flight to Austin"."""
    words = reading.words
    if not i or not (places.town([words[i].text]) or places.state(words[i].text)) or not _single_gap(reading, i - 1):
        return False
    if reading.cased(min(i + 1, _top(reading))) and i < _top(reading) and _single_gap(reading, i):
        return False
    before = [word.text for word in words[max(0, i - _TRAVEL) : i]]
    if before[-1] in small_words("inside"):
        return len(before) < 2 or before[-2] not in small_words("particle verb")
    return before[-1] in small_words("way") and not small_words("travel").isdisjoint(before)


def _top(reading: Reading) -> int:
    return len(reading.words) - 1


def _pair(reading: Reading, i: int) -> float:
    """A doubtful name directly before or after another one of the other kind."""
    words, mine = reading.words, reading.standing(i)
    for k in (i - 1, i + 1):
        if not 0 <= k < len(words) or not _JOINT.fullmatch(reading.text.plain, *_gap(reading, min(i, k))):
            continue
        if reading.stopped(k) or reading.latin(k) != reading.latin(i) or len(words[k].text) < 3:
            continue
        other = reading.standing(k)
        kinds = (mine.first and other.last) or (mine.last and other.first)
        cased = reading.cased(i) and reading.cased(k)
        greek = reading.latin(i) and reading.greeklish and all(gazetteer.marks(words[j].text) for j in (i, k))
        if mine.last == 2 and other.unknown and reading.latin(i) and len(words[k].text) > 3 and not reading.greeklish:
            return 0.4
        if kinds and (other.sure or mine.sure or greek or (cased and not (mine.word and other.word))):
            return 0.5
    return 0.0


def _left(reading: Reading, first: int, last: int) -> int:
    """The first word of the name that word `first` belongs to."""
    words = reading.words
    while first > 0 and last - first + 1 < MOST_WORDS:
        outer, inner = words[first - 1], words[first]
        gap = _gap(reading, first - 1)
        if outer.end - outer.start == 1:
            joined = reading.text.upper(outer.start) and _POINT.fullmatch(reading.text.plain, *gap)
            if not joined or reading.text.plain[max(0, outer.start - 1) : outer.start].isalnum():
                break
        elif not _JOINT.fullmatch(reading.text.plain, *gap) or not _before(reading, first - 1, cased=inner.title):
            break
        first -= 1
    return first


def _before(reading: Reading, i: int, *, cased: bool) -> bool:
    """True when word `i` belongs to the name behind it."""
    word = reading.words[i]
    if reading.stopped(i) or reading.latin(i) != reading.latin(i + 1) or word.end - word.start < 3:
        return False
    found = reading.standing(i)
    if cased:
        inside = word.title and not reading.text.starts_sentence(word.start)
        return word.title and (found.sure or (inside and (found.listed or found.unknown)))
    return found.sure and (len(word.text) > 3 or word.capitals)


def _behind_initials(reading: Reading, i: int) -> Iterator[Match]:
    """ "Α. Μωραΐτης", "D. Okafor", and in a cell "Hatzis N."; word `i` has a capital."""
    words, plain = reading.words, reading.text.plain
    word = words[i]
    if len(word.text) < 3 or reading.stopped(i):
        return
    found = reading.standing(i)
    if found.word and not found.listed:
        return
    first = i
    while first > 0 and i - first < 2 and _POINT.fullmatch(plain, *_gap(reading, first - 1)):
        before = words[first - 1]
        if before.end - before.start > 2 or not reading.text.upper(before.start):
            break
        first -= 1
    free = words[first].start == 0 or plain[words[first].start - 1] in _FREE
    if first < i and free and not (reading.place(i) and not found.last):
        if not reading.organisation(i, i):
            yield Match(words[first].start, _end(reading, reading.last(i, Strength.NEAR)), "PERSON", 0.5)
        return
    cell = word.start == 0 or plain[word.start - 1] in _CELL or (found.first and word.title)
    if cell and i + 1 < len(words) and words[i + 1].end - words[i + 1].start <= 2:
        behind = words[i + 1]
        end = behind.end + 1
        if (
            plain[word.end : behind.start] in (" ", ", ")
            and plain[behind.end : end] == "."
            and reading.text.upper(behind.start)
        ):
            yield Match(word.start, end, "PERSON", 0.5)


def _strangers(reading: Reading, i: int) -> Iterator[Match]:
    """Two capitalised words side by side that no dictionary knows ("Tomomi Nishiyama")."""
    words = reading.words
    if i + 1 == len(words) or not _stranger(reading, i) or (i and words[i - 1].title and _single_gap(reading, i - 1)):
        return
    behind = i + 1
    initial = words[behind].end - words[behind].start == 1 and reading.text.upper(words[behind].start)
    if initial and behind < _top(reading):
        behind += 1
    elif not _single_gap(reading, i):
        return
    if not words[behind].title or not (_stranger(reading, behind) or reading.standing(behind).listed):
        return
    last = reading.last(i, Strength.LIKELY)
    if last >= behind and not reading.stopped(behind) and not reading.organisation(i, last):
        yield Match(words[i].start, _end(reading, last), "PERSON", 0.4)


def _stranger(reading: Reading, i: int) -> bool:
    known = len(reading.words[i].text) < 4 or reading.stopped(i) or not reading.standing(i).unknown
    return not known and reading.words[i].title and not reading.place(i) and reading.opens(i, Strength.NEAR)


def _single_gap(reading: Reading, left: int) -> bool:
    return reading.text.plain[slice(*_gap(reading, left))] in (" ", "-")


def _gap(reading: Reading, left: int) -> tuple[int, int]:
    return reading.end(left), reading.words[left + 1].start
