"""DATE_OF_BIRTH: dates beside a word of birth, as they are written and as they are said, and whole dates long ago.

>>> BirthDateRecognizer().spans("γεννήθηκα στις 9 Νοεμβρίου του 1960")
['9 Νοεμβρίου του 1960']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import zip_longest

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.birth_said import garbled, spoken
from redactor.recognizers.number_words import WORDS
from redactor.recognizers.sound import sound
from redactor.recognizers.view import View

_MONTH = (
    r"(?:ιαν(?:ουαρι\w{1,3}|\.)?|γεναρη?σ?|φεβ(?:ρουαρι\w{1,3}|\.)?|φλεβαρη?σ?|μαρ(?:τι\w{1,3}|τησ?|\.)?|"
    r"απρ(?:ιλι?\w{1,3}|\.)?|μα[ιη](?:\w{1,3}|\.)?|"
    r"ιουν(?:ι\w{1,3}|ησ?|\.)?|ιουλ(?:ι\w{1,3}|ησ?|\.)?|αυγ(?:ουστ\w{1,3}|\.)?|σεπ(?:τεμβρι?\w{1,3}|τ)?\.?|"
    r"ο[κχ]τ(?:ωβρι?\w{1,3}|\.)?|νοε(?:μβρι?\w{1,3}|\.)?|δεκ(?:εμβρι?\w{1,3}|\.)?|"
    r"jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?|"
    r"sep(?:tember|t)?\.?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_SEP = r"\s?[/.\-]\s?"
DATE = (
    r"(?<![\d/.\-])(?:"
    rf"\d{{1,2}}{_SEP}(?:\d{{1,2}}|[ivx]{{1,4}}){_SEP}(?:\d{{4}}|\d{{2}})|"
    rf"\d{{4}}{_SEP}\d{{1,2}}{_SEP}\d{{1,2}}|"
    rf"\d{{1,2}}(?:η|ησ|st|nd|rd|th)?[ \-.]{{1,2}}(?:of )?{_MONTH}(?:[ ,\-.]{{1,2}}(?:του )?'?\d{{2,4}})?|"
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? (?:του )?\d{{4}})?|"
    r"\d{1,2} \d{1,2} (?:19|20)\d{2}|\d{8}|(?:19|20)\d{2}"
    r")(?![\d/])"
)
_DATE = re.compile(DATE)
_FEAST = re.compile(
    r"(?:(?:του|τησ|των|ανημερα|τα|το|την|στισ|on) ){0,2}"
    r"(?:αγι(?:ου|ασ|ων|α|ο)|αη|παναγιασ|χριστουγενν(?:α|ων)|παραμονη|πρωτοχρονια\w?|πασχα|φωτων|θεοφανει\w{1,2}|ευαγγελισμου|"
    r"δεκαπενταυγουστ\w{1,2}|πρωταπριλια\w?|πρωτομαγια\w?|τριων ιεραρχων|ταξιαρχων|christmas|boxing day|new year'?s)"
    rf"(?: [^\W\d_]{{2,15}}){{0,2}}? (?:το |του |of |in )?(?:'?\d{{2}}(?!\d)|(?:19|20)\d\d|{WORDS})"
)
_SHORT_YEAR = r"'?\d{2}(?![\d/.:%€]|,\d| ευρω)"
_YEAR_ONLY = re.compile(
    rf"(?:[^\W\d_]{{1,12}} )?(?:το|του|τησ|in|back in|ετοσ)[ :]{{1,2}}({_SHORT_YEAR}|(?:19|20)\d\d|{WORDS})"
)
_MARKS = re.compile(r"[ ,:;\"'«(-]{0,4}")
_LABEL = re.compile(
    r"(?<![^\W_])(?:ημ(?:ερομηνιασ?|ερ\.?|\.|/νιασ?|\.?νιασ?)? ?γεν(?:νησησ?|νησεωσ|\.)?|γεν\.(?= ?\d)|γεν/σ\w{0,3}|"
    r"(?:im[a-z]*|hm[a-z]*) gen[a-z]+|gen+[ieh](?:8|th)[a-z]{1,6}|gen+hm[a-z]{2,6}|gen+[hi]s[a-z]{1,5}|genethl\w{2,3}|"
    r"d\.?o\.?b\.?|date of birth|birth ?da(?:te|y)|year of birth|birth year|born(?: on)?)(?![^\W_])"
)
_OF_LABELS = ("γεν", "gen", "dob", "d.o", "do.b", "birth", "born")
"""One of them is in every label."""
_NO_DATE_BEHIND = frozenset("/.-")
_BIRTH_WORD = re.compile(r"[ea]?g(?:i[ae]|e)ni(?:q|men|s(?:i|eos))|enim?en(?:os|i|u|is)|geneqli")
"""By sound, as heard: "γενηθικα", "εγενημένος", "ενημένος", "αγένησης"."""
_OTHER_WORDS = frozenset("βδζηθικλμνξοπρστυφχψωbcdfhijklmnopqrstuvwxyz")
"""Letters that no word of birth begins with, whatever it was heard as."""
_CERTIFICATE = re.compile(r"(?:πιστοποιητικ\w{1,2}|πραξησ?|επιδομα\w{0,3}|αδεια\w?|birth certificate)\W{1,2}\Z")
_SAME_LINE, _FURTHER = 60, 120
_LINES = 2
_LONGEST = 40
_BEFORE = 60
_BESIDE = re.compile(
    r"\s{0,3}[\"'»)]{0,2}[ ,]{0,2}\n?[ \t]{0,4}[(\[«]?(?:ειναι η |ειναι |η |ειμαι |is my |was |i was )?\Z"
)
_DAY, _IN_YEAR, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19[2-9]\d|200\d)"
_TH = r"(?:st|nd|rd|th|η|ησ)?"
_LONG_AGO = re.compile(
    r"(?:"
    rf"(?:{_DAY}( ?[/.\-] ?){_IN_YEAR}\1|{_IN_YEAR}([/\-]){_DAY}\2){_YEAR}|"
    rf"{_YEAR}([/.\-]){_IN_YEAR}\3{_DAY}|"
    rf"{_DAY}{_TH}[ \-](?:of )?{_MONTH}[ ,\-]{{1,2}}(?:του )?{_YEAR}|"
    r"(?:0[1-9]|[12]\d|3[01])([/.\-])(?:0[1-9]|1[0-2])\4[4-9]\d|"
    r"(?:[12]\d|3[01])([/.\-])[1-9]\5[4-9]\d|[1-9]([/.\-])1[0-2]\6[4-9]\d"
    r")(?![\d/\-]|\.\d)"
)
"""Whole dates before 2010 (with two digits for the year: 1940 to 1999): what a contact centre writes is younger."""
_DAY_AND_YEAR = re.compile(rf"{_DAY}{_TH},? {_YEAR}(?![\d/\-]|\.\d)")
_MONTH_BEFORE = re.compile(rf"(?<![^\W_]){_MONTH} \Z")
_LONGEST_MONTH = 14
_DIGITS = re.compile(r"\d+")
_MY_YEAR = re.compile(
    rf"(?<![^\W_])(?:(?:ειμαι|ειμε|eimai) (?:του|tou) (?:'?[2-9]\d(?![\d/.:%€])|19\d\d|{WORDS})|"
    rf"(?:του|tou) (?:'?[2-9]\d|19\d\d) (?:ειμαι|eimai|γενν\w{{4,8}}))"
)
_YEAR_IN_IT = re.compile(rf"'?\d{{2,4}}|(?<=του ){WORDS}")


_VERSION = re.compile(r"(?<![^\W_])(?:(?:firmware|versions?|εκδοση\w?|λογισμικο\w?|build)[ :.]{0,3}v?|v\.?)\Z")
"""In front of the version of a program, which may look like a date."""


class BirthDateRecognizer(FoldedRecognizer):
    """Dates of birth, in digits or words."""

    ENTITIES = ("DATE_OF_BIRTH",)

    def matches(self, text: View) -> Iterable[Match]:
        """The first date behind a word of birth, up to two lines on, or the one just in front; dates long ago."""
        words = sorted(set(_birth_words(text)))
        for (start, end), (following, _) in zip_longest(words, words[1:], fillvalue=(len(text.plain), 0)):
            if _CERTIFICATE.search(text.plain, max(0, start - 24), start):
                continue
            found = _behind(text, end, following) or _in_front(text, start)
            if found is not None:
                yield Match(*found, "DATE_OF_BIRTH", 0.8)
        yield from (Match(*date, "DATE_OF_BIRTH", 0.4) for date in _long_ago(text.plain))
        for year in _MY_YEAR.finditer(text.plain) if "ειμ" in text.plain or "eim" in text.plain else ():
            inside = _YEAR_IN_IT.search(text.plain, *year.span())
            if inside is not None:
                yield Match(*inside.span(), "DATE_OF_BIRTH", 0.5)


def _long_ago(plain: str) -> Iterator[tuple[int, int]]:
    """Whole dates of long ago, each found from its first digits."""
    end = 0
    for digits in _DIGITS.finditer(plain):
        at = digits.start()
        if at < end or plain[at - 1 : at] in _NO_DATE_BEHIND or _VERSION.search(plain, max(0, at - _BEFORE), at):
            continue
        date, start = _LONG_AGO.match(plain, at), at
        if date is None and (month := _MONTH_BEFORE.search(plain, max(0, at - _LONGEST_MONTH), at)):
            date, start = _DAY_AND_YEAR.match(plain, at), month.start()
        if date is not None:
            end = date.end()
            yield start, end


def _birth_words(text: View) -> Iterator[tuple[int, int]]:
    if any(piece in text.plain for piece in _OF_LABELS):
        yield from (label.span() for label in _LABEL.finditer(text.plain))
    for word in text.words:
        if word.text[0] not in _OTHER_WORDS and _of_birth(word.text):
            yield word.start, word.end


@lru_cache(maxsize=4096)
def _of_birth(word: str) -> bool:
    return 6 <= len(word) <= _LONGEST and not word.isascii() and _BIRTH_WORD.match(sound(word)) is not None


def _behind(text: View, end: int, following: int) -> tuple[int, int] | None:
    """The first date between `end` and the `following` word of birth, written or said or both ("5 May eighty one")."""
    plain = text.plain
    limit = min(_limit(plain, end), max(end, following))
    found = [span for span in (_written(plain, end, limit), spoken(plain, end, limit), garbled(plain, end)) if span]
    if feast := _FEAST.search(plain, end, min(limit, end + _LONGEST) + _LONGEST):
        found.append(feast.span())
    if year := _YEAR_ONLY.match(plain, _behind_marks(plain, end)):
        found.append(year.span(1))
    if not found:
        return None
    first, last = min(found)
    for start, stop in sorted(found):
        if start <= last:
            last = max(last, stop)
    return first, last


def _behind_marks(plain: str, end: int) -> int:
    marks = _MARKS.match(plain, end)
    return marks.end() if marks is not None else end


def _limit(plain: str, end: int) -> int:
    """Where a date may begin at the latest: near on the line, further on in the next two."""
    line = plain.find("\n", end, end + _FURTHER)
    if line < 0:
        return min(len(plain), end + _SAME_LINE)
    last = line
    for _ in range(_LINES):
        following = plain.find("\n", last + 1, end + _FURTHER)
        last = following if following >= 0 else min(len(plain), end + _FURTHER)
    return min(last, end + _FURTHER)


def _written(plain: str, end: int, limit: int) -> tuple[int, int] | None:
    date = _DATE.search(plain, end, min(len(plain), limit + _LONGEST))
    return date.span() if date is not None and date.start() <= limit else None


def _in_front(text: View, start: int) -> tuple[int, int] | None:
    """The date that ends just before a word of birth, on its line or on the line above a label in brackets."""
    dates = list(_DATE.finditer(text.plain, max(0, start - _BEFORE), start))
    return dates[-1].span() if dates and _BESIDE.match(text.plain, dates[-1].end(), start) else None
