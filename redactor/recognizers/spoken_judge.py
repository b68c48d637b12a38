"""Is a chain of number words an identifier, and of which type? Labels before it and units after it decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from redactor.recognizers.el.phrases import words
from redactor.recognizers.spoken_chains import Part
from redactor.recognizers.spoken_edges import widened
from redactor.recognizers.spoken_labels import NONE, WHOLE, Label, Labels
from redactor.recognizers.spoken_price import price_asked
from redactor.recognizers.spoken_readings import best, public, readings
from redactor.recognizers.spoken_spelling import spelled
from redactor.recognizers.spoken_tokens import Token
from redactor.recognizers.spoken_values import Group, compose, is_card, is_phone, most_digits, shape

UNLABELLED = 6
"""So many digits make a number personal without any label."""
_SIGNS = ("€", "$", "£", "%")
_SENTENCE = frozenset(".;!?\n")
_FEW_GROUPS = 2
_SURELY = 9
"""So many digits are no amount, whatever stands between them."""
_DATES = frozenset({"DATE_OF_BIRTH", "CARD_EXPIRY"})
_YEARS = _DATES | {"PASSWORD", "USERNAME", "CARD_PIN"}
"""Types whose value may be said like a year."""
_ANSWERED_ONCE = frozenset({"CVV", "CARD_EXPIRY", "DATE_OF_BIRTH"})
_WHOLE = frozenset({9, 10, 11, 16})
"""Digits of a tax number, a phone number, a social security number, a card."""
_GREEK_MOBILE, _MOBILE = "69", 10
"""How a mobile number begins in Greece, and its digits; other numbers of ten may be the beginning of eleven."""
_WRITTEN = 6
_BESIDE = 2
_FIGURES_REACH = 6
_SECRET = frozenset({"PASSWORD", "USERNAME"})
"""In writing these have a recognizer of their own."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_TIME_DIGITS = 4
_AMOUNT = 5
"""Digits of a number of thousands that is an amount."""
_HALVES = frozenset({"μιση", "μισι", "τεταρτο"})
"""They end the first of two times: "μεταξύ δώδεκα και μισή και δύο και σαράντα πέντε"."""
_TIMES = frozenset({"επι", "by", "x", "χ"})
_SIDES = 9
"""Digits that the sides of something have together, at most."""
_ASKED_DIGITS = 4
"""Numbers far behind a question must have so many digits."""
_MONTHS = 12
_EXPIRES = range(24, 41)
"""Years of two digits that cards end in."""
_MONTH_AND_YEAR = 5
"""Number words of an expiry, at most."""
_LONGEST = {"CVV": 4, "CARD_EXPIRY": 8, "CARD_PIN": 6, "LICENSE_PLATE": 7, "DATE_OF_BIRTH": 9}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A chain that is an identifier."""

    entity: str
    score: float
    """0..1."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A chain summed up."""

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


def apart(labels: Labels, chain: Sequence[Part]) -> list[Sequence[Part]]:
    """A chain parted where a label stands between two numbers of which the first is long enough to be whole.

    A shorter first piece stays joined: it would be left without a label, and may be the beginning of the second. A
    number at the end that is said in a label ("and the three digits on the back") is none.
    """
    pieces: list[Sequence[Part]] = []
    begin = 0
    for i in range(1, len(chain)):
        between = labels.between(chain[i - 1].last + 1, chain[i].first)
        if between and len(said(chain[begin:i]).digits) >= min(_WHOLE):
            pieces.append(chain[begin:i])
            begin = i
    rest = list(chain[begin:])
    while len(rest) > 1 and labels.counts(rest[-1].first, rest[-1].last):
        rest.pop()
    return [*pieces, rest]


