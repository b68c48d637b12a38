"""OpenTelemetry: what a collector receives, and that a collector that is away disturbs nothing."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from redactor import telemetry
from tests.nights import Night


@dataclass(frozen=True)
class Timed:
    event: str
    item: str
    reason: str
    detail: str
    at: str = "2026-11-28T02:00:00+00:00"


@contextmanager
def collector(status: int = 200) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server on a free port; gives its address and what was posted."""
    posts: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            zipped = self.headers.get("Content-Encoding") == "gzip"
            posts.append((self.path, gzip.decompress(body) if zipped else body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", posts
        finally:
            server.shutdown()
            thread.join()


def night(count: int) -> tuple[Night, list[Timed]]:
    found = Night()
    for n in range(count):
        found.done(n, "acme", "text", seconds=2.0)
    found.ended("refused", 9999, "EMPTY_FILE", "the file is empty")
    return found, [Timed(e.event, e.item, e.reason, e.detail) for e in found.entries]


def test_one_span_for_the_run_and_one_for_each_item_and_no_label() -> None:
    found, entries = night(3)
    morning = found.morning()
    with collector() as (address, posts):
        assert telemetry.send(morning, iter(entries), address + "/")
    assert [path for path, _ in posts] == ["/v1/metrics", "/v1/traces"]
    spans = ExportTraceServiceRequest.FromString(posts[1][1]).resource_spans[0].scope_spans[0].spans
    run = next(span for span in spans if span.name == "redactor run")
    items = [span for span in spans if span.name == "redactor item"]
    assert len(spans) == 5
    assert {span.parent_span_id for span in items} == {run.span_id}
    assert {span.trace_id for span in items} == {run.trace_id}
    attributes = {a.key: a.value.string_value for a in items[0].attributes}
    assert attributes == {
        "redactor.item": "0" * 64, "redactor.kind": "text", "redactor.outcome": "published", "redactor.reason": "",
    }  # fmt: skip
    assert items[0].end_time_unix_nano - items[0].start_time_unix_nano == pytest.approx(2e9, abs=1e6)
    assert (run.end_time_unix_nano - run.start_time_unix_nano) / 1e9 == morning.seconds
    assert not any(entry.label.encode() in body for _, body in posts for entry in found.entries)


def test_the_figures_are_those_of_prometheus() -> None:
    found, entries = night(3)
    with collector() as (address, posts):
        assert telemetry.send(found.morning(), entries, address)
    metrics = ExportMetricsServiceRequest.FromString(posts[0][1]).resource_metrics[0].scope_metrics[0].metrics
    named = {metric.name: metric for metric in metrics}
    assert named.keys() == {reading.name for reading in telemetry.readings(found.morning())}
    assert named["redactor_last_run_duration_seconds"].unit == "s"
    points = named["redactor_last_run_items"].gauge.data_points
    counts = {p.attributes[0].value.string_value: p.as_double or p.as_int for p in points}
    assert (counts["done"], counts["refused"]) == (3, 1)


def test_a_long_night_is_sent_in_parts_and_has_so_many_spans_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "SPANS", 25)
    monkeypatch.setattr(telemetry, "_CHUNK", 10)
    found, entries = night(40)
    with collector() as (address, posts):
        assert telemetry.send(found.morning(), entries, address)
    sizes = [
        len(ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].spans) for _, body in posts[1:]
    ]
    assert sizes == [10, 10, 6]


def test_a_collector_that_refuses_or_is_away_is_told_and_nothing_else_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_TIMEOUT_S", 1)
    found, entries = night(1)
    with collector(400) as (address, posts):
        assert not telemetry.send(found.morning(), entries, address)
        assert len(posts) == 1
    assert not telemetry.send(found.morning(), entries, address)
