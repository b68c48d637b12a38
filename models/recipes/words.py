"""Builds redactor/recognizers/{el,en}/words.txt.gz: ordinary words, which are no names unless something says so.

Run it as `python models/recipes/words.py EL_GR.dic SCOWL_DIR`, with the dictionary of Debian's `hunspell-el` and the
folder `/usr/share/dict/scowl` of Debian's `scowl`. The same sources give the same bytes.

Origins and licences: the Greek words are the lower-case entries of the el_GR spelling dictionary (Evripidis Papakostas,
Steve Stavropoulos; MPL 1.1, GPL 2 or LGPL 2.1: used here under MPL 1.1, so el/words.txt.gz stays under it); the English
ones are SCOWL 2020.12.07 (Kevin Atkinson and others; free for any purpose with its notice, en/SOURCE.txt). Added to
both: words/greek.tsv and words/english.tsv, written for this project.

Greek: one sound key per line (`greek_key`), in order, so that misspelled words are found too. English: a word, a blank
and how rare it is, 1 to 5 by SCOWL's sizes 10, 20, 35, 50, 60; 6 for words that are written with a capital (Monday,
Greek), 7 for the added ones.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

from redactor.normalize import folded
from redactor.recognizers.greeklish import greek_key

RECOGNIZERS = Path(__file__).parents[2] / "redactor" / "recognizers"
ADDED = Path(__file__).parent / "words"
SIZES = {10: 1, 20: 2, 35: 3, 40: 4, 50: 4, 55: 5, 60: 5}
PARTS = ("english", "american", "british")
CAPITALS = (10, 35, 40)


def added(name: str) -> Iterator[str]:
    """The words of one table of our own, as written there."""
    for line in (ADDED / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield from line.split()


def greek(dictionary: Path) -> Iterator[str]:
    """The sound keys of all ordinary words, each once, in order."""
    entries = dictionary.read_bytes().decode("iso-8859-7").splitlines()[1:]
    words = [entry for entry in entries if entry and entry[0].islower()]
    yield from sorted({greek_key(folded(word)) for word in (*words, *added("greek.tsv"))})


def english(scowl: Path) -> Iterator[str]:
    """Lines `word level`; the commonest level of a word counts."""
    levels: dict[str, int] = {}
    for size, level in SIZES.items():
        for part in PARTS:
            for word in (scowl / f"{part}-words.{size}").read_text(encoding="latin-1").split():
                if word.isascii() and word.isalpha():
                    levels.setdefault(word.lower(), level)
    for size in CAPITALS:
        for word in (scowl / f"english-upper.{size}").read_text(encoding="latin-1").split():
            if word.isascii() and word.isalpha() and len(word) > 1:
                levels.setdefault(word.lower(), 6)
    for word in added("english.tsv"):
        levels.setdefault(folded(word), 7)
    yield from (f"{word} {levels[word]}" for word in sorted(levels))


def pack(target: Path, lines: Iterator[str]) -> None:
    """Write `lines` as one gzip file without a time in it."""
    body = gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=9, mtime=0)
    target.write_bytes(body)
    print(f"{target.parent.name}/{target.name}: {len(body)} bytes")


def main() -> None:
    """Command line: EL_GR.dic SCOWL_DIR."""
    pack(RECOGNIZERS / "el" / "words.txt.gz", greek(Path(sys.argv[1])))
    pack(RECOGNIZERS / "en" / "words.txt.gz", english(Path(sys.argv[2])))


if __name__ == "__main__":
    main()
