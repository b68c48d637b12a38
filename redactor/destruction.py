"""The end of a client's key: it is destroyed, with all that hangs on it, and the ledger says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from redactor.filekeys import counted, destroy_in
from redactor.keyring import Keyring, Use
from redactor.ledger import Entry, Ledger
from redactor.retained import file_keys, subjects

EVENT = "key-destroyed"
"""The entry in the audit trail. It names client and use, never a key."""


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What a destroyed key took with it."""

    found: bool
    """False when there was no key (any more)."""
    files: int
    """Encrypted files that can never be read again; of the use `index` none."""
    entry: str
    """Hash of the entry in the ledger."""


def hanging(ledger: Ledger, client: str, use: Use) -> Mapping[str, int]:
    """What becomes useless without a client's key: encrypted files by store, or rows of the index of persons."""
    if use == "files":
        return {store: count for (of, store), count in counted(ledger.database).items() if of == client}
    query = sa.select(sa.func.count()).select_from(subjects).where(subjects.c.client == client)
    return {"index": int(ledger.database.read(lambda connection: connection.execute(query).scalar()) or 0)}


def destroy(ledger: Ledger, keyring: Keyring, client: str, use: Use) -> Destroyed:
    """Destroy a key, the keys of files that it wraps, and enter it in the ledger.

    Done again after a crash, it enters that the key is gone. Raises `WithheldError` and `LedgerError`.
    """
    # The key first: an entry must not say what is not so.
    found = keyring.destroy(client, use)
    files, entry = ledger.database.write(partial(_entered, ledger=ledger, client=client, use=use, found=found))
    if files:
        ledger.database.fold()
    return Destroyed(found, files, entry)


def _entered(connection: sa.Connection, *, ledger: Ledger, client: str, use: Use, found: bool) -> tuple[int, str]:
    files = destroy_in(connection, file_keys.c.client == client) if use == "files" else 0
    if use == "index":
        # Without the key they say nothing; while they stand, a missing key is one that was lost.
        connection.execute(sa.delete(subjects).where(subjects.c.client == client))
    detail = json.dumps({"client": client, "use": use, "found": found, "files": files}, ensure_ascii=False)
    return files, ledger.append_in(connection, Entry("keys", EVENT, "", "", "", detail=detail))
