"""Which identifiers of records may stay as they are: those that can mean nothing outside of the file.

Whoever joins outputs with other tables needs them, so an identifier goes only when it has the form of what identifies
a person.
"""

from __future__ import annotations

import re

from redactor.recognizers import gazetteer

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_TOKEN = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9._:/#-]{1,64}")
_LONG_NUMBER = re.compile(r"(?:[0-9][._:/-]?){9}")
"""Nine digits are a tax number, ten a telephone; plain counters are shorter."""
_TELLING = re.compile(
    r"[0-9]{7,8}|[A-Za-z]{1,3}[-_.:/]?[0-9]{6,8}|"
    r"(?i:[abehikmnoptxyz]{3})[-_.]?[1-9][0-9]{3}|[A-Za-z]{2}[0-9]{2}[-_.]?[A-Za-z]{3}|"
    r"(?:19|20)[0-9]{2}(?P<a>[-./])[0-9]{1,2}(?P=a)[0-9]{1,2}|[0-9]{1,2}(?P<b>[-./])[0-9]{1,2}(?P=b)[0-9]{2,4}|"
    r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[A-Za-z]{6,}[0-9]+"
)
"""Short telephones, identity cards and passports; plates; dates; addresses of the internet, user names."""
_WORD = re.compile(r"[A-Za-z]{3,}")


def is_opaque(identifier: str) -> bool:
    """True for a UUID, and for a short ASCII token with a digit in which no name is listed, nor a person's number told.

    Anything else (an e-mail address, a telephone, `AB123456`, `maria.p1`) is judged like the rest of the text.
    """
    if _UUID.fullmatch(identifier):
        return True
    token = _TOKEN.fullmatch(identifier) is not None and _LONG_NUMBER.search(identifier) is None
    named = any(gazetteer.standing(word.lower()).listed for word in _WORD.findall(identifier))
    return token and not named and _TELLING.fullmatch(identifier) is None
