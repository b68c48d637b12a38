"""What a cluster does to a night: actors, their children and machines are killed; each item still ends exactly once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from redactor import cluster
from redactor.errors import MissingEngineError, PolicyError
from redactor.job import Job
from redactor.night import Options
from redactor.queue import Queue
from tests.house import SECRET, House, check
from tests.night_engines import Engine, Unwatched, ray_cluster, until

RAY = Engine("ray", settings={"engine": "ray"})


@pytest.fixture(scope="module")
def rays() -> Iterator[None]:
    with ray_cluster(num_cpus=2, num_gpus=2):
        yield


class Strike:
    """As soon as the item is at work in a child, `blow` is told its process and that of its actor."""

    def __init__(self, house: House, blow: Any) -> None:
        self.mark, self.place = house.root / "at-work", house.source / "long.txt"
        self.place.write_text(f"grandchild {self.mark}\n{SECRET}", encoding="utf-8")
        self.after = f"short\n{SECRET}"
        self._blow, self._error = blow, ""
        self._thread = threading.Thread(target=self._wait)

    def __enter__(self) -> Strike:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()

    def _wait(self) -> None:
        until(lambda: self.mark.exists() and len(self.mark.read_text().split()) == 2)
        child = int(self.mark.read_text().split()[1])
        actor = int(Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[1])
        self._blow(child, actor)


def strike(house: House, blow: Any, lost: bool) -> None:
    """An item is at work when it happens; it is tried once more, in this night or, as it has changed, in the next."""
    texts = house.fill(5)
    with Strike(house, blow) as struck:
        ends = RAY.night(house)
    assert (("long.txt", 0, "ACTOR_LOST") in ends) == lost
    assert len({label for label, _, _ in ends}) == 6
    struck.place.write_text(struck.after, encoding="utf-8")
    texts["long.txt"] = struck.after
    RAY.night(house)
    check(house, texts)
    assert {label for label, code, _ in RAY.night(house)} == {"day1/note3.txt"}


@pytest.mark.slow
def test_an_actor_is_killed_and_one_takes_its_place(rays: None, tmp_path: Path) -> None:
    house = RAY.house(tmp_path)
    place = house.source / "long.txt"

    def blow(_child: int, actor: int) -> None:
        # The second time it is harmless.
        place.write_text(f"short\n{SECRET}", encoding="utf-8")
        os.kill(actor, signal.SIGKILL)

    strike(house, blow, lost=True)


@pytest.mark.slow
def test_the_child_of_an_actor_is_killed_and_another_is_started(rays: None, tmp_path: Path) -> None:
    house = RAY.house(tmp_path)
    place = house.source / "long.txt"

    def blow(child: int, _actor: int) -> None:
        place.write_text(f"short\n{SECRET}", encoding="utf-8")
        os.kill(child, signal.SIGKILL)

    strike(house, blow, lost=False)


@pytest.mark.slow
def test_an_item_that_takes_its_actor_along_is_quarantined(rays: None, tmp_path: Path) -> None:
    house = RAY.house(tmp_path)
    texts = house.fill(3)
    (house.source / "worst.txt").write_text(f"orphan\n{SECRET}", encoding="utf-8")
    ends = RAY.night(house)
    assert [reason for label, _, reason in ends if label == "worst.txt"] == ["ACTOR_LOST", "ACTOR_LOST"]
    with closing(house.ledger()) as ledger:
        ledger.verify()
        assert [row.label for row in Queue(ledger).listing("quarantined")] == ["worst.txt"]
        assert {row.label for row in Queue(ledger).listing("committed")} == set(texts)
    assert not list((house.output / ".redactor.tmp").glob("*-*-*"))


@pytest.mark.slow
def test_fewer_workers_where_there_is_less_room_and_none_where_there_is_no_room(rays: None, tmp_path: Path) -> None:
    crew = cluster.Crew(RAY.house(tmp_path).policy(), room_s=20)
    assert crew.begin(3, "a run") == 2
    assert crew.notes == ["the Ray cluster has room for 2 of 3 workers"]
    crew.end()
    run = {"engine": "ray", "workers": 2, "ray": {"cpus": 64}}
    house = House(tmp_path, settings={"run": run})
    house.fill(1)
    with closing(house.ledger()) as ledger:
        job = Job(house.policy(), ledger, Options(workers=2))
        with pytest.raises(MissingEngineError, match="64 processors free"):
            list(job.outcomes(Unwatched()))
        assert Queue(ledger).runs(1) == []
    assert not house.output.exists()


@pytest.mark.slow
def test_graphics_processors_are_for_what_has_sound(rays: None, tmp_path: Path) -> None:
    run = {"engine": "ray", "workers": 2, "ray": {"cpus": 0.5, "gpus": 1, "gpu_workers": 1}}
    house = House(tmp_path, settings={"run": run})
    house.fill(1)
    crew = cluster.Crew(house.policy(), room_s=20)
    assert crew.begin(3, "a run") == 3
    with closing(house.ledger()) as ledger:
        night = Job(house.policy(), ledger, Options()).night
        kinds = [crew.processor(number, night).kinds for number in range(3)]
    assert kinds == [("audio", "video"), ("image", "text", ""), ("image", "text", "")]
    crew.end()


def test_machines_cannot_share_sqlite(tmp_path: Path) -> None:
    run = {"engine": "ray", "ray": {"address": "ray://head:10001"}}
    house = House(tmp_path, settings={"run": run})
    house.fill(1)
    with closing(house.ledger()) as ledger, pytest.raises(PolicyError, match="PostgreSQL"):
        Job(house.policy(), ledger, Options())


def test_without_ray_nothing_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = RAY.house(tmp_path)
    house.fill(1)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingEngineError, match=r"pip install 'redactor\[ray\]'"):
        RAY.night(house)
    assert not house.output.exists()
