"""Text files: words with their place among the leaves of a file.

Source coordinates count the characters of all leaves of the document (see `formats`) joined by line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from redactor.errors import MediaError
from redactor.evidence import Evidence, Word
from redactor.policy import Policy
from redactor.protocols import Media
from redactor.readers.formats import parse
from redactor.readers.formats.document import Document
from redactor.regions import Span

WORD = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]+")
"""A word: neither blanks nor control characters, which must not cut a value in two."""
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\s\x00-\x1f\x7f-\x9fA-Z#_-]+")
"""A word of an identifier: signs and capitals part it from the one before."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]+")


class TextReader:
    """Reads text files of all formats."""

    def __init__(self, policy: Policy) -> None:
        self._max_bytes = policy.text.max_bytes

    def read(self, media: Media) -> Evidence:
        """All words of a file. Raises `MediaError`, also for files larger than `policy.text.max_bytes`."""
        document = parse(load(media, self._max_bytes), media.format)
        leaves = document.leaves
        extent = Span(0, max(0, sum(map(len, leaves)) + len(leaves) - 1))
        return Evidence(words(document), extent=(extent,))


def load(media: Media, max_bytes: int) -> bytes:
    """The bytes of a file. Raises `MediaError` (`TOO_LARGE`, `NO_ACCESS`)."""
    try:
        with media.path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise MediaError(f"it cannot be opened ({error.strerror})", reason="NO_ACCESS") from None
    if len(data) > max_bytes:
        message = f"it is larger than {max_bytes} bytes (text.max_bytes in the policy); split it or raise the limit"
        raise MediaError(message, reason="TOO_LARGE")
    return data


def offsets(leaves: Sequence[str]) -> tuple[int, ...]:
    """Where each leaf starts in source coordinates."""
    return tuple(accumulate((len(leaf) + 1 for leaf in leaves[:-1]), initial=0)) if leaves else ()


def words(document: Document) -> tuple[Word, ...]:
    """The words of a document in reading order, each with the blanks before it as its gap."""
    leaves = document.leaves
    starts = offsets(leaves)
    found: list[Word] = []
    gap = ""
    for passage in document.reading:
        leaf, start = leaves[passage.leaf], starts[passage.leaf]
        gap += passage.gap
        at = 0
        for match in (_PART if passage.parted else WORD).finditer(leaf):
            gap += _blanks(leaf[at : match.start()]) if not passage.parted else " " if at else ""
            found.append(Word(match[0], Span(start + match.start(), start + match.end()), gap=gap))
            gap, at = "", match.end()
        gap += "" if passage.parted else _blanks(leaf[at:])
    return tuple(found)


def _blanks(between: str) -> str:
    return between if between in {" ", "\n", ""} else _CONTROL.sub("", between)
