"""Values of screens that several cells make together: a card's number in four groups, a street and its number in two
fields, the answer to a security question, a value between quotes behind its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from stdnum import luhn

from redactor.findings import Finding
from redactor.normalize import folded
from redactor.recognizers.labels import LANGUAGES, table
from redactor.recognizers.table import heading
from redactor.recognizers.view import look_alike
from redactor.regions import Span

_SCORE, NAMED = 0.6, 0.7
"""Scores of what only its place tells, and of what is known whatever it looks like: a name behind its label, the groups
of a card's number."""
CELL = "CellRecognizer"
_CELL = re.compile(r"[^\t\n]+")
_GROUPS = re.compile(r"(?<![^\s])(?=([3-6]\d{3})[ \t]{1,8}(\d{4})[ \t]{1,8}(\d{4})[ \t]{1,8}(\d{4})(?![^\s]))")
_CARD = frozenset({"CREDIT_CARD", "CARD_EXPIRY", "CVV"})
_VALID = re.compile(r"\d{1,2}/\d{2,4}")
_AROUND = 300
"""Characters before and behind a card's number in which something of a card stands."""
_NUMBER_FIELD = re.compile(
    look_alike(r"(?:αρ(?:ιθ(?:μοσ)?)?|no|nr|num(?:ber)?") + look_alike(r"|(?:house|street|building) (?:no|number))")
)
_HOUSE = re.compile(r"\d{1,4}[ \-/]?[^\W\d_]?")
_QUOTED = re.compile(r"\"([A-Za-z_][\w\-]{1,40})\"[ ]?:[ ]?\"([^\"\n\t]{1,120})\"")
_STREET_FIELD = re.compile(look_alike(r".*(?:οδοσ|διευθυνση|street|address|road|odos|die[uy]?thin?[sh]).*"))
_BETWEEN = 3
"""Cells from the label of a security question to that of its answer: the question may stand between them."""


def grouped(text: str) -> Iterator[Finding]:
    """Findings of detector `CELL`, each within one cell."""
    cells = [cell for cell in _CELL.finditer(text) if cell.group().strip()]
    yield from _cards(text)
    yield from _houses(cells)
    yield from _answers(cells)
    yield from _quoted(text)


def _found(start: int, end: int, entity: str) -> Finding:
    return Finding(Span(start, end), entity, _SCORE, CELL)


def _cards(text: str) -> Iterator[Finding]:
    """Four groups of four that pass the check, however far apart, where the lines around speak of a card."""
    for match in _GROUPS.finditer(text):
        if luhn.is_valid("".join(match.groups())) and _speaks_of_a_card(text, match.start()):
            yield from (Finding(Span(*match.span(i)), "CREDIT_CARD", NAMED, CELL) for i in range(1, 5))


def _speaks_of_a_card(text: str, at: int) -> bool:
    return any(_of_a_card(cell.group()) for cell in _CELL.finditer(text, max(0, at - _AROUND), at + _AROUND))


def _of_a_card(cell: str) -> bool:
    """True for a label of cards, with or without its value ("VALID THRU 11/28", "Card number")."""
    return heading(_VALID.sub("", cell).strip(" :")) in _CARD


def _houses(cells: list[re.Match[str]]) -> Iterator[Finding]:
    """The number in the field behind that of the street ("Οδός: Αθηνάς", "Αριθ.: 19")."""
    street = False
    for i, cell in enumerate(cells):
        head, colon, rest = cell.group().partition(":")
        if _NUMBER_FIELD.fullmatch(look_alike(folded(head)).strip(" .*:'\"”’")):
            value, offset = (rest, cell.end() - len(rest)) if rest.strip() else ("", 0)
            if not value and i + 1 < len(cells):
                value, offset = cells[i + 1].group(), cells[i + 1].start()
            inner = value.strip()
            if street and _HOUSE.fullmatch(inner):
                at = offset + value.index(inner)
                yield _found(at, at + len(inner), "ADDRESS")
        entity = heading(head.strip(" *'\"”’"))
        if entity is not None or colon:
            street = entity == "ADDRESS" and _STREET_FIELD.fullmatch(look_alike(folded(head))) is not None


def _answers(cells: list[re.Match[str]]) -> Iterator[Finding]:
    """What stands behind the label of an answer, after a security question: all of its cell."""
    asked = -_BETWEEN - 1
    for i, cell in enumerate(cells):
        head, _, rest = cell.group().partition(":")
        form = look_alike(folded(head)).strip(" .*:?;")
        if _words("question").fullmatch(form):
            asked = i
        elif _words("whole").fullmatch(form) or (_words("answer").fullmatch(form) and i - asked <= _BETWEEN):
            if rest.strip():
                yield _found(cell.end() - len(rest.lstrip()), cell.end(), "PASSWORD")
            elif i + 1 < len(cells):
                yield _found(*cells[i + 1].span(), "PASSWORD")


def _quoted(text: str) -> Iterator[Finding]:
    """The value of a key that is a label, as programs write it: `"street": "Karaiskaki 9"`."""
    for match in _QUOTED.finditer(text):
        key = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", match[1])
        form = look_alike(folded(key.replace("_", " ")))
        entity = "PASSWORD" if _words("whole").fullmatch(form) else heading(key)
        if entity:
            yield _found(*match.span(2), entity)


@cache
def _words(kind: str) -> re.Pattern[str]:
    """Labels of one kind in the tables security.tsv, with a number behind them or not."""
    listed = [
        look_alike(folded(word.strip()))
        for language in LANGUAGES
        for _, (name, words) in table(language, "security.tsv")
        if name == kind
        for word in words.split(";")
    ]
    return re.compile(rf"(?:{'|'.join(map(re.escape, listed))})(?: ?#?\d{{1,2}})?")
