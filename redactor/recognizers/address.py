"""ADDRESS and the LOCATION beside it: a street with its number, postcode and town, in Greek and English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from redactor.normalize import folded
from redactor.recognizers import gazetteer
from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.el.numbers import ONE_WORD, WORDS
from redactor.recognizers.el.phrases import STOP
from redactor.recognizers.view import View

_NUMBER = (
    r"[ ,]{1,3}(?:αρ(?:ιθμοσ|\.)?[ ]?)?((?:\d{1,3}|"
    + WORDS
    + r"))(?:[ ]?[α-δa-d](?![^\W_]))?(?:[ ]?[-/][ ]?\d{1,3})?(?![^\W_]|[.,:/]\d)"
)
_STREET_WORD = re.compile(
    r"(?<![^\W_])(?:οδοσ|οδο|οδου|λεωφοροσ|λεωφορο|λεωφορου|λεωφ\.?|λεω\.|λ\.|πλατεια|πλατειασ|πλ\.|παροδοσ|odos|"
    r"odo|leoforos|lewforos)[ ]{1,2}"
    r"((?:[^\W\d_]{1,20}\.?[ ]{1,2}){0,3}[^\W\d_]{2,20})(?:" + _NUMBER + ")?"
)
_NAMED = re.compile(r"(?<![^\W_])((?:[^\W\d_]{2,20}\.?[ ]){0,2}[^\W\d_]{3,20})" + _NUMBER)
_HOME = re.compile(
    r"(?:μεν(?:ω|ουμε|ει|ετε)|διευθυνση\w?|κατοικ\w{1,4}|διαμεν\w{1,3}|εδρα|παραδοση|στειλ\w{1,4}|"
    r"μετακομι\w{1,4}|meno|menw|dieuthinsi|dieythynsh|dieuthunsh|"
    r"address|live|living|stay|reside|resident|στην|στον|sthn|stin)(?![^\W_])[^\n\d]{0,40}$"
)
_SETTLED = re.compile(
    r"(?<![^\W_])(?:μενω|μενουμε|μεινω|κατοικ\w{1,4}|διευθυνση|menw|meno|meinw)[ :]{1,2}"
    r"(?:στην |στον |στο |stin |sthn )?\Z"
)
_ENGLISH = re.compile(
    r"(?<![\w.,])(?:\d{1,5}[a-d]?|" + WORDS + r")[ ]{1,2}(?:[^\W\d_]{2,20}[ ]{1,2}){1,3}"
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|close|crescent|square|sq|place|pl|terrace|way|"
    r"boulevard|blvd|gardens|grove|hill|mews|park|row|walk)(?![^\W_])\.?"
)
_NUMBER_WORD = re.compile(ONE_WORD)
_OCTOBER = re.compile(
    r"(?<![\w.,/])(?:\d{1,2}(?:ησ|η)|εικοστησ ογδοησ|πρωτησ)[ ](?:ιανουαριου|φεβρουαριου|μαρτιου|απριλιου|"
    r"μαιου|ιουνιου|ιουλιου|αυγουστου|"
    r"σεπτεμβριου|οκτωβριου|νοεμβριου|δεκεμβριου)" + _NUMBER
)
_UK_POSTCODE = re.compile(r"(?<![^\W_])[a-z]{1,2}\d[a-z\d]?,?[ ]\d[abd-hjlnp-uw-z]{2}(?![^\W_])")
_POSTCODE = re.compile(
    r"(?:[ ,\n]{0,3}(?:τ\.?[ ]?κ\.?|tk|t\.k\.|ταχ(?:υδρομικοσ)?\.? κωδικασ|ταχυδρομικοσ κωδικοσ)[ :]{0,2}|"
    r"[ ,]{1,3})([1-8]\d{2}[ ]?\d{2})(?!\d)"
)
_LABELLED_POSTCODE = re.compile(
    r"(?<![^\W_])(?:τ\.[ ]?κ\.?|τκ|tk|t\.k\.|ταχυδρομικοσ κωδικ(?:ασ|οσ)|post ?code|"
    r"zip(?: code)?)(?![^\W_])[^\n\d]{0,15}([1-8]\d{2}[ ]?\d{2})(?!\d)"
)
_SAINT = re.compile(r"(?<![^\W_])αγι(?:ου|ασ|ων)[ ][^\W\d_]{3,20}" + _NUMBER)
_POSTCODE_AND_TOWN = re.compile(r"(?<![\w.,/])([1-8]\d{2}[ ]?\d{2})(?!\d)")
_TOWN = re.compile(
    r"(?:[ ,]{1,3}|[ ][\-/][ ])(?:(?:στην|στον|στο|στη|in|sthn|stin|sto|ston|polη|"
    r"πολη:?)[ ]{1,2})?((?:[^\W\d_]{2,20}\.?[ ]){0,2}[^\W\d_]{3,20})"
)
_TOWN_LABEL = re.compile(
    r"(?<![^\W_])(?:πολη|περιοχη|δημοσ|town|city|νομοσ)[ ]?[:=\t][ ]?([^\W\d_]{3,20}(?:[ ][^\W\d_]{3,20})?)"
)
_NOT_STREETS = """
    galaxy iphone model έκδοση σελίδα όροφος ορόφου πακέτο μοντέλο version ώρα ώρες λεπτά ευρώ στις έως μέχρι
    περίπου page box level firmware windows step fritz room line τιμή ποσότητα ποσό σύνολο vdsl adsl dsl snr fiber
    gb mb άρθρο άρθρου νόμος νόμου παράγραφος τεμάχια κανάλι σειρά order ticket από στα τις σε ή και μήνες ημέρες
    φορές
