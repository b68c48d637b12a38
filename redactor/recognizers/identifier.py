"""The base of recognizers of one identifier: values behind (or before) its labels, and values known by their form.

A label makes a value personal whatever its check digit says, as speech recognition, character recognition and typing
err; the check digit raises the score. Each identifier is one file: its name, the rule and its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import ClassVar

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.context import ordered
from redactor.recognizers.labels import places
from redactor.recognizers.view import View, look_alike

DIGITS = r"\d(?:[ .\-/]{0,3}(?:(?:double|triple|treble)[ \-])?\d)"
"""Digits with blanks, dots, dashes, slashes or "double" between them ("3-triple-2-25"); a quantifier follows."""
START = r"(?<![\w,/])(?<!\d[.\-])(?!\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4})"
"""Where a number may begin: not inside a longer one, and not with a date."""
MONEY = r"\s?(?:€|%|(?:ευρω|euros?|eur|kwh)(?![^\W_]))"
"""What makes an amount of the number in front of it; "Ευρώπη" does not."""
NO_AMOUNT = rf"(?!\d)(?![.,]\d|{MONEY})"
"""Behind a number that is no price and no share."""
NO_WORD = r"(?!(?:is|it|s|m|to|my|the|ειναι|το|ο|η|τα|και|αφμ|κιν|τηλ|του|τησ|no)[ ]|(?:αρ|no|nr|νο)\.)"
"""In front of letters that may belong to a value, but are a little word."""
MIXED = r"(?<![^\W_])(?=(?:[^\W\d_]{0,8}\d){4})(?=\d{0,8}[^\W\d_])[^\W_]{8,9}(?![^\W_])"
"""The number of a document with letters among its digits ("C01X00T47"), as German ones have."""

_REACH = 48
"""Characters that may stand between a label and its value on one line, and again on each of the next lines."""
_GAP = re.compile(rf"[^\n]{{0,{_REACH}}}(?:\n[^\n]{{0,{_REACH}}}){{0,2}}")
_LONGEST = 60
_BACK = re.compile(
    look_alike(
        r"[ \t]{0,2}[(\[,;:\-=]?[ \t]{0,2}(?:(?:ειναι|einai|is|it|that|s|my|the|your|our|το|τα|ο|η|μου|σασ|του|τησ|"
        r"αυτο|αυτοσ|ωσ|για|to|mou|ο δικοσ|το δικο)[ \t']{1,2}){0,4}\Z"
    )
)
"""Between a value and the label behind it: "099... είναι το ΑΦΜ μου", "... (ΑΦΜ)"."""


class IdentifierRecognizer(FoldedRecognizer):
    """Recognizes one type of identifier. Subclasses name `ENTITY` and `VALUE`, and may write `unlabelled`."""

    ENTITY: ClassVar[str]
    """Entity type; its labels stand in the language packs."""
    VALUE: ClassVar[str]
    """What may stand behind a label: a regular expression, brought to look-alike form like the text."""
    LABELLED: ClassVar[float] = 0.85
    """Score of a value behind a label, 0..1."""
    BEFORE: ClassVar[bool] = False
    """True when a value may also stand before its label."""
    GLUED: ClassVar[bool] = True
    """False when the end of a label may be the beginning of the value ("κωδικός RF18...")."""
    FEWEST: ClassVar[int] = 0
    """Digits side by side (see `View.digits`) that are in all that `unlabelled` may find: others are not searched."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "ENTITIES" not in cls.__dict__:
            cls.ENTITIES = (cls.ENTITY,)

    def matches(self, text: View) -> Iterable[Match]:
        """Labelled values, then those known by their form."""
        yield from self.labelled(text)
        if text.most_digits >= self.FEWEST:
            yield from self.unlabelled(text)

    def labelled(self, text: View) -> Iterator[Match]:
        """The first fitting value behind each label, and one just before it; also as a screen reader misread it."""
        value = _value(self.VALUE)
        for start, end in places(text, self.ENTITY):
            for form in (text.latin, text.misread) if text.misread != text.latin else (text.latin,):
                found = _behind(value, text, form, end, glued=self.GLUED)
                if found is None and self.BEFORE:
                    found = _before(value, form, start)
                if found is None or ordered(text, found[0], range(start, end)):
                    continue
                if self.counts(text, range(start, end), range(*found)):
                    yield Match(*found, self.ENTITY, self.LABELLED)

    def counts(self, text: View, label: range, value: range) -> bool:  # noqa: ARG002
        """True when what stands behind a label, or before it, is its value; a subclass may know better."""
        return True

    def unlabelled(self, text: View) -> Iterable[Match]:  # noqa: ARG002
        """Values that show what they are by themselves; none unless a subclass knows a form."""
        return ()


@cache
def _value(pattern: str) -> re.Pattern[str]:
    return re.compile(look_alike(pattern))


def _behind(value: re.Pattern[str], text: View, form: str, at: int, *, glued: bool) -> tuple[int, int] | None:
    if glued and form[at : at + 1].isalnum() and (own := value.match(form[at : at + _LONGEST])) is not None:
        # Glued to its label ("τηλ6971234567"): it begins where the label ends.
        return at, at + own.end()
    gap = _GAP.match(form, at)
    limit = gap.end() if gap else at
    found = value.search(form, at, min(limit + 40, len(form)))
    return found.span() if found is not None and found.start() <= limit and len(text.plain) >= found.end() else None


def _before(value: re.Pattern[str], form: str, at: int) -> tuple[int, int] | None:
    """The value that ends just before the label at `at`, if nothing but a few little words part them."""
    line = form.rfind("\n", max(0, at - _LONGEST), at) + 1 or max(0, at - _LONGEST)
    found = max(value.finditer(form, line, at), key=lambda match: match.end(), default=None)
    return found.span() if found is not None and _BACK.match(form, found.end(), at) else None
