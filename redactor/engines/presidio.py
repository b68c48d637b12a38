"""Written personal data by Presidio: its analyzer runs our recognizers, its anonymizer writes the replacements."""

from __future__ import annotations

import math
import threading
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import regex
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, LocalRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import SpacyRecognizer
from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig
from presidio_anonymizer.entities import RecognizerResult as Replacement

from redactor.engines.models import sha256
from redactor.engines.spacy_ner import EnglishNames
from redactor.errors import EngineError
from redactor.findings import NAME_MODEL, Finding
from redactor.normalize import folded
from redactor.policy import DetectionPolicy, PatternPolicy
from redactor.recognizers import greek_recognizers, number_words
from redactor.recognizers.spoken_mail import SURE
from redactor.recognizers.table import heading
from redactor.recognizers.view import forget
from redactor.regions import Span, merge_spans

if TYPE_CHECKING:
    from redactor.recognizers.name_model import NameRecognizer

WINDOW = 60_000
"""Characters that are analysed at once."""
OVERLAP = 2_000
"""Characters that a window shares with the next; no identifier is longer."""
PATTERN_SECONDS = 5.0
"""Time for one pattern of the policy on one window."""
_SPOKEN = "SpokenNumberRecognizer"
_UNANNOUNCED = 0.6
"""The highest score of a spoken number that nothing announces; it is personal about four times out of five."""
_UNSUSPECTED = 0.05
"""Where the name model suspects no word of an unannounced number that much, it is a quantity. On texts whose leaks
were looked at, 0.04 in place of 0.1 found 0.1 to 0.2 points more in two packs of four, at 0.1 to 0.2 more lost."""
_SURELY = 9
"""So many digits, in figures or words, are no quantity, whatever the model says."""
_EVERYDAY = 0.02
"""A word at an end of a rule's finding that the name model suspects less than that is no part of it."""
_EVERYDAY_NAME = 0.015
_LOOSE = frozenset({_SPOKEN, "GreekNameRecognizer", "AddressRecognizer"})
"""Recognizers that put words together; those of written forms know where theirs end."""
_NAMES = frozenset({"PERSON", "ADDRESS", "LOCATION"})
"""Types whose words rules know from lists, whatever the model says of what stands around them."""
_FIRM = {"PERSON": 0.9, "ADDRESS": 0.65, "AGE": 0.0, "CARD_EXPIRY": 0.9, "HEALTH": 0.0, "EMAIL_ADDRESS": SURE}
"""Scores from which a rule is sure of every word: two listed names together, a street with its number, the
month and year of a card behind their label, a spoken e-mail address that was asked for; and always where
units ("year old") and everyday words ("does not hear") are part of what it finds."""
_BATCH = 200
"""Replacements in one call: Presidio copies the whole text for each."""


