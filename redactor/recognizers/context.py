"""What stands around a number: letters that it is glued to, a unit that makes it an amount."""

from __future__ import annotations

import re

from stdnum import ean

from redactor.recognizers.view import View

_UNIT = re.compile(
    r"(?:[.,]\d{1,2})?\s{0,2}(?:€|\$|£|%|(?:ευρω|eur|euros?|λεπτα|kwh|κιλοβατωρεσ|mbps|mb|gb|kb|km|kg|ml|volts?|w|dbm?)"
    r"(?![^\W\d_]))"
)
_GOODS = re.compile(
    r"(?<![^\W_])(?:παραγγελι\w{1,3}|paraggelia|orders?|προιον\w{0,4}|product|item|sku|"
    r"isbn|issn|ean|upc|gtin|bar ?code|μπαρκοντ|τιμολογι\w{1,2}|invoice|ticket|tracking|"
    r"serial|s/?n|αποδειξη\w?|δελτιο αποστολησ|αιτημα\w{0,4}|υποθεση\w?)(?: (?:no|αρ|number|με|id)\.?)?[ :#_\-]{0,3}$"
)
_SHELF = re.compile(
    r"(?<![^\W_])(?:ean(?:13)?|gtin|upc|sku|bar ?code|μπαρκοντ|stock|αποθεμα\w{0,2}|κωδ[._ ]?ειδουσ|προιον\w{0,4}|"
    r"product|τεμ|τεμαχι\w{1,2}|ραφι|shelf|articles?|items?)(?![^\W\d_])"
)
_MAIL = re.compile(r"(?<![^\W_])[a-z]{2} ?\d{3} ?\d{3} ?\d{3} ?[a-z]{2}(?![^\W_])")
_COUPON = re.compile(r"[a-z]{3,14}\d{1,3}")
_SAVES = re.compile(
    r"εκπτωσ|κουπονι|προσφορα|ekptws|ekptos|kouponi|prosfora|coupon|voucher|promo|discount|(?<![^\W_])(?:off|save|checkout)(?![^\W_])|"
    r"\d ?%"
)
_LINE = 80
_EAN_DIGITS = 13
_CURRENCY = re.compile(r"(?:€|\$|£|\beur)\s{0,2}$")


def ordered(text: View, start: int, label: range = range(0)) -> bool:
    """True when the number at `start` is said to count goods or papers (an order, an invoice, a ticket).

    A word in `label`, the number's own, does not say so ("meter serial").
    """
    first = max(0, start - 24)
    goods = _GOODS.search(text.plain[first:start])
    return goods is not None and first + goods.start() not in label


def on_shelf(text: View, start: int, end: int) -> bool:
    """True for the number of an article (EAN-13, with its check digit) in a text that lists goods."""
    number = text.plain[start:end]
    return len(number) == _EAN_DIGITS and ean.is_valid(number) and _SHELF.search(text.plain) is not None


def of_goods(text: View) -> bool:
    """True for a table whose first line names goods: what stands in its rows are articles."""
    first = text.plain.lstrip().partition("\n")[0]
    headed = max(map(first.count, ",;|\t")) > 1 and not any(map(str.isdigit, first))
    return headed and _SHELF.search(first) is not None


def mail_numbers(text: View) -> list[tuple[int, int]]:
    """Where numbers of registered letters and parcels stand."""
    return [found.span() for found in _MAIL.finditer(text.plain) if text.capitals(*found.span())]


def mailed(text: View, start: int, end: int) -> bool:
    """True inside the number of a registered letter or parcel (UPU S10): two capitals, nine digits, the country."""
    found = _MAIL.search(text.plain, max(0, start - 3), min(len(text.plain), end + 3))
    return found is not None and found.start() <= start and end <= found.end() and text.capitals(*found.span())


def coupon(text: View, start: int, end: int) -> bool:
    """True for a word in capitals with figures behind it, in a line that speaks of what it saves ("code SPRING25")."""
    if not (_COUPON.fullmatch(text.plain, start, end) and text.capitals(start, end)):
        return False
    first = text.plain.rfind("\n", max(0, start - _LINE), start) + 1 or max(0, start - _LINE)
    line = text.plain[first:start] + " " + text.plain[end : end + _LINE].partition("\n")[0]
    return _SAVES.search(line) is not None


def glued(text: View, start: int, end: int) -> bool:
    """True when a letter, digit or underscore touches `[start, end)`, or "ORD-" does: it is a part of a longer code."""
    before = text.plain[max(0, start - 2) : start]
    code = len(before) == 2 and before[0].isalpha() and before[1] in "-#"
    return code or _wordlike(before[-1:]) or _wordlike(text.plain[end : end + 1])


def amount_follows(text: View, end: int) -> bool:
    """True when the number that ends at `end` is a price or a measure."""
    return _UNIT.match(text.plain, end) is not None


def amount(text: View, start: int, end: int) -> bool:
    """True when a currency or a unit stands on either side of `[start, end)`."""
    return amount_follows(text, end) or _CURRENCY.search(text.plain[max(0, start - 6) : start]) is not None


def _wordlike(char: str) -> bool:
    return char.isalnum() or char == "_"
