"""DRIVING_LICENCE: Greek licences have nine digits without a check; British ones five letters and eleven characters.

https://en.wikipedia.org/wiki/Driving_licence_in_the_United_Kingdom#Driver_numbers

>>> DrivingLicenceRecognizer().spans("δίπλωμα οδήγησης 218 440 093")
['218 440 093']
>>> DrivingLicenceRecognizer().spans("MORGA753116SM9IJ")
['MORGA753116SM9IJ']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import Match
from redactor.recognizers.identifier import NO_WORD, IdentifierRecognizer
from redactor.recognizers.view import View

_BRITISH = re.compile(
    r"(?<![^\W_])[a-z9]{5} ?\d[0156]\d(?:0[1-9]|[12]\d|3[01])\d ?[a-z9]{2}[a-z0-9] ?[a-z]{2}(?![^\W_])"
)


class DrivingLicenceRecognizer(IdentifierRecognizer):
    """Values behind δίπλωμα, άδεια οδήγησης, driving licence; British driver numbers by their form."""

    ENTITY = "DRIVING_LICENCE"
    VALUE = (
        rf"(?<![^\W_]){NO_WORD}(?<!\d[./])(?:[^\W\d_]{{1,2}}[ \-]?)?\d(?:[ .\-]?\d){{5,12}}(?![^\W_]|[./]\d)|"
        r"(?<![^\W_])[a-z9]{5} ?\d{6} ?[a-z9]{2}[a-z0-9]{1,3}(?![^\W_])"
    )
    BEFORE = True
    FEWEST = 6

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Driver numbers of Great Britain."""
        for match in _BRITISH.finditer(text.plain):
            yield Match(*match.span(), "DRIVING_LICENCE", 0.7)
