"""GR_AFM, Αριθμός Φορολογικού Μητρώου (also the Greek VAT number): 9 digits, the last one a check digit (mod 11).

https://python-stdnum.readthedocs.io/ `gr.vat`. One random number of nine digits in ten passes the check, so an
unlabelled one scores low; a missed one would be worse.

>>> AfmRecognizer().spans("το ΑΦΜ μου είναι 123 456 789")  # a wrong check digit behind a label
['123 456 789']
>>> AfmRecognizer().spans("090000045 στα αγγλικά EL090000045")
['090000045', 'EL090000045']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum.gr import vat

from redactor.recognizers.base import Match
from redactor.recognizers.context import amount, glued, mailed, ordered
from redactor.recognizers.identifier import DIGITS, IdentifierRecognizer
from redactor.recognizers.view import View

_NINE = re.compile(r"\d{9}")
_DECIMALS = re.compile(r"\d{1,8}[.,]\d{1,2}")
"""An amount, or the number of a build: nobody parts a tax number like this."""
_PREFIX = re.compile(r"(?<![^\W_])(?:el|gr)[ \-]?$")


class AfmRecognizer(IdentifierRecognizer):
    """Numbers behind ΑΦΜ, VAT and the like, whatever their check digit, and unlabelled ones that pass the check."""

    ENTITY = "GR_AFM"
    VALUE = rf"(?:(?:el|gr)[ \-]?)?(?<!\d){DIGITS}{{6,10}}(?![ .\-]?\d)"
    LABELLED = 0.9
    FEWEST = 9
    BEFORE = True

    def counts(self, text: View, label: range, value: range) -> bool:  # noqa: ARG002 - the base's
        """Not an amount: of bills, VAT is one."""
        return _DECIMALS.fullmatch(text.plain, value.start, value.stop) is None

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Nine digits in at most four groups, with or without EL in front."""
        for run in text.digits:
            for i, j in run.windows(_NINE):
                start, end = run.at[i], run.at[j - 1] + 1
                if prefix := _PREFIX.search(text.latin[max(0, start - 4) : start]):
                    start -= len(prefix.group())
                groups = run.groups(i, j)
                if groups > 4 or glued(text, start, end) or amount(text, start, end) or ordered(text, start):
                    continue
                if _DECIMALS.fullmatch(text.plain, start, end) or mailed(text, start, end):
                    continue
                if "/" not in text.plain[start:end] and vat.is_valid(run.text[i:j]):
                    yield Match(start, end, "GR_AFM", 0.8 if prefix else 0.6 if groups == 1 else 0.45)
