"""Words that announce an identifier, from el/labels.tsv and en/labels.tsv, as one pattern for each entity type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import ahocorasick

from redactor.normalize import folded
from redactor.recognizers.view import View, look_alike

LANGUAGES = ("el", "en")
ENDING = r"[^\W\d_]{0,4}"
"""What `*` at the end of a label stands for: any ending of an inflected word."""

_COUNTED = re.compile(look_alike(r"(?:(αριθμ|κωδικ)(?:οσ|ο|ου)|αρ\.|κωδ\.?)"))
_CASES = look_alike("(?:οσ|ο|ου|οι|ων|ουσ)")
_SHORT = {look_alike("αρ"): look_alike("αρ") + r"\.?", look_alike("κω"): look_alike("κωδ") + r"\.?"}
"""How both are shortened."""
_LONG = re.compile(r"^(αρ|κωδ)(?:ιθμ|ικ)(?:ός|ό|ού)(?= )")
_GENITIVE = re.compile(look_alike(r"([^\W\d_]{3,})(ησ|η|ου|ουσ|ασ)"))
_PLURAL = look_alike("ε?ων")
_BETWEEN = re.compile(r"[\s.\-_]+")
_LETTERED = r"(?=[a-z]{1,2}\d{6,7}(?![^\W_]))"
"""The number of a document glued to its label ("ΑΔΤΑΒ123456")."""


def table(language: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and fields of a tab-separated table of a language pack; `#` starts a comment line."""
    body = files("redactor.recognizers").joinpath(language, name).read_text(encoding="utf-8")
    for number, line in enumerate(body.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line.split("\t")


@cache
def labels() -> dict[str, tuple[str, ...]]:
    """Entity type -> its labels in all languages, as written in the tables."""
    found: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        for number, fields in table(language, "labels.tsv"):
            if len(fields) != 2:
                raise ValueError(f"{language}/labels.tsv line {number}: an entity, a tab and its labels are wanted")
            words = tuple(word.strip() for word in fields[1].split(";") if word.strip())
            found[fields[0]] = (*found.get(fields[0], ()), *words)
    return found


@cache
def label_pattern(entity: str) -> re.Pattern[str]:
    """One pattern for all labels of `entity`, longest first, on look-alike text. KeyError for an unknown type."""
    return re.compile(rf"(?<![^\W_])(?:{alternatives(labels()[entity])})(?:(?![^\W\d_])|{_LETTERED})")


@cache
def _parts() -> ahocorasick.Automaton:
    """What each label has in every form; each value is the entity types that it may announce."""
    types: dict[str, set[str]] = {}
    for entity, listed in labels().items():
        for label in listed:
            types.setdefault(_solid(_constant(look_alike(folded(label)))), set()).add(entity)
    automaton = ahocorasick.Automaton()
    for part, entities in types.items():
        automaton.add_word(part, frozenset(entities))
    automaton.make_automaton()
    return automaton


def _announced(text: View) -> frozenset[str]:
    """The entity types of which a label may stand in `text`: each pattern is long, and most texts need few."""
    written = _solid(text.latin + "\n" + text.keys.text)
    return frozenset().union(*{entities for _, entities in _parts().iter(written)})


def _solid(form: str) -> str:
    """Without the signs that may stand or be missing between the parts of a label."""
    return _BETWEEN.sub("", form)


def places(text: View, entity: str) -> Iterator[tuple[int, int]]:
    """`[start, end)` of each label of `entity`, also inside a key in camel case ("cardPin")."""
    if entity not in text.once(_announced):
        return
    pattern = label_pattern(entity)
    for label in pattern.finditer(text.latin):
        yield label.span()
    if text.keys.text:
        for label in pattern.finditer(text.keys.text):
            # A blank that a label ends with stands for no character.
            end = label.start() + len(label.group().rstrip())
            yield text.keys.at[label.start()], text.keys.at[end - 1] + 1


def alternatives(words: Iterable[str]) -> str:
    """The labels as alternatives of a regular expression on look-alike text, longest first."""
    forms = sorted({look_alike(folded(word)) for word in words}, key=lambda form: (-len(form), form))
    return "|".join(map(_inflected, forms))


def shortened(label: str) -> str:
    """A label of a table with "αρ." and "κωδ." for what it counts.

    >>> shortened("κωδικός μέλους"), shortened("αριθμό πελάτη"), shortened("κωδικός")
    ('κωδ. μέλους', 'αρ. πελάτη', 'κωδικός')
    """
    return _LONG.sub(lambda word: word[1] + ".", label)


def _constant(form: str) -> str:
    """What `_inflected` leaves of a label in all its forms, but for signs between its parts.

    >>> _constant(look_alike("αριθμοσ συμβολαιων")), _constant("tax id*")
    ('συmboλαι', 'tax id')
    """
    first, _, rest = form.partition(" ")
    if rest and _COUNTED.fullmatch(first):
        before, blank, last = rest.rpartition(" ")
        plural = _GENITIVE.fullmatch(last)
        form = before + blank + (plural[1] if plural else last)
    return form.removesuffix("*")


def _inflected(form: str) -> str:
    """A label with the other cases of "number" and "code", and with the plural of what they count."""
    first, _, rest = form.partition(" ")
    noun = _COUNTED.fullmatch(first)
    if noun is None or not rest:
        return _label(form)
    before, blank, last = rest.rpartition(" ")
    plural = _GENITIVE.fullmatch(last)
    what = f"{re.escape(plural[1])}(?:{plural[2]}|{_PLURAL})" if plural else _label(last)
    head = f"(?:{re.escape(noun[1])}{_CASES}|{_SHORT[noun[1][:2]]})" if noun[1] else _label(first)
    return head + _label(" ") + (_label(before + blank) if before else "") + what


def _label(form: str) -> str:
    stem = form.removesuffix("*")
    parts = [r"\.?[ ]?" if char == "." else r"[\s.\-_]{1,3}" if char == " " else re.escape(char) for char in stem]
    pattern = "".join(parts).removesuffix("[ ]?")
    return pattern + (ENDING if form.endswith("*") else "")
