"""A detector that shares nothing with ours: Presidio's own recognizers, spaCy's names, check digits of python-stdnum.

It stands beside ours to estimate what ours misses, so it must not be made better with what ours knows. It knows Greek
names only behind a title or an introduction, and spoken numbers only digit by digit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
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
from stdnum import luhn
from stdnum.gr import amka, vat

from redactor.engines.spacy_ner import load_english
from redactor.findings import Finding
from redactor.regions import Span

_DIGITS = {
    **dict(
        zip(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), range(10), strict=True)
    ),
    "oh": 0,
    "μηδέν": 0,
    "μηδεν": 0,
    "ένα": 1,
    "ενα": 1,
    "ένας": 1,
    "μία": 1,
    "μια": 1,
    "δύο": 2,
    "δυο": 2,
    "τρία": 3,
    "τρια": 3,
    "τρεις": 3,
    "τέσσερα": 4,
    "τεσσερα": 4,
    "τέσσερις": 4,
    "πέντε": 5,
    "πεντε": 5,
    "έξι": 6,
    "εξι": 6,
    "εφτά": 7,
    "επτά": 7,
    "εφτα": 7,
    "επτα": 7,
    "οχτώ": 8,
    "οκτώ": 8,
    "οχτω": 8,
    "οκτω": 8,
    "εννιά": 9,
    "εννέα": 9,
    "εννια": 9,
    "εννεα": 9,
}
"""Digits as they are said one by one, in lower case."""
_PIECE = regex.compile(r"\d+|\p{L}+")
_INSIDE = regex.compile(r"[\w\-/]")
_BETWEEN = regex.compile(r"[\s\-.,()+]{0,3}")
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
_NUMBERS: tuple[tuple[str, range, Callable[[str], bool]], ...] = (
    ("GR_AMKA", range(11, 12), lambda d: bool(amka.is_valid(d))),
    ("GR_AFM", range(9, 10), lambda d: bool(vat.is_valid(d))),
    ("PHONE_NUMBER", range(10, 11), lambda d: d.startswith(("2", "69"))),
    ("CREDIT_CARD", range(15, 17), lambda d: d[0] in "3456" and bool(luhn.is_valid(d))),
)
"""Type, lengths, and what says that digits are one."""


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
            found = [*self._patterns(text), *self._names(text), *_numbers(text)]
        found += [Finding(Span(*m.span("name")), "PERSON", _SCORE, "cue") for m in _CUED.finditer(text)]
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


def _numbers(text: str) -> Iterator[Finding]:
    """Runs of digits, written or said one by one, that the rules of a number accept as a whole."""
    run: list[tuple[str, int, int]] = []
    for piece in _PIECE.finditer(text):
        word = piece.group()
        digits = word if word.isascii() and word.isdigit() else str(_DIGITS.get(word.lower(), ""))
        joined = run and _BETWEEN.fullmatch(text, run[-1][2], piece.start())
        if run and not (digits and joined):
            yield from _judged(run)
            run = []
        if digits:
            # What goes on from letters or a sign (`ORD-2026-...`) is a part of something else.
            alone = run or not piece.start() or not _INSIDE.match(text[piece.start() - 1])
            if alone:
                run.append((digits, *piece.span()))
    yield from _judged(run)


def _judged(run: Sequence[tuple[str, int, int]]) -> Iterator[Finding]:
    digits = "".join(piece for piece, _, _ in run)
    for entity_type, lengths, valid in _NUMBERS:
        if len(digits) in lengths and valid(digits):
            yield Finding(Span(run[0][1], run[-1][2]), entity_type, _SCORE, "check digits")
            return
