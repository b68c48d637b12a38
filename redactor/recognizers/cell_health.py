"""Conditions and drugs that fill a cell in the row of a person: the cell tells them, its neighbours whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from redactor.findings import Finding
from redactor.recognizers.cell_groups import CELL
from redactor.recognizers.health import HealthRecognizer
from redactor.regions import Span

_CELL = re.compile(r"[^\t\n]+")
_SURE = 0.6
"""Score of a condition that needs no words around it."""
_MOST_WORDS = 4


def conditions(text: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Cells of `text` with nothing but a condition, in lines with a person among `findings`; detector `CELL`."""
    done = 0
    for at in sorted(f.span.start for f in findings if f.entity_type == "PERSON"):
        if at < done:
            continue
        start = text.rfind("\n", 0, at) + 1
        done = end if (end := text.find("\n", at)) >= 0 else len(text)
        for cell in _CELL.finditer(text, start, done):
            if (score := _score(cell.group())) >= _SURE:
                yield Finding(Span(*cell.span()), "HEALTH", score, CELL)


def _score(cell: str) -> float:
    """How surely a whole cell is a mention of health; 0 for other cells."""
    words = cell.strip()
    if len(words.split()) > _MOST_WORDS:
        return 0.0
    found = HealthRecognizer().analyze(words, ["HEALTH"])
    whole = any(result.start == 0 and result.end == len(words) for result in found)
    return max((result.score for result in found), default=0.0) if whole else 0.0
