"""LICENSE_PLATE: three letters that look alike in both scripts and four digits (motorcycles: one to four)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.context import amount_follows
from redactor.recognizers.view import View, look_alike

_PLATE = re.compile(r"(?<![^\W_])([abezhikmnoptyx]{3})([ \-]{0,2})\d{4}(?![^\W_])(?![./]\d)")
_LITTLE = """
    την τον του τησ και μια ενα ναι οχι για εινα απο κατ ανα που πωσ τισ box tax net the anr hkt max min pin tom not
    κιν τκ τηλ
"""
_WORDS = frozenset(look_alike(_LITTLE).split())


class PlateRecognizer(FoldedRecognizer):
    """Unlabelled plates in capitals; others are found by `LabelledNumberRecognizer`."""

    ENTITIES = ("LICENSE_PLATE",)

    def matches(self, text: View) -> Iterable[Match]:
        """Capitals only, as "net 2024" is no plate."""
        for match in _PLATE.finditer(text.latin):
            word = match.group(1) in _WORDS and match.group(2) != "-"
            if not word and text.capitals(*match.span(1)) and not amount_follows(text, match.end()):
                yield Match(*match.span(), "LICENSE_PLATE", 0.6)