def judge(text: str, found: Sequence[Token], known: Labels, chain: Sequence[Part]) -> list[Verdict]:
    """The verdicts on a chain of a folded `text`, none when it is nothing personal; a date may part it into several."""
    said_ = said(chain)
    if said_.digits == "":
        letters = spelled(found, chain)
        return [Verdict("PERSON", 0.6, letters)] if letters else []
    little = said_.units + said_.letters < 2 and said_.most < 3 and not said_.month
    if little or _measures(found, chain) or price_asked(found, chain):
        return []
    labels = known.before(chain[0].first)
    if said_.month:
        dated = next((label for label in labels[:3] if label.entity in _DATES and label.numbers == 0), None)
        dated = dated or _told_again(said_, labels)
        if dated is not None and dated.entity == "CARD_EXPIRY" and _with_day(chain):
            return []
        if dated is not None and labels[0].entity != NONE and _enough(said_, dated):
            if cut := _next_label(known, chain):
                return [v for piece in (chain[:cut], chain[cut:]) for v in judge(text, found, known, piece)]
            return [Verdict(dated.entity, 0.9, widened(found, tuple(chain), dated))]
        return [verdict for piece in _without_months(chain) for verdict in judge(text, found, known, piece)]
    nearest = labels[0] if labels else None
    if timed(found, chain) and (nearest is None or nearest.entity not in _YEARS):
        return []
    if unit_follows(text, found, chain):
        before = _before_last_number(chain)
        if before and _own_quantity(found, before, chain[len(before)]):
            return judge(text, found, known, before)
        rest = said(before)
        if len(rest.digits) < UNLABELLED or (nearest is None and rest.groups < 2):
            return []
        said_ = replace(rest, parts=said_.parts)
    if nearest is not None and nearest.entity != NONE:
        entity = _labelled(said_, nearest, labels)
        if entity:
            day = entity == "CARD_EXPIRY" and timed(found, chain) and said_.groups == 1
            return [] if day else [Verdict(entity, 0.9, widened(found, _without_article(found, said_), nearest))]
    verdict = _unlabelled(found, said_, nearest)
    return [replace(verdict, parts=_without_article(found, said_))] if verdict else []


def said(chain: Sequence[Part]) -> Said:
    """What a chain says, summed up."""
    units = [unit for part in chain for unit in part.units]
    groups: list[Group] = compose(units)
    return Said(
        tuple(chain),
        "".join(group.digits for group in groups),
        most_digits(units, groups),
        sum(len(part.letter) for part in chain if not part.date),
        sum(part.weight for part in chain),
        len(units),
        len(groups),
        any(unit.kind != "group" and unit.weight > 0.3 for unit in units)
        or any(p.letter and not p.lone for p in chain),
        any(part.date for part in chain),
    )


def _labelled(said: Said, label: Label, labels: Sequence[Label]) -> str:
    if said.weight < 0.7 or not _enough(said, label):
        return ""
    if label.asked and (len(said.digits) < _ASKED_DIGITS or said.weight < 2):
        return ""
    if not said.words and not said.letters and not _figures(said, label):
        return ""
    toll_free = label.entity == "PHONE_NUMBER" and public(said.digits)
    if toll_free or (year(said) and label.entity not in _YEARS):
        return ""
    if label.entity in _ANSWERED_ONCE and label.numbers > 8 * (label.entity == "CVV"):
        return ""
    if label.entity == "PHONE_NUMBER" and said.groups == 1 and _thousands(said) and len(said.digits) <= _AMOUNT:
        return ""  # "a limit of five thousand"
    short = len(said.digits) in {3, 4, 5} and said.digits[0] == "1"
    if short and (label.entity == "PHONE_NUMBER" or (len(said.digits) == 5 and label.distance > 2)):
        return ""  # from 1 on they are emergency, directory and help lines, nobody's own number
    asked = [other for other in labels[1:3] if other.distance - label.distance <= 5]
    if label.entity == "CVV" and 3 < len(said.digits) < 9 and any(o.entity == "CARD_EXPIRY" for o in asked):
        return "CARD_EXPIRY"
    if label.entity == "CARD_EXPIRY" and not said.month and not _expiry(said):
        return ""
    if len(said.digits) > _LONGEST.get(label.entity, 99):
        return "CREDIT_CARD" if label.entity in {"CVV", "CARD_EXPIRY"} and len(said.digits) >= 12 else ""
    if label.entity not in {"CREDIT_CARD", "IBAN_CODE"} and is_card(said.digits):
        return "CREDIT_CARD"
    return label.entity


def _expiry(said: Said) -> bool:
    """True when a number may begin with a month, or a year in which cards end; a longer one may be a card's.

    "Sixty-four ninety" and "the twenty-third" are a price and a day.
    """
    first = compose([unit for part in said.parts for unit in part.units])[0].digits
    size = len(said.digits)
    plain = len(first) > 2 or int(first or 0) <= _MONTHS or int(first) in _EXPIRES
    return plain or size > _LONGEST["CARD_EXPIRY"]


