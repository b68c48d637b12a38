"""CARD_EXPIRY: the month and year that a card is valid to.

>>> CardExpiryRecognizer().spans("λήξη 08/27")
['08/27']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import Match
from redactor.recognizers.identifier import MONEY, IdentifierRecognizer
from redactor.recognizers.view import View, look_alike

_MONTHS = (
    r"(?<![^\W_])(?<!\d )(?<!\d\w )(?<!\d\w\w )(?<!\d of )(?<!\d\w\w of )"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|"
    r"ιαν|φεβ|μαρτ|απρ|μαι|ιουν|ιουλ|αυγ|σεπ|οκτ|νοε|δεκ)"
)
"""Their beginnings; what is said of a year without a month is no expiry."""
_MONTH = re.compile(_MONTHS)
_YEAR_OF = re.compile(_MONTHS + r"[^\d.,;!?\n]*\Z")
_YEAR_REACH = 24

_SLASH = r"(?:slash|flash|stroke|καθετοσ?|σλασ)"
"""The sign as it is said, and as it is heard, between digits that were written."""

_AGREEMENT = re.compile(
    look_alike(
        r"(?<![^\W_])(?:συμβολαι\w{1,2}|συμβασ\w{1,3}|προσφορ\w{1,2}|εγγυησ\w{1,3}|συνδρομ\w{1,2}|ασφαλιστηρι\w{1,2}|"
        r"πακετ\w|δεσμευσ\w{1,3}|μισθωτηρι\w{1,2}|προγραμμα\w{0,3}|"
        r"(?:\d\d|δωδεκα|εικοσιτετρα|δεκαοχτα|δεκαοκτα)μην[οα]\w?|"
        r"contracts?|offers?|warrant(?:y|ies)|subscriptions?|lease|tenancy|"
        r"simvolaio|symvolaio|prosfora|eggyisi)(?![^\W_])"
    )
)
_CARD_WORD = look_alike(
    r"(?<![^\W_])(?:καρτα\w?|καρτεσ|πιστωτικ\w{1,2}|χρεωστικ\w{1,2}|kart\w{1,2}|cards?|visa|mastercard|"
    r"maestro|amex|cvv|cvc)(?![^\W_])"
)
_CARD = re.compile(_CARD_WORD + r"|\d{4}[ \-]?\d{4}")
_GOODS = re.compile(
    look_alike(r"(?<![^\W_])(?:παρτιδ\w{1,2}|παλετ\w{1,2}|batch(?:es)?|pallets?|lot (?:no|number))(?![^\W_])")
)
"""What is kept in a store until a month; numbers of goods stand beside, and may look like a card's."""
_PAPER = re.compile(
    look_alike(
        r"(?<![^\W_])(?:(?P<paper>διαβατηρι\w{1,2}|ταυτοτητ\w{1,3}|διπλωμα\w{0,3}|αδει\w{1,2}|passports?|licen[cs]es?|permits?|"
        r"diavatirio|diabathrio|taytotita|tautotita|diploma)|πληρωμ\w{1,3}|πληρωσ\w{1,4}|χρεωσ\w{1,4}|pay\w{0,5}|charge\w?)"
        r"(?![^\W_])"
    )
    + rf"|{_CARD_WORD}|\d{{4}}[ \-]?\d{{4}}[ \-]?\d{{4}}"
)
"""A paper that ends like a card, and what tells of a card or a payment."""
_APART = re.compile(
    r"(?<![^\W_])(?:card|cc)?_?exp(?:iry|iration|ires)?[ _]?(?:month[\"' ]{0,2}[:=][\"' ]{0,2}(?:0?[1-9]|1[0-2])|"
    r"year[\"' ]{0,2}[:=][\"' ]{0,2}(?:20)?[2-4]\d)(?![\w.,]\d|\d)"
)
"""A month or a year under a key of its own, as shops keep them: `"exp_month": 8, "exp_year": 2031`."""
_LAST_DIGITS = re.compile(r"\d+\Z")
_SENTENCE = re.compile(r"[.;!?\n]")
_ASKED = re.compile(r"[^.;!?\n]*(?:[;?]\s{0,3}(?:[^\n:.;!?]{0,24}:|-)?\s{0,2})?[^.;!?\n]*\Z")
"""The sentence that a date stands in, and the question that it answers."""
_SUBJECT, _IN_SIGHT, _BEHIND, _PAPER_REACH = 90, 300, 50, 160
"""Characters in front of a date in which a contract is its subject; around it, in which there may be a card; from its
beginning on, in which it may be told of what it is the end; and in front of it, in which a passport may be."""


def of_agreement(text: View, start: int) -> bool:
    """True when the date at `start` ends a contract, an offer, goods or a passport, and no card in sight."""
    before = _asked(text.latin[max(0, start - _SUBJECT) : start])
    behind = _SENTENCE.split(text.latin[start : start + _BEHIND])[0]
    if any(map(_GOODS.search, (before, behind))):
        return re.search(_CARD_WORD, text.latin[max(0, start - _IN_SIGHT) : start + _IN_SIGHT]) is None
    if of_paper(text, start):
        return True
    return (
        any(map(_AGREEMENT.search, (before, behind)))
        and _CARD.search(text.latin, max(0, start - _IN_SIGHT), start + _IN_SIGHT) is None
    )


def ends_agreement(text: View, start: int, end: int) -> bool:
    """True for a month, what stands behind it and its year, in which a contract, an offer or a passport ends."""
    first = max(0, start - _YEAR_REACH)
    month = _MONTH.search(text.plain, start, end) or _YEAR_OF.search(text.plain, first, start)
    return month is not None and of_agreement(text, month.start())


def _asked(before: str) -> str:
    found = _ASKED.search(before)
    return found.group() if found else ""


def of_paper(text: View, start: int) -> bool:
    """True when a passport, a licence or the like was spoken of last, and no card right behind."""
    told = list(_PAPER.finditer(text.latin, max(0, start - _PAPER_REACH), start))
    if not told or told[-1]["paper"] is None:
        return False
    return re.search(_CARD_WORD, text.latin[start : start + _BEHIND]) is None


class CardExpiryRecognizer(IdentifierRecognizer):
    """Month and year behind their label; contracts and bills end on a day, cards in a month."""

    ENTITY = "CARD_EXPIRY"
    VALUE = (
        r"(?<![\d/.\-])(?<!(?<![^\W_])[^\W\d_])(?:"
        r"(?:[0o]?[1-9]|1[0-2])\s?(?:[/\-. ]|" + _SLASH + r")\s?(?:20)?[2-4]\d|(?:0[1-9]|1[0-2])(?:20)?[2-4]\d|"
        r"20[2-4]\d\s?[/\-]\s?(?:0[1-9]|1[0-2])|"
        + _MONTHS
        + r"[^\W\d_]{0,8}\.?,? ?(?:(?:[/\-]|(?:του|of) )(?:20)?|'|20)[2-4]\d"
        rf")(?![/.\-]?\d|[.,]\d|{MONEY})"
    )
    LABELLED = 0.8
    BEFORE = True

    def counts(self, text: View, label: range, value: range) -> bool:  # noqa: ARG002
        """False for the end of a contract."""
        return not of_agreement(text, value.start)

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Months and years that stand under keys of their own."""
        for key in _APART.finditer(text.plain) if "exp" in text.plain else ():
            if value := _LAST_DIGITS.search(text.plain, *key.span()):
                yield Match(*value.span(), "CARD_EXPIRY", 0.8)
