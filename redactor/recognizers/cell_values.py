"""What only screens have: a label and its value in the next cell, a cell that holds nothing but a name, an address or a
number, a link that its line or its reader has torn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from redactor.findings import Finding
from redactor.normalize import folded
from redactor.recognizers import gazetteer, places
from redactor.recognizers.cell_groups import CELL, NAMED, grouped
from redactor.recognizers.cell_names import named
from redactor.recognizers.screen_words import is_label
from redactor.recognizers.table import heading
from redactor.recognizers.url import personal
from redactor.regions import Span

_LINE = re.compile(r"[^\n]+")
_CELL = re.compile(r"[^\t\n]+")
_WORD = re.compile(r"[^\W\d_]+")
_LINK = re.compile(
    r"(?:https?: ?//|www\.)[^\s<>\"'«»]+"
    r"(?:(?<=[./?&=_\-])[ ](?=[\w%\-]+[./?&=][\w%./?&=\-]*)[^\s<>\"'«»]+)?"
    r"(?:\n(?=[^\s]*[\d=&?/%_])[^\s<>\"'«»]{4,})?"
)
"""A link that may go on after a blank behind a sign, and on the next line with something that is no plain word."""
_NICK = re.compile(r"<([A-Za-z][\w.\-]{2,30})>(?=\s)")
"""Who speaks, in logs of a chat."""
_NUMBER = re.compile(r"#?(?:[A-ZΑ-Ω]{1,3}-?)?\d{8,}")
"""Digits that no quantity has, and a series before them."""
_LATIN = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")
"""Greek capitals that a reader takes for Latin ones."""
_GREEK = {latin: greek for greek, latin in _LATIN.items()}
_POSTCODE = re.compile(r"(?<!\w)[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}(?!\w)")
"""A British postcode (BS 7666)."""
_BRITISH = re.compile(
    r"(?:\b(?:Flat|Apt|Unit) \d{1,4}[A-Za-z]?, )?\b\d{1,4}[A-Za-z]?,? (?:[A-Z][\w'’]* ){1,3}"
    r"(?:Street|Road|Avenue|Terrace|Close|Lane|Drive|Way|Crescent|Court|Gardens|Place|Rise|View|Hill|Grove|Square|Mews)\b"
    r"(?:,\s[A-Z][a-z]+(?:,? [A-Z]{1,2}\d[\dA-Z]? \d?[A-Z\d]\S?(?=[\s.,]|$))?)?"
)
"""A British street with its number, the town behind it, and a postcode of which signs may be misread."""
_BIRTH = re.compile(
    r"(?<![\w/.\-])(?:\d{1,2}(?P<mark>[/.\-])\d{1,2}(?P=mark)(?:19\d\d|200\d)|(?:19\d\d|200\d)-\d\d-\d\d"
    r"|\d{1,2} [^\W\d_]{3,12}\.?,? (?:19\d\d|200\d))(?![\w/\-])"
)
"""Dates before 2010: what a contact centre shows of that age is a birthday."""
_PLATE = re.compile(r"[ABEHIKMNOPTXYZΑΒΕΖΗΙΚΜΝΟΡΤΥΧ01]{3}[ \-]?\d{4}")
_PLATE_LETTERS = 2
_LABEL_WORDS = 4
_COMPANY = 3
"""Capitalised words that are no name of a user."""
_LEAST_DIGITS = 3
_SURELY = 2
_SHORT_LABELS = {
    "cvv2": "CVV", "cw": "CVV", "cvw": "CVV", "cvy": "CVV", "security code": "CVV", "card code": "CVV",
    "3-digit code": "CVV", "4-digit code": "CVV", "τριψηφιοσ": "CVV", "κωδικοσ ασφαλειασ": "CVV",
    "κατοικια": "ADDRESS", "εδρα": "ADDRESS", "διευθυνση αποστολησ": "ADDRESS", "διευθυνση τιμολογησησ": "ADDRESS",
    "παραδοση σε": "ADDRESS", "deliver to": "ADDRESS", "ship to": "ADDRESS", "bill to": "ADDRESS",
}  # fmt: skip
"""Folded labels of fields that are none in running text, and what readers make of them."""
_LAST_LINE = re.compile(r"^\d{3} ?\d{2},? [^\W\d_]{4,}(?: [^\W\d_]{4,})?$")
_IN_TOWN = re.compile(r"^(?:[^\W\d_]+\.? ){1,3}\d{1,3} ?[α-ωa-z]?, ?((?:[^\W\d_]+ ?){1,3})$")
"""A street that nobody lists, its number, and a town behind them."""
_STREET = re.compile(r"^((?:[^\W\d_]+\.? ){1,3})(?!(?:19|20)\d\d)\d{1,4} ?[α-ωa-z]?$")
_ADDRESSES = (
    # A street and a number, a postcode of five digits; in either order of town and postcode.
    re.compile(
        r"[^\W\d_]{3,}\.? ?\d{1,4}[α-ωa-z]?,? (?:τ\.? ?κ\.? ?|[^\W\d_]{3,},? (?:[^\W\d_]{3,},? )?)?"
        r"\d{3} ?\d{2}\b(?! ?[.,]?\d)"
    ),
    _LAST_LINE,
    re.compile(r"\b\d{1,4}[a-z]?,? [^\W\d_]{2,}.*\b[a-zα-ω]{1,2}\d[\da-zα-ω]? ?\d[a-zα-ω]{2}\b"),
    re.compile(r"^[^\W\d_]{2,}[^\d]*, .*\b[a-z]{1,2}\d[\da-z]? ?\d[a-z]{2}$"),
    re.compile(
        r"\b\d{1,4}[a-z]?,? (?:[^\W\d_']+['’]?[^\W\d_]* ){1,3}"
        r"(?:street|road|avenue|terrace|close|lane|drive|way|crescent|court|gardens|place|rise|view|hill|grove|square|mews|park|green|walk|row|house|st|rd|ave)\b"
    ),
)
"""Greek addresses, their last line, British addresses with a postcode (BS 7666) or the word of a street; folded."""
_PLAIN_WORDS = re.compile(r"(?:(?<!\S)(?!(?:και|and|of|the|της|του|των)\b)[a-zα-ωάέήίόύώϊϋΐΰµ]{2,}[,;]?(?:\s+|$)){2,}")
"""Words in small letters, as sentences have them and addresses do not."""
_LONG_ADDRESS = 9
_DAYS = frozenset({"δευτερα", "τριτη", "τεταρτη", "πεμπτη", "παρασκευη", "σαββατο", "κυριακη"})
"""What heads a column of a calendar with the day of its month is no street."""
_SCORE = 0.6
_NAMES = re.compile(
    r"(?:su(?:rn|m)ame|forename|(?:first|last|middle|family|given|full|maiden|preferred|second|other) names?"
    r"|(?:ον(?:οματ)?ε?π?ω?|επ|πατρ|μητρ)ωνυμο|ονομα|επιθετο|γενοσ|e[pr]on[iy]mo|epithe?to|onoma)(?: \d)?"
)


def stated(text: str) -> Iterator[Finding]:
    """Fields, names, addresses, numbers, old dates, links and speakers in the cells of `text`; detector `CELL`."""
    for match in _LINK.finditer(text):
        if any(c.isspace() for c in match.group()) and personal(re.sub(r"\s", "", match.group())):
            yield _found(match, "URL")
    for match in _NICK.finditer(text):
        yield from (_found(again, "USERNAME") for again in re.finditer(rf"(?<!\w){re.escape(match[1])}(?!\w)", text))
    yield from (_found(date, "DATE_OF_BIRTH") for date in _BIRTH.finditer(text))
    yield from (_found(street, "ADDRESS") for street in _BRITISH.finditer(text))
    yield from (_found(code, "ADDRESS") for code in _POSTCODE.finditer(text.translate(_LATIN)))
    yield from _fields(text)
    yield from grouped(text)
    yield from named(text)
    before = None
    for cell in _cells(text, 0, len(text)):
        if before and _LAST_LINE.search(folded(cell.group())) and _STREET.search(folded(before.group())):
            yield _found(before, "ADDRESS")
        before = cell
        for start, end in address_parts(cell.group()):
            yield Finding(Span(cell.start() + start, cell.start() + end), "ADDRESS", _SCORE, CELL)
        for holds, entity in ((_is_name, "PERSON"), (_is_plate, "LICENSE_PLATE")):
            if holds(cell.group()):
                yield _found(cell, entity)
        if _NUMBER.fullmatch(cell.group().strip()):
            yield _found(cell, "CUSTOMER_ID")


def _found(match: re.Match[str], entity: str) -> Finding:
    return Finding(Span(*match.span()), entity, _SCORE, CELL)


def expected(text: str) -> tuple[Span, ...]:
    """Where the labels of `text` announce a value: what cannot be read there may be one."""
    return tuple(finding.span for finding in _fields(text))


def _fields(text: str) -> Iterator[Finding]:
    """The cell behind a label, or below it where the label ends its line; and what follows a label in its own cell."""
    lines = [cells for line in _LINE.finditer(text) if (cells := _cells(text, *line.span()))]
    for cells, next_line in zip(lines, [*lines, []][1:], strict=True):
        heads = _heads(cells)
        below = next_line[0] if next_line else None
        for cell, following in zip(cells, [*cells, below][1:], strict=True):
            head, colon, rest = cell.group().partition(":")
            if entity := labelled(cell.group()):
                if following and not heads and _near(text, cell, following) and _fits(entity, following.group()):
                    yield _value(text, following.start(), following.end(), entity, cell.group())
            elif colon and rest.strip() and (entity := labelled(head)) and _fits(entity, rest):
                yield _value(text, cell.end() - len(rest.lstrip()), cell.end(), entity, head)
            elif told := _headed(cell.group()):
                yield Finding(Span(cell.start() + told[0], cell.end()), told[1], _SCORE, CELL)


def _value(text: str, start: int, end: int, entity: str, label: str) -> Finding:
    if entity in ("USERNAME", "PASSWORD"):
        end = start + len(text[start:end].split(maxsplit=1)[0])
    named = entity == "PERSON" and _NAMES.fullmatch(folded(label).strip(" .:*'\"”’")) is not None
    return Finding(Span(start, end), entity, NAMED if named else _SCORE, CELL)


def _cells(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The cells in a stretch of `text` that hold something."""
    return [cell for cell in _CELL.finditer(text, start, end) if cell.group().strip()]


