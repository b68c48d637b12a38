"""What a worker holds while it works: the lease of its claim, and a private folder."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from redactor import stores
from redactor.boundary import DRAFTS, Place
from redactor.errors import LedgerError
from redactor.queue import Claim, Queue
from redactor.sweep import work_prefix

_RENEWALS = 3
"""A lease is renewed so often while it runs."""


@contextmanager
def leased(queue: Queue, claim: Claim, lease_s: float, lost: Callable[[], None]) -> Iterator[None]:
    """Renew the lease until the block ends; `lost` is called, in another thread, when somebody else has the claim."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(lease_s / _RENEWALS):
            try:
                held = queue.renew(claim, lease_s)
            except LedgerError:
                # The steps that need the ledger will say so; without it the lease runs out by itself.
                continue
            if not held:
                lost()
                return

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def scratch(claim: Claim, output: Place) -> Iterator[Path]:
    """A private folder for drafts, beside the outputs where these are local. Raises `WithheldError`."""
    parent = output.path(PurePosixPath(DRAFTS))
    try:
        if parent is not None:
            parent.mkdir(mode=0o700, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=work_prefix(claim.holder), dir=parent))
    except OSError as error:
        raise stores.cannot_write(error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
