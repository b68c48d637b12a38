"""Forms of names that are everyday words too (ambiguous.tsv): they need another name, a title or an introduction."""

from __future__ import annotations

from importlib.resources import files


def _kinds() -> dict[str, frozenset[str]]:
    body = files("redactor.recognizers").joinpath("el", "ambiguous.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in body.splitlines() if not line.startswith("#"))
    return {kind: frozenset(forms.split()) for kind, forms in lines}


_LISTED = _kinds()
AMBIGUOUS = _LISTED["first"]
"""First names."""
PLACES = _LISTED["place"]
"""Places and days that are first names too: names only beside a surname."""
NEVER_ALONE = _LISTED["never"]
"""Months, places and the commonest words: no names, whatever stands beside them."""
AMBIGUOUS_SURNAMES = _LISTED["surname"]
"""Surnames."""
