"""GR_ID_CARD, Αριθμός Δελτίου Ταυτότητας: one or two letters and six digits; no check.

Newer cards have letters that look alike in both scripts, older ones any Greek letter. Residence permits are read
alike behind their label.

>>> IdCardRecognizer().spans("ταυτότητα Φ 447.120 ή ΑΒ-123456")
['Φ 447.120', 'ΑΒ-123456']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import Match
from redactor.recognizers.context import amount_follows, ordered
from redactor.recognizers.identifier import MIXED, NO_WORD, IdentifierRecognizer
from redactor.recognizers.view import View, look_alike

_CARD = re.compile(
    r"(?<![^\W_])([abezhikmnoptyx]{2}|[α-ωa-z]{2}"
    r"(?<=[γδθλξπσφψω][α-ωa-z]|[α-ωa-z][γδθλξπσφψω]))[ .\-]{0,2}\d{3}[ .]?\d{3}(?![^\W_])"
)
_ARTICLES = frozenset(look_alike("το τα τη τι να no nr to ip th").split())
_LITTLE = frozenset(look_alike("αν κι εν εκ αι με me at my in am pm an").split())


class IdCardRecognizer(IdentifierRecognizer):
    """Values behind ΑΔΤ and ταυτότητα, and unlabelled cards with two letters."""

    ENTITY = "GR_ID_CARD"
    VALUE = (
        rf"(?<![^\W_]){NO_WORD}[^\W\d_]{{1,3}}[ .\-]{{0,2}}\d(?:[ .]?\d){{4,8}}(?![^\W_])|"
        r"(?<![^\W_])(?<!\d[./])\d(?:[ .\-]?\d){5,9}(?![^\W_]|[./]\d)|" + MIXED
    )
    BEFORE = True
    FEWEST = 6

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Two letters that are neither a little word before a number nor the PO of a purchase order."""
        for match in _CARD.finditer(text.latin):
            solid = match.group()[2] not in " ."
            capitals = text.capitals(*match.span(1))
            word = not solid and (match.group(1) in _ARTICLES or (match.group(1) in _LITTLE and not capitals))
            # "αρ. 551209": a short word and its point.
            word = word or (not capitals and match.group()[2:4] == ". ")
            purchase = solid and text.plain[match.start() : match.start() + 2] == "po"
            if not word and not purchase and not ordered(text, match.start()) and not amount_follows(text, match.end()):
                yield Match(*match.span(), "GR_ID_CARD", 0.65 if capitals else 0.45)
