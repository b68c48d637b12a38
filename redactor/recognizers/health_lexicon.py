"""The words of health of el/health.tsv and en/health.tsv, looked up once for each word of a text.

A word is found by how it sounds: Greek without its ending, so that one entry stands for all cases and for what speech
recognition makes of it; English in the singular. Greek in Latin letters ends in the same keys. Long Greek words bear
one slip of the ear, and the longest have a coarse key, in which all consonants that are heard for each other (θ σ φ τ
ντ δ; π μπ β; κ γκ χ) are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

from redactor.normalize import folded
from redactor.recognizers.greeklish import latin_keys
from redactor.recognizers.labels import table
from redactor.recognizers.sound import sound

_SAID = ("sure", "told", "mild", "part", "trouble", "ailment", "head", "open", "quality", "remedy", "drug")
_AROUND = (
    "person",
    "weak",
    "owner",
    "clinic",
    "heading",
    "stranger",
    "general",
    "nobody",
    "ruled",
    "self",
    "stop",
    "article",
    "link",
    "count",
    "none",
    "asks",
    "yes",
)
KINDS = frozenset({*_SAID, *_AROUND})
"""What a term is for; el/health.tsv says it of each kind."""
MENTIONS = frozenset(_SAID) - {"head", "quality"} | {"heading", "asks"}
"""Kinds of which a finding can begin; all others only tell what is meant."""
_ENDINGS = re.compile("(?:atos|ata|aton|ame|ate|ane|ume|ete|une|eos|eon|us|os|on|as|is|es|an|un|a|e|i|o|u)$")
_CASES = (
    ("os", ("u", "o", "i", "us", "on")),
    ("as", ("a", "es", "on")),
    ("is", ("i", "es", "on")),
    ("i", ("is", "es", "on")),
    ("a", ("as", "es", "on")),
    ("o", ("u", "a", "on")),
)
_SHORTEST_STEM = 4
_SHORTEST_LATIN_STEM = 5
_LONG = 8
_LONGEST_SPELLED = 6
_ENGLISH_KEYS = 2
"""So many keys of a word in Latin letters are English."""
_SLIPS_FROM = 7
"""Letters of a stem that bears one slip of the ear."""
_COARSE_FROM = 11
"""Letters of a coarse key, its mark among them; shorter ones meet words of everyday life."""
_COARSE = str.maketrans("qdszfbvghueymn", "tttttppkkoiinn")
_VOWELS = "aeiou"
_LIKE = {letter: group[0].upper() for group in ("tdqsz", "pbfv", "kgh", "lr", "mn", _VOWELS) for letter in group}
_NASAL_SOUND = re.compile("[nm](?=[tdpbkg])")
_NASAL = re.compile("n(?=[tpk])")
_TWICE = re.compile(r"(.)\1+")
_PRONOUN = re.compile("(?:mu|tu|su|tis|mas|sas|tus)$")
_SPLIT_FROM = 4
_MOST_WORDS = 4096
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class Term:
    """One word or several that stand for something of health."""

    kind: str
    keys: tuple[str, ...] = field(repr=False)
    """A key for each word."""
    unless: frozenset[str] = field(repr=False)
    """Keys of words that void it when they stand nearby."""


@dataclass(frozen=True, slots=True)
class Info:
    """What one word may mean."""

    terms: tuple[Term, ...]
    """Terms that begin with the word, longest first."""
    kinds: frozenset[str]
    """Kinds of the terms that are this word alone."""
    begins: str = ""
    """Sound of a word that may be the first half of a longer one, torn apart by speech recognition; else empty."""
    mentions: bool = False
    """True when one of the terms is of `MENTIONS`."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All terms by the key of their first word."""

    terms: dict[str, tuple[Term, ...]]
    beginnings: frozenset[str]
    """Sounds of the beginnings of long words, `_SPLIT_FROM` letters and more."""
    endings: dict[bool, re.Pattern[str]]
    """Of words of medicine, on keys: in Latin letters (True) and in Greek ones."""
    never: frozenset[str]
    """Keys of words of everyday life with such an ending, or one slip of the ear away from a term."""


