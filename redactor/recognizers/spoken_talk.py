"""The conversation around spoken numbers: what belongs to a number that was begun, and what repeats one that is known.

A number is given in pieces, over turns, with "για πείτε", a train passing, a repair; and it is read back. One piece
alone may be too short to mean anything: what was said before decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from redactor.recognizers.spoken_chains import Part
from redactor.recognizers.spoken_judge import Said, Verdict, said, timed, unit_follows, year
from redactor.recognizers.spoken_labels import NONE, WHOLE, Labels
from redactor.recognizers.spoken_price import price_asked
from redactor.recognizers.spoken_readings import public, readings
from redactor.recognizers.spoken_tokens import Token

_NEAR = 28
"""So many words, without numbers and fillers, may stand between two pieces of one number."""
_CLOSE = 7
_ADJACENT = 3
_SAME = 12
"""Words that may stand before a piece of three digits and more that is not alone in its sentence."""
_PAIR = 2
_OPEN_END = {"tens": 1, "hundred": 2, "hundreds": 2, "thousand": 3, "thousands": 3}
_HALVED = frozenset({"CARD_PIN", "CVV", "LICENSE_PLATE", "GR_ID_CARD", "PHONE_NUMBER", "CUSTOMER_ID", "US_SSN"})
_HALVED_DIGITS = 12
_ONE_BY_ONE = frozenset({"GR_PERSONAL_NUMBER", "MAC_ADDRESS", "GR_ID_CARD", "LICENSE_PLATE", "UK_NINO"})
"""Types that people give sign by sign."""
_TURNS = 5
_READ_BACK = 3
"""A read-back has at least so many digits."""
_PAPER = frozenset("-/.")
_WHOLE_RUN = 9
"""A group of so many figures is a number by itself."""
_LONG = 6
"""Numbers with fewer digits are not looked for in what is read back."""


@dataclass(slots=True)
class _Open:
    """A number that was begun."""

    entity: str
    digits: int
    last: int
    """Index of its last token."""
    slack: int = 0
    """Zeros at its end that what follows may fill: "πεντακόσια", a pause, "δεκαεπτά"."""


def conversation(
    text: str,
    found: Sequence[Token],
    labels: Labels,
    pieces: Sequence[Sequence[Part]],
    judged: Sequence[Sequence[Verdict]],
    known: Sequence[str],
) -> list[Verdict]:
    """Verdicts on the pieces that nobody took for an identifier, from what was said before and after them.

    `judged` are the verdicts on each piece by itself, `known` the longer runs of digits written in the text.
    """
    spoken = [reading for verdicts in judged for verdict in verdicts for reading in _digits(verdict)]
    numbers = [number for number in (*known, *spoken) if len(number) >= _LONG]
    more: list[Verdict] = []
    opened: _Open | None = None
    for k, piece in enumerate(pieces):
        if judged[k]:
            opened = _begun(opened, judged[k][-1], labels)
            continue
        what = said(piece)
        if what.digits == "" and not what.letters:
            continue
        if unit_follows(text, found, piece) or timed(found, piece) or public(what.digits) or what.month or year(what):
            continue
        if price_asked(found, piece):
            continue
        entity = ""
        if opened is not None and _continues(found, labels, opened, piece, what):
            entity = opened.entity
            opened.digits += len(what.digits)
            opened.last = piece[-1].last
        elif _announces(found, labels, piece, what, pieces, judged, k):
            entity = judged[k + 1][0].entity
        elif half := _half(found, labels, pieces, judged, k):
            entity = half
            opened = _Open(half, len(what.digits), piece[-1].last, _slack(piece))
        elif _repeats(labels, piece, what, _elsewhere(found, piece, what, numbers)):
            entity = opened.entity if opened is not None else "PHONE_NUMBER"
        if entity:
            more.append(Verdict(entity, 0.5, tuple(piece)))
    return more


def _digits(verdict: Verdict) -> list[str]:
    units = [unit for part in verdict.parts for unit in part.units]
    return [digits for digits in readings(units) if len(digits) >= _LONG]


def _begun(opened: _Open | None, verdict: Verdict, labels: Labels) -> _Open | None:
    """The number that a verdict begins or goes on with; None for types that are never given in pieces."""
    whole = WHOLE.get(verdict.entity)
    if whole is None:
        return opened
    digits = len(said(verdict.parts).digits)
    last = verdict.parts[-1].last
    goes_on = (
        opened is not None
        and opened.entity == verdict.entity
        and opened.digits + digits <= whole + 1
        and labels.words(opened.last + 1, verdict.parts[0].first) <= _NEAR
    )
    return _Open(verdict.entity, digits + (opened.digits if goes_on and opened else 0), last, _slack(verdict.parts))


def _slack(parts: Sequence[Part]) -> int:
    units = [unit for part in parts for unit in part.units]
    return _OPEN_END.get(units[-1].kind, 0) if units else 0


def _continues(found: Sequence[Token], labels: Labels, opened: _Open, piece: Sequence[Part], what: Said) -> bool:
    """True when a piece fills up a number that lacks digits, or repairs the end of one that was just said."""
    first = piece[0].first
    apart = labels.words(opened.last + 1, first)
    turns = sum(token.new_line for token in found[opened.last + 1 : first + 1])
    if apart > _NEAR or turns > _TURNS or labels.others(opened.last + 1, first, opened.entity):
        return False
    if any(token.unit for token in found[opened.last + 1 : first]):
        return False  # the talk has gone on to quantities
    size = len(what.digits) + (what.letters if opened.digits == 0 else 0)
    room = WHOLE[opened.entity] - opened.digits + opened.slack
    if size == 0 or what.weight < 0.4 * max(1, what.units):
        return False
    if room > 0 and size <= room + 1:
        spoken = what.words or what.letters
        last = size == 1 and 1 in (room, room - opened.slack) and bool(spoken) and _ends_turn(found, piece)
        lone = last or (_alone(found, piece) and (size >= _PAIR or opened.entity in _ONE_BY_ONE))
        return (
            lone or (size >= _PAIR and apart <= _ADJACENT) or (bool(spoken) and size >= _READ_BACK and apart <= _SAME)
        )
    return _repaired(found, opened.last + 1, first) and apart <= _CLOSE and size <= WHOLE[opened.entity]


def _announces(
    found: Sequence[Token],
    labels: Labels,
    piece: Sequence[Part],
    what: Said,
    pieces: Sequence[Sequence[Part]],
    judged: Sequence[Sequence[Verdict]],
    k: int,
) -> bool:
    """True for a false start: a label, a piece too short for it, and soon the number itself."""
    if k + 1 >= len(pieces) or not judged[k + 1] or len(what.digits) < 2:
        return False
    entity = judged[k + 1][0].entity
    armed = any(label.entity == entity for label in labels.before(piece[0].first)[:2])
    gap = labels.words(piece[-1].last + 1, pieces[k + 1][0].first)
    return armed and gap <= _NEAR and entity in WHOLE and (_alone(found, piece) or gap <= _CLOSE)


def _half(
    found: Sequence[Token],
    labels: Labels,
    pieces: Sequence[Sequence[Part]],
    judged: Sequence[Sequence[Verdict]],
    k: int,
) -> str:
    """The type of a short number that is given in two halves, each in a turn of its own; empty when it is none."""
    if k + 1 >= len(pieces) or judged[k + 1] or not (_alone(found, pieces[k + 1]) and _ends_turn(found, pieces[k])):
        return ""
    nearest = labels.before(pieces[k][0].first)[:1]
    if not nearest or nearest[0].entity not in _HALVED or nearest[0].numbers:
        return ""
    both = len(said(pieces[k]).digits) + len(said(pieces[k + 1]).digits)
    near = labels.words(pieces[k][-1].last + 1, pieces[k + 1][0].first) <= _CLOSE
    return nearest[0].entity if near and nearest[0].fewest <= both <= _HALVED_DIGITS else ""


def _ends_turn(found: Sequence[Token], piece: Sequence[Part]) -> bool:
    last = piece[-1].last
    return last + 1 == len(found) or _parted(found[last + 1])


def _elsewhere(found: Sequence[Token], piece: Sequence[Part], what: Said, numbers: Sequence[str]) -> Sequence[str]:
    """The known numbers; where figures are grouped as papers are numbered ("2024-118845"), without what they are."""
    own = found[piece[0].first : piece[-1].last + 1]
    paper = any(t.gap in _PAPER for t in own[1:]) and all(len(t.word) < _WHOLE_RUN for t in own)
    if what.words or not paper:
        return numbers
    return [number for number in numbers if number != what.digits or numbers.count(number) > 1]


def _repeats(labels: Labels, piece: Sequence[Part], what: Said, numbers: Sequence[str]) -> bool:
    """True when some reading of a piece stands in a number that is known."""
    if len(what.digits) < _READ_BACK or what.weight < 0.5 * what.units:
        return False
    nearest = labels.before(piece[0].first)[:1]
    if nearest and nearest[0].entity == NONE and nearest[0].distance <= _CLOSE:
        return False
    units = [unit for part in piece for unit in part.units]
    said_so = [digits for digits in readings(units) if len(digits) >= _READ_BACK]
    return any(digits in number for digits in said_so for number in numbers)


def _alone(found: Sequence[Token], piece: Sequence[Part]) -> bool:
    """True when nothing but fillers stands beside a piece in its sentence or turn."""
    first, last = piece[0].first, piece[-1].last
    while first > 0 and not _parted(found[first]):
        first -= 1
        if not found[first].filler and not found[first].speaker:
            return False
    while last + 1 < len(found) and not _parted(found[last + 1]):
        last += 1
        if not found[last].filler:
            return False
    return True


def _parted(token: Token) -> bool:
    return token.new_line or any(sign in token.gap for sign in ".;!?…")


def _repaired(found: Sequence[Token], first: int, end: int) -> bool:
    return any("repair" in token.reading.roles for token in found[first:end])
