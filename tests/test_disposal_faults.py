"""Disposal when something goes wrong: killed at every step, held at every step, twice at once, stores that go away."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from redactor.boundary import Level, Place
from redactor.discovery import OpenStore
from redactor.errors import StoreError
from redactor.retention import Due
from tests.disposals import applied, dues, hold, hows, items, notes
from tests.forks import begun, ended, forked
from tests.house import PLACEHOLDER, SECRET, House, KillAt, told

_STEPS = 30
"""More than any apply of two items has."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = House(tmp_path_factory.mktemp("made"))
    house.fill(3)
    house.night()
    return house.root


@pytest.fixture
def house(made: Path, tmp_path: Path) -> House:
    shutil.copytree(made, tmp_path / "house")
    return House(tmp_path / "house")


def two(house: House, action: str) -> list[Due]:
    """All are due but the last: its store never looks unmounted."""
    return [due for due in dues(house, action) if "note2" not in due.item.label and not due.item.gone]


def disposals_of(house: House) -> Counter[str]:
    with closing(house.ledger()) as ledger:
        ledger.verify()
        return Counter(item for event, item in told(ledger) if event == "disposed")


@pytest.mark.parametrize("action", ["deidentify", "destroy"])
def test_killed_at_every_step_it_is_ended_by_the_next_apply(made: Path, tmp_path: Path, action: str) -> None:
    for number in range(1, _STEPS):
        shutil.copytree(made, tmp_path / str(number))
        house = House(tmp_path / str(number))
        wanted = two(house, action)
        code = forked(lambda house=house, due=wanted, at=number: applied(house, due, step=KillAt(at)))
        for name in ("day0/note0.txt", "day1/note1.txt") if action == "deidentify" else ():
            assert (house.output / name).read_text(encoding="utf-8").endswith(f"τηλ {PLACEHOLDER}\n")
        applied(house, two(house, action), run="apply-2")
        assert set(disposals_of(house).values()) == {1}
        assert len(disposals_of(house)) == 2
        assert set(notes(house)) == {"done"}
        assert [str(p.name) for p in house.source.rglob("*.txt")] == ["note2.txt"]
        left = {p.name for p in house.output.rglob("note*")}
        assert ("note0.txt" in left) == (action == "deidentify")
        assert Counter(item.gone for item in items(house)) == {action: 2, "": 1}
        if code == 0:
            break
        assert code == -9
    else:
        pytest.fail("it was killed at each step, and never came to its end")
    assert number > 10


def test_what_was_begun_and_is_not_due_any_more_is_told_or_given_up(house: House) -> None:
    for step in ("begun", "original"):

        def kill(name: str, at: str = step) -> None:
            if name == at:
                os.kill(os.getpid(), 9)

        wanted = [due for due in two(house, "deidentify") if due.item.gone == ""][:1]
        assert forked(lambda due=wanted, kill=kill: applied(house, due, step=kill)) == -9
        assert "begun" in notes(house)
        ended = applied(house, [], run="apply-2")
        assert hows(ended) == ([] if step == "begun" else [("done", "")])
        assert notes(house) == ([] if step == "begun" else ["done"])
    assert Counter(item.gone for item in items(house)) == {"deidentify": 1, "": 2}


def test_a_hold_that_came_after_the_original_went_keeps_the_rest(house: House) -> None:
    def kill(name: str) -> None:
        if name == "original":
            os.kill(os.getpid(), 9)

    wanted = two(house, "destroy")[:1]
    assert forked(lambda: applied(house, wanted, step=kill)) == -9
    hold(house)
    assert [(one.how, one.action) for one in applied(house, two(house, "destroy")[:1])] == [("done", "erase")]
    assert (house.output / wanted[0].item.label).exists()


@pytest.mark.parametrize("at", ["walked", "begun"])
@pytest.mark.parametrize("action", ["deidentify", "erase", "destroy"])
def test_a_hold_set_before_the_gate_wins(house: House, at: str, action: str) -> None:
    set_once: list[int] = []

    def held(step: str) -> None:
        if step == at and not set_once:
            set_once.append(hold(house))

    before = {p: p.read_bytes() for p in [*house.source.rglob("*.txt"), *house.output.rglob("*.txt")]}
    assert hows(applied(house, two(house, action), step=held)) == [("kept", "HELD")] * 2
    assert {p: p.read_bytes() for p in before} == before
    assert notes(house) == []


@pytest.mark.parametrize("at", ["gate", "original", "copy", "figures", "noted"])
def test_a_hold_set_within_the_gate_waits_until_the_item_is_told_and_keeps_the_next(house: House, at: str) -> None:
    threads: list[threading.Thread] = []
    waited: list[bool] = []

    def held(step: str) -> None:
        if step == at and not threads:
            threads.append(threading.Thread(target=hold, args=(house,)))
            threads[0].start()
        elif step == "told" and threads and not waited:
            threads[0].join(30)
            waited.append(not threads[0].is_alive())
        if step == "noted" and threads and not waited:
            time.sleep(0.05)
            assert threads[0].is_alive()

    ended = applied(house, two(house, "destroy"), step=held)
    assert waited == [True]
    assert hows(ended) == [("done", ""), ("kept", "HELD")]


