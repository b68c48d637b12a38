"""The originals that outputs were made from, where they are still there, and what was found in them."""

from __future__ import annotations

import filecmp
from pathlib import Path, PurePosixPath

from redactor import stores
from redactor.errors import WithheldError
from redactor.evidence import locate
from redactor.library import Redactor
from redactor.names import SIDECAR
from redactor.prepare import as_kept
from redactor.protocols import Media
from redactor.removed import Removed, removed


class Sources:
    """Finds the original of an output below a folder, and the values that stand in it."""

    def __init__(self, redactor: Redactor, folder: Path) -> None:
        """`folder`: the originals, or the one original."""
        self._redactor = redactor
        found = [item for item in stores.scan(folder) if item.media and not item.path.name.endswith(SIDECAR)]
        self._media = {item.path: item.media for item in found if item.media}
        self._by_place = {self._key(item.relative): item.path for item in found}
        self._digests: dict[Path, str] = {}
        self._last: tuple[Path, tuple[Removed, ...]] | None = None

    def of(self, output: Path, relative: PurePosixPath, digest: str) -> Path:
        """The original of `output`: by the digest (SHA-256) in its sidecar, else by its place and name without suffix.

        Raises `WithheldError`: `SOURCE_MISSING`, `UNCHANGED` (the output is its original, and holds something).
        """
        guess = self._by_place.get(self._key(relative))
        if digest:
            likely = [guess] if guess else []
            guess = next((path for path in (*likely, *self._media) if self._digest(path) == digest), None)
        if guess is None:
            message = "its original is not among those named with --source, so that it cannot be compared"
            raise WithheldError(message, reason="SOURCE_MISSING")
        if self.values(guess) and filecmp.cmp(guess, output, shallow=False):
            raise WithheldError("it is its original, byte for byte", reason="UNCHANGED")
        return guess

    def values(self, source: Path) -> tuple[Removed, ...]:
        """What an own reading finds in an original. Those of the last one are kept: a call has several outputs."""
        if self._last is None or self._last[0] != source:
            media, assembly = as_kept(self._media[source]), self._redactor.assembly
            evidence = assembly.reader(media.kind).read(media)
            found = assembly.detector().detect(evidence.text, celled=evidence.celled)
            self._last = (source, removed(evidence, locate(evidence, found)))
        return self._last[1]

    def media(self, source: Path) -> Media:
        """What an original is."""
        return self._media[source]

    def _key(self, relative: PurePosixPath) -> PurePosixPath:
        return self._redactor.public_name(relative).with_suffix("")

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = stores.sha256(path)
        return self._digests[path]
