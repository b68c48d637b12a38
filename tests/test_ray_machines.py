"""A machine of a Ray cluster goes in the middle of a night: what it had is done on another, each item exactly once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from redactor.engines import rays
from redactor.queue import Queue
from tests.house import LONG, SECRET, check
from tests.night_engines import Engine, until
from tests.postgres import Server

pytestmark = [pytest.mark.slow, LONG]


@pytest.fixture
def machines() -> Iterator[Any]:
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # The head takes no work.
    quiet = {"include_dashboard": False, "object_store_memory": 100 * 2**20}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **quiet})
    try:
        yield cluster
    finally:
        cluster.shutdown()


def test_a_machine_is_lost_and_another_does_what_it_had(machines: Any, postgres: Server, tmp_path: Path) -> None:
    small = {"num_cpus": 1, "object_store_memory": 100 * 2**20}
    nodes = [machines.add_node(**small) for _ in range(3)]
    engine = Engine("ray", settings={"engine": "ray", "ray": {"address": machines.address}})
    house = engine.house(tmp_path, postgres.database("machines"))
    texts = house.fill(5)
    place, mark = house.source / "long.txt", tmp_path / "at-work"
    place.write_text(f"grandchild {mark}\n{SECRET}", encoding="utf-8")

    def strike() -> None:
        until(lambda: mark.exists() and len(mark.read_text().split()) == 2)
        place.write_text(f"short\n{SECRET}", encoding="utf-8")
        child = int(mark.read_text().split()[1])
        machines.remove_node(next(node for node in nodes if raylet(node) in ancestors(child)), allow_graceful=False)

    thread = threading.Thread(target=strike)
    thread.start()
    ends = engine.night(house)
    thread.join()
    assert ("long.txt", 0, "ACTOR_LOST") in ends
    texts["long.txt"] = f"short\n{SECRET}"
    assert {label for label, _, _ in ends} == set(texts)
    engine.night(house)
    check(house, texts)
    with closing(house.ledger()) as ledger:
        assert not list(Queue(ledger).listing("quarantined"))
    assert rays.connect(machines.address)
    rays.disconnect()


def raylet(node: Any) -> int:
    return int(node.all_processes["raylet"][0].process.pid)


def ancestors(pid: int) -> list[int]:
    found: list[int] = []
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        found.append(pid)
    return found
