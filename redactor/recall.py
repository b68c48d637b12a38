"""The recall of a run without gold: a lower bound per entity type from a review, or from two independent detectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Basis = Literal["review", "captures", "review, captures disagree", "none"]


@dataclass(frozen=True, slots=True)
class Bound:
    """What is known of the recall of one entity type in one run."""

    entity_type: str
    recall: float | None
    """Estimate, 0..1: the share of the values that were found. None: nothing is known."""
    lower: float | None
    """At 95 % confidence (two-sided, so 97.5 % of the lower one), recall is not below this. None: there is no bound."""
    upper: float | None
    """... and not above this."""
    found: int
    """Values of this type that the run found in all its items."""
    reviewed: int
    """Values that reviewers saw in the items of the sample, found or missed."""
    missed: int
    """Values of these that the run had missed, or in its place those that only the second detector found."""
    items_reviewed: int
    """Items of the sample that were reviewed."""
    missed_items_upper: float
    """At 95 % confidence, at most this share of the run's items has a value of this type that was missed."""
    basis: Basis
    """What the bound rests on. `captures` assumes a limit to how much the two detectors depend on each other."""
