"""Figures of a night for Prometheus, as a text file that node_exporter reads (`[report] metrics`).

Names follow https://prometheus.io/docs/practices/naming/: base units, the unit last, what is summed up in no label.
All are gauges: a text file tells of the last run, and a night's counts start anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from redactor.durable import write_whole
from redactor.errors import MissingEngineError
from redactor.nights import Morning

_HELP = {
    "redactor_build_info": "Version of the program that ran last; always 1.",
    "redactor_last_run_start_timestamp_seconds": "When the last run began, in seconds since 1970.",
    "redactor_last_run_end_timestamp_seconds": "When the last run ended, in seconds since 1970.",
    "redactor_last_run_duration_seconds": "How long the last run took.",
    "redactor_last_run_exit_code": "Exit code of the last run: 0 all done, 8 some items need a person.",
    "redactor_last_run_items": "Items of the last run by outcome.",
    "redactor_last_run_kind_items": "Items that ended in the last run, by kind and outcome.",
    "redactor_last_run_client_items": "Items of the last run by client and outcome.",
    "redactor_last_run_refusals": "Items that were not done in the last run, by reason and outcome.",
    "redactor_last_run_entities": "Redactions of the last run by client and entity type.",
    "redactor_last_run_stage_seconds": "Work of the last run by stage, summed over all workers.",
    "redactor_last_run_media_seconds": "Sound and video that was redacted in the last run, by client.",
    "redactor_last_run_redacted_bytes": "Files that were redacted in the last run, by client.",
    "redactor_backlog_items": "Items in the ledger by store and state.",
    "redactor_store_up": "1 when the store answered to the end of the last run.",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure."""

    name: str
    """A key of the table of names, unit last."""
    value: float
    labels: Mapping[str, str]
    """Constants, and names that an operator chose; never a name of an item."""

    @property
    def unit(self) -> str:
        """`s`, `By` (UCUM, as OpenTelemetry wants it) or empty."""
        endings = {"_timestamp_seconds": "s", "_seconds": "s", "_bytes": "By"}
        return next((unit for ending, unit in endings.items() if self.name.endswith(ending)), "")

    @property
    def help(self) -> str:
        """What it is, in a sentence."""
        return _HELP[self.name]


def readings(morning: Morning) -> Iterator[Reading]:
    """All figures of a night; those of one name come one after the other, with the same labels."""
    run, clients, stores = "redactor_last_run_", morning.clients, morning.stores
    yield Reading("redactor_build_info", 1, {"version": morning.version})
    yield Reading(f"{run}start_timestamp_seconds", _seconds(morning.began), {})
    yield Reading(f"{run}end_timestamp_seconds", _seconds(morning.ended), {})
    yield Reading(f"{run}duration_seconds", morning.seconds, {})
    yield Reading(f"{run}exit_code", morning.exit_code, {})
    yield from _each(f"{run}items", {(outcome,): n for outcome, n in morning.outcomes.items()}, "outcome")
    yield from _each(f"{run}kind_items", _inner(morning.kinds), "kind", "outcome")
    yield from _each(f"{run}client_items", _inner({c.client: c.outcomes for c in clients}), "client", "outcome")
    refused: dict[tuple[str, ...], int] = {(r.reason, r.outcome): r.items for r in morning.refusals}
    yield from _each(f"{run}refusals", refused, "reason", "outcome")
    yield from _each(f"{run}entities", _inner({c.client: c.entities for c in clients}), "client", "type")
    yield from _each(f"{run}stage_seconds", {(stage,): s for stage, s in morning.stages.items()}, "stage")
    yield from _each(f"{run}media_seconds", {(c.client,): c.media_s for c in clients}, "client")
    yield from _each(f"{run}redacted_bytes", {(c.client,): c.size for c in clients}, "client")
    yield from _each("redactor_backlog_items", _inner({s.name: s.states for s in stores}), "store", "state")
    yield from _each("redactor_store_up", {(s.name,): float(not s.is_down) for s in stores}, "store")


def _each(name: str, values: Mapping[tuple[str, ...], float], *labels: str) -> Iterator[Reading]:
    for key, value in values.items():
        yield Reading(name, value, dict(zip(labels, key, strict=True)))


def _inner(values: Mapping[str, Mapping[str, int]]) -> dict[tuple[str, ...], int]:
    return {(outer, inner): n for outer, row in values.items() for inner, n in row.items()}


def as_prometheus(found: Iterable[Reading]) -> str:
    """The text that Prometheus reads. Raises `MissingEngineError` without its client library."""
    try:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest
    except ImportError:
        message = "prometheus_client is not installed: pip install 'redactor[metrics]', or leave [report] metrics out"
        raise MissingEngineError(message, reason="NO_ENGINE") from None
    registry = CollectorRegistry()
    for name, group in groupby(found, key=lambda reading: reading.name):
        rows = list(group)
        gauge = Gauge(name, rows[0].help, sorted(rows[0].labels), registry=registry)
        for row in rows:
            (gauge.labels(**row.labels) if row.labels else gauge).set(row.value)
    return generate_latest(registry).decode()


def write_metrics(morning: Morning, path: Path) -> None:
    """Put the night's figures in the place of `path`, whole or not at all; all may read it, as node_exporter must.

    Raises `WithheldError` when it cannot be written, `MissingEngineError` without the client library.
    """
    write_whole(path, as_prometheus(readings(morning)), mode=0o644)


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()
