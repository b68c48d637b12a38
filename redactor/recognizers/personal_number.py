"""GR_PERSONAL_NUMBER, Προσωπικός Αριθμός: three characters (digits or letters) and the holder's AFM, in either order.

Article 11 of law 4727/2020. The check character is not published; the AFM part has its own check digit.

>>> PersonalNumberRecognizer().spans("Προσωπικός Αριθμός 83Ψ-031347305")
['83Ψ-031347305']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum.gr import vat

from redactor.recognizers.base import Match
from redactor.recognizers.identifier import IdentifierRecognizer
from redactor.recognizers.view import View

_LETTERS = "abezhikmnoptyx"
_NUMBER = re.compile(
    rf"(?<![^\W_])(?:(?P<head>[{_LETTERS}\d]{{3}})[ \-]?(?P<afm>\d{{9}})|"
    rf"(?P<afm2>\d{{9}})[ \-]?(?P<tail>(?!kai)[{_LETTERS}\d]{{3}}))"
    r"(?![^\W_])"
)


class PersonalNumberRecognizer(IdentifierRecognizer):
    """Twelve characters behind the label, spaced or not; unlabelled ones when the AFM part passes its check."""

    ENTITY = "GR_PERSONAL_NUMBER"
    VALUE = (
        r"(?<![^\W_])(?:[^\W_][ \-]?(?=[^\W_\d]|\d)){3}\d(?:[ .\-]?\d){7,9}(?!\d)|"
        r"(?<!\d)\d{9}[ \-]?[^\W_]{3}(?![^\W_])"
    )
    LABELLED = 0.9
    FEWEST = 9

    def unlabelled(self, text: View) -> Iterable[Match]:
        """More certain with a letter among the three free characters."""
        for match in _NUMBER.finditer(text.latin):
            free = match["head"] or match["tail"]
            if vat.is_valid(match["afm"] or match["afm2"]):
                yield Match(*match.span(), "GR_PERSONAL_NUMBER", 0.4 if free.isdigit() else 0.7)
