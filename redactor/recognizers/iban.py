"""IBAN_CODE (ISO 13616): two letters, two check digits (mod 97), a length for each country.

https://www.swift.com/standards/data-standards/iban-international-bank-account-number
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum import iban

from redactor.recognizers.base import FoldedRecognizer, Match
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


class IbanRecognizer(FoldedRecognizer):
    """IBANs of any country, in groups or in one piece; Greek ones also when the check fails."""

    ENTITIES = ("IBAN_CODE",)

    def matches(self, text: View) -> Iterable[Match]:
        """The country gives the length; the check decides how sure we are."""
        for head in _HEAD.finditer(text.latin):
            length = _LENGTHS.get(head.group(1))
            body = _BODY.match(text.latin, head.start()) if length else None
            if body is None or length is None:
                continue
            end = _end(body.group(), length)
            if end is None or text.latin[head.start() + end : head.start() + end + 1].isalnum():
                continue
            number = _SEPARATORS.sub("", body.group()[:end])
            if iban.is_valid(number, check_country=False):
                yield Match(head.start(), head.start() + end, "IBAN_CODE", 1.0)
            elif sum(char.isdigit() for char in number) >= 14:
                yield Match(head.start(), head.start() + end, "IBAN_CODE", 0.6)


def _end(written: str, length: int) -> int | None:
    """Where the `length`-th letter or digit ends; None when there are fewer."""
    seen = 0
    for i, char in enumerate(written, 1):
        seen += char.isalnum()
        if seen == length:
            return i
    return None
