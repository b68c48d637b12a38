"""Publication: verified drafts go to their places in a store, step by step, so that a crash at any point harms nothing.

    put under a temporary name -> ledger: written -> read again, digest compared -> ledger: verified -> renamed, the
    medium last -> ledger: committed, with its entry in the audit trail

The ledger's steps check the claim's token. Temporary names hold item and token: who claims an item removes what older
tokens left, so whoever lost his lease after `verified` finds nothing to rename.

Under a release gate the same steps end beside the places of the outputs (`unreleased`), and what was released of the
item before stays where it is until the new outputs are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from redactor import stores, unreleased
from redactor.boundary import Place, draft_place
from redactor.errors import DraftGoneError, StoreError, WithheldError
from redactor.kept import NOT_RELEASED
from redactor.ledger import Entry, Ledger
from redactor.queue import Claim, Committed, Queue, Row
from redactor.sidecar import is_ours

Step = Callable[[str], None]
"""Told before and after each step that could be the last one; tests end the process there."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the outputs of one claimed item go."""

    queue: Queue
    ledger: Ledger
    claim: Claim
    row: Row
    output: Place
    step: Step
    held_by: str = ""
    """The run that a release gate holds back; empty: outputs go to their places."""

    def place(self, final: PurePosixPath) -> PurePosixPath:
        """Where an output goes now."""
        return unreleased.held_place(self.held_by, final) if self.held_by else final


@dataclass(frozen=True, slots=True)
class Files:
    """What is published of one item."""

    source_digest: str
    receipt: dict[str, Any]
    """See `Receipt.as_dict`."""
    drafts: tuple[tuple[Path, PurePosixPath], ...] = field(repr=False)
    """Each draft with its place below the output; the medium last."""
    knew: Sequence[str] = ()
    """Source digests of the other files of the interaction whose values were looked for."""
    index: Sequence[Sequence[Any]] = field(default=(), repr=False)
    """As `Drafts.index`."""


def drafts_name(row: Row) -> str:
    """The folder of temporary outputs of a claimed item."""
    return f"{row.item}-{row.token}"


def fence(target: Target) -> None:
    """Remove what claims of other tokens left of this item, so that none of it can be renamed into place any more."""
    mine = drafts_name(target.row)
    if target.row.token > 1:
        for name in target.output.drafts():
            if name.startswith(f"{target.row.item}-") and name != mine:
                target.output.clear(name)


def may_write(target: Target, files: Files, source: Path | None) -> None:
    """Nothing is replaced that this product did not write, and never the source. Raises `WithheldError`."""
    may_stand(target.output, target.ledger, target.row, [place for _, place in files.drafts], source)


def may_stand(
    output: Place, ledger: Ledger, row: Row, places: Sequence[PurePosixPath], source: Path | None = None
) -> None:
    """As `may_write`, of the final places of a row's outputs, the medium last."""
    there = output.stamps(places)
    recorded = json.loads(row.output_stamps or "{}")
    begun = json.loads(row.pending or "{}").get("places", {})
    for place in there:
        here = output.path(place)
        if source is not None and here is not None and here.exists() and here.samefile(source):
            raise WithheldError("the output would replace its own source; choose another", reason="OUTPUT_IS_SOURCE")
        if recorded.get(str(place), [""])[0] == there[place]:
            continue
        if begun.get(str(place)) and begun[str(place)] == output.digest(place):
            # An earlier claim came as far as here.
            continue
        medium = place == places[-1]
        ours = _is_medium(output, ledger, place, here)
        if medium and not ours:
            message = "a file of that name that this product did not write is in the way; move it and run again"
            raise WithheldError(message, reason="OUTPUT_EXISTS")
        if not medium and ours:
            message = "the output of another input has the name of the transcript; move it and run again"
            raise WithheldError(message, reason="OUTPUT_EXISTS")


def _is_medium(output: Place, ledger: Ledger, place: PurePosixPath, here: Path | None) -> bool:
    beside = [here.with_name(name + ".redaction.json") for name in (here.stem, here.name)] if here else []
    if here is not None and any(is_ours(sidecar, here) for sidecar in beside):
        return True
    digest = output.digest(place)
    return digest is not None and ledger.knows(digest)


