"""Words of screens that are no values: labels of fields, headings of columns, buttons, menus, states."""

from __future__ import annotations

import re
from functools import cache

from redactor.normalize import folded
from redactor.recognizers.labels import LANGUAGES, labels, table
from redactor.recognizers.table import headings
from redactor.recognizers.view import look_alike

_PARTS = re.compile(r"[\s_/]+")
_SIGNS = re.compile(r"[\s._\-/*:()#|·•&,;\"'=>+]+")


def is_label(cell: str, *, alone: bool = False) -> bool:
    """True when a cell holds nothing but words that label fields, head columns or name what can be done.

    `alone`: only whole labels count, no small words.

    >>> is_label("Αρ. παροχής:"), is_label("Επωνυμία / Ονοματεπώνυμο"), is_label("Μαρία")
    (True, True, False)
    """
    form = _form(cell)
    if not form or form.isdigit():
        return False
    if form in headings() or form in _labels():
        return True
    if alone:
        return False
    words = [word for word in map(_form, _PARTS.split(cell)) if len(word) > 1]
    return bool(words) and all(_is_listed(word) or word in headings() for word in words)


def _is_listed(form: str) -> bool:
    """A word of screens; readers take a Greek capital word in Latin letters for one with a "u" ("Oupa")."""
    return form in _words() or form.replace("u", "y") in _words()


def _form(words: str) -> str:
    return _SIGNS.sub("", look_alike(folded(words))).replace("rn", "m")


@cache
def _labels() -> frozenset[str]:
    return frozenset(_form(word.strip("*")) for words in labels().values() for word in words)


@cache
def _words() -> frozenset[str]:
    """Single words of the tables screen.tsv."""
    return frozenset(
        _form(word)
        for language in LANGUAGES
        for _, (_, listed) in table(language, "screen.tsv")
        for word in listed.split(";")
    )
