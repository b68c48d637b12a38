"""CUSTOMER_ID in a row of a table: a cell of digits beside a cell that names, calls or mails a person.

>>> RecordRecognizer().spans("45415146;Γιώργος Νικολάου;12,50 €")
['45415146']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers import gazetteer
from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.context import of_goods
from redactor.recognizers.el.phrases import words
from redactor.recognizers.table import heading
from redactor.recognizers.view import View

_LINE = re.compile(r"[^\n]{8,2000}")
_CELL = re.compile(r"[^,;|/\t]+")
_CODE = re.compile(
    r"[ \"']{0,2}((?:κωδ(?:ικοσ)?\.?[ :]{0,2}|id[ :#]{0,2})?((?:([^\W\d_]{1,3})-?)?\d{5,12}))[ \"']{0,2}"
)
_SHORTEST = 5
"""Digits of a code."""
_PERSONAL = re.compile(r"@|(?<!\d)(?:2\d|69|68)\d{8}(?!\d)")


class RecordRecognizer(FoldedRecognizer):
    """Numbers that stand for the person of their row."""

    ENTITIES = ("CUSTOMER_ID",)

    def matches(self, text: View) -> Iterable[Match]:
        """Rows of three cells and more that hold a name, an e-mail address or a Greek phone number."""
        if text.most_digits < _SHORTEST or (of_goods(text) and not _of_persons(text)):
            return
        for line in _LINE.finditer(text.plain):
            cells = list(_CELL.finditer(text.plain, *line.span()))
            if len(cells) < 3:
                continue
            codes = [code for cell in cells if (code := _CODE.fullmatch(text.plain, *cell.span()))]
            if codes and any(_personal(cell.group()) for cell in cells):
                for code in codes:
                    if code[3] in words("paper code"):
                        continue
                    yield Match(*code.span(2), "CUSTOMER_ID", 0.5)


def _of_persons(text: View) -> bool:
    """True when a heading of the first line is of what persons have: whose goods they are is told beside them."""
    first = text.plain.lstrip().partition("\n")[0]
    return any(heading(cell.group()) for cell in _CELL.finditer(first))


def _personal(cell: str) -> bool:
    if _PERSONAL.search(cell):
        return True
    found = re.findall(r"[^\W\d_]+", cell)[:5]
    return any(gazetteer.is_first(word) or gazetteer.is_surname(word) for word in found)
