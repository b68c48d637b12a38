"""A night for OpenTelemetry, sent only to the collector that `[report] otlp` names.

One span for the run, with a child for each item: its digest, kind and outcome, never its label. The figures are those
of `metrics`. What was recorded, what it was called and whom it names does not leave the machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from redactor._version import __version__
from redactor.errors import MissingEngineError
from redactor.metrics import readings
from redactor.nights import Morning

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricsData
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export import SpanExporter

SPANS = 10_000
"""Items with a span of their own; those of a longer night are in the figures alone."""
_CHUNK = 512
_TIMEOUT_S = 10


class Timed(Protocol):
    """An entry of the ledger with its time, as far as it matters here."""

    @property
    def event(self) -> str: ...  # noqa: D102
    @property
    def item(self) -> str: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102
    @property
    def at(self) -> str: ...  # noqa: D102


def send(morning: Morning, entries: Iterable[Timed], collector: str) -> bool:
    """Send spans and figures to `collector` (for example `http://collector:4318`); False when it did not take them.

    A collector that is away delays by `_TIMEOUT_S` seconds and changes nothing else. Raises `MissingEngineError`
    without the OpenTelemetry libraries.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics.export import MetricExportResult
        from opentelemetry.sdk.resources import Resource
    except ImportError:
        message = "OpenTelemetry is not installed: pip install 'redactor[otel]', or leave [report] otlp out"
        raise MissingEngineError(message, reason="NO_ENGINE") from None
    base = collector.rstrip("/")
    # Not Resource.create: that would tell of the machine and its processes.
    resource = Resource({"service.name": "redactor", "service.version": __version__})
    spans = OTLPSpanExporter(endpoint=f"{base}/v1/traces", timeout=_TIMEOUT_S)
    figures = OTLPMetricExporter(endpoint=f"{base}/v1/metrics", timeout=_TIMEOUT_S)
    try:
        taken = figures.export(_figures(morning, resource)) is MetricExportResult.SUCCESS
        return taken and _spans(morning, entries, resource, spans)
    finally:
        spans.shutdown()  # type: ignore[no-untyped-call]
        figures.shutdown()


def _figures(morning: Morning, resource: Resource) -> MetricsData:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricsData

    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
    meter = provider.get_meter("redactor", __version__)
    gauges: dict[str, Any] = {}
    for row in readings(morning):
        if row.name not in gauges:
            gauges[row.name] = meter.create_gauge(row.name, unit=row.unit, description=row.help)
        gauges[row.name].set(row.value, dict(row.labels))
    data = reader.get_metrics_data()
    provider.shutdown()
    return data or MetricsData([])


def _spans(morning: Morning, entries: Iterable[Timed], resource: Resource, exporter: SpanExporter) -> bool:
    from opentelemetry.sdk.trace import SpanLimits, SpanProcessor, TracerProvider
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON
    from opentelemetry.trace import set_span_in_context

    chunk: list[ReadableSpan] = []

    class Collect(SpanProcessor):
        def on_end(self, span: ReadableSpan) -> None:
            chunk.append(span)

    provider = TracerProvider(ALWAYS_ON, resource, shutdown_on_exit=False, span_limits=SpanLimits())
    provider.add_span_processor(Collect())
    tracer = provider.get_tracer("redactor", __version__)
    run = tracer.start_span("redactor run", start_time=_ns(morning.began))
    run.set_attributes({"redactor.run": morning.run, "redactor.exit_code": morning.exit_code})
    context = set_span_in_context(run)
    for entry in islice(entries, SPANS):
        detail = _detail(entry.detail)
        end = _ns(entry.at)
        work = 0.0 if detail.get("copied") else _work(detail)
        span = tracer.start_span("redactor item", context, start_time=end - int(work * 1e9))
        span.set_attributes({"redactor.item": entry.item, "redactor.outcome": entry.event})
        span.set_attributes({"redactor.kind": str(detail.get("kind", "")), "redactor.reason": entry.reason})
        span.end(end)
        if len(chunk) >= _CHUNK and not _sent(exporter, chunk):
            return False
    run.set_attribute("redactor.items", morning.total)
    run.end(_ns(morning.ended))
    return _sent(exporter, chunk)


def _sent(exporter: SpanExporter, chunk: list[ReadableSpan]) -> bool:
    from opentelemetry.sdk.trace.export import SpanExportResult

    taken = exporter.export(tuple(chunk)) is SpanExportResult.SUCCESS
    chunk.clear()
    return taken


def _detail(text: str) -> Mapping[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _work(detail: Mapping[str, Any]) -> float:
    """Seconds of work: one number, or one per stage."""
    spent = detail.get("seconds", 0.0)
    found = list(spent.values()) if isinstance(spent, Mapping) else [spent]
    return sum(float(seconds) for seconds in found if isinstance(seconds, int | float))


def _ns(stamp: str) -> int:
    return int(datetime.fromisoformat(stamp).timestamp() * 1e9)
