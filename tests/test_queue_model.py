"""The queue against a model of it: any order of steps of three claimants leaves each item in the state of the model."""

from __future__ import annotations

import itertools
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from redactor.errors import LeaseLostError, LedgerError
from redactor.queue import Claim
from tests.postgres import Server
from tests.queues import Bench, digest, found

ITEMS = range(6)
POLICIES = ("p" * 64, "q" * 64)
HELD = ("claimed", "written", "verified")
_NUMBERS = itertools.count()


@dataclass(eq=False)
class Modelled:
    """What the model knows of an item."""

    state: str = "absent"
    stamp: str = ""
    policy: str = ""
    token: int = 0
    live: bool = False
    wanted: tuple[str, str] | None = None
    woken: bool = False
    done: set[int] = field(default_factory=set)
    passing: bool = False
    outputs: str = ""
    """Policy of its committed outputs."""

    def ended(self, state: str, token: int, stamp: str) -> None:
        wanted = self.wanted
        back = self.woken or (wanted is not None and wanted != (stamp, self.policy))
        self.done.add(token)
        self.state, self.live, self.stamp = state, False, stamp
        if back:
            self.state = "discovered"
            if wanted:
                self.stamp, self.policy = wanted
        self.wanted, self.woken = None, False


class QueueMachine(RuleBasedStateMachine):
    """Items 0 and 1 are one bundle, 2 and 3 another, 4 and 5 are alone."""

    make_url: Any = None
    claims = Bundle("claims")

    @initialize()
    def begin(self) -> None:
        self.bench = Bench(type(self).make_url())
        self.model = {number: Modelled() for number in ITEMS}
        self.entries = 0

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            assert self.bench.ledger.verify() == self.entries
            self.bench.ledger.close()

    def item(self, number: int, stamp: str) -> Any:
        bundle = digest(f"bundle{number // 2}") if number < 4 else digest(number)
        return found(number, stamp=stamp, bundle=bundle)

    def others(self, number: int) -> list[Modelled]:
        return [self.model[other] for other in ITEMS if number < 4 and other != number and other // 2 == number // 2]

    def wake(self, number: int, policy: str) -> None:
        for other in self.others(number):
            if other.state == "committed":
                other.state, other.policy = "discovered", policy
            elif other.state in HELD:
                other.woken = True
                other.wanted = other.wanted or (other.stamp, policy)

    @rule(number=st.sampled_from(ITEMS), stamp=st.sampled_from("ab"), policy=st.sampled_from(POLICIES))
    def offer(self, number: int, stamp: str, policy: str) -> None:
        one = self.model[number]
        alike = (one.stamp, one.policy) == (stamp, policy)
        (offer,) = self.bench.offer(self.item(number, stamp), policy=policy)
        if one.state in HELD:
            assert offer.change == ("busy" if one.live else "again")
            # What woke it before is part of what it will do now: it starts anew with all members.
            one.wanted = (stamp, policy)
            if not one.live and not alike:
                if number < 4:
                    one.woken = True
                self.wake(number, policy)
            return
        same = alike and (one.state == "committed" or (one.state in {"refused", "quarantined"} and not one.passing))
        assert offer.change == ("same" if same else "new" if one.state == "absent" else "again")
        if not same:
            before = one.state
            one.state, one.stamp, one.policy = "discovered", stamp, policy
            if before != "discovered":
                self.wake(number, policy)

    @rule(target=claims, policy=st.sampled_from(POLICIES), live=st.booleans())
    def claim(self, policy: str, live: bool) -> Any:
        claim = self.bench.claim(policy_digest=policy, lease_s=1000 if live else -1)
        free = {
            number
            for number, one in self.model.items()
            if (one.state == "discovered" or (one.state in HELD and not one.live))
            and not any(other.state in HELD and other.live for other in self.others(number))
        }
        if claim is None:
            assert not free
            return multiple()
        numbers = {number for number in ITEMS for row in claim.rows if row.item == digest(number)}
        first = min(numbers)
        assert numbers == {number for number in free if number == first or self.model[number] in self.others(first)}
        for row in claim.rows:
            one = next(self.model[number] for number in numbers if row.item == digest(number))
            one.token += 1
            if one.wanted:
                one.stamp = one.wanted[0]
            one.state, one.live, one.policy, one.wanted, one.woken = "claimed", live, policy, None, False
            assert (row.token, row.stamp, row.policy_digest) == (one.token, one.stamp, policy)
        return claim

    @rule(claim=claims, at=st.integers(0, 1), step=st.sampled_from(["written", "verified", "crashed"]))
    def step(self, claim: Claim, at: int, step: str) -> None:
        row, one = self.of(claim, at)
        calls = {
            "written": lambda: self.bench.queue.written(claim, row.id, source_digest=digest(1), pending="{}"),
            "verified": lambda: self.bench.queue.verified(claim, row.id),
            "crashed": lambda: self.bench.queue.crashed(claim, row.id),
        }
        if one.token != row.token or one.state not in HELD:
            with pytest.raises(LeaseLostError):
                calls[step]()
        elif step == "verified" and one.state == "claimed":
            with pytest.raises(LedgerError, match="claimed, not"):
                calls[step]()
        else:
            calls[step]()
            one.state = one.state if step == "crashed" else step

    @rule(claim=claims, at=st.integers(0, 1), stamp=st.sampled_from("ab"))
    def commit(self, claim: Claim, at: int, stamp: str) -> None:
        row, one = self.of(claim, at)
        if row.token in one.done:
            self.bench.commit(claim, row, stamp)
        elif one.token != row.token or one.state not in HELD:
            with pytest.raises(LeaseLostError):
                self.bench.commit(claim, row, stamp)
        elif one.state != "verified":
            with pytest.raises(LedgerError, match="not verified"):
                self.bench.commit(claim, row, stamp)
        else:
            self.bench.commit(claim, row, stamp)
            self.entries += 1
            one.outputs = one.policy
            self.ended(row.item, one, "committed", row.token, stamp)

    @rule(
        claim=claims,
        at=st.integers(0, 1),
        state=st.sampled_from(["refused", "quarantined", "gone"]),
        passing=st.booleans(),
    )
    def end(self, claim: Claim, at: int, state: str, passing: bool) -> None:
        row, one = self.of(claim, at)
        alone = Claim((row,), claim.holder, claim.run)
        reason = "OUTPUT_FULL" if passing else "NO_SPEECH"
        if row.token in one.done:
            self.bench.end(alone, state, reason=reason)
        elif one.token != row.token or one.state not in HELD:
            with pytest.raises(LeaseLostError):
                self.bench.end(alone, state, reason=reason)
        else:
            self.bench.end(alone, state, reason=reason)
            self.entries += 1
            one.passing = passing
            self.ended(row.item, one, state, row.token, one.stamp)

    def ended(self, item: str, one: Modelled, state: str, token: int, stamp: str) -> None:
        policy = one.wanted[1] if one.wanted else one.policy
        one.ended(state, token, stamp)
        if one.state == "discovered":
            number = next(number for number in ITEMS if digest(number) == item)
            self.wake(number, policy)

    @rule(claim=consumes(claims))
    def release(self, claim: Claim) -> None:
        self.bench.queue.release(claim, [row.id for row in claim.rows])
        for at in range(len(claim.rows)):
            row, one = self.of(claim, at)
            if one.token == row.token and one.state in HELD:
                back = one.woken or (one.wanted is not None and one.wanted != (one.stamp, one.policy))
                if one.wanted:
                    one.stamp, one.policy = one.wanted
                one.state, one.live, one.wanted, one.woken = "discovered", False, None, False
                if back:
                    self.wake(next(number for number in ITEMS if self.model[number] is one), one.policy)

    @rule(claim=claims, live=st.booleans())
    def renew(self, claim: Claim, live: bool) -> None:
        of = [self.of(claim, at) for at in range(len(claim.rows))]
        assert self.bench.queue.renew(claim, 1000 if live else -1) == all(row.token == one.token for row, one in of)
        for row, one in of:
            if one.token == row.token and one.state in HELD:
                one.live = live

    def of(self, claim: Claim, at: int) -> Any:
        row = claim.rows[at % len(claim.rows)]
        return row, next(one for number, one in self.model.items() if digest(number) == row.item)

    @invariant()
    def states_and_tokens_are_those_of_the_model(self) -> None:
        if not hasattr(self, "bench"):
            return
        states = ("discovered", *HELD, "committed", "refused", "quarantined", "gone")
        rows = [row for state in states for row in self.bench.queue.listing(state)]  # type: ignore[arg-type]
        told = {row.item: (row.state, row.token, row.stamp, row.policy_digest) for row in rows}
        assert len(told) == len(rows)
        assert told == {
            digest(number): (one.state, one.token, one.stamp, one.policy)
            for number, one in self.model.items()
            if one.state != "absent"
        }


_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def test_the_queue_does_what_its_model_says(tmp_path: Path) -> None:
    # In memory where there is such a place: durability is not what is compared here.
    memory = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else tmp_path
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        QueueMachine.make_url = staticmethod(lambda: f"sqlite:///{folder}/{next(_NUMBERS)}.db")
        _compare(max_examples=30)


@pytest.mark.slow
def test_the_queue_does_what_its_model_says_on_postgres(postgres: Server) -> None:
    QueueMachine.make_url = staticmethod(lambda: postgres.database("model"))
    _compare(max_examples=6)


def _compare(max_examples: int) -> None:
    how = settings(
        max_examples=max_examples, stateful_step_count=30, deadline=None, suppress_health_check=_SLOW, derandomize=True
    )
    run_state_machine_as_test(QueueMachine, settings=how)
