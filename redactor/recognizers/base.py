"""The base of all recognizers here: it gets raw text, matches on the folded view, and answers in raw offsets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from redactor.recognizers.view import View, view
from redactor.regions import Span

USUAL = 0.35
"""The usual threshold for scores; `DetectionPolicy.threshold` has the same default."""


@dataclass(frozen=True, slots=True)
class Match:
    """Characters `[start, end)` of the folded text that are taken for one entity."""

    start: int
    end: int
    entity: str
    score: float
    """0..1."""


class FoldedRecognizer(LocalRecognizer):
    """A Presidio recognizer that sees neither accents, case, look-alike letters nor invisible characters.

    It keeps no state between calls and may be shared between threads. Subclasses name their `ENTITIES` and write
    `matches`.
    """

    ENTITIES: ClassVar[tuple[str, ...]] = ()
    """Entity types that `matches` may answer with."""
    name: str

    def __init__(
        self,
        supported_language: str = "el",
        *,
        supported_entities: Sequence[str] | None = None,
        context: Sequence[str] | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            supported_entities=list(supported_entities or self.ENTITIES),
            supported_language=supported_language,
            context=list(context) if context else None,
            name=name or type(self).__name__,
            version="1",
        )

    def load(self) -> None:
        """Nothing to load: patterns are compiled with the module, word lists on first use."""

    def spans(self, text: str) -> list[str]:
        """What is found in `text` with the usual threshold, in order, each stretch once: for trying things out."""
        results = self.analyze(text, self.get_supported_entities())
        return [text[start:end] for start, end in sorted({(r.start, r.end) for r in results if r.score >= USUAL})]

    @abstractmethod
    def matches(self, text: View) -> Iterable[Match]:
        """What is found in `text`, in any order; overlaps are welcome."""

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002 - part of Presidio's interface
    ) -> list[RecognizerResult]:
        """Results with offsets in `text`, for the wanted `entities` only."""
        seen = view(text)
        results = []
        for match in self.matches(seen):
            if match.entity not in entities:
                continue
            span = seen.folded.to_source(Span(match.start, match.end))
            results.append(
                RecognizerResult(
                    entity_type=match.entity,
                    start=span.start,
                    end=span.end,
                    score=match.score,
                    analysis_explanation=AnalysisExplanation(recognizer=self.name, original_score=match.score),
                    recognition_metadata={
                        RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                        RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                    },
                )
            )
        return results
