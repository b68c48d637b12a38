"""Is a chain of number words an identifier, and of which type? Labels before it and units after it decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from redactor.recognizers.spoken_chains import Part
from redactor.recognizers.spoken_edges import widened
from redactor.recognizers.spoken_labels import NONE, Label, labels_before
from redactor.recognizers.spoken_spelling import spelled
from redactor.recognizers.spoken_tokens import Token
from redactor.recognizers.spoken_values import Group, compose, is_card, is_phone, most_digits, shape

UNLABELLED = 6
"""So many digits make a number personal without any label."""
_SIGNS = ("€", "$", "£", "%")
_SENTENCE = frozenset(".;!?\n")
_DATES = frozenset({"DATE_OF_BIRTH", "CARD_EXPIRY"})
_ANSWERED_ONCE = frozenset({"CVV", "CARD_EXPIRY", "DATE_OF_BIRTH"})
_WHOLE = frozenset({9, 10, 11, 16})
"""Digits of a tax number, a phone number, a social security number, a card."""
_LONGEST = {"CVV": 4, "CARD_EXPIRY": 8, "CARD_PIN": 6, "LICENSE_PLATE": 7, "DATE_OF_BIRTH": 9}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A chain that is an identifier."""

    entity: str
    score: float
    """0..1."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    parts: tuple[Part, ...]
    digits: str
    most: int
    """How many digits can have been meant, at least the length of `digits`."""
    letters: int
    weight: float
    units: int
    groups: int
    words: bool
    """True when something in it was a word and not written digits."""
    month: bool


def apart(found: Sequence[Token], chain: Sequence[Part]) -> list[Sequence[Part]]:
    """A chain parted where a label stands between two numbers of which the first is long enough to be whole.

    A shorter first piece stays joined: it would be left without a label, and may be the beginning of the second.
    """
    pieces: list[Sequence[Part]] = []
    begin = 0
    for i in range(1, len(chain)):
        between = found[chain[i - 1].last + 1 : chain[i].first]
        if between and labels_before(between, len(between)) and len(_said(chain[begin:i]).digits) >= min(_WHOLE):
            pieces.append(chain[begin:i])
            begin = i
    return [*pieces, chain[begin:]]


def judge(text: str, found: Sequence[Token], chain: Sequence[Part]) -> list[Verdict]:
    """The verdicts on a chain of a folded `text`, none when it is nothing personal; a date may part it into several."""
    said = _said(chain)
    if said.digits == "":
        letters = spelled(found, chain)
        return [Verdict("PERSON", 0.6, letters)] if letters else []
    if said.units + said.letters < 2 and said.most < 3 and not said.month:
        return []
    labels = labels_before(found, chain[0].first)
    if said.month:
        dated = next((label for label in labels[:3] if label.entity in _DATES and label.numbers == 0), None)
        if dated is not None and labels[0].entity != NONE and _enough(said, dated):
            return [Verdict(dated.entity, 0.9, widened(found, tuple(chain), dated))]
        return [verdict for piece in _without_months(chain) for verdict in judge(text, found, piece)]
    nearest = labels[0] if labels else None
    if _unit_follows(text, found, chain):
        rest = _said(_before_last_number(chain))
        if len(rest.digits) < UNLABELLED or (nearest is None and rest.groups < 2):
            return []
        said = replace(rest, parts=said.parts)
    if nearest is not None and nearest.entity != NONE:
        entity = _labelled(said, nearest, labels)
        if entity:
            return [Verdict(entity, 0.9, widened(found, _without_article(found, said), nearest))]
    verdict = _unlabelled(said, nearest)
    return [verdict] if verdict else []


def _said(chain: Sequence[Part]) -> _Said:
    units = [unit for part in chain for unit in part.units]
    groups: list[Group] = compose(units)
    return _Said(
        tuple(chain),
        "".join(group.digits for group in groups),
        most_digits(units),
        sum(len(part.letter) for part in chain if not part.date),
        sum(part.weight for part in chain),
        len(units),
        len(groups),
        any(unit.kind != "group" and unit.weight > 0.3 for unit in units)
        or any(p.letter and not p.lone for p in chain),
        any(part.date for part in chain),
    )


def _labelled(said: _Said, label: Label, labels: Sequence[Label]) -> str:
    if said.weight < 0.7 or not _enough(said, label):
        return ""
    if label.entity in _ANSWERED_ONCE and label.numbers > 8 * (label.entity == "CVV"):
        return ""
    if len(said.digits) == 5 and said.digits[0] == "1" and (label.distance > 2 or label.entity == "PHONE_NUMBER"):
        return ""  # five digits from 1 are directory and help lines, nobody's own number
    asked = [other for other in labels[1:3] if other.distance - label.distance <= 5]
    if label.entity == "CVV" and 3 < len(said.digits) < 9 and any(o.entity == "CARD_EXPIRY" for o in asked):
        return "CARD_EXPIRY"
    if len(said.digits) > _LONGEST.get(label.entity, 99):
        return "CREDIT_CARD" if label.entity in {"CVV", "CARD_EXPIRY"} and len(said.digits) >= 12 else ""
    if label.entity not in {"CREDIT_CARD", "IBAN_CODE"} and is_card(said.digits):
        return "CREDIT_CARD"
    return label.entity


def _enough(said: _Said, label: Label) -> bool:
    size = said.most
    if label.entity == "DATE_OF_BIRTH":
        return size >= (1 if said.month else 3)
    if label.entity == "CARD_EXPIRY" and said.month:
        return size >= 2
    return size + min(said.letters, 2) >= label.fewest and size >= min(3, label.fewest)


def _unlabelled(said: _Said, label: Label | None) -> Verdict | None:
    size = len(said.digits)
    typed = is_phone(said.digits) or is_card(said.digits)
    if not said.words:
        own = typed and (label is None or label.entity != NONE)
        return Verdict(shape(said.digits, 0), 0.6, said.parts) if own else None
    if label is not None and label.entity == NONE and not typed and size < 9:
        return None
    letters = min(said.letters, 3)
    if size + letters < UNLABELLED or size < 3 or (said.groups < 2 and not letters):
        return None
    if said.weight < 2.5 or said.weight < 0.42 * said.units:
        return None
    return Verdict(shape(said.digits, letters), 0.6 if typed else 0.5, said.parts)


def _unit_follows(text: str, found: Sequence[Token], chain: Sequence[Part]) -> bool:
    first, last = chain[0].first, chain[-1].last
    end = found[last].end
    start = found[first].start
    if text[end : end + 2].strip().startswith(_SIGNS) or text[max(0, start - 2) : start].strip() in _SIGNS:
        return True
    for token in found[last + 1 : last + 3]:
        if _SENTENCE & set(token.gap):
            return False
        if token.unit:
            return True
        if not (token.filler or "and" in token.reading.roles):
            return False
    return False


def _before_last_number(chain: Sequence[Part]) -> list[Part]:
    """The chain without the number that is said last: "... two hundred and ten" of "two hundred and ten euros"."""
    units = [unit for part in chain for unit in part.units]
    keep = compose(units)[-1].first
    out: list[Part] = []
    for part in chain:
        keep -= len(part.units)
        if keep < 0:
            break
        out.append(part)
    return out


def _without_months(chain: Sequence[Part]) -> list[list[Part]]:
    pieces: list[list[Part]] = [[]]
    for part in chain:
        if part.date:
            pieces.append([])
        else:
            pieces[-1].append(part)
    return [piece for piece in pieces if piece]


def _without_article(found: Sequence[Token], said: _Said) -> tuple[Part, ...]:
    """Without "ένα" after a number that is whole already: "... οχτώ πέντε, ένα άσπρο αυτοκίνητο"."""
    last = said.parts[-1]
    follows = last.last + 1 < len(found) and found[last.last + 1].close and not found[last.last + 1].filler
    size = len(said.digits)
    too_many = (size - 1 in _WHOLE and size not in _WHOLE) or (size == 5 and said.letters > 1)
    if follows and too_many and 0.4 < last.weight <= 0.5 and [unit.value for unit in last.units] == ["1"]:
        return said.parts[:-1]
    return said.parts
