"""The forms in which a Greek place name is written: its cases, by the endings of its words, and abbreviations.

Rules of Modern Greek inflection with the learned genitives that addresses keep (Καλαμών, Νεαπόλεως, Άργους).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from redactor.recognizers.greeklish import greek_key, latin_keys

_ENDINGS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    # nominative ending, genitive endings, accusative endings; the longest that fits counts
    ("μα", ("ματοσ",), ("μα",)),
    ("πολη", ("πολησ", "πολεωσ"), ("πολη",)),
    ("ιο", ("ιου",), ("ιο", "ιον")),
    ("οσ", ("ου", "ουσ"), ("ο", "ον")),
    ("ασ", ("α",), ("α",)),
    ("ησ", ("η", "ου"), ("η",)),
    ("ωσ", ("ω",), ("ω",)),
    ("εσ", ("ων",), ("εσ",)),
    ("οι", ("ων",), ("ουσ",)),
    ("αι", ("ων",), ("ασ",)),
    ("οι", ("ων",), ("ουσ",)),
    ("α", ("ασ", "ων"), ("α", "αν")),
    ("η", ("ησ",), ("η", "ην")),
    ("ω", ("ωσ", "ουσ"), ("ω",)),
    ("ο", ("ου",), ("ο", "ον")),
    ("ι", ("ιου",), ("ι",)),
    ("υ", ("υ",), ("υ",)),
)
_FIXED = frozenset({"ανω", "κατω", "μεσα", "εξω", "πανω"})
_SHORT = {
    **dict.fromkeys(("νεα", "νεασ", "νεο", "νεου", "νεοσ", "νεοι", "νεουσ", "νεων"), ("ν",)),
    **dict.fromkeys(("παλαιο", "παλαιου", "παλαια", "παλαιασ", "παλιο", "παλια"), ("π", "παλ")),
    **dict.fromkeys(("αγιοσ", "αγιου", "αγιο", "αγια", "αγιασ", "αγιοι", "αγιων", "αγιουσ"), ("αγ",)),
    "ανω": ("α",),
    "κατω": ("κ",),
}


def forms(name: str) -> set[str]:
    """The folded cases of a folded name in the nominative, of one to three words."""
    words = name.split()
    genitive = [_cases(word, 1) for word in words]
    accusative = [_cases(word, 2) for word in words]
    found = {name}
    for cases in (genitive, accusative):
        found |= {" ".join(form) for form in product(*cases)}
        found |= {" ".join([first, *words[1:]]) for first in cases[0]}
    return found


def keys(form: str) -> Iterator[str]:
    """The sound keys of a folded form: word by word, as one word, and with its first word abbreviated."""
    words = [key(word) for word in form.split()]
    yield " ".join(words)
    if len(words) > 1:
        yield "".join(words)
        for short in _SHORT.get(form.split(maxsplit=1)[0], ()):
            yield " ".join([key(short), *words[1:]])


def key(word: str) -> str:
    """The sound key of one folded word; of a Latin one its likeliest."""
    return latin_keys(word)[0] if word.isascii() and word else greek_key(word)


def _cases(word: str, case: int) -> tuple[str, ...]:
    if word in _FIXED:
        return (word,)
    for ending in _ENDINGS:
        if word.endswith(ending[0]) and len(word) > len(ending[0]):
            stem = word[: -len(ending[0])]
            return tuple(stem + form for form in ending[case])
    return (word,)
