"""CARD_EXPIRY: the month and year that a card is valid to.

>>> CardExpiryRecognizer().spans("λήξη 08/27")
['08/27']
"""

from __future__ import annotations

from redactor.recognizers.identifier import IdentifierRecognizer


class CardExpiryRecognizer(IdentifierRecognizer):
    """Month and year behind their label; contracts and bills end on a day, cards in a month."""

    ENTITY = "CARD_EXPIRY"
    VALUE = r"(?<![\d/.\-])(?:0?[1-9]|1[0-2])\s?[/\-. ]\s?(?:20)?[2-4]\d(?![/.\-]?\d|[.,]\d|\s?(?:€|ευρω|eur|%|kwh))"
    LABELLED = 0.8
