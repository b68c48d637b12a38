"""The sweep: drafts in an output store that nobody is at work on any more are cleared.

A worker that is killed leaves what it was writing. Who claims the item next clears that, but an item may never be
claimed again (it is gone from its source, or its bundle is another), and folders of drafts have no item.
"""

from __future__ import annotations

import hashlib
import re

from redactor.boundary import Place
from redactor.queue import Queue
from redactor.rows import HELD

_DRAFT = re.compile(r"([0-9a-f]{64})-(\d{1,18})")
_WORK = re.compile(r"work-([0-9a-f]{16})-\w*")


def work_prefix(holder: str) -> str:
    """How the names of the folders begin in which the process `str(Holder)` makes its drafts."""
    return f"work-{hashlib.sha256(holder.encode()).hexdigest()[:16]}-"


def sweep(queue: Queue, store: str, output: Place) -> int:
    """Clear what no claim holds; returns how many names that were. The caller holds the folder, if it is local.

    Raises `StoreError` when the store does not answer, `WithheldError` when it cannot be written, and `LedgerError`.
    """
    # The names come first: a claim that makes one of them was in the ledger before it was made.
    names = list(output.drafts())
    drafts = {name: (match[1], int(match[2])) for name in names if (match := _DRAFT.fullmatch(name))}
    rows = queue.rows(store, sorted({item for item, _ in drafts.values()}))
    live = {
        name
        for name, (item, token) in drafts.items()
        if (row := rows.get(item)) is not None and row.state in HELD and row.token == token
    }
    at_work = {work_prefix(holder) for _, _, holder, _ in queue.held([store])}
    live |= {name for name in names if (match := _WORK.fullmatch(name)) and f"work-{match[1]}-" in at_work}
    cleared = 0
    for name in names:
        # In a store of others we take away nothing but what only we can have put there.
        if name not in live and (output.local or name in drafts):
            output.clear(name)
            cleared += 1
    return cleared
