"""Runs text files through reader and renderer with a scripted list of values instead of a detector."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from redactor.evidence import locate
from redactor.findings import Finding, Redaction
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.readers.text import TextReader
from redactor.regions import Span
from redactor.render.text import TextRenderer


def anonymize(text: str, redactions: Sequence[tuple[Span, str]], placeholder: str) -> str:
    for span, entity_type in reversed(redactions):
        text = text[: span.start] + placeholder.format(type=entity_type) + text[span.end :]
    return text


def media(folder: Path, data: bytes, format: str) -> Media:
    path = folder / f"source.{format}"
    path.write_bytes(data)
    return Media(path, "text", format)


def text_of(source: Media) -> str:
    return TextReader(Policy()).read(source).text


def redactions(source: Media, values: dict[str, str], score: float = 0.9) -> tuple[Redaction, ...]:
    """One redaction for each place where a value stands in the evidence; each value must be found."""
    evidence = TextReader(Policy()).read(source)
    found = []
    for value, entity_type in values.items():
        at = evidence.text.find(value)
        assert at >= 0, f"not in the evidence: {value!r}"
        while at >= 0:
            found.append(Finding(Span(at, at + len(value)), entity_type, score, "script"))
            at = evidence.text.find(value, at + 1)
    return locate(evidence, found)


def redact(folder: Path, data: bytes, format: str, values: dict[str, str]) -> bytes:
    """Render and check."""
    source = media(folder, data, format)
    script = redactions(source, values)
    renderer = TextRenderer(Policy(), anonymize=anonymize)
    target = folder / f"draft.{format}"
    renderer.render(source, script, target)
    renderer.check(source, script, target)
    return target.read_bytes()
