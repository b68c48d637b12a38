"""What may be a value on a screen, where words stand in cells: what a recogniser of running text takes too far.

A screen is labels, values and numbers of every kind, each in its cell (cells end with a tab or a line). In running text
a number goes on over blanks and a name begins wherever a capital stands; between cells nothing goes on, a label is no
value, and a sum, a time or a share is no number of a person. What is left of a finding after that is judged, piece by
piece, by what its type must look like. A labelled value stays whatever its check digit says.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from redactor.findings import NAME_MODEL, Finding
from redactor.normalize import folded
from redactor.recognizers import gazetteer, places
from redactor.recognizers.address import AddressRecognizer
from redactor.recognizers.cell_groups import CELL, NAMED
from redactor.recognizers.cell_health import conditions
from redactor.recognizers.cell_values import address_parts, is_address, stated
from redactor.recognizers.number_words import said
from redactor.recognizers.screen_words import is_label
from redactor.recognizers.table import TableRecognizer
from redactor.regions import Span

_CELL = re.compile(r"[^\t\n]+")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\S+")
_MEASURED = (
    r"[€$£]?\s?\d{1,3}(?:[.,]\d{3})*[.,]\d{1,2}\s?(?:€|eur|ευρω|\$|£|%)?"
    r"|[€$£]\s?\d[\d.,]*|\d[\d.,]*\s?(?:€|eur|ευρω|\$|£|%|°c?)"
    r"|\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?(?:πμ|μμ|am|pm))?"
    r"|[\d.,]+\s?(?:[kmgt]b(?:ps|/s)?|mbit|mhz|ghz|kwh?|kva|mah|ms|sec|min|λεπτα|λεπτο|ωρεσ|ωρα|ημερεσ|μηνεσ|τεμ|px|km|cm|kg|gr)\.?"
    r"|\d{1,2}/\d{4}|\d{4}/\d{2}"
)
_BARE = r"|\d{1,3}(?:[.,]\d{3})+|v?\d+(?:\.\d+){2}|[\d.,]+\s?[shmglx]\.?"
_MEASURE, _QUANTITY = (re.compile(rf"[-+~≈<>(]*(?:{kinds})[)+*]*") for kinds in (_MEASURED, _MEASURED + _BARE))
"""A sum, a share, a time, a measure, a month, in folded text; and the same with what long numbers look like, too,
when people group them ("697.123.4567"): versions, thousands, and units of one letter."""
_DATE = re.compile(
    r"\d{1,2}(?P<a>[ /.\-])[^\W\d_]{3,12}\.?(?P=a)\d{2,4}|\d{1,2}(?P<b>[/.\-])\d{1,2}(?P=b)(?:\d{4}|\d{2})"
    r"|\d{4}(?P<c>[/.\-])\d{1,2}(?P=c)\d{1,2}(?:[t ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)?"
)
_SORT_CODE = re.compile(r"\d\d-\d\d-\d\d")
_YEARS = re.compile(
    r"\d{1,3}(?: ?(?:ετων|ετη|χρονων|χρονια|χρ|μηνων|μην|years?(?: old)?|yrs?|yo|y/o|y|months?|mths?|m)\.?)?"
)
"""An age under its heading; what runs for "14d" is no person."""
_DIGEST = re.compile(r"(?:sha\d+:|md5:)?(?=[0-9]*[a-f])[0-9a-f]{7,128}")
"""What names a commit, an image or a file by its content."""
_MONTH = re.compile(r"\d{1,2}\s*[/\-.]\s*(?:20)?\d{2}")
_PROSE = frozenset({"PERSON", "ADDRESS", "LOCATION", "HEALTH", "EMAIL_ADDRESS", "URL", "USERNAME", "PASSWORD", "AGE"})
"""Types whose values hold words; all others are numbers with letters at most."""
_DOTTED = frozenset({"IP_ADDRESS", "MAC_ADDRESS", "URL", "EMAIL_ADDRESS", "AGE"})
"""Types that look like versions and sums."""
_DATES = frozenset({"DATE_OF_BIRTH", "CARD_EXPIRY"})
"""Types that may hold the name of a month."""
_KEYED = frozenset({"PERSON", "USERNAME", "PASSWORD"})
"""Types of words that are trimmed nevertheless."""
_KEY = re.compile(r"[A-Za-z_][\w.\-]*=(?=.)")
"""What stands before a value in a log."""
_AT = frozenset({"παπακι", "papaki", "at"})
"""How the sign of an e-mail address is said."""
_SPELLED = 3
"""Number words that make a number told in words."""
_SPOKEN, _TABLE = "SpokenNumberRecognizer", "TableRecognizer"
_LEAST_DIGITS = {"PHONE_NUMBER": 6, "IBAN_CODE": 6, "CREDIT_CARD": 6, "GR_AMKA": 6, "BANK_ACCOUNT": 5}
"""Digits that a piece torn from a longer finding, or a cell under a heading, must have; of other types three."""
_GUESSED_DIGITS = 6
_LONG = 8
"""Digits of one number that identify somebody whatever it is."""
_POSTCODE = 5
_PLATE_DIGITS = 4
_YEAR = re.compile(r"(?:19|20)\d\d")
_HOUSE = 2
"""Digits of a number at a house that may stand alone under a heading."""
_OURS = frozenset({"repeat", "EnglishNames"})
"""Detectors of this product that are not called recognisers."""
_DOUBTFUL = 0.5
_ROW = 3
_SERIES = 3
"""Capitals that may be the series of a number ("ΑΒ 123456")."""
_GROUPED, _STATED = 7, 0.6
"""Digits of a number, and score of a rule that knows its label, column or form, that may be written like thousands."""
_ANNOUNCED = 0.8
"""Score from which on a run of spoken digits was announced."""
_LINE = 600
"""Characters of a line that is read once more for addresses."""
_SURE_ADDRESS = 0.7
_SENTENCE = 5
"""Words of a cell in which the model of names may find more than names."""


@dataclass(frozen=True, slots=True)
class _Cell:
    start: int
    end: int
    words: int
    label: bool


class Cells:
    """The cells of one text in the form that `Evidence.text` has."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._cells = [self._cell(match) for match in _CELL.finditer(text)]
        self._starts = [cell.start for cell in self._cells]

    def _cell(self, match: re.Match[str]) -> _Cell:
        return _Cell(*match.span(), len(_WORD.findall(match.group())), is_label(match.group()))

    def sifted(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings as far as they can be values of their cells, and what only cells show."""
        # A longer finding over two cells of a row has swallowed what their headings say.
        table = TableRecognizer()
        cells = table.analyze(self._text, list(table.ENTITIES))
        columned = [Finding(Span(c.start, c.end), c.entity_type, c.score, _TABLE) for c in cells]
        findings = (*findings, *stated(self._text), *columned)
        return self.cut((*findings, *conditions(self._text, findings), *self._swallowed(findings)))

    def _swallowed(self, findings: Sequence[Finding]) -> Iterator[Finding]:
        """The pieces of addresses in what was taken for one spoken number: a house's, a town, a postcode."""
        for spoken in findings:
            words = self._text[spoken.span.start : spoken.span.end]
            if spoken.detector == _SPOKEN and any(c.isalpha() for c in words):
                at = self._text.rfind("\n", 0, spoken.span.start) + 1
                line = self._text[at : spoken.span.end]
                for found in AddressRecognizer().analyze(line, ["ADDRESS"]) if len(line) < _LINE else ():
                    if found.score >= _SURE_ADDRESS:
                        yield Finding(
                            Span(at + found.start, at + found.end), "ADDRESS", found.score, "AddressRecognizer"
                        )

    def cut(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings as far as they can be values of their cells; what the policy or a foreign finder says stays."""
        for finding in findings:
            if not _is_ours(finding):
                yield finding
                continue
            touched = self._touched(finding.span)
            pieces = [(cell, finding.span.clip(Span(cell.start, cell.end))) for cell in touched]
            if self._boxed([piece for _, piece in pieces], finding):
                yield from (replace(finding, span=piece) for _, piece in pieces)
                continue
            crossing = self._torn(touched, finding)
            for cell, piece in pieces:
                label = cell.label and not self._surname(piece, finding)
                parts = [] if label else list(self._parts(self._whole(piece, cell, finding), finding))
                for part in parts:
                    if self._stands(part, cell, finding, torn=crossing or len(parts) > 1):
                        yield replace(finding, span=part)

    def _torn(self, touched: Sequence[_Cell], finding: Finding) -> bool:
        """True for a finding that goes over the end of a cell; a sentence may go on in the next line."""
        guessed = finding.detector in (_SPOKEN, NAME_MODEL)
        tab = "\t" in self._text[finding.span.start : finding.span.end]
        return len(touched) > 1 and (guessed or tab or touched[0].words < _SENTENCE)

    def _boxed(self, pieces: Sequence[Span], finding: Finding) -> bool:
        """True for a number that was written into a row of boxes, one or two signs each."""
        signs = [self._text[piece.start : piece.end].strip() for piece in pieces]
        return (
            len(pieces) > 4
            and all(len(sign) <= 2 for sign in signs)
            and finding.entity_type not in _PROSE
            and "\n" not in self._text[pieces[0].start : pieces[-1].end]
        )

    def _touched(self, span: Span) -> list[_Cell]:
        at = max(0, bisect_right(self._starts, span.start) - 1)
        found = []
        while at < len(self._cells) and self._cells[at].start < span.end:
            if self._cells[at].end > span.start:
                found.append(self._cells[at])
            at += 1
        return found

    def _whole(self, piece: Span, cell: _Cell, finding: Finding) -> Span:
        """An address fills its cell, or its part of a sentence, but for a label before it."""
        if finding.entity_type != "ADDRESS":
            return piece
        for start, end in address_parts(self._text[cell.start : cell.end]):
            part = Span(cell.start + start, cell.start + end)
            if part.start < piece.end and piece.start < part.end:
                piece = Span(min(piece.start, part.start), max(piece.end, part.end))
        return piece

    def _surname(self, piece: Span, finding: Finding) -> bool:
        """True for surnames that are words of screens ("Price") under a heading or behind a label of names."""
        if finding.entity_type != "PERSON" or not _is_headed(finding):
            return False
        words = [word for word in _WORD.findall(folded(self._text[piece.start : piece.end])) if len(word) > 1]
        return bool(words) and all(gazetteer.standing(word).last for word in words)

    def _name_cell(self, piece: Span, finding: Finding) -> bool:
        """True for the words of a cell under a heading that are a name or an address as a whole ("Street, Della")."""
        if finding.entity_type != "PERSON" or finding.detector not in (_TABLE, CELL):
            return False
        value = self._text[piece.start : piece.end]
        if finding.detector == _TABLE and is_address(value):
            return True
        words = _WORD.findall(value)
        named = any(gazetteer.standing(folded(word)).listed and not is_label(word) for word in words if len(word) > 1)
        return 1 < len(words) < _SENTENCE and named and not any(c.isdigit() for c in value)

    def _parts(self, piece: Span, finding: Finding) -> Iterator[Span]:
        """A number without the plain words beside and between its parts, a name without labels and numbers."""
        words = _WORD.findall(folded(self._text[piece.start : piece.end]))
        prose = finding.entity_type in (_PROSE | _DATES) - _KEYED
        named = self._name_cell(piece, finding) or self._surname(piece, finding)
        if prose or named or sum(map(_is_number, words)) >= _SPELLED:
            yield piece
            return
        stray = _no_name if finding.entity_type == "PERSON" else _plain if finding.entity_type not in _PROSE else _never
        start = end = -1
        for token in _TOKEN.finditer(self._text, piece.start, piece.end):
            if stray(token.group()):
                if start >= 0:
                    yield Span(start, end)
                start = -1
                continue
            key = _KEY.match(token.group())
            first = token.start() + (key.end() if key else 0)
            start, end = (first if start < 0 else start), token.end()
        if start >= 0:
            yield Span(start, end)

    def _stands(self, piece: Span, cell: _Cell, finding: Finding, *, torn: bool) -> bool:
        value, entity = self._text[piece.start : piece.end].strip(" .,;:?!|()[]\"'"), finding.entity_type
        plain = folded(value)
        digits, words = sum(c.isdigit() for c in value), _WORD.findall(plain)
        if not (digits or words) or not self._can_be(plain, finding, digits):
            return False
        if entity == "PERSON":
            # Under a heading that says so, a surname may be a word like any other.
            bare = not any(c.isdigit() for c in self._text[cell.start : cell.end])
            bare &= sum(word.islower() and len(word) > 2 for word in value.split()) < _ROW - 1
            headed = _is_headed(finding) and bare and (not is_label(value) or self._surname(piece, finding))
            return (
                headed or self._name_cell(piece, finding) or (_may_be_name(words, torn=torn) and not (torn and digits))
            )
        if entity == "LICENSE_PLATE" and not words and self._no_plate(piece, cell, finding, digits):
            return False
        if finding.detector == _SPOKEN and entity in _PROSE:
            # An address that was typed is another recogniser's, and ends where it ends.
            told = sum(map(_is_number, words)) >= _SPELLED
            return "@" not in value and (bool(_AT & set(words)) or told)
        if finding.detector == _SPOKEN:
            return _told(plain, words, finding, torn=torn)
        if entity in ("ADDRESS", "LOCATION"):
            if torn and finding.detector == NAME_MODEL:
                return is_address(value) or places.town(words) or places.street(words)
            told = digits > (0 if finding.detector == CELL else _HOUSE if finding.detector == _TABLE else _POSTCODE)
            return told or digits == _POSTCODE or any(len(word) > 2 and not is_label(word) for word in words)
        if entity == "PASSWORD" and finding.score <= _DOUBTFUL and self._below_heading(cell):
            return False
        if finding.detector == NAME_MODEL:
            return not _DIGEST.fullmatch(value) and self._guessed(entity, cell, digits, words)
        columned = finding.detector in (_TABLE, CELL)
        if entity in _PROSE or not (torn or columned) or (finding.detector == CELL and finding.score >= NAMED):
            return True
        whole = piece.end - piece.start >= cell.end - cell.start
        return digits >= _LEAST_DIGITS.get(entity, 3) and not (columned and whole and cell.words >= _SENTENCE)

    def _can_be(self, plain: str, finding: Finding, digits: int) -> bool:
        """`_may_be` of a value; a sort code looks like a date, and the answer to a question like a sentence."""
        entity = finding.entity_type
        if entity == "BANK_ACCOUNT" and _SORT_CODE.fullmatch(plain):
            return finding.score >= _ANNOUNCED or finding.detector in (_TABLE, CELL)
        if entity == "CARD_EXPIRY" and finding.detector == _TABLE and _DATE.search(plain):
            return False
        if finding.detector == CELL and entity == "PASSWORD" and not digits:
            return True
        if finding.detector == _TABLE and entity in ("USERNAME", "PASSWORD") and len(plain.split()) >= _ROW:
            return False
        if finding.detector in (_TABLE, CELL) and entity == "AGE":
            return _YEARS.fullmatch(plain) is not None or (finding.detector == CELL and plain[:1].isdigit())
        ruled = finding.detector not in (_SPOKEN, NAME_MODEL) and finding.score >= _STATED
        return _may_be(entity, plain, grouped=ruled and digits >= _GROUPED)

    def _no_plate(self, piece: Span, cell: _Cell, finding: Finding, digits: int) -> bool:
        """True for the number of a room or a row, and for the year behind a model ("Yaris 2019")."""
        before = _WORD.findall(self._text[cell.start : piece.start])
        year = _YEAR.fullmatch(self._text[piece.start : piece.end]) is not None
        return digits < _PLATE_DIGITS if finding.detector == _SPOKEN else bool(before) and year

    def _below_heading(self, cell: _Cell) -> bool:
        """True for the first cell of a row under a row of three cells: a label at its end is no label of this cell."""
        line = self._text.rfind("\n", 0, cell.start) + 1
        above = self._text[self._text.rfind("\n", 0, max(0, line - 1)) + 1 : max(0, line - 1)]
        return not self._text[line : cell.start].strip() and len(above.split("\t")) >= _ROW

    def _guessed(self, entity: str, cell: _Cell, digits: int, words: Sequence[str]) -> bool:
        """What counts of the model's guesses: in sentences all, in other cells what looks like its type."""
        if cell.words >= _SENTENCE:
            return entity in _PROSE or digits >= _GUESSED_DIGITS - 2
        if entity in ("USERNAME", "PASSWORD"):
            return digits > 0 and bool(words)
        return entity not in _PROSE and digits >= _GUESSED_DIGITS


def _is_headed(finding: Finding) -> bool:
    """True for what stands under a heading, or behind a label of names, whatever word it is."""
    return finding.detector == _TABLE or (finding.detector == CELL and finding.score >= NAMED)


def _is_ours(finding: Finding) -> bool:
    return all(name in _OURS or name.endswith("Recognizer") for name in finding.detector.split("+"))


def _is_number(word: str) -> bool:
    number = said(word)
    return number is not None and number.kind != "link"


def _plain(token: str) -> bool:
    """A lower-case word, or a label, and no number word."""
    word = token.strip(".,;:()[]\"'")
    # Readers take a capital I in a series for a small l.
    if len(word) <= _SERIES and word[:1].isupper() and word.replace("l", "I").isupper():
        return is_label(word, alone=True)
    return (word.isalpha() and len(word) > 1 and not word.isupper() and not _is_number(folded(word))) or is_label(token)


def _no_name(token: str) -> bool:
    return not any(c.isalpha() for c in token) or is_label(token)


def _never(_token: str) -> bool:
    return False


def _may_be_name(words: Iterable[str], *, torn: bool) -> bool:
    """True unless every word is one of the dictionary, or of screens, and none is a name.

    What is torn from a name in another cell must be a name itself.
    """
    long = [word for word in words if len(word) > 1]
    standing = [gazetteer.standing(word) for word in long]
    return any(s.listed or (s.unknown and not torn) for s in standing) and not is_label(" ".join(long))


def _may_be(entity: str, plain: str, *, grouped: bool) -> bool:
    """False for a date, a sum, a time or a measure where the type has none; `grouped` ones may look like thousands."""
    quantity = _MEASURE if grouped else _QUANTITY
    if entity == "CARD_EXPIRY":
        return not _DATE.fullmatch(plain) and (bool(_MONTH.fullmatch(plain)) or not quantity.fullmatch(plain))
    if entity in ("URL", "EMAIL_ADDRESS") and not any(sign in plain for sign in ".@"):
        return False
    if entity in ("USERNAME", "PASSWORD") and plain.replace(" ", "").isalpha() and " " in plain:
        return False
    if entity == "DATE_OF_BIRTH" and _DATE.fullmatch(plain):
        return True
    return entity in _DOTTED or not (_DATE.fullmatch(plain) or quantity.fullmatch(plain))


def _told(plain: str, words: Iterable[str], finding: Finding, *, torn: bool) -> bool:
    """True for a number that was told in words, that was announced and is long enough, or that is long by itself."""
    if sum(map(_is_number, words)) >= _SPELLED:
        return True
    tokens = [token for token in plain.split() if not (_QUANTITY.fullmatch(token) or "/" in token)]
    runs = [sum(c.isdigit() for c in token) for token in tokens]
    least = _GUESSED_DIGITS if torn else _LEAST_DIGITS.get(finding.entity_type, 3)
    announced = finding.score >= _ANNOUNCED and sum(runs) >= least
    return announced or max(runs, default=0) >= _LONG
