"""Delimited text (CSV): every cell is a leaf; delimiter, quotes, line ends, ragged rows and empty rows stay.

The standard library's reader is not enough to write a file back: it forgets which cells were quoted and how lines
ended. Its rules are kept (RFC 4180: quotes are doubled); a cell with loose quotes is read as it stands, so nothing is
hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from redactor.readers.formats.charset import decode
from redactor.readers.formats.document import Composer, Passage, Template

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 20_000
"""Characters that are looked at to choose the delimiter."""
_DECLARED = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
_VALUE = re.compile(r"@|(?:[0-9][ .-]?){5}")
"""A first row that holds such a cell is data, not a header."""


@dataclass(frozen=True, slots=True)
class _Cell:
    raw: str = field(repr=False)
    end: str
    """The delimiter or line end after it; empty at the end of the file."""

    @property
    def quoted(self) -> bool:
        return len(self.raw) > 1 and self.raw[0] == self.raw[-1] == '"' and '"' not in self.raw[1:-1].replace('""', "")

    @property
    def loose(self) -> bool:
        """Starts with a quote that never ends it: quoted anew, so that it means the same beside another cell."""
        return self.raw.startswith('"') and not self.quoted

    @property
    def text(self) -> str:
        return self.raw[1:-1].replace('""', '"') if self.quoted else self.raw


def parse(data: bytes, declared: str | None = None, delimiter: str = "") -> Template:
    """Read a delimited file; cells are read after their header (`header: cell; header: cell`).

    Without a `delimiter` the file's own `sep=` line decides, else what makes the most even rows.
    """
    text, charset = decode(data, declared)
    composer = Composer()
    if named := _DECLARED.match(text):
        delimiter = named[1]
        composer.keep(named[0])
        text = text[named.end() :]
    else:
        delimiter = delimiter or _delimiter(text)
    header: list[int] | None = None
    for number, row in enumerate(_rows(text, delimiter)):
        titles = header or []
        leaves: list[int] = []
        for column, cell in enumerate(row):
            gap: str | None = "\n" if column == 0 else "; "
            if column < len(titles) and cell.text.strip():
                composer.reading += [Passage(titles[column], gap or ""), Passage(composer.count, ": ")]
                gap = None
            write = _WRITERS[delimiter, cell.quoted]
            raw = write(cell.text) if cell.loose else cell.raw
            leaves.append(composer.leaf(cell.text, raw, write, gap))
            composer.keep(cell.end)
        if number == 0 and _is_header(row):
            header = leaves
    return composer.template(charset, delimiter=delimiter)


def _is_header(row: list[_Cell]) -> bool:
    texts = [cell.text.strip() for cell in row]
    return len(set(texts)) == len(texts) and all(texts) and not any(_VALUE.search(text) for text in texts)


def _written(text: str, delimiter: str, quoted: bool) -> str:
    if quoted or delimiter in text or any(c in text for c in '"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _bound(delimiter: str, quoted: bool) -> Callable[[str], str]:
    return lambda text: _written(text, delimiter, quoted)


_WRITERS = {(d, q): _bound(d, q) for d in DELIMITERS for q in (False, True)}


def _rows(text: str, delimiter: str) -> Iterator[list[_Cell]]:
    d = re.escape(delimiter)
    pattern = re.compile(rf'("(?:[^"]++|"")*+"(?=[{d}\r\n]|\Z)|[^{d}\r\n]*+)({d}|\r\n|\r|\n|\Z)')
    row: list[_Cell] = []
    at = 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            raise AssertionError("the pattern matches everywhere")
        row.append(_Cell(match[1], match[2]))
        at = match.end()
        if match[2] != delimiter:
            yield row
            row = []
    if row:
        yield [*row, _Cell("", "")]


def _delimiter(text: str) -> str:
    """The one that cuts most rows into the same number of cells, then into the most cells."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in _rows(text[:_SAMPLE], delimiter)]
        widths = widths[:-1] if len(text) > _SAMPLE else widths
        wide = [width for width in widths if width > 1]
        if not wide:
            return 0.0, 0
        usual = max(sorted(set(wide)), key=wide.count)
        return wide.count(usual) / len(widths), usual

    return max(DELIMITERS, key=score)
