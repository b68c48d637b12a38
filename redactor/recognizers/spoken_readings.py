"""The lattice of readings: every string of digits that a run of number words can have meant.

"εξακόσια ενενήντα επτά" is 697, or 600 and 97, or 690 and 7, or 600, 90 and 7: people read a number in twos, threes or
as it comes, and only the identifier it belongs to can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from stdnum import luhn
from stdnum.gr import vat

from redactor.recognizers.spoken_lexicon import Unit
from redactor.recognizers.spoken_values import cardinals, multiplied

_MOST = 48
"""Readings that are kept at each place; a long number has far fewer that differ in length."""
_NATIONAL = 11
"""Digits of a British number, of which those that begin with 03 are offices'."""
_SPOKEN = 40
"""Longer runs of number words are no identifier that is read aloud; they get no lattice."""

_EMERGENCY = re.compile(r"(?:999|911|111|112|101|105|166|199|100|108){2}")


def readings(units: Sequence[Unit]) -> frozenset[str]:
    """All readings of `units`, at most some dozens; empty for none or too many units."""
    if not units or len(units) > _SPOKEN:
        return frozenset()
    reached: list[dict[str, None]] = [{} for _ in range(len(units) + 1)]
    reached[0][""] = None
    for at in range(len(units)):
        if not reached[at]:
            continue
        for digits, end in _steps(units, at):
            for before in reached[at]:
                if len(reached[end]) < _MOST:
                    reached[end][before + digits] = None
    return frozenset(reached[-1])


def _steps(units: Sequence[Unit], at: int) -> list[tuple[str, int]]:
    """What may be read next from unit `at` on, longest first, with the index after it."""
    fixed = multiplied(units, at)
    if fixed is not None:
        return [fixed]
    return [(str(value), end) for value, end in cardinals(units, at)]


def fits(digits: str) -> str:
    """The type of identifier that `digits` are by plan or check digit alone; empty for none."""
    bare = digits
    for prefix in ("0030", "30"):
        if len(digits) == 10 + len(prefix) and digits.startswith(prefix):
            bare = digits.removeprefix(prefix)
    if len(bare) == 10 and (bare[:2] in {"68", "69"} or (bare[0] == "2" and bare[1] != "9")):
        return "PHONE_NUMBER"
    if len(digits) == 11 and luhn.is_valid(digits) and digits[2:4] <= "12" and digits[:2] <= "31":
        return "GR_AMKA"
    if len(digits) in {15, 16} and digits[0] in "3456" and luhn.is_valid(digits):
        return "CREDIT_CARD"
    if len(digits) == 9 and vat.is_valid(digits):
        return "GR_AFM"
    return ""


def best(units: Sequence[Unit], others: Iterable[str] = ()) -> tuple[str, str]:
    """The reading that fits an identifier, and its type; two empty strings when none does.

    Types in `others` are tried last; a phone number or a card is preferred to a tax number, which one in ten fits.
    """
    found = {kind: digits for digits in sorted(readings(units)) if (kind := fits(digits))}
    for kind in ("PHONE_NUMBER", "CREDIT_CARD", "GR_AMKA", "GR_AFM", *others):
        if kind in found:
            return found[kind], kind
    return "", ""


def public(digits: str) -> bool:
    """True for a whole number that anybody may call: toll-free and shared-cost lines of Greece, Britain, America.

    Two emergency lines that are told in one breath ("ring 999 or 111") are none of anybody, either.
    """
    if _EMERGENCY.fullmatch(digits):
        return True
    free = digits.startswith(("0800", "1800", "800", "801", "0845", "0844")) and 9 <= len(digits) <= 12
    return free or (digits.startswith("03") and len(digits) == _NATIONAL)
