"""Disposal on PostgreSQL: the gate is an advisory lock that holds take too."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.disposals import applied, dues, hold, hows, items
from tests.forks import begun, ended, forked
from tests.house import House, KillAt, told
from tests.postgres import Server

pytestmark = pytest.mark.slow


@pytest.fixture
def house(postgres: Server, tmp_path: Path) -> House:
    house = House(tmp_path, url=postgres.database("disposal"))
    house.fill(3)
    house.night()
    return house


def test_a_hold_waits_at_the_gate_and_keeps_the_next(house: House) -> None:
    threads: list[threading.Thread] = []

    def held(step: str) -> None:
        if step == "gate" and not threads:
            threads.append(threading.Thread(target=hold, args=(house,)))
            threads[0].start()
        if step == "noted":
            time.sleep(0.2)
            assert threads[0].is_alive()
        if step == "told":
            threads[0].join(30)

    assert hows(applied(house, dues(house, "destroy"), step=held)) == [("done", ""), ("kept", "HELD"), ("kept", "HELD")]


def test_a_server_that_restarts_while_files_go_has_each_told_once(postgres: Server, house: House) -> None:
    restarted: list[str] = []

    def restart(step: str) -> None:
        if step == "original" and not restarted:
            restarted.append(step)
            postgres.restart()

    assert hows(applied(house, dues(house, "destroy"), step=restart)) == [("done", "")] * 3
    with closing(house.ledger()) as ledger:
        ledger.verify()
        assert Counter(item for event, item in told(ledger) if event == "disposed").most_common(1)[0][1] == 1


def test_two_at_once_and_one_that_is_killed(house: House, tmp_path: Path) -> None:
    wanted = dues(house, "deidentify")
    assert forked(lambda: applied(house, wanted[:1], step=KillAt(4))) == -9

    def apply(number: int) -> None:
        counts = Counter(one.how for one in applied(house, wanted, run=f"apply-{number}"))
        (tmp_path / f"told{number}").write_text(json.dumps(counts), encoding="utf-8")

    pids = [begun(lambda n=n: apply(n)) for n in range(2)]
    assert [ended(pid) for pid in pids] == [0, 0]
    counts = [Counter(json.loads((tmp_path / f"told{n}").read_text())) for n in range(2)]
    assert sum(counts, Counter())["done"] == 3
    assert {item.gone for item in items(house)} == {"deidentify"}
