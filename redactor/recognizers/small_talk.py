"""Words of every call, run together and misheard: "μαλιστακυρια" is "μάλιστα, κυρία", "αλφαφημισας" is "το ΑΦΜ σας".

Recognition writes what it does not understand as if it were a name, and most of what is said in a call are the same few
words. A word that can be cut into them, by sound, is none; unless it is like a name of the lists.
"""

from __future__ import annotations

from functools import cache, lru_cache

from redactor.recognizers import vocabulary
from redactor.recognizers.el.phrases import words
from redactor.recognizers.gazetteer import standing
from redactor.recognizers.sound import SLIP, misheard, sound

_LONGEST = 40
_SURE = 4
"""So many sounds a word of every call has that counts; the small words run into it may be shorter."""
_SLIPS_FROM = 7
"""Words of so many sounds count with one slip of the ear, too."""


@lru_cache(maxsize=4096)
def is_small_talk(form: str) -> bool:
    """True when a folded word in Greek letters is made of words that are said in every call, by sound.

    >>> is_small_talk("μαλιστακυρια"), is_small_talk("αλφαφημισας"), is_small_talk("παπαδοπουλου")
    (True, True, False)
    """
    if form.isascii() or not _SURE <= len(form) <= _LONGEST or standing(form).listed:
        return False
    return _made(sound(form))


def is_known(form: str) -> bool:
    """True when a dictionary knows a folded Greek word by sound, as one word, as two run together or as small talk.

    >>> is_known("πυνακιδα"), is_known("παταβσαν")
    (True, False)
    """
    return vocabulary.greek(form) or vocabulary.glued(form) or is_small_talk(form)


def _made(key: str) -> bool:
    # How sure the cut up to each place is: 0 by small words alone, 1 with a word that counts.
    reached: dict[int, int] = {0: 0}
    said, small = _said(), _small()
    for at in range(len(key)):
        if at not in reached:
            continue
        for end in range(at + 1, len(key) + 1):
            part = key[at:end]
            if part in said or part in small:
                reached[end] = max(reached.get(end, 0), reached[at], int(part in said))
    return reached.get(len(key), 0) == 1


@cache
def _said() -> frozenset[str]:
    keys = {sound(word) for word in words("every call")}
    slips = {other for key in keys if len(key) >= _SLIPS_FROM for other in misheard(key, SLIP)}
    return frozenset(key for key in keys | slips if len(key) >= _SURE)


@cache
def _small() -> frozenset[str]:
    return frozenset(sound(word) for word in words("every call small"))