"""
_NO_STREET = STOP | frozenset(folded(_NOT_STREETS).split())


class AddressRecognizer(FoldedRecognizer):
    """Streets with numbers, postcodes and the towns behind them."""

    ENTITIES = ("ADDRESS", "LOCATION")

    def matches(self, text: View) -> Iterable[Match]:
        """A street word, a listed street, or a capitalised word where somebody lives, each before a house number."""
        for match in _STREET_WORD.finditer(text.plain):
            if match.group(2) or (text.upper(match.start(1)) and not text.capitals(*match.span())):
                yield from _with_town(text, match.start(), match.end(), 0.75)
        for match in _NAMED.finditer(text.plain):
            start = _street_start(text, match)
            if start is not None:
                yield from _with_town(text, start, match.end(), 0.6)
        for match in _SAINT.finditer(text.plain):
            yield from _with_town(text, match.start(), match.end(), 0.75)
        for match in _POSTCODE_AND_TOWN.finditer(text.plain):
            town = _TOWN.match(text.plain, match.end())
            if town and (found := _listed_town(text, town)):
                yield Match(match.start(), match.end(), "ADDRESS", 0.75)
                yield Match(town.start(1), found, "LOCATION", 0.6)
        for match in _OCTOBER.finditer(text.plain):
            yield from _with_town(text, match.start(), match.end(), 0.6)
        for match in _ENGLISH.finditer(text.plain):
            yield from _with_town(text, match.start(), match.end(), 0.75)
        for match in _UK_POSTCODE.finditer(text.plain):
            yield Match(*match.span(), "ADDRESS", 0.5)
        for match in _LABELLED_POSTCODE.finditer(text.plain):
            yield Match(*match.span(1), "ADDRESS", 0.7)
        for match in _TOWN_LABEL.finditer(text.plain):
            yield Match(*match.span(1), "LOCATION", 0.6)


def _street_start(text: View, match: re.Match[str]) -> int | None:
    """Where the street begins inside the words before a number; None when they are no street."""
    words = [(match.start(1) + m.start(), m.group().rstrip(".")) for m in re.finditer(r"[^\W\d_]+\.?", match.group(1))]
    while len(words) > 1 and _NUMBER_WORD.fullmatch(words[-1][1]):
        words.pop()
    last_at, last = words[-1]
    if last in _NO_STREET:
        return None
    home = _HOME.search(text.plain[max(0, last_at - 60) : last_at]) is not None
    listed = gazetteer.is_street(last) or gazetteer.is_street(" ".join(word for _, word in words[-2:]))
    name = gazetteer.SURNAME in gazetteer.marks(last) or gazetteer.has_sure_ending(last)
    settled = _SETTLED.search(text.plain, max(0, last_at - 24), last_at) is not None
    if not (settled or (listed and (home or text.upper(last_at))) or (home and (text.upper(last_at) or name))):
        return None
    start = last_at
    for at, word in reversed(words[:-1]):
        if word in _NO_STREET or not (text.upper(at) or gazetteer.is_street(word)):
            break
        start = at
    return start


def _with_town(text: View, start: int, end: int, score: float) -> Iterator[Match]:
    """The address with the postcode behind it, and the town behind both."""
    for _ in range(2):
        if postcode := _POSTCODE.match(text.plain, end):
            end = postcode.end()
        if town := _TOWN.match(text.plain, end):
            found = _town_end(text, town, english=_ENGLISH.match(text.plain, start) is not None)
            if found is not None:
                yield Match(town.start(1), found, "LOCATION", 0.6)
                if more := _POSTCODE.match(text.plain, found):
                    yield Match(*more.span(1), "ADDRESS", score)
                break
    yield Match(start, end, "ADDRESS", score)


def _listed_town(text: View, town: re.Match[str]) -> int | None:
    """Where the longest listed town ends; it must begin with a capital, since many towns are also words."""
    words = list(re.finditer(r"[^\W\d_]+\.?", town.group(1)))
    for count in range(len(words) if text.upper(town.start(1)) else 0, 0, -1):
        name = town.group(1)[: words[count - 1].end()]
        if gazetteer.is_town(name.rstrip(".")):
            return town.start(1) + len(name)
    return None


def _town_end(text: View, town: re.Match[str], *, english: bool) -> int | None:
    words = list(re.finditer(r"[^\W\d_]+\.?", town.group(1)))
    for count in range(len(words), 0, -1):
        name = town.group(1)[: words[count - 1].end()]
        if gazetteer.is_town(name.rstrip(".")):
            return town.start(1) + len(name)
    first = words[0].group()
    capital = text.upper(town.start(1)) and not text.capitals(*town.span(1))
    if first not in STOP and (capital or english):
        return town.start(1) + words[0].end()
    return None
