"""Numbers that the name model suspects and that are nobody's: behind the label of an order, a reading, an error."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from redactor.recognizers.base import Match
from redactor.recognizers.spoken_labels import NONE, Labels
from redactor.recognizers.spoken_readings import public, readings
from redactor.recognizers.spoken_tokens import HOMOPHONES, Token, tokens
from redactor.recognizers.view import View

_LONG = 9
"""Numbers of so many digits may be a telephone's or a card's whatever was spoken of."""
_SCORE = 4
"""Number words that are said no other way, from which on "we won ..." is no score."""
_WINNERS = frozenset({"i", "we", "they", "you", "he", "she", "who"})
_NEAR = 6
"""So many words may stand between such a label and its number; fillers are not counted."""


class NumberTalk:
    """What stands around the numbers of one text."""

    def __init__(self, text: View) -> None:
        self._found = tokens(text.plain)
        self._labels = Labels(self._found)
        self._starts = [token.start for token in self._found]
        self._ends = [token.end for token in self._found]

    def nobodys(self, match: Match) -> bool:
        """True for what a label of nobody's numbers announces, an amount, a time of day, and for a label alone.

        >>> from redactor.recognizers.view import view
        >>> text = view("ο αριθμός παραγγελίας: 6630118, κωδικός πελάτη 6630118")
        >>> [NumberTalk(text).nobodys(Match(at, at + 7, "CUSTOMER_ID", 0.9)) for at in (23, 47)]
        [True, False]
        """
        first, end = bisect_right(self._ends, match.start), bisect_left(self._starts, match.end)
        inside = self._found[first:end]
        if any(place.first <= first and end - 1 <= place.last for place in self._labels.places):
            return True
        if inside and all(token.word in HOMOPHONES for token in inside):
            # "Won too for free": a run that has a word nobody says otherwise is for the rules.
            return True
        if inside and self._score(first, inside):
            return True
        numbers = [token for token in inside if token.reading.units or any(map(str.isdigit, token.word))]
        if not numbers or not all(_plain(token) for token in inside):
            return False
        if any(public(said) for said in readings([unit for token in numbers for unit in token.reading.units])):
            return True
        if sum(len(unit.value) for token in numbers for unit in token.reading.units) >= _LONG:
            return False
        nearest = self._labels.before(first)[:1]
        if nearest and nearest[0].entity == NONE and nearest[0].distance <= _NEAR and not nearest[0].asked:
            return True
        counts = [token for token in inside if not token.unit]
        if not all(token.number or token.word.isdigit() or token.filler for token in counts):
            return False
        if inside[-1].unit:
            return True
        return first > 0 and "at" in self._found[first - 1].reading.roles and inside[0].close

    def _score(self, first: int, inside: Sequence[Token]) -> bool:
        """True for what somebody has won, of at least one token: "we won two to one", not "oh won two to one"."""
        told = inside if inside[0].word in _WINNERS else self._found[max(0, first - 1) : first + len(inside)]
        verb = len(told) > 1 and told[0].word in _WINNERS and told[1].word == "won"
        return verb and sum(token.word not in HOMOPHONES for token in told[1:]) < _SCORE


def _plain(token: Token) -> bool:
    """True for what a number or a code is made of, each sign by itself."""
    written = token.glued or len(token.word) == 1 or any(map(str.isdigit, token.word))
    said = bool(token.reading.units or token.reading.letter) or token.filler
    return written or said or bool({"and", "mark", "unit"} & token.reading.roles)