def publish(target: Target, files: Files, entry: Entry, stamp: str) -> None:
    """Take all steps. Raises `LeaseLostError`, `StoreError`, `WithheldError` or `LedgerError`; then nothing counts.

    What stands in the store then is verified all the same: either it is found there by the next claim and committed,
    or it is written over.
    """
    folder = draft_place(drafts_name(target.row))
    pieces = [
        (draft, folder / str(n), target.place(place), stores.sha256(draft))
        for n, (draft, place) in enumerate(files.drafts)
    ]
    target.step("write")
    for draft, temporary, _, _ in pieces:
        target.output.put(draft, temporary)
        target.step("put")
    pending = {
        "source": files.source_digest,
        "receipt": files.receipt,
        "knew": list(files.knew),
        "index": [list(one) for one in files.index],
        "places": {str(place): digest for _, _, place, digest in pieces},
    }
    if target.held_by:
        pending["beside"] = _released(target.row)
    packed = json.dumps(pending, ensure_ascii=False, sort_keys=True)
    target.queue.written(target.claim, target.row.id, source_digest=files.source_digest, pending=packed)
    target.step("written")
    for _, temporary, _, digest in pieces:
        there = target.output.digest(temporary)
        if there is None:
            raise DraftGoneError("another worker has taken the item over", reason="LEASE_LOST")
        if there != digest:
            raise StoreError("an output is not in its store as it was written; try again", reason="STORE_DIFFERS")
    target.queue.verified(target.claim, target.row.id)
    target.step("verified")
    for _, temporary, place, _ in pieces:
        target.output.rename(temporary, place)
        target.step("renamed")
    commit(target, pending, entry, stamp)
    # It is done, whatever the store says now; what is left is swept by the next run.
    with suppress(WithheldError):
        target.output.clear(drafts_name(target.row))
    target.step("cleared")


def commit(target: Target, pending: dict[str, Any], entry: Entry, stamp: str) -> None:
    """The last step: all outputs stand in their places with the digests of `pending`."""
    places = [PurePosixPath(place) for place in pending["places"]]
    stamps = target.output.stamps(places)
    if len(stamps) < len(places):
        raise StoreError("an output is no longer where it was put; try again", reason="STORE_DIFFERS")
    beside = _beside(target, pending.get("beside", {}))
    _withdraw_others(target, {*places, *beside})
    receipt = pending["receipt"]
    held = [NOT_RELEASED] if any(map(unreleased.is_held, places)) else []
    made = Committed(
        stamp=stamp,
        output_digest=str(receipt["output_digest"]),
        output_stamps=unreleased.stamps_json({**{p: (stamps[p], pending["places"][str(p)]) for p in places}, **beside}),
        knew=json.dumps(pending["knew"]),
        categories=json.dumps(receipt["counts"], sort_keys=True),
        marks=json.dumps([*receipt.get("marks", ()), *held]),
        index=pending.get("index", ()),
    )
    target.queue.commit(target.claim, target.row.id, entry, made)
    target.step("committed")


def recover(target: Target, pending: dict[str, Any], entry: Entry, stamp: str) -> None:
    """Take the steps in the ledger that an earlier claim did not come to; its outputs stand in their places."""
    packed = json.dumps(pending, ensure_ascii=False, sort_keys=True)
    target.queue.written(target.claim, target.row.id, source_digest=str(pending["source"]), pending=packed)
    target.queue.verified(target.claim, target.row.id)
    target.output.settle([PurePosixPath(place) for place in pending["places"]])
    commit(target, pending, entry, stamp)


def in_place(output: Place, digests: dict[str, str]) -> bool:
    """True when each place holds the bytes of that digest."""
    return bool(digests) and all(output.digest(PurePosixPath(place)) == digest for place, digest in digests.items())


def _released(row: Row) -> dict[str, str]:
    """What stands of an item where readers look: place -> digest, as far as the ledger knows."""
    begun = json.loads(row.pending or "{}").get("places", {})
    released = {str(one.place): one.digest for one in unreleased.standing_of(row.output_stamps) if not one.held}
    # A release that was killed has renamed some of these.
    return {**{place: d for place, d in begun.items() if not unreleased.is_held(PurePosixPath(place))}, **released}


def _beside(target: Target, released: dict[str, str]) -> dict[PurePosixPath, tuple[str, str]]:
    """Of what was released before and stays until the new outputs are: what is as it was, with stamps and digests."""
    places = {PurePosixPath(place): digest for place, digest in released.items()}
    stamps = target.output.stamps(list(places)) if places else {}
    known = json.loads(target.row.output_stamps or "{}")
    return {
        place: (stamp, places[place])
        for place, stamp in stamps.items()
        if known.get(str(place)) == [stamp, places[place]] or target.output.digest(place) == places[place]
    }


def _withdraw_others(target: Target, kept: Collection[PurePosixPath]) -> None:
    """Outputs of an earlier policy under other names go, when they are still as they were written."""
    for name, (_, digest) in json.loads(target.row.output_stamps or "{}").items():
        place = PurePosixPath(name)
        if place not in kept and target.output.digest(place) == digest:
            target.output.remove(place)
            if unreleased.is_held(place):
                with suppress(WithheldError):
                    target.output.prune(place.parent)


def recorded_s(sidecar: Path) -> float:
    """Seconds of recording that a sidecar describes; 0 for what has no length."""
    extent = json.loads(sidecar.read_text(encoding="utf-8"))["extent"]
    ends_ms = [region["end_ms"] for region in extent if "end_ms" in region]
    return round(max(ends_ms, default=0) / 1000, 1)
