"""Engines for tests that say what they are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from redactor.evidence import Evidence
from redactor.findings import Finding
from redactor.protocols import Media
from redactor.regions import Span


@dataclass
class WordFinder:
    """Finds each of its words wherever it stands."""

    words: dict[str, str]
    """Word -> entity type."""
    name: str = "word finder"
    calls: int = 0

    def find(self, text: str) -> Sequence[Finding]:
        self.calls += 1
        return [
            Finding(Span(m.start(), m.end()), kind, 0.9, self.name)
            for word, kind in self.words.items()
            for m in re.finditer(re.escape(word), text)
        ]


@dataclass
class ReaderOf:
    """A reader that gives one evidence after another, the last one again and again; an error is raised."""

    answers: list[Evidence | Exception]
    before: Callable[[Media], None] = field(default=lambda media: None)
    name: str = "scripted reader"

    def read(self, media: Media) -> Evidence:
        self.before(media)
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer
