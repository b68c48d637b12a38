"""What stands already: outputs of a claimed item that need not be made again."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from redactor.indexed import rows_of
from redactor.names import Outputs
from redactor.publication import Files, Target, in_place
from redactor.unreleased import newest, standing_of

_ONLY_IN_SIDECAR = frozenset({"product", "extent", "covers", "explained", "redactions", "layout"})


def published(target: Target, digest: str, policy_digest: str) -> bool:
    """True when this content was published to these places under this policy, and stands there unchanged."""
    row = target.row
    if (row.source_digest, row.output_policy) != (digest, policy_digest) or not row.output_stamps:
        return False
    # Outputs that a gate holds back stand, too; what was released of an older content or policy says nothing.
    places = newest(standing_of(row.output_stamps))
    wanted = Outputs.from_json(row.outputs).all()
    return places.keys() <= set(wanted) and in_place(target.output, {str(p.place): p.digest for p in places.values()})


def pending(target: Target, digest: str, policy_digest: str) -> dict[str, Any]:
    """What an earlier claim has renamed into place without coming to its last step; empty when there is none."""
    body: dict[str, Any] = json.loads(target.row.pending or "{}")
    fits = body.get("source") == digest and body["receipt"]["policy_digest"] == policy_digest
    return body if fits and in_place(target.output, body["places"]) else {}


def elsewhere(target: Target, digest: str, policy_digest: str, folder: Path, *, indexed: bool) -> Files | None:
    """The outputs of the same content at another name, copied into `folder` and made fit for this one.

    A file that was moved or copied in its store need not be redacted again. What it was redacted with besides itself
    (the other files of an interaction) it may not have at its new name; then it is. So it is where persons are
    `indexed` and the other is another client's: each has a key of its own.
    """
    row, outputs = target.row, Outputs.from_json(target.row.outputs)
    for other in target.queue.moved_from(row.store, digest, policy_digest):
        if other.item == row.item or json.loads(other.knew or "[]"):
            continue
        there = Outputs.from_json(other.outputs)
        stood = newest(standing_of(other.output_stamps))
        recorded = {str(one.place): one.digest for one in stood.values()}
        pairs = [(stood[old].place, new) for old, new in zip(there.all(), outputs.all(), strict=True) if old in stood]
        if there.medium.suffix != outputs.medium.suffix or not in_place(target.output, recorded):
            continue
        rows = partial(rows_of, number=other.id, client=row.client)
        index = target.ledger.database.read(rows) if indexed else []
        if index is None:
            continue
        drafts = []
        for number, (old, new) in enumerate(pairs):
            draft = folder / f"{row.id}-copy{number}"
            target.output.fetch(old, draft)
            drafts.append((draft, new))
        sidecar = drafts[0][0]
        body = {**json.loads(sidecar.read_text(encoding="utf-8")), "output": str(outputs.medium)}
        sidecar.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        receipt = {name: value for name, value in body.items() if name not in _ONLY_IN_SIDECAR}
        return Files(digest, receipt, tuple(drafts), index=index)
    return None
