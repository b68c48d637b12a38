"""URL (RFC 3986): links that carry a token, an account or a name; a company's plain pages are nobody's.

>>> UrlRecognizer().spans("δες https://x.gr/?t=1, facebook.com/kapoios και www.deh.gr/help/faq.")
['https://x.gr/?t=1', 'facebook.com/kapoios']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.view import View

_URL = re.compile(r"(?:(?<![^\W_])(?:https?|ftp|sftp)://|(?<![\w.])www\.)[^\s<>\"'«»]{1,2000}")
_PROFILE = re.compile(
    r"(?<![\w@./\-])(?:[\w\-]{1,63}\.){1,4}(?:com|gr|net|org|eu|io|me|cy|co|uk|de)/[^\s<>\"'«»]{2,500}"
)
_WITH_PATH = re.compile(r"\.(?:com|gr|net|org|eu|io|me|cy|co|uk|de)/")
_PERSONAL = re.compile(
    r"[?&;#][^=]{1,60}=|://[^/]{1,100}@|/[^/]{0,60}\d{3}|/(?=[^/]{0,60}\d)[^/\d]{0,60}\d[^/]{2,60}|/[@~]|"
    r"/(?:u|users?|profiles?|members?|accounts?|invite|share|reset|verify|activate|track(?:ing)?|t|r|s)/.|"
    r"/[^/?#]{0,60}[^\W\d_][^/?#]{0,60}\d{2}(?:$|[/?#])|"
    r"^(?:https?://)?(?:www\.|m\.)?(?:facebook|instagram|linkedin|twitter|x|tiktok|youtube|t|github|wa|fb)\.(?:com|me)/."
)
"""A query, credentials, digits in the path, a profile."""
_TAIL = ".,;:!?)]}·"


class UrlRecognizer(FoldedRecognizer):
    """Web addresses; those without anything personal score below the usual threshold."""

    ENTITIES = ("URL",)

    def matches(self, text: View) -> Iterable[Match]:
        """From the scheme (or www, or a domain with a path) to the next blank, without closing punctuation."""
        for pattern in _patterns(text.plain):
            for match in pattern.finditer(text.plain):
                end = match.start() + len(match.group().rstrip(_TAIL))
                score = 0.6 if personal(text.plain[match.start() : end]) else 0.2
                yield Match(match.start(), end, "URL", score)


def _patterns(plain: str) -> Iterator[re.Pattern[str]]:
    """Those that may find something: most texts hold no address."""
    if "://" in plain or "www." in plain:
        yield _URL
    if _WITH_PATH.search(plain):
        yield _PROFILE


def personal(link: str) -> bool:
    """True for a link with a query, credentials, digits in its path, or a profile."""
    return _PERSONAL.search(link) is not None
