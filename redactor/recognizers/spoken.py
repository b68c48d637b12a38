"""Recognizers for numbers, letters and e-mail addresses that were said aloud and written down by speech recognition.

>>> SpokenNumberRecognizer().spans("στο εξήντα εννιά, εβδομήντα δύο, τριάντα τέσσερα, δεκαπέντε, είκοσι")
['εξήντα εννιά, εβδομήντα δύο, τριάντα τέσσερα, δεκαπέντε, είκοσι']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from presidio_analyzer import EntityRecognizer

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.card_expiry import ends_agreement, of_agreement
from redactor.recognizers.context import mailed, on_shelf, ordered
from redactor.recognizers.spoken_chains import Part, chains
from redactor.recognizers.spoken_judge import Verdict, apart, judge, unit_follows
from redactor.recognizers.spoken_labels import Labels
from redactor.recognizers.spoken_link import links
from redactor.recognizers.spoken_mail import addresses
from redactor.recognizers.spoken_partial import partials
from redactor.recognizers.spoken_readings import fits
from redactor.recognizers.spoken_secret import secrets, unasked
from redactor.recognizers.spoken_spelling import answers
from redactor.recognizers.spoken_talk import conversation
from redactor.recognizers.spoken_tokens import Token, tokens
from redactor.recognizers.spoken_torn import torn
from redactor.recognizers.spoken_zones import zones
from redactor.recognizers.table import header
from redactor.recognizers.view import View

_KNOWN_DIGITS = 9
"""Written numbers of so many digits are looked for in what is said aloud."""
_YEAR = re.compile(r"20[2-4]\d")
_WORD = re.compile(r"[^\W_]+")
_MARKS = frozenset(";,\t|\n")
_EDGE = " \"'"
_SURELY = 9
"""So many digits may be somebody's, whatever their column is called."""


class SpokenNumberRecognizer(FoldedRecognizer):
    """Phone, card, tax and other numbers, spelled names, expiry and birth dates, e-mail addresses, as they are said.

    Unlabelled numbers of six digits and more are personal unless a unit of measure follows; after a label or a
    question fewer are enough (see el/spoken_labels.tsv). Greek and English are understood whatever the language.
    """

    ENTITIES: ClassVar[tuple[str, ...]] = (
        "PHONE_NUMBER",
        "GR_PERSONAL_NUMBER",
        "DRIVING_LICENCE",
        "GR_GEMI",
        "MAC_ADDRESS",
        "USERNAME",
        "PASSWORD",
        "CREDIT_CARD",
        "CARD_EXPIRY",
        "CARD_PIN",
        "CVV",
        "GR_AFM",
        "GR_AMKA",
        "GR_ID_CARD",
        "PASSPORT",
        "LICENSE_PLATE",
        "IBAN_CODE",
        "BANK_ACCOUNT",
        "RF_PAYMENT_CODE",
        "CUSTOMER_ID",
        "US_SSN",
        "UK_NINO",
        "DATE_OF_BIRTH",
        "PERSON",
        "EMAIL_ADDRESS",
        "URL",
    )

    def matches(self, text: View) -> Iterable[Match]:
        """Spoken identifiers; one that runs over several utterances gives one match for each."""
        said = (match for match in self._all(text) if not _of_nobody(text, match))
        return {(m.start, m.end, m.entity): m for m in sorted(said, key=lambda m: m.score)}.values()

    def _all(self, text: View) -> Iterator[Match]:
        found = tokens(text.plain)
        labels = Labels(found)
        pieces = [piece for chain in chains(found) for piece in apart(labels, chain)]
        judged = [judge(text.plain, found, labels, piece) for piece in pieces]
        known = [run.text for run in text.digits if len(run.text) >= _KNOWN_DIGITS]
        talk = conversation(text.plain, found, labels, pieces, judged, known)
        verdicts = [*(verdict for own in judged for verdict in own), *talk]
        quantities = [
            piece
            for piece, own in zip(pieces, judged, strict=True)
            if not own and unit_follows(text.plain, found, piece)
        ]
        verdicts += zones(text.plain, found, labels, verdicts, quantities)
        for verdict in verdicts:
            yield from _per_line(found, verdict)
        numbers = [(verdict.parts[0].first, verdict.parts[-1].last, verdict.entity) for verdict in verdicts]
        for first, last, entity in torn(found, numbers):
            yield Match(found[first].start, found[last].end, entity, 0.5)
        for first, last, entity in secrets(found, labels):
            yield Match(found[first].start, found[last].end, entity, 0.5)
        for first, last in unasked(found):
            yield Match(found[first].start, found[last].end, "USERNAME", 0.5)
        for first, last in partials(found, labels):
            yield Match(found[first].start, found[last].end, "CUSTOMER_ID", 0.7)
        for answer in answers(found, labels):
            yield Match(found[answer.first].start, found[answer.last].end, "PERSON", 0.6)
        for start, end, score in addresses(found, labels):
            yield Match(start, end, "EMAIL_ADDRESS", score)
        for start, end in links(found):
            yield Match(start, end, "URL", 0.6)


