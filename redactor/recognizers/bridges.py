"""Findings that go on: the rest of a token, and the small words between two findings that are one.

Every recognizer ends where its own words end. "Rhubarb, capital R, then seventy four" is one password though "capital"
and "then" are none; so is "Deutera#1", of which a name was found; "ζάχαρο και κάνει ενέσεις" is one mention of health.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from redactor.findings import Finding, resolve
from redactor.normalize import folded
from redactor.recognizers.el.phrases import words
from redactor.regions import Span

_SECRETS = frozenset({"EMAIL_ADDRESS", "PASSWORD", "URL", "USERNAME"})
_PIECES = frozenset({"CUSTOMER_ID", "LICENSE_PLATE", "PERSON", "PHONE_NUMBER"})
"""What a part of a secret may be taken for."""
_WHOLE = re.compile(r"[_#$%&*+=~^][\w#$%&*+=~^.!-]{0,30}")
"""What may follow a name inside a user name or a password."""
_HEAD = re.compile(r"[^\W_][\w.]{0,30}_\Z")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_BREAKS = re.compile(r"[.;!?:()\[\]<>/|\n\t\"«»]")
_BREAKS_OR_COMMA = re.compile(rf"{_BREAKS.pattern}|[,—–]")
_SPELLED = re.compile(r"(?:(?<![^\W_])[^\W\d_](?![^\W_])[ ,.\-]{0,2}){2}")
_FIGURE, _PARTS = re.compile(r"\d[:/]\Z"), ("/", ":")
"""What parts the figures of a time and a date."""
_NEXT_FIELD = re.compile(r"(?:[ ]{2,}|\t+)[^\W\d_]{2,20}\Z")
"""The label of another field of the same line, of which the sign behind it is the next character."""
_LONGEST, _HEAD_REACH = 48, 32
"""Characters between two findings, or from one to the end of its clause; and before one, in its token."""
_SECRET_WORDS = 6
"""So many words tell how a secret is written, at most."""
_SURNAME = re.compile(r"[^\W\d_a-zα-ωάέήίόύώϊϋΐΰ]{3,}(?:-[^\W\d_a-zα-ωάέήίόύώϊϋΐΰ]{2,})?")
_FIRST_NAME = re.compile(
    r",[ ]([^\W\d_a-zα-ωάέήίόύώϊϋΐΰ][a-zα-ωάέήίόύώϊϋΐΰ]{1,14})"
    r"(?=[ \t]*(?:\Z|[\n\"|;)\t])|[ ]{1,2}[^\W\d_a-zα-ω]{2,}[ :.#]|[ ]{2})"
)
_LISTED = re.compile(r"[\n:|;,\"\t][ ]{0,3}\Z")
"""In front of what is a field by itself."""
_SIGN_WORDS = 10
"""So many words tell of the signs at the end of a password."""
_WRITTEN_BIG = re.compile(
    r"(?<![^\W_])(?:(?:all )?(?:capitals?|upper ?case|lower ?case)|κεφαλα[ίι][οα]|μικρ[όοάα]|πεζ[όοάα])"
    r"(?: [^\W\d_])? \Z",
    re.IGNORECASE,
)
"""How the first letter of a secret is written, in front of it."""
_DOCUMENTS = frozenset({"GR_ID_CARD", "LICENSE_PLATE", "PASSPORT"})
_SPEAKER = r"(?:[ \t]{0,4}[^\n]{1,30}[:\]>][ \t]{1,3}|[ \t]{0,4}[\->]{0,2}[ \t]{0,2})"
_LINE_BEFORE = re.compile(
    rf"(?:\A|\n){_SPEAKER}(?P<letters>[^\W\d_](?:[ .]{{0,2}}[^\W\d_]){{0,2}})[ .,\t]{{0,3}}\n{_SPEAKER}\Z"
)
"""One to three letters that are all that a line says, and the name of who speaks in the next."""
_SMALL_TALK = frozenset(["ναι", "οχι", "να", "οκ", "ok", "yes", "no", "nai", "oxi", "yep", "sir", "hi"])
_HEALTH_WORDS = range(2, 4)
"""So many small words join two mentions of health."""
_CLAUSE_WORDS = 2
"""So few words between a mention of health and the end of its clause belong to it."""


def bridged(text: str, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """`findings` of `text`, disjoint and in order, with what belongs to them.

    >>> text = "κωδικός Deutera#1"
    >>> [found.span for found in bridged(text, [Finding(Span(8, 15), "PERSON", 0.9, "names")])]
    [Span(start=8, end=17)]
    """
    whole = [_told(text, _spelling(text, _token(text, _cut(text, finding)))) for finding in findings]
    return resolve(
        [*whole, *_between(text, whole), *_signs(text, whole), *_letters(text, whole), *_first_names(text, whole)]
    )


def _cut(text: str, finding: Finding) -> Finding:
    """A name without the label of the next field ("ΜΑΡΙΑ ΡΗΓΑ   Ηλικία:")."""
    start, end = finding.span.start, finding.span.end
    label = _NEXT_FIELD.search(text, start, end) if finding.entity_type == "PERSON" else None
    follows = label is not None and label.start() > start and text.startswith(":", end)
    return replace(finding, span=Span(start, label.start())) if label and follows else finding


def _token(text: str, finding: Finding) -> Finding:
    """The finding with the rest of the token that it ends in, when a sign of user names and passwords joins them."""
    start, end = finding.span.start, finding.span.end
    if (rest := _WHOLE.match(text, end)) and text[end - 1].isalnum():
        tail = rest.group().rstrip(".!-")
        end += len(tail) if any(map(str.isalnum, tail)) else 0
    if text[start].isalnum() and (head := _HEAD.search(text, max(0, start - _HEAD_REACH), start)):
        start = head.start()
    return (
        finding if (start, end) == (finding.span.start, finding.span.end) else replace(finding, span=Span(start, end))
    )


def _spelling(text: str, finding: Finding) -> Finding:
    """A spelled name with the letters and the words about them that go before it: "N I, new word, D H O"."""
    if finding.entity_type != "PERSON" or not _spells(text, finding):
        return finding
    start = finding.span.start
    before = text[max(0, start - _LONGEST) : start]
    for match in list(_WORD.finditer(before))[: -_SECRET_WORDS - 1 : -1]:
        word = folded(match.group())
        if _BREAKS.search(before, match.end()):
            break
        if len(word) == 1 and before[: match.start()][-1:].isspace():
            start = finding.span.start - len(before) + match.start()
        elif word not in _words("bridge word") | _words("bridge sign"):
            break
    return replace(finding, span=Span(start, finding.span.end))


def _told(text: str, finding: Finding) -> Finding:
    """A mention of health with the word or two that part it from the ends of its clause: they tell of it, too."""
    if finding.entity_type != "HEALTH":
        return finding
    start, end = finding.span.start, finding.span.end
    before = _BREAKS_OR_COMMA.split(text[max(0, start - _LONGEST) : start])[-1]
    behind = _BREAKS_OR_COMMA.split(text[end : end + _LONGEST], maxsplit=1)[0]
    if before[:1].isdigit() and _FIGURE.search(text, max(0, start - len(before) - 2), start - len(before)):
        before = ""
    if behind[-1:].isdigit() and text.startswith(_PARTS, end + len(behind)):
        behind = ""
    left = _clause([match.span() for match in reversed(list(_WORD.finditer(before)))], before)
    right = _clause([match.span() for match in _WORD.finditer(behind)], behind)
    if left:
        start -= len(before) - left[-1][0]
    if right:
        end += right[-1][1]
    return replace(finding, span=Span(start, end))


def _first_names(text: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The first name behind a surname in capitals and a comma, as lists and forms have it: "Patient: MORROW, Kit"."""
    for finding in findings:
        start, end = finding.span.start, finding.span.end
        if finding.entity_type != "PERSON" or not _SURNAME.fullmatch(text, start, end):
            continue
        first = _FIRST_NAME.match(text, end)
        if first is not None and (start == 0 or _LISTED.search(text, max(0, start - 4), start)):
            yield replace(finding, span=Span(start, first.end(1)))


