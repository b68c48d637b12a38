"""MAC_ADDRESS (IEEE 802): six bytes in hexadecimal; of a router or a telephone at home.

>>> MacAddressRecognizer().spans("00:1b:44:11:3a:b7, MAC 4C E0 9A 3D B7 1F, mac a4b1e93f20c8")
['00:1b:44:11:3a:b7', '4C E0 9A 3D B7 1F', 'a4b1e93f20c8']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.view import View

_PAIRS = re.compile(r"(?<![\w:\-])[0-9a-f]{2}([:\-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w:\-])")
_SPACED = re.compile(
    r"(?<![^\W_])(?=(?:[0-9a-f]{2} ){0,5}(?:[a-f]\d|\d[a-f]|[a-f]{2}))(?:[0-9a-f]{2} ){5}[0-9a-f]{2}(?![^\W_])"
)
_DOTTED = re.compile(r"(?<![\w.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w.])")
_SOLID = re.compile(r"(?<![^\W_])(?=[0-9]{0,11}[a-f])(?=[a-f]{0,11}[0-9])[0-9a-f]{12}(?![^\W_])")
_HEX = re.compile(r"[0-9a-f][0-9a-f](?:(?:[:\- ][0-9a-f]{2}){5}|[0-9a-f]{2}\.[0-9a-f]{4}\.[0-9a-f]{4}|[0-9a-f]{10})")
"""What all of them have in common, and nearly no text holds."""


class MacAddressRecognizer(FoldedRecognizer):
    """Hardware addresses with colons, dashes, dots, blanks, or in one piece with digits and letters mixed."""

    ENTITIES = ("MAC_ADDRESS",)

    def matches(self, text: View) -> Iterable[Match]:
        """The more of its own punctuation it has, the surer it is."""
        if _HEX.search(text.plain) is None:
            return
        for pattern, score in ((_PAIRS, 0.8), (_DOTTED, 0.6), (_SPACED, 0.6), (_SOLID, 0.5)):
            for match in pattern.finditer(text.plain):
                yield Match(*match.span(), "MAC_ADDRESS", score)