class PresidioFinder:
    """A `Finder` for written text in all languages of the policy; threads may share it.

    `names`: the folder of a name model, which reads all languages at once. Without one, rules and lists are alone for
    Greek, and spaCy's English model stands beside them for English. `threads`: processors that the name model uses.
    Raises `MissingEngineError` when a model is wanted and not installed.
    """

    def __init__(self, policy: DetectionPolicy, names: Path | None = None, *, threads: int = 1) -> None:
        languages = tuple(dict.fromkeys(policy.languages))
        self._languages = languages if names is None else languages[:1]
        self._threshold_of = policy.threshold_of
        self._keep = policy.keep
        self._threshold = min([policy.threshold, *policy.thresholds.values()])
        self._engine = EnglishNames(self._languages, wanted=names is None)
        own: list[LocalRecognizer] = [*greek_recognizers(self._languages[0])]
        self._patterns = [PatternFinder(p, self._languages[0], number) for number, p in enumerate(policy.patterns)]
        own += self._patterns
        self._names = "no-names"
        self._model: NameRecognizer | None = None
        if names is not None:
            # Here, because an installation without the extra `names` has not what the model runs on.
            from redactor.recognizers.name_model import NameRecognizer

            self._model = NameRecognizer(self._languages[0], folder=names, threads=threads)
            own.append(self._model)
            self._names = f"{names.name} {sha256(names / 'model.onnx')[:12]}"
        if "en" in self._languages and names is None:
            own.append(SpacyRecognizer(supported_language="en", supported_entities=["PERSON"], name="EnglishNames"))
        self._analyzer = PlainAnalyzer(
            registry=RecognizerRegistry(recognizers=own, supported_languages=list(self._languages)),
            nlp_engine=self._engine,
            supported_languages=list(self._languages),
        )
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Names and versions of the engines, for the receipt."""
        parts = [f"presidio-analyzer {version('presidio-analyzer')}", f"spacy {version('spacy')}"]
        return " ".join([*parts, self._engine.name, self._names])

    def find(self, text: str) -> Sequence[Finding]:
        """Findings of at least the policy's threshold, in order, with spans in `text`.

        Raises `EngineError` when a pattern of the policy takes too long: half a search is none.
        """
        found: dict[Finding, None] = {}
        with self._lock:
            try:
                for start, end in _windows(text):
                    for language in self._languages:
                        part = text[start:end]
                        results = self._analyzer.analyze(part, language, score_threshold=self._threshold)
                        found |= dict.fromkeys(self._doubted(part, start, self._likely(part, results)))
            finally:
                forget()
        parted = _parted(found, self._threshold_of, text, self._keep)
        return sorted(parted, key=lambda f: (f.span, f.entity_type, f.detector))

    def find_raw(self, text: str) -> Sequence[Finding]:
        """What the patterns of the policy find; raises as `find` does."""
        results = [result for one in self._patterns for result in one.analyze(text, one.supported_entities)]
        return [_finding(result, 0) for result in results]

    def _likely(self, text: str, results: Sequence[RecognizerResult]) -> list[RecognizerResult]:
        """`results` without the unannounced numbers that the name model knows for quantities."""
        if self._model is None:
            return list(results)
        spoken = [r for r in results if r.score <= _UNANNOUNCED and _detector(r) == _SPOKEN]
        doubtful = [r for r in spoken if number_words.digits_said(folded(text[r.start : r.end])) < _SURELY]
        levels = self._model.suspicion(text, [Span(r.start, r.end) for r in doubtful]) if doubtful else []
        quantities = {id(r) for r, level in zip(doubtful, levels, strict=True) if level < _UNSUSPECTED}
        return [r for r in results if id(r) not in quantities]

    def _doubted(self, text: str, offset: int, results: Sequence[RecognizerResult]) -> Iterator[Finding]:
        """The findings; those of our rules without the words at their ends that the name model takes for everyday ones.

        A finding of which nothing is left goes.
        """
        if self._model is None:
            yield from (_finding(result, offset) for result in results)
            return
        ruled = [r for r in results if _detector(r) in _LOOSE and r.score < _FIRM.get(r.entity_type, math.inf)]
        parts = self._model.suspected(text, [_doubt(text, result) for result in ruled]) if ruled else []
        left = {id(result): part for result, part in zip(ruled, parts, strict=True)}
        for result in results:
            span = left.get(id(result), Span(result.start, result.end))
            if span is not None:
                yield replace(_finding(result, offset), span=Span(span.start + offset, span.end + offset))


class PlainAnalyzer(AnalyzerEngine):
    """An analyzer without context words: each recognizer looks at the words around a value itself.

    Presidio sorts all results once for every recognizer before it asks for their context: an eighth of the time. It
    also asks each of them for its entities in every text; here they are asked once.
    """

    def __init__(self, registry: RecognizerRegistry, nlp_engine: NlpEngine, supported_languages: list[str]) -> None:
        self._entities: dict[str | None, list[str]] = {}
        super().__init__(registry, nlp_engine, supported_languages=supported_languages)

    def get_supported_entities(self, language: str | None = None) -> list[str]:
        """The entity types of all recognizers of `language`."""
        if language not in self._entities:
            self._entities[language] = list(super().get_supported_entities(language))
        return self._entities[language]

    def _enhance_using_context(
        self,
        text: str,  # noqa: ARG002 - part of Presidio's interface
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,  # noqa: ARG002
        recognizers: list[EntityRecognizer],  # noqa: ARG002
        context: list[str] | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        return raw_results


class PatternFinder(LocalRecognizer):
    """A regular expression of the policy."""

    name: str

    def __init__(self, pattern: PatternPolicy, language: str, number: int) -> None:
        self._pattern = regex.compile(pattern.regex)
        self._score = pattern.score
        super().__init__(
            supported_entities=[pattern.entity], supported_language=language, name=f"Pattern{number}", version="1"
        )

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002 - part of Presidio's interface
    ) -> list[RecognizerResult]:
        """Every match that is not empty. Raises `EngineError` after `PATTERN_SECONDS`."""
        entity = self.supported_entities[0]
        if entity not in entities:
            return []
        try:
            spans = {Span(*m.span()) for m in self._pattern.finditer(text, timeout=PATTERN_SECONDS) if m.group()}
        except TimeoutError as error:
            raise EngineError(
                f"pattern {self.name[7:]} of the policy ({entity}) took more than {PATTERN_SECONDS:.0f} s; simplify it",
                reason="PATTERN_TIMEOUT",
            ) from error
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
        }
        return [
            RecognizerResult(entity, span.start, span.end, self._score, recognition_metadata=dict(metadata))
            for span in sorted(spans)
        ]


def _doubt(text: str, result: RecognizerResult) -> tuple[Span, float, bool]:
    """What `NameRecognizer.suspected` asks of a rule's finding: number words of announced and of long numbers stay."""
    said = text[result.start : result.end]
    free = result.score <= _UNANNOUNCED and number_words.digits_said(folded(said)) < _SURELY
    least = _EVERYDAY_NAME if result.entity_type in _NAMES else _EVERYDAY
    return Span(result.start, result.end), least, free


