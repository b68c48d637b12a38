"""Learns what recognition writes for what: `python -m models.recipes.name_model.confusions` reads heard.tsv.

Both sides are folded and aligned letter by letter, blanks left out; every short stretch that was replaced is counted,
with the letter before it when it was lost or put in. Writes models/text/confusions.tsv: language, said, heard, count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from models.recipes.name_model.corpus import TEXT
from models.recipes.name_model.hear import HEARD
from redactor.normalize import folded

TARGET = TEXT / "confusions.tsv"
_MARKS = re.compile(r"\[[A-Z] |\]")
_OTHER = re.compile(r"[\W\d_]+")
_LONGEST = 3
_FEWEST = 3


def letters(text: str) -> str:
    """Folded letters of a marked text."""
    return _OTHER.sub("", folded(_MARKS.sub("", text)))


def confusions(said: str, heard: str) -> Iterator[tuple[str, str]]:
    """Short stretches of `said` and what stands for them in `heard`."""
    for step in Levenshtein.opcodes(said, heard):
        source, target = said[step.src_start : step.src_end], heard[step.dest_start : step.dest_end]
        if step.tag == "equal" or max(len(source), len(target)) > _LONGEST:
            continue
        if (not source or not target) and step.src_start:
            before = said[step.src_start - 1]
            source, target = before + source, before + target
        if source:
            yield source, target


def main() -> None:
    """Count and write."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for line in HEARD.read_text(encoding="utf-8").splitlines():
        language, said, heard = line.split("\t")
        counts.update((language, *pair) for pair in confusions(letters(said), letters(heard)))
    rows = ["# What Whisper base wrote for what was said over a telephone line: language, said, written, count."]
    rows += ["\t".join([*key, str(count)]) for key, count in sorted(counts.items()) if count >= _FEWEST]
    TARGET.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(rows) - 1} confusions")


if __name__ == "__main__":
    main()
