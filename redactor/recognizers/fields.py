"""Names in the fields of forms and under the closing of a letter, known by their label."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator

from redactor.normalize import folded
from redactor.recognizers import vocabulary
from redactor.recognizers.base import Match
from redactor.recognizers.el.phrases import CLOSINGS, LABELS, SPEAKERS, TITLES
from redactor.recognizers.el.phrases import words as small_words
from redactor.recognizers.gazetteer import standing
from redactor.recognizers.reading import Reading, Strength

_ARTICLES = small_words("field") | TITLES
_NAME_WORD = re.compile(
    r"name|alias|known as|signature|ονομ|επων|επιθ|νυμο|γενοσ|νυμια|ον/|^ον|onom|epon|epwn|epit|epi8"
)
_SHORTENED = small_words("short")
_KEY = re.compile(r"[a-z]{2,16}(?:_[a-z]{2,16})+(?![^\W_])")
_CODE = 2
_EVERYDAY = range(1, vocabulary.CAPITALISED)
_INITIALS = re.compile(r",?[ ]?(?:[^\W\d_]{1,3}\.[ ]?){1,3}")
_VALUE_END = re.compile(r"\.?[ \t]{0,2}(?:$|[\n;|/<(\t]|[ ]{2})")


def _phrase(phrases: Iterable[str]) -> str:
    forms = sorted({folded(phrase) for phrase in phrases}, key=lambda form: (-len(form), form))
    # "firstName" and "last_name" are the names of fields.
    escaped = (re.escape(form).replace(r"\ name", r"[\s'._]{0,3}name") for form in forms)
    return "|".join(form.replace(r"\ ", r"[\s'.]{1,3}") for form in escaped)


_FIELD = re.compile(
    r"(?:^|(?<=[\n/|,;\t(\[])|(?<=[ .][ ]))[ \t*\"\-]{0,4}(?:(?:ο/η|ο|η|the)[ ])?"
    rf"(?P<label>{_phrase(LABELS)})(?![^\W_])"
    r"(?:[ ]?\([^()\n]{0,20}\)|/[^\W\d_]{1,3}|[ ]?#?\d{1,2})?\.?\"?[ \t]{0,3}(?P<mark>[:=|\t\-]|\n)?[ \t\"_.]{0,12}"
)
_PASSENGER = re.compile(
    r"(?<![^\W_])(?P<name>[^\W\d_]{2,20}/[^\W\d_]{2,20}(?: [^\W\d_]{3,20})?) ?"
    r"(?:mrs?|ms|miss|mstr|dr|chd|inf)(?![^\W_])"
)
"""As airlines write it: SURNAME/FIRST MR."""
_CLOSING = re.compile(
    rf"[ \t]{{0,4}}(?:{_phrase(CLOSINGS)})(?![^\W_])"
    r"[ \t]{0,2}[,.!]{0,2}[ \t]{0,2}(?:\r?\n[ \t]{0,8}){0,3}"
)


def fields(reading: Reading) -> Iterator[Match]:
    """The value of each field whose label names a person, and the first name of a signature."""
    text, starts = reading.text, [word.start for word in reading.words]
    found = list(_FIELD.finditer(text.plain))
    count = Counter(field["label"] for field in found if field["mark"] == ":")
    for field in found:
        i = bisect_left(starts, field.end())
        mark = field["mark"]
        begins = field.start() == 0 or text.plain[field.start() - 1] in "\n/|,;\t(["
        if not begins and mark not in (":", "=", "\t"):
            continue
        marked = mark is not None and mark not in "\n-"
        named = _NAME_WORD.search(field["label"]) is not None
        speaker = field["label"] in SPEAKERS or (not named and count[field["label"]] > 1)
        yield from _value(reading, i, field.end(), marked=marked and named, speaker=speaker)
    for passenger in _PASSENGER.finditer(text.plain) if "/" in text.plain else ():
        if text.upper(passenger.start()):
            yield Match(passenger.start(), passenger.end("name"), "PERSON", 0.7)
    end = 0
    for at in text.lines:
        closing = _CLOSING.match(text.plain, at) if at >= end else None
        if closing is None:
            continue
        end = closing.end()
        yield from _value(reading, bisect_left(starts, closing.end()), closing.end(), marked=False, speaker=False)


def signature(reading: Reading) -> Iterator[Match]:
    """One to three capitalised words that end the text by themselves, a name among them."""
    words, plain = reading.words, reading.text.plain
    last = len(words) - 1
    if last < 1 or len(plain.rstrip(" \n.!,)")) > words[last].end:
        return
    for first in range(last, max(last - 3, 0), -1):
        if not words[first].title or reading.stopped(first):
            return
        if first < last and any(char.isdigit() for char in plain[words[first].end : words[last].start]):
            return  # an address, a date: not how one signs
        if words[first - 1].text in CLOSINGS:
            first_name = any(reading.standing(i).first for i in range(first, last + 1))
            if first_name and not reading.organisation(first, last):
                yield Match(words[first].start, words[last].end, "PERSON", 0.5)
            return
        before = plain[words[first - 1].end : words[first].start]
        if any(mark in before for mark in ".!\n"):
            if any(reading.standing(i).first for i in range(first, last + 1)) and not reading.organisation(first, last):
                yield Match(words[first].start, words[last].end, "PERSON", 0.5)
            return


def _value(reading: Reading, i: int, at: int, *, marked: bool, speaker: bool) -> Iterator[Match]:
    """The name that begins with word `i` at offset `at`, if one does."""
    words, plain = reading.words, reading.text.plain
    while i < len(words) and words[i].text in _ARTICLES and words[i].start <= at + 1:
        at, i = words[i].end, i + 1
        at += len(plain[at : at + 3]) - len(plain[at : at + 3].lstrip(" .:/\t"))
    if i >= len(words) or words[i].start > at + 1:
        return
    first = i
    while i < first + 3 and i + 1 < len(words) and _shortened(words[i].text) and plain[words[i].end] == ".":
        i += 1
    strength = Strength.SURE if marked else Strength.NEAR if speaker else Strength.LIKELY
    if not (_opens(reading, i, strength, marked=marked, speaker=speaker) or (i > first and words[i].title)):
        return
    if _is_key(reading, words[first].start):
        return
    last = reading.last(i, strength)
    while marked and last - i < 3 and last + 1 < len(words) and _capitals_go_on(reading, last):
        last += 1
    if reading.organisation(i, last):
        return
    end = reading.end(last)
    if more := _INITIALS.match(plain, end):
        end += len(more.group().rstrip())
    yield Match(words[first].start, end, "PERSON", 0.8 if marked else 0.6)


def _is_key(reading: Reading, at: int) -> bool:
    """True for a name of a thing in data, of everyday words and codes of languages: `"name": "en_billing"`."""
    key = _KEY.match(reading.text.plain, at)
    parts = key.group().split("_") if key else ()
    ordinary = (len(part) <= _CODE or vocabulary.english(part) in _EVERYDAY for part in parts)
    return bool(parts) and all(ordinary) and not any(standing(part).listed for part in parts if len(part) > _CODE)


def _is_all(reading: Reading, i: int) -> bool:
    """True when the value of the field ends with the name that opens with word `i`."""
    plain, end = reading.text.plain, reading.end(reading.last(i, Strength.LIKELY))
    more = _INITIALS.match(plain, end)
    return _VALUE_END.match(plain, more.end() if more else end) is not None


def _shortened(form: str) -> bool:
    return len(form) == 1 or form in _SHORTENED


def _opens(reading: Reading, i: int, strength: Strength, *, marked: bool, speaker: bool) -> bool:
    word = reading.words[i]
    if speaker:
        found = reading.standing(i)
        pair = i + 1 < len(reading.words) and reading.text.plain[word.end : reading.words[i + 1].start] in (" ", ", ")
        capital = word.title or word.capitals
        paired = pair and capital and reading.words[i + 1].title == word.title and not reading.stopped(i + 1)
        if not reading.stopped(i) and paired and reading.standing(i + 1).listed and (found.listed or found.unknown):
            return True
        if reading.opens(i, strength) and (found.listed or paired):
            return True
        return capital and not reading.stopped(i) and (found.listed or found.unknown) and _is_all(reading, i)
    if marked and (word.title or word.capitals) and not reading.stopped(i):
        return True
    return reading.opens(i, strength)


def _capitals_go_on(reading: Reading, last: int) -> bool:
    """In a field all capitalised words on the line belong to the name."""
    inner, outer = reading.words[last], reading.words[last + 1]
    gap = reading.text.plain[inner.end : outer.start]
    same = (inner.capitals and outer.capitals) or (inner.title and outer.title)
    return gap in (" ", "-", " - ") and same and not reading.stopped(last + 1)