def _parted(
    found: Iterable[Finding], threshold: Callable[[str], float], text: str, keep: Container[str] = ()
) -> Iterator[Finding]:
    """The findings; of those of the name model what no rule found, for rules know types and ends.

    Types that are kept take nothing away from the model: the surname "Καλαμάτα" is no town.
    """
    ruled: list[Finding] = []
    guessed: list[Finding] = []
    for finding in sorted(found, key=lambda f: f.span):
        (guessed if finding.detector == NAME_MODEL else ruled).append(finding)
    yield from ruled
    if not guessed:
        return
    sure = [f for f in ruled if f.score >= threshold(f.entity_type) and f.entity_type not in keep]
    numbers = [guess for guess in guessed if guess.entity_type == "CUSTOMER_ID"]
    yield from _beside(numbers, sure, text)
    # A number that nothing announces, and that another rule finds in part, may be taken to begin in a name that is also
    # said for a letter ("Μαρία, από το 6932...").
    firm = merge_spans(finding.span for finding in sure if not _unannounced(finding))
    known = [finding for finding in sure if not (_unannounced(finding) and _meets(finding.span, firm))]
    yield from _beside([guess for guess in guessed if guess.entity_type != "CUSTOMER_ID"], known, text)


def _unannounced(finding: Finding) -> bool:
    """True for a number in words that nothing announces."""
    return finding.detector == _SPOKEN and finding.score <= _UNANNOUNCED


def _meets(span: Span, others: Sequence[Span]) -> bool:
    """True when `span` shares a character with one of `others`, which are disjoint and in order."""
    at = bisect_right(others, span.start, key=lambda other: other.end)
    return at < len(others) and others[at].start < span.end


