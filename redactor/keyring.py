"""Keys on disk: one folder, one file per key, readable by its owner only. Whoever destroys a file destroys the key."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from redactor.errors import LedgerError, WithheldError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Use = Literal["index", "files"]
"""`index`: hashes of persons. `files`: wraps the keys of encrypted files."""
_BYTES = 32
_SIGNING = "signing.key"


class Keyring:
    """The keys of one ledger. Threads and processes may share the folder; a key is made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def key(self, client: str, use: Use, *, create: bool = True) -> bytes | None:
        """The 32 bytes of a client's key; None when there is none and `create` is not set. Raises `WithheldError`."""
        return self._read(self._path(client, use), create=create)

    def destroy(self, client: str, use: Use) -> bool:
        """Overwrite and remove a key; what hangs on it can never be read again. False when there was none."""
        path = self._path(client, use)
        try:
            with path.open("r+b") as stream:
                stream.write(secrets.token_bytes(_BYTES))
                stream.flush()
                os.fsync(stream.fileno())
            path.unlink()
            self._sync()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _unusable(error) from error
        return True

    def signing(self) -> Ed25519PrivateKey:
        """The key that signs anchors and certificates (RFC 8032), made at first need. Raises `WithheldError`."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        seed = self._read(self.folder / _SIGNING, create=True)
        assert seed is not None
        return Ed25519PrivateKey.from_private_bytes(seed)

    def signs(self) -> bool:
        """True when something was signed before: the key is there."""
        return (self.folder / _SIGNING).exists()

    def _path(self, client: str, use: Use) -> Path:
        # A client's name may be anything that a file cannot be called.
        return self.folder / f"{use}-{hashlib.sha256(client.encode()).hexdigest()[:32]}.key"

    def _read(self, path: Path, *, create: bool) -> bytes | None:
        try:
            if create:
                self._make(path)
            key = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(error) from error
        if len(key) != _BYTES:
            message = "a key file is damaged; restore it from a copy, or take it away and lose what hangs on it"
            raise LedgerError(message, reason="KEY_DAMAGED")
        return key

    def _make(self, path: Path) -> None:
        """Make a key that is there whole or not at all, and only once whoever else is at it."""
        if path.exists():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, secrets.token_bytes(_BYTES))
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            # Another process may have made it meanwhile; then its key counts.
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
        self._sync()

    def _sync(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unusable(error: OSError) -> WithheldError:
    message = f"the folder of keys cannot be used ({error.strerror}); check [keys] folder, its permissions and its disk"
    return WithheldError(message, reason="KEYS_UNUSABLE")
