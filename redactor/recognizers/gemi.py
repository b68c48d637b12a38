"""GR_GEMI, Αριθμός ΓΕΜΗ: the number of a business in the Greek registry, 12 digits; of one-person firms it is personal.

https://publicity.businessportal.gr

>>> GemiRecognizer().spans("ΓΕΜΗ: 123456789000")
['123456789000']
"""

from __future__ import annotations

from redactor.recognizers.identifier import DIGITS, IdentifierRecognizer


class GemiRecognizer(IdentifierRecognizer):
    """Numbers behind ΓΕΜΗ."""

    ENTITY = "GR_GEMI"
    VALUE = rf"(?<!\d){DIGITS}{{8,13}}(?![ .\-]?\d)"