def spoken_recognizers(language: str = "el") -> list[EntityRecognizer]:
    """The recognizers for speech that was written down, registered for `language` ("el" or "en")."""
    return [SpokenNumberRecognizer(language)]


def _of_nobody(text: View, match: Match) -> bool:
    """True for the end of a contract, and for the number of goods that has the length of a phone number."""
    if match.entity == "CARD_EXPIRY":
        return of_agreement(text, match.start)
    if _YEAR.fullmatch(text.plain, match.start, match.end) and ends_agreement(text, match.start, match.end):
        return True
    if _of_rows(text, match):
        return True
    if mailed(text, match.start, match.end):
        return True
    if match.entity != "PHONE_NUMBER" or not text.plain[match.start].isdigit():
        return False
    digits = "".join(char for char in text.plain[match.start : match.end] if char.isdigit())
    if on_shelf(text, match.start, match.end):
        return True
    return fits(digits) == "" and ordered(text, match.start)


def _of_rows(text: View, match: Match) -> bool:
    """True for figures of the rows of a table that fill cells or go over their edge: their headings tell what they are.

    "phone,plan,price" is no label of the number that the next row begins with.
    """
    written = text.plain[match.start : match.end]
    if not all(len(word) == 1 or word.isdigit() for word in _WORD.findall(written)):
        return False
    head = text.once(_header)
    if head is None or match.start < head[1] or sum(map(str.isdigit, written)) >= _SURELY:
        return False
    return not _MARKS.isdisjoint(written) or _fills_cell(text.plain, match, head[1])


def _header(text: View) -> tuple[int, int] | None:
    return header(text.plain)


def _fills_cell(plain: str, match: Match, begin: int) -> bool:
    """True when nothing but blanks and quotes parts a match from the edges of its cell; the rows begin at `begin`."""
    start, end = match.start, match.end
    while start > begin and plain[start - 1] in _EDGE:
        start -= 1
    while end < len(plain) and plain[end] in _EDGE:
        end += 1
    return (start == begin or plain[start - 1] in _MARKS) and (end == len(plain) or plain[end] in _MARKS)


def _per_line(found: Sequence[Token], verdict: Verdict) -> Iterator[Match]:
    line: list[Part] = []
    for part in verdict.parts:
        if line and any(t.new_line for t in found[line[-1].last + 1 : part.last + 1]):
            yield _match(found, line, verdict)
            line = []
        line.append(part)
    yield _match(found, line, verdict)


def _match(found: Sequence[Token], line: Sequence[Part], verdict: Verdict) -> Match:
    return Match(found[line[0].first].start, found[line[-1].last].end, verdict.entity, verdict.score)
