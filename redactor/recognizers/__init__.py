"""Recognizers for Greek and English contact centres; each works in any Presidio `AnalyzerEngine`.

for recognizer in greek_recognizers():
    analyzer.registry.add_recognizer(recognizer)
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from presidio_analyzer import RecognizerRegistry

    from redactor.recognizers.base import FoldedRecognizer

__all__ = ["greek_recognizers", "registry", "registry_file"]


def greek_recognizers(language: str = "el") -> list[FoldedRecognizer]:
    """One new object of each recognizer, registered for `language` (they read Greek, English and Greeklish at once).

    Raises `MissingEngineError` when presidio-analyzer is not installed.
    """
    return [recognizer(language) for recognizer in _classes()]


def registry(languages: Sequence[str] = ("el",)) -> RecognizerRegistry:
    """A Presidio registry that holds each recognizer once for each of `languages`, and nothing else.

    Raises `MissingEngineError` when presidio-analyzer is not installed.
    """
    classes = _classes()
    from presidio_analyzer import RecognizerRegistry

    own = [recognizer(language) for language in languages for recognizer in classes]
    return RecognizerRegistry(recognizers=own, supported_languages=list(languages))


def registry_file() -> str:
    """The path of the registry as YAML, for Presidio's `RecognizerRegistryProvider(conf_file=...)`.

    Calling it makes the classes known to Presidio, which finds predefined recognizers by name.
    Raises `MissingEngineError` when presidio-analyzer is not installed.
    """
    _classes()
    return str(files("redactor.recognizers") / "registry.yaml")


def _classes() -> tuple[type[FoldedRecognizer], ...]:
    try:
        import presidio_analyzer  # noqa: F401
    except ModuleNotFoundError as error:
        from redactor.errors import MissingEngineError

        raise MissingEngineError(
            f"{error.name} is not installed: pip install redactor", reason="NO_PRESIDIO"
        ) from error
    from redactor.recognizers.all import RECOGNIZERS

    return RECOGNIZERS
