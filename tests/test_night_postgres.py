"""A night on PostgreSQL whose server fails, and claimants on other machines that are heard of no more."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from redactor.orders import Order
from redactor.queue import Queue
from tests.gates import GATE, hows, released, told_once
from tests.house import House, check
from tests.postgres import Server

pytestmark = pytest.mark.slow


def test_a_server_that_restarts_in_the_middle_of_a_night(postgres: Server, tmp_path: Path) -> None:
    house = House(tmp_path, url=postgres.database("night"))
    texts, restarted = house.fill(6), []

    def before(order: Order) -> None:
        if not restarted:
            restarted.append(order.item)
            postgres.restart()

    house.night(before=before)
    house.night()
    check(house, texts)


def test_what_another_machine_held_is_taken_over(postgres: Server, tmp_path: Path) -> None:
    house = House(tmp_path, url=postgres.database("night"))
    texts, policy = house.fill(2), house.policy()

    def before(order: Order) -> None:
        raise RuntimeError("it stops here")

    house.night(before=before)
    with closing(house.ledger()) as ledger:
        queue = Queue(ledger)
        queue.retry()
        elsewhere = {"run": "other", "holder": "another/1/host|1|1", "policy_digest": policy.digest()}
        assert queue.claim(**elsewhere, whole=["notes"], lease_s=1) is not None  # type: ignore[arg-type]
    assert sorted(how for _, how, _ in house.night()) == ["done", "done"]
    check(house, texts)


def test_a_server_that_restarts_in_the_middle_of_a_release(postgres: Server, tmp_path: Path) -> None:
    house = House(tmp_path, url=postgres.database("release"), settings={"gate": GATE})
    texts, restarted = house.fill(3), []
    house.night()

    def restart(step: str) -> None:
        if step == "renamed" and not restarted:
            restarted.append(step)
            postgres.restart()

    assert hows(released(house, step=restart)) == [("released", "")] * 3
    check(house, texts)
    assert told_once(house)["released"] == 3
