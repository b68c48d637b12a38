"""The gatekeeper: what the release gate says of each run that is held back, and the outputs it lets go."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeAlias

from redactor import recalls
from redactor.backlog import HeldRun, held_runs
from redactor.borders import Borders
from redactor.boundary import Place
from redactor.errors import RedactorError, WithheldError
from redactor.gate_policy import BarPolicy
from redactor.ledger import Ledger
from redactor.policy import Policy
from redactor.recall import Bound
from redactor.release import Decision, Reason, decide
from redactor.releasing import Forced, Released, Releasing
from redactor.sealing import reachable_output

BoundsOf: TypeAlias = Callable[[str], Iterable[Bound]]
"""What is known of the recall of a run, by its name."""
_MISSES = 0.025
"""Chance on each side of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of one run."""

    held: HeldRun
    decision: Decision
    bounds: Mapping[str, Bound]
    """What is known of the run, by entity type."""

    def lines(self) -> list[str]:
        """To read: what is held back, which bar is missing, and what to do next."""
        run, items = self.held.run, self.held.items
        head = f"run {run}: {items} {'item is' if items == 1 else 'items are'} held back"
        if self.held.waiting:
            head += f", {self.held.waiting} more wait to be done again or were refused since"
        if self.held.at_work:
            return [f"{head}; the run is at work: wait for its end"]
        if self.decision.release:
            return [f"{head}; the gate is met: redactor release"]
        unmet = [reason for reason in self.decision.reasons if not reason.met]
        return [head, *(f"  {one.message}{self._next(one)}" for one in unmet)]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        bars = [
            {"type": one.entity_type, "bar": one.bar, "lower": one.lower, "why": one.why, "met": one.met}
            for one in self.decision.reasons
        ]
        held = {"run": self.held.run, "items": self.held.items, "waiting": self.held.waiting}
        return {**held, "at_work": self.held.at_work, "met": self.decision.release, "bars": bars}

    def _next(self, reason: Reason) -> str:
        known = self.bounds.get(reason.entity_type)
        found, reviewed = (known.found, known.reviewed) if known else (0, 0)
        more = values_needed(reason.bar) - reviewed
        if not 0 < reason.bar < 1 or more <= 0 or reason.why == "TOO_FEW_REVIEWED":
            asked = ""
        elif more <= found - reviewed:
            # So many seen without a miss could reach the bar, more misses ask for more.
            asked = f" (at least {more} more values, none of them missed)"
        else:
            asked = " (it holds too few such values for a sample: review all of its items)"
        return f"{asked}: redactor recall sample --run {self.held.run} --out review.csv"


def values_needed(bar: float) -> int:
    """Values that must be reviewed, none of them missed, until the lower 95 % bound of recall reaches `bar`.

    Clopper and Pearson (1934): without a miss among n the bound is 0.025^(1/n). 0 for a bar of 0 or 1, of which the
    first asks for nothing and the second for all that there is.
    """
    return math.ceil(math.log(_MISSES) / math.log(bar)) if 0 < bar < 1 else 0


def verdicts(ledger: Ledger, gate: Mapping[str, BarPolicy], bounds: BoundsOf | None = None) -> list[Verdict]:
    """What the gate says of each run that is held back, the oldest first. `bounds`: by default those of the ledger.

    Raises `LedgerError`, and as `recalls.bounds` does.
    """
    of = bounds or partial(recalls.bounds, ledger, gate=gate)
    found = []
    for held in held_runs(ledger):
        known = list(of(held.run)) if gate else []
        found.append(Verdict(held, decide(known, gate), {one.entity_type: one for one in known}))
    return found


def let_go(
    policy: Policy,
    ledger: Ledger,
    chosen: Iterable[Verdict],
    forced: Forced | None = None,
    *,
    step: Callable[[str], None] = lambda _step: None,
) -> Iterator[Released]:
    """Release the runs whose bar is met, or all that are `chosen` when somebody forces it; not those at work.

    Local outputs are held as batches hold them. Raises `LedgerError`; what a store says is told of its items.
    """
    name = f"release-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    with ExitStack() as held:
        outputs, down = _open_outputs(policy, ledger, held)
        releasing = Releasing(ledger, outputs, name, step, down=down)
        for verdict in chosen:
            if not verdict.held.at_work and (verdict.decision.release or forced is not None):
                yield from releasing.release(verdict.held.run, verdict.decision, forced)


def _open_outputs(policy: Policy, ledger: Ledger, held: ExitStack) -> tuple[dict[str, Place], dict[str, RedactorError]]:
    """The outputs of stores that answer, and of the others why they do not; nothing is made that is not there."""
    outputs: dict[str, Place] = {}
    down: dict[str, RedactorError] = {}
    borders = Borders(policy)
    for store in policy.stores:
        try:
            outputs[store.name] = reachable_output(store, policy, ledger.database, borders, held)
        except WithheldError as error:
            down[store.name] = error
    return outputs, down
