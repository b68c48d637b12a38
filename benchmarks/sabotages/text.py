"""Texts and transcripts in which a value stands again, as it was or in another form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from benchmarks.sabotages.base import Broken, Sabotage
from redactor.removed import Removed
from redactor.sought import sought

_PLACEHOLDER = re.compile(r"\[[A-Z][A-Z0-9_]+\]")
_LATIN = str.maketrans("αβγδεζηικλμνοπρστυφχωάέήίόύώς", "avgdezhiklmnoprstufxwaehioyws")
_DIGITS = ("μηδέν", "ένα", "δύο", "τρία", "τέσσερα", "πέντε", "έξι", "εφτά", "οκτώ", "εννιά")
"""As they are said."""


def put_back(form: Callable[[str], str]) -> Sabotage:
    """A sabotage: one value stands where its placeholder was (or any placeholder, or at the end), in `form`."""

    def sabotage(copy: Broken) -> bool:
        value = _value(copy)
        return value is not None and _written(copy, form(value.text))

    sabotage.__name__ = f"value_back_{form.__name__.strip('_')}"
    return sabotage


def as_it_was(value: str) -> str:
    """No change."""
    return value


def in_capitals(value: str) -> str:
    """Without accents, in capitals."""
    bare = unicodedata.normalize("NFD", value)
    return "".join(c for c in bare if not unicodedata.combining(c)).upper()


def decomposed(value: str) -> str:
    """Accents as characters of their own."""
    return unicodedata.normalize("NFD", value)


def in_latin(value: str) -> str:
    """Greek in Latin letters, as people type it."""
    return value.lower().translate(_LATIN)


def spaced(value: str) -> str:
    """Digits by themselves, words as they were."""
    return re.sub(r"(?<=\d)(?=\d)", " ", value)


def said(value: str) -> str:
    """Digits as words."""
    return re.sub(r"\d", lambda digit: f"{_DIGITS[int(digit.group())]} ", value).strip()


def not_redacted(copy: Broken) -> bool:
    """The transcript (or the text) is what was read, with nothing taken out."""
    texts = [path for path in copy.transcripts if path.suffix == ".txt"]
    if copy.good.output.kind == "text" or not texts or not copy.good.values:
        return False
    texts[0].write_text(copy.good.text, encoding="utf-8")
    return True


def emptied(copy: Broken) -> bool:
    """The transcript is empty."""
    texts = [path for path in copy.transcripts if path.suffix == ".txt"]
    if not texts or not texts[0].read_text(encoding="utf-8").strip():
        return False
    texts[0].write_text("", encoding="utf-8")
    return True


def _value(copy: Broken) -> Removed | None:
    worth = [value for value in copy.good.values if any(sought([value]))]
    return copy.rng.choice(worth) if worth else None


def _written(copy: Broken, text: str) -> bool:
    if copy.good.output.kind == "text":
        path = copy.medium
        if path.suffix not in {".txt", ".md"}:
            return False
    else:
        texts = [path for path in copy.transcripts if path.suffix == ".txt"]
        if not texts:
            return False
        path = texts[0]
    return _replaced(copy, path, text)


def _replaced(copy: Broken, path: Path, text: str) -> bool:
    before = path.read_text(encoding="utf-8")
    places = list(_PLACEHOLDER.finditer(before))
    if not places:
        return False
    place = copy.rng.choice(places)
    path.write_text(before[: place.start()] + text + before[place.end() :], encoding="utf-8")
    return True


SABOTAGES: tuple[Sabotage, ...] = (
    *(put_back(form) for form in (as_it_was, in_capitals, decomposed, in_latin, spaced, said)),
    not_redacted,
    emptied,
)
