"""GR_ID_CARD, Αριθμός Δελτίου Ταυτότητας: one or two letters and six digits; no check.

New cards have letters that look alike in both scripts, older ones any Greek letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.context import amount_follows, ordered
from redactor.recognizers.view import View, look_alike

_CARD = re.compile(
    r"(?<![^\W_])([abezhikmnoptyx]{2}|[α-ωa-z]{2}"
    r"(?<=[γδθλξπσφψω][α-ωa-z]|[α-ωa-z][γδθλξπσφψω]))[ .\-]{0,2}\d{3}[ .]?\d{3}(?![^\W_])"
)
_ARTICLES = frozenset(look_alike("το τα τη τι να no nr to ip th").split())
_LITTLE = frozenset(look_alike("αν κι εν εκ αι με me at my in am pm an").split())


class IdCardRecognizer(FoldedRecognizer):
    """Unlabelled identity cards with two letters; others are found by `LabelledNumberRecognizer`."""

    ENTITIES = ("GR_ID_CARD",)

    def matches(self, text: View) -> Iterable[Match]:
        """Two letters that are neither a little word before a number nor the PO of a purchase order."""
        for match in _CARD.finditer(text.latin):
            solid = match.group()[2] not in " ."
            capitals = text.capitals(*match.span(1))
            word = not solid and (match.group(1) in _ARTICLES or (match.group(1) in _LITTLE and not capitals))
            purchase = solid and text.plain[match.start() : match.start() + 2] == "po"
            if not word and not purchase and not ordered(text, match.start()) and not amount_follows(text, match.end()):
                yield Match(*match.span(), "GR_ID_CARD", 0.65 if capitals else 0.45)
