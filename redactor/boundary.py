"""The boundary of a store: what may not be read or written through it, what is seen there, and errors with remedies."""

from __future__ import annotations

import errno
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal, Protocol

from redactor.errors import MediaError, StoreError, WithheldError

DRAFTS = ".redactor.tmp"
"""Folder of an output store that holds what is not published yet."""
UNRELEASED = ".redactor.held"
"""Folder of an output store that holds what the release gate keeps back, by run; see `unreleased`."""
PRIVATE = ".redactor."
"""Names that begin so are ours: no walk shows them."""

Level = Literal[
    "deleted",
    "overwritten (best effort)",
    "deleted, all versions",
    "deleted (versions are the store's)",
    "cryptographic erase",
    "not there",
]
"""What `Place.erase` reached, in the terms of NIST SP 800-88:

- `deleted`: the name is gone and the store gives the bytes no more. No sanitization: blocks, snapshots, backups stay.
- `overwritten (best effort)`: random bytes were written over them first. On a disk that writes in place that is the
  overwriting of *Clear*; on an SSD, a copy-on-write file system or a snapshot it is not, and nobody can see which.
- `deleted, all versions`: as `deleted`, of every version and delete marker of an object.
- `deleted (versions are the store's)`: as `deleted`; whether the store keeps older versions it does not say.
- `cryptographic erase`: the key of an encrypted file was destroyed, and the file deleted (*CE* of the standard, for
  as long as no copy of the key exists). Only encrypted stores reach it; none of the others is a *Purge*.
- `not there`: there was nothing to remove.
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One file of a walk."""

    relative: PurePosixPath = field(repr=False)
    """Place below the root of the store."""
    size: int
    """Bytes."""
    stamp: str
    """Changes when the content may have changed; printable, at most 200 characters, holds no name."""
    changed_s: float
    """Unix seconds of the last change; 0 when the store does not say."""
    refusal: MediaError | None = None
    """Why it must not be read."""


class Place(Protocol):
    """A folder of a store. Nothing outside it is touched; several threads may use it.

    Every method raises `StoreError` when the store does not answer, and `WithheldError` when it cannot be written.
    """

    local: bool
    """True when `path` gives files that may be opened directly."""

    def walk(self) -> Iterator[list[Seen]]:
        """All files, in lists of one folder; files of one stem are never parted, ours are left out."""

    def look(self, relative: PurePosixPath) -> Seen | None:
        """One file as it is now; None when it is not there."""

    def path(self, relative: PurePosixPath) -> Path | None:
        """Where it may be opened directly; None when it must be fetched."""

    def fetch(self, relative: PurePosixPath, target: Path) -> None:
        """Copy to a local file. Raises `StoreError` when less came than the store announced."""

    def put(self, draft: Path, temporary: PurePosixPath) -> None:
        """Store a local file; durable when it returns. Folders are made."""

    def digest(self, relative: PurePosixPath) -> str | None:
        """SHA-256 (hex) of the bytes, read from the store; None when it is not there."""

    def rename(self, temporary: PurePosixPath, final: PurePosixPath) -> None:
        """Publish a draft in one step. Raises `DraftGoneError` when it is not there."""

    def settle(self, relatives: Sequence[PurePosixPath]) -> None:
        """Make the names of these files durable: a run that renamed them may have been killed before it could."""

    def remove(self, relative: PurePosixPath) -> None:
        """Remove a file; it may be gone already."""

    def erase(self, relative: PurePosixPath, *, overwrite: bool = False) -> Level:
        """Remove a file in the strongest way that the store has, and see that it is gone; done again it finds nothing.

        `overwrite`: write over its bytes first, where that can be done. Raises `StoreError`: `HARD_LINKS` when other
        names would keep its bytes, `LINK_NOT_FOLLOWED` for a link, `OBJECT_LOCKED` when the store must keep it (then
        nothing of it was touched, if that could be seen before), `STORE_KEPT` when it is still there.
        """

    def buried(self) -> Iterator[PurePosixPath]:
        """Places that no walk shows, but of which the store keeps versions."""

    def wipe(self, start: str) -> int:
        """Remove all below `.redactor.tmp` whose name begins so, with all versions; returns how many names there were.

        Raises `StoreError` (`OBJECT_LOCKED`) as `erase` does.
        """

    def prune(self, folder: PurePosixPath) -> None:
        """Remove a folder, and those above it, as long as they are empty; never the root."""

    def drafts(self) -> Iterator[str]:
        """Names directly below `.redactor.tmp`."""

    def clear(self, name: str) -> None:
        """Remove `.redactor.tmp/<name>` and all below; it may be gone already."""

    def stamps(self, relatives: Sequence[PurePosixPath]) -> dict[PurePosixPath, str]:
        """The stamps of those that exist."""


def checked(relative: PurePosixPath) -> PurePosixPath:
    """`relative` when it stays below the root. Raises `StoreError` for absolute places, `..` and none at all."""
    if relative.is_absolute() or not relative.parts or any(p in {"", ".", ".."} or "\0" in p for p in relative.parts):
        raise StoreError("a place leaves its store; nothing was done there", reason="STORE_LEFT")
    return relative


def draft_place(name: str) -> PurePosixPath:
    """The folder of one draft. Raises `StoreError` when `name` is more than a name."""
    if "/" in name:
        raise StoreError("a place leaves its store; nothing was done there", reason="STORE_LEFT")
    return checked(PurePosixPath(DRAFTS)) / checked(PurePosixPath(name))


def unsafe_characters(name: str) -> bool:
    """True for names with control, format (right-to-left marks) or undecodable characters."""
    return any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in name)


def unsafe_name() -> MediaError:
    """The refusal of a name that shows otherwise than it is."""
    return MediaError("the name holds control or direction marks; rename the file", reason="UNSAFE_NAME")


def cannot_list(error: OSError) -> MediaError:
    """The refusal of a folder that cannot be listed."""
    why = strerror(error)
    return MediaError(f"the folder cannot be listed ({why}); give read permission", reason="NO_ACCESS")


def cannot_write(error: OSError) -> WithheldError:
    """The error for an output that could not be written, with the remedy."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return WithheldError("the output folder is full; free some space and run again", reason="OUTPUT_FULL")
    if error.errno == errno.EFBIG:
        message = "the output is larger than a file may be; look at the file, or raise [run] file_mb"
        return WithheldError(message, reason="OUTPUT_TOO_LARGE")
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST}:
        message = f"the output folder cannot be written ({strerror(error)}); check its permissions"
        return WithheldError(message, reason="OUTPUT_NOT_WRITABLE")
    return WithheldError(f"the output could not be written ({strerror(error)})", reason="OUTPUT_FAILED")


def cannot_read(error: OSError) -> StoreError:
    """The error for a local store that could not be read, with the remedy."""
    why = strerror(error)
    if error.errno == errno.ENOENT:
        return StoreError("the file or folder is not there any more; run again", reason="STORE_GONE")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return StoreError(f"the store cannot be read ({why}); check its permissions", reason="STORE_DENIED")
    return StoreError(f"the store cannot be read ({why}); check the disk or the mount", reason="STORE_DOWN")


def strerror(error: OSError) -> str:
    """What the system says, without the name of the file."""
    return error.strerror or type(error).__name__
