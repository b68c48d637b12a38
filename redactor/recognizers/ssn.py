"""US_SSN, the American social security number: three, two and four digits; some blocks were never given out.

https://www.ssa.gov/employer/randomization.html

>>> SsnRecognizer().spans("SSN 212601301, or written 212-60-1301")
['212601301', '212-60-1301']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import Match
from redactor.recognizers.identifier import IdentifierRecognizer
from redactor.recognizers.view import View

_SSN = re.compile(r"(?<![\w\-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w\-])")


class SsnRecognizer(IdentifierRecognizer):
    """Numbers behind SSN or social security, whole or the last four; well formed ones by their form."""

    ENTITY = "US_SSN"
    VALUE = r"(?<![\w\-])(?:\d{3}[ \-.]?\d{2}[ \-.]?\d{4}|(?:[x*]{3}-?[x*]{2}-?)?\d{4})(?![\w\-])(?![.,/]\d)"
    FEWEST = 9

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Well formed numbers only."""
        for match in _SSN.finditer(text.plain):
            yield Match(*match.span(), "US_SSN", 0.6)
