"""What codes say is judged like text: only a code that is known to say nothing about anybody may stay."""

from __future__ import annotations

import re
from dataclasses import replace

from redactor.detection import Detector
from redactor.evidence import Evidence

_URL = re.compile(
    r"(?:https?://)?(?P<host>(?:[a-z][a-z0-9-]{0,30}\.)+[a-z]{2,12})(?P<path>(?:/[a-z_-]{0,30}){0,4})", re.I
)
"""A public address: no user, port, query or fragment, and a path of a few words."""
_MOST_CHARACTERS = 300
_LONGEST_WORD = 24
"""Letters of a word; longer ones are tokens."""
_LONGEST_NUMBER = 3
"""Digits of a number that cannot be anybody's."""
_FIELD = re.compile(r":\S")
"""A name and its value ("FN:...", "tel:..."), as cards and commands have them."""
_SIGNS = frozenset(" .,:!?'\"()/&+-–—·«»%€$\n\t")


def judged(evidence: Evidence, detector: Detector) -> Evidence:
    """`evidence` without the codes that may stay. Marks without content stay in it: unknown means personal."""
    if not any(mark.content for mark in evidence.marks):
        return evidence
    return replace(evidence, marks=tuple(m for m in evidence.marks if not is_harmless(m.content, detector)))


def is_harmless(content: str, detector: Detector) -> bool:
    """True for a plain public address or a few plain words in which `detector` finds nothing.

    Numbers of more than three digits, tokens and everything else that could be looked up count as personal.
    """
    if not content.strip() or len(content) > _MOST_CHARACTERS:
        return False
    if address := _URL.fullmatch(content.strip()):
        # An address as such is a finding, so its words are judged instead: it may still name somebody.
        text = " ".join(re.split(r"[./_-]+", address["host"] + address["path"])).strip()
    else:
        text = content
        if _FIELD.search(text):
            return False
    return _is_plain(text) and not detector.detect(text)


def _is_plain(text: str) -> bool:
    for word in re.findall(r"\w+", text):
        if len(word) > _LONGEST_WORD or not (word.isalpha() or word.isdigit()):
            return False
        if word.isdigit() and len(word) > _LONGEST_NUMBER:
            return False
        # Tokens mix capitals; words have them all over or only in front.
        if word.isalpha() and not (word.islower() or word.isupper() or word[1:].islower()):
            return False
    # Digits in groups are a number all the same ("697 123 45 67").
    if sum(map(str.isdigit, text)) > 2 * _LONGEST_NUMBER:
        return False
    return all(c.isalnum() or c in _SIGNS for c in text) and any(c.isalpha() for c in text)
