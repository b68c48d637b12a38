"""Words around names, in Greek, English and Greeklish, from the tables of both languages. All are folded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from redactor.normalize import folded

LANGUAGES = ("el", "en")


def _lines(language: str, name: str) -> Iterator[str]:
    body = files("redactor.recognizers").joinpath(language, name).read_text(encoding="utf-8")
    yield from (line for line in body.splitlines() if line and not line.startswith("#"))


Slot = tuple[tuple[str, ...], bool]
"""The words that may stand in one place of a phrase, and whether the place may be empty."""


@cache
def phrases(language: str) -> dict[str, tuple[tuple[Slot, ...], ...]]:
    """Kind -> its phrases, slot by slot; kinds as told in the tables."""
    found: dict[str, list[tuple[Slot, ...]]] = {}
    for line in _lines(language, "announcements.tsv"):
        kind, listed = line.split("\t")
        if kind not in ("label", "speaker", "closing", "organisation"):
            written = filter(None, (part.strip().replace("-", " ") for part in listed.split(";")))
            found.setdefault(kind, []).extend(tuple(map(_slot, phrase.split())) for phrase in written)
    return {kind: tuple(forms) for kind, forms in found.items()}


@cache
def words(kind: str, *languages: str) -> frozenset[str]:
    """Folded words of one kind of name_words.tsv, of all languages unless some are named."""
    lines = (line.split("\t") for language in languages or LANGUAGES for line in _lines(language, "name_words.tsv"))
    return frozenset(folded(word) for found, listed in lines if found == kind for word in listed.split())


def _slot(word: str) -> Slot:
    return tuple(folded(form) for form in word.strip("()").split("/")), word.startswith("(")


def _plain(kind: str) -> tuple[str, ...]:
    """Phrases of one kind as they are written, folded."""
    lines = (line.split("\t") for language in LANGUAGES for line in _lines(language, "announcements.tsv"))
    parts = (part.strip() for found, listed in lines if found == kind for part in listed.split(";"))
    return tuple(dict.fromkeys(folded(part) for part in parts if part))


RELATIVES = frozenset(
    form for language in LANGUAGES for (forms, _), *more in phrases(language)["kin"] if not more for form in forms
)
"""Relatives and people close by; a name may follow, but they are none."""
TITLES = frozenset(_plain("title"))
"""A name follows (after a full stop or a blank)."""
LABELS = _plain("label")
"""Names of form fields whose value is a name."""
SPEAKERS = frozenset(_plain("speaker"))
"""Labels that stand before what somebody says as well as before a name."""
ORGANISATIONS = frozenset(_plain("organisation"))
"""Words that make a name the name of a company."""
CLOSINGS = _plain("closing")
"""Closings of a letter: the next line is a signature."""
_STOPS = {language: frozenset(" ".join(_lines(language, "stop.tsv")).split()) for language in LANGUAGES}
STOP = _STOPS["el"] | _STOPS["en"]
"""Words that are no names, whatever announces one."""
GREEKLISH_STOP = frozenset(word for word in _STOPS["el"] - _STOPS["en"] if word.isascii())
"""Those that are Greek words in Latin letters: in an English text some of them are foreign names."""
