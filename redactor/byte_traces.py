"""Whether removed values stand among the bytes of a file, whatever kind of file it is and whoever wrote it.

Only what cannot be there by chance is looked for: eight characters in an encoding of one or two bytes each, five Greek
letters (ten bytes) in UTF-8. With P patterns the chance that one turns up in N random bytes is below N x P x 2^8 / 2^64
(upper and lower case of ASCII letters are the same, which makes 2^8 of each); for a recording of 1 GB and 10,000
patterns that is 1.4 in 10,000. Sound and pixels that were not packed are less random: a value of fewer than three
characters, and one that counts up or down, is left out, since ramps are drawn so.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import ahocorasick

from redactor.errors import MediaError
from redactor.normalize import folded
from redactor.removed import Removed
from redactor.sought import WORD, Sought, sought

_SHORTEST = 8
"""Characters, also bytes."""
_SHORTEST_GREEK = 5
_DISTINCT = 3
_BLOCK = 1 << 23
_LONGEST = 400
"""Characters of a longer value that are looked for, from its beginning."""
_CASES = (str, str.lower, str.upper, str.title)
_WIDE = ("utf-16-le", "utf-16-be")
_NARROW = ("iso8859-7", "cp1253")


def byte_traces(data: bytes, removed: Sequence[Removed]) -> tuple[str, ...]:
    """The entity types, sorted, of the removed values that stand in `data` in any of the encodings."""
    return ByteSearch(removed).types([data])


def byte_traces_of(path: Path, removed: Sequence[Removed]) -> tuple[str, ...]:
    """As `byte_traces` for a file of any size, read in blocks. Raises `MediaError` (`NO_ACCESS`)."""
    search = ByteSearch(removed)
    try:
        with path.open("rb") as stream:
            return search.types(_blocks(stream))
    except OSError as error:
        raise MediaError(f"it cannot be opened ({error.strerror})", reason="NO_ACCESS") from None


class ByteSearch:
    """Looks for the same values in many files; made once for an item."""

    def __init__(self, removed: Sequence[Removed]) -> None:
        # The automaton takes text: each byte is the character with its number.
        self._patterns = ahocorasick.Automaton()
        self._longest = 0
        for entity_type, pattern in _patterns(removed):
            self._longest = max(self._longest, len(pattern))
            self._patterns.add_word(pattern.decode("latin-1"), entity_type)
        if len(self._patterns):
            self._patterns.make_automaton()

    def __bool__(self) -> bool:
        """False when no value is long enough."""
        return len(self._patterns) > 0

    def types(self, blocks: Iterable[bytes]) -> tuple[str, ...]:
        """The entity types, sorted, of what stands in the joined `blocks`; memory is that of one block."""
        found: set[str] = set()
        kept = b""
        for block in blocks if self else ():
            held = kept + block
            found.update(kind for _, kind in self._patterns.iter(held.lower().decode("latin-1")))
            kept = held[-(self._longest - 1) :]
        return tuple(sorted(found))


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block


def _patterns(removed: Sequence[Removed]) -> Iterator[tuple[str, bytes]]:
    for value in removed:
        for forms in sought([value]):
            for text in _texts(value, forms):
                yield from ((value.entity_type, pattern) for pattern in _encoded(text[:_LONGEST]))


def _texts(value: Removed, forms: Sought) -> set[str]:
    """What is encoded: the value as it was, without what parts it, and each of its words that counts alone."""
    names = [word for word in value.text.split() if folded(word) in forms.names]
    joined = "".join(WORD.findall(value.text))
    return {value.text, joined, *names, *forms.numbers, *(_local(value.text) if "@" in value.text else ())}


def _local(address: str) -> Iterator[str]:
    yield address.partition("@")[0]


def _encoded(text: str) -> Iterator[bytes]:
    """The byte patterns of a text, ASCII letters in lower case, as `bytes.lower` leaves them."""
    letters = [char for char in text.lower() if char.isalnum()]
    steps = {ord(b) - ord(a) for a, b in pairwise(letters)}
    if len(set(letters)) < _DISTINCT or len(steps) < 2:
        return
    seen: set[bytes] = set()
    bare = _without_accents(text)
    for form in dict.fromkeys(change(base) for base in (text, bare) for change in _CASES):
        for normal in ("NFC", "NFD"):
            written = unicodedata.normalize(normal, form)
            for encoding in ("utf-8", *_WIDE, *_NARROW):
                try:
                    pattern = written.encode(encoding).lower()
                except UnicodeEncodeError:
                    continue
                if pattern not in seen and _improbable(written, pattern, encoding):
                    seen.add(pattern)
                    yield pattern


def _without_accents(text: str) -> str:
    plain = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", plain)


def _improbable(text: str, pattern: bytes, encoding: str) -> bool:
    if encoding == "utf-8" and not text.isascii():
        return sum(not char.isascii() for char in text) >= _SHORTEST_GREEK and len(pattern) >= _SHORTEST
    return len(text) >= _SHORTEST
