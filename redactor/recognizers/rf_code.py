"""RF_PAYMENT_CODE (ISO 11649): RF, two check digits (mod 97), up to 21 characters; printed on Greek bills.

>>> RfCodeRecognizer().spans("κωδικός πληρωμής RF18539007547034")
['RF18539007547034']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum import iso11649

from redactor.recognizers.base import Match
from redactor.recognizers.identifier import IdentifierRecognizer
from redactor.recognizers.view import View

_CODE = re.compile(r"(?<![^\W_])rf[ ]?\d{2}(?:[a-z0-9]{1,21}|(?:[ \-]?\d){1,21})(?![^\W_])")
_SEPARATORS = re.compile(r"[ \-]")


class RfCodeRecognizer(IdentifierRecognizer):
    """Creditor references, and what stands behind κωδικός πληρωμής; the check raises the score."""

    ENTITY = "RF_PAYMENT_CODE"
    GLUED = False
    FEWEST = 2
    VALUE = r"(?<![^\W_])(?:rf ?)?\d{2}(?:[ .\-]?\d){6,28}(?![^\W_]|[.,/]\d)"

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Up to 25 characters from "RF" on."""
        for match in _CODE.finditer(text.latin):
            code = _SEPARATORS.sub("", match.group())
            if 5 <= len(code) <= 25:
                yield Match(*match.span(), "RF_PAYMENT_CODE", 1.0 if iso11649.is_valid(code) else 0.6)
