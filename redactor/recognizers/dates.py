"""DATE_OF_BIRTH behind a word of birth, and AGE: years that somebody has."""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.el.numbers import WORDS
from redactor.recognizers.view import View

_MONTH = (
    r"(?:ιαν(?:ουαρι\w{1,3}|\.)?|φεβ(?:ρουαρι\w{1,3}|\.)?|μαρ(?:τι\w{1,3}|\.)?|απρ(?:ιλι\w{1,3}|\.)?|"
    r"μα[ιη](?:\w{1,3}|\.)?|"
    r"ιουν(?:ι\w{1,3}|\.)?|ιουλ(?:ι\w{1,3}|\.)?|αυγ(?:ουστ\w{1,3}|\.)?|σεπ(?:τεμβρι\w{1,3}|τ)?\.?|"
    r"οκτ(?:ωβρι\w{1,3}|\.)?|"
    r"νοε(?:μβρι\w{1,3}|\.)?|δεκ(?:εμβρι\w{1,3}|\.)?|"
    r"jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?|"
    r"sep(?:tember|t)?\.?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
DATE = (
    r"(?<![\d/.\-])(?:"
    r"\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?(?:\d{4}|\d{2})|"
    r"\d{4}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{1,2}|"
    rf"\d{{1,2}}(?:η|ησ|st|nd|rd|th)?[ \-]{{1,2}}(?:of )?{_MONTH}(?:[ ,\-]{{1,2}}(?:του )?'?\d{{2,4}})?|"
    rf"{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? (?:του )?\d{{4}})?|"
    r"\d{1,2} \d{1,2} (?:19|20)\d{2}|\d{8}|(?:19|20)\d{2}"
    r")(?![\d/])"
)
_DATE = re.compile(DATE)
_BIRTH = re.compile(
    r"(?<![^\W_])(?:ημ(?:ερομηνιασ?|\.|/νιασ?|\.?νιασ?)? ?γεν(?:νησησ?|νησεωσ|\.)?|γεννηθ\w{1,6}|"
    r"γεννημεν\w{1,3}|γεννησ\w{1,4}|"
    r"γενεθλι\w{1,3}|(?:im[a-z]*|hm[a-z]*) gen[a-z]+|gennh?[a-z]{3,10}|d\.?o\.?b\.?|date of birth|"
    r"birth ?da(?:te|y)|born(?: on)?)"
    r"(?![^\W_])"
)
_DAY, _IN_YEAR, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19[2-9]\d|200\d)"
_LONG_AGO = re.compile(
    rf"(?<![\d/.\-])(?:{_DAY}([/.\-]){_IN_YEAR}\1{_YEAR}|{_YEAR}([/.\-]){_IN_YEAR}\2{_DAY})(?![\d/\-]|\.\d)"
)
"""Whole dates before 2010: what a contact centre writes about itself is younger."""
_AGE = re.compile(
    r"(?<![\w.,/])(\d{1,3}|" + WORDS + r")(?:[ \-]{1,2}(?:χρον(?:ων|ω|ον)|ετων|xronwn?|xronon|etwn|"
    r"years?[ \-]olds?|y\.?o\.?|yrs? old)(?!\w))"
)
_AGED = re.compile(
    r"(?<![^\W_])(?:ηλικι\w{1,2}|hlikia|ilikia|age|aged|ετων)\s{0,2}[:=]?\s{0,2}(\d{1,3})(?![\w/]|[.,]\d)"
)


class BirthDateRecognizer(FoldedRecognizer):
    """Dates of birth in digits, ages in digits or words."""

    ENTITIES = ("DATE_OF_BIRTH", "AGE")

    def matches(self, text: View) -> Iterable[Match]:
        """The first date within 60 characters behind a word of birth; ages with their unit or label."""
        for word in _BIRTH.finditer(text.plain):
            date = _DATE.search(text.plain, word.end(), word.end() + 90)
            if date is not None and date.start() <= word.end() + 60:
                yield Match(*date.span(), "DATE_OF_BIRTH", 0.8)
        for date in _LONG_AGO.finditer(text.plain):
            yield Match(*date.span(), "DATE_OF_BIRTH", 0.4)
        for pattern in (_AGE, _AGED):
            for age in pattern.finditer(text.plain):
                if not age.group(1).isdigit() or 0 < int(age.group(1)) < 120:
                    yield Match(*age.span(1), "AGE", 0.5)
