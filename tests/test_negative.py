"""Over-redaction on texts without personal data: shares of words, held by a bar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from redactor.detection import Detector
from redactor.engines.presidio import PresidioFinder
from redactor.policy import DetectionPolicy

HERE = Path(__file__).parent / "negative"
EVERYDAY = Path(__file__).parents[1] / "models" / "recipes" / "number_sounds" / "everyday.txt"
_WORD = re.compile(r"[^\W_]+")


@pytest.fixture(scope="module")
def detector() -> Detector:
    policy = DetectionPolicy()
    return Detector(policy, [PresidioFinder(policy)])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "most"),
    [
        (HERE / "quantities_el.txt", 0.03),
        (HERE / "commands_el.txt", 0.01),
        (HERE / "requests_en.txt", 0.01),
        (EVERYDAY, 0.01),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else "",
)
def test_what_is_lost_of_texts_without_personal_data(detector: Detector, path: Path, most: float) -> None:
    words = lost = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        words += len(_WORD.findall(line))
        lost += sum(len(_WORD.findall(line[f.span.start : f.span.end])) for f in detector.detect(line))
    assert words > 1000
    assert lost <= most * words
