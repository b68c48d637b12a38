"""Names and addresses of which a screen shows little: a title and a word, a comma, a colon, an initial, a torn line.

Words of labels are none of them: "Miss Call", "Agent Name" head something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from redactor.findings import Finding
from redactor.normalize import folded
from redactor.recognizers import gazetteer, places, vocabulary
from redactor.recognizers.cell_groups import CELL, NAMED
from redactor.recognizers.el.phrases import STOP
from redactor.recognizers.screen_words import is_label
from redactor.regions import Span

_CAPITAL = r"[A-ZΑ-ΩΆΈΉΊΌΎΏÀ-ÖØ-Þ]"
_NAME = rf"{_CAPITAL}[^\W\d_]+(?:['’\-]{_CAPITAL}[^\W\d_]+)?"
_TITLED = re.compile(rf"(?<![^\W_])(?:Mrs?|Ms|Miss|Mx|Messrs|Dr|Prof|Sir|Κα|κα|κος|Κος)\.? ({_NAME})")
_HOUSEHOLD = re.compile(rf"(?<![^\W_])(?:Family|Οικογένεια|Οικ\.) ({_NAME})")
_KIN = re.compile(
    r"(?<![^\W_])(?:[Aa]gent|[Cc]olleague|[Nn]eighbour|[Ee]ngineer|son|daughter|husband|wife|partner|brother|sister|nephew|niece)"
    rf" ({_NAME})(?!['’]s?\b| {_CAPITAL})"
)
"""Who somebody is, in a sentence; headings in capitals ("Agent Desktop Version") go on with one."""
_CELL = re.compile(r"[^\t\n]+")
_LISTED = re.compile(rf"({_NAME}), ({_NAME})")
_BEHIND = re.compile(rf"[^:\d]{{3,30}}: ({_NAME})")
_GLUED = re.compile(rf"({_CAPITAL}[a-zα-ωάέήίόύώϊϋΐΰ]{{2,}}){_CAPITAL}\.")
"""A first name and the initial that the reader ran into it."""
_STREET = re.compile(
    rf"(?<![^\W_])((?:{_CAPITAL}[^\W\d_]*\.? ){{1,3}})\d{{1,3}} ?[a-zα-ωΑ-Ω]?, ?({_NAME}(?: {_NAME})?)(?![^\W_])"
)
_REST = re.compile(rf"\d{{1,3}} ?[a-zα-ωΑ-Ω]?, ?({_NAME}(?: {_NAME})?)")
"""A house and a town, alone on a line that broke behind the street."""
_KEY = re.compile(
    r"(?<![\w.\-])(?:agent|operator|login|uid|usr|user|owner|author|actor|principal)=\"?([a-z][a-z0-9._\-]{2,30})(?![\w@])"
)
"""Who did it, in a log; what a dictionary knows ("agent=system") is nobody."""
_INITIALS = re.compile(rf"(?<![^\W\d_])(?:{_CAPITAL}\. ?){{1,3}}\Z")
"""They stand free, or behind a number that the reader ran into them."""
_INITIAL = re.compile(rf" ?{_CAPITAL}\.(?![^\W_])")
_SERIES = re.compile(rf"(?<![^\W_]){_CAPITAL}{{1,2}}\n\Z")
_DOCUMENTS = frozenset({"GR_ID_CARD", "LICENSE_PLATE", "PASSPORT"})
_TORN = re.compile(r"(?:\A|[\t\n])([A-Za-z0-9]+[._][\w.\-]*((?: [^\s@]{1,4}){0,2})) \Z")
"""The first piece of a cell, like the beginning of an e-mail address, and at most two little ones up to its rest."""
_SENTENCE = 5
_REACH, _TORN_REACH = 10, 64


def named(text: str) -> Iterator[Finding]:
    """People and addresses in the cells of `text`; detector `CELL`."""
    for match in _TITLED.finditer(text):
        if not is_label(match[1]):
            yield _found(*match.span(1))
    for match in _HOUSEHOLD.finditer(text):
        if not gazetteer.standing(folded(match[1])).word or gazetteer.standing(folded(match[1])).last:
            yield _found(*match.span(1))
    for match in _STREET.finditer(text):
        if _town(match[2]) and not any(map(is_label, match[1].split())):
            yield _found(match.start(), match.end(), "ADDRESS")
    for match in _KEY.finditer(text):
        if not (vocabulary.english(match[1]) or is_label(match[1])):
            yield _found(*match.span(1), "USERNAME")
    for cell in _CELL.finditer(text):
        yield from _cell(cell)


def _cell(cell: re.Match[str]) -> Iterator[Finding]:
    text, at = cell.group().strip(), cell.start() + len(cell.group()) - len(cell.group().lstrip())
    if len(text.split()) >= _SENTENCE:
        for kin in _KIN.finditer(text):
            if not is_label(kin[1]) and vocabulary.english(folded(kin[1])) != 1:
                yield _found(at + kin.start(1), at + kin.end(1))
    if (listed := _LISTED.fullmatch(text)) and all(map(_stranger, listed.groups())):
        yield _found(at, at + len(text))
    if (behind := _BEHIND.fullmatch(text)) and _is_first(behind[1]):
        yield _found(at + behind.start(1), at + behind.end(1))
    if (glued := _GLUED.fullmatch(text)) and _is_first(glued[1]):
        yield _found(at, at + len(text))
    if (rest := _REST.fullmatch(text)) and _town(rest[1]):
        yield _found(at, at + len(text), "ADDRESS")


def whole(text: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings in cells with what belongs to them.

    Initials of names, the series of a number on the line before, the beginning of an e-mail address that was torn.
    """
    for finding in findings:
        start, end = finding.span.start, finding.span.end
        before = text[max(0, start - _REACH) : start]
        if finding.entity_type == "PERSON":
            initials, behind = _INITIALS.search(before), _INITIAL.match(text, end)
            start -= len(initials.group()) if initials else 0
            end = behind.end() if behind else end
        elif finding.entity_type in _DOCUMENTS and text[start].isdigit():
            series = _SERIES.search(before)
            start -= len(series.group()) if series else 0
        elif finding.entity_type == "EMAIL_ADDRESS":
            torn = _TORN.search(text, max(0, start - _TORN_REACH), start)
            start = torn.start(1) if torn and not any(word in STOP for word in torn[2].split()) else start
        yield replace(finding, span=Span(start, end))


def _found(start: int, end: int, entity: str = "PERSON") -> Finding:
    return Finding(Span(start, end), entity, NAMED, CELL)


def _town(words: str) -> bool:
    parts = folded(words).split()
    return any(places.town(parts[:n]) for n in range(1, len(parts) + 1))


def _stranger(word: str) -> bool:
    standing = gazetteer.standing(folded(word))
    return not (standing.word or is_label(word) or places.town([folded(word)]))


def _is_first(word: str) -> bool:
    standing = gazetteer.standing(folded(word))
    return standing.first > 0 and not is_label(word) and not (standing.word and word.isascii())
