from __future__ import annotations

import pytest

from redactor.recognizers import greek_recognizers
from tests.recognizers.finding import afm


def test_each_recognizer_names_itself_and_its_types() -> None:
    recognizers = greek_recognizers("en")
    assert len({type(r) for r in recognizers}) == len(recognizers) > 15
    for recognizer in recognizers:
        assert recognizer.supported_language == "en"
        assert recognizer.get_supported_entities()
        assert recognizer.analyze("", recognizer.get_supported_entities()) == []


def test_only_wanted_entities_are_answered() -> None:
    text = "ΑΦΜ 123456789, κινητό 6941234567"
    for recognizer in greek_recognizers():
        assert {r.entity_type for r in recognizer.analyze(text, ["PHONE_NUMBER"])} <= {"PHONE_NUMBER"}


@pytest.mark.slow
def test_in_an_analyzer_of_presidio() -> None:
    import spacy
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine = SpacyNlpEngine(models=[{"lang_code": "el", "model_name": "blank"}])
    engine.nlp = {"el": spacy.blank("el")}
    registry = RecognizerRegistry(supported_languages=["el"])
    for recognizer in greek_recognizers():
        registry.add_recognizer(recognizer)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["el"])
    text = f"Λέγομαι Μαρία Νικολάου, ΑΦΜ {afm('12345678')}, κινητό 694 123 4567."
    results = analyzer.analyze(text, language="el")
    by_type = {r.entity_type: text[r.start : r.end] for r in sorted(results, key=lambda r: r.score)}
    assert by_type["PERSON"] == "Μαρία Νικολάου"
    assert by_type["GR_AFM"] == afm("12345678")
    assert by_type["PHONE_NUMBER"] == "694 123 4567"
