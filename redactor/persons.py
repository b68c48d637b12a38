"""Whom an item speaks of or shows: its identifiers and names in forms that meet, however they were said or written.

Terms stay in the process that read the item. What leaves it are keyed hashes: without the key of the client nobody can
tell what they are of, nor try.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from stdnum import iban, luhn
from stdnum.gr import vat

from redactor import mail_keys, name_keys
from redactor.errors import PolicyError
from redactor.evidence import Evidence
from redactor.findings import Finding, Redaction
from redactor.known import told
from redactor.normalize import fold, folded
from redactor.recognizers.el.phrases import RELATIVES, STOP, TITLES
from redactor.recognizers.view import look_alike
from redactor.regions import Region, Span

Hashed: TypeAlias = tuple[str, bytes, float]
"""Kind, keyed hash (16 bytes), score."""
_TYPES = {
    "PHONE_NUMBER": "phone",
    "GR_AFM": "afm",
    "GR_AMKA": "amka",
    "EMAIL_ADDRESS": "email",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "GR_ID_CARD": "id_card",
    "PASSPORT": "passport",
    "LICENSE_PLATE": "plate",
    "CUSTOMER_ID": "customer",
    "BANK_ACCOUNT": "account",
    "DRIVING_LICENCE": "licence",
    "GR_PERSONAL_NUMBER": "personal_number",
    "UK_NINO": "nino",
    "US_SSN": "ssn",
    "PERSON": "name",
}
KINDS = tuple(_TYPES.values())
"""What a person can be asked for by."""
_NO_NUMBERS = frozenset({"PERSON", "ADDRESS", "LOCATION", "HEALTH", "AGE", "DATE_OF_BIRTH", "CVV", "CARD_PIN"})
NOBODY = "nobody"
"""Kind of the one row of an item in which nobody was found: it was looked at."""
_MAC = 16
_LENGTHS = {
    "afm": (9, 9),
    "amka": (11, 11),
    "card": (13, 19),
    "personal_number": (12, 12),
    "ssn": (9, 9),
    "iban": (15, 32),
}
_SHORTEST, _LONGEST = 4, 40
"""Letters and digits of an identifier without a form of its own."""
_NUMBER = re.compile(r"\+?\d(?:[ .\-/()]{0,3}\d)*", re.ASCII)
_SIGNS = re.compile(r"[\W_]+")
_CARD_DIGITS = 6
_UNCHECKED, _ALTERNATIVE, _HEARD, _CALLED = 0.5, 0.8, 0.5, 0.9
"""What a term counts for that fails the check of its kind; that is one of several readings of what was said; whose
consonants alone fit; that is another name for the one that was asked for."""
_REFUSED = frozenset({"PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS", "GR_AFM", "GR_AMKA", "IBAN_CODE", "CREDIT_CARD"})
_REFUSED_FROM = 0.5
_CONTENT = re.compile(r"(?im)^(?:FN|N|MECARD:N|.*?;N)[^:\n]*:(?P<name>[^\n;]*(?:;[^\n;]*)?)")


class Term(NamedTuple):
    """One form of an identifier or of a word of a name."""

    kind: str
    value: bytes
    """Canonical. Personal data."""
    score: float
    """0..1."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an item says or shows, and what was found in it."""

    text: str = field(repr=False)
    findings: tuple[Finding, ...]
    """With spans in `text`."""
    types: frozenset[str] = frozenset()
    """Entity types of all that was covered."""
    codes: tuple[str, ...] = field(default=(), repr=False)
    """What its codes say."""
    celled: int = 0
    """As `Evidence.celled`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person is asked for by: an identifier, or a name. Personal data."""

    kind: str
    groups: tuple[tuple[Term, ...], ...] = field(repr=False)
    """A name has a group for each of its words; one term of a group is enough, and its score says how well it fits."""


def seen(evidence: Evidence, findings: Sequence[Finding], redactions: Sequence[Redaction]) -> Seen:
    """What `findings` in the text of `evidence` are about, with what `redactions` cover beyond them, by its place."""
    places: dict[Region, list[int]] = {}
    further = [r for r in redactions[len(findings) :] if r.entity_type in _TYPES]
    for at, word in enumerate(evidence.words if further else ()):
        places.setdefault(word.region, []).append(at)
    more = []
    for redaction in further:
        # Places in a text are those of a draft by then; what is covered there late was found at its first place.
        words = sorted({at for r in redaction.regions if not isinstance(r, Span) for at in places.get(r, ())})
        if words:
            span = Span(evidence.spans[words[0]].start, evidence.spans[words[-1]].end)
            more.append(Finding(span, redaction.entity_type, redaction.score, redaction.detector))
    types = frozenset(redaction.entity_type for redaction in redactions) | {f.entity_type for f in findings}
    codes = tuple(mark.content for mark in evidence.marks if mark.content)
    return Seen(evidence.text, (*findings, *more), types, codes, evidence.celled)


