"""Numbers that the name model suspects and that are nobody's: behind the label of an order, a reading, an error."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from redactor.recognizers.base import Match
from redactor.recognizers.card_expiry import of_paper
from redactor.recognizers.el.phrases import words
from redactor.recognizers.machine_text import of_a_machine
from redactor.recognizers.spoken_labels import NONE, Label, Labels
from redactor.recognizers.spoken_readings import public, readings
from redactor.recognizers.spoken_tokens import HOMOPHONES, Token, tokens
from redactor.recognizers.spoken_values import is_card, is_phone
from redactor.recognizers.view import View

_LONG = 9
"""Numbers of so many digits may be a telephone's or a card's whatever was spoken of."""
_SCORE = 4
"""Number words that are said no other way, from which on "we won ..." is no score."""
_WINNERS = frozenset({"i", "we", "they", "you", "he", "she", "who"})
_SHORT = 3
"""Letters of documents are fewer ("PO1234567"): only a hyphen makes such letters those of a paper."""
_MONTH_AND_YEAR = 2
_AT_ONCE = 2
"""So few words stand between a question and the number that answers it."""
_MODEL_TOKENS, _MODEL_DIGITS = 6, 5
"""A model has so few parts, and so few digits in each."""
_TALK = 12
"""So many words around tell what is spoken of."""
_FLIGHT = re.compile(r"[a-z][a-z0-9]\d{3,4}")
_GUESTS = frozenset({"guest", "visitor", "anon", "επισκεπτησ"})
_NEAR = 6
"""So many words may stand between such a label and its number; fillers are not counted."""


class NumberTalk:
    """What stands around the numbers of one text."""

    def __init__(self, text: View) -> None:
        self._text = text
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
        first = next((p.last + 1 for p in self._labels.places if p.entity == NONE and p.first == first < end), first)
        inside = self._found[first:end]
        if (
            of_a_machine(self._text, match.start, match.end)
            or self._paper(first)
            or self.model(match)
            or self._flight(first, inside)
            or _guest(inside)
            or _keys(inside)
            or (_month(inside) and of_paper(self._text, match.start))
        ):
            return True
        if any(place.first <= first and end - 1 <= place.last for place in self._labels.places):
            return True
        if inside and all(token.word in HOMOPHONES for token in inside):
            # "Won too for free": a run that has a word nobody says otherwise is for the rules.
            return True
        if inside and self._score(first, inside):
            return True
        nearest = self._labels.before(first)[:1]
        if nearest and nearest[0].entity == NONE and not nearest[0].distance and not nearest[0].asked and _code(inside):
            return True
        numbers = [token for token in inside if token.reading.units or any(map(str.isdigit, token.word))]
        if not numbers or not all(_plain(token) for token in inside):
            return False
        if any(public(said) for said in readings([unit for token in numbers for unit in token.reading.units])):
            return True
        if sum(len(unit.value) for token in numbers for unit in token.reading.units) >= _LONG:
            return self._serial(nearest, inside)
        if nearest and nearest[0].entity == NONE and nearest[0].distance <= _NEAR:
            answered = nearest[0].distance <= _AT_ONCE and nearest[0].numbers == 0
            if not nearest[0].asked or answered:
                return True
        counts = [token for token in inside if not token.unit]
        if not all(token.number or token.word.isdigit() or token.filler for token in counts):
            return False
        if inside[-1].unit:
            return True
        return first > 0 and "at" in self._found[first - 1].reading.roles and inside[0].close

    def counts(self, match: Match) -> bool:
        """True for a number in figures and what it counts or measures ("87 τεμάχια"); alone it may be of a house."""
        first, end = bisect_right(self._ends, match.start), bisect_left(self._starts, match.end)
        inside = self._found[first:end]
        figures = all(t.word.isdigit() for t in inside[:-1]) and len(inside) > 1
        return figures and inside[-1].unit and not inside[-1].new_line

    def announced(self, match: Match) -> bool:
        """True for a code that a label of nobody's numbers announces: "authorisation code is 77J21"."""
        first, end = bisect_right(self._ends, match.start), bisect_left(self._starts, match.end)
        inside = self._found[first:end]
        nearest = self._labels.before(first)[:1]
        if not nearest or nearest[0].entity != NONE or nearest[0].distance > 1 or nearest[0].numbers:
            return False
        numbered = any(token.word.isdigit() or token.number for token in inside)
        return numbered and (_code(inside) or all(map(_plain, inside)))

    def model(self, match: Match) -> bool:
        """True for the model of a device behind its maker, or with it: "Bosch WAN24208", "FRITZ!Box 7530"."""
        first, end = bisect_right(self._ends, match.start), bisect_left(self._starts, match.end)
        inside = self._found[first:end]
        digits = [token for token in inside if token.word.isdigit()]
        if not digits or len(inside) > _MODEL_TOKENS or any(len(token.word) > _MODEL_DIGITS for token in digits):
            return False
        if any(token.new_line for token in self._found[first + 1 : end]):
            return False
        near = self._found[max(0, first - _AT_ONCE) : first + 1]
        return any(token.word in words("maker") for token in near) and _written(inside)

    def _flight(self, first: int, inside: Sequence[Token]) -> bool:
        """True for the number of a flight where flights are spoken of: "I flew on 3 Oct, BA 632"."""
        last = first + len(inside)
        whole = [*inside, *self._found[last : last + 1]] if len(inside) == 1 else inside
        code = "".join(token.word for token in whole)
        near = self._found[max(0, first - _TALK) : first + len(inside) + _TALK]
        return (
            _FLIGHT.fullmatch(code) is not None
            and code[:2] in words("airline")
            and any(token.word in words("flight") for token in near)
        )

    def _serial(self, nearest: Sequence[Label], inside: Sequence[Token]) -> bool:
        """True for a long number in figures right behind the label of nobody's numbers, unless its form tells more."""
        announced = bool(nearest) and nearest[0].entity == NONE and nearest[0].distance <= 1 and not nearest[0].numbers
        if not announced or nearest[0].asked or not all(token.word.isdigit() for token in inside):
            return False
        number = "".join(token.word for token in inside)
        return _written(inside) and not (is_card(number) or is_phone(number))

    def _paper(self, at: int) -> bool:
        """True for the number of an order, an invoice or a ticket, by the letters in front of it ("INV-88104")."""
        before = at - 1 if at and self._found[at].gap == "-" and self._found[at].word.isdigit() else at
        if before + 1 >= len(self._found) or self._found[before].word not in words("paper code"):
            return False
        joined = {"-"} if len(self._found[before].word) < _SHORT else {"", "-"}
        return self._found[before + 1].gap in joined and self._found[before + 1].word.isdigit()

    def _score(self, first: int, inside: Sequence[Token]) -> bool:
        """True for what somebody has won, of at least one token: "we won two to one", not "oh won two to one"."""
        told = inside if inside[0].word in _WINNERS else self._found[max(0, first - 1) : first + len(inside)]
        verb = len(told) > 1 and told[0].word in _WINNERS and told[1].word == "won"
        return verb and sum(token.word not in HOMOPHONES for token in told[1:]) < _SCORE


