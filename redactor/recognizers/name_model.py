"""Persons, places, addresses, birth dates, ages, health, credentials and numbers by the name model, Greek and English.

A number or code that identifies, of whatever kind, or a piece of one, is CUSTOMER_ID here: rules tell the kinds apart.

The model reads words without case and accents, so capitals, lower case and lost accents make no difference to it; see
models/name-model/CARD.md for what it learnt from and how well it does.
"""

from __future__ import annotations

import re
import weakref
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from redactor.normalize import folded
from redactor.recognizers.base import USUAL, FoldedRecognizer, Match
from redactor.recognizers.card_expiry import ends_agreement
from redactor.recognizers.company import of_company, of_institution, of_tax_office
from redactor.recognizers.context import coupon, mail_numbers
from redactor.recognizers.credentials import coded
from redactor.recognizers.el.phrases import words
from redactor.recognizers.gazetteer import standing
from redactor.recognizers.health_denied import denied, in_general, nobody_has
from redactor.recognizers.model_numbers import NumberTalk
from redactor.recognizers.small_talk import is_small_talk
from redactor.recognizers.spoken_reading import numeral
from redactor.recognizers.table import header
from redactor.recognizers.tagger import TYPES, Floats, Tagged, tagger
from redactor.recognizers.view import View, view
from redactor.regions import Span

LEAST = 0.25
"""Probability from which a word belongs to the finding beside it."""
TORN = frozenset(TYPES) - {"CUSTOMER_ID"}
TORN_LEAST = 0.1
"""The same for what recognition tears into everyday words ("par snidge way"); of numbers it would take their units."""
_NUMBER = 0.89
"""No number is surer than one that a rule finds behind its label, and whose ends the rule knows."""
CLAUSE = 0.3
"""Share of the probability of its surest word that the first and last word of a health statement have at least: a
clause that tells of health is covered as a whole, of "έκανε χημειοθεραπεία και δεν μπορεί να έρθει" what tells it."""
_HOUR = re.compile(r"(?<![^\W_])σ?τισ[ ]$")
"""Hours and days of the month are feminine ("στις εννέα"), ages are not."""
_SEAT = re.compile(
    r"(?<![^\W_])(?:seats?|row|gate|belt|bay|counter|coach|platform|group|class|θεση|θεσεισ|σειρα|πυλη|καθισμα|βαγονι|αποβαθρα|"
    r"ταμειο|τμημα|thesi|theseis|pyli|pili)[ :]{1,2}\Z"
)
"""In front of what is nobody's place."""
_SEAT_REACH = 14
_SHORT = re.compile(r"(?<![^\W_])([^\W\d_]{2,4})\.[ ]?\Z")
_SHORT_REACH = 7
_TYPED = re.compile(r"\S+@\S+|\b(?:https?://|www\.)\S+")
"""Mail and web addresses as typed: the rules know which of them are a person's."""
_HOST = re.compile(
    r"(?<![\w.@])(?:imaps?|smtps?|pop3?|mail|webmail|s?ftp|vpn|dns|ns\d|ntp|api)(?:\.[a-z\d\-]{1,40}){1,4}"
)
"""Names of servers, as a manual has them."""
_KEYED = re.compile(
    r"(?<![^\W_])(?:πατ\w{1,6}|καλε\w{1,5}|πληκτρολογ\w{1,6}|press(?:ing)?|dial(?:ling)?)(?: τ?[οην]{1,3})? "
    r"(?:αστερισκ\w{1,2}|star)(?:,? [^\W_]{1,14}){1,8}?,? (?:διεσ\w{1,2}|hash|pound)(?![^\W_])"
)
"""A code that everybody may dial: "πατώντας αστερίσκο εκατόν είκοσι ένα δίεση"."""
_TO_COME = re.compile(r"(?:0?[1-9]|[12]\d|3[01])([/.\-])(?:0?[1-9]|1[0-2])\1(?:20)?(?:2[5-9]|[34]\d)")
"""A day of these years is no number that identifies."""
_TAX = re.compile(r"(?<![^\W_])(?:φ π α|v a t)(?![^\W_])")
"""Value added tax, letter by letter."""
_NAMES = frozenset({"PERSON", "LOCATION"})
_HESITATED = frozenset({"CUSTOMER_ID", "ADDRESS"})
_JOINTS = frozenset("._@")
_OPENERS = frozenset({"it", "that", "here", "what", "'", "’"})
"""Words that lose their apostrophe in transcripts ("it s"), and the sign itself."""
_ARTICLES = frozenset({"ενα", "μια", "ενασ", "εναν", "one", "a"})
_GREETINGS = frozenset({"hi", "hello", "hey", "γεια"})
"""Between two names they begin what the next one says: "you're speaking with James hi James"."""
_BEFORE = 5
_PACKAGE = Path(__file__).parents[1]


