"""In which order and with which gaps the leaves of a page are read.

Inline elements do not cut a value (`697<b>123</b>4567` is one number), blocks break lines, and the cells of a table row
follow each other as `label: value`, or as `header: cell; header: cell` when the table has a row of headers. A first row
of plain cells can be headers, or labels with their values: such a table is read both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from redactor.readers.formats.document import DATA_GAP, Composer, Passage, label_gap
from redactor.readers.formats.headers import is_header

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "br", "canvas", "caption", "center", "col", "colgroup"),
        *(
            "datalist",
            "dd",
            "details",
            "dialog",
            "dir",
            "div",
            "dl",
            "dt",
            "ellipse",
            "fieldset",
            "figcaption",
            "figure",
        ),
        *("footer", "form", "frame", "frameset", "g", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup"),
        *("hr", "html", "iframe", "legend", "li", "link", "main", "map", "marquee", "menu", "meta", "nav", "noembed"),
        *("noframes", "noscript", "object", "ol", "optgroup", "p", "param", "picture", "plaintext", "pre", "search"),
        *("section", "source", "style", "summary", "svg", "table", "tbody", "td", "template", "tfoot", "th", "thead"),
        *("title", "tr", "track", "ul", "video", "xmp", "audio"),
    }
)
_FIELDS = frozenset(
    {"button", "input", "img", "image", "label", "meter", "option", "output", "progress", "select", "textarea"}
)
"""Elements that stand apart from the text beside them, on the same line."""
_LABELLED = (": ", "; ", DATA_GAP)
_COLUMNS = 3
"""A table of two columns has its labels in the first."""


@dataclass(slots=True)
class _Table:
    headers: list[list[Passage]] = field(default_factory=list)
    """The header of each column."""
    row: list[list[Passage]] = field(default_factory=list)
    """The cells of the row that is open; a wide one stands there once for each of its columns."""
    rows: list[list[list[Passage]]] = field(default_factory=list)
    """The rows that are closed."""
    column: int = 0
    only_headers: bool = True
    span: int = 1
    in_row: bool = False
    in_cell: bool = False


class Reading:
    """Told of tags and leaves in file order; adds passages to a `Composer`."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._seam = "\n"
        self._later: list[int] = []
        self._asides: list[Passage] = []
        self._tables: list[_Table] = []
        self._cell: list[Passage] = []
        """What was read of the cell that is open."""
        self._rows = 0

    def read(self, leaf: int) -> None:
        """A leaf that comes next."""
        passage = Passage(leaf, self._seam)
        self._composer.reading.append(passage)
        self._cell.append(passage)
        self._seam = ""

    def blank(self, text: str) -> None:
        """White space between tags."""
        if text and not self._seam:
            self._seam = " "

    def later(self, leaf: int) -> None:
        """A leaf outside the line (an address, a tool tip): read after the block, on its own line."""
        self._later.append(leaf)

    def aside(self, leaf: int, *, parted: bool) -> None:
        """A leaf that would be in the way anywhere else: read at the end of the page; `parted` as in `Passage`."""
        self._asides.append(Passage(leaf, parted=parted))

    def inline(self, named: Sequence[tuple[str, int]]) -> None:
        """The attributes of a field that are read in its line."""
        for i, (_, leaf) in enumerate(named):
            follows_name = i > 0 and named[i - 1][0] == "name"
            self._seam = label_gap(self._composer.texts[named[i - 1][1]]) if follows_name else self._seam or " "
            self.read(leaf)
        if named:
            self._seam = " "

    def open(self, name: str, colspan: str) -> None:
        """A start tag."""
        match name:
            case "table":
                self._break()
                self._tables.append(_Table())
            case "tr" if self._tables:
                self._close_row()
                self._rows += 1
                table = self._tables[-1]
                table.row, table.column, table.only_headers, table.in_row = [], 0, True, True
            case "td" | "th" if self._tables:
                self._open_cell(name, int(colspan) if colspan.isdecimal() and len(colspan) < 3 else 1)
            case "dd":
                self._seam = ": "
            case _ if name in _BLOCKS:
                self._break()
            case _ if name in _FIELDS:
                self._seam = self._seam or " "

    def close(self, name: str) -> None:
        """An end tag, or the end of an empty element."""
        match name:
            case "table" if self._tables:
                self._close_row()
                self._read_columns(self._tables.pop())
            case "tr" if self._tables:
                self._close_row()
            case "td" | "th" if self._tables:
                self._close_cell()
            case "br":
                self._seam = "\n"
            case _ if name in _BLOCKS:
                self._break()
            case _ if name in _FIELDS:
                self._seam = self._seam or " "

    def end(self) -> None:
        """The end of the page."""
        self._rows = 0
        self._break()
        self._composer.reading += self._asides

    def _open_cell(self, name: str, span: int) -> None:
        self._close_cell()
        table = self._tables[-1]
        table.in_cell, table.span = True, max(1, span)
        table.only_headers = table.only_headers and name == "th"
        titles = table.headers[table.column] if table.column < len(table.headers) else []
        self._seam = "\n" if table.column == 0 else "; " if titles else ": "
        for title in titles:
            self._composer.reading.append(replace(title, gap=self._seam))
            self._seam = " "
        self._seam = self._label_gap(titles) if titles else self._seam
        self._cell = []

    def _close_cell(self) -> None:
        """End tags of cells and rows may be missing: the next one ends them too."""
        table = self._tables[-1]
        if table.in_cell:
            table.in_cell = False
            table.row += [list(self._cell)] * table.span
            table.column += table.span
            self._seam = "\n"

    def _close_row(self) -> None:
        self._close_cell()
        table = self._tables[-1]
        if table.in_row:
            table.in_row = False
            self._rows -= 1
            if table.only_headers and len(table.row) > 1 and not table.headers:
                table.headers = table.row
            table.rows.append(table.row)
        self._break()

    def _read_columns(self, table: _Table) -> None:
        """Once more, each cell after the first one of its column, when the first row may be one of headers.

        Of what may be a form (each second cell without a figure) only the figures: its labels are no values.
        """
        if table.headers or len(table.rows) < 2 or len(table.rows[0]) < _COLUMNS:
            return
        titles = table.rows[0]
        if not is_header([self._text(title) for title in titles]):
            return
        form = len(titles) % 2 == 0 and not any(self._counts(cell) for row in table.rows for cell in row[::2])
        for number, row in enumerate(table.rows):
            gap = "\n"
            for column, cell in enumerate(row):
                if not cell or (column and cell is row[column - 1]) or (form and number and not self._counts(cell)):
                    continue
                title = titles[column] if number and column < len(titles) else []
                self._again(title, gap)
                self._again(cell, self._label_gap(title) if title else gap)
                gap = "; "

    def _text(self, cell: Sequence[Passage]) -> str:
        return "".join(self._composer.texts[passage.leaf] for passage in cell)

    def _counts(self, cell: Sequence[Passage]) -> bool:
        return any(map(str.isdigit, self._text(cell)))

    def _label_gap(self, title: Sequence[Passage]) -> str:
        return label_gap(self._text(title))

    def _again(self, cell: Sequence[Passage], gap: str) -> None:
        self._composer.reading += [replace(passage, gap=passage.gap if i else gap) for i, passage in enumerate(cell)]

    def _break(self) -> None:
        """Start a new line; what waits is read first, unless a table row is open."""
        if self._rows == 0:
            self._composer.reading += [Passage(leaf) for leaf in self._later]
            self._later.clear()
        if self._seam not in _LABELLED:
            self._seam = "\n"
