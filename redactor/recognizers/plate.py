"""LICENSE_PLATE: three letters that look alike in both scripts and four digits (motorcycles: one to four).

British plates since 2001: two letters, two digits, three letters. https://en.wikipedia.org/wiki/Vehicle_registration_plates_of_Greece
and ..._of_the_United_Kingdom. German ones (..._of_Germany), behind their label: district, one or two letters, up to
four digits, E or H for electric and historic cars.

>>> PlateRecognizer().spans("το όχημα ΥΧΝ-6920, η μηχανή ΧΑΒ 55, her van YF16 LOH")
['ΥΧΝ-6920', 'ΧΑΒ 55', 'YF16 LOH']
>>> PlateRecognizer().spans("I think it was LN seventeen VWX")
['LN seventeen VWX']
>>> PlateRecognizer().spans("πινακίδα B-AB 1234")
['B-AB 1234']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from redactor.recognizers.base import Match
from redactor.recognizers.context import amount_follows, ordered
from redactor.recognizers.identifier import MONEY, IdentifierRecognizer
from redactor.recognizers.view import View, look_alike

_PLATE = re.compile(r"(?<![^\W_])([abezhikmnoptyx]{3})(?:([ \-]{0,2})\d{4}|-\d{2}-\d{2})(?![^\W_])(?![./]\d)")
_BRITISH = re.compile(r"(?<![^\W_])([a-hj-pr-y][a-hj-y])\d{2}[ \-]?([a-hj-pr-z]{3})(?![^\W_])")
_TENS = "twenty|thirty|forty|fifty|sixty|seventy"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_HALF_SAID = re.compile(
    rf"(?<![^\W_])([a-hj-pr-y][a-hj-y]),? (?:(?:{_TENS})(?:[ -](?:{_ONES}))?|[a-z]{{3,5}}teen|ten|eleven|twelve),? "
    r"([a-hj-pr-z]{3})(?![^\W_])"
)
"""A British plate whose number is written as it is said: "LN seventeen VWX"."""
_NUMBER_PIECES = ("nty", "rty", "fty", "xty", "teen", "ten", "eleven", "twelve")
"""One of them is in every number that a plate may be said with."""
_DIGITS = 4
_LITTLE = """
    την τον του τησ και μια ενα ναι οχι για εινα απο κατ ανα που πωσ τισ box tax net the anr hkt max min pin tom not
    κιν τκ τηλ
"""
_WORDS = frozenset(look_alike(_LITTLE).split())
_FEWER = "ειναι στο στα στη εχει το τα τη is of to in jan feb mar apr jun jul aug sep oct nov dec"
_NO_LETTERS = "|".join(sorted({*_WORDS, *look_alike(_FEWER).split()}))
_NO_MEASURE = rf"(?![^\W_])(?![.,/]\d|{MONEY}|\s?(?:km|cc)(?![^\W_]))"


class PlateRecognizer(IdentifierRecognizer):
    """Plates behind πινακίδα, όχημα, number plate, and unlabelled ones in capitals."""

    ENTITY = "LICENSE_PLATE"
    VALUE = (
        rf"(?<![^\W_])(?!(?:{_NO_LETTERS})[ \-])[^\W\d_]{{2,3}}[ \-]{{0,2}}(?:\d{{1,4}}|\d{{2}}-\d{{2}}){_NO_MEASURE}|"
        r"(?<![^\W_])[a-z]{2}\d{2}[ \-]?[a-z]{3}(?![^\W_])|"
        rf"(?<![^\W_])(?!(?:{_NO_LETTERS}|[αηοi])[ \-])[a-z]{{1,3}}[ \-](?!(?:{_NO_LETTERS})[ \-])"
        rf"[a-z]{{1,2}}[ \-]?\d{{1,4}}[eh]?{_NO_MEASURE}"
    )
    LABELLED = 0.7
    BEFORE = True

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Capitals only, as "net 2024" is no plate."""
        for match in _PLATE.finditer(text.latin) if text.most_digits >= _DIGITS else ():
            word = match.group(1) in _WORDS and match.group(2) != "-"
            goods = amount_follows(text, match.end()) or ordered(text, match.start())
            if not (word or goods) and text.capitals(*match.span(1)):
                yield Match(*match.span(), "LICENSE_PLATE", 0.6)
        for match in _british(text):
            if text.capitals(*match.span(1)) and text.capitals(*match.span(2)) and not ordered(text, match.start()):
                yield Match(*match.span(), "LICENSE_PLATE", 0.6)


def _british(text: View) -> Iterator[re.Match[str]]:
    """What looks like a British plate, in figures or with its number said."""
    if text.digits:
        yield from _BRITISH.finditer(text.plain)
    if any(piece in text.plain for piece in _NUMBER_PIECES):
        yield from _HALF_SAID.finditer(text.plain)
