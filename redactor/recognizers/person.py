"""PERSON: names known by their form, names that something announces, and the same words elsewhere in the text.

>>> GreekNameRecognizer().spans("ο κύριος Παπαδόπουλος και η Άννα")
['Παπαδόπουλος', 'Άννα']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from redactor.recognizers import gazetteer
from redactor.recognizers.announced import announced_names
from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.company import of_company, of_tax_office
from redactor.recognizers.el.ambiguous import AMBIGUOUS, AMBIGUOUS_SURNAMES
from redactor.recognizers.el.phrases import STOP
from redactor.recognizers.el.phrases import words as small_words
from redactor.recognizers.fields import fields, signature
from redactor.recognizers.greeklish import greek_key, latin_keys
from redactor.recognizers.names import listed_names
from redactor.recognizers.reading import Reading
from redactor.recognizers.table import header
from redactor.recognizers.turns import speakers
from redactor.recognizers.view import View

_SPELT = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .,\-]{1,2}[^\W\d_](?![^\W_])){3,}(?!\.[^\W\d_]{2})")
"""Letters with signs between them; "o.a.k.c.Fetcher" is the name of a program."""
_TWICE = re.compile(r"[ ]?/[ ]?[^\W\d_]{2,20}(?:[ ][^\W\d_]{1,20}){0,3}[ ]?:")
_REG = re.compile(r"reg[ .:]{1,2}(?=[a-z]{1,3}\d{1,3}(?![^\W_])|\d{1,3}-?[a-z]{1,3}(?![^\W_]))")
"""A first name, and the label of a plate in front of one."""
_SURELY = 2
"""Standing of a first name that is nothing else: "Νίκος/Agent:" tells who writes."""
_CERTAIN = 0.7
_KNOWN = 0.6
_LONG = 5
"""Letters of a name that is looked for by its sound."""


class GreekNameRecognizer(FoldedRecognizer):
    """Greek and English names in any case, accent or script, and foreign names that something announces."""

    ENTITIES = ("PERSON",)

    def matches(self, text: View) -> Iterable[Match]:
        """A word that is certainly a name in one place is taken for one wherever it stands in the same case."""
        reading = Reading(text)
        head = header(text.plain)
        found = [
            *listed_names(reading),
            *announced_names(reading),
            *fields(reading),
            *speakers(reading),
            *signature(reading),
        ]
        first = head[1] if head is not None else 0
        found = [
            m
            for m in found
            if m.start >= first
            and not (
                of_company(text, m) or of_tax_office(text, m) or _label(text, m) or _REG.match(text.plain, m.start)
            )
        ]
        yield from found
        yield from _echoes(text, found)
        yield from _echoes_by_sound(reading, found)
        for letters in _SPELT.finditer(text.plain):
            if text.plain.startswith((".:", ":"), letters.end()):
                continue
            yield Match(*letters.span(), "PERSON", 0.4)
        for contracted in _contracted().finditer(text.plain) if "/" in text.plain else ():
            yield Match(*contracted.span(), "PERSON", _CERTAIN)


def _label(text: View, match: Match) -> bool:
    """True for the label of a line that is told again in another language ("Υγεία/Health:")."""
    line = text.plain.rfind("\n", 0, match.start) + 1
    twice = not text.plain[line : match.start].strip() and _TWICE.match(text.plain, match.end) is not None
    return twice and gazetteer.standing(text.plain[match.start : match.end]).first < _SURELY


@cache
def _contracted() -> re.Pattern[str]:
    """First names as forms shorten them: "Κων/νος", "Αθ/σιος"."""
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, small_words('contracted')))})(?![^\W_])")


def _echoes(text: View, found: list[Match]) -> Iterator[Match]:
    certain = sorted((match.start, match.end) for match in found if match.score >= _CERTAIN)
    names: dict[str, bool] = {}
    at = 0
    for word in text.words:
        while at < len(certain) and certain[at][1] <= word.start:
            at += 1
        if at < len(certain) and certain[at][0] <= word.start and len(word.text) >= 4 and not _common(word.text):
            names[word.text] = names.get(word.text, True) and (word.title or word.capitals)
    for word in text.words:
        if word.text in names and (word.title or word.capitals or not names[word.text]):
            yield Match(word.start, word.end, "PERSON", 0.5)


def _echoes_by_sound(reading: Reading, found: list[Match]) -> Iterator[Match]:
    """The same name in other letters ("Bennett", "μπένετ"); ordinary words that sound alike are left alone."""
    names = {match.start: match.end for match in found if match.score >= _KNOWN}
    sounds: dict[str, str] = {}
    end = 0
    for word in reading.words:
        end = max(end, names.get(word.start, 0))
        if word.start < end and len(word.text) >= _LONG and not _common(word.text):
            sounds |= dict.fromkeys(_sounds(word.text), word.text)
    for i, word in enumerate(reading.words if sounds else ()):
        if len(word.text) < _LONG - 1 or reading.stopped(i) or reading.standing(i).word:
            continue
        if any(sounds.get(key, word.text) != word.text for key in _sounds(word.text)):
            yield Match(word.start, reading.end(i), "PERSON", 0.45)


def _sounds(form: str) -> tuple[str, ...]:
    return latin_keys(form) if form.isascii() else (greek_key(form),)


def _common(form: str) -> bool:
    return form in STOP or form in AMBIGUOUS or form in AMBIGUOUS_SURNAMES
