"""CARD_EXPIRY: the month and year that a card is valid to.

>>> CardExpiryRecognizer().spans("λήξη 08/27")
['08/27']
"""

from __future__ import annotations

from redactor.recognizers.identifier import MONEY, IdentifierRecognizer

_MONTHS = (
    r"(?<![^\W_])(?<!\d )(?<!\d\w )(?<!\d\w\w )(?<!\d of )(?<!\d\w\w of )"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|"
    r"ιαν|φεβ|μαρτ|απρ|μαι|ιουν|ιουλ|αυγ|σεπ|οκτ|νοε|δεκ)"
)
"""Their beginnings; what is said of a year without a month is no expiry."""


class CardExpiryRecognizer(IdentifierRecognizer):
    """Month and year behind their label; contracts and bills end on a day, cards in a month."""

    ENTITY = "CARD_EXPIRY"
    VALUE = (
        r"(?<![\d/.\-])(?:"
        r"(?:0?[1-9]|1[0-2])\s?[/\-. ]\s?(?:20)?[2-4]\d|(?:0[1-9]|1[0-2])(?:20)?[2-4]\d|"
        r"20[2-4]\d\s?[/\-]\s?(?:0[1-9]|1[0-2])|"
        + _MONTHS
        + r"[^\W\d_]{0,8}\.?,? ?(?:(?:[/\-]|(?:του|of) )(?:20)?|'|20)[2-4]\d"
        rf")(?![/.\-]?\d|[.,]\d|{MONEY})"
    )
    LABELLED = 0.8
    BEFORE = True
