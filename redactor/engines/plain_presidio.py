"""A detector that shares nothing with ours: Presidio's own recognizers, spaCy's names, check digits of python-stdnum.

It stands beside ours to estimate what ours misses, so it must not be made better with what ours knows. It knows Greek
names only behind a title or an introduction.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from importlib.metadata import version

import regex
from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    IpRecognizer,
    PhoneRecognizer,
    UkNinoRecognizer,
    UrlRecognizer,
    UsSsnRecognizer,
)

from redactor.engines.plain_numbers import numbers
from redactor.engines.spacy_ner import load_english
from redactor.findings import Finding
from redactor.regions import Span

_FULL_NAME = regex.compile(r"[A-ZÀ-Þ][\p{Latin}'\-]*\.?(?: [A-ZÀ-Þ][\p{Latin}'\-]*\.?){1,3}")
"""Single words that spaCy takes for names are wrong too often to say that ours missed one."""
_CUED = regex.compile(
    r"(?i:\b(?:κυρία|κύριος|κύριε|κυρίας|κυρίου|κ\.|λέγομαι|ονομάζομαι|με\s+λένε|ονοματεπώνυμο:?)\s+)"
    r"(?P<name>\p{Lu}\p{Ll}+(?:\s+\p{Lu}\p{Ll}+)?)"
)
_DATED = regex.compile(r"\d/\d{1,2}/\d|\d:\d\d(?!\d)")
_WORTH = regex.compile(r"[A-Z][a-z]")
_SCORE = 0.8
_LEAST = 0.5
"""Presidio's weaker patterns (nine digits, any host) are guesses."""
_FORMS = (
    ("GR_ID_CARD", regex.compile(r"(?<![\p{L}\d])[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]{1,2}[ -]?\d{6}(?!\d)")),
    ("LICENSE_PLATE", regex.compile(r"(?<![\p{L}\d])[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]{3}[ -]?\d{4}(?!\d)")),
    ("PASSPORT", regex.compile(r"(?<![\p{L}\d])[A-Z]{2} ?\d{7}(?!\d)")),
)
"""Forms that no other number has: the letters that Greek and Latin share."""


class PlainFinder:
    """A `Finder` of other make; threads may share it. Raises `MissingEngineError` without spaCy's English model."""

    def __init__(self) -> None:
        self._recognizers: list[EntityRecognizer] = [
            CreditCardRecognizer(),
            EmailRecognizer(),
            IbanRecognizer(),
            IpRecognizer(),
            PhoneRecognizer(supported_regions=("GR", "CY", "DE", "GB", "US")),
            UkNinoRecognizer(),
            UrlRecognizer(),
            UsSsnRecognizer(),
        ]
        self._model_name, self._model = load_english()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Names and versions of what it is made of."""
        return f"plain presidio-analyzer {version('presidio-analyzer')} {self._model_name}"

    def find(self, text: str) -> Sequence[Finding]:
        """Findings in order, with spans in `text`."""
        with self._lock:
            found = [*self._patterns(text), *self._names(text), *numbers(text)]
        found += [Finding(Span(*m.span("name")), "PERSON", _SCORE, "cue") for m in _CUED.finditer(text)]
        found += [Finding(Span(*m.span()), kind, _SCORE, "form") for kind, form in _FORMS for m in form.finditer(text)]
        return sorted(found, key=lambda f: (f.span, f.entity_type))

    def _patterns(self, text: str) -> Iterator[Finding]:
        for recognizer in self._recognizers:
            for result in recognizer.analyze(text, recognizer.supported_entities, None):  # type: ignore[arg-type]
                if result.score >= _LEAST and not _DATED.search(text, result.start, result.end):
                    span = Span(result.start, result.end)
                    yield Finding(span, result.entity_type, float(result.score), type(recognizer).__name__)

    def _names(self, text: str) -> Iterator[Finding]:
        at = 0
        with self._model.memory_zone():
            for line in text.splitlines(keepends=True):
                for entity in self._model(line).ents if _WORTH.search(line) else ():
                    if entity.label_ == "PERSON" and _FULL_NAME.fullmatch(entity.text):
                        span = Span(at + entity.start_char, at + entity.end_char)
                        yield Finding(span, "PERSON", _SCORE, self._model_name)
                at += len(line)
