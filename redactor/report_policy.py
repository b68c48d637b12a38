"""The section `[report]` of the policy."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

from redactor.words import Language


class ReportPolicy(BaseModel):
    """What a batch tells in the morning, and where."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = ""
    """HTML file; relative paths count from the configuration file; empty: no report unless asked for."""
    language: Language = "en"
    """Of the page; `report.json` and the ledger are the same in both."""
    keep: int = Field(default=0, ge=0, le=10_000)
    """Reports of so many runs stay under `runs/` beside it, the newest among them; 0: only the newest is there."""
    metrics: str = ""
    """Prometheus text file for node_exporter, named `*.prom`; empty: none. Relative as `path` is."""
    otlp: str = ""
    """OpenTelemetry collector (OTLP over HTTP), for example `http://collector:4318`; empty: nothing is sent."""

    @field_validator("metrics")
    @classmethod
    def _prom(cls, value: str) -> str:
        if value and not value.endswith(".prom"):
            raise ValueError("node_exporter reads files that end in .prom only, for example redactor.prom")
        return value

    @field_validator("otlp")
    @classmethod
    def _collector(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s@?#]*)?", value):
            raise ValueError("must be the address of a collector, without a name or password: http://collector:4318")
        return value
