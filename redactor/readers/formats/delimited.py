"""Delimited text (CSV): every cell is a leaf; delimiter, quotes, line ends, ragged rows and empty rows stay.

The standard library's reader is not enough to write a file back: it forgets which cells were quoted and how lines
ended. Its rules are kept (RFC 4180: quotes are doubled); a cell with loose quotes is read as it stands, so nothing is
hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from redactor.readers.formats.charset import decode
from redactor.readers.formats.document import DATA_GAP, Composer, Passage, Template, label_gap
from redactor.readers.formats.headers import header_row

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 20_000
"""Characters that are looked at to choose the delimiter."""
_DECLARED = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
_COUNTER = re.compile(r"[0-9]{1,6}")
"""In the first cell: the number of the row, which is no part of a value that the row before ends in."""
_TOP = 50
"""Rows in which a header is looked for."""


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
    header = _header(text, delimiter)
    titles: list[tuple[int, str]] = []
    for number, row in enumerate(_rows(text, delimiter)):
        first = composer.count
        for column, cell in enumerate(row):
            gap: str | None = "; " if column else "\n"
            counts = column == 0 and len(row) > 1 and _COUNTER.fullmatch(cell.text.strip()) is not None
            if column < len(titles) and cell.text.strip():
                title, name = titles[column]
                label = DATA_GAP if counts else label_gap(name)
                composer.reading += [Passage(title, gap or ""), Passage(composer.count, label)]
                gap = None
            elif counts:
                gap = f"\n{DATA_GAP}"
            write = _WRITERS[delimiter, cell.quoted]
            raw = write(cell.text) if cell.loose else cell.raw
            composer.leaf(cell.text, raw, write, gap)
            composer.keep(cell.end)
        if number == header:
            titles = list(enumerate((cell.text for cell in row), first))
    return composer.template(charset, delimiter=delimiter)


def _header(text: str, delimiter: str) -> int | None:
    """The number of the row that names the columns."""
    rows = [[cell.text for cell in row] for row in islice(_rows(text[:_SAMPLE], delimiter), _TOP)]
    return header_row(rows, _usual([len(row) for row in rows]))


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
        usual = _usual(widths)
        return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 0)

    return max(DELIMITERS, key=score)


def _usual(widths: Sequence[int]) -> int:
    """How wide most rows are, not counting those of one cell, where others are wider; at least 1."""
    wide = [width for width in widths if width > 1]
    return max(sorted(set(wide)), key=wide.count, default=1)