def test_two_at_once_do_each_item_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.fill(14)
    house.night()
    wanted = [due for due in dues(house, "destroy") if "note2" not in due.item.label]
    begin = time.monotonic() + 0.5

    def apply(number: int) -> None:
        time.sleep(max(0.0, begin - time.monotonic()))
        ended = applied(house, wanted, run=f"apply-{number}")
        assert {one.how for one in ended} <= {"done", "elsewhere"}
        counts = Counter(one.how for one in ended)
        (tmp_path / f"told{number}").write_text(json.dumps(counts), encoding="utf-8")

    pids = [begun(lambda n=n: apply(n)) for n in range(2)]
    assert [ended(pid) for pid in pids] == [0, 0]
    counts = [Counter(json.loads((tmp_path / f"told{n}").read_text())) for n in range(2)]
    assert sum(counts, Counter()) == {"done": len(wanted), "elsewhere": len(wanted)}
    assert set(disposals_of(house).values()) == {1}
    assert len(disposals_of(house)) == len(wanted)
    assert [p.name for p in house.source.rglob("*.txt") if "note3" not in p.name] == ["note2.txt"]


class Failing:
    """A place that goes away at the n-th removal."""

    def __init__(self, place: Place, after: int, reason: str = "STORE_DOWN") -> None:
        self._place, self._left, self._reason = place, after, reason

    def __getattr__(self, name: str) -> Any:
        return getattr(self._place, name)

    def erase(self, relative: Any, *, overwrite: bool = False) -> Level:
        self._left -= 1
        if self._left < 0:
            raise StoreError("the store did not answer", reason=self._reason)
        return self._place.erase(relative, overwrite=overwrite)


def failing(what: str, after: int, reason: str = "STORE_DOWN") -> Any:
    def change(stores: Mapping[str, OpenStore]) -> dict[str, OpenStore]:
        changed: dict[str, Any] = {what: Failing(getattr(stores["notes"], what), after, reason)}
        return {**stores, "notes": replace(stores["notes"], **changed)}

    return change


def test_a_store_that_goes_away_in_the_middle_keeps_the_rest_and_is_gone_on_with(house: House) -> None:
    wanted = two(house, "deidentify")
    ended = applied(house, wanted, change=failing("source", 1))
    assert hows(ended) == [("done", ""), ("kept", "STORE_DOWN")]
    assert Counter(item.gone for item in items(house)) == {"deidentify": 1, "": 2}
    assert hows(applied(house, two(house, "deidentify"))) == [("done", "")]


def test_an_output_that_goes_away_after_the_original_went_is_taken_up_again(house: House) -> None:
    ended = applied(house, two(house, "destroy")[:1], change=failing("output", 1))
    assert hows(ended) == [("kept", "STORE_DOWN")]
    assert notes(house) == ["begun"]
    ended = applied(house, two(house, "destroy")[:1], run="apply-2")
    assert [(one.how, one.action, one.level) for one in ended] == [("done", "destroy", "deleted")]
    assert not list(house.output.rglob("note0*"))


def test_one_locked_object_does_not_keep_the_others(house: House) -> None:
    ended = applied(house, two(house, "erase"), change=failing("source", 1, "OBJECT_LOCKED"))
    assert hows(ended) == [("done", ""), ("kept", "OBJECT_LOCKED")]


def test_one_store_that_is_away_does_not_stop_the_other(tmp_path: Path) -> None:
    stores = [
        {"name": name, "source": f"{tmp_path}/{name}/in", "output": f"{tmp_path}/{name}/out", "settle_s": 0}
        for name in ("one", "two")
    ]
    house = House(tmp_path, settings={"stores": stores})
    for store in stores:
        Path(str(store["source"])).mkdir(parents=True)
        Path(f"{store['source']}/a.txt").write_text(f"τηλ {SECRET}", encoding="utf-8")
    house.night()
    Path(str(stores[0]["source"])).rename(tmp_path / "unmounted")
    ended = applied(house, dues(house, "erase"))
    assert [(one.item.store, one.how, one.reason) for one in ended] == [
        ("one", "kept", "STORE_DOWN"),
        ("two", "done", ""),
    ]
    assert (tmp_path / "unmounted/a.txt").exists()


def test_a_folder_that_cannot_be_listed_hides_what_may_be_there(house: House) -> None:
    wanted = [due for due in dues(house, "destroy") if "note1" in due.item.label]

    class Unlisted:
        def __init__(self, place: Place) -> None:
            self._place = place

        def __getattr__(self, name: str) -> Any:
            return getattr(self._place, name)

        def walk(self) -> Iterator[list[Any]]:
            from redactor.boundary import Seen, cannot_list

            for part in self._place.walk():
                yield [
                    Seen(seen.relative.parent, 0, "", 0.0, cannot_list(PermissionError(13, "Permission denied")))
                    if seen.relative.parts[0] == "day1"
                    else seen
                    for seen in part
                ]

    def change(stores: Mapping[str, OpenStore]) -> dict[str, OpenStore]:
        source: Any = Unlisted(stores["notes"].source)
        return {"notes": replace(stores["notes"], source=source)}

    assert hows(applied(house, wanted, change=change)) == [("kept", "STORE_PARTLY")]
    assert (house.output / "day1/note1.txt").exists()


def test_an_answer_of_the_ledger_that_was_lost_does_not_do_it_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from redactor.database import Database

    write, lost = Database.write, []

    def twice(self: Database, work: Any, **named: Any) -> Any:
        result = write(self, work, **named)
        if named.get("what") == "change":
            lost.append(result)
            return write(self, work, **named)
        return result

    monkeypatch.setattr(Database, "write", twice)
    ended = applied(house, two(house, "destroy"))
    assert len(lost) == 2
    assert {one.level for one in ended} == {"deleted"}
    assert hows(ended) == [("done", "")] * 2
    assert set(disposals_of(house).values()) == {1}
