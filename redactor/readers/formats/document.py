"""A text file as leaves (what a person could read) and a frame around them that can be filled again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from redactor.readers.formats.charset import Charset

DATA_GAP = " : "
"""Between a label and its value, where it must be plain that nobody said either; nobody puts a blank there."""
_LIKE_A_VALUE = re.compile(r"[^\W\d_]|[^\W\d_]\w*[._][\w.]*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A leaf in reading order. A leaf may be read several times (a column's header before each of its cells)."""

    leaf: int
    """Index of the leaf."""
    gap: str = "\n"
    """What stands between it and the passage before: a line break, `: ` after a label, nothing inside a line."""
    parted: bool = False
    """True for an identifier: its words are read apart (`customer-mariaDimou_2` as "customer maria Dimou 2")."""


class Document(Protocol):
    """What every format becomes."""

    @property
    def leaves(self) -> tuple[str, ...]:
        """The strings that a person could read, decoded, in file order."""
        ...

    @property
    def reading(self) -> tuple[Passage, ...]:
        """The leaves in the order in which they are understood best; every leaf at least once."""
        ...

    def rebuild(self, leaves: Sequence[str]) -> bytes:
        """The file with other leaves (as many as there are); the same ones give an equivalent file."""
        ...


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf and how it is written."""

    text: str = field(repr=False)
    """Decoded: what a person reads."""
    raw: str = field(repr=False)
    """As it stands in the file; an unchanged leaf is written like this."""
    write: Callable[[str], str]
    """Encodes another text for this place."""


@dataclass(frozen=True, slots=True)
class Template:
    """A document whose file is one string: kept parts and leaves in turn."""

    parts: tuple[str | Leaf, ...] = field(repr=False)
    reading: tuple[Passage, ...] = field(repr=False)
    charset: Charset
    distinct: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    """Groups of leaves that must differ from each other after rebuilding (the keys of one object)."""
    errors: str = "strict"
    """What to do with characters that the charset lacks; `strict` refuses."""
    delimiter: str = ""
    """Of delimited text."""

    @property
    def leaves(self) -> tuple[str, ...]:
        """See `Document`."""
        return tuple(part.text for part in self.parts if isinstance(part, Leaf))

    def rebuild(self, leaves: Sequence[str]) -> bytes:
        """See `Document`. Raises `WithheldError` when the charset lacks a character of a replacement."""
        texts = iter(_settle(list(leaves), self.distinct))
        out: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                out.append(part)
                continue
            if (text := next(texts, None)) is None:
                raise ValueError("too few leaves")
            out.append(part.raw if text == part.text else part.write(text))
        if next(texts, None) is not None:
            raise ValueError("too many leaves")
        return self.charset.encode("".join(out), self.errors)


class Composer:
    """Collects the parts and the reading order of a `Template` from the start of a file to its end."""

    def __init__(self) -> None:
        self.parts: list[str | Leaf] = []
        self.reading: list[Passage] = []
        self.texts: list[str] = []
        """Of the leaves so far."""

    @property
    def count(self) -> int:
        """Leaves so far."""
        return len(self.texts)

    def keep(self, text: str) -> None:
        """A stretch that stays as it is."""
        if text:
            self.parts.append(text)

    def leaf(self, text: str, raw: str, write: Callable[[str], str], gap: str | None = "\n") -> int:
        """A leaf; read after `gap`, or not yet when that is None. Returns its index."""
        self.parts.append(Leaf(text, raw, write))
        if gap is not None:
            self.reading.append(Passage(self.count, gap))
        self.texts.append(text)
        return self.count - 1

    def template(
        self,
        charset: Charset,
        *,
        distinct: Sequence[Sequence[int]] = (),
        errors: str = "strict",
        delimiter: str = "",
    ) -> Template:
        """What was collected."""
        groups = tuple(tuple(group) for group in distinct)
        return Template(tuple(self.parts), tuple(self.reading), charset, groups, errors, delimiter)


def label_gap(label: str) -> str:
    """What stands between a label of a table or a form and its value; `DATA_GAP` behind one that looks like a value.

    A heading like `unit_price` could be the name of somebody who writes in a chat (`zo.zo: ...`), a single letter one
    that is spelled.
    """
    return DATA_GAP if _LIKE_A_VALUE.fullmatch(label.strip()) else ": "


def verbatim(text: str) -> str:
    """Writes a leaf as it is."""
    return text


def _settle(leaves: list[str], distinct: Sequence[Sequence[int]]) -> list[str]:
    for group in distinct:
        taken: set[str] = set()
        counts: dict[str, int] = {}
        for index in group:
            name = original = leaves[index]
            while name in taken:
                counts[original] = counts.get(original, 1) + 1
                name = f"{original} {counts[original]}"
            taken.add(name)
            leaves[index] = name
    return leaves
