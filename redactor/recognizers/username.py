"""USERNAME: names of accounts, behind their label, and in front of what somebody writes in a chat.

>>> UsernameRecognizer().spans("username: kpapas, Which user id?\\nMe: xX_pippin_Xx")
['kpapas', 'xX_pippin_Xx']
>>> UsernameRecognizer().spans("zo.zo: geia\\n[18:07] support: kalispera\\nzo.zo: den exw internet")
['zo.zo', 'zo.zo']
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from redactor.recognizers.base import FoldedRecognizer, Match
from redactor.recognizers.credentials import is_role, secrets
from redactor.recognizers.view import View

_NICK = re.compile(
    r"^[ \t]*(?:\[?\d{1,2}[:.]\d{2}(?::\d{2})?\]?[ \t-]*)?"
    r"<?([a-z][a-z\d]*[._][a-z\d._]+)(?<![._]no)(?<![._]id)>?:(?=\s)",
    re.MULTILINE,
)
_OFTEN = 2
"""Who writes in a chat does so more than once; a label ("acc.no:") mostly stands there once."""


class UsernameRecognizer(FoldedRecognizer):
    """What stands behind username, login, όνομα χρήστη; an answer to the question for it; who says a line."""

    ENTITIES = ("USERNAME",)

    def matches(self, text: View) -> Iterable[Match]:
        """Tokens shaped like account names near the label; plain words only where they can be nothing else."""
        for start, end, score in secrets(text, "USERNAME"):
            yield Match(start, end, "USERNAME", score)
        said = [match.span(1) for match in _NICK.finditer(text.plain)] if ":" in text.plain else []
        times = Counter(text.plain[start:end] for start, end in said)
        for start, end in said:
            if times[text.plain[start:end]] >= _OFTEN and not is_role(text.plain[start:end]):
                yield Match(start, end, "USERNAME", 0.9)
