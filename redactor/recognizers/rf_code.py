"""RF_PAYMENT_CODE (ISO 11649): RF, two check digits (mod 97), up to 21 characters; printed on Greek bills."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum import iso11649

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.view import View

_CODE = re.compile(r"(?<![^\W_])rf[ ]?\d{2}(?:[a-z0-9]{1,21}|(?:[ \-]?\d){1,21})(?![^\W_])")
_SEPARATORS = re.compile(r"[ \-]")


class RfCodeRecognizer(FoldedRecognizer):
    """Creditor references; the check raises the score."""

    ENTITIES = ("RF_PAYMENT_CODE",)

    def matches(self, text: View) -> Iterable[Match]:
        """Up to 25 characters from "RF" on."""
        for match in _CODE.finditer(text.latin):
            code = _SEPARATORS.sub("", match.group())
            if 5 <= len(code) <= 25:
                yield Match(*match.span(), "RF_PAYMENT_CODE", 1.0 if iso11649.is_valid(code) else 0.6)
