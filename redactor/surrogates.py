"""Placeholders stood in for by invented values, so that a redacted text can be judged in its own context.

A bare placeholder misleads a detector: `CVV: [CVV] 212` looks like a label whose value is 212, and `[DATE_OF_BIRTH]`
like a question for one. An invented value of the same type takes the label, as the real one did.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from redactor.regions import Span

_DEFAULT = "0000000"
_VALUES = {
    "ADDRESS": "Οδός 1",
    "AGE": "9 ετών",
    "BANK_ACCOUNT": "0000000000000000",
    "CARD_EXPIRY": "01/30",
    "CARD_PIN": "0000",
    "CREDIT_CARD": "4000 0000 0000 0002",
    "CUSTOMER_ID": "00000000",
    "CVV": "000",
    "DATE_OF_BIRTH": "01/01/1970",
    "EMAIL_ADDRESS": "name@example.org",
    "GR_AFM": "090000045",
    "GR_AMKA": "01017000007",
    "GR_ID_CARD": "ΑΒ 000000",
    "HEALTH": "ασθενής",
    "IBAN_CODE": "GR16 0110 1250 0000 0001 2300 695",
    "IP_ADDRESS": "192.0.2.1",
    "LICENSE_PLATE": "ΑΒΕ-1000",
    "LOCATION": "Πόλη",
    "PASSPORT": "AE0000000",
    "PASSWORD": "xxxxxxxx",
    "PERSON": "Αριστομένης Βασιλακόπουλος",
    "PHONE_NUMBER": "6900000000",
    "RF_PAYMENT_CODE": "RF18 5390 0754 7034",
    "UK_NINO": "AA000000A",
    "URL": "https://example.org",
    "USERNAME": "xuser00",
    "US_SSN": "000-00-0000",
}
"""Impossible, documentation or all-zero values; none can be a real person's."""
TYPES = frozenset({*_VALUES, "DATE_TIME", "DRIVING_LICENCE", "GR_GEMI", "GR_PERSONAL_NUMBER", "MAC_ADDRESS"})
"""The entity types of what is said and written."""


@dataclass(frozen=True, slots=True)
class Surrogated:
    """A redacted text with invented values in place of its placeholders."""

    text: str = field(repr=False)
    stretches: tuple[tuple[Span, Span, bool], ...] = field(repr=False)
    """`(in this text, in the redacted text, invented)` in order, without gaps."""

    def here(self, there: int) -> int:
        """Where the offset `there` of the redacted text lies here; inside a placeholder: at the end of its value."""
        for mine, other, invented in self.stretches:
            if other.start <= there <= other.end:
                return (
                    mine.end if invented and there > other.start else mine.start + min(there - other.start, len(mine))
                )
        return len(self.text)

    def outside(self, span: Span) -> tuple[Span, ...]:
        """The parts of `span` (in this text) that were not invented, as spans of the redacted text."""
        found = []
        for here, there, invented in self.stretches:
            if not invented and here.overlaps(span):
                part = span.clip(here)
                found.append(Span(there.start + part.start - here.start, there.start + part.end - here.start))
        return tuple(found)


def surrogated(text: str, placeholder: str) -> Surrogated:
    """Replace every placeholder (a pattern with `{type}`) in `text`."""
    pattern = re.compile(re.escape(placeholder).replace(re.escape("{type}"), "([A-Z][A-Z0-9_]*)"))
    out: list[str] = []
    stretches: list[tuple[Span, Span, bool]] = []
    here = there = 0

    def add(piece: str, until: int, *, invented: bool) -> None:
        nonlocal here, there
        stretches.append((Span(here, here + len(piece)), Span(there, until), invented))
        out.append(piece)
        here, there = here + len(piece), until

    for match in pattern.finditer(text):
        add(text[there : match.start()], match.start(), invented=False)
        add(_VALUES.get(match[1], _DEFAULT), match.end(), invented=True)
    add(text[there:], len(text), invented=False)
    return Surrogated("".join(out), tuple(stretches))