def info(word: str) -> Info | None:
    """What the folded `word` may mean; None for nearly all words."""
    return _info(word) if len(word) <= _LONGEST_WORD else None


@lru_cache(maxsize=_MOST_WORDS)
def _info(word: str) -> Info | None:
    known = lexicon()
    found: dict[Term, None] = {}
    for n, key in enumerate(keys(word)):
        if n == _ENGLISH_KEYS and found and word.isascii():
            break  # An English word is no Greek one in Latin letters.
        found |= dict.fromkeys(known.terms.get(key, ()))
    if not found and not word.isascii():
        found = _misheard(word, known)
    if not found and _by_ending(word, known):
        found[_MEDICINE] = None
    heard = "" if word.isascii() else sound(word)
    begins = heard if heard in known.beginnings and not any(len(t.keys) == 1 for t in found) else ""
    if not found and not begins:
        return None
    terms = tuple(sorted(found, key=lambda term: -len(term.keys)))
    mentions = any(term.kind in MENTIONS for term in terms)
    return Info(terms, frozenset(t.kind for t in terms if len(t.keys) == 1), begins, mentions)


def keys(word: str) -> tuple[str, ...]:
    """Every key under which the folded `word` is looked up."""
    return _keys(word) if len(word) <= _LONGEST_WORD else ()


@lru_cache(maxsize=_MOST_WORDS)
def _keys(word: str) -> tuple[str, ...]:
    heard = sound(word)
    if word.isascii():
        found = dict.fromkeys(("=" + word, _english(word), "~" + heard))
        for form in map(_in_greek, latin_keys(word)):
            found["~" + form] = None
            if len(bare := stem(form)) >= _SHORTEST_LATIN_STEM:
                found[bare] = None
        return tuple(found)
    found = dict.fromkeys(("=" + word, "~" + heard, stem(heard)))
    if len(heard) > _SHORTEST_STEM + 2 and (bare := _PRONOUN.sub("", heard)) != heard:
        found[stem(bare)] = None
    if len(heard) >= _COARSE_FROM - 1 and len(key := coarse(stem(heard))) >= _COARSE_FROM:
        found[key] = None
    return tuple(found)


def joined(first: str, second: str) -> Info | None:
    """What two words may mean as one, when the first may be the beginning of a longer one."""
    return info(first + second)


def stem(key: str) -> str:
    """A sound key without the ending of its inflection, but at least four letters long; -itis is one with -itid."""
    bare = _uninflected(key)
    return bare[:-2] if bare.endswith("itid") else bare


def coarse(key: str) -> str:
    """A key in which letters that are heard for each other are one."""
    return "c" + _TWICE.sub(r"\1", _NASAL.sub("", key.translate(_COARSE)))


@cache
def lexicon() -> Lexicon:
    """The terms of both languages; raises ValueError for an unknown kind, with its line."""
    terms: dict[str, list[Term]] = {}
    beginnings: set[str] = set()
    endings: dict[bool, set[str]] = {True: set(), False: set()}
    never: set[str] = set()
    for language in ("el", "en"):
        for number, fields in table(language, "health.tsv"):
            kind, listed = fields[0], [word.strip() for word in fields[1].split(";")]
            if kind == "ending":
                endings[language == "en"] |= {_term_key(word, language, ending=True) for word in listed}
            elif kind == "never":
                never |= {_term_key(word, language) for word in listed}
            elif kind in KINDS:
                unless = frozenset(_unless(fields[2])) if len(fields) > 2 else frozenset()
                for word in listed:
                    for term in _terms(kind, word, language, unless):
                        terms.setdefault(term.keys[0], []).append(term)
                    if language == "el" and kind in {"sure", "drug"}:
                        beginnings |= _beginnings(word)
            else:
                raise ValueError(f"{language}/health.tsv line {number}: unknown kind {kind!r}")
    by_ending = {latin: re.compile(f"(?:{'|'.join(sorted(found))})$") for latin, found in endings.items()}
    return Lexicon(
        {key: tuple(found) for key, found in terms.items()}, frozenset(beginnings), by_ending, frozenset(never)
    )


