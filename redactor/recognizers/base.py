"""The base of all recognizers here: it gets raw text, matches on the folded view, and answers in raw offsets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from presidio_analyzer import AnalysisExplanation, LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from redactor.recognizers.view import View, view
from redactor.regions import Span


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

    def __init__(self, language: str = "el") -> None:
        super().__init__(
            supported_entities=list(self.ENTITIES), supported_language=language, name=type(self).__name__, version="1"
        )

    def load(self) -> None:
        """Nothing to load: patterns are compiled with the module, word lists on first use."""

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
