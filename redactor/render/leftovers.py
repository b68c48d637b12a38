"""Whether a removed value still stands somewhere in what is going to leave."""

from __future__ import annotations

from collections.abc import Iterable

from redactor.findings import Redaction
from redactor.regions import Span
from redactor.repeats import Values, key, keys

SHORTEST = 5
"""Letters and digits; shorter values are searched for only where they stood."""


def collect(source: str, redactions: Iterable[Redaction], placeholder: str) -> tuple[Values, Values, Values]:
    """What must be gone: from everything a person reads, from the kept frame of the file, from its bytes.

    `source` is the text that spans count in. Values that identify nobody alone count for the frame only, where no
    detector looks; one plain ASCII word counts for read text only, since the frame is made of such words (`label`).
    """
    read: set[str] = set()
    frame: set[str] = set()
    placeholders: set[str] = set()
    for redaction in redactions:
        placeholders.add(key(placeholder.format(type=redaction.entity_type)))
        whole = " ".join(source[span.start : span.end] for span in redaction.regions if isinstance(span, Span))
        frame.add(key(whole))
        read.update(keys(whole, redaction.entity_type, redaction.score, parts=False))
    read, frame = ({k for k in found if _counts(k, placeholders)} for found in (read, frame))
    return Values(read), Values(filter(_unlike_markup, read | frame)), Values(filter(_unlike_markup, read))


def _counts(value: str, placeholders: set[str]) -> bool:
    return len(value) >= SHORTEST and not any(value in placeholder for placeholder in placeholders)


def _unlike_markup(value: str) -> bool:
    return not (value.isascii() and value.isalpha())
