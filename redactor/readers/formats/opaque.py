"""Which identifiers of records may stay as they are: those that can mean nothing outside of the file."""

from __future__ import annotations

import re

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_COUNTER = re.compile(r"[0-9]{1,6}")
_KINDS = (
    "answer|bank|blind|blog|call|calls|caption|case|chat|chunk|comment|conv|conversation|cue|dataset|demo|dev|"
    "dialog|dialogue|doc|docs|document|email|entry|energy|eval|event|example|file|fold|fresh|gold|heldout|hidden|"
    "holdout|intro|item|job|line|log|mail|message|msg|note|outro|page|post|question|rec|record|row|sample|"
    "screen|seg|segment|sentence|session|sms|snippet|speech|task|test|text|thread|ticket|train|transcript|turn|"
    "txt|utt|utterance|val|valid"
)
_NUMBERED = re.compile(rf"(?:(?:(?i:{_KINDS})[-_.:/#]?)|[a-z]{{1,2}}[-_]|20[0-9]{{2}}[-_/])+[0-9]{{1,5}}")
"""`sms-101`, `dev-0001`, `chat-el-7`: the kind of a record, and its number. Plates and identity cards have capitals."""
_LONGEST = 64


def is_opaque(identifier: str) -> bool:
    """True for a UUID, for a counter of up to six digits, and for one of up to five behind the kind of the record.

    Anything else (an e-mail address, a telephone, a name with a number behind it) is judged like the rest of the text.
    """
    if len(identifier) > _LONGEST:
        return False
    return any(form.fullmatch(identifier) is not None for form in (_UUID, _COUNTER, _NUMBERED))