def _beside(guessed: Sequence[Finding], sure: Sequence[Finding], text: str) -> Iterator[Finding]:
    """What no finding of `sure` covers of each finding; both in order."""
    at = 0
    for guess in guessed:
        while at < len(sure) and sure[at].span.end <= guess.span.start:
            at += 1
        start, look = guess.span.start, at
        while start < guess.span.end:
            known = sure[look] if look < len(sure) and sure[look].span.start < guess.span.end else None
            end = min(known.span.start if known else guess.span.end, guess.span.end)
            part = text[start:end]
            if any(map(str.isalnum, part)) and not (known and _labels(guess, part, known.entity_type)):
                yield replace(guess, span=_trimmed(text, start, end))
            if known is None:
                break
            start, look = max(start, known.span.end), look + 1


def _labels(guess: Finding, part: str, entity: str) -> bool:
    """True for what is left of a number that the name model took together with its label, one for that entity.

    "ΕΜΡ" in front of a plate's digits looks like "emp", the label of an employee's number.
    """
    return guess.entity_type == "CUSTOMER_ID" and not any(map(str.isdigit, part)) and heading(part) == entity


def _trimmed(text: str, start: int, end: int) -> Span:
    """`[start, end)` without the blanks and signs at its ends."""
    while not text[start].isalnum():
        start += 1
    while not text[end - 1].isalnum():
        end -= 1
    return Span(start, end)


def anonymize(text: str, redactions: Sequence[tuple[Span, str]], placeholder: str) -> str:
    """`text` with each span replaced by `placeholder`, in which `{type}` becomes the entity type beside the span.

    Spans must be disjoint, in order, not empty and inside `text` (ValueError otherwise). Raises `EngineError` when
    Presidio did not replace each of them, no more and no less.
    """
    out, at = [], 0
    for first in range(0, len(redactions), _BATCH):
        batch = redactions[first : first + _BATCH]
        end = batch[-1][0].end
        out.append(_replaced(text[at:end], [(_shifted(span, at, end), entity) for span, entity in batch], placeholder))
        at = end
    return "".join([*out, text[at:]])


def _shifted(span: Span, start: int, end: int) -> Span:
    if not start <= span.start < span.end <= end:
        raise ValueError(f"spans must be disjoint and in order inside the text, not [{span.start}, {span.end})")
    return Span(span.start - start, span.end - start)


def _replaced(text: str, redactions: Sequence[tuple[Span, str]], placeholder: str) -> str:
    at = 0
    for span, _ in redactions:
        if not at <= span.start < span.end <= len(text):
            raise ValueError("spans must be disjoint and in order inside the text")
        at = span.end
    types = {entity: placeholder.replace("{type}", entity) for _, entity in redactions}
    engine = AnonymizerEngine()  # type: ignore[no-untyped-call]
    result = engine.anonymize(
        text,
        [Replacement(entity, span.start, span.end, 1.0) for span, entity in redactions],
        operators={entity: OperatorConfig("replace", {"new_value": value}) for entity, value in types.items()},
        merge_entities_with_spaces=False,
    )
    growth = sum(len(types[entity]) - len(span) for span, entity in redactions)
    if len(result.items) != len(redactions) or len(result.text) != len(text) + growth:
        raise EngineError("Presidio replaced other spans than it was given", reason="ANONYMIZER")
    return str(result.text)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Overlapping ranges that cover `text`, beginning and ending at blanks where there are any."""
    start = 0
    while True:
        end = min(start + WINDOW, len(text))
        if end < len(text):
            end = _blank(text, end)
        yield start, end
        if end == len(text):
            return
        start = _blank(text, end - OVERLAP)


def _blank(text: str, at: int) -> int:
    """The last line break or blank in the 500 characters before `at`, else `at`."""
    for mark in ("\n", " "):
        found = text.rfind(mark, at - 500, at)
        if found >= 0:
            return found + 1
    return at


def _detector(result: RecognizerResult) -> str:
    metadata = result.recognition_metadata or {}
    return str(metadata.get(RecognizerResult.RECOGNIZER_NAME_KEY, "presidio"))


def _finding(result: RecognizerResult, offset: int) -> Finding:
    span = Span(result.start + offset, result.end + offset)
    return Finding(span, result.entity_type, float(result.score), _detector(result))
