"""Removing a file of a local folder: what its names and bytes allow, and what was reached."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from stat import S_ISLNK, S_ISREG

from redactor.boundary import Level
from redactor.errors import StoreError

_BLOCK = 1 << 20
_FILE = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
"""Neither a link nor a pipe: both would lead or wait elsewhere."""
_HELD = {errno.ENOTEMPTY, errno.EEXIST, errno.EBUSY, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS}


def erase_in(folder: int, name: str, *, overwrite: bool) -> Level:
    """Remove `name` of an open folder, durably, and look again. See `Place.erase`; raises `OSError`, too."""
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if S_ISLNK(status.st_mode):
        message = "a link stands where the file was; what it leads to is not ours to remove; look at it"
        raise StoreError(message, reason="LINK_NOT_FOLLOWED")
    if not S_ISREG(status.st_mode):
        raise StoreError("what stands where the file was is no file; look at it", reason="NOT_A_FILE")
    _alone(status)
    if overwrite:
        handle = os.open(name, os.O_WRONLY | _FILE, dir_fd=folder)
        try:
            # Between the look and the opening another file, or another name of it, may have come.
            opened = os.fstat(handle)
            _alone(opened)
            if (opened.st_dev, opened.st_ino) != (status.st_dev, status.st_ino):
                raise StoreError("another file came in its place meanwhile; run again", reason="STORE_CHANGED")
            _overwrite(handle, opened.st_size)
        finally:
            os.close(handle)
    os.unlink(name, dir_fd=folder)
    os.fsync(folder)
    with suppress(FileNotFoundError):
        os.stat(name, dir_fd=folder, follow_symlinks=False)
        raise StoreError("the file is still there after it was removed; look at the store", reason="STORE_KEPT")
    return "overwritten (best effort)" if overwrite else "deleted"


def prune_from(folder: int, name: str) -> bool:
    """Remove the folder `name` of an open folder if it is empty; False when it stays. Raises `OSError`."""
    try:
        os.rmdir(name, dir_fd=folder)
    except FileNotFoundError:
        return True
    except OSError as error:
        # An empty folder that may not be removed holds nothing of anybody: it stays.
        if error.errno in _HELD:
            return False
        raise
    os.fsync(folder)
    return True


def _alone(status: os.stat_result) -> None:
    if status.st_nlink > 1:
        message = "the file has other names (hard links), which would keep its bytes; remove them and run again"
        raise StoreError(message, reason="HARD_LINKS")


def _overwrite(handle: int, size: int) -> None:
    left = size
    while left > 0:
        left -= os.write(handle, secrets.token_bytes(min(left, _BLOCK)))
    os.fsync(handle)
