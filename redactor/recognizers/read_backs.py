"""Short secrets and places that are said again: "Πελάτης: 4821", "Agent: 4821, σωστά;".

Four digits are no value that could be looked for in a whole text, but in the sentences right after a PIN was told
they are the PIN again. Streets and towns are looked for in the same way (`place_backs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from redactor.evidence import RECORD_BREAK
from redactor.findings import Finding
from redactor.normalize import fold, folded
from redactor.recognizers.context import amount, ordered
from redactor.recognizers.place_backs import TYPES, place_names
from redactor.recognizers.view import View
from redactor.regions import Span
from redactor.repeats import Values, Words, key

_SECRETS = frozenset({"CARD_PIN", "CVV", "CARD_EXPIRY", "PASSWORD", "USERNAME", "LICENSE_PLATE"})
_SENTENCE = re.compile(r"[.;!?…]+(?=\s)\s*|\s*\n\s*")
_SENTENCES = 3
"""So many sentences or turns behind its own a secret may be said again; each time a number is, they count anew."""
_FURTHEST = 400
"""Characters of them, at most."""
_SHORTEST = 3
_SURE = 0.5
"""What is suspected less is not looked for again."""
_QUANTITY = re.compile(
    r"\s{0,2}(?:ημερ\w{1,3}|μερεσ|μηνεσ|μηνων|ωρεσ|ωρων|ετη|ετων|χρονια|χρονων|φορεσ|τεμαχια|μοναδεσ|ποντοι|λιτρα|μετρα|χιλ\w{1,6}|"
    r"days?|months?|hours?|years?|minutes?|times|pieces|units|points|miles|people)(?![^\W_])"
)
_MONTHS = (
    "ιαν|jan", "φεβ|φλεβ|feb", "μαρ|mar", "απρ|apr", "μαι|μαη|may", "ιουν|jun", "ιουλ|jul",
    "αυγ|aug", "σεπ|sep", "οκτ|oct", "νοε|nov", "δεκ|dec",
)  # fmt: skip
"""How their names begin, January first."""
_FIGURES = re.compile(r"(0?[1-9]|1[0-2])\s?[/\-. ]?\s?(?:20)?(\d\d)")
_NAMED = re.compile(r"([^\W\d_]{3,12})\.?[^\d]{0,6}(?:20)?(\d\d)")


def read_backs(text: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The same secrets and places of `findings` in the next sentences of their record; an amount is none.

    >>> text = "PIN 4821. Επαναλαμβάνω, 4821."
    >>> [f.span for f in read_backs(text, [Finding(Span(4, 8), "CARD_PIN", 0.75, "PinRecognizer")])]
    [Span(start=24, end=28)]
    """
    done: set[tuple[str, int]] = set()
    for finding in findings:
        found = text[finding.span.start : finding.span.end]
        for secret in (_secret(found, finding.entity_type), *place_names(found, finding.entity_type)):
            if len(secret) < _SHORTEST or finding.score < _SURE or (secret, finding.span.end) in done:
                continue
            for span in _again(text, secret, finding):
                if (secret, span.end) in done:
                    break  # Seen from here on.
                done.add((secret, span.end))
                yield Finding(span, finding.entity_type, finding.score, "read-back")
            done.add((secret, finding.span.end))


def _secret(found: str, entity_type: str) -> str:
    """What must stand there again, letters and digits only; of a plate its digits. Empty for other types."""
    if entity_type not in _SECRETS:
        return ""
    whole = key(found)
    return "".join(char for char in whole if char.isdigit()) if entity_type == "LICENSE_PLATE" else whole


def _again(text: str, secret: str, finding: Finding) -> Iterator[Span]:
    at = finding.span.end
    values = Values([secret])
    while at < (end := _end(text, at)):
        near = text[at:end]
        found = sorted({*values.places(Words(near)), *_same_month(text, near, finding)})
        seen = View(near, fold(near))
        spans = [Span(span.start + at, span.end + at) for span in found if not _counted(seen, span)]
        yield from spans
        # A word stands in a text for other reasons, too.
        if not spans or at + len(near) == len(text) or (secret.isalpha() and finding.entity_type not in TYPES):
            return
        at = spans[-1].end


def _end(text: str, at: int) -> int:
    """Where the sentences end in which a secret that ends at `at` may be said again."""
    limit = min(len(text), at + _FURTHEST)
    record = text.find(RECORD_BREAK, at, limit)
    limit = record if record >= 0 else limit
    ends = list(islice(_SENTENCE.finditer(text, at, limit), _SENTENCES + 1))
    return ends[-1].start() if len(ends) > _SENTENCES else limit


def _counted(text: View, span: Span) -> bool:
    """True for digits that a unit, a currency or a word for goods makes a number of something."""
    start, end = _offset(text, span.start), _offset(text, span.end)
    if not any(char.isdigit() for char in text.plain[start:end]):
        return False
    return amount(text, start, end) or ordered(text, start) or _QUANTITY.match(text.plain, end) is not None


def _offset(text: View, at: int) -> int:
    return next((i for i, start in enumerate(text.folded.starts) if start >= at), len(text.plain))


def _same_month(text: str, near: str, finding: Finding) -> Iterator[Span]:
    """An expiry date in figures that was told by name, or the other way round."""
    if finding.entity_type != "CARD_EXPIRY":
        return
    said = _month(folded(text[finding.span.start : finding.span.end]))
    if said is None:
        return
    month, year = said
    figures = rf"0?{month}\s?[/\-.]\s?(?:20)?{year}|{month:02}(?:20)?{year}"
    named = rf"(?:{_MONTHS[month - 1]})[^\W\d_]{{0,9}}\.?,? ?(?:(?:του|of) |')?(?:20)?{year}"
    seen = View(near, fold(near))
    for match in re.finditer(rf"(?<![^\W_])(?:{figures}|{named})(?![^\W_])", seen.plain):
        yield seen.folded.to_source(Span(*match.span()))


def _month(plain: str) -> tuple[int, str] | None:
    """The month, 1..12, and the two digits of the year of a folded expiry date."""
    if figures := _FIGURES.fullmatch(plain):
        return int(figures[1]), figures[2]
    named = _NAMED.fullmatch(plain)
    if named is None:
        return None
    month = next((i for i, names in enumerate(_MONTHS, 1) if named[1].startswith(tuple(names.split("|")))), None)
    return None if month is None else (month, named[2])
