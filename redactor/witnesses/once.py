"""Two who judge the same output need not read it twice: the first hands its reading on, and then it is forgotten."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol

from redactor.evidence import Evidence
from redactor.findings import Redaction
from redactor.protocols import Media, Reader, Rereader


class BothReader(Reader, Rereader, Protocol):
    """Reads originals, and outputs again."""


class ReadOnce:
    """A reader whose last second reading is given to whoever asks next in the same thread, once.

    What was read is held no longer: it goes with the next file that is read, whoever asks.
    """

    def __init__(self, reader: BothReader) -> None:
        """`reader` does the work."""
        self._reader = reader
        self._held = threading.local()

    @property
    def name(self) -> str:
        """That of the reader."""
        return str(getattr(self._reader, "name", type(self._reader).__name__))

    def read(self, media: Media) -> Evidence:
        """As the reader does."""
        self._held.last = None
        return self._reader.read(media)

    def read_again(self, media: Media, covers: Sequence[Redaction]) -> Evidence:
        """As the reader does, or what it said a moment ago of the same file with the same covers."""
        asked = (media, _identity(media), tuple(covers))
        last, self._held.last = getattr(self._held, "last", None), None
        if last is not None and last[0] == asked:
            held: Evidence = last[1]
            return held
        evidence: Evidence = self._reader.read_again(media, covers)
        self._held.last = (asked, evidence)
        return evidence


def _identity(media: Media) -> tuple[int, ...]:
    status = media.path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
