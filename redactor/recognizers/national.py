"""US_SSN and UK_NINO in their written form, for calls in English.

https://www.ssa.gov/employer/randomization.html and
https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.view import View

_SSN = re.compile(r"(?<![\w\-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w\-])")
_NINO = re.compile(
    r"(?<![^\W_])(?!bg|gb|nk|kn|tn|nt|zz)[a-ceghj-prstw-z][a-ceghj-nprstw-z](?:[ \-]?\d{2}){3}[ \-]?[a-d](?![^\W_])"
)


class NationalNumberRecognizer(FoldedRecognizer):
    """American and British social security numbers without a label; with one they need not be well formed."""

    ENTITIES = ("US_SSN", "UK_NINO")

    def matches(self, text: View) -> Iterable[Match]:
        """Well formed numbers only."""
        for match in _SSN.finditer(text.plain):
            yield Match(*match.span(), "US_SSN", 0.6)
        for match in _NINO.finditer(text.latin):
            yield Match(*match.span(), "UK_NINO", 0.7)
