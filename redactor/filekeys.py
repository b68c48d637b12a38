"""Keys of encrypted files: one for each file, in the ledger, wrapped (RFC 3394) by the key of its client.

A file cannot be read without its row here and the key of its client on disk: destroying either is a cryptographic erase
(NIST SP 800-88, 2.6), of one file or of all that the client has.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial

import sqlalchemy as sa
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from redactor.database import Database
from redactor.errors import StoreError
from redactor.keyring import Keyring
from redactor.retained import file_keys

_LOCK_KEY = 0x66696C656B657973
"""Key of the PostgreSQL advisory lock: the letters of "filekeys"."""
_PART = 500
_NOTHING = "nothing that was encrypted for it can be read or written"


class FileKeys:
    """The keys of one store's files. Threads and machines may share them; all methods raise `LedgerError`."""

    def __init__(self, database: Database, keyring: Keyring, store: str) -> None:
        self._database, self._keyring, self._store = database, keyring, store
        self._proved: set[str] = set()

    def new(self, client: str) -> tuple[str, bytes]:
        """The id and the 32 bytes of a key for one more file of a client; kept when it returns.

        Raises `StoreError` (`KEY_GONE`) when the client's key on this machine is not the one that others of its files
        were encrypted with: what is written with it nobody else could read.
        """
        key_id, key = secrets.token_hex(16), secrets.token_bytes(32)

        def work(connection: sa.Connection) -> None:
            if connection.execute(sa.select(file_keys.c.key_id).where(file_keys.c.key_id == key_id)).first():
                # The answer to the commit was lost.
                return
            wrapping = self._own(connection, client)
            row = {"key_id": key_id, "store": self._store, "client": client, "wrapped": aes_key_wrap(wrapping, key)}
            connection.execute(sa.insert(file_keys).values(**row, at=datetime.now(UTC).isoformat(timespec="seconds")))

        self._database.write(work)
        self._proved.add(client)
        return key_id, key

    def _own(self, connection: sa.Connection, client: str) -> bytes:
        """The client's key, made when it has none and nothing hangs on another one."""
        if client in self._proved:
            key = self._keyring.key(client, "files", create=False)
            if key is None:
                raise _gone(client)
            return key
        self._database.lock(connection, _LOCK_KEY)
        query = sa.select(file_keys.c.wrapped).where(file_keys.c.client == client).limit(1)
        wrapped = connection.execute(query).scalar()
        key = self._keyring.key(client, "files", create=wrapped is None)
        if key is None:
            raise _gone(client)
        if wrapped is not None:
            _unwrapped(key, wrapped, client)
        return key

    def key(self, key_id: str) -> bytes | None:
        """The key of a file; None when it was destroyed, or never was. Raises `StoreError` (`KEY_GONE`)."""
        query = sa.select(file_keys.c.client, file_keys.c.wrapped)
        query = query.where(file_keys.c.key_id == key_id, file_keys.c.store == self._store)
        row = self._database.read(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        key = self._keyring.key(row.client, "files", create=False)
        if key is None:
            raise _gone(row.client)
        return _unwrapped(key, row.wrapped, row.client)

    def client(self, key_id: str) -> str | None:
        """Whose file it is; None when its key was destroyed."""
        query = sa.select(file_keys.c.client).where(file_keys.c.key_id == key_id, file_keys.c.store == self._store)
        found = self._database.read(lambda connection: connection.execute(query).scalar())
        return None if found is None else str(found)

    def forget(self, key_ids: Collection[str], *, wholly: bool = False) -> int:
        """Destroy keys of files: their bytes can never be read again. Returns how many there were.

        `wholly`: nothing of them stays in the files of a SQLite ledger; that waits for the disk once more. Within a
        transaction of the caller they go when that is committed, and `Database.fold` is left to the caller.
        """
        ids, count = sorted(set(key_ids)), 0
        for at in range(0, len(ids), _PART):
            mine = sa.and_(file_keys.c.store == self._store, file_keys.c.key_id.in_(ids[at : at + _PART]))
            count += self._database.write(partial(destroy_in, which=mine))
        if count and wholly:
            self._database.fold()
        return count

    def used(self) -> bool:
        """True when a file of the store was encrypted, and its key is not destroyed."""
        query = sa.select(file_keys.c.key_id).where(file_keys.c.store == self._store).limit(1)
        return self._database.read(lambda connection: connection.execute(query).first()) is not None

    def clients(self) -> list[str]:
        """Clients with encrypted files in the store."""
        query = sa.select(file_keys.c.client).distinct().where(file_keys.c.store == self._store)
        return sorted(self._database.read(lambda connection: connection.execute(query).scalars().all()))

    def check(self, client: str) -> None:
        """Raises `StoreError` (`KEY_GONE`) when the client's files cannot be read here; makes no key."""
        query = sa.select(file_keys.c.key_id).where(file_keys.c.client == client, file_keys.c.store == self._store)
        one = self._database.read(lambda connection: connection.execute(query.limit(1)).scalar())
        if one is not None:
            self.key(str(one))


def counted(database: Database) -> dict[tuple[str, str], int]:
    """How many encrypted files each client has in each store, by (client, store)."""
    columns = (file_keys.c.client, file_keys.c.store)
    query = sa.select(*columns, sa.func.count()).group_by(*columns).order_by(*columns)
    rows = database.read(lambda connection: connection.execute(query).all())
    return {(str(client), str(store)): int(count) for client, store, count in rows}


def destroy_in(connection: sa.Connection, which: sa.ColumnElement[bool]) -> int:
    """Delete keys within a transaction; SQLite writes zeros where they stood."""
    return int(connection.execute(sa.delete(file_keys).where(which)).rowcount)


def _unwrapped(key: bytes, wrapped: bytes, client: str) -> bytes:
    try:
        return aes_key_unwrap(key, bytes(wrapped))
    except (InvalidUnwrap, ValueError):
        message = f"the key of client {client or '(none)'} is another one than its files were encrypted with, or a row "
        message += f"of the ledger is damaged: {_NOTHING}; bring the right folder of keys ([keys] folder)"
        raise StoreError(message, reason="KEY_GONE") from None


def _gone(client: str) -> StoreError:
    message = f"the key of client {client or '(none)'} is not in the folder of keys ([keys] folder): {_NOTHING}"
    message += "; bring it back, or say that it is destroyed (redactor keys destroy)"
    return StoreError(message, reason="KEY_GONE")
