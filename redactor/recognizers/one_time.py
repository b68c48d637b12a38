"""PASSWORD, codes for one use: four to eight digits that were sent to a person ("κωδικός επιβεβαίωσης", "OTP").

What a code is for stands in front of it, or that it was sent; "κωδικός προϊόντος" and "error code" are for nobody.

>>> OneTimeRecognizer().spans("ο κωδικός που σας ήρθε με sms είναι 483920, OTP: 4839, κωδικός σφάλματος: 404040")
['483920', '4839']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.context import amount_follows, ordered
from redactor.recognizers.identifier import MONEY
from redactor.recognizers.labels import LANGUAGES, alternatives, table
from redactor.recognizers.view import View, look_alike

_BEFORE, _BEHIND = 40, 90
"""Characters in front of the word for a code and behind it in which it is told what it is."""
_DIGITS = r"(?<![\w/.,\-])(?:g-)?\d(?:[ \-]?\d){3,7}"
_CODE = re.compile(_DIGITS + look_alike(rf"(?![\w/:\-]|[ ]\d|[.,]\d|{MONEY}|\s?(?:ψηφι|digit))"))
_TOLD = re.compile(
    rf"({_DIGITS})" + look_alike(r"[ ](?:ειναι|einai|is|as|ωσ)[ ](?:(?:ο|το|τον|o|your|the|my)[ ]){0,2}\Z")
)
"""In front of its label: "483920 is your verification code"."""
_LINE = re.compile(r"[^\n]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SAID = re.compile(r"(?::|=|(?<![^\W_])(?:einai|is))[ \t\"'«]{0,3}\Z")
_QUESTION = re.compile(r"[?;](?:\s|\Z)")
_STOPS = re.compile(r"[.;!?](?=\s)")
_ASKED = re.compile(r"[^\n]*[;?:][ \t]{0,2}\n(?:[ \t]*[^\n:\]\d]{1,24}[:\]])?[^\n.;!?]{0,40}")
"""A question or heading that ends its line, and the beginning of the answer."""
_TURN = re.compile(
    r"[ \t]{0,4}(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?[\])]?[ \t\-]{0,3})?(?:[^\n:\]]{1,24}[:\]](?=\s)|>>|-)?"
    r"(?P<said>[^\n]*)"
)
"""A line, with the time and the name of who speaks in front of what is said."""
_ALONE = re.compile(
    rf"(?P<before>[^\d\n]{{0,60}})(?P<code>{_DIGITS})"
    + look_alike(rf"(?![\w/:\-]|[ ]\d|[.,]\d|{MONEY}|\s?(?:ψηφι|digit))(?P<after>[^\d\n]{{0,40}})")
)
_TURNS = 3
"""Lines behind a question for a message in which its code may be told by itself."""
_LITTLE = 6
"""So many words may stand before a code that is told by itself."""
_FEWEST, _LONG_CODE = 4, 6
_WORDS = 4
"""So many words may tell what a code is for, where a colon says that it follows."""


class OneTimeRecognizer(FoldedRecognizer):
    """Digits behind OTP, verification code, κωδικός μιας χρήσης, and behind a code that somebody was sent."""

    ENTITIES = ("PASSWORD",)

    def matches(self, text: View) -> Iterable[Match]:
        """The first digits behind each word for a code, where something tells that it is for one use."""
        if text.most_digits < _FEWEST:
            return
        for label in _words("alone", "code").finditer(text.latin):
            line = text.latin.rfind("\n", max(0, label.start() - _BEFORE), label.start()) + 1
            before = text.latin[max(line, label.start() - _BEFORE) : label.start()]
            alone = _words("alone").fullmatch(label.group()) is not None
            behind = _LINE.match(text.latin, label.end(), label.end() + _BEFORE)
            for_one_use = alone or (behind is not None and _words("use").match(behind.group().lstrip()) is not None)
            if for_one_use and (told := _TOLD.search(text.latin, max(line, label.start() - _BEFORE), label.start())):
                yield from _counting(text, *told.span(1))
            code = _CODE.search(text.latin, label.end(), label.end() + _BEHIND)
            if code is None or not _follows(gap := text.latin[label.end() : code.start()]):
                continue
            for_one = _told(_STOPS.split(before)[-1], gap, greek=not label.group().endswith("code"))
            if not (alone or for_one or _by_message(text, before, gap, code)):
                continue
            if not _YEAR.fullmatch(code.group()) or _SAID.search(gap):
                yield from _counting(text, *code.span())
        yield from _told_alone(text)


def _by_message(text: View, before: str, gap: str, code: re.Match[str]) -> bool:
    """True for a long code right behind its word, in what came by message: "sms from the bank: code 482913".

    Shorter ones are for a discount, too.
    """
    behind = _STOPS.split(text.latin[code.end() : code.end() + _BEFORE])[0]
    long = sum(map(str.isdigit, code.group())) >= _LONG_CODE
    return (
        long and not gap.strip() and bool(_words("by").search(before)) and not _words("other").search(before + behind)
    )


def _told_alone(text: View) -> Iterator[Match]:
    """Digits that are all that is said, shortly after somebody asked what a message says or whether it came."""
    if _words("by", "code", "alone").search(text.latin) is None:
        return
    left = 0
    for turn in _TURN.finditer(text.latin):
        said = turn["said"]
        if not said.strip():
            continue
        if left and (code := _alone(said)) is not None:
            at = turn.start("said")
            yield from _counting(text, at + code[0], at + code[1])
            left = _TURNS
        elif _asks(said):
            left = _TURNS
        else:
            left = 0 if _QUESTION.search(said) else max(0, left - 1)


def _alone(said: str) -> tuple[int, int] | None:
    """Where the code stands in what is said, when it says nothing else or says that the code is one."""
    found = _ALONE.fullmatch(said)
    if found is None or _YEAR.fullmatch(found["code"]) or len(found["before"].split()) > _LITTLE:
        return None
    if _words("other").search(said) or (found["after"].strip(" .,!?;") and not _words("use").search(said)):
        return None
    return found.span("code")


def _asks(said: str) -> bool:
    """True for a turn about a message or code that was sent, or about what it says."""
    about = _words("by", "code", "alone").search(said) and _words("sent", "reads").search(said)
    return bool(about) and not _words("other").search(said)


def _counting(text: View, start: int, end: int) -> Iterator[Match]:
    if not (ordered(text, start) or amount_follows(text, end)):
        yield Match(start, end, "PASSWORD", 0.6)


def _follows(gap: str) -> bool:
    """True when a value may stand behind `gap`: on the same line and in the same sentence, or in an answer."""
    if _words("other").search(gap):
        return False
    return (not _STOPS.search(gap) and "\n" not in gap) or _ASKED.fullmatch(gap) is not None


def _told(before: str, gap: str, *, greek: bool) -> bool:
    """True when the words around tell that a code is for one use, was sent, or is told behind a colon."""
    around = before + " " + gap
    if _words("by").search(gap) or _words("use", "sent").search(around):
        return _words("other").search(before) is None
    return greek and _SAID.search(gap) is not None and 0 < len(gap.split()) <= _WORDS


@cache
def _words(*kinds: str) -> re.Pattern[str]:
    found: list[str] = []
    for language in LANGUAGES:
        for _, (kind, listed) in table(language, "one_time.tsv"):
            if kind in kinds:
                found += [word.strip() for word in listed.split(";")]
    return re.compile(rf"(?<![^\W_])(?:{alternatives(found)})(?![^\W_])")
