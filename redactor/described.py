"""What a sidecar says of an output: what was covered, and the bytes that it and its transcripts had at first."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redactor.errors import WithheldError
from redactor.findings import Redaction
from redactor.names import SIDECAR
from redactor.regions import Box, Region, Span, Stay, TimeRange, Track


@dataclass(frozen=True, slots=True)
class Described:
    """One output in the words of its sidecar."""

    digest: str
    """SHA-256 (hex) of its bytes as they were published; empty for a transcript of an earlier release."""
    source_digest: str
    """SHA-256 (hex) of the original."""
    covers: tuple[Redaction, ...] = ()
    """What was made unrecognisable in place; none for a text or a transcript."""
    explained: tuple[Redaction, ...] = ()
    """See `verify.SecondReading`."""
    extent: tuple[Region, ...] = field(default=())
    """See `Evidence.extent`."""


def described(output: Path) -> Described | None:
    """What the sidecar beside `output` says of it; None when there is none that names it.

    A call and its transcripts share one sidecar. Raises `WithheldError` (`SIDECAR_DAMAGED`).
    """
    for name in dict.fromkeys((output.name + SIDECAR, output.stem + SIDECAR)):
        path = output.with_name(name)
        if path.is_file():
            try:
                body = json.loads(path.read_text(encoding="utf-8"))
                if isinstance(body, dict) and (said := _said(body, output.name)):
                    return said
            except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
                raise WithheldError("its sidecar is damaged", reason="SIDECAR_DAMAGED") from error
    return None


def _said(body: dict[str, Any], name: str) -> Described | None:
    if name in (transcripts := body.get("transcripts", {})):
        return Described(str(transcripts[name]), str(body["source_digest"]))
    if Path(str(body.get("output", ""))).name != name:
        return None
    covers, explained = (tuple(_place(place) for place in body.get(key, [])) for key in ("covers", "explained"))
    extent = tuple(_region(place) for place in body.get("extent", []))
    return Described(str(body["output_digest"]), str(body["source_digest"]), covers, explained, extent)


def _place(body: dict[str, Any]) -> Redaction:
    place = {name: value for name, value in body.items() if name != "type"}
    return Redaction(str(body["type"]), (_region(place),), 1.0, "sidecar")


def _region(place: dict[str, Any]) -> Region:
    if "stays" in place:
        return Track(tuple(Stay(**stay) for stay in place["stays"]))
    if "channel" in place:
        return TimeRange(**place)
    return Box(**place) if "page" in place else Span(**place)
