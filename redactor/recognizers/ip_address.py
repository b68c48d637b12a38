"""IP_ADDRESS (RFC 791, RFC 4291), also with dashes for dots as people copy them down.

>>> IpAddressRecognizer().spans("85.75.137.77, 2001:db8::1, IP 78-87-112-6")
['85.75.137.77', '2001:db8::1', '78-87-112-6']
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv6Address

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.view import View

_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_V4 = re.compile(rf"(?<![\w.])(?:{_BYTE}\.){{3}}{_BYTE}(?![\w]|\.\d)")
_V6 = re.compile(r"(?<![\w:.])[0-9a-f:]{2,39}(?:%\w{1,15})?(?![\w:])")
_DOTS, _COLONS = 3, 2
"""So many are in every address."""
_BEHIND = re.compile(
    rf"(?<![^\W_])ip(?![^\W_])[^\n\d]{{0,24}}({_BYTE}([\-, ]{{1,2}}){_BYTE}\2{_BYTE}\2{_BYTE})(?![\w\-])"
)


class IpAddressRecognizer(FoldedRecognizer):
    """IPv4 and IPv6 addresses."""

    ENTITIES = ("IP_ADDRESS",)

    def matches(self, text: View) -> Iterable[Match]:
        """Addresses that parse; times such as 10:45:30 do not."""
        if not text.digits and ":" not in text.plain:
            return
        for match in _V4.finditer(text.plain) if text.plain.count(".") >= _DOTS else ():
            yield Match(*match.span(), "IP_ADDRESS", 0.8)
        for match in _BEHIND.finditer(text.plain) if "ip" in text.plain else ():
            yield Match(*match.span(1), "IP_ADDRESS", 0.7)
        for match in _V6.finditer(text.plain) if text.plain.count(":") >= _COLONS else ():
            if match.group().count(":") >= _COLONS and _parses(match.group().partition("%")[0]):
                yield Match(*match.span(), "IP_ADDRESS", 0.8)


def _parses(written: str) -> bool:
    if written in ("::", ":"):
        return False
    try:
        IPv6Address(written)
    except AddressValueError:
        return False
    return True