def _heads(cells: Sequence[re.Match[str]]) -> bool:
    """True for the headings of a table: labels side by side, and no digit."""
    labels = [bool(labelled(cell.group())) or is_label(cell.group()) for cell in cells]
    side_by_side = any(a and b for a, b in pairwise(labels))
    return side_by_side and not any(c.isdigit() for cell in cells for c in cell.group())


def _near(text: str, cell: re.Match[str], following: re.Match[str]) -> bool:
    return text[cell.end() : following.start()] in ("\t", "\n")


def _fits(entity: str, value: str) -> bool:
    """False for a sentence behind the name of a speaker, and for the name of a company behind that of an account."""
    words = _WORD.findall(value)
    if entity == "USERNAME":
        return len(words) < _COMPANY or not all(word[0].isupper() for word in value.split())
    return entity != "PERSON" or (len(words) <= _LABEL_WORDS and all(word[0].isupper() for word in words))


def labelled(cell: str) -> str | None:
    """The type that a label announces; of labels that screens have, and readers garble, too."""
    return heading(cell) or _SHORT_LABELS.get(folded(cell).strip(" .:"))


def _headed(cell: str) -> tuple[int, str] | None:
    """Where the number behind a label of up to four words begins, and its type ("4-digit code 3341")."""
    words = list(re.finditer(r"\S+", cell))
    for count in range(min(_LABEL_WORDS, len(words) - 1), 0, -1):
        rest = cell[words[count].start() :]
        if sum(c.isdigit() for c in rest) < _LEAST_DIGITS or any(_WORD.fullmatch(word) for word in rest.split()):
            continue
        if entity := labelled(cell[: words[count - 1].end()]):
            return words[count].start(), entity
    return None


