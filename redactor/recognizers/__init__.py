"""Recognizers for Greek and English contact centres; each works in any Presidio `AnalyzerEngine`.

for recognizer in greek_recognizers():
    analyzer.registry.add_recognizer(recognizer)

With `names=True` the name model is among them; it needs `pip install 'redactor[names]'`.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from presidio_analyzer import RecognizerRegistry

    from redactor.recognizers.base import FoldedRecognizer

__all__ = ["greek_recognizers", "registry", "registry_file"]


def greek_recognizers(language: str = "el", *, names: bool = False) -> list[FoldedRecognizer]:
    """One new object of each recognizer, registered for `language` (they read Greek, English and Greeklish at once).

    `names` adds the name model. Raises `MissingEngineError` when presidio-analyzer or what the model needs is missing.
    """
    return [recognizer(language) for recognizer in _classes(names=names)]


def registry(languages: Sequence[str] = ("el",), *, names: bool = False) -> RecognizerRegistry:
    """A Presidio registry that holds each recognizer once for each of `languages`, and nothing else.

    `names` adds the name model. Raises `MissingEngineError` when presidio-analyzer or what the model needs is missing.
    """
    classes = _classes(names=names)
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


def _classes(*, names: bool = False) -> tuple[type[FoldedRecognizer], ...]:
    try:
        import presidio_analyzer  # noqa: F401
    except ModuleNotFoundError as error:
        from redactor.errors import MissingEngineError

        raise MissingEngineError(
            f"{error.name} is not installed: pip install redactor", reason="NO_PRESIDIO"
        ) from error
    from redactor.recognizers.all import RECOGNIZERS

    if not names:
        return RECOGNIZERS
    from redactor.recognizers.name_model import NameRecognizer

    return (*RECOGNIZERS, NameRecognizer)
