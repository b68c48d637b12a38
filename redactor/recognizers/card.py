"""CREDIT_CARD (ISO/IEC 7812): 13 to 19 digits with a Luhn check digit, and the expiry and CVV written after it.

>>> CreditCardRecognizer().spans("4012 8888 8888 1881 09/27 123, κάρτα 5500 0000 0000 0005")
['4012 8888 8888 1881', '09/27', '123', '5500 0000 0000 0005']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from stdnum import luhn

from redactor.recognizers.base import Match
from redactor.recognizers.context import glued, on_shelf
from redactor.recognizers.identifier import DIGITS, IdentifierRecognizer
from redactor.recognizers.view import Digits, View

_NUMBERS = tuple(re.compile(rf"[2-6]\d{{{length - 1}}}") for length in range(19, 12, -1))
_SHORTEST, _FOUR_FOURS = 13, 16
"""Digits of a card."""
_FOURS = re.compile(r"[2-6]\d{3}([ \-.])\d{4}\1\d{4}\1\d{4}")
_READ_FROM_A_SCREEN = re.compile(r"(?<!\d)\d{0,2}[2-6]\d{3}[ \-.]\d{4}[ \-.]\d{4}[ \-.]?\d{4}(?!\d)")
"""Character recognition takes a card's picture for a digit, and loses blanks."""
_BESIDE = re.compile(r"[^\S\n]{1,4}(\d{3,4})(?![\d.,%€$£]|[^\S\n]?(?:€|\$|£|ευρω|eur))")
_AFTER = re.compile(
    r"[\s,;|/(\-–:]{1,5}((?:0?[1-9]|1[0-2])\s?[/\-]\s?(?:20)?\d{2})(?!\d)(?:[\s,;|/)(\-–:]{1,5}(\d{3,4})(?!\d))?"
)
_ENDING = re.compile(
    r"(?<![^\W_])(?:(?:card|visa|mastercard|amex|καρτα\w?|karta)[^\n.;]{0,24}?"
    r"(?:ending|ends|ended|τελειωνει|τελειωνουν|teleiwnei|teliwnei|ληγει)(?: (?:in|with|σε|se|με))?|"
    r"(?:last|τελευταια) (?:four|4|τεσσερα)(?: (?:digits|ψηφια))?(?: (?:of|on|in|τησ) [^\n.;\d]{0,24})?)"
    r"[ :\-*x•.]{1,24}(\d{4})(?![\w/]|[.,]\d)"
)
"""The last four digits of a card, as people tell which card they mean."""


class CreditCardRecognizer(IdentifierRecognizer):
    """Card numbers that pass the check, any four groups of four, and 12 to 19 digits behind κάρτα, card, Visa."""

    ENTITY = "CREDIT_CARD"
    ENTITIES = ("CREDIT_CARD", "CARD_EXPIRY", "CVV")
    VALUE = rf"(?<![^\W_]){DIGITS}{{11,18}}(?!\d)"
    FEWEST = 4

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Longest number first for each place that one may begin at."""
        for run in text.digits if text.most_digits >= _SHORTEST else ():
            for start, end, score in _numbers(text, run):
                yield Match(start, end, "CREDIT_CARD", score)
                if code := _BESIDE.match(text.plain, end):
                    yield Match(*code.span(1), "CVV", 0.5)
                if after := _AFTER.match(text.plain, end):
                    yield Match(*after.span(1), "CARD_EXPIRY", 0.8)
                    if after.group(2):
                        yield Match(*after.span(2), "CVV", 0.8)
        for match in _ENDING.finditer(text.plain):
            yield Match(*match.span(1), "CREDIT_CARD", 0.5)
        for match in _READ_FROM_A_SCREEN.finditer(text.plain) if text.most_digits >= _FOUR_FOURS else ():
            if not glued(text, *match.span()):
                yield Match(*match.span(), "CREDIT_CARD", 0.5)
                if code := _BESIDE.match(text.plain, match.end()):
                    yield Match(*code.span(1), "CVV", 0.5)


def _numbers(text: View, run: Digits) -> Iterator[tuple[int, int, float]]:
    if len(run.text) < _SHORTEST:
        return
    for pattern in _NUMBERS:
        for i, j in run.windows(pattern):
            start, end = run.at[i], run.at[j - 1] + 1
            if glued(text, start, end) or text.plain.count("/", start, end):
                continue
            if luhn.is_valid(run.text[i:j]) and not on_shelf(text, start, end):
                yield start, end, 0.9
            elif _FOURS.fullmatch(text.plain, start, end):
                yield start, end, 0.5
