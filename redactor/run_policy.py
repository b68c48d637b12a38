"""`[run]`: how a run goes through its items, and what it may take."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from redactor.jurisdictions import known
from redactor.storepolicy import Section


class RayPolicy(Section):
    """The cluster that `engine = "ray"` works on."""

    address: str = ""
    """`auto`, `host:6379` or `ray://host:10001`; empty: one that lives and ends with the run."""
    cpus: float | None = Field(default=None, gt=0)
    """Processors that each worker asks for; as many as `models.threads` unless it is said."""
    gpus: float = Field(default=0, ge=0)
    """Graphics processors, or the share of one, for each worker that takes calls and recordings."""
    gpu_workers: int = Field(default=1, ge=1, le=64)
    """So many of the workers take calls and recordings, and nothing else, where there are graphics processors."""


class RunPolicy(Section):
    """How a run goes through its items."""

    workers: int = Field(default=1, ge=1, le=64)
    """Items that are worked on at the same time. Each recognises with `models.threads` processor threads."""
    engine: Literal["local", "ray"] = "local"
    """Where the workers of a batch live: processes of this machine, or actors of a Ray cluster."""
    lease_s: float = Field(default=60, ge=1, le=3600)
    """Seconds after which a claimed item is free again when its worker no longer says that it is at work."""
    clients: dict[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    """Most items of a client in work at a time, over all machines (`{ acme = 2, "*" = 8 }`)."""
    item_minutes: float = Field(default=240, gt=0, le=10_000)
    """An item of the nightly batch that takes longer is given up; files of one interaction have as many times that."""
    stall_minutes: float = Field(default=20, gt=0, le=10_000)
    """An item of the nightly batch that gets no further for so long is given up."""
    memory_mb: int = Field(default=8000, ge=100, le=10_000_000)
    """Megabytes that the process of one worker may hold, with its models and all programs that it runs."""
    file_mb: int = Field(default=20_000, ge=1, le=100_000_000)
    """Megabytes of the largest file that it may write."""
    log: Literal["plain", "json"] = "plain"
    """What `redactor batch` writes to standard error: lines and bars to read, or one JSON object per event."""
    jurisdiction: str = ""
    """Where this machine stands (`GR`); compared with what clients allow. `REDACTOR_JURISDICTION` in its environment
    counts first."""
    ray: RayPolicy = RayPolicy()

    _label = field_validator("jurisdiction")(known)
