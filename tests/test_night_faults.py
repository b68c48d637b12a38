"""Whatever kills a run: no original is lost, nothing stands unverified, each item ends once, a rerun does nothing."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from redactor.orders import Order
from tests.forks import begun, ended, forked
from tests.house import THOROUGH, House, KillAt, check, once

ITEMS = 5


def whole(house: House) -> None:
    """Nothing but finished outputs stands where readers look, at any time."""
    for path in house.output.rglob("*.txt"):
        if ".redactor.tmp" not in path.parts:
            assert "6971234567" not in path.read_text(encoding="utf-8")


def test_a_kill_at_every_step_harms_nothing(tmp_path: Path) -> None:
    number, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        number += 1
        house = House(tmp_path / str(number), settings={"run": {"workers": 1, "lease_s": 2}})
        texts = house.fill(ITEMS)
        code = forked(lambda house=house, number=number: house.night(step=KillAt(number)))  # type: ignore[misc]
        whole(house)
        assert forked(lambda house=house: house.night()) == 0  # type: ignore[misc]
        check(house, texts)
        once(house)
    assert code == 0
    # One step more than there are: the last run went through.
    assert number > ITEMS * 8


@pytest.mark.parametrize("seed", range(4 if THOROUGH else 2))
def test_kills_at_random_times_again_and_again(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    for number in range(34):
        house = House(tmp_path / str(number))
        texts = house.fill(ITEMS)
        for _ in range(3):
            forked(lambda house=house: house.night(), kill_after_s=chance.uniform(0.005, 0.12))  # type: ignore[misc]
            whole(house)
        assert forked(lambda house=house: house.night()) == 0  # type: ignore[misc]
        check(house, texts)
        once(house)


class Durable:
    """Remembers what was synced, and takes the rest away when the power goes."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root, self.chance = root, chance
        self.files: dict[int, str] = {}
        self.folders: dict[str, set[str]] = {}
        self._real = os.fsync
        self._lock = threading.Lock()

    def take_stock(self) -> None:
        """What stands here now was written long ago: it stays."""
        for path in self.root.rglob("*"):
            if path.is_dir():
                self.folders[str(path)] = {entry.name for entry in path.iterdir()}
            else:
                self.files[path.stat().st_ino] = hashlib.sha256(path.read_bytes()).hexdigest()

    def fsync(self, handle: int) -> None:
        with self._lock:
            self._real(handle)
            path = Path(f"/proc/self/fd/{handle}").readlink()
            if path.is_dir():
                self.folders[str(path)] = {entry.name for entry in path.iterdir()}
            elif path.is_file():
                self.files[path.stat().st_ino] = hashlib.sha256(path.read_bytes()).hexdigest()

    def power_off(self) -> None:
        """Files that were not synced are empty or cut; names that were not synced are gone, or not."""
        for path in sorted(self.root.rglob("*"), reverse=True):
            if path.is_file():
                known = self.files.get(path.stat().st_ino)
                if known != hashlib.sha256(path.read_bytes()).hexdigest():
                    path.write_bytes(path.read_bytes()[: self.chance.choice((0, path.stat().st_size // 2))])
                if path.name not in self.folders.get(str(path.parent), set()) and self.chance.random() < 0.7:
                    path.unlink()


def test_a_power_cut_at_every_step_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        number += 1
        house = House(tmp_path / str(number), settings={"run": {"workers": 1, "lease_s": 2}})
        texts = house.fill(ITEMS)

        def run(house: House = house, number: int = number) -> None:
            disk = Durable(house.output, random.Random(number))
            os.fsync = disk.fsync  # type: ignore[assignment]
            house.night(step=KillAt(number, disk.power_off))

        code = forked(run)
        assert forked(lambda house=house: house.night()) == 0  # type: ignore[misc]
        check(house, texts)
        once(house)
    assert code == 0


def test_a_run_that_was_stopped_past_its_lease_cannot_commit(tmp_path: Path) -> None:
    for where in ("claimed", "read", "write", "put", "written", "verified", "renamed"):
        house = House(tmp_path / where, settings={"run": {"workers": 1, "lease_s": 1}})
        texts = house.fill(1)
        mark = tmp_path / f"{where}.reached"

        def step(name: str, where: str = where, mark: Path = mark, house: House = house) -> None:
            if name == where and not mark.exists():
                # Stopped inside a transaction of SQLite it would hold up all others until it wakes.
                with house.last.ledger.database._turn:
                    mark.touch()
                    os.kill(os.getpid(), signal.SIGSTOP)

        def stopped(house: House = house, step: Callable[[str], None] = step) -> None:
            assert {how for _, how, _ in house.night(step=step)} == {"lost"}

        pid = begun(stopped)
        deadline = time.monotonic() + 20
        while not mark.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(1.3)

        def other(house: House = house) -> None:
            assert {how for _, how, _ in house.night()} == {"done"}

        assert forked(other) == 0, where
        os.kill(pid, signal.SIGCONT)
        assert ended(pid) == 0, where
        forked(lambda house=house: house.night())  # type: ignore[misc]
        check(house, texts)


@pytest.mark.parametrize("runs", [2, 8])
def test_runs_at_once_while_some_are_killed(runs: int, tmp_path: Path) -> None:
    house = House(tmp_path)
    texts, chance = house.fill(30), random.Random(runs)
    pids = [begun(house.night) for _ in range(runs)]
    for n, pid in enumerate(pids):
        if n % 2:
            time.sleep(chance.uniform(0, 0.2))
            os.kill(pid, signal.SIGKILL)
    codes = [ended(pid) for pid in pids]
    assert all(code == 0 for n, code in enumerate(codes) if not n % 2), codes
    assert forked(house.night) == 0  # type: ignore[func-returns-value, arg-type, return-value]
    check(house, texts)


def test_the_policy_changes_while_a_run_is_at_work(tmp_path: Path) -> None:
    house = House(tmp_path)
    texts = house.fill(6)
    changed = house.policy(text={"placeholder": "<{type}>"})
    inner: list[object] = []

    def before(order: Order) -> None:
        if not inner:
            inner.append(order)
            house.night(changed)

    house.night(before=before)
    house.night(changed)
    assert {how for _, how, _ in house.night(changed)} <= {"stands"}
    check(house, texts, changed)


def test_an_output_that_a_killed_run_left_without_its_sidecar_is_ours(tmp_path: Path) -> None:
    house = House(tmp_path, settings={"run": {"workers": 1, "lease_s": 2}})
    texts = house.fill(1)
    steps: list[str] = []

    def until_renamed(step: str) -> None:
        steps.append(step)
        if steps.count("renamed") == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    assert forked(lambda: house.night(step=until_renamed)) == -signal.SIGKILL  # type: ignore[arg-type, return-value]
    (house.output / "day0/note0.redaction.json").unlink()
    assert house.night() == [("day0/note0.txt", "done", "")]
    check(house, texts)
