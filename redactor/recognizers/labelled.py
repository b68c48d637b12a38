"""Values behind a label: found whatever their check digit says, as speech recognition and typing err."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from redactor.normalize import folded
from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.context import ordered
from redactor.recognizers.el.labels import LABELS, Label
from redactor.recognizers.el.phrases import STOP
from redactor.recognizers.view import View, look_alike

_REACH = 48
"""Characters that may stand between a label and its value on one line, and again on each of the next lines."""
_GAP = re.compile(rf"[^\n]{{0,{_REACH}}}(?:\n[^\n]{{0,{_REACH}}}){{0,2}}")
_TIGHT = re.compile(
    look_alike(
        r"[ \t\"'»)]{0,3}(?:(?:μου|μ|m|σου|σασ|sas|ειναι|to|το|is|ωσ|no|num|are|my|for|in|app|sthn|sto|στην|"
        r"στο|εφαρμογη|πελατη)"
        r"[ \t:]{1,3}){0,4}(?P<mark>[:=#>\-]{0,2})[ \t\"'«]{0,3}\n?"
    )
)
_BARE_LABELS = frozenset(
    map(look_alike, map(folded, ("username", "user name", "user id", "userid", "όνομα χρήστη", "login name")))
)
_SURE = re.compile(r"[:=#]|\b(?:is|einai)\b")
_REMARKS = """
    wrong incorrect expired not please reset change again the your αλλά και που για λάθος σωστός σωστό δεν στο στη
    στην σας μου μας του της άλλος ίδιος ίδιο κλειδωμένος λήξει πελάτη προϊόντος lathos swstos den name and or with
"""
_PLAIN_WORDS = frozenset(look_alike(folded(_REMARKS)).split())


@dataclass(frozen=True, slots=True)
class _Compiled:
    label: Label
    words: re.Pattern[str]
    value: re.Pattern[str]


def _words(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all spellings, longest first."""
    forms = sorted({look_alike(folded(word)) for word in words}, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(_word, forms))})(?![^\W\d_])")


def _word(form: str) -> str:
    stem = form.removesuffix("*")
    parts = [r"\.?[ ]?" if char == "." else r"[\s.\-_]{1,3}" if char == " " else re.escape(char) for char in stem]
    pattern = "".join(parts).removesuffix("[ ]?")
    return pattern + (r"[^\W\d_]{0,4}" if form.endswith("*") else "")


_COMPILED = tuple(_Compiled(label, _words(label.forms), re.compile(look_alike(label.value))) for label in LABELS)


class LabelledNumberRecognizer(FoldedRecognizer):
    """Identifiers after words such as ΑΦΜ, κινητό, card number; across a line break or a table cell too."""

    ENTITIES = tuple(dict.fromkeys(label.entity for label in LABELS))

    def matches(self, text: View) -> Iterable[Match]:
        """The first fitting value behind each label."""
        for item in _COMPILED:
            for label in item.words.finditer(text.latin):
                found = _loose(item, text, label.end()) if item.label.loose else _tight(item, text, label.end())
                yield from found


def _loose(item: _Compiled, text: View, at: int) -> Iterator[Match]:
    gap = _GAP.match(text.latin, at)
    limit = gap.end() if gap else at
    value = item.value.search(text.latin, at, min(limit + 40, len(text.latin)))
    if value is not None and value.start() <= limit and not ordered(text, value.start()):
        yield Match(*value.span(), item.label.entity, item.label.score)


def _tight(item: _Compiled, text: View, at: int) -> Iterator[Match]:
    gap = _TIGHT.match(text.latin, at)
    start = gap.end() if gap else at
    value = item.value.match(text.latin, start)
    if value is None:
        return
    end = start + len(value.group().rstrip(".,;\"'»)"))
    token = text.latin[start:end]
    sure = _SURE.search(text.latin, at, start) is not None and token not in _PLAIN_WORDS
    mixed = any(char.isdigit() for char in token) or re.search(r"[_!#$%^&*]", token) is not None
    letters = any(char.isalpha() for char in token)
    named = any(text.latin.endswith(bare, 0, at) for bare in _BARE_LABELS)
    sure = sure or (named and end - start >= 5 and token not in _PLAIN_WORDS and token not in STOP)
    if end - start >= 3 and ((mixed and (letters or sure)) or (sure and token.isascii())):
        yield Match(start, end, item.label.entity, item.label.score)
