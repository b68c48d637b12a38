"""Regressions are data: a leak that was found becomes a case in regressions/*.json first, then a fix."""

import json
from functools import cache
from pathlib import Path

import pytest

from redactor.library import Redactor

CASES = [
    case
    for path in sorted((Path(__file__).parent / "regressions").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]


@cache
def shared() -> Redactor:
    return Redactor()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_regression(case: dict[str, list[list[str]] | str]) -> None:
    text = str(case["text"])
    result = shared().redact_text(text)
    for kind, value in case["found"]:
        assert any(f.entity_type == kind for f in result.findings), kind
        assert value not in result.text
    for word in case["kept"]:
        assert str(word) in result.text
