"""Foreign errors, of libraries and of the system, become ours; a block that may be torn says so.

Kept apart from what reads and renders: the coordinator of a night needs no engine.
"""

from __future__ import annotations

import errno
import shutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

from redactor import stores
from redactor.errors import EngineError, MediaError, RedactorError

_WRITING = {"ENCODE_FAILED", "WRITE_FAILED", "OUTPUT_FAILED"}
_ROOM = 4
"""An output may be this much larger than its source (a palette picture written in full colour)."""

Interruptible: TypeAlias = Callable[[], AbstractContextManager[None]]
"""Gives a block that may be torn by an interrupt at any point (see `Workers`)."""


@contextmanager
def translated(source: Path, drafts: Path | None = None) -> Iterator[None]:
    """Foreign errors become ours, without their messages: these may quote what was read."""
    try:
        yield
    except RedactorError as error:
        # An encoder that stops does not say why; too little room for what it writes is the reason to look for first.
        if drafts is not None and error.reason in _WRITING and _short_of_space(source, drafts):
            raise stores.cannot_write(OSError(errno.ENOSPC, "")) from None
        raise
    except MemoryError:
        raise EngineError("out of memory; the file is too large for this machine", reason="OUT_OF_MEMORY") from None
    except OSError as error:
        if drafts is None or error.filename == str(source):
            raise MediaError(f"it cannot be read ({error.strerror})", reason="NO_ACCESS") from None
        raise stores.cannot_write(error) from None
    except Exception as error:
        at = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(at.filename).name}:{at.lineno}"
        raise RedactorError(f"internal error: {type(error).__name__} at {where}; please report it") from None


def _short_of_space(source: Path, drafts: Path) -> bool:
    return shutil.disk_usage(drafts).free < _ROOM * source.stat().st_size
