"""Small lists of our own that fill slots and make noise."""

from __future__ import annotations

from functools import cache
from pathlib import Path

OWN = Path(__file__).parents[2] / "text" / "values.tsv"


@cache
def own(kind: str) -> tuple[str, ...]:
    """The values of one kind in models/text/values.tsv."""
    rows = (line.split("\t") for line in OWN.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return next(tuple(values.split("|")) for name, values in rows if name == kind)
