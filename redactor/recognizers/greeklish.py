"""Greek in Latin letters, brought to one key per sound, so that "thodwrhs", "Thodoris" and Θοδωρής meet.

The key follows how people type Greek, not a standard: both the phonetic way (i for every ι-sound) and the visual one
(h = η, w = ω, 8 = θ, x = χ or ξ) end in the same key. ISO 843 and ELOT 743 spellings are among those that it accepts.
"""

from __future__ import annotations

import re
from functools import lru_cache

_GREEK_PAIRS = (
    ("ου", "u"), ("αυ", "av"), ("ευ", "ev"), ("ηυ", "iv"),
    ("αι", "e"), ("ει", "i"), ("οι", "i"), ("υι", "i"),
    ("γγ", "g"), ("γκ", "g"), ("γχ", "nx"), ("γξ", "nks"),
    ("μπ", "b"), ("ντ", "d"), ("νδ", "d"), ("τζ", "tz"), ("τσ", "ts"),
)  # fmt: skip
_LETTERS = "a v g d e z i 8 i k l m n ks o p r s t i f x ps o"
_GREEK = dict(_GREEK_PAIRS) | dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _LETTERS.split(), strict=True))
_GREEK_UNIT = re.compile("|".join(pair for pair, _ in _GREEK_PAIRS) + "|.")

_LATIN_PAIRS = (
    ("ou", "u"), ("au", "av"), ("eu", "ev"), ("ai", "e"), ("ei", "i"), ("oi", "i"), ("yi", "i"),
    ("th", "8"), ("ch", "x"), ("kh", "x"), ("ph", "f"), ("gh", "g"), ("ck", "k"),
    ("gg", "g"), ("gk", "g"), ("ng", "g"), ("mp", "b"), ("nt", "d"), ("nd", "d"), ("dj", "tz"),
    ("ks", "ks"), ("ps", "ps"), ("tz", "tz"), ("ts", "ts"),
)  # fmt: skip
_LATIN = dict(_LATIN_PAIRS) | {
    "a": "a", "b": "b", "c": "k", "d": "d", "e": "e", "f": "f", "g": "g", "i": "i", "j": "tz", "k": "k", "l": "l",
    "m": "m", "n": "n", "o": "o", "p": "p", "q": "k", "r": "r", "s": "s", "t": "t", "u": "i", "v": "v", "w": "o",
    "x": "x", "y": "i", "z": "z",
}  # fmt: skip
_LATIN_UNIT = re.compile("|".join(pair for pair, _ in _LATIN_PAIRS) + "|.")
_DOUBLE = re.compile(r"(.)\1+")
_TAU_ETA = re.compile(r"th(?![aeiouyw])")
"""θ before a vowel, but τη before a consonant and at the end ("pelaths", "thlefono")."""
_HARD = re.compile(r"[ae]f(?=[8kxptsf])")
_GLIDE = re.compile(r"^g?i(?=[aeou])")


def greek_key(form: str) -> str:
    """The key of a folded Greek form."""
    return _squeeze("".join(_GREEK.get(unit, unit) for unit in _GREEK_UNIT.findall(form)))


@lru_cache(maxsize=4096)
def latin_keys(form: str) -> tuple[str, ...]:
    """The keys that a folded Latin form may stand for; none when it holds other letters."""
    if not form.isascii():
        return ()
    forms = (form, _TAU_ETA.sub("ti", form)) if "th" in form else (form,)
    keys = dict.fromkeys(_latin_key(one, x) for one in forms for x in (("x", "ks") if "x" in form else ("x",)))
    for key in tuple(keys):
        if "b" in key:
            keys[key.replace("b", "v")] = None
        if "ef" in key or "af" in key:
            keys[key.replace("ef", "ev").replace("af", "av")] = None
    return tuple(keys)


def _latin_key(form: str, x: str) -> str:
    out = []
    # νθ (Xanthi, Anthi) begins like ντ.
    form = form.replace("nth", "n8")
    for unit in _LATIN_UNIT.finditer(form):
        text = unit.group()
        if text == "h":
            out.append(_h(form, unit.start()))
        elif text == "x":
            out.append(x)
        else:
            out.append(_LATIN.get(text, text))
    return _squeeze("".join(out))


def _h(form: str, at: int) -> str:
    """A lone h is η beside consonants and at the end, otherwise χ; after d it is silent before a vowel (dh = δ)."""
    before, after = form[at - 1 : at], form[at + 1 : at + 2]
    if before == "d" and after and after in "aeiouyw":
        return ""
    if at == 0:
        return "x" if after and after in "aeiouywr" else "i"
    return "x" if after and after in "aeouw" and before in "aeiouyw" else "i"


def _squeeze(key: str) -> str:
    key = _HARD.sub(lambda match: match.group()[0] + "v", key)
    return _GLIDE.sub("i", _DOUBLE.sub(r"\1", key))
