"""CUSTOMER_ID: customer, contract, supply, meter, policy, membership and vehicle numbers, by their label only.

Sources disagree about their length (an electricity supply number has 9 to 12 digits), so the label decides.

>>> CustomerRecognizer().spans("αρ. παροχής 1 23456789-01 2, policy no. TRV-88120-KV")
['1 23456789-01 2', 'TRV-88120-KV']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import Match
from redactor.recognizers.context import amount_follows
from redactor.recognizers.identifier import NO_AMOUNT, START, IdentifierRecognizer
from redactor.recognizers.view import View, look_alike

_INSURED = re.compile(
    look_alike(
        r"(?<![^\W_])α\.?μ\.?α\.?(?![^\W_])[ \t.:=#\-]{0,3}"
        r"(?:(?:ικα|ι\.κ\.α|ε-?φκα|ε\.φ\.κ\.α|μου|του|τησ|σασ|ειναι)[ \t.:=#\-;]{1,3}){0,3}"
        r"(?:\n(?:[^\n:\d]{1,24}:)?[ \t]{0,2})?(\d(?:[ .\-]?\d){5,8})(?![^\W_]|[ .\-/]?\d)"
    )
)
"""Αριθμός Μητρώου Ασφαλισμένου: six to nine digits right behind its letters, as "άμα" is also "if"."""


class CustomerRecognizer(IdentifierRecognizer):
    """Numbers and codes that stand for a person in a company's books, behind their label."""

    ENTITY = "CUSTOMER_ID"
    VALUE = (
        START + r"(?!\d{1,2}:\d)(?:"
        r"(?:[^\W\d_]{1,5}[ \-./#]{0,2})?\d(?:[ .\-/]{0,3}\d){4,17}"
        r"(?:[ \-/]{0,2}(?!eur(?![^\W_]))[^\W\d_]{1,3})?(?![^\W_])"
        r"|[^\W\d_]{1,5}[\-/.](?:[^\W_]{1,12}[\-/.]){0,4}[^\W_]*\d[^\W_]*(?:[\-/.][^\W_]{1,12}){0,3}(?![^\W_])"
        r"|[a-z]{1,5}\d[a-z\d]{4,14}(?![^\W_])"
        r"|(?=[a-z]{0,12}\d)[a-z\d]{17}(?![^\W_])"
        r"|\d{2,4}[a-z]{1,2}[ \-]?\d{4,8}(?![^\W_])"
        r")" + NO_AMOUNT
    )
    LABELLED = 0.75

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Insured people's numbers behind ΑΜΑ."""
        for match in _INSURED.finditer(text.latin):
            if not amount_follows(text, match.end(1)):
                yield Match(*match.span(1), "CUSTOMER_ID", 0.75)