def _code(inside: Sequence[Token]) -> bool:
    """True for one code of letters and digits, without blanks: "SM-A556BZKC"."""
    kinds = {token.word.isdigit() for token in inside}
    return len(kinds) > 1 and all(token.gap in {"", "-", "/"} for token in inside[1:])


def _keys(inside: Sequence[Token]) -> bool:
    """True for what a menu says: "press one, press two", "πάτα ένα, πάτα δύο"."""
    pressed = [token.word in words("press") for token in inside]
    said = (key or token.filler or token.reading.units for key, token in zip(pressed, inside, strict=True))
    return any(pressed) and all(said)


def _month(inside: Sequence[Token]) -> bool:
    """True for a month and a year to come ("August 2031", "08/2031"), in which cards and papers end."""
    if len(inside) != _MONTH_AND_YEAR:
        return False
    figures = re.fullmatch(r"0?[1-9]|1[0-2]", inside[0].word) is not None and inside[1].gap in {"/", "-", "."}
    named = figures or "month" in inside[0].reading.roles
    return named and re.fullmatch(r"20[2-4]\d", inside[1].word) is not None


def _guest(inside: Sequence[Token]) -> bool:
    """True for what a chat calls those that gave no name ("Guest8841")."""
    return len(inside) > 1 and inside[0].word in _GUESTS and all(token.word.isdigit() for token in inside[1:])


def _written(inside: Sequence[Token]) -> bool:
    """True when only words and signs that names of goods are made of stand in it."""
    return all(token.gap in {"", " ", "-", "!", "/", "."} for token in inside[1:])


def _plain(token: Token) -> bool:
    """True for what a number or a code is made of, each sign by itself."""
    written = token.glued or len(token.word) == 1 or any(map(str.isdigit, token.word))
    said = bool(token.reading.units or token.reading.letter) or token.filler
    return written or said or bool({"and", "mark", "unit"} & token.reading.roles)
