"""Which identifiers of records may stay as they are: those that can mean nothing outside of the file."""

from __future__ import annotations

import re

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_TOKEN = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9._:/#-]{1,64}")
_LONG_NUMBER = re.compile(r"(?:[0-9][._:/-]?){9}")
"""Nine digits are a tax number, ten a telephone; plain counters are shorter."""


def is_opaque(identifier: str) -> bool:
    """True for a UUID, and for a short ASCII token with a digit but without nine digits in a row.

    Anything else (an e-mail address, a telephone, a name) is judged like the rest of the text.
    """
    if _UUID.fullmatch(identifier):
        return True
    return _TOKEN.fullmatch(identifier) is not None and _LONG_NUMBER.search(identifier) is None
