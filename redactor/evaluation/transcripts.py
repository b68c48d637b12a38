"""The transcript beside a recording: what personal data stands in it, and how well the rest was written down."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from redactor.errors import MissingEngineError
from redactor.evaluation.alignment import PLACEHOLDER
from redactor.evaluation.judged import Amount

_SHORT, _DIGITS = 3, 5
"""Written forms of so few characters are not looked for; so many digits are, wherever they stand."""
_TURN = re.compile(r"^\[[\d:.]+\] [^:\n]{1,30}: ", re.MULTILINE)
"""Time and speaker, which our transcripts put before each turn."""


def require() -> None:
    """Raise `MissingEngineError` without jiwer, before hours of work."""
    if find_spec("jiwer") is None:
        message = "the word error rate needs jiwer: pip install 'redactor[evaluate]'"
        raise MissingEngineError(message, reason="NO_ENGINE")


def read(path: Path) -> str:
    """The text of a transcript; of a JSON with "text" only that. What is not UTF-8 in it is replaced."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix.lower() == ".json":
        try:
            body = json.loads(text)
        except ValueError:
            return text
        if isinstance(body, dict):
            return str(body.get("text", text))
    return text


def holds(text: str, forms: Sequence[str]) -> bool:
    """True when a transcript has one of the forms (written, spoken) of a datum, or the digits of the first."""
    if not text or not forms:
        return False
    body = f" {_words(text)} "
    digits = re.sub(r"\D", "", forms[0])
    if len(digits) >= _DIGITS and digits in re.sub(r"(?<=\d)\s+(?=\d)", "", body):
        return True
    return any(f" {form} " in body for form in map(_words, forms) if len(form) > _SHORT)


def errors(spoken: Sequence[str], transcript: str) -> Amount:
    """Word errors of what is left of a transcript against what was said outside personal data (jiwer).

    Case, accents and punctuation do not count, nor do placeholders.
    """
    import jiwer

    said = _words(" ".join(spoken))
    if not said:
        return Amount()
    heard = _words(PLACEHOLDER.sub(" ", _TURN.sub("", transcript)))
    found = jiwer.process_words(said, heard)
    return Amount(found.substitutions + found.deletions + found.insertions, len(said.split()))


def _words(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.lower())
    bare = "".join(c for c in parts if not unicodedata.combining(c))
    return re.sub(r"[^\w]+", " ", bare).replace("ς", "σ").strip()
