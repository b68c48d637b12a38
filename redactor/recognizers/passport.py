"""PASSPORT: Greek ones have two letters and seven digits; those of other countries any nine characters or so.

Machine readable zones (ICAO 9303, part 4) are taken whole: they hold name, number and birth date.

>>> PassportRecognizer().spans("διαβατήριο ΑΝ 6300815, passport no 512345678")
['ΑΝ 6300815', '512345678']
>>> PassportRecognizer().spans("passport C01X00T47")
['C01X00T47']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import Match
from redactor.recognizers.context import amount_follows, glued, ordered
from redactor.recognizers.identifier import MIXED, NO_WORD, IdentifierRecognizer
from redactor.recognizers.view import View

_GREEK = re.compile(r"(?<![^\W_])([abezhikmnoptyx]{2})[ \-]?\d{7}(?![^\W_])(?![.,/]\d)")
_DIGITS, _FILLERS = 7, 4
_ZONE = re.compile(r"(?<![^\W_])(?:[ipac][a-z<])[a-z0-9<]{26,43}(?:\s{1,2}[a-z0-9<]{28,44}){1,2}(?![^\W_])")


class PassportRecognizer(IdentifierRecognizer):
    """Values behind διαβατήριο and passport, unlabelled Greek numbers in capitals, and machine readable zones."""

    ENTITY = "PASSPORT"
    VALUE = (
        rf"(?<![^\W_]){NO_WORD}(?:[^\W\d_]{{1,3}}[ \-]?)?(?<!\d[./])\d(?:[ \-]?\d){{5,8}}[a-z]?(?![^\W_]|[./]\d)|"
        + MIXED
    )
    BEFORE = True

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Two capitals and seven digits, and zones of two or three lines."""
        for match in _GREEK.finditer(text.latin) if text.most_digits >= _DIGITS else ():
            shown = text.capitals(*match.span(1)) and not glued(text, *match.span())
            if shown and not ordered(text, match.start()) and not amount_follows(text, match.end()):
                yield Match(*match.span(), "PASSPORT", 0.5)
        for match in _ZONE.finditer(text.plain) if text.plain.count("<") >= _FILLERS else ():
            if match.group().count("<") >= _FILLERS:
                yield Match(*match.span(), "PASSPORT", 0.9)
