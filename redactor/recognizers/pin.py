"""CARD_PIN: the secret number of a card, a SIM card or telephone banking, four to eight digits.

>>> PinRecognizer().spans("το p.i.n της κάρτας 9026")
['9026']
"""

from __future__ import annotations

from redactor.recognizers.identifier import MONEY, IdentifierRecognizer


class PinRecognizer(IdentifierRecognizer):
    """Four to eight digits behind PIN, PUK, πιν; blanks between the digits are allowed."""

    ENTITY = "CARD_PIN"
    VALUE = rf"(?<![\w/.,:\-])\d(?:[ \-]?\d){{3,7}}(?![\w/:\-]|[.,]\d|{MONEY}|\s?(?:ψηφι|digit))"
    LABELLED = 0.75
    BEFORE = True
