"""Files that are there whole or not at all: written under another name, made durable, then renamed."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from glob import escape
from pathlib import Path

from redactor.stores import cannot_write

_OLD_S = 86_400


def write_whole(path: Path, content: str | bytes, mode: int | None = None) -> None:
    """Put `content` (text: UTF-8) in the place of `path`; readers see the old file or the new, even after a power cut.

    `mode` are its permission bits, whatever the user's umask says; without, the umask decides. Raises `WithheldError`
    when it cannot be written; the old file then stays.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        with draft.open("wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
            out.flush()
            if mode is not None:
                os.fchmod(out.fileno(), mode)
            os.fsync(out.fileno())
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        # It may be that the draft was never made, or that the disk takes no change at all; the first error counts.
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise cannot_write(error) from error


def _sweep(path: Path) -> None:
    """Remove drafts of processes that were killed while they wrote; younger ones may be at work elsewhere."""
    for draft in path.parent.glob(f".{escape(path.name)}.*.new"):
        with suppress(FileNotFoundError):
            if time.time() - draft.stat().st_mtime > _OLD_S:
                draft.unlink()
