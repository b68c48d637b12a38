"""Reading published outputs again: `redactor verify`, for our own outputs and for anybody else's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redactor import stores
from redactor.errors import MediaError, RedactorError, WithheldError
from redactor.findings import Redaction
from redactor.library import Redactor
from redactor.names import SIDECAR
from redactor.prepare import as_kept, translated
from redactor.protocols import Media
from redactor.regions import Box, Region, Stay, TimeRange, Track
from redactor.render.transcript import FORMS, said
from redactor.sealing import looks_sealed
from redactor.verify import remaining, second_reading

_LEDGER = "ledger.db"
_BOOKS = {".redactor.lock", "report.html", "report.json", *(_LEDGER + end for end in ("", "-journal", "-wal", "-shm"))}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the second reading of one file said."""

    label: str
    """Its name, free of personal data."""
    clean: bool
    left: tuple[tuple[str, int], ...] = ()
    """What is still found: entity types with counts."""
    error: RedactorError | None = None
    """Why it could not be read, or does not fit its sidecar."""


def reread(redactor: Redactor, path: Path) -> Iterator[Verdict]:
    """Read every output below `path` (or one file) again. What cannot be read is not clean."""
    for item in stores.scan(path):
        if item.path.name in _BOOKS or item.path.name.endswith(SIDECAR):
            continue
        label = str(redactor.public_name(item.relative))
        try:
            with translated(item.path):
                left = _left(redactor, item)
        except RedactorError as error:
            yield Verdict(label, False, error=error)
        else:
            yield Verdict(label, not left, tuple(sorted(Counter(r.entity_type for r in left).items())))


def _left(redactor: Redactor, item: stores.Item) -> tuple[Redaction, ...]:
    if item.media is None:
        raise item.refusal or MediaError("it cannot be read")
    if looks_sealed(item.path):
        message = "it is encrypted; write copies with redactor open --config FILE PLACE --out FOLDER, and verify these"
        raise WithheldError(message, reason="SEALED")
    body = _sidecar(item.path)
    if body and body.get("output_digest") != stores.sha256(item.path):
        raise WithheldError("it is not the file that its sidecar describes", reason="DIGEST_DIFFERS")
    covers, explained = ([_place(place) for place in body.get(key, [])] for key in ("covers", "explained"))
    assembly = redactor.assembly
    if (transcript := _transcript(item.media, redactor.policy.audio.speakers)) is not None:
        findings = remaining(transcript, assembly.detector(), redactor.policy.text.placeholder)
        return tuple(Redaction(f.entity_type, (f.span,), f.score, f.detector) for f in findings)
    media = as_kept(item.media)
    reader, detector = assembly.reader(media.kind), assembly.detector()
    try:
        placeholder, threshold = redactor.policy.text.placeholder, redactor.policy.verify.threshold
        return second_reading(
            media, reader, detector, covers, placeholder, explained=explained, threshold=threshold
        ).left
    except WithheldError as error:
        raise WithheldError(f"it cannot be judged: {error}", reason=error.reason) from None


def _transcript(media: Media, speakers: Sequence[str]) -> str | None:
    """What was said in the transcript of a call; None for any other file."""
    if media.format not in FORMS:
        return None
    try:
        return said(media.format, media.path.read_bytes().decode("utf-8"), speakers)
    except (OSError, UnicodeDecodeError):
        return None


def _sidecar(medium: Path) -> dict[str, Any]:
    """The sidecar of a medium; empty when there is none. The sidecar of a call is not that of its transcripts."""
    for name in (medium.name + SIDECAR, medium.stem + SIDECAR):
        path = medium.with_name(name)
        if not path.is_file():
            continue
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise WithheldError("its sidecar is damaged", reason="SIDECAR_DAMAGED") from error
        if isinstance(body, dict) and Path(str(body.get("output", ""))).name == medium.name:
            return body
    return {}


def _place(body: dict[str, Any]) -> Redaction:
    place = {name: value for name, value in body.items() if name != "type"}
    region: Region
    if "stays" in place:
        region = Track(tuple(Stay(**stay) for stay in place["stays"]))
    else:
        region = TimeRange(**place) if "channel" in place else Box(**place)
    return Redaction(str(body["type"]), (region,), 1.0, "sidecar")