def model_folder() -> Path:
    """The folder of the model that comes with the package."""
    installed = _PACKAGE / "name-model"
    return installed if installed.is_dir() else _PACKAGE.parent / "models" / "name-model"


class NameRecognizer(FoldedRecognizer):
    """What the model takes for personal data. A score of `USUAL` is the probability from which its type counts.

    >>> NameRecognizer().spans("με λένε Στυλιανό Καραγιώργο και μένω στη Δράμα")
    ['Δράμα', 'Στυλιανό Καραγιώργο']
    """

    ENTITIES = TYPES

    def __init__(
        self,
        supported_language: str = "el",
        *,
        supported_entities: Sequence[str] | None = None,
        context: Sequence[str] | None = None,
        name: str | None = None,
        folder: Path | None = None,
        threads: int = 1,
    ) -> None:
        """`folder`: where another model of the same form lies; `threads`: processors that it may use.

        Raises `MissingEngineError` when there is no model.
        """
        super().__init__(supported_language, supported_entities=supported_entities, context=context, name=name)
        self._tagger = tagger(folder or model_folder(), threads)
        self._last: tuple[weakref.ref[View], Tagged] | None = None

    def suspicion(self, text: str, spans: Sequence[Span]) -> list[float]:
        """For each span of `text`, the probability (0..1) that the most suspicious word in it is personal data."""
        seen = view(text)
        tagged = self._tagged(seen)
        starts = [seen.folded.starts[start] for start, _ in tagged.spans]
        sure = 1.0 - tagged.odds[:, 0]
        found = []
        for span in spans:
            first, end = max(0, bisect_right(starts, span.start) - 1), bisect_left(starts, span.end)
            found.append(float(sure[first:end].max(initial=0.0)))
        return found

    def suspected(self, text: str, doubts: Sequence[tuple[Span, float, bool]]) -> list[Span | None]:
        """What is left of spans without the words at their ends that the model suspects too little.

        Each comes with the probability (0..1) that a word of it has at least, and whether that goes for number words
        and names of letters, too. Figures always stay, and so do parts of addresses and codes ("zo.zo", "a_b").
        """
        seen = view(text)
        tagged = self._tagged(seen)
        places = [seen.folded.to_source(Span(start, end)) for start, end in tagged.spans]
        starts, ends = [place.start for place in places], [place.end for place in places]
        sure = 1.0 - tagged.odds[:, 0]

        def held(at: int, least: float, *, numbers: bool) -> bool:
            word = text[starts[at] : ends[at]]
            if not any(map(str.isalnum, word)):
                return False
            fixed = _shaped(text, starts[at], ends[at]) or (not numbers and numeral(folded(word)))
            return bool(sure[at] >= least) or fixed

        left: list[Span | None] = []
        for span, least, numbers in doubts:
            within = range(bisect_right(ends, span.start), bisect_left(starts, span.end))
            kept = [at for at in within if held(at, least, numbers=numbers)]
            whole = Span(max(span.start, starts[kept[0]]), min(span.end, ends[kept[-1]])) if kept else None
            left.append(whole)
        return left

    def _tagged(self, text: View) -> Tagged:
        last = self._last
        if last is None or last[0]() is not text:
            # A weak reference: no text outlives its use.
            last = (weakref.ref(text), self._tagger.tag(text))
            self._last = last
        return last[1]

    def matches(self, text: View) -> Iterable[Match]:
        """Runs of words of one type, a score each."""
        directory = [found.span() for found in directory_number().finditer(text.plain)]
        nobodys = _Nobodys(text)
        for match in runs(text.plain, self._tagged(text)):
            if any(start <= match.start and match.end <= end for start, end in directory):
                continue
            if nobodys.is_one(match):
                continue
            score = scaled(match.score, self._tagger.cuts[match.entity])
            yield replace(
                match,
                start=_from_short(text, match),
                score=min(score, _NUMBER) if match.entity == "CUSTOMER_ID" else score,
            )


