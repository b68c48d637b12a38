"""`redactor audit verify`: everything that says whether the ledger is whole, as findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from redactor.anchors import Finding, check, missing
from redactor.chain import ChainError, tip_of, unguarded, walk
from redactor.errors import LedgerError
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.removals import records
from redactor.retained import disposals
from redactor.rows import queue
from redactor.signatures import public_key_of

_SHOWN = 100
"""So many rows of one kind that do not agree are told one by one."""
_MEMBERS = ("seq", "event", "store", "item", "source_digest", "output_digest", "reason")
_entries = sa.table("entries", *(sa.column(name) for name in _MEMBERS))


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to."""

    count: int
    """Entries, up to the first that is wrong."""
    root: str
    """Hash of the last of them."""
    findings: tuple[Finding, ...]


def verify(
    ledger: Ledger,
    anchors: Path,
    public_key: str | None,
    *,
    signs: bool,
    copy: Path | None = None,
    deep: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Checked:
    """Walk the chain, then ask its guards, its anchors and an exported `copy` of them; `deep`: the queue too.

    `signs`: something was signed here before, so that anchors must be there. Raises `LedgerError` when the database
    cannot be read.
    """
    findings = [Finding("LEDGER_UNGUARDED", what) for what in unguarded(ledger.database)]
    try:
        tip = walk(ledger.database, progress)
    except ChainError as error:
        findings.append(Finding(error.reason, str(error), error.seq))
        tip = tip_of(ledger.database)
    findings += check(ledger, anchors, public_key, required=signs)
    if copy is not None:
        findings += check(ledger, copy, public_key, required=True)
        findings += missing(anchors, copy)
    if deep:
        findings += _deep(ledger)
    return Checked(tip.seq, tip.hash, tuple(dict.fromkeys(findings)))


def must_be_whole(ledger: Ledger, keyring: Keyring, anchors: Path) -> int:
    """As `verify`, for who is about to delete; returns the number of entries. Raises `LedgerError` at any finding."""
    found = verify(ledger, anchors, own_public_key(keyring), signs=keyring.signs())
    if found.findings:
        first = found.findings[0]
        raise LedgerError(f"{first.message}; nothing is done; run redactor audit verify", reason=first.reason)
    return found.count


def own_public_key(keyring: Keyring) -> str | None:
    """The key that signs here, base64; None when nothing was signed yet."""
    return public_key_of(keyring.signing()) if keyring.signs() else None


def _deep(ledger: Ledger) -> Iterator[Finding]:
    """Rows of the queue that claim what the audit trail does not tell."""
    entry = _entries.alias()
    same = (entry.c.item == queue.c.item, entry.c.store == queue.c.store)
    bytes_of = (entry.c.source_digest == queue.c.source_digest, entry.c.output_digest == queue.c.output_digest)
    published = sa.exists().where(entry.c.event == "published", *same, *bytes_of)
    disposed = sa.exists().where(entry.c.event == "disposed", *same, entry.c.source_digest == queue.c.source_digest)
    told = sa.exists().where(entry.c.event == "disposed", *same)
    noted = sa.exists().where(disposals.c.queue_id == queue.c.id, disposals.c.state == "done")
    asked = (
        (queue.c.state == "committed", ~published, "is committed, but no entry tells of these outputs"),
        (queue.c.state == "disposed", ~disposed, "is disposed of, but no entry tells of it"),
        (noted, ~told, "was disposed of, as is noted, but no entry tells of it"),
    )
    for which, unproved, message in asked:
        query = sa.select(queue.c.store, queue.c.item).where(which, unproved).order_by(queue.c.id)
        count = sa.select(sa.func.count().label("n")).select_from(queue).where(which, unproved)
        for row in records(ledger, query.limit(_SHOWN)):
            yield Finding("ROW_UNPROVED", f"store {row['store']}, item {row['item'][:12]}: {message}")
        total = int(records(ledger, count)[0]["n"])
        if total > _SHOWN:
            yield Finding("ROW_UNPROVED", f"and {total - _SHOWN} more items: {message}")
    if ledger.database.sqlite:
        looked = sa.text("PRAGMA quick_check(1)")
        if ledger.database.read(lambda connection: connection.execute(looked).scalar()) != "ok":
            yield Finding("LEDGER_DAMAGED", "the database file is damaged: restore it from its last copy")
