"""The release gate: may the outputs of a run leave, by what is known of its recall. Pure; it fails closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from redactor.gate_policy import BarPolicy
from redactor.recall import Bound

ABSENT_ITEMS = 0.02
"""A type of which a run holds no value passes when, at 95 % confidence, fewer items than this share have one that was
missed, or no more than one: a review of about 200 items without such a value, or of all items of a smaller run, shows
that."""

Why = Literal["MET", "ABSENT", "TOO_LOW", "NO_BOUND", "NOT_REVIEWED", "TOO_FEW_REVIEWED"]


@dataclass(frozen=True, slots=True)
class Reason:
    """What the gate says of one entity type."""

    entity_type: str
    bar: float
    """What the policy asks for, 0..1."""
    lower: float | None
    """The lower bound of recall, 0..1; None where there is none."""
    why: Why
    """`MET`; `ABSENT`: the run holds no such value, and the review bounds what was missed; the others hold it back."""

    @property
    def met(self) -> bool:
        """True when this type does not hold the run back."""
        return self.why in ("MET", "ABSENT")

    @property
    def message(self) -> str:
        """One line: what is so, and what to do next."""
        known = f"recall is at least {self.lower:.4f}" if self.lower is not None else "there is no bound of its recall"
        texts: dict[Why, str] = {
            "MET": f"{known}, asked is {self.bar:g}",
            "ABSENT": "the run holds no such value, and the review saw none that was missed",
            "TOO_LOW": f"{known}, asked is {self.bar:g}; review more items, or find out what is missed",
            "NO_BOUND": f"{known}, asked is {self.bar:g}; record a review with redactor recall record",
            "NOT_REVIEWED": f"{known} by two detectors alone, which does not count; record a review",
            "TOO_FEW_REVIEWED": "no such value was found, and too few items were reviewed to say that none was missed",
        }
        return f"{self.entity_type}: {texts[self.why]}"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a run's outputs may leave, and why (not)."""

    release: bool
    reasons: tuple[Reason, ...]
    """One for each type that has a bar, by name."""


def decide(bounds: Iterable[Bound], gate: Mapping[str, BarPolicy]) -> Decision:
    """Compare the bounds of a run with the bars of the policy (`Policy.gate`); no bar, no obstacle.

    Fails closed: a type with a bar and without a bound is not met, unless the run holds no value of it and the review
    is large enough to bound what was missed. Raises ValueError when a type has two bounds.
    """
    by_type: dict[str, Bound] = {}
    for bound in bounds:
        if by_type.setdefault(bound.entity_type, bound) is not bound:
            raise ValueError(f"two bounds of {bound.entity_type}")
    reasons = tuple(_judge(name, bar, by_type.get(name)) for name, bar in sorted(gate.items()))
    return Decision(all(reason.met for reason in reasons), reasons)


def _judge(entity_type: str, policy: BarPolicy, bound: Bound | None) -> Reason:
    bar = policy.recall
    if bound is None:
        return Reason(entity_type, bar, None, "NO_BOUND")
    if bound.basis == "captures" and policy.accept != "captures":
        return Reason(entity_type, bar, bound.lower, "NOT_REVIEWED")
    if bound.lower is not None:
        # Not `lower < bar`: what is no number is not met.
        return Reason(entity_type, bar, bound.lower, "MET" if bound.lower >= bar else "TOO_LOW")
    if bound.found or bound.missed or not bound.items_reviewed:
        return Reason(entity_type, bar, None, "NO_BOUND")
    # Of a small run, one item is a larger share, and who has looked at all of it can do no more.
    most = max(ABSENT_ITEMS, 1 / bound.items_total if bound.items_total else 0.0)
    enough = bound.missed_items_upper <= most
    return Reason(entity_type, bar, None, "ABSENT" if enough else "TOO_FEW_REVIEWED")
