"""PHONE_NUMBER: Greek numbers by their plan (EETT), others by libphonenumber, any number after a phone label.

https://en.wikipedia.org/wiki/Telephone_numbers_in_Greece and https://github.com/google/libphonenumber. Mobile blocks
685-689 and 690 are accepted whatever the library's tables say.

>>> PhoneRecognizer().spans("στο 6891234567, στο +44 7911 123456 ή στο κινητό: 694 111 22")
['6891234567', '+44 7911 123456', '694 111 22']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import phonenumbers

from redactor.recognizers import vocabulary
from redactor.recognizers.base import Match
from redactor.recognizers.context import amount_follows, glued, ordered
from redactor.recognizers.identifier import DIGITS, NO_AMOUNT, START, IdentifierRecognizer
from redactor.recognizers.view import Digits, View

_GREEK = re.compile(r"(?:(?:00)?30)?(?:2[1-8]\d{8}|68[5-9]\d{7}|69\d{8})")
_BRITISH = re.compile(r"0[127]\d{8,9}")
"""Those that begin with 03 are offices' (Ofcom)."""
_AMERICAN = re.compile(r"1?[2-9]\d{2}[2-9]\d{6}")
_ABROAD = tuple(re.compile(rf"(?:00)?[1-9]\d{{{length}}}") for length in range(14, 6, -1))
_SHORTEST = 8
"""Digits of the shortest number of any plan, with its prefix."""
_ABROAD_SIGNS = re.compile(r"\D")
_MOST_GROUPS = 8
_EXTENSION = re.compile(
    r"\s{0,2}(?:[,(\[]\s?)?(?:εσωτ(?:ερικο)?\.?|εσ\.|ext(?:ension)?\.?|x)[ \t:]{0,2}\d{1,6}(?!\d)(?:[ ]?[)\]])?"
)
_OWN_EXTENSION = re.compile(
    r"([^\W\d_]{3,20})[ ,(]{1,2}(?:εσωτ\.?|εσωτερικο|ext(?:ension|n)?\.?)[ \t:#]{1,2}(\d{3,5})(?![\w/\-]|[.,:]\d)"
)
"""An extension right behind a name: colleagues call nothing else. Behind other words it is the company's."""
_NEAR = 24
_LETTERS_BEFORE = re.compile(r"(?:(?<![^\W_])|(?<=_))[^\W\d_]*\Z")
_LETTERS_BEHIND = re.compile(r"[^\W\d_]{0,24}(?![^\W_])")
_HEX = frozenset("abcdef")
_DATED = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d(?!\d)")
_GROUPED = re.compile(r"\(?\d{3}\)?[ .\-]{1,2}\d{3}[ .\-]\d{4}")


class PhoneRecognizer(IdentifierRecognizer):
    """Numbers of any length behind τηλέφωνο, κινητό, phone and the like; unlabelled ones that some plan knows."""

    ENTITY = "PHONE_NUMBER"
    VALUE = START + r"\+?\(?" + DIGITS.replace("/]", "/()]") + r"{6,14}" + NO_AMOUNT
    LABELLED = 0.75
    FEWEST = 3

    def counts(self, text: View, label: range, value: range) -> bool:  # noqa: ARG002
        """Not a date as machines write it, in the row below the head of a column."""
        return _DATED.match(text.plain, value.start) is None

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Whole written groups of digits that make up a number of some plan."""
        for run in text.digits:
            for start, number_end, score in _numbers(text, run):
                extension = _EXTENSION.match(text.plain, number_end)
                end = extension.end() if extension else number_end
                if (not glued(text, start, end) or _whole(text, start, end)) and not amount_follows(text, end):
                    yield Match(start, end, "PHONE_NUMBER", score)
        extended = "ext" in text.plain or "εσωτ" in text.plain
        for own in _OWN_EXTENSION.finditer(text.plain) if extended else ():
            word = own[1]
            named = text.upper(own.start(1)) and not (vocabulary.english(word) or vocabulary.greek(word))
            if named and not amount_follows(text, own.end(2)):
                yield Match(*own.span(2), "PHONE_NUMBER", 0.5)


def _whole(text: View, start: int, end: int) -> bool:
    """True for digits of the Greek plan in one run whose neighbours are letters and no digits ("user697...").

    Not for a part of a digest and of a code ("9f697...", "SN697..."), nor behind "ORD-".
    """
    start += text.plain[start] == "+"
    if _GREEK.fullmatch(text.plain, start, end) is None or ordered(text, start):
        return False
    before = _LETTERS_BEFORE.search(text.plain, max(0, start - _NEAR), start)
    behind = _LETTERS_BEHIND.match(text.plain, end)
    if before is None or behind is None or text.plain[max(0, start - 1) : start] in {"-", "#"}:
        return False
    around = before.group() + behind.group()
    return around == "" or not set(around) <= _HEX


def _numbers(text: View, run: Digits) -> Iterator[tuple[int, int, float]]:
    if len(run.text) < _SHORTEST:
        return
    for i, j in run.windows(_GREEK):
        start, end = _extent(text, run, i, j)
        if _phone_like(text.plain[start:end]):
            known = phonenumbers.is_valid_number(phonenumbers.parse(run.text[i:j][-10:], "GR"))
            yield start, end, 0.85 if known else 0.7
    for i, j in run.windows(_BRITISH):
        start, end = _extent(text, run, i, j)
        if _phone_like(text.plain[start:end]) and (_valid(run.text[i:j], "GB") or run.text.startswith("07", i)):
            yield start, end, 0.6
    for i, j in run.windows(_AMERICAN):
        start, end = _extent(text, run, i, j)
        if _GROUPED.search(text.plain[start:end]) and _valid(run.text[i:j], "US"):
            yield start, end, 0.6
    for i in sorted(run.starts):
        plus = text.plain[run.at[i] - 1 : run.at[i]] == "+"
        if not plus and not run.text.startswith("00", i):
            continue
        for pattern in _ABROAD:
            match = pattern.match(run.text, i)
            if match is None or match.end() not in run.ends or run.groups(i, match.end()) > _MOST_GROUPS:
                continue
            start, end = _extent(text, run, i, match.end())
            number = _ABROAD_SIGNS.sub("", text.plain[start:end].replace("(0)", "")).removeprefix("00")
            if _valid("+" + number, None) or (plus and (pattern is _ABROAD[-1] or number.startswith("447"))):
                yield start, end, 0.75
                break


def _extent(text: View, run: Digits, i: int, j: int) -> tuple[int, int]:
    start, end = run.at[i], run.at[j - 1] + 1
    if text.plain[start - 1 : start] == "(" and ")" in text.plain[start:end]:
        start -= 1
    if text.plain[start - 1 : start] == "+":
        start -= 1
    return start, end


def _phone_like(written: str) -> bool:
    """Not a date or a row of amounts: at most one slash, and no group of one digit between dots."""
    return written.count("/") <= 1 and not re.search(r"\.\d\.", written)


def _valid(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
