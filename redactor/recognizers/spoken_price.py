"""Amounts that somebody asked for: "πόσα θα πάρω; χίλια διακόσια σαράντα" is no number of anybody."""

from __future__ import annotations

from collections.abc import Sequence

from redactor.recognizers.spoken_chains import Part
from redactor.recognizers.spoken_tokens import Token
from redactor.recognizers.spoken_values import compose

_AMOUNT = 5
"""Digits of an amount that was asked for, at most."""
_WORDS, _PARTS = 6, 12
_SURELY = 9
"""So many digits are no amounts, whatever stands between them."""
_REACH = 14
"""Tokens between the question and the amount, at most."""
_ASKS = frozenset(";?")
_HOW_MUCH = frozenset({"ποσο", "ποσα"})
_COUNTED = frozenset({"ψηφια", "νουμερα", "χαρακτηρεσ", "αριθμουσ", "digits", "characters", "numbers", "letters"})
"""Whoever asks how many of these asks for a number to be read."""


def price_asked(found: Sequence[Token], chain: Sequence[Part]) -> bool:
    """True for a number of few digits, or of few words with a thousand, when the question before it asks how much."""
    if len(chain) > _PARTS:
        return False
    chain = _first_amount(found, chain)
    units = [unit for part in chain for unit in part.units]
    thousands = len(units) <= _WORDS and any("thousand" in unit.kind for unit in units)
    if not thousands and sum(len(group.digits) for group in compose(units)) > _AMOUNT:
        return False
    at, asked = chain[0].first, False
    for i in range(at, max(0, at - _REACH), -1):
        before = found[i - 1]
        asked = asked or bool(_ASKS & set(found[i].gap))
        if before.number or before.word in _COUNTED:
            return False
        if before.word in _HOW_MUCH or (before.word == "how" and found[i].word == "much"):
            return asked
    return False


def _first_amount(found: Sequence[Token], chain: Sequence[Part]) -> Sequence[Part]:
    """The first of the numbers that words of their own part: "650 with 25 lessons, plus fees, 110"."""
    if sum(len(group.digits) for group in compose([unit for part in chain for unit in part.units])) >= _SURELY:
        return chain
    for i in range(1, len(chain)):
        between = found[chain[i - 1].last + 1 : chain[i].first]
        if any(not (token.filler or token.garbled or token.speaker or token.reading.roles) for token in between):
            return chain[:i]
    return chain
