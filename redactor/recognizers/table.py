"""Columns of a table whose heading is a label: every cell below it, whatever it looks like.

>>> TableRecognizer().spans("Επώνυμο;ΑΦΜ;Ποσό\\nΧ;123456789;12")
['Χ', '123456789']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from redactor.normalize import folded
from redactor.recognizers import gazetteer
from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.el import phrases
from redactor.recognizers.labels import LANGUAGES, labels, shortened, table
from redactor.recognizers.view import View, look_alike

_LINE = re.compile(r"[^\n]+")
_MARKS = (";", ",", "\t", "|")
_EDGE = " \t\"'"


def _form(words: str) -> str:
    # Readers of pictures take "rn" for "m" ("Sumame").
    return re.sub(r"[\s._\-/*]+", "", look_alike(folded(words))).replace("rn", "m")


@cache
def headings() -> dict[str, str]:
    """Heading without blanks and signs -> entity type: labels of identifiers and of names, and headings.tsv."""
    found = {_form(word): "PERSON" for word in phrases.LABELS if word not in _NO_HEADINGS}
    for entity, words in labels().items():
        kept = [word.strip("*") for word in words if _form(word) not in _DOUBTFUL]
        found |= {_form(form): entity for word in kept for form in (word, shortened(word))}
    for language in LANGUAGES:
        for _, (entity, listed) in table(language, "headings.tsv"):
            found |= {_form(word): entity for word in listed.split(";")}
    return found


def heading(cell: str) -> str | None:
    """The entity type of a column with this heading ("Επωνυμία / Ονοματεπώνυμο": of one of its parts), else None."""
    whole = headings().get(_form(cell))
    return whole or next((entity for part in cell.split("/") if (entity := headings().get(_form(part)))), None)


_NO_HEADINGS = ("from", "to", "cc", "απο", "προσ", "κοιν")
_DOUBTFUL = frozenset(
    {"card", "account", "contract", "policy", "social", "user", "plate", "vehicle", "secret", "cards"}
)
"""Labels in running text that head columns of other things (an account's name, a card's kind)."""


_ROWS = 2
_NAME = re.compile(r"[^\W\d_]{2,}")
_CODES = frozenset(map(_form, ("κωδ", "κωδικός", "κωδικοί", "code", "id", "no", "nr")))
_ALONE = frozenset({"CUSTOMER_ID", "BANK_ACCOUNT", "GR_AFM", "GR_AMKA", "PHONE_NUMBER", "RF_PAYMENT_CODE"})
"""Types of which one column makes a table, when two rows hold figures like theirs."""

_LOOKED_AT = 6
"""So many rows tell what stands in a column."""
_HEADING = re.compile(r"[^\W\d_]+(?:[._/\-][^\W\d_]+)*\.?")
_NOBODYS = frozenset({"LOCATION", "CARD_EXPIRY"})
"""Columns that say where and until when; where nothing stands of a person, of outages and shops."""
_CARDS = frozenset({"CREDIT_CARD", "CVV", "CARD_PIN"})
_EXPIRY = re.compile(r"(?:0?[1-9]|1[0-2]) ?[/.\-] ?(?:\d\d|20\d\d)")
"""What a card's expiry looks like; in a table without cards the end of something is a time, a day, a remark."""
_AMOUNT = re.compile(r"[-+€$£ ]{0,3}\d[\d., ]{0,12}[.,]\d{2}(?: ?(?:€|\$|£|eur))?")
"""Columns of bills call a tax "VAT"; what stands there are amounts."""
_LONGEST_NUMBER = 60
"""Characters of a cell under a heading of numbers; what is longer is a note, or belongs to other headings."""


class TableRecognizer(FoldedRecognizer):
    """Cells of CSV, TSV and piped tables under a heading that names personal data."""

    ENTITIES = tuple(dict.fromkeys(headings().values()))

    def matches(self, text: View) -> Iterable[Match]:
        """From a line with two headings, or one over values like its own, down to the first line that is no row."""
        lines = list(_LINE.finditer(text.plain))
        below = 0
        for i, line in enumerate(lines):
            if i < below or i + 1 == len(lines):
                continue
            mark = max(_MARKS, key=line.group().count)
            if not 1 <= line.group().count(mark) <= 200 or len(line.group()) > 5000:
                continue
            if mark not in lines[i + 1].group():
                continue
            columns = {
                k: entity
                for k, cell in enumerate(_cells(text, line, mark))
                if (entity := heading(text.plain[slice(*cell)]))
            }
            columns |= _records(text, lines, i, mark, columns)
            for k in _bare_codes(text, line, mark, columns):
                del columns[k]
            columns = {
                k: entity
                for k, entity in columns.items()
                if not (entity == "PERSON" and _goods(text, lines, i, mark, k))
            }
            if _NOBODYS.issuperset(columns.values()):
                columns = {k: entity for k, entity in columns.items() if entity != "LOCATION"}
            if not columns or (len(columns) < 2 and not _alone(text, lines, i, mark, columns)):
                continue
            below = i + 1
            while below < len(lines) and mark in lines[below].group():
                cells = list(_cells(text, lines[below], mark))
                # A form has a label again where a table has a value.
                if any(heading(text.plain[slice(*cells[k])]) for k in columns if k < len(cells)):
                    break
                yield from _row(text, cells, columns)
                below += 1


