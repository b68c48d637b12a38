"""Packs the lists that fill slots into models/text/lists/: `python -m models.recipes.name_model.lists SOURCE_DIR`.

SOURCE_DIR holds first_names.tsv, surnames.tsv, streets.tsv and cities.tsv, whose rows name their origins and licences
(MIT, CC0, Apache-2.0, CC BY 4.0; a row with another stops the build). Short forms, regional surnames and foreign names
in Greek letters come from models/recipes/names/, which is ours. One name a line; `first` has the gender behind a tab.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from models.recipes.names_el import OWN, rows
from redactor.normalize import folded

TARGET = Path(__file__).parents[2] / "text" / "lists"
_NOT_STREETS = ("σταθμοσ", "εργοστασιο", "συνοικισμοσ", "βιπε", "βιομηχανικ", "εθνικη", "λιμανι", "νοσοκομ", "κεντρο")
_LETTERS = set("αβγδεζηθικλμνξοπρστυφχψω' -.")


def first_names(source: Path) -> Iterator[str]:
    """Greek first names in the nominative with `m` or `f`; well-attested ones come several times."""
    for row in rows(source / "first_names.tsv"):
        if row["gender"] in ("m", "f") and _greek(row["name"]):
            yield from [f"{row['name']}\t{row['gender']}"] * min(4, int(row["n_sources"]))


def short_names() -> Iterator[str]:
    """Pet and short forms of our own, with `m` or `f`."""
    for kind, names in _own("greek.tsv"):
        if kind in ("man", "woman"):
            yield from (f"{name}\t{'m' if kind == 'man' else 'f'}" for name in names)


def surnames(source: Path) -> Iterator[str]:
    """Surnames of men in the nominative."""
    for row in rows(source / "surnames.tsv"):
        if row["gender"] == "m" and _greek(row["name"]):
            yield row["name"]
    for kind, names in _own("greek.tsv"):
        if kind == "surname":
            yield from names


def foreign(part: str) -> Iterator[str]:
    """Foreign first names or surnames in Greek letters."""
    for kind, names in _own("foreign.tsv"):
        if kind == part:
            yield from names


def streets(source: Path) -> Iterator[str]:
    """Streets as they stand behind "οδός"."""
    for row in rows(source / "streets.tsv"):
        name = row["name"]
        sure = int(row["n_sources"]) > 1 or row["accent_source"] == "source"
        if sure and _greek(name) and len(name) > 3 and not any(word in folded(name) for word in _NOT_STREETS):
            yield name


def towns(source: Path) -> Iterator[str]:
    """Towns and villages in the nominative; those that several lists hold come twice."""
    for row in rows(source / "cities.tsv"):
        if "gen" not in row["kind"] and _greek(row["name"]):
            yield from [row["name"]] * min(2, int(row["n_sources"]))


def _own(table: str) -> Iterator[tuple[str, list[str]]]:
    for line in (OWN / table).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, names = line.split("\t")
            yield kind, names.split()


def _greek(name: str) -> bool:
    return _LETTERS.issuperset(folded(name)) and len(name) > 2


def write(name: str, lines: Iterable[str]) -> None:
    """One packed list, in a fixed order."""
    body = "\n".join(sorted(lines)) + "\n"
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / f"{name}.txt.gz").write_bytes(gzip.compress(body.encode(), mtime=0))


def main() -> None:
    """Command line: SOURCE_DIR."""
    source = Path(sys.argv[1])
    write("first", first_names(source))
    write("short", short_names())
    write("surname", surnames(source))
    write("street", streets(source))
    write("town", towns(source))
    write("foreign_first", foreign("first"))
    write("foreign_last", foreign("last"))


if __name__ == "__main__":
    main()
