"""IP_ADDRESS (RFC 791, RFC 4291, and MAC addresses with it) and URL (RFC 3986: with a scheme or www)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, IPv6Address

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.view import View

_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_V4 = re.compile(rf"(?<![\w.])(?:{_BYTE}\.){{3}}{_BYTE}(?![\w]|\.\d)")
_V6 = re.compile(r"(?<![\w:.])[0-9a-f:]{2,39}(?:%\w{1,15})?(?![\w:])")
_MAC = re.compile(r"(?<![\w:\-])[0-9a-f]{2}([:\-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w:\-])")
_URL = re.compile(r"(?:(?<![^\W_])(?:https?|ftp|sftp)://|(?<![\w.])www\.)[^\s<>\"'«»]{1,2000}")
_PROFILE = re.compile(
    r"(?<![\w@./\-])(?:[\w\-]{1,63}\.){1,4}(?:com|gr|net|org|eu|io|me|cy|co|uk|de)/[^\s<>\"'«»]{2,500}"
)
_TAIL = ".,;:!?)]}·"


class IpAddressRecognizer(FoldedRecognizer):
    """IPv4, IPv6 and hardware addresses."""

    ENTITIES = ("IP_ADDRESS",)

    def matches(self, text: View) -> Iterable[Match]:
        """Addresses that parse; times such as 10:45:30 do not."""
        for match in _V4.finditer(text.plain):
            yield Match(*match.span(), "IP_ADDRESS", 0.8)
        for match in _MAC.finditer(text.plain):
            yield Match(*match.span(), "IP_ADDRESS", 0.8)
        for match in _V6.finditer(text.plain):
            if match.group().count(":") >= 2 and _parses(match.group().partition("%")[0]):
                yield Match(*match.span(), "IP_ADDRESS", 0.8)


class UrlRecognizer(FoldedRecognizer):
    """Web addresses; links often carry tokens, accounts and names."""

    ENTITIES = ("URL",)

    def matches(self, text: View) -> Iterable[Match]:
        """From the scheme (or www, or a domain with a path) to the next blank, without closing punctuation."""
        for pattern in (_URL, _PROFILE):
            for match in pattern.finditer(text.plain):
                end = match.start() + len(match.group().rstrip(_TAIL))
                yield Match(match.start(), end, "URL", 0.6)


def _parses(written: str) -> bool:
    if written in ("::", ":"):
        return False
    try:
        IPv6Address(written)
    except AddressValueError:
        return False
    return True
