"""Ordinary words of Greek and English (el/words.txt.gz, en/words.txt.gz, built by models/recipes/words.py).

Greek words are looked up by sound, so a misspelled or misheard word is still an ordinary word.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from redactor.recognizers.el.phrases import words
from redactor.recognizers.greeklish import greek_key, latin_keys

CAPITALISED, OUR_OWN = 6, 7
"""English levels of words that are written with a capital, and of products, companies and slang."""
_LONGEST = 40
_STEM = 4


@lru_cache(maxsize=4096)
def greek(form: str) -> bool:
    """True when a folded form in Greek letters sounds like a word of the Greek dictionary."""
    return len(form) <= _LONGEST and _listed(greek_key(form))


@lru_cache(maxsize=4096)
def greeklish(form: str) -> bool:
    """True when a folded form in Latin letters can be read as a Greek word."""
    return len(form) <= _LONGEST and any(_listed(key) for key in latin_keys(form))


def english(form: str) -> int:
    """How rare an English word is, 1 (commonest) to 5; `CAPITALISED`, `OUR_OWN`, or 0 when it is no word."""
    return _english().get(form, 0)


@lru_cache(maxsize=4096)
def glued(form: str) -> bool:
    """True when a form is an ordinary Greek word with a small word run into it ("τονομαμου", "καλημερασασ")."""
    if not 2 * _STEM - 2 <= len(form) <= _LONGEST or form.isascii():
        return False
    key = greek_key(form)
    heads = [key[len(small) :] for small in _small("glued before") if key.startswith(small)]
    tails = [key[: -len(small)] for small in _small("glued behind") if key.endswith(small)]
    return any(len(stem) >= _STEM and _listed(stem) for stem in (*heads, *tails))


def _listed(key: str) -> bool:
    """Halving the sorted lines of one byte string: no set of 700,000 words has to be made."""
    body, wanted = _greek(), key.encode()
    low, high = 0, len(body)
    while low < high:
        start = body.rfind(b"\n", low, (low + high) // 2) + 1 or low
        end = body.find(b"\n", start)
        line = body[start:end]
        if line == wanted:
            return True
        if line < wanted:
            low = end + 1
        else:
            high = start
    return False


@cache
def _small(kind: str) -> tuple[str, ...]:
    return tuple(sorted({greek_key(word) for word in words(kind)}))


@cache
def _greek() -> bytes:
    return gzip.decompress((files("redactor.recognizers") / "el" / "words.txt.gz").read_bytes())


@cache
def _english() -> Mapping[str, int]:
    lines = gzip.decompress((files("redactor.recognizers") / "en" / "words.txt.gz").read_bytes()).decode().splitlines()
    return {line[:-2]: int(line[-1]) for line in lines}
