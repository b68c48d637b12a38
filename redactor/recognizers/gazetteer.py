"""The packed list of Greek first names, surnames, streets and towns (built by models/recipes/names_el.py)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from redactor.recognizers.el.ambiguous import AMBIGUOUS, AMBIGUOUS_SURNAMES
from redactor.recognizers.el.foreign import FOREIGN
from redactor.recognizers.en.names import FIRST_NAMES, SURNAMES
from redactor.recognizers.greeklish import greek_key, latin_keys

FIRST, SURNAME, STREET, TOWN = "f", "s", "t", "c"

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


def marks(form: str) -> str:
    """The marks of a folded word, `f` `s` `t` `c` or none; Latin spellings of Greek names count too."""
    found = _listed().get(form)
    if found is None and form.isascii() and len(form) > 3:
        keys = _keys()
        found = "".join(dict.fromkeys("".join(keys.get(key, "") for key in latin_keys(form))))
    return found or ""


def sounds_first(form: str) -> bool:
    """A Greek word that sounds like a first name ("σπιρος"): how speech recognition and haste write them."""
    return len(form) >= 5 and not form.isascii() and FIRST in _keys().get(greek_key(form), "")


def is_first(form: str) -> bool:
    """A first name that is no common word."""
    return form not in AMBIGUOUS and (FIRST in marks(form) or form in FOREIGN)


def is_surname(form: str) -> bool:
    """A listed surname that is no common word, or a word with an ending that only surnames have."""
    listed = form not in AMBIGUOUS and form not in AMBIGUOUS_SURNAMES and SURNAME in marks(form)
    return listed or has_sure_ending(form)


def has_sure_ending(form: str) -> bool:
    """A patronymic ending (-όπουλος, -ίδης, -ίδου, -άκης ...) on a word long enough to carry it."""
    return len(form) >= 7 and _SURE_ENDING.fullmatch(form) is not None


def like_name(form: str) -> bool:
    """Anything that may be part of a name when a name stands beside it, common words among them."""
    if (
        FIRST in marks(form)
        or SURNAME in marks(form)
        or sounds_first(form)
        or form in FOREIGN
        or form in FIRST_NAMES
        or form in SURNAMES
    ):
        return True
    return len(form) >= 5 and (_ENDING.fullmatch(form) is not None or _COMPOUND.fullmatch(form) is not None)


def is_street(form: str) -> bool:
    """A word (or two) that names streets."""
    return STREET in marks(form)


def is_town(form: str) -> bool:
    """A town or a part of one, in any case."""
    return TOWN in marks(form)


@lru_cache(maxsize=1)
def _listed() -> Mapping[str, str]:
    packed = (files("redactor.recognizers") / "el" / "names.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines)


@lru_cache(maxsize=1)
def _keys() -> Mapping[str, str]:
    keys: dict[str, str] = {}
    for form, found in _listed().items():
        named = "".join(mark for mark in found if mark != TOWN)
        if named and not form.isascii() and form not in AMBIGUOUS and len(form) > 3:
            key = greek_key(form)
            keys[key] = "".join(sorted({*keys.get(key, ""), *named}))
    return keys
