"""Intervals, and names of entity types."""

import pytest

from redactor.evaluation.measures import wilson
from redactor.evaluation.schemes import ours
from redactor.evaluation.spans import f2


@pytest.mark.parametrize(
    ("hit", "of", "low", "high"),
    # Newcombe (1998), table I: Wilson's method without continuity correction.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_intervals(hit: int, of: int, low: float, high: float) -> None:
    assert wilson(hit, of) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert wilson(of - hit, of) == (pytest.approx(1 - high, abs=5e-5), pytest.approx(1 - low, abs=5e-5))


def test_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None


def test_f2_weighs_recall_more() -> None:
    assert f2(0.5, 1.0) == pytest.approx(0.8333, abs=1e-4)
    assert f2(1.0, 0.5) == pytest.approx(0.5556, abs=1e-4)
    assert f2(0.0, 0.0) == 0.0
    assert f2(None, 1.0) is None


def test_names_of_other_schemes() -> None:
    names = {
        "phone": "PHONE_NUMBER",
        "CREDIT-CARD number": "CREDIT_CARD",
        "PER": "PERSON",
        "FACE": "FACE",
        "x y": "X_Y",
    }
    assert {name: ours(name) for name in names} == names
