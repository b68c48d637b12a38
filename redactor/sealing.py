"""Sealing: a place whose files lie encrypted, each with a key of its own, and are read and written as if they did not.

Digests are those of the content. A file that is not sealed is read as it is (the store may have been encrypted only
later), what is written is sealed. So nothing is trusted for being sealed: what counts is the digest in the ledger.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from redactor.borders import Borders
from redactor.boundary import Level, Place, Seen, cannot_read, cannot_write
from redactor.database import Database
from redactor.errors import BusyError, StoreError, WithheldError
from redactor.filekeys import FileKeys
from redactor.keyring import Keyring
from redactor.places import local_folder, open_place
from redactor.policy import Policy, keys_folder
from redactor.sealed_bytes import HEADER, Header, is_sealed, seal, unseal
from redactor.storepolicy import StorePolicy
from redactor.stores import shared_folder

CRYPTO_ERASED: Level = "cryptographic erase"
"""The level that `SealedPlace.erase` reaches: *Purge* of NIST SP 800-88, as long as no copy of the key exists."""


class _Headed(Protocol):
    def head(self, relative: PurePosixPath, count: int) -> bytes | None: ...


class SealedPlace:
    """A `Place` around another one."""

    local = False

    def __init__(self, inner: Place, keys: FileKeys, *, client: str = "", seals: bool = True) -> None:
        """`client`: whose files are put here. `seals`: False where nothing more is encrypted, but something was."""
        self._inner, self._keys, self._client, self._seals = inner, keys, client, seals

    def of(self, client: str) -> SealedPlace:
        """The same place, for the files of a client."""
        return SealedPlace(self._inner, self._keys, client=client, seals=self._seals)

    def header(self, relative: PurePosixPath) -> Header | None:
        """The header of a file; None when it is not there or not sealed."""
        head = cast("_Headed", self._inner).head(relative, HEADER)
        return Header.of(head) if head else None

    def client(self, relative: PurePosixPath) -> str | None:
        """Whose sealed file it is; None when nobody can read it any more, or it is not sealed."""
        header = self.header(relative)
        return self._keys.client(header.key_id) if header else None

    def walk(self) -> Iterator[list[Seen]]:
        """See `Place`; sizes and stamps are those of the sealed files."""
        return self._inner.walk()

    def look(self, relative: PurePosixPath) -> Seen | None:
        """See `Place`."""
        return self._inner.look(relative)

    def path(self, relative: PurePosixPath) -> Path | None:
        """See `Place`: nothing can be opened directly."""
        self._inner.path(relative)
        return None

    def fetch(self, relative: PurePosixPath, target: Path) -> None:
        """See `Place`; what does not open leaves nothing behind. Raises `StoreError` with `KEY_GONE` besides."""
        if self.header(relative) is None:
            self._inner.fetch(relative, target)
            return
        with self._sealed(relative) as (stream, header):
            key = self._keys.key(header.key_id)
            if key is None:
                raise StoreError("the key of the file was destroyed: nobody can read it any more", reason="KEY_GONE")
            try:
                with target.open("wb") as sink:
                    for chunk in unseal(stream, header, key):
                        sink.write(chunk)
            except OSError as error:
                target.unlink(missing_ok=True)
                raise cannot_write(error) from None
            except StoreError:
                target.unlink(missing_ok=True)
                raise

    def digest(self, relative: PurePosixPath) -> str | None:
        """See `Place`: of the content. What can never be opened has the digest of its sealed bytes, which fits nothing.

        Raises `StoreError` (`KEY_GONE`) when only the client's key is missing: that may come back.
        """
        if self._readable_header(relative) is None:
            return self._inner.digest(relative)
        with self._sealed(relative) as (stream, header):
            key, found = self._keys.key(header.key_id), hashlib.sha256()
            if key is None:
                return self._inner.digest(relative)
            try:
                for chunk in unseal(stream, header, key):
                    found.update(chunk)
            except StoreError:
                return self._inner.digest(relative)
            except OSError as error:
                raise cannot_read(error) from None
            return found.hexdigest()

    @contextmanager
    def _sealed(self, relative: PurePosixPath) -> Iterator[tuple[BinaryIO, Header]]:
        """The bytes behind the header of a sealed file, and the header; fetched where they must be."""
        path = self._inner.path(relative)
        with tempfile.TemporaryDirectory(prefix="sealed-") as folder:
            if path is None:
                path = Path(folder) / "sealed"
                self._inner.fetch(relative, path)
            try:
                stream = path.open("rb")
            except OSError as error:
                raise cannot_read(error) from None
            with stream:
                # What the system remembers of a file that was just written says nothing of the disk.
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                header = Header.of(stream.read(HEADER))
                if header is None:
                    raise StoreError("the file changed while it was read; run again", reason="STORE_CHANGED")
                yield stream, header

    def put(self, draft: Path, temporary: PurePosixPath) -> None:
        """See `Place`; what goes there is encrypted before it leaves this machine."""
        if not self._seals:
            self._inner.put(draft, temporary)
            return
        key_id, key = self._keys.new(self._client)
        handle, name = tempfile.mkstemp(prefix=".sealed-", dir=draft.parent)
        sealed = Path(name)
        try:
            try:
                with os.fdopen(handle, "wb") as sink, draft.open("rb") as source:
                    seal(source, sink, Header.new(key_id), key)
            except OSError as error:
                raise cannot_write(error) from None
            self._inner.put(sealed, temporary)
        except BaseException:
            self._keys.forget([key_id])
            raise
        finally:
            sealed.unlink(missing_ok=True)

    def rename(self, temporary: PurePosixPath, final: PurePosixPath) -> None:
        """See `Place`; the key of what was there is destroyed."""
        before = self._readable_header(final)
        self._inner.rename(temporary, final)
        if before is not None:
            self._keys.forget([before.key_id])

    def remove(self, relative: PurePosixPath) -> None:
        """See `Place`; the key goes, too."""
        before = self._readable_header(relative)
        self._inner.remove(relative)
        if before is not None:
            self._keys.forget([before.key_id])

    def erase(self, relative: PurePosixPath, *, overwrite: bool = False) -> Level:
        """Destroy the key of a file, then the file in the strongest way its store has.

        Returns `CRYPTO_ERASED`, or what the store reached for a file that was not sealed.
        """
        header = self._readable_header(relative)
        if header is not None:
            # First: whatever the store keeps of it, in whichever version, can be read no more.
            self._keys.forget([header.key_id], wholly=True)
        reached = self._inner.erase(relative, overwrite=overwrite)
        return reached if header is None else CRYPTO_ERASED

    def _readable_header(self, relative: PurePosixPath) -> Header | None:
        """As `header`; None for one that is damaged, too, and for a link: the key is that of another file."""
        here = self._inner.path(relative)
        if here is not None and here.is_symlink():
            return None
        try:
            return self.header(relative)
        except StoreError as error:
            if error.reason != "STORE_DIFFERS":
                raise
            return None

    def buried(self) -> Iterator[PurePosixPath]:
        """See `Place`."""
        return self._inner.buried()

    def prune(self, folder: PurePosixPath) -> None:
        """See `Place`."""
        self._inner.prune(folder)

    def settle(self, relatives: Sequence[PurePosixPath]) -> None:
        """See `Place`."""
        self._inner.settle(relatives)

    def wipe(self, start: str) -> int:
        """See `Place`."""
        return self._inner.wipe(start)

    def drafts(self) -> Iterator[str]:
        """See `Place`."""
        return self._inner.drafts()

    def clear(self, name: str) -> None:
        """See `Place`."""
        self._inner.clear(name)

    def stamps(self, relatives: Sequence[PurePosixPath]) -> dict[PurePosixPath, str]:
        """See `Place`."""
        return self._inner.stamps(relatives)


def keys_of(store: StorePolicy, policy: Policy, database: Database) -> FileKeys:
    """The keys of a store's files."""
    return FileKeys(database, Keyring(keys_folder(policy)), store.name)


