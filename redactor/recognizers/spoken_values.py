"""Number words -> the digits that were meant, grouped as they were said: "εξακόσια ενενήντα επτά" is one group, 697."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from stdnum import luhn
from stdnum.gr import vat

from redactor.recognizers.spoken_lexicon import Unit


@dataclass(frozen=True, slots=True)
class Group:
    """One number as it was said, in one breath."""

    digits: str = field(repr=False)
    first: int
    """Index of its first unit."""
    last: int
    """One past the index of its last unit."""
    word: bool
    """True when at least one part of it was a word, not written digits."""


def compose(units: Sequence[Unit]) -> list[Group]:
    """The groups of a run of number words, in order; every unit belongs to exactly one group."""
    groups: list[Group] = []
    at = 0
    while at < len(units):
        fixed = multiplied(units, at)
        digits, end = fixed or (str((read := cardinals(units, at)[0])[0]), read[1])
        groups.append(Group(digits, at, end, word=units[at].kind != "group"))
        at = end
    return groups


def multiplied(units: Sequence[Unit], at: int) -> tuple[str, int] | None:
    """The digits of "697", "double five", "two zeros", "three times eight" at unit `at`, and the index after them."""
    kind, ahead = units[at].kind, units[at + 1] if at + 1 < len(units) else None
    if kind == "group":
        return units[at].value, at + 1
    if kind in {"plural", "plus"}:
        return units[at].value.strip("+"), at + 1
    if kind == "repeat":
        digits = _alone(ahead) * int(units[at].value)
        return digits, at + 1 + bool(digits)
    if kind == "digit" and ahead is not None and ahead.kind in {"plural", "times"}:
        said = ahead if ahead.kind == "plural" else units[at + 2] if at + 2 < len(units) else None
        digits = _alone(said) * int(units[at].value)
        return digits, at + 2 + (bool(digits) and ahead.kind == "times")
    return ("", at + 1) if kind == "times" else None


_SINGLY = {"digit": 1, "teen": 2, "tens": 2, "hundred": 3, "plural": 1}


def most_digits(units: Sequence[Unit], groups: Sequence[Group]) -> int:
    """How many digits can have been meant: "είκοσι ένα" is 21, but also 20 and 1 of a number that is read in pairs."""
    singly = sum(len(u.value) if u.kind == "group" else _SINGLY.get(u.kind, 0) for u in units)
    return max(singly, sum(len(group.digits) for group in groups))


def _alone(unit: Unit | None) -> str:
    return unit.value if unit is not None and unit.value.isdigit() and unit.kind not in {"repeat", "times"} else ""


def cardinals(units: Sequence[Unit], at: int) -> list[tuple[int, int]]:
    """The numbers that grammar allows from unit `at` on, longest first: their values and the index after each."""
    total, room, start = 0, 10**6, at
    found: list[tuple[int, int]] = []
    while at < len(units):
        kind, value = units[at].kind, int(units[at].value) if units[at].value.isdigit() else 0
        ahead = units[at + 1].kind if at + 1 < len(units) else ""
        if kind == "digit" and at > start and (value == 0 or ahead in {"plural", "times"}):
            break
        if kind == "thousand" and room > 1000:
            total, room = total + 1000, 1000
        elif kind == "thousands" and 0 < total < 1000 and room < 10**6:
            total, room = total * 1000, 1000
        elif kind == "hundreds" and 0 < total < 100:
            total, room = total * 100, 100
        elif kind == "hundred" and room > 100:
            total, room = total + value, 100
        elif kind == "tens" and room >= 100:
            total, room = total + value, 10
        elif kind in {"teen", "digit"} and room >= (100 if kind == "teen" else 10):
            total, room = total + value, 1
        elif kind in {"hundreds", "thousands"} and at == start:
            total, room = value, value
        else:
            break
        at += 1
        found.append((total, at))
        if total == 0:
            break
    return found[::-1] or [(total, start + 1)]


def shape(digits: str, letters: int) -> str:
    """The type that a run of digits without any label looks like; PHONE_NUMBER when it looks like nothing."""
    size = len(digits)
    if letters == 3 and 3 <= size <= 4:
        return "LICENSE_PLATE"
    if 1 <= letters <= 2 and size == 6:
        return "GR_ID_CARD"
    if letters == 2 and size == 7:
        return "PASSPORT"
    if letters == 2 and size > 15:
        return "IBAN_CODE"
    if is_phone(digits):
        return "PHONE_NUMBER"
    if size == 9 and not digits.startswith("69") and vat.is_valid(digits):
        return "GR_AFM"
    if size == 11 and luhn.is_valid(digits) and digits[2:4] <= "12" and digits[:2] <= "31":
        return "GR_AMKA"
    if 14 <= size <= 17:
        return "CREDIT_CARD"
    return "IBAN_CODE" if size > 17 else "PHONE_NUMBER"


def is_phone(digits: str) -> bool:
    """True for ten digits in the Greek numbering plan, with or without 30 or 0030 in front."""
    for prefix in ("0030", "30"):
        if len(digits) == 10 + len(prefix):
            digits = digits.removeprefix(prefix)
    return len(digits) == 10 and (digits[0] == "2" or digits[:2] in {"68", "69"})


def is_card(digits: str) -> bool:
    """True for 15 or 16 digits that pass the Luhn check."""
    return len(digits) in {15, 16} and luhn.is_valid(digits)
