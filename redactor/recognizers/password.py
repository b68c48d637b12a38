"""PASSWORD: passwords behind their label, and access keys that show by their own form.

>>> PasswordRecognizer().spans("ο κωδικός πρόσβασης είναι zx83Qw#, key sk-test-ABCDEF123456")
['zx83Qw#', 'sk-test-ABCDEF123456']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.credentials import secrets
from redactor.recognizers.view import View

_KEY = re.compile(
    r"(?<![\w\-])(?:(?:sk|pk|rk|ghp|gho|ghs|glpat|xox[abp])[\-_][\w\-]{10,200}|akia[a-z0-9]{16}|"
    r"eyj[\w\-]{10,2000}\.[\w\-]{4,2000}\.[\w\-]{4,2000})(?![\w\-])"
)
_PREFIX = re.compile(r"(?:sk|pk|rk|ghp|gho|ghs|glpat|xox[abp])[\-_]|akia|eyj")


class PasswordRecognizer(FoldedRecognizer):
    """What stands behind password, κωδικός, συνθηματικό; keys with a known prefix and JSON Web Tokens (RFC 7519)."""

    ENTITIES = ("PASSWORD",)

    def matches(self, text: View) -> Iterable[Match]:
        """Tokens near the label, and whole keys."""
        for start, end, score in secrets(text, "PASSWORD"):
            yield Match(start, end, "PASSWORD", score)
        for match in _KEY.finditer(text.plain) if _PREFIX.search(text.plain) else ():
            yield Match(*match.span(), "PASSWORD", 0.85)
