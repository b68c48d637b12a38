"""Nights that are killed again and again: is an original lost, an output unverified, an item done twice or not at all?

    python -m benchmarks.kills [--kills 10000] [--seed 1]

Each house is a store of seven notes with a ledger of its own. Its runs are killed (SIGKILL) at a step or at a moment
that the seed chooses, some with their unsynced files cut as if the power had gone, until one goes through; then all is
looked at. A violation ends the benchmark with its house left where it stands.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from unittest import mock

from benchmarks.machine import keep
from redactor.publication import Step
from tests.forks import forked
from tests.house import House, KillAt, check, once
from tests.test_night_faults import Durable, whole

_ITEMS = 7
_STEPS = 45
"""A run of so many items has some 80; what earlier runs have done is not done again."""
_LONGEST_S = 0.25
_ALONE, _TWO = ({"workers": workers, "lease_s": 2} for workers in (1, 2))


def run(house: House, step: Step = lambda _step: None) -> None:
    """One night in this process."""
    house.night(step=step)


def killed(house: House, chance: random.Random) -> str:
    """One run that is to be killed; how, or empty when it went through before."""
    # While the power goes nobody else may still be writing.
    alone = house.settings["run"] == _ALONE
    how = chance.choice(("step", "moment", "power") if alone else ("step", "moment"))
    number = chance.randint(1, _STEPS)
    if how == "moment":
        code = forked(lambda: run(house), kill_after_s=chance.uniform(0.002, _LONGEST_S))
    elif how == "step":
        code = forked(lambda: run(house, KillAt(number)))
    else:

        def cut() -> None:
            disk = Durable(house.output, random.Random(number))
            disk.take_stock()
            with mock.patch("os.fsync", disk.fsync):
                run(house, KillAt(number, disk.power_off))

        code = forked(cut)
    if code not in {0, -signal.SIGKILL}:
        raise AssertionError(f"a run ended with {code}")
    if how != "power":
        whole(house)
    return how if code else ""


def main() -> None:
    """Kill as many runs as are asked for, and write what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance, kills, houses = random.Random(arguments.seed), Counter[str](), 0
    began = time.perf_counter()
    while kills.total() < arguments.kills:
        root = Path(tempfile.mkdtemp(prefix="redactor-kills-"))
        house = House(root, settings={"run": chance.choice((_ALONE, _TWO))})
        texts = house.fill(_ITEMS)
        for _ in range(chance.randint(1, 12)):
            if not (how := killed(house, chance)):
                break
            kills[how] += 1
        if forked(partial(run, house)):
            raise AssertionError(f"the last run did not go through: {root}")
        check(house, texts)
        once(house)
        houses += 1
        shutil.rmtree(root)
        if houses % 50 == 0:
            print(f"{kills.total()} killed, {houses} houses, {time.perf_counter() - began:.0f} s", flush=True)
    row = {"killed": dict(kills), "houses": houses, "violations": 0, "seconds": round(time.perf_counter() - began)}
    print(row)
    keep("kills", {"rows": [row]})


if __name__ == "__main__":
    main()
