"""Over-redaction on texts without personal data: shares of words, held by a bar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from redactor.detection import Detector
from redactor.engines.presidio import PresidioFinder
from redactor.policy import DetectionPolicy
from redactor.recognizers.name_model import model_folder

HERE = Path(__file__).parent / "negative"
EVERYDAY = Path(__file__).parents[1] / "models" / "recipes" / "number_sounds" / "everyday.txt"
_WORD = re.compile(r"[^\W_]+")


TALK = 800
"""The name model has learnt from the lines of everyday.txt before this."""


@pytest.fixture(scope="module", params=["rules", "rules and name model"])
def detector(request: pytest.FixtureRequest) -> tuple[bool, Detector]:
    names = request.param != "rules"
    policy = DetectionPolicy()
    return names, Detector(policy, [PresidioFinder(policy, model_folder() if names else None)])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "rules", "whole"),
    [
        (HERE / "quantities_el.txt", 0.03, 0.025),
        (HERE / "commands_el.txt", 0.01, 0.012),
        (HERE / "requests_en.txt", 0.01, 0.01),
        (EVERYDAY, 0.01, 0.02),
    ],
    ids=lambda value: value.stem if isinstance(value, Path) else "",
)
def test_what_is_lost_of_texts_without_personal_data(
    detector: tuple[bool, Detector], path: Path, rules: float, whole: float
) -> None:
    names, finds = detector
    words = lost = 0
    for line in path.read_text(encoding="utf-8").splitlines()[TALK if path == EVERYDAY and names else 0 :]:
        words += len(_WORD.findall(line))
        lost += sum(len(_WORD.findall(line[f.span.start : f.span.end])) for f in finds.detect(line))
    assert words > 1000
    assert lost <= (whole if names else rules) * words
