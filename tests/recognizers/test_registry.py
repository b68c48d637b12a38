"""The pack for Presidio programs: registries in Python and in YAML hold the same recognizers."""

from __future__ import annotations

import yaml
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

from redactor.recognizers import greek_recognizers, registry, registry_file


def test_the_yaml_names_every_recognizer() -> None:
    with open(registry_file(), encoding="utf-8") as stream:  # noqa: PTH123
        named = [row["name"] for row in yaml.safe_load(stream)["recognizers"]]
    assert named == sorted(type(recognizer).__name__ for recognizer in greek_recognizers())


def test_a_registry_from_yaml_finds_greek_identifiers() -> None:
    made = RecognizerRegistryProvider(conf_file=registry_file()).create_recognizer_registry()
    greek = made.get_recognizers(language="el", all_fields=True)
    text = "ΑΦΜ 123456789"
    found = {r.entity_type for recognizer in greek for r in recognizer.analyze(text, recognizer.supported_entities)}
    assert "GR_AFM" in found


def test_a_registry_in_python_has_each_recognizer_once_a_language() -> None:
    made = registry(["el", "en"])
    assert len(made.recognizers) == 2 * len(greek_recognizers())
    assert {recognizer.supported_language for recognizer in made.recognizers} == {"el", "en"}
