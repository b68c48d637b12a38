"""The rows of one item in the index of persons, and the key of a client for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from redactor.database import Database
from redactor.errors import StoreError
from redactor.keyring import Keyring
from redactor.policy import Policy, keys_folder
from redactor.retained import subjects


def write(connection: sa.Connection, number: int, client: str, index: Sequence[Sequence[Any]]) -> None:
    """Put `index` (see `Drafts.index`) in the place of what is there of an item."""
    connection.execute(sa.delete(subjects).where(subjects.c.queue_id == number))
    if index:
        own = {"queue_id": number, "client": client}
        rows = [{**own, "kind": kind, "mac": bytes.fromhex(mac), "score": score} for kind, mac, score in index]
        connection.execute(sa.insert(subjects), rows)


def rows_of(connection: sa.Connection, number: int, client: str) -> list[tuple[str, str, float]] | None:
    """What is there of an item, as `write` takes it; None when it is there under the key of another client."""
    query = sa.select(subjects.c.client, subjects.c.kind, subjects.c.mac, subjects.c.score)
    found = connection.execute(query.where(subjects.c.queue_id == number)).all()
    if any(row.client != client for row in found):
        return None
    return [(str(row.kind), bytes(row.mac).hex(), float(row.score)) for row in found]


def index_key(policy: Policy, database: Database, client: str) -> str:
    """The key of a client for the index of persons (64 hex digits); empty when there is to be no index.

    Raises `WithheldError` or `LedgerError` when it cannot be had, and `StoreError` (`KEY_GONE`) when the index was made
    with one that is not here: what is indexed with another would not be found together with it.
    """
    if not policy.subjects.index:
        return ""
    keyring = Keyring(keys_folder(policy))
    key = keyring.key(client, "index", create=False)
    if key is None:
        query = sa.select(subjects.c.queue_id).where(subjects.c.client == client).limit(1)
        if database.read(lambda connection: connection.execute(query).first()) is not None:
            message = f"the key of the index of persons of client {client or '(none)'} is not in the folder of keys"
            message += " ([keys] folder); bring it back, or say that it is destroyed (redactor keys destroy)"
            raise StoreError(message, reason="KEY_GONE")
        key = keyring.key(client, "index")
    assert key is not None
    return key.hex()
