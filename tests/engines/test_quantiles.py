"""Quantiles of the beta and gamma distributions, and what is said without SciPy."""

import sys

import pytest

from redactor.engines.quantiles import beta_quantile, gamma_quantile
from redactor.errors import MissingEngineError


def test_known_quantiles() -> None:
    # The upper end of Clopper and Pearson's interval for 0 of 10, and the Poisson bound for none.
    assert beta_quantile(0.975, 1, 10) == pytest.approx(0.3085, abs=1e-4)
    assert gamma_quantile(0.975, 1) == pytest.approx(3.6889, abs=1e-4)
    assert beta_quantile(0.5, 2.5, 2.5) == pytest.approx(0.5)


def test_without_scipy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(MissingEngineError, match=r"redactor\[estimate\]"):
        gamma_quantile(0.975, 1)
