"""USERNAME: names of accounts, behind their label.

>>> UsernameRecognizer().spans("username: kpapas, Which user id?\\nMe: xX_pippin_Xx")
['kpapas', 'xX_pippin_Xx']
"""

from __future__ import annotations

from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.credentials import secrets
from redactor.recognizers.view import View


class UsernameRecognizer(FoldedRecognizer):
    """What stands behind username, login, όνομα χρήστη; an answer to the question for it."""

    ENTITIES = ("USERNAME",)

    def matches(self, text: View) -> Iterable[Match]:
        """Tokens shaped like account names near the label; plain words only where they can be nothing else."""
        for start, end, score in secrets(text, "USERNAME"):
            yield Match(start, end, "USERNAME", score)