def _from_short(text: View, match: Match) -> int:
    """Where a person's name begins, a shortened first name included: "Κυρ. Αλμπανίδης"."""
    short = _SHORT.search(text.plain, max(0, match.start - _SHORT_REACH), match.start)
    if match.entity != "PERSON" or short is None or short[1] not in words("short"):
        return match.start
    return short.start() if text.upper(short.start()) else match.start


class _Nobodys:
    """What the model suspects in one text, and what stands around shows to be nobody's."""

    def __init__(self, text: View) -> None:
        self._text = text
        self._plain = text.plain
        self._typed = [found.span() for found in _TYPED.finditer(text.plain)]
        self._hosts = [found.span() for found in _HOST.finditer(text.plain)]
        self._mail = mail_numbers(text)
        spoken = [found.span() for found in _TAX.finditer(text.plain)]
        self._said = [*spoken, *(found.span() for found in _KEYED.finditer(text.plain))]
        self._head = header(text.plain)
        self._denials = [*denied(text.plain), *in_general(text.plain)]
        self._talk = cache(lambda: NumberTalk(text))

    def is_one(self, match: Match) -> bool:
        """True for a number, a secret, a place, health or an age that is none of a person."""
        written = self._plain[match.start : match.end]
        if self._head is not None and match.end <= self._head[1]:
            return True
        if _inside(match, self._said):
            return True
        match match.entity:
            case "CUSTOMER_ID":
                typed = _inside(match, [*self._typed, *self._hosts, *self._mail])
                dated = _TO_COME.fullmatch(written) or ends_agreement(self._text, match.start, match.end)
                return typed or bool(dated) or self._talk().nobodys(match)
            case "DATE_OF_BIRTH":
                return ends_agreement(self._text, match.start, match.end)
            case "PERSON":
                return of_company(self._text, match) or of_tax_office(self._text, match)
            case "ADDRESS" | "LOCATION":
                office = not any(map(str.isdigit, written)) and of_institution(self._text, match)
                seat = _SEAT.search(self._plain, max(0, match.start - _SEAT_REACH), match.start) is not None
                return office or seat or self._talk().counts(match)
            case "USERNAME":
                return _inside(match, self._hosts) or coded(written)
            case "PASSWORD":
                if coded(written) or coupon(self._text, match.start, match.end):
                    return True
                return self._talk().announced(match) or self._talk().model(match)
            case "HEALTH":
                other = not words("no health").isdisjoint(written.split())
                return other or nobody_has(self._plain, self._denials, match.start, match.end)
            case "AGE":
                return _HOUR.search(self._plain, max(0, match.start - _BEFORE), match.start) is not None
        return False


def _inside(match: Match, places: Sequence[tuple[int, int]]) -> bool:
    return any(start <= match.start and match.end <= end for start, end in places)


