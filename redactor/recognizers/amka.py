"""GR_AMKA, Αριθμός Μητρώου Κοινωνικής Ασφάλισης: birth date as DDMMYY, four digits, a Luhn check digit.

https://python-stdnum.readthedocs.io/ `gr.amka`.

>>> AmkaRecognizer().spans("ΑΜΚΑ: 010180-12345, και χωρίς ετικέτα 01018012342")
['010180-12345', '01018012342']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum import luhn

from redactor.recognizers.base import Match
from redactor.recognizers.context import glued
from redactor.recognizers.identifier import DIGITS, IdentifierRecognizer
from redactor.recognizers.view import View

_DATED = re.compile(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{7}")
_DATE_AND_FIVE = re.compile(r"\d{6}[ \-]\d{5}")


class AmkaRecognizer(IdentifierRecognizer):
    """Numbers behind ΑΜΚΑ, and unlabelled ones whose date and check are right or that are written as date and five."""

    ENTITY = "GR_AMKA"
    VALUE = rf"(?<!\d){DIGITS}{{7,12}}(?![ .\-]?\d)"
    LABELLED = 0.9
    FEWEST = 11
    BEFORE = True

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Eleven digits in whole groups."""
        for run in text.digits:
            for i, j in run.windows(_DATED):
                start, end = run.at[i], run.at[j - 1] + 1
                if glued(text, start, end):
                    continue
                if luhn.is_valid(run.text[i:j]):
                    yield Match(start, end, "GR_AMKA", 0.85)
                elif _DATE_AND_FIVE.fullmatch(text.plain, start, end):
                    yield Match(start, end, "GR_AMKA", 0.45)
