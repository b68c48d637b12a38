"""PASSWORD: access keys that show by their own form, as people paste them into chats and tickets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.view import View

_KEY = re.compile(
    r"(?<![\w\-])(?:(?:sk|pk|rk|ghp|gho|ghs|glpat|xox[abp])[\-_][\w\-]{10,200}|akia[a-z0-9]{16}|"
    r"eyj[\w\-]{10,2000}\.[\w\-]{4,2000}\.[\w\-]{4,2000})(?![\w\-])"
)


class SecretRecognizer(FoldedRecognizer):
    """Keys with a known prefix and JSON Web Tokens (RFC 7519)."""

    ENTITIES = ("PASSWORD",)

    def matches(self, text: View) -> Iterable[Match]:
        """Whole keys."""
        for match in _KEY.finditer(text.plain):
            yield Match(*match.span(), "PASSWORD", 0.85)
