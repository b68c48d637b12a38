"""Recognizers for Greek and English contact centres; each works in any Presidio `AnalyzerEngine`.

for recognizer in greek_recognizers():
    analyzer.registry.add_recognizer(recognizer)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redactor.recognizers.base import FoldedRecognizer

__all__ = ["greek_recognizers"]


def greek_recognizers(language: str = "el") -> list[FoldedRecognizer]:
    """One new object of each recognizer, registered for `language` (they read Greek, English and Greeklish at once).

    Raises `MissingEngineError` when presidio-analyzer is not installed.
    """
    try:
        from redactor.recognizers.all import RECOGNIZERS
    except ModuleNotFoundError as error:
        from redactor.errors import MissingEngineError

        raise MissingEngineError(
            f"{error.name} is not installed: pip install redactor", reason="NO_PRESIDIO"
        ) from error
    return [recognizer(language) for recognizer in RECOGNIZERS]
