"""What of a removed value is looked for afterwards, and in which forms; what identifies nobody alone is not.

The rule, by type. A number counts from five digits on, and of one with nine or more (a card, a telephone, an account)
also every six digits in a row that are no pattern; a security code, an expiry date, an age never do. A name counts
whole, in any order, and each of its words with four letters or more; one that is an everyday word, too, with a capital
only. An address counts with its number, an e-mail address by what stands before the @, from five characters on.
Anything else counts from five letters and digits on when it holds a digit, else from ten letters in two words on: a
town alone, an illness alone stand in every other text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import pairwise, permutations

from redactor import name_keys
from redactor.known import told
from redactor.normalize import fold, folded
from redactor.recognizers import gazetteer, vocabulary
from redactor.recognizers.el.phrases import STOP, TITLES
from redactor.recognizers.greeklish import greek_key, latin_keys
from redactor.recognizers.labels import table
from redactor.recognizers.number_words import numbers, said
from redactor.recognizers.number_words import tokens as number_tokens
from redactor.recognizers.spoken_chains import chains
from redactor.recognizers.spoken_readings import fits, readings
from redactor.recognizers.spoken_tokens import tokens as spoken_tokens
from redactor.removed import Removed

WORD = re.compile(r"\d+|[^\W\d_]+")
"""A run of letters or of digits in a folded text."""
LOOKS = str.maketrans("αβεζηικμνορτυχ", "abezhikmnoptyx")
"""Greek letters whose capitals look like Latin ones, brought to these."""
SHORTEST_NUMBER = 5
WINDOW = 6
"""Digits in a row that give a long number away."""
_LONG_NUMBER = 9
_SHORTEST_NAME = 4
_SHORTEST_CODE = 5
_SHORTEST_PHRASE = 10
_SHORTEST_ADDRESS = 6
_MOST_ORDERED = 4
_NUMBER_WORDS = 5
_DISTINCT = 3
_NEVER = frozenset({"AGE", "CARD_EXPIRY", "CARD_PIN", "CVV", "KEY_TONES", "UNCERTAIN"})
_DATES = frozenset({"DATE_OF_BIRTH", "DATE_TIME"})
_DATE = re.compile(r"(\d{1,4})[^\d\n]{1,3}(\d{1,2})[^\d\n]{1,3}(\d{1,4})")
_DATE_WORDS = re.compile(
    r"(\d{1,2})[^\W\d]{0,2}\s+(?:of\s+)?([^\W\d_]{3,})\s+(\d{4})|([^\W\d_]{3,})\s+(\d{1,2})\D{1,4}(\d{4})"
)
_STREET = frozenset(
    {"οδοσ", "οδου", "οδο", "λεωφοροσ", "λεωφορου", "λεωφορο", "λεωφ", "πλατεια", "street", "road", "τκ"}
)
_JOINERS = frozenset(
    {
        "τελεια",
        "dot",
        "ντοτ",
        "teleia",
        "telia",
        "παυλα",
        "κατω",
        "underscore",
        "dash",
        "hyphen",
        "πλην",
        "minus",
        "point",
    }
)
"""Words that stand for the signs of an address."""
AT = frozenset({"at", "παπακι", "παπακη", "papaki", "παπακ", "ατ"})


@dataclass(frozen=True, slots=True)
class Sought:
    """The forms of one removed value. None of them is ever shown."""

    entity_type: str
    phrases: frozenset[str] = field(default=frozenset(), repr=False)
    """Letters and digits of several words, folded, without what parts them (`plain`)."""
    codes: frozenset[str] = field(default=frozenset(), repr=False)
    """The same of one word: it stands as a word, or letter by letter."""
    numbers: frozenset[str] = field(default=frozenset(), repr=False)
    """Digits of whole numbers."""
    windows: frozenset[str] = field(default=frozenset(), repr=False)
    """Digits of which each run gives the number away."""
    capitals: frozenset[str] = field(default=frozenset(), repr=False)
    """Folded words that are names and everyday words: they count with a capital."""
    letters: frozenset[str] = field(default=frozenset(), repr=False)
    """`plain` words that count when they are spelled letter by letter."""
    names: frozenset[str] = field(default=frozenset(), repr=False)
    """Folded words of a name that count alone, also by their sound and in other cases."""
    together: frozenset[str] = field(default=frozenset(), repr=False)
    """Folded words of a name of which two beside each other count."""
    streets: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    """Folded last word of a street and its number in digits."""
    mail: frozenset[str] = field(default=frozenset(), repr=False)
    """The local part of an address by its sound (`mail_key`)."""

    def whole(self) -> Sought:
        """The forms that are all of the value."""
        none: frozenset[str] = frozenset()
        return replace(self, windows=none, capitals=none, letters=none, names=none)

    def __bool__(self) -> bool:
        words = (self.phrases, self.codes, self.letters, self.names, self.capitals, self.together, self.mail)
        return any(words) or bool(self.numbers or self.windows or self.streets)


def sought(removed: Iterable[Removed]) -> Iterator[Sought]:
    """The forms of each value that is worth looking for."""
    seen: set[tuple[str, str]] = set()
    for value in removed:
        if (value.text, value.entity_type) in seen or value.entity_type in _NEVER:
            continue
        seen.add((value.text, value.entity_type))
        if forms := _forms(value.text, value.entity_type):
            yield forms


def plain(words: Iterable[str]) -> str:
    """Folded words as one string in which Greek and Latin letters of one look are the same."""
    return "".join(words).translate(LOOKS)


@lru_cache(maxsize=4096)
def everyday(word: str) -> bool:
    """True for a folded word that stands in texts about nobody, be it also a name."""
    if word in STOP or word in TITLES or said(word) is not None:
        return True
    if gazetteer.standing(word).sure or gazetteer.is_surname(word):
        return False
    if word.isascii():
        return vocabulary.english(word) > 0 or vocabulary.greeklish(word)
    return vocabulary.greek(word)


def _forms(text: str, entity_type: str) -> Sought:
    plain_text = folded(text)
    words = WORD.findall(plain_text)
    if entity_type == "PERSON":
        return _name(words)
    if entity_type == "EMAIL_ADDRESS":
        return _mail(text, words)
    if entity_type in ("ADDRESS", "LOCATION") or entity_type.startswith("LOCATION_"):
        return _address(plain_text, words, entity_type)
    whole = plain(words)
    digits = "".join(word for word in words if word.isdigit())
    found = {digits} if len(digits) >= SHORTEST_NUMBER else set()
    ways = [read for _, read, spelled in told(fold(text)) if not spelled]
    read = {way for reading in ways for way in reading}
    coded = len(whole) >= _SHORTEST_CODE and bool(digits) and len(digits) < len(whole)
    phrases, codes = set(), set()
    if coded or (len(words) == 1 and len(whole) >= _SHORTEST_CODE and not digits and _unlike(words[0], entity_type)):
        codes.add(whole)
    elif len(words) > 1 and not digits and len(whole) >= _SHORTEST_PHRASE and _beyond_numbers(words):
        phrases.add(whole)
    if entity_type in _DATES:
        dates = set(_dates(plain_text))
        phrases |= {date for date in dates if not date.isdigit()}
        found, read = {date for date in dates if date.isdigit()}, set()
    sure = [way for way in read if fits(way)] or (list(read) if len(read) == 1 else [])
    long = [way for way in (*found, *sure) if len(way) >= _LONG_NUMBER]
    return Sought(
        entity_type,
        phrases=frozenset(phrases),
        codes=frozenset(codes),
        numbers=frozenset(way for way in found | read if _telling(way)),
        windows=frozenset(run for way in long for run in _runs(way)),
    )


def _beyond_numbers(words: Sequence[str]) -> bool:
    """False for a short number in words, which is also a price."""
    return len(words) >= _NUMBER_WORDS or not all(said(word) for word in words)


def _unlike(word: str, entity_type: str) -> bool:
    """True for one word that names its owner: a user name or a password that is no everyday word."""
    return entity_type in ("USERNAME", "PASSWORD", "CUSTOMER_ID", "URL") and not everyday(word)


def _runs(digits: str) -> Iterator[str]:
    for at in range(len(digits) - WINDOW + 1):
        run = digits[at : at + WINDOW]
        steps = {int(b) - int(a) for a, b in pairwise(run)}
        if len(set(run)) >= _DISTINCT and len(steps) > 1 and "000" not in run:
            yield run


def _telling(digits: str) -> bool:
    return len(digits) >= SHORTEST_NUMBER and len(set(digits)) > 1


def _name(words: Sequence[str]) -> Sought:
    parts = [word for word in words if len(word) >= name_keys.SHORTEST and word not in TITLES and word not in STOP]
    parts = [word for word in parts if not word.isdigit()]
    if len(parts) > _MOST_ORDERED:
        parts = parts[:_MOST_ORDERED]
    ordered = {plain(order) for size in range(2, len(parts) + 1) for order in permutations(parts, size)}
    alone = frozenset(word for word in parts if len(word) >= _SHORTEST_NAME and not everyday(word))
    return Sought(
        "PERSON",
        phrases=frozenset(ordered),
        codes=frozenset(plain([word]) for word in alone),
        capitals=frozenset(
            word for word in parts if len(word) >= _SHORTEST_NAME and word not in alone and _doubtful(word)
        ),
        letters=frozenset(plain([word]) for word in parts if len(word) >= _SHORTEST_NAME),
        names=alone,
        together=frozenset(parts) if len(parts) > 1 else frozenset(),
    )


def _doubtful(word: str) -> bool:
    return gazetteer.standing(word).listed and word not in STOP and said(word) is None


def _mail(text: str, words: Sequence[str]) -> Sought:
    plain_text = folded(text)
    at = plain_text.find("@")
    if at < 0:
        at = next((m.start() for m in WORD.finditer(plain_text) if m.group() in AT), len(plain_text))
    local = [word for word in WORD.findall(plain_text[:at]) if word not in _JOINERS]
    bare = plain(local)
    whole = plain(word for word in words if word not in _JOINERS and word not in AT)
    codes = {whole} if len(whole) > len(bare) else set()
    if len(bare) >= _SHORTEST_CODE and not (len(local) == 1 and everyday(local[0])):
        codes.add(bare)
    key = mail_key(plain_text[:at])
    return Sought("EMAIL_ADDRESS", codes=frozenset(codes), mail=frozenset({key} if len(key) >= _SHORTEST_CODE else ()))


def mail_key(text: str) -> str:
    """The local part of an address, as it is written or said in a folded `text`, by its sound, numbers as digits."""
    found = number_tokens(text)
    counted = {number.first: number for number in numbers(text, found)}
    out, at = [], 0
    while at < len(found):
        if number := counted.get(at):
            out.append(f"{number.value:g}")
            at = number.last + 1
            continue
        word = found[at].text
        if word not in _JOINERS:
            out.append(sound_key(word))
        at += 1
    return "".join(out)


@lru_cache(maxsize=4096)
def sound_key(word: str) -> str:
    """One key of a folded word by its sound, coarser than those of `greeklish`: there is but one."""
    if word.isdigit():
        return word
    key = greek_key(word) if not word.isascii() else (latin_keys(word) or (word,))[0]
    return key.replace("b", "v").replace("ks", "x").replace("8", "t").replace("af", "av").replace("ef", "ev")


def _address(text: str, words: Sequence[str], entity_type: str) -> Sought:
    streets = set()
    figures = [(match.start(), match.end(), frozenset({match.group()})) for match in re.finditer(r"\d+", text)]
    for start, end, read in (*told_numbers(text), *figures):
        before = next((word for word in reversed(WORD.findall(text[:start])) if _names_street(word)), "")
        after = next((word for word in WORD.findall(text[end:]) if _names_street(word)), "")
        streets |= {(word, digits) for word in (before, after) if word for digits in read}
    whole = plain(word for word in words if word not in _STREET)
    long = len(whole) >= (_SHORTEST_ADDRESS if streets else _SHORTEST_PHRASE) and len(words) > 1
    phrases = {whole, plain(words)} if long else ()
    return Sought(entity_type, phrases=frozenset(phrases), streets=frozenset(streets))


def told_numbers(text: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """`(start, end, readings)` of each number of a folded text, in figures or words, however short."""
    found = spoken_tokens(text)
    for chain in chains(found):
        parts = [part for part in chain if part.units]
        read = readings([unit for part in parts for unit in part.units])
        if read:
            yield found[parts[0].first].start, found[parts[-1].last].end, read


def _names_street(word: str) -> bool:
    return len(word) >= _SHORTEST_NAME and not word.isdigit() and word not in _STREET and said(word) is None


def _dates(text: str) -> Iterator[str]:
    """Ways to write the dates of a folded text, as `plain` has them."""
    found = [tuple(map(int, match.groups())) for match in _DATE.finditer(text)]
    for match in _DATE_WORDS.finditer(text):
        day, word, year = match.group(1, 2, 3) if match[1] else match.group(5, 4, 6)
        meaning = said(word)
        if meaning is not None and meaning.kind == "month":
            found.append((int(day), int(meaning.value), int(year)))
    for day, month, year in found:
        a, b, c = (year, month, day) if day > 31 else (day, month, year)
        if not (0 < a <= 31 and 0 < b <= 31 and c > 31):
            continue
        century = c if c > 999 else 1900 + c
        for d, m in {(a, b), (b, a)}:
            yield from (f"{d:02}{m:02}{century}", f"{century}{m:02}{d:02}", f"{d}{m}{century}")
        for name in _months().get(b, ()):
            yield plain((str(a), name, str(century)))
            yield plain((name, str(a), str(century)))


@cache
def _months() -> dict[int, frozenset[str]]:
    months: dict[int, frozenset[str]] = {}
    for language in ("el", "en"):
        for _, (kind, value, forms) in table(language, "numbers.tsv"):
            if kind == "month":
                months[int(value)] = months.get(int(value), frozenset()) | set(map(folded, forms.split()))
    return months


@cache
def number_forms() -> frozenset[str]:
    """Folded number words of both languages, as they are spelled."""
    kinds = {"digit", "teen", "tens", "hundred", "hundreds", "thousand", "thousands", "repeat", "plural"}
    return frozenset(
        folded(form)
        for language in ("el", "en")
        for _, (kind, _, forms) in table(language, "spoken.tsv")
        if kind in kinds
        for form in forms.split()
    )