def _short_forms(key: str) -> Iterator[str]:
    """The other cases of a word that is too short to lose its ending."""
    key = key.removeprefix("~")
    for ending, others in _CASES:
        if len(key) <= _SHORTEST_STEM + 1 and key.endswith(ending):
            yield from (key.removesuffix(ending) + other for other in others)
            return


def _in_greek(key: str) -> str:
    """The key of Greek in Latin letters as a sound key."""
    return key.replace("x", "h").replace("8", "q").replace("tz", "dz")


def _uninflected(key: str) -> str:
    for start in range(max(_SHORTEST_STEM, len(key) - 4), len(key)):
        if _ENDINGS.fullmatch(key, start):
            return key[:start]
    return key


def _terms(kind: str, written: str, language: str, unless: frozenset[str]) -> Iterator[Term]:
    exact = written.startswith("~")
    words = written.removeprefix("~").split()
    parts = tuple("~" + sound(word) if exact else _term_key(word, language) for word in words)
    yield Term(kind, parts, unless)
    if len(parts) == 1 and not exact and language == "el" and parts[0][:1] != "/":
        yield from (Term(kind, ("~" + form,), unless) for form in _short_forms(parts[0]))
    if len(parts) == 1 and kind in {"sure", "drug"} and parts[0][:1].isalpha() and language == "el":
        key = coarse(parts[0])
        if len(key) >= _COARSE_FROM:
            yield Term(kind, (key,), unless)
        if len(parts[0]) >= _SLIPS_FROM:
            yield from (Term(kind, (form,), unless) for form in _slips(parts[0]))


def _term_key(written: str, language: str, *, ending: bool = False) -> str:
    word = folded(written)
    if word.startswith("="):
        return word
    if language == "en":
        return sound(word) if ending else _english(word)
    if word.isascii():
        return _english(word)
    heard = sound(word)
    if ending:
        return _uninflected(heard)
    return stem(heard) if len(heard) > _SHORTEST_STEM else "~" + heard


def _unless(written: str) -> Iterator[str]:
    for word in written.split(";"):
        for language in ("el", "en"):
            yield _term_key(word.strip(), language)


def _beginnings(written: str) -> set[str]:
    heard = sound(written) if " " not in written and not written.startswith(("~", "=")) else ""
    return {heard[:at] for at in range(_SPLIT_FROM, len(heard) - 3)} if len(heard) > 2 * _SPLIT_FROM else set()


def _english(word: str) -> str:
    """The key of an English word: as it is written when it is short (hip is not chip), by its sound when it is long."""
    single = _singular(word)
    return "/" + (sound(single) if len(single) > _LONGEST_SPELLED else single)


def _singular(word: str) -> str:
    word = word.removesuffix("'s")
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word


def _misheard(word: str, known: Lexicon) -> dict[Term, None]:
    bare = stem(sound(word))
    if len(bare) < _SLIPS_FROM - 1 or bare in known.never:
        return {}
    return dict.fromkeys(term for key in _slips(bare) for term in known.terms.get(key, ()))


def _slips(bare: str) -> set[str]:
    """Keys that a stem shares with what one slip of the ear makes of it: a letter taken for its like, a vowel lost."""
    bare = _NASAL_SOUND.sub("", bare)
    forms = {"?" + bare}
    for i, letter in enumerate(bare):
        forms.add("?" + bare[:i] + _LIKE.get(letter, letter) + bare[i + 1 :])
        if letter in _VOWELS:
            forms.add("?" + bare[:i] + bare[i + 1 :])
    return forms


def _by_ending(word: str, known: Lexicon) -> bool:
    if len(word) < _LONG:
        return False
    latin = word.isascii()
    key = sound(_singular(word)) if latin else _uninflected(sound(word))
    return known.endings[latin].search(key) is not None and not known.never & {key, "/" + key, stem(key)}


_MEDICINE = Term("sure", ("",), frozenset())
"""A word that only its ending shows to be of medicine."""
