"""CVV, the card verification code (CVV2, CVC2, CID): three digits, four on American Express.

PCI DSS 3.3.1 forbids keeping it after authorisation, even encrypted.

>>> CvvRecognizer().spans("τα τρία ψηφία πίσω; 938")
['938']
"""

from __future__ import annotations

from redactor.recognizers.identifier import MONEY, IdentifierRecognizer


class CvvRecognizer(IdentifierRecognizer):
    """Three or four digits behind their label, also as a data frame writes them (`417.0`).

    Beside a card number `CreditCardRecognizer` finds them.
    """

    ENTITY = "CVV"
    VALUE = (
        r"(?<![\w/.,:\-])(?:\d{3,4}(?:\.0)?|\d[ \-]\d[ \-]\d)"
        rf"(?![\w/:\-]|[.,]\d|[ ]\d|{MONEY}|\s?(?:λεπτα|ψηφι|digit))"
    )
    LABELLED = 0.8
    BEFORE = True
