"""EMAIL_ADDRESS: anything around an @, also with blanks beside it or with its dots lost."""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.view import View

_AT = re.compile(r"[ \t]?(?:@|\((?:at|παπακι)\)|\[(?:at|παπακι)\])[ \t]?")
_LOCAL = re.compile(r"[\w.+'%\-]{1,64}$")
_DOMAIN = re.compile(r"(?:[\w\-]{1,63}(?:\.|[ ]\.[ ]?|\.[ ](?=(?:gr|com|net|org|eu|de|uk)\b))){1,8}[\w\-]{2,63}")
_BARE = re.compile(r"[\w\-]{2,63}")


class EmailRecognizer(FoldedRecognizer):
    """E-mail addresses in any script."""

    ENTITIES = ("EMAIL_ADDRESS",)

    def matches(self, text: View) -> Iterable[Match]:
        """Every @ with something on both sides; a full domain scores higher."""
        for at in _AT.finditer(text.plain):
            local = _LOCAL.search(text.plain[max(0, at.start() - 64) : at.start()])
            if local is None:
                continue
            start = at.start() - len(local.group())
            domain = _DOMAIN.match(text.plain, at.end())
            if domain is not None:
                yield Match(start, domain.end(), "EMAIL_ADDRESS", 0.95)
            elif bare := _BARE.match(text.plain, at.end()):
                yield Match(start, bare.end(), "EMAIL_ADDRESS", 0.5)
