"""BANK_ACCOUNT: account numbers, British sort codes, American routing numbers (ABA), Australian BSB numbers.

>>> BankAccountRecognizer().spans("sort code 40-13-43, account number 95943319")
['40-13-43', '95943319']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import Match
from redactor.recognizers.context import ordered
from redactor.recognizers.identifier import DIGITS, NO_AMOUNT, NO_WORD, START, IdentifierRecognizer
from redactor.recognizers.view import View

_SORT_CODE = re.compile(
    r"(?<![^\W_])(?:sort code|sort[ ]?/[ ]?acc(?:ount)?|bsb)(?![^\W_])[^\n\d]{0,24}"
    r"(\d{2}[ \-]?\d[ \-]?\d[ \-]?\d{2})(?!\d)"
)
_BARE = re.compile(r"(?<![\d\-])\d{2}-\d{2}-\d{2}(?![\d\-])[ ,]{1,3}\d{8}(?!\d)")


class BankAccountRecognizer(IdentifierRecognizer):
    """Account numbers behind λογαριασμός, account; sort codes; a sort code with an account behind it."""

    ENTITY = "BANK_ACCOUNT"
    VALUE = (
        START + r"(?:[a-z]{1,4}-|" + NO_WORD + r"[a-z]{2,4} )?" + DIGITS.replace("/]", "/*x]") + r"{5,25}" + NO_AMOUNT
    )
    LABELLED = 0.7
    FEWEST = 6

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Codes that come before an account number."""
        for match in _SORT_CODE.finditer(text.plain):
            if not ordered(text, match.start(1)):
                yield Match(*match.span(1), "BANK_ACCOUNT", 0.8)
        for match in _BARE.finditer(text.plain):
            yield Match(*match.span(), "BANK_ACCOUNT", 0.6)
