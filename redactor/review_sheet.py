"""The list that people fill in when they review a sample: one line per item, counts per entity type, no personal data.

A line counts once `reviewed` says yes. Two columns of each type are filled in where they differ from what stands for an
empty one: `TYPE found` is then what the run counted, `TYPE missed` is 0.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from redactor.errors import PolicyError
from redactor.names import Outputs
from redactor.recall import Tally
from redactor.recalls import RunItem

_YES, _NO = frozenset({"yes", "y", "x", "1", "true", "ναι"}), frozenset({"", "no", "n", "0", "false", "όχι"})
_HEAD = ("number", "item", "output", "kind", "client", "anything found", "reviewed")
_SHOWN = 20


def sheet(items: Iterable[RunItem], types: Collection[str]) -> str:
    """The list as CSV."""
    text = io.StringIO()
    names = sorted(types)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_HEAD, *(f"{name} {what}" for name in names for what in ("found", "missed"))])
    for one in items:
        writer.writerow([*map(_plain, _about(one).values()), "", *[""] * (2 * len(names))])
    return text.getvalue()


def as_json(items: Iterable[RunItem]) -> str:
    """The list for another program."""
    return json.dumps([{**_about(one), "found": dict(one.counts)} for one in items], ensure_ascii=False, indent=1)


def filled(data: bytes, items: Mapping[int, RunItem], types: Collection[str]) -> dict[int, dict[str, Tally]]:
    """What people counted: number -> entity type -> counts, of the lines that were reviewed.

    `items` are those of the sample, `types` those that may be named. Comma or semicolon, UTF-8 with or without a mark.
    Raises `PolicyError` with a line for each mistake; it quotes no cell, in which anything may stand.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PolicyError("the review is not UTF-8; save it as CSV UTF-8") from None
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        head = [cell.strip() for cell in next(rows, [])]
        columns = _columns(head, types)
        lines = [(rows.line_num, [cell.strip() for cell in row]) for row in rows if any(map(str.strip, row))]
    except csv.Error:
        raise PolicyError("the review is no CSV; save it as CSV UTF-8") from None
    found: dict[int, dict[str, Tally]] = {}
    wrong: list[str] = []
    for number, row in lines:
        try:
            read = _line(row, head, columns, items)
            if read is not None:
                if read[0] in found:
                    raise ValueError("this item has a line above")
                found[read[0]] = read[1]
        except ValueError as error:
            wrong.append(f"line {number}: {error}")
    if wrong:
        more = [f"and {len(wrong) - _SHOWN} lines more"] if len(wrong) > _SHOWN else []
        raise PolicyError("the review was not recorded:\n" + "\n".join([*wrong[:_SHOWN], *more]))
    return found


def _about(one: RunItem) -> dict[str, str | int]:
    output = str(Outputs.from_json(one.outputs).medium) if one.outputs else ""
    anything = "yes" if one.stratum.anything else "no"
    told: Sequence[str | int] = (one.number, one.label, output, one.stratum.kind, one.stratum.client, anything)
    return dict(zip(_HEAD, told, strict=False))


def _plain(cell: str | int) -> str | int:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t" and cell else cell


def _columns(head: Sequence[str], types: Collection[str]) -> dict[int, tuple[str, str]]:
    """Column -> entity type and what it counts."""
    if len(set(head)) < len(head) or not {"number", "reviewed"} <= set(head):
        raise PolicyError(
            "line 1: the columns are those of redactor recall sample, each once, with number and reviewed"
        )
    columns: dict[int, tuple[str, str]] = {}
    for at, name in enumerate(head):
        if name in _HEAD:
            continue
        kind, _, what = name.rpartition(" ")
        if what not in ("found", "missed") or kind not in types:
            raise PolicyError(
                f"line 1: column {at + 1} is none; write a type and found or missed, as CREDIT_CARD missed"
            )
        columns[at] = kind, what
    return columns


def _line(
    row: Sequence[str], head: Sequence[str], columns: Mapping[int, tuple[str, str]], items: Mapping[int, RunItem]
) -> tuple[int, dict[str, Tally]] | None:
    """Number and counts; None when it was not reviewed. Raises ValueError with what is wrong."""
    if len(row) != len(head):
        raise ValueError(f"{len(row)} cells, the first line has {len(head)}")
    said = row[head.index("reviewed")].casefold()
    counts = {key: row[at] for at, key in columns.items() if row[at]}
    if said not in _YES | _NO:
        raise ValueError("reviewed is yes, or empty")
    if said in _NO:
        if counts:
            raise ValueError("counts without a yes under reviewed")
        return None
    number = row[head.index("number")]
    if not (number.isascii() and number.isdecimal() and len(number) < 19) or int(number) not in items:
        raise ValueError("number is none of an item of this run's sample")
    one = items[int(number)]
    read = {key: _count(cell, *key) for key, cell in counts.items()}
    names = {*one.counts, *(name for name, _ in read)}
    tallies = {
        n: Tally(read.get((n, "found"), one.counts.get(n, 0)), read.get((n, "missed"), 0)) for n in sorted(names)
    }
    return one.number, {name: tally for name, tally in tallies.items() if tally.found or tally.missed}


def _count(cell: str, name: str, what: str) -> int:
    if not (cell.isascii() and cell.isdecimal() and len(cell) < 7):
        raise ValueError(f"{name} {what} is no count; write a whole number, 0 or more")
    return int(cell)
