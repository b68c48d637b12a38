"""Runs one recognizer on one text, and makes identifiers with right and wrong check digits."""

from __future__ import annotations

from collections.abc import Iterable

from redactor.recognizers.all import RECOGNIZERS
from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.identifier import IdentifierRecognizer
from redactor.recognizers.view import View


class Identifiers(FoldedRecognizer):
    """Every recognizer of one identifier, and those of credentials, as one."""

    PARTS = tuple(
        r() for r in RECOGNIZERS if issubclass(r, IdentifierRecognizer) or r.ENTITIES[0] in {"USERNAME", "PASSWORD"}
    )
    ENTITIES = tuple(dict.fromkeys(entity for part in PARTS for entity in part.ENTITIES))

    def matches(self, text: View) -> Iterable[Match]:
        for part in self.PARTS:
            yield from part.matches(text)


def found(recognizer: FoldedRecognizer, text: str, entity: str | None = None) -> list[str]:
    """The stretches of `text` that are found, in order."""
    results = recognizer.analyze(text, list(recognizer.ENTITIES))
    spans = sorted({(r.start, r.end) for r in results if entity in (None, r.entity_type) and r.score >= 0.35})
    return [text[start:end] for start, end in spans]


def covered(recognizers: list[FoldedRecognizer], text: str, value: str) -> bool:
    """True when every letter and digit of the first `value` in `text` lies in a finding."""
    at = text.index(value)
    inside: set[int] = set()
    for recognizer in recognizers:
        for r in recognizer.analyze(text, list(recognizer.ENTITIES)):
            if r.score >= 0.35:
                inside.update(range(r.start, r.end))
    return all(i in inside for i in range(at, at + len(value)) if text[i].isalnum())


def afm(eight: str) -> str:
    """Eight digits and their check digit."""
    total = sum(int(digit) * 2 ** (8 - i) for i, digit in enumerate(eight))
    return f"{eight}{total % 11 % 10}"


def luhn(number: str) -> str:
    """Digits and their Luhn check digit."""
    total = 0
    for i, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if i % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{number}{-total % 10}"


def iban(country: str, account: str) -> str:
    """Country, two check digits (mod 97) and the account."""
    digits = "".join(str(int(char, 36)) for char in f"{account}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{account}"


def wrong(number: str) -> str:
    """The same number with its last digit changed."""
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