def _shaped(text: str, start: int, end: int) -> bool:
    """True for figures, and for a word that a sign joins to the next one or the one before ("zo.zo", "a_b")."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    joined = [
        sign in _JOINTS and other.isalnum() for sign, other in ((before[-1:], before[:-1]), (behind[:1], behind[1:]))
    ]
    return any(joined) or any(map(str.isdigit, text[start:end]))


@cache
def directory_number() -> re.Pattern[str]:
    """A Greek directory number (118xx, EETT numbering plan) said as one: "έντεκα οκτακόσια ογδόντα οκτώ"."""
    ones = "ενα|δυο|τρια|τεσσερα|πεντε|εξι|ε[φπ]τα|ο[χκ]τω|εννια|εννεα"
    tens = "δεκα|εικοσι|τριαντα|σαραντα|πενηντα|εξηντα|εβδομηντα|ογδοντα|ενενηντα"
    teens = "εντεκα|δωδεκα|δεκα(?:τρια|τεσσερα|πεντε|εξι|ε[φπ]τα|ο[χκ]τω|εννια|εννεα)"
    return re.compile(
        rf"(?<![^\W_])εντεκα ο[χκ]τακοσια (?:(?:{teens})|(?:{tens})(?: (?:{ones}))?|(?:{ones}))(?![^\W_])"
    )


def scaled(probability: float, cut: float) -> float:
    """A score that is `USUAL` where the probability is `cut`, 0 at 0 and 1 at 1, straight between."""
    if probability < cut:
        return round(USUAL * probability / cut, 3)
    return round(1 - (1 - USUAL) * (1 - probability) / (1 - cut), 3)


def runs(plain: str, tagged: Tagged) -> Iterator[Match]:
    """Neighbouring words of one type as matches, without signs at their ends.

    Hysteresis, as in edge detection: the surest word gives the score, and the finding reaches as far as words are
    suspected at all, so that the odd half of a torn name does not stay.
    """
    types = tagged.odds[:, 1:].argmax(axis=1)
    sure = 1.0 - tagged.odds[:, 0]
    first = 0
    least = np.array([TORN_LEAST if kind in TORN else LEAST for kind in tagged.types], np.float32)[types]
    for end in range(1, len(types) + 1):
        suspected = end < len(types) and sure[end] >= least[end] and sure[first] >= least[first]
        if suspected and types[end] == types[first]:
            continue
        if sure[first] >= least[first]:
            yield from _match(plain, tagged, first, end, tagged.types[types[first]], sure)
        first = end


def _match(plain: str, tagged: Tagged, first: int, end: int, entity: str, sure: Floats) -> Iterator[Match]:
    def sign(at: int) -> bool:
        return not plain[tagged.spans[at][0]].isalnum()

    def said(at: int) -> str:
        return plain[slice(*tagged.spans[at])]

    greeting = next((at for at in range(first + 1, end - 1) if entity == "PERSON" and said(at) in _GREETINGS), None)
    if greeting is not None:
        yield from _match(plain, tagged, first, greeting, entity, sure)
        yield from _match(plain, tagged, greeting + 1, end, entity, sure)
        return

    def talked(at: int) -> bool:
        made = said(at) in words("maker") and not standing(said(at)).listed
        return made or is_small_talk(said(at)) or said(at) in words("no name")

    talk = {at for at in range(first, end) if entity in _NAMES and talked(at)}

    def outside(at: int) -> bool:
        return (
            sign(at)
            or at in talk
            or (entity == "CUSTOMER_ID" and (about(at) or is_small_talk(said(at))))
            or (entity in _HESITATED and said(at) in words("hesitation"))
            or (entity == "ADDRESS" and said(at) in words("address label"))
            or ((bool(talk) or sure[at] < LEAST) and said(at) in words("weak edge"))
        )

    def about(at: int) -> bool:
        # "It s four five ...", "... eight, one white car".
        if at and said(at) == "s":
            return said(at - 1) in _OPENERS
        return said(at) in _ARTICLES and at + 1 < len(tagged.spans) and said(at + 1) in words("colour")

    def alone(at: int) -> bool:
        # What is weak behind a comma may begin the next thing.
        return at > first and sure[at] < LEAST and sign(at - 1)

    reach = CLAUSE * float(sure[first:end].max()) if entity == "HEALTH" else 0.0
    while first < end and (outside(first) or sure[first] < reach):
        first += 1
    while end > first and (outside(end - 1) or alone(end - 1) or sure[end - 1] < reach):
        end -= 1
    if first < end:
        score = float(sure[first:end].max())
        yield Match(tagged.spans[first][0], tagged.spans[end - 1][1], entity, score)