def is_address(cell: str) -> bool:
    """True for a cell with a street, a number and a postcode, a British street, or a Greek street that is known."""
    plain = folded(cell).strip()
    if len(_WORD.findall(plain)) > _LONG_ADDRESS:
        return False
    greek = folded(cell.translate(_GREEK)).strip()
    if (town := _IN_TOWN.match(greek)) and places.town(town[1].split()):
        return True
    return _is_street(plain) or _is_street(greek) or any(form.search(plain) for form in _ADDRESSES)


def address_parts(cell: str) -> list[tuple[int, int]]:
    """Where the addresses in a cell stand: all of it, or what is one between the plain words of a sentence."""
    if not is_address(cell):
        return []
    ends = [0, *(end for run in _PLAIN_WORDS.finditer(cell) for end in run.span()), len(cell)]
    parts = [_unlabelled(cell, start, end) for start, end in zip(ends[::2], ends[1::2], strict=True) if start < end]
    return [part for part in parts if is_address(cell[slice(*part)])] or [_unlabelled(cell, 0, len(cell))]


def _unlabelled(cell: str, start: int, end: int) -> tuple[int, int]:
    """Without what stands before a colon, when the rest is the address."""
    at = cell.rfind(":", start, end) + 1
    return (at, end) if at > start and is_address(cell[at:end]) else (start, end)


def _is_street(plain: str) -> bool:
    """True for a Greek street that is listed, or whose last word ends the name of one, with its number."""
    if not (street := _STREET.search(plain)):
        return False
    words = street[1].replace(".", " ").split()
    if _DAYS.issuperset(words):
        return False
    if len(words) > 1 or street[1].isascii():
        return not is_label(street[1]) and (places.street(words) or (len(words) > 1 and places.ends_street(words[-1])))
    return places.street(words)


def _is_plate(cell: str) -> bool:
    """True for a Greek plate, one of its letters perhaps read as a digit (1 for I, 0 for O)."""
    form = cell.strip()
    return bool(_PLATE.fullmatch(form)) and sum(c.isalpha() for c in form) >= _PLATE_LETTERS


def _is_name(cell: str) -> bool:
    """True for two to four capitalised words of which one is surely a name, and the others may be or are no labels."""
    words = [word for word in _WORD.findall(cell) if len(word) > 1]
    if not 2 <= len(words) <= 4 or any(c.isdigit() for c in cell) or not all(word[0].isupper() for word in words):
        return False
    standing = [gazetteer.standing(folded(word)) for word in words]
    if sum(s.listed or s.unknown for s in standing) < len(words):
        return any(s.first == _SURELY for s in standing) and not any(is_label(word) for word in words)
    return any(s.sure for s in standing) and not is_label(cell)
