"""Two who judge the same output need not read it twice: the first hands its reading on, and then it is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from redactor.evidence import Evidence
from redactor.findings import Redaction
from redactor.protocols import Media, Reader, Rereader
from redactor.readers.once import Once, identity


class BothReader(Reader, Rereader, Protocol):
    """Reads originals, and outputs again."""


class ReadOnce:
    """A reader whose last second reading is given to whoever asks next in the same thread, once.

    What was read is held no longer: it goes with the next file that is read, whoever asks.
    """

    def __init__(self, reader: BothReader) -> None:
        """`reader` does the work."""
        self._reader = reader
        self._read: Once[Evidence] = Once()

    @property
    def name(self) -> str:
        """That of the reader."""
        return str(getattr(self._reader, "name", type(self._reader).__name__))

    def read(self, media: Media) -> Evidence:
        """As the reader does."""
        self._read.forget()
        return self._reader.read(media)

    def read_again(self, media: Media, covers: Sequence[Redaction]) -> Evidence:
        """As the reader does, or what it said a moment ago of the same file with the same covers."""
        asked = (media, identity(media.path), tuple(covers))
        return self._read.get(asked, lambda: self._reader.read_again(media, covers))
