"""Finds the originals of a sample in their stores, and lets the second detector look at them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from redactor.boundary import Place
from redactor.discovery import OpenStore
from redactor.errors import MediaError, RedactorError, StoreError, WithheldError
from redactor.findings import Redaction
from redactor.foreign import translated
from redactor.names import Outputs
from redactor.originals import Original, Originals
from redactor.prepare import as_kept
from redactor.protocols import Media
from redactor.recall import Captured
from redactor.recalls import RunItem
from redactor.second_chain import KINDS, SecondChain, redactions_of
from redactor.spool import Spool
from redactor.stores import FORMATS, sha256


def looked(
    chain: SecondChain, stores: Mapping[str, OpenStore], items: Sequence[RunItem]
) -> Iterator[tuple[RunItem, dict[str, Captured] | RedactorError]]:
    """Counts of each item, or why there are none: its original has gone or changed, or cannot be read this way."""
    by_store: dict[str, list[RunItem]] = {}
    for one in items:
        by_store.setdefault(one.store, []).append(one)
    for name, part in sorted(by_store.items()):
        with closing(Spool()) as spool, tempfile.TemporaryDirectory(prefix="redactor-") as folder:
            originals, down = Originals(spool), _unknown(stores, name)
            try:
                if down is None:
                    originals.search(stores[name], {one.item for one in part})
            except WithheldError as error:
                down = error
            for one in part:
                try:
                    if down is not None:
                        raise down
                    with translated(Path(folder)):
                        found = originals.where(name, one.item)
                        yield one, _captures(chain, stores[name], one, found, Path(folder))
                except RedactorError as error:
                    yield one, error


def _unknown(stores: Mapping[str, OpenStore], name: str) -> RedactorError | None:
    return None if name in stores else StoreError("its store did not answer, or is no longer configured")


def _captures(
    chain: SecondChain, store: OpenStore, item: RunItem, found: Original | None, folder: Path
) -> dict[str, Captured]:
    kind = next((kind for kind in KINDS if kind == item.stratum.kind), None)
    if kind is None:
        raise MediaError("the second detector does not look at this kind of medium", reason="NO_SECOND_LOOK")
    if found is None or found.buried:
        raise MediaError("the original is no longer in its store", reason="GONE")
    suffix = found.relative.suffix.lower().removeprefix(".")
    suffix = store.policy.formats.get(suffix, suffix)
    path = _local(store.source, found, folder / f"original.{suffix}")
    if sha256(path) != item.source_digest:
        raise MediaError("the original is another than the run saw", reason="CHANGED")
    media = as_kept(Media(path, kind, FORMATS[suffix][1] if suffix in FORMATS else suffix))
    return chain.captures(media, _first(store.output, item, folder / "sidecar.json"))


def _local(place: Place, found: Original, target: Path) -> Path:
    here = place.path(found.relative)
    if here is not None:
        return here
    target.unlink(missing_ok=True)
    place.fetch(found.relative, target)
    return target


def _first(output: Place, item: RunItem, target: Path) -> list[Redaction] | None:
    """What the run redacted; None when its sidecar is not there (any more), or belongs to another run."""
    if not item.outputs:
        return None
    sidecar = Outputs.from_json(item.outputs).sidecar
    if output.look(sidecar) is None:
        return None
    here = output.path(sidecar)
    if here is None:
        target.unlink(missing_ok=True)
        output.fetch(sidecar, target)
        here = target
    try:
        body = json.loads(here.read_text(encoding="utf-8"))
        return redactions_of(body) if body["source_digest"] == item.source_digest else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
