"""IBAN_CODE (ISO 13616): two letters, two check digits (mod 97), a length for each country.

https://www.swift.com/standards/data-standards/iban-international-bank-account-number

>>> IbanRecognizer().spans("στον GR16 0110 1250 0000 0001 2300 695")
['GR16 0110 1250 0000 0001 2300 695']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum import iban

from redactor.recognizers.base import Match
from redactor.recognizers.identifier import IdentifierRecognizer
from redactor.recognizers.view import View

_LENGTHS = {
    country: int(length)
    for country, length in re.findall(
        r"([a-z]{2})(\d\d)",
        "ad24ae23al28at20az28ba20be16bg22bh22br29by28ch21cr22cy28cz24de22dk18do28ee20eg29es24fi18fo18fr27gb22ge22gi23gl18"
        "gr27gt28hr21hu28ie22il23iq23is26it27jo30kw30kz20lb28lc32li21lt20lu20lv21ly25mc27md24me22mk19mr27mt31mu30nl18no15"
        "pk24pl28ps29pt25qa29ro24rs22sa24sc31se24si19sk24sm27st25sv28tn24tr26ua29va22vg24xk20",
    )
}
_HEAD = re.compile(r"(?<![^\W_])([a-z]{2})[ .\-]?\d[ ]?\d")
_BODY = re.compile(r"[a-z0-9](?:[ .\-\n]{0,2}[a-z0-9]){10,33}")
_SEPARATORS = re.compile(r"[ .\-\n]")
_SHORT = re.compile(r"(?<![^\W_])gr ?\d{2}(?: ?\d{4}){2,6}(?: ?\d{1,3})?(?![^\W_])")
_SHORTEST = 10
_DIGITS_ENOUGH = 14


class IbanRecognizer(IdentifierRecognizer):
    """IBANs of any country, in groups or in one piece; Greek ones also when the check fails or digits are missing."""

    ENTITY = "IBAN_CODE"
    VALUE = r"(?<![^\W_])(?:[a-z]{2}[ \-]?)?\d[a-z\d]?(?:[ .\-]?[a-z]{0,4}\d){12,31}(?![^\W_])"
    FEWEST = 2

    def unlabelled(self, text: View) -> Iterable[Match]:
        """The country gives the length; the check decides how sure we are."""
        for form in (text.latin, text.misread) if text.misread != text.latin else (text.latin,):
            for head in _HEAD.finditer(form):
                length = _LENGTHS.get(head.group(1))
                body = _BODY.match(form, head.start()) if length else None
                if body is None or length is None:
                    continue
                end = _end(body.group(), length)
                if end is None or form[head.start() + end : head.start() + end + 1].isalnum():
                    continue
                number = _SEPARATORS.sub("", body.group()[:end])
                if iban.is_valid(number, check_country=False):
                    yield Match(head.start(), head.start() + end, "IBAN_CODE", 1.0)
                elif sum(char.isdigit() for char in number) >= _DIGITS_ENOUGH:
                    yield Match(head.start(), head.start() + end, "IBAN_CODE", 0.6)
        for match in _SHORT.finditer(text.latin) if text.most_digits >= _SHORTEST else ():
            yield Match(*match.span(), "IBAN_CODE", 0.5)


def _end(written: str, length: int) -> int | None:
    """Where the `length`-th letter or digit ends; None when there are fewer."""
    seen = 0
    for i, char in enumerate(written, 1):
        seen += char.isalnum()
        if seen == length:
            return i
    return None
