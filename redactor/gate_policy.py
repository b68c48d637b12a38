"""`[gate]`: how much of each type must have been found before the outputs of a run may leave."""

from __future__ import annotations

from pydantic import Field

from redactor.storepolicy import Section


class BarPolicy(Section):
    """What one entity type must reach, as `[gate.CREDIT_CARD]`."""

    recall: float = Field(ge=0, le=1)
    """The lower bound of the share of values that were found, at 95 % confidence, must be at least this. 1 asks for a
    review of every item."""
