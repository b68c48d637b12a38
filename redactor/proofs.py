"""What must be so before anything goes: the original is the one that the ledger knows, and its copy was read again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from redactor.boundary import Place
from redactor.discovery import OpenStore
from redactor.errors import RedactorError, StoreError, WithheldError
from redactor.names import Outputs
from redactor.originals import Original
from redactor.rows import Row
from redactor.unreleased import is_held


@dataclass(frozen=True, slots=True)
class Stood:
    """A file as it was when it was read."""

    place: PurePosixPath = field(repr=False)
    stamp: str


def stays(message: str, reason: str) -> WithheldError:
    """The error of what is not removed."""
    return WithheldError(message, reason=reason)


def proved_original(store: OpenStore, row: Row, found: Original) -> None:
    """The file is the one that the ledger knows: by its content or, if it never was redacted, by its stamp.

    Raises `WithheldError` (`REPLACED`) for any other: that is new content. What the store only keeps versions of was
    removed by somebody already; it cannot be read, and belongs to the item by its place.
    """
    if found.buried:
        return
    if row.state not in ("committed", "disposed") and row.stamp and row.stamp.partition("|")[0] == found.stamp:
        return
    digest = store.source.digest(found.relative) if row.source_digest else ""
    if digest is None:
        raise stays("the original went away while it was looked at; run again", "CHANGED")
    if not digest or digest != row.source_digest:
        message = "another file stands in its place, which the ledger does not know; the next run takes it up as new"
        raise stays(message, "REPLACED")


def proved_copy(store: OpenStore, row: Row, found: Original | None) -> tuple[Stood, ...]:
    """Every output is durable, is read again and has the bytes that the ledger knows. Raises `WithheldError`."""
    recorded = recorded_places(row)
    if row.state != "committed" or not row.source_digest or row.output_digest not in recorded.values():
        raise stays("there is no verified copy of it; redact it, or change what its rule says", "NO_COPY")
    there = []
    if any(map(is_held, recorded)):
        raise stays("its copy is held back until the release gate is met: redactor release", "NOT_RELEASED")
    for place, digest in recorded.items():
        stood = _stood(store.output, place, digest)
        if stood is None:
            message = "its copy is missing, changed, or no file of its own; run the batch again, which makes it anew"
            raise stays(message, "COPY_DAMAGED")
        there.append(stood)
        if found is not None and _same_file(store, found.relative, place):
            raise stays("original and copy are one file; the next run parts them", "COPY_DAMAGED")
    store.output.settle(list(recorded))
    return tuple(there)


def standing_outputs(store: OpenStore, row: Row) -> tuple[tuple[Stood, ...], tuple[PurePosixPath, ...]]:
    """The files of an item in the output store that are ours, and the places of its outputs where others stand."""
    known = {place: {digest} for place, digest in recorded_places(row).items()}
    pending = json.loads(row.pending or "{}")
    for name, digest in pending.get("places", {}).items():
        known.setdefault(PurePosixPath(name), set()).add(str(digest))
    for place in _planned(row):
        known.setdefault(place, set()).add(row.output_digest)
    ours, others = [], []
    for place, digests in known.items():
        seen = store.output.look(place)
        digest = store.output.digest(place) if seen is not None and seen.refusal is None else None
        if seen is not None and digest in digests and not _is_link(store.output, place):
            ours.append(Stood(place, seen.stamp))
        elif seen is not None and place in recorded_places(row):
            others.append(place)
    return tuple(ours), tuple(others)


def recorded_places(row: Row) -> Mapping[PurePosixPath, str]:
    """The committed outputs: place -> SHA-256 (hex)."""
    stamps = json.loads(row.output_stamps or "{}")
    return {PurePosixPath(place): str(digest) for place, (_, digest) in stamps.items()}


def still(place: Place, stood: Stood) -> bool:
    """True when the file is as it was when it was read."""
    seen = place.look(stood.place)
    return seen is not None and seen.stamp == stood.stamp


def _planned(row: Row) -> Iterator[PurePosixPath]:
    if row.outputs and row.output_digest:
        yield Outputs.from_json(row.outputs).medium


def _stood(output: Place, place: PurePosixPath, digest: str) -> Stood | None:
    """The file, when it is one of its own with these bytes. Raises `StoreError` when the store does not answer."""
    seen = output.look(place)
    if seen is None or seen.refusal is not None or _is_link(output, place):
        return None
    return Stood(place, seen.stamp) if output.digest(place) == digest else None


def _is_link(output: Place, place: PurePosixPath) -> bool:
    try:
        here = output.path(place)
    except StoreError as error:
        if error.reason == "STORE_LEFT":
            return True
        raise
    return here is not None and here.is_symlink()


def _same_file(store: OpenStore, original: PurePosixPath, copy: PurePosixPath) -> bool:
    try:
        first, second = store.source.path(original), store.output.path(copy)
    except RedactorError:
        return True
    return first is not None and second is not None and first.exists() and first.samefile(second)