def indexed(seen: Seen, key: bytes) -> tuple[Hashed, ...]:
    """The rows of an item in the index of persons, under the key of its client; never empty."""
    found = set(terms(seen.text, seen.findings))
    for content in seen.codes:
        found |= set(_of_code(content))
    return hashed(found, key) or ((NOBODY, bytes(_MAC), 0.0),)


def terms(text: str, findings: Iterable[Finding]) -> frozenset[Term]:
    """The terms of what `findings` found in `text`; of equal ones the surest."""
    best: dict[tuple[str, bytes], float] = {}
    found = tuple(findings)
    for term in (*_written(text, found), *_spoken(text, found)):
        best[term[:2]] = max(best.get(term[:2], 0.0), term.score)
    return frozenset(Term(*term, score) for term, score in best.items())


def hashed(terms: Iterable[Term], key: bytes) -> tuple[Hashed, ...]:
    """HMAC-SHA256 (RFC 2104), the first 16 bytes, of kind and value of each term, under the key of a client; sorted."""
    return tuple(sorted((term.kind, mac(term, key), round(term.score, 3)) for term in terms))


def mac(term: Term, key: bytes) -> bytes:
    """The keyed hash of a term."""
    return hmac.digest(key, term.kind.encode() + b"\0" + term.value, hashlib.sha256)[:_MAC]


def asked(kind: str, text: str) -> Asked:
    """What `text` asks for. Raises `PolicyError`, without it, when it is nothing of that kind."""
    if kind == "name":
        words = [word for word in name_keys.words(text) if not _is_small(word)]
        groups = tuple(tuple(_asked_word(word)) for word in words)
    else:
        found = [term for term in _of_kind(kind, text, 1.0) if term.kind.removesuffix("_heard") == kind]
        # A number that fails the check of its kind is asked for as it is.
        best = max((term.score for term in found), default=1.0)
        groups = (tuple(term._replace(score=term.score / best) for term in found),) if found else ()
    if not groups:
        what = "name: give it in words of three letters and more" if kind == "name" else f"{kind.replace('_', ' ')}"
        raise PolicyError(f"what was given is no {what}; look at it and ask again")
    return Asked(kind, groups)


def _asked_word(word: str) -> Iterator[Term]:
    yield from (Term("name", key.encode(), 1.0) for key in name_keys.keys(word))
    yield from (Term("name", key.encode(), _CALLED) for key in name_keys.called(word))
    yield from (Term("name_heard", key.encode(), _HEARD) for key in name_keys.heard(word))


def _written(text: str, findings: Iterable[Finding]) -> Iterator[Term]:
    for finding in findings:
        value = text[finding.span.start : finding.span.end]
        kind = _TYPES.get(finding.entity_type, "")
        if kind == "name":
            yield from _names(name_keys.words(value), finding.score)
        elif kind:
            yield from _of_kind(kind, value, finding.score)
        if kind != "name" and finding.entity_type not in _NO_NUMBERS:
            yield from _validated(value, finding.score)


def _spoken(text: str, findings: Sequence[Finding]) -> Iterator[Term]:
    """The terms of numbers that are said and of names that are spelled."""
    own = [f for f in findings if f.entity_type in _TYPES or f.entity_type not in _NO_NUMBERS]
    for span, readings, spelled in told(fold(text)) if own else ():
        for finding in own:
            if not finding.span.overlaps(span):
                continue
            if finding.entity_type == "PERSON":
                yield from _names(readings if spelled else (), finding.score)
            elif not spelled:
                kind = _TYPES.get(finding.entity_type, "")
                found = [t for digits in readings for t in _number(digits, kind, finding.score * _ALTERNATIVE)]
                # Of the many readings of a Greek number none is one from abroad.
                greek = any(t.kind == "phone" and not t.value.startswith(b"+") for t in found)
                yield from (t for t in found if not (greek and t.value.startswith(b"+")))


def _names(words: Iterable[str], score: float) -> Iterator[Term]:
    for word in words:
        if _is_small(word):
            continue
        yield from (Term("name", key.encode(), score) for key in name_keys.keys(word))
        yield from (Term("name_heard", key.encode(), score) for key in name_keys.heard(word))