def _figures(said: Said, label: Label) -> bool:
    """True when a number in figures is near enough to its label; a short one may be a model, a year, a size."""
    size = len(said.digits)
    if label.entity in _SECRET or (size < _WRITTEN and label.distance > _FIGURES_REACH):
        return False
    whole = WHOLE.get(label.entity, 0)
    return said.units > 1 or size >= min(_WRITTEN, whole) or label.distance <= _BESIDE


def _thousands(said: Said) -> bool:
    return any("thousand" in unit.kind for part in said.parts for unit in part.units)


def year(said: Said) -> bool:
    """True for a year as it is said: "χίλια εννιακόσια σαράντα έξι", "two thousand and thirteen"."""
    return said.groups == 1 and _thousands(said) and len(said.digits) == 4 and said.digits[:2] in {"18", "19", "20"}


def _enough(said: Said, label: Label) -> bool:
    size = said.most
    if label.entity == "DATE_OF_BIRTH":
        return size >= (1 if said.month else 3)
    if label.entity == "CARD_EXPIRY" and said.month:
        return size >= 2
    return size + min(said.letters, 2) >= label.fewest and size >= min(3, label.fewest)


def _unlabelled(found: Sequence[Token], said: Said, label: Label | None) -> Verdict | None:
    size = len(said.digits)
    typed = is_phone(said.digits) or is_card(said.digits)
    units = [unit for part in said.parts for unit in part.units]
    if any(public(read) for read in (said.digits, *readings(units))):
        return None
    if said.words and not typed and said.weight >= 0.5 * said.units:
        # What was meant may be another reading: twos and threes that only the whole number tells apart.
        read, entity = best(units)
        if entity and (label is None or label.entity != NONE) and len(read) >= size:
            return Verdict(entity, 0.6, said.parts)
    if not said.words:
        own = (typed and said.digits[:2] != "20") or (size >= UNLABELLED and _one_by_one(found, said))
        own = own and (label is None or label.entity != NONE)
        return Verdict(shape(said.digits, 0), 0.6, said.parts) if own else None
    announced = label is not None and not (label.distance > _BESIDE or label.numbers or label.asked)
    if label is not None and label.entity == NONE and not typed and (size < _SURELY or announced):
        return None
    if not typed and size < _SURELY and _counts(found, said.parts):
        return None
    letters = min(said.letters, 3)
    if size + letters < UNLABELLED or size < 3 or (said.groups < 2 and not letters):
        return None
    if said.weight < 2.5 or said.weight < 0.42 * said.units:
        return None
    if _thousands(said) and said.groups <= _FEW_GROUPS and not typed:
        return None  # an amount, or a year and something
    return Verdict(shape(said.digits, letters), 0.6 if typed else 0.5, said.parts)


def _one_by_one(found: Sequence[Token], said: Said) -> bool:
    """True for figures that were heard one by one ("0-1-9-0-4, 6-6-1"); counting down or up is none."""
    figures = found[said.parts[0].first : said.parts[-1].last + 1]
    if any(len(token.word) > 1 for token in figures) or len(figures) != len(said.digits):
        return False
    steps = {int(b) - int(a) for a, b in pairwise(said.digits)}
    return steps not in ({1}, {-1}) and 2 * sum(token.gap == "-" for token in figures[1:]) >= len(figures)


def _counts(found: Sequence[Token], parts: Sequence[Part]) -> bool:
    """True when words part the numbers of a chain: "οκτώ με τέσσερις", "σαράντα επί τριάντα" count or measure."""
    between = (i for a, b in pairwise(parts) for i in range(a.last + 1, b.first))
    return any(not (found[i].filler or found[i].garbled or "mark" in found[i].reading.roles) for i in between)


def _measures(found: Sequence[Token], chain: Sequence[Part]) -> bool:
    """True for the sides of something, and a count in words and figures: "σαράντα επί τριάντα", "δέκα (10) ημερών"."""
    if len(chain) > 1 and found[chain[-1].first].gap.endswith("("):
        return said(chain[:-1]).digits == said(chain[-1:]).digits
    between = [found[a.last + 1 : b.first] for a, b in pairwise(chain) if b.first > a.last + 1]
    few = len(said(chain).digits) <= _SIDES
    return few and bool(between) and all(len(gap) == 1 and gap[0].word in _TIMES for gap in between)


