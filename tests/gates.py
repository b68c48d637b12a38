"""A house whose outputs a gate holds back, and releases of it in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from redactor.backlog import HeldRun, held_runs
from redactor.gatekeeping import Verdict, let_go, verdicts
from redactor.policy import Policy
from redactor.recall import Bound
from redactor.releasing import Forced, Released
from tests.forks import forked
from tests.house import House, KillAt, told

GATE = {"PHONE_NUMBER": {"recall": 0.9}}


def gated(root: Path, count: int = 3, **settings: object) -> tuple[House, dict[str, str]]:
    """A house with some notes and a gate, and these notes; no run so far."""
    house = House(root, settings={"gate": GATE, "run": {"workers": 1, "lease_s": 2}, **settings})
    return house, house.fill(count)


def bound(lower: float = 0.95) -> Bound:
    """What is known of telephone numbers, wherever it comes from."""
    return Bound("PHONE_NUMBER", 0.99, lower, 1.0, 500, 100, 1, 40, 0.05, "review")


def judged(house: House, lower: float | None = 0.95, policy: Policy | None = None) -> list[Verdict]:
    """What the gate says of each run that is held back."""
    policy = policy or house.policy()
    with closing(house.ledger(policy)) as ledger:
        return verdicts(ledger, policy.gate, lambda _run: () if lower is None else (bound(lower),))


def released(
    house: House,
    lower: float | None = 0.95,
    *,
    forced: Forced | None = None,
    step: Callable[[str], None] = lambda _step: None,
    policy: Policy | None = None,
) -> list[Released]:
    """One release of all runs in this process."""
    policy = policy or house.policy()
    found = judged(house, lower, policy)
    with closing(house.ledger(policy)) as ledger:
        return list(let_go(policy, ledger, found, forced, step=step))


def killed(house: House, number: int) -> int:
    """A release in a process of its own that dies at its n-th step; its exit code, 0 when it has fewer."""

    def run() -> None:
        released(house, step=KillAt(number))

    return forked(run)


def hows(ended: list[Released]) -> list[tuple[str, str]]:
    """How each ended, and why."""
    return sorted((one.how, one.reason) for one in ended)


def held(house: House) -> list[HeldRun]:
    """The runs that are held back."""
    with closing(house.ledger()) as ledger:
        return held_runs(ledger)


def files(folder: Path) -> list[str]:
    """Files below a folder that are not ours alone."""
    inner = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(
        str(relative) for path in inner if not (relative := path.relative_to(folder)).parts[0].startswith(".redactor.")
    )


def kept_back(folder: Path) -> list[str]:
    """Files that are held back, by run and place."""
    root = folder / ".redactor.held"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def told_once(house: House) -> Counter[str]:
    """Entries of the audit trail by event; of each event no item has two."""
    with closing(house.ledger()) as ledger:
        ledger.verify()
        entries = told(ledger)
    assert [one for one, n in Counter(entry for entry in entries if entry[1]).items() if n > 1] == []
    return Counter(event for event, _ in entries)
