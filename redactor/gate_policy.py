"""`[gate]`: how much of each type must have been found before the outputs of a run may leave."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from redactor.storepolicy import Section


class BarPolicy(Section):
    """What one entity type must reach, as `[gate.CREDIT_CARD]`."""

    recall: float = Field(ge=0, le=1)
    """The lower bound of the share of values that were found, at 95 % confidence, must be at least this. 1 asks for a
    review of every item."""
    reviewer_recall: float = Field(default=0.95, gt=0, le=1)
    """The share of missed values that those who review a sample see; two who look independently see 0.99 and more."""
    accept: Literal["review", "captures"] = "review"
    """What a bound may rest on. `captures`: two detectors without a review will do, though what both are blind to is
    not in it."""
