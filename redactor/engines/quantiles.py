"""Quantiles of the beta and gamma distributions by SciPy, for bounds of shares and of counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from redactor.errors import MissingEngineError


def beta_quantile(probability: float, found: float, rest: float) -> float:
    """The value, 0..1, below which a Beta(`found`, `rest`) variable lies with `probability`; both are above 0.

    Raises `MissingEngineError` without SciPy.
    """
    return float(_special("betaincinv")(found, rest, probability))


def gamma_quantile(probability: float, shape: float) -> float:
    """The value below which a Gamma(`shape`, scale 1) variable lies with `probability`. Raises as `beta_quantile`."""
    return float(_special("gammaincinv")(shape, probability))


def _special(name: str) -> Callable[..., float]:
    try:
        from scipy import special
    except ImportError as error:
        raise MissingEngineError("bounds of recall need SciPy; install redactor[estimate]") from error
    return cast("Callable[..., float]", getattr(special, name))
