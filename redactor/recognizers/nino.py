"""UK_NINO, the British national insurance number: two letters, six digits, a letter from A to D.

https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110

>>> NinoRecognizer().spans("it's PR 58 16 20 A")
['PR 58 16 20 A']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import Match
from redactor.recognizers.identifier import IdentifierRecognizer
from redactor.recognizers.view import View

_NINO = re.compile(
    r"(?<![^\W_])(?!bg|gb|nk|kn|tn|nt|zz)[a-ceghj-prstw-z][a-ceghj-nprstw-z](?:[ \-]?\d{2}){3}[ \-]?[a-d](?![^\W_])"
)


class NinoRecognizer(IdentifierRecognizer):
    """Numbers behind national insurance, and unlabelled ones that are well formed."""

    ENTITY = "UK_NINO"
    VALUE = r"(?<![^\W_])[a-z]{2}(?:[ \-]?\d{2}){3}[ \-]?[a-d]?(?![^\W_])"
    LABELLED = 0.9
    FEWEST = 6

    def unlabelled(self, text: View) -> Iterable[Match]:
        """Well formed numbers only."""
        for match in _NINO.finditer(text.latin):
            yield Match(*match.span(), "UK_NINO", 0.7)
