"""Words at the ends of a mention of health that tell nothing of it: its verb, an article, the time ("last month").

>>> bare("who suffered a whiplash injury last month", 4, 41)
(15, 30)
>>> bare("πέρσι έκανε εγχείρηση τον Οκτώβριο", 0, 34)
(6, 21)
"""

from __future__ import annotations

import re
from functools import cache

from redactor.normalize import folded
from redactor.recognizers.el.phrases import words
from redactor.recognizers.sound import sound

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"(?:ιανουαρ|φεβρουαρ|απριλ|ιουν|ιουλ|οκτωβρ|οκτομβρ|σεπτεμβρ|νοεμβρ|δεκεμβρ)ιο[υ]?|μαρτιο|μαιο|αυγουστο|"
    r"γεναρη|φλεβαρη|μαρτη|απριλη|μαη|ιουνη|ιουλη|αυγουστο|σεπτεμβρη|οκτωβρη|νοεμβρη|δεκεμβρη)"
)
_WHEN = re.compile(
    r",? (?:"
    rf"(?:in|since|last|since last|(?:απο )?τον?|απο τον) {_MONTH}|"
    r"(?:since )?(?:last|this|next) (?:week|month|year|night|summer|winter|spring|autumn)|"
    r"(?:περ[υι]?σι|φετοσ|χθεσ|χτεσ|σημερα|τωρα|αυτη τη στιγμη|currently|yesterday|today|now|anyway|at the moment)"
    r")\Z"
)
_LEAST = 3
"""A word of so many letters is left of a mention, at least."""


def bare(text: str, start: int, end: int) -> tuple[int, int]:
    """`[start, end)` of `text` without such words at its ends; unchanged when nothing else would be left."""
    first, last = start, end
    while (match := _WHEN.search(_plain(text[first:last]))) is not None:
        last = first + match.start()
    for match in _WORD.finditer(text, first, last):
        if not _tells_nothing(match.group()):
            first = match.start()
            break
    left = any(len(word) >= _LEAST for word in _WORD.findall(text, first, last))
    return (first, last) if left else (start, end)


def _plain(text: str) -> str:
    """The text folded, if that keeps its length; else nothing is known of it."""
    plain = folded(text)
    return plain if len(plain) == len(text) else ""


def _tells_nothing(word: str) -> bool:
    """True for a word that only leads to a condition, a Greek one also as it sounds."""
    form = folded(word)
    return form in words("health front") or (not form.isascii() and sound(form) in _sounds())


@cache
def _sounds() -> frozenset[str]:
    return frozenset(sound(word) for word in words("health front") if not word.isascii())