def _is_small(word: str) -> bool:
    """True for a word that is no name, whatever stands beside it; neither indexed nor asked for."""
    return word in STOP or word in TITLES or word in RELATIVES


def _of_kind(kind: str, text: str, score: float) -> Iterator[Term]:
    """The terms of a value of a kind, as it is written."""
    if kind == "email":
        addresses = mail_keys.written(text)
        yield from (Term("email", address.encode(), score) for address in addresses)
        sounds = {key for address in addresses for key in mail_keys.of_written(address)}
        for key in sounds or mail_keys.of_spoken(text):
            yield Term("email_heard", key.encode(), score * _ALTERNATIVE)
        return
    whole = _SIGNS.sub("", look_alike(folded(text)))
    if kind == "phone" or kind in _LENGTHS:
        whole = "".join(c for c in whole if c.isdigit())
        yield from _number(whole, kind, score)
        # Several may stand in one finding.
        for run in _NUMBER.findall(text):
            if (digits := "".join(c for c in run if c.isdigit())) != whole:
                yield from _number(digits, kind, score)
    elif _SHORTEST <= len(whole) <= _LONGEST:
        yield Term(kind, whole.encode(), score)
        digits = "".join(c for c in whole if c.isdigit())
        if kind in {"id_card", "passport", "licence"} and len(digits) >= _CARD_DIGITS:
            # Letters are said in many ways.
            yield Term(kind, digits.encode(), score * _ALTERNATIVE)


def _validated(text: str, score: float) -> Iterator[Term]:
    """The terms of all numbers in a text that pass the check of some kind, whatever they were taken for."""
    for run in _NUMBER.findall(text):
        yield from _number("".join(c for c in run if c.isdigit()), "", score)


def _number(digits: str, hint: str, score: float) -> Iterator[Term]:
    """The terms that a string of digits is; with `hint` also when it fails the check of that kind, for half."""
    if phone := _phone(digits, foreign=hint == "phone"):
        yield Term("phone", phone.encode(), score)
    checks = {"afm": vat.is_valid, "amka": _is_amka, "card": _is_card, "iban": _is_iban}
    for kind, valid in checks.items():
        least, most = _LENGTHS[kind]
        certain = least <= len(digits) <= most and bool(valid(digits))
        if certain or (hint == kind and least <= len(digits) <= most):
            yield Term(kind, digits.encode(), score if certain else score * _UNCHECKED)
    if hint in _LENGTHS and hint not in checks and _LENGTHS[hint][0] <= len(digits) <= _LENGTHS[hint][1]:
        yield Term(hint, digits.encode(), score)
    elif hint and hint != "phone" and hint not in _LENGTHS and _SHORTEST <= len(digits) <= _LONGEST:
        yield Term(hint, digits.encode(), score * _ALTERNATIVE)


def _phone(digits: str, *, foreign: bool) -> str:
    """The national number of a Greek telephone; of others a plus and the digits that all ways to dial it share."""
    for prefix in ("0030", "30", ""):
        number = digits.removeprefix(prefix)
        if len(number) == 10 and number[0] in "26" and len(digits) == len(prefix) + 10:
            return number
    return f"+{digits[-9:]}" if foreign and 6 <= len(digits) <= 15 else ""


def _is_amka(digits: str) -> bool:
    return 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12 and bool(luhn.is_valid(digits))


def _is_card(digits: str) -> bool:
    return digits[0] in "3456" and bool(luhn.is_valid(digits))


def _is_iban(digits: str) -> bool:
    return len(digits) == 25 and bool(iban.is_valid(f"GR{digits}"))


def _of_code(content: str) -> Iterator[Term]:
    """The terms of what a code says: addresses, numbers and the name of a card."""
    for address in mail_keys.written(content):
        yield from _of_kind("email", address, 0.9)
    yield from _validated(content, 0.9)
    for name in _CONTENT.finditer(content):
        yield from _names(name_keys.words(name["name"]), 0.9)


def personal_in(text: str) -> tuple[str, ...]:
    """Entity types of persons that the rules find in a short text of an operator, sorted; file numbers may stay."""
    from redactor.recognizers import greek_recognizers

    found = set()
    for recognizer in greek_recognizers():
        wanted = [entity for entity in recognizer.supported_entities if entity in _REFUSED]
        results = recognizer.analyze(text, wanted) if wanted else []
        found |= {result.entity_type for result in results if result.score >= _REFUSED_FROM}
    return tuple(sorted(found))