def _clause(places: Sequence[tuple[int, int]], part: str) -> Sequence[tuple[int, int]]:
    """The few words, nearest first, up to one that joins clauses; none when they are many."""
    link = next((n for n, (a, b) in enumerate(places) if folded(part[a:b]) in _words("clause link")), len(places))
    return places[:link] if link <= _CLAUSE_WORDS else ()


def _between(text: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Findings that reach from one to the next, where only words that join the two stand between them."""
    for a, b in pairwise(findings):
        gap = text[a.span.end : b.span.start]
        if not gap or len(gap) > _LONGEST or _BREAKS.search(gap):
            continue
        said = [folded(word) for word in _WORD.findall(gap)]
        if _joined(text, a, b, said):
            yield replace(a, span=Span(a.span.start, b.span.end), score=min(a.score, b.score))


def _joined(text: str, a: Finding, b: Finding, said: Sequence[str]) -> bool:
    if a.entity_type == b.entity_type == "HEALTH":
        return len(said) in _HEALTH_WORDS and _words("bridge health").issuperset(said)
    kinds = {a.entity_type, b.entity_type}
    if kinds == {"PERSON"} and len(said) == 1 and said[0] in _words("bridge name"):
        return True
    secret = bool(kinds & _SECRETS) and kinds <= _SECRETS | _PIECES
    spelled = a.entity_type == b.entity_type == "PERSON" and _spells(text, a) and _spells(text, b)
    if not (secret or spelled) or not 0 < len(said) <= _SECRET_WORDS:
        return False
    named = not _words("bridge sign").isdisjoint(said)
    return named and all(len(word) == 1 or word in _words("bridge sign") | _words("bridge word") for word in said)


def _signs(text: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Passwords with the signs that are named around them: "capital w ...", "... with an exclamation mark"."""
    for finding in findings:
        if finding.entity_type != "PASSWORD":
            continue
        start, at = finding.span.start, finding.span.end
        front = _WRITTEN_BIG.search(text, max(0, start - _HEAD_REACH), start)
        start, end = front.start() if front else start, _end_of_signs(text, start, at)
        if (start, end) != (finding.span.start, at):
            yield replace(finding, span=Span(start, end))


def _end_of_signs(text: str, start: int, at: int) -> int:
    """The end of what is told of the signs of the password `[start, at)` behind it; `at` when none is named there.

    All words up to the end of the clause go with it when none of them is of other talk: "and a pound sign at the end".
    """
    end = told = at
    for n, match in enumerate(_WORD.finditer(text, at, at + _LONGEST)):
        word = folded(match.group())
        if _BREAKS.search(text, told, match.start()):
            break
        if n == _SIGN_WORDS:
            return end
        if word in _words("bridge sign"):
            end = match.end()
        elif word not in _words("bridge word") and len(word) > 1:
            return end
        told = match.end()
    last = [folded(word) for word in _WORD.findall(text, max(start, at - _LONGEST), at)[-1:]]
    return told if end > at or not _words("bridge sign").isdisjoint(last) else at


def _letters(text: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The letters of a document that are a line by themselves, its digits the next: "Α Ν", "330 871" in a chat."""
    for finding in findings:
        if finding.entity_type not in _DOCUMENTS or any(map(str.isalpha, text[finding.span.start : finding.span.end])):
            continue
        start = finding.span.start
        line = _LINE_BEFORE.search(text, max(0, start - _LONGEST * 2), start)
        if line is not None and folded(line["letters"]) not in _SMALL_TALK:
            yield replace(finding, span=Span(*line.span("letters")))


def _spells(text: str, finding: Finding) -> bool:
    return _SPELLED.search(text, finding.span.start, finding.span.end) is not None


@cache
def _words(kind: str) -> frozenset[str]:
    return words(kind)
