"""The packed lists of names (el/names.txt.gz, en/names.txt.gz) and what a word is by itself: first name, surname, word.

The Greek list was built by models/recipes/names_el.py, the Latin one by names_en.py.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from redactor.recognizers import vocabulary
from redactor.recognizers.el.ambiguous import AMBIGUOUS, AMBIGUOUS_SURNAMES, NEVER_ALONE, PLACES
from redactor.recognizers.greeklish import greek_key, latin_keys

FIRST, SURNAME, STREET, TOWN = "f", "s", "t", "c"
DOUBTFUL_FIRST, DOUBTFUL_SURNAME = "d", "n"

_ENDING = re.compile(
    r"[^\W\d_]{2,}(?:"
    r"οπουλ(?:οσ|ου|ο|ε|οι|ουσ|ων)|[ιαε]δ(?:ησ|η|ου|ηδεσ|ηδων)|ακ(?:ησ|η|ου|ηδεσ)|ογλου|ελλ(?:ησ|η)|"
    r"εασ|αιου|ιωτ(?:ησ|η|ου)|αριδη|ουδ(?:ησ|η)|ουρασ|"
    r"opoul(?:os|ou|o)|[iae]d(?:is|i|es|ou|hs|h)|ak(?:is|i|es|hs)|oglou)"
)
_SURE_ENDING = re.compile(
    r"[^\W\d_]{3,}(?:οπουλ(?:οσ|ου|ο|ε)|[ια]δησ|[ια]δου|ογλου|ακησ|opoul(?:os|ou)|[ia]dis|[ia]dou|akis|oglou)"
)
_COMPOUND = re.compile(r"(?:παπα|χατζη|καρα|κωνσταντιν|μπουλου|papa|xatzi|hatzi|chatzi|kara)[^\W\d_]{4,}")
_SOUNDED_ENDING = re.compile(r".{3,}(?:opul(?:os|u|o)|[iae]di?s|[ia]du|akis?|oglu|eli?s|ati?s|i[ot]tis?|uris)")
"""Endings of surnames by sound; only words that are in no dictionary are asked."""
_MARKED = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ß": "ss", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ə": "a"}
)
"""Latin letters that folding keeps, as the lists write them."""
_SHORTEST_SOUND = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """What a folded word is by itself."""

    first: int
    """2 a first name, 1 one that is a word too or sounds like one, 0 none."""
    last: int
    """The same for surnames."""
    word: bool
    """True when dictionaries know it, or when it is an ordinary word with a small word run into it."""

    @property
    def sure(self) -> bool:
        """A name that is no word."""
        return self.first == 2 or self.last == 2

    @property
    def listed(self) -> bool:
        """A name, if only a doubtful one."""
        return self.first > 0 or self.last > 0

    @property
    def unknown(self) -> bool:
        """In no list and no dictionary."""
        return not (self.word or self.listed)


@lru_cache(maxsize=4096)
def standing(form: str) -> Standing:
    """The standing of a folded word; of a Latin one as an English word and as a Greek name."""
    if form.isascii():
        return _latin(form)
    return _greek(form) if "α" <= form[0] <= "ω" else _latin(form.translate(_MARKED))


def _greek(form: str) -> Standing:
    found, word = marks(form), vocabulary.greek(form)
    first = last = 0
    if FIRST in found:
        first = 1 if form in AMBIGUOUS or form in PLACES else 2
    elif DOUBTFUL_FIRST in found:
        first = 1
    elif sounds_first(form):
        first = 1 if word or len(form) < _SHORTEST_SOUND + 1 else 2
    if has_sure_ending(form):
        last = 1 if word else 2
    elif SURNAME in found:
        last = 1 if form in AMBIGUOUS or form in AMBIGUOUS_SURNAMES or word else 2
    elif DOUBTFUL_SURNAME in found:
        last = 1
    elif len(form) > _SHORTEST_SOUND:
        key = greek_key(form)
        if SURNAME in _keys().get(key, ""):
            last = 1 if word else 2
        elif not word and (_SOUNDED_ENDING.fullmatch(key) or _COMPOUND.fullmatch(form)):
            last = 2
    word = word or (not first and not last and vocabulary.glued(form))
    return Standing(0, 0, word=True) if form in NEVER_ALONE else Standing(first, last, word)


def _latin(form: str) -> Standing:
    found, level = _english().get(form, ""), vocabulary.english(form)
    first = 2 if "F" in found else 1 if "f" in found else 0
    last = 2 if "S" in found else 1 if "s" in found else 0
    if level == 0 and len(form) >= _SHORTEST_SOUND:
        greek = marks(form)
        long = len(form) > _SHORTEST_SOUND
        first = max(first, 2 if FIRST in greek and long else 1 if {FIRST, DOUBTFUL_FIRST} & set(greek) else 0)
        last = max(last, 2 if has_sure_ending(form) else 1 if {SURNAME, DOUBTFUL_SURNAME} & set(greek) else 0)
    return Standing(first, last, word=level > 0)


def marks(form: str) -> str:
    """The marks of a folded word in the Greek list; Latin spellings of Greek names count too."""
    found = _listed().get(form)
    if found is None and form.isascii() and len(form) > 3:
        keys = _keys()
        found = "".join(dict.fromkeys("".join(keys.get(key, "") for key in latin_keys(form))))
    return found or ""


def sounds_first(form: str) -> bool:
    """A Greek word that sounds like a first name ("σπιρος"): how speech recognition and haste write them."""
    return len(form) >= 5 and not form.isascii() and FIRST in _keys().get(greek_key(form), "")


def is_first(form: str) -> bool:
    """A Greek first name that is no common word."""
    return form not in AMBIGUOUS and FIRST in marks(form)


def is_surname(form: str) -> bool:
    """A listed Greek surname that is no common word, or a word with an ending that only surnames have."""
    listed = form not in AMBIGUOUS and form not in AMBIGUOUS_SURNAMES and SURNAME in marks(form)
    return listed or has_sure_ending(form)


def has_sure_ending(form: str) -> bool:
    """A patronymic ending (-όπουλος, -ίδης, -ίδου, -άκης ...) on a word long enough to carry it."""
    return len(form) >= 7 and _SURE_ENDING.fullmatch(form) is not None


def like_name(form: str) -> bool:
    """Anything that may be part of a name when a name stands beside it, common words among them."""
    if standing(form).listed:
        return True
    return len(form) >= 5 and (_ENDING.fullmatch(form) is not None or _COMPOUND.fullmatch(form) is not None)


def is_town(form: str) -> bool:
    """A town or a part of one, in any case."""
    return TOWN in marks(form)


@cache
def _listed() -> Mapping[str, str]:
    return {fields[0]: fields[1] for fields in _lines("el", "\t")}


@cache
def _english() -> Mapping[str, str]:
    return dict(_lines("en", " "))


@cache
def _keys() -> Mapping[str, str]:
    keys: dict[str, str] = {}
    for form, found, *sound in _lines("el", "\t"):
        if sound and form not in AMBIGUOUS:
            keys[sound[0]] = keys.get(sound[0], "") + found.replace(TOWN, "")
    return keys


def _lines(language: str, mark: str) -> Iterator[list[str]]:
    packed = (files("redactor.recognizers") / language / "names.txt.gz").read_bytes()
    yield from (line.split(mark) for line in gzip.decompress(packed).decode().splitlines())