def output_place(
    store: StorePolicy, policy: Policy, database: Database, *, create: bool = False, client: str = ""
) -> Place:
    """A store's outputs, sealed where the store says so or was. Raises as `open_place`, and `LedgerError`."""
    return wrapped(open_place(store.output, store.output_options, create=create), store, policy, database, client)


def reachable_output(
    store: StorePolicy, policy: Policy, database: Database, borders: Borders, held: ExitStack
) -> Place:
    """A store's outputs, held as batches hold them until `held` ends; nothing is made that is not there.

    Raises `WithheldError` for a store that is barred, does not answer, or is busy (`BUSY`).
    """
    if (barred := borders.store(store)) is not None:
        raise WithheldError(str(barred), reason=barred.reason)
    output = output_place(store, policy, database)
    folder = local_folder(store.output)
    if folder is not None:
        try:
            held.enter_context(shared_folder(folder))
        except BusyError as error:
            raise WithheldError(str(error), reason="BUSY") from None
    return output


def wrapped(inner: Place, store: StorePolicy, policy: Policy, database: Database, client: str = "") -> Place:
    """`inner`, sealed where the store says so or was."""
    keys = keys_of(store, policy, database)
    if not store.encrypt and not keys.used():
        return inner
    return SealedPlace(inner, keys, client=client or store.client, seals=store.encrypt)


def for_client(place: Place, client: str) -> Place:
    """`place`, for the files of a client."""
    return place.of(client) if isinstance(place, SealedPlace) else place


def looks_sealed(path: Path) -> bool:
    """True when a file of this machine is sealed. Raises `OSError`."""
    with path.open("rb") as stream:
        return is_sealed(stream.read(HEADER))
