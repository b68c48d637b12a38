"""Presidio-research JSON: a list (or lines) of samples with "full_text" and "spans", as `InputSample.to_json` writes.

Samples have no id in a file; they are called by "sample_id" or "id" where there is one, else by their place from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from redactor.errors import MissingEngineError
from redactor.evaluation.gold import Origin, TextDatum, TextGold
from redactor.evaluation.reading import Source
from redactor.evaluation.schemes import ours
from redactor.regions import Span


def read(source: Source, records: Sequence[dict[str, Any]]) -> Iterator[TextGold]:
    """The samples of a file."""
    for number, record in enumerate(records):
        item = str(_id(record, number))
        text, spans = record.get("full_text"), record.get("spans") or []
        if not isinstance(text, str) or not isinstance(spans, list):
            source.bad("BAD_GOLD", item, "no full_text or no list of spans; it is left out")
            continue
        data = []
        for place, span in enumerate(span for span in spans if isinstance(span, dict)):
            found = source.text_datum(
                item,
                text,
                place,
                span.get("entity_type"),
                span.get("start_position"),
                span.get("end_position"),
                span.get("entity_value"),
            )
            if found is not None:
                data.append(TextDatum(ours(found.entity_type), found.span, found.value))
        told = record.get("metadata")
        yield TextGold(source.origin(item, told if isinstance(told, dict) else record), text, tuple(data))


def to_input_samples(golds: Iterable[TextGold]) -> list[Any]:
    """Our gold as `presidio_evaluator.InputSample`, for its own models and metrics.

    Raises `MissingEngineError` without the package, which this product does not bring.
    """
    try:
        from presidio_evaluator import InputSample
        from presidio_evaluator import Span as TheirSpan
    except ImportError:
        message = "presidio-evaluator is not here: pip install presidio-evaluator"
        raise MissingEngineError(message, reason="NO_ENGINE") from None
    samples = []
    for gold in golds:
        spans = [TheirSpan(d.entity_type, d.value, d.span.start, d.span.end) for d in gold.data]
        samples.append(InputSample(gold.text, spans=spans, metadata={"id": gold.origin.item}))
    return samples


def from_input_samples(samples: Iterable[Any]) -> tuple[TextGold, ...]:
    """`presidio_evaluator.InputSample` objects as our gold, under our names of entity types.

    Raises `ValueError` for a span outside its text; the message names the sample by its place.
    """
    golds = []
    for number, sample in enumerate(samples):
        data = []
        for span in sample.spans:
            start, end = span.start_position, span.end_position
            if not 0 <= start < end <= len(sample.full_text):
                raise ValueError(f"sample {number} has a span outside its text")
            data.append(TextDatum(ours(span.entity_type), Span(start, end), sample.full_text[start:end]))
        item = str(_id({**(sample.metadata or {}), "sample_id": sample.sample_id}, number))
        golds.append(TextGold(Origin(item, "", ""), sample.full_text, tuple(data)))
    return tuple(golds)


def _id(record: dict[str, Any], number: int) -> object:
    inner = record.get("metadata")
    told = inner if isinstance(inner, dict) else {}
    found = (record.get("sample_id"), record.get("id"), told.get("sample_id"), told.get("id"))
    return next((value for value in found if value is not None), number)