def unit_follows(text: str, found: Sequence[Token], chain: Sequence[Part]) -> bool:
    """True when a currency or a unit of measure stands right before or behind the chain: it is a quantity."""
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


def _own_quantity(found: Sequence[Token], before: Sequence[Part], last: Part) -> bool:
    """True for a quantity that is no part of the number before it.

    It is said in another utterance ("... and the three digits on the back"), behind a word, in a word after figures or
    after a whole mobile number.
    """
    digits = said(before).digits
    if digits.startswith(_GREEK_MOBILE) and len(digits) == _MOBILE:
        return True
    between = found[before[-1].last + 1 : last.first]
    if found[last.first].new_line or any(token.new_line for token in between):
        return True
    figures = all(found[at].word.isdigit() for part in before for at in range(part.first, part.last + 1) if part.units)
    said_after = figures and not found[last.first].word.isdigit()
    return said_after or any(not (token.filler or token.garbled or token.reading.roles) for token in between)


def _told_again(said: Said, labels: Sequence[Label]) -> Label | None:
    """The label of an expiry that was said in figures before a month and year: "ten thirty. That's October 2030"."""
    nearest = labels[0] if labels else None
    if nearest is None or nearest.entity != "CARD_EXPIRY" or not 0 < nearest.numbers <= _MONTH_AND_YEAR:
        return None
    year = said.digits.removeprefix("20") if len(said.digits) == _TIME_DIGITS else said.digits
    return nearest if year.isdigit() and int(year) in _EXPIRES else None


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


def _next_label(known: Labels, chain: Sequence[Part]) -> int:
    """Where the next number begins behind a date, after a year in figures or at a label; 0 for nowhere.

    "21 September 2003 CARD 4697" is a date and a card.
    """
    month = next(i for i, part in enumerate(chain) if part.date)

    def ends(i: int) -> bool:
        before = chain[i - 1].units
        full = i > month + 1 and len(before) == 1 and before[0].kind == "group" and _YEAR.fullmatch(before[0].value)
        return bool(full) or known.between(chain[i - 1].last + 1, chain[i].first)

    return next((i for i in range(month + 1, len(chain)) if ends(i)), 0)


def _with_day(chain: Sequence[Part]) -> bool:
    """True for a date with a day in it: cards end in a month, bills and offers on a day."""
    month = next(i for i, part in enumerate(chain) if part.date)
    before = said(chain[:month]).digits
    return 0 < len(before) <= 2 and int(before) <= 31


def timed(found: Sequence[Token], chain: Sequence[Part]) -> bool:
    """True for a time of day or a day of a month: "στις εννέα", "at eleven forty five", "γύρω στις τρεις και μισή"."""
    first = chain[0].first
    before = found[first - 1] if first else None
    ranged = first > 1 and found[first - 2].word in _HALVES and before is not None and "and" in before.reading.roles
    if before is None or not ("at" in before.reading.roles or ranged) or not found[first].close:
        return False
    return len(said(chain).digits) <= _TIME_DIGITS


def _without_months(chain: Sequence[Part]) -> list[list[Part]]:
    """What stands beside months; a year behind one ("Μάιο 2027") is no number."""
    pieces: list[list[Part]] = [[]]
    for part in chain:
        if part.date:
            pieces.append([])
        else:
            pieces[-1].append(part)
    return [piece for piece in pieces if piece and not (piece in pieces[1:] and _YEAR.fullmatch(said(piece).digits))]


def _without_article(found: Sequence[Token], said: Said) -> tuple[Part, ...]:
    """Without "ένα" after a number that is whole already: "... οχτώ πέντε, ένα άσπρο αυτοκίνητο"."""
    last = said.parts[-1]
    follows = last.last + 1 < len(found) and found[last.last + 1].close and not found[last.last + 1].filler
    size = len(said.digits)
    too_many = (size - 1 in _WHOLE and size not in _WHOLE) or (size == 5 and said.letters > 1)
    too_many = too_many or (size - 1 == _MOBILE and said.digits.startswith(_GREEK_MOBILE))
    if (
        follows
        and (too_many or found[last.last + 1].word in words("colour"))
        and 0.4 < last.weight <= 0.5
        and [unit.value for unit in last.units] == ["1"]
    ):
        return said.parts[:-1]
    return said.parts