def _alone(text: View, lines: list[re.Match[str]], i: int, mark: str, columns: dict[int, str]) -> bool:
    """True when the only heading stands over two values: figures, or names that lists know."""
    (k, entity), *_ = columns.items()
    if entity == "PERSON":
        return _names(text, lines, i, mark, k)
    cells = _two(text, lines, i, mark, k)
    figures = [sum(map(str.isdigit, cell)) for cell in cells]
    close = [n > 3 and 2 * n >= len(cell) for n, cell in zip(figures, cells, strict=True)]
    return entity in _ALONE and len(close) == _ROWS and all(close)


def _names(text: View, lines: list[re.Match[str]], i: int, mark: str, k: int) -> bool:
    """True when two cells of a column hold names that lists know."""
    cells = _two(text, lines, i, mark, k)
    known = [any(gazetteer.standing(word).listed for word in _NAME.findall(cell)) for cell in cells]
    return len(known) == _ROWS and all(known)


def _goods(text: View, lines: list[re.Match[str]], i: int, mark: str, k: int) -> bool:
    """True for a column of "names" of things: figures in most of its cells, and no name that lists know."""
    rows = [row for row in lines[i + 1 : i + 1 + _LOOKED_AT] if row.group().count(mark) == lines[i].group().count(mark)]
    cells = [text.plain[slice(*list(_cells(text, row, mark))[k])] for row in rows]
    named = any(gazetteer.standing(word).listed for cell in cells for word in _NAME.findall(cell))
    return not named and 2 * sum(any(map(str.isdigit, cell)) for cell in cells) > len(cells)


def header(plain: str) -> tuple[int, int] | None:
    """The line of headings that a table of folded text begins with: bare words, none of them a name, above figures.

    >>> header("agent,queue,wait_s\\nmaria,3,40"), header("maria,nikos,eleni\\nanna,3,40")
    ((0, 18), None)
    """
    first, second = _LINE.match(plain), None
    if first is not None:
        second = _LINE.match(plain, first.end() + 1)
    if first is None or second is None or any(map(str.isdigit, first.group())):
        return None
    mark = max(_MARKS, key=first.group().count)
    count = first.group().count(mark)
    if count < 2 or second.group().count(mark) < count or not any(map(str.isdigit, second.group())):
        return None
    cells = [cell.strip(_EDGE) for cell in first.group().split(mark)]
    if mark in ",;" and f"{mark} " in first.group():
        return None  # "yes, hello, ..." is said
    bare = all(_HEADING.fullmatch(cell) or heading(cell) for cell in cells)
    names = any(gazetteer.is_first(cell) or gazetteer.is_surname(cell) for cell in cells)
    return first.span() if bare and not names else None


def _two(text: View, lines: list[re.Match[str]], i: int, mark: str, k: int) -> list[str]:
    """Column `k` of the first two rows below the headings, if these have as many cells; else less."""
    rows = [row for row in lines[i + 1 : i + 4] if not set(row.group()) <= set("|-: ")][:_ROWS]
    same = [row for row in rows if row.group().count(mark) == lines[i].group().count(mark)]
    return [text.plain[slice(*list(_cells(text, row, mark))[k])] for row in same]


def _records(text: View, lines: list[re.Match[str]], i: int, mark: str, columns: dict[int, str]) -> dict[int, str]:
    """The first column when its heading is no more than "code" and persons stand in the next: they are known by it."""
    cells = [text.plain[slice(*cell)] for cell in islice(_cells(text, lines[i], mark), 2)]
    coded = len(cells) > 1 and columns.get(0, "PASSWORD") == "PASSWORD" and _form(cells[0]) in _CODES
    named = (k for k, entity in columns.items() if entity == "PERSON")
    beside = coded and columns.get(1) == "PERSON" and any(_names(text, lines, i, mark, k) for k in named)
    return {0: "CUSTOMER_ID"} if beside else {}


def _bare_codes(text: View, line: re.Match[str], mark: str, columns: dict[int, str]) -> list[int]:
    """Columns of "codes" that might be passwords, but stand beside nothing of a person: they are codes of things."""
    if any(entity not in ("PASSWORD", "CARD_EXPIRY") for entity in columns.values()):
        return []
    cells = [text.plain[slice(*cell)] for cell in _cells(text, line, mark)]
    return [k for k, entity in columns.items() if entity == "PASSWORD" and _form(cells[k]) in _CODES]


def _row(text: View, cells: list[tuple[int, int]], columns: dict[int, str]) -> Iterator[Match]:
    carded = not _CARDS.isdisjoint(columns.values())
    for k, entity in columns.items():
        if k < len(cells):
            start, end = cells[k]
            # A reader of delimited files may put the heading before each cell: `ΑΦΜ: 123456789`.
            head, colon, _ = text.plain[start:end].partition(": ")
            if colon and _form(head) in headings():
                start += len(head) + len(colon)
            told = entity in _ALONE and end - start > _LONGEST_NUMBER
            told = told or (entity == "CARD_EXPIRY" and not carded and not _EXPIRY.fullmatch(text.plain, start, end))
            told = told or (entity == "GR_AFM" and _AMOUNT.fullmatch(text.plain, start, end) is not None)
            if not told and any(char.isalnum() for char in text.plain[start:end]):
                yield Match(start, end, entity, 0.6)


def _cells(text: View, line: re.Match[str], mark: str) -> Iterator[tuple[int, int]]:
    """Offsets of each cell without its quotes; a mark inside quotes does not divide."""
    plain, start, quoted = text.plain, line.start(), False
    for at in range(line.start(), line.end() + 1):
        char = plain[at] if at < line.end() else mark
        if char == '"':
            quoted = not quoted
        if at == line.end() or (char == mark and not quoted):
            a, b = start, at
            while a < b and plain[a] in _EDGE:
                a += 1
            while b > a and plain[b - 1] in _EDGE:
                b -= 1
            yield a, b
            start = at + 1
