"""What machines write and the name model takes for numbers of persons: dates of logs, digests, rows of small figures.

>>> from redactor.recognizers.view import view
>>> text = view("checksum: 5d41402abc4b2a76b9719d911017c592")
>>> of_a_machine(text, 10, 42), of_a_machine(view("κωδικός 5d41402abc4b2a76"), 8, 24)
(True, False)
"""

from __future__ import annotations

import re

from redactor.recognizers.context import mailed, on_shelf
from redactor.recognizers.credentials import technique
from redactor.recognizers.view import View

_WHEN = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:[t ]\d\d(?::\d\d){0,2})?")
"""A date as machines write it, with the beginning of its time."""
_DIGEST = re.compile(r"(?=[a-f]*\d)[\da-f]{7,128}|(?:[\da-f]{2}:){3,63}[\da-f]{2}")
_DIGESTED = re.compile(
    r"(?<![^\W_])(?:sha-?\d{1,3}|md5|checksum|digest|hash|commit|thumbprint|fingerprint|etag|trace(?:[ _]?id)?)"
    r"(?![^\W_])[^\n\d]{0,20}\Z"
)
_REACH = 36
"""Characters in front of a digest in which a word for it is looked for."""
_FIGURES = re.compile(r"[^\W\d_][^\n\d]{1,30}?(?:[ \t]+\d{1,2}(?:[.,]\d{1,2})?%?){2,4}[ \t]*")
"""A row of small figures behind its heading, as "Volos 74 80 77"."""


def of_a_machine(text: View, start: int, end: int) -> bool:
    """True for a date of a log, a technique, a digest, the number of an article or of a letter, a row of a table."""
    written = text.plain[start:end]
    if _WHEN.fullmatch(written) or technique(written) or on_shelf(text, start, end) or mailed(text, start, end):
        return True
    return _digest(text.plain, start, end) or _row(text.plain, start, end)


def _digest(plain: str, start: int, end: int) -> bool:
    """True for the digest of a file or a change behind a word for it: "md5 5d41402a...", "commit 7ac91fe0"."""
    start = max(start, plain.rfind(" ", start, end) + 1)
    return bool(_DIGEST.fullmatch(plain, start, end) and _DIGESTED.search(plain[max(0, start - _REACH) : start]))


def _row(plain: str, start: int, end: int) -> bool:
    """True for figures in one of two neighbouring rows of a table of small figures."""
    first, last = plain.rfind("\n", 0, start) + 1, plain.find("\n", end)
    last = len(plain) if last < 0 else last
    if _FIGURES.fullmatch(plain, first, last) is None:
        return False
    above = plain[plain.rfind("\n", 0, max(0, first - 1)) + 1 : max(0, first - 1)]
    below = plain[last + 1 :].partition("\n")[0]
    return any(map(_FIGURES.fullmatch, (above, below)))
