"""A night over real stores and a real ledger: everything ends in one state, a rerun does nothing, nothing is lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest

from redactor.errors import ChildDiedError
from redactor.isolation import Child
from redactor.job import Job
from redactor.night import Options
from redactor.orders import Order
from redactor.queue import Queue
from tests.house import SECRET, House, check


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def hows(ended: list[tuple[str, str, str]]) -> dict[str, str]:
    return {label: how for label, how, _ in ended}


def test_every_item_ends_once_and_a_rerun_does_nothing(house: House) -> None:
    texts = house.fill(6)
    first = house.night()
    assert sorted(how for _, how, _ in first) == ["done"] * 5 + ["refused"]
    check(house, texts)
    before = {p: p.stat().st_mtime_ns for p in house.output.rglob("*") if p.is_file() and p.name != ".redactor.lock"}
    with closing(house.ledger()) as ledger:
        entries = ledger.verify()
    # What was refused stands refused, and is told again.
    assert house.night() == [("day1/note3.txt", "stands", "EMPTY_FILE")]
    with closing(house.ledger()) as ledger:
        assert ledger.verify() == entries
    assert before == {p: p.stat().st_mtime_ns for p in before}


def test_a_changed_file_a_changed_policy_and_a_missing_output_are_done_again(house: House) -> None:
    texts = house.fill(3)
    house.night()
    (house.source / "day0/note0.txt").write_text(f"new {SECRET}")
    assert hows(house.night()) == {"day0/note0.txt": "done"}
    assert (house.output / "day0/note0.txt").read_text() == "new [PHONE_NUMBER]"
    (house.output / "day1/note1.redaction.json").unlink()
    assert hows(house.night()) == {"day1/note1.txt": "done"}
    changed = house.policy(text={"placeholder": "<{type}>"})
    assert set(hows(house.night(changed)).values()) == {"done"}
    texts["day0/note0.txt"] = f"new {SECRET}"
    check(house, texts, changed)


def test_a_touched_file_is_not_done_again(house: House) -> None:
    house.fill(2)
    house.night()
    os.utime(house.source / "day0/note0.txt", (1, 1))
    assert hows(house.night()) == {"day0/note0.txt": "unchanged"}
    assert house.night() == []


def test_a_moved_file_is_recognised(house: House) -> None:
    house.fill(3)
    house.night()
    asked: list[str] = []
    (house.source / "later").mkdir()
    shutil.move(house.source / "day0/note0.txt", house.source / "later/other.txt")
    assert hows(house.night(before=lambda order: asked.append(order.item))) == {"later/other.txt": "moved"}
    assert asked == []
    body = json.loads((house.output / "later/other.redaction.json").read_text())
    assert body["output"] == "later/other.txt"
    assert "[PHONE_NUMBER]" in (house.output / "later/other.txt").read_text()


def test_names_of_originals_reach_neither_ledger_nor_outputs(house: House) -> None:
    house.fill(1)
    (house.source / f"{SECRET}.txt").write_text("nothing")
    assert sorted(hows(house.night()).values()) == ["done", "done"]
    for path in (p for p in house.root.rglob("*") if p.is_file() and house.source not in p.parents):
        assert SECRET.encode() not in path.read_bytes(), path
        assert SECRET not in path.name


def test_limit_only_and_until(house: House) -> None:
    texts = house.fill(6)
    assert len(house.night(options=Options(limit=2))) == 2
    assert set(hows(house.night(options=Options(only="*note5*")))) <= {"day1/note5.txt"}
    assert house.night(options=Options(until=datetime.now(UTC) - timedelta(seconds=1))) == []
    assert house.night(options=Options(only="nowhere*")) == []
    house.night()
    check(house, texts)


def test_a_dry_run_changes_nothing(house: House) -> None:
    texts = house.fill(4)
    house.night(options=Options(dry=True))
    assert not house.output.exists()
    with closing(house.ledger()) as ledger:
        assert ledger.verify() == 0
        assert Queue(ledger).counts() == {}
    house.night()
    check(house, texts)


def test_a_file_that_grows_is_left_for_the_next_run(house: House) -> None:
    texts = house.fill(2)
    growing, over = house.source / "day0/growing.txt", threading.Event()
    growing.write_text("a")

    def grow() -> None:
        while not over.wait(0.02):
            with growing.open("a") as stream:
                stream.write("a")

    policy = house.policy()
    store = policy.stores[0].model_copy(update={"settle_s": 0.1})
    policy = policy.model_copy(update={"stores": (store,)})
    thread = threading.Thread(target=grow)
    thread.start()
    try:
        assert "day0/growing.txt" not in hows(house.night(policy))
    finally:
        over.set()
        thread.join()
    assert hows(house.night(policy)) == {"day0/growing.txt": "done"}
    texts["day0/growing.txt"] = growing.read_text()
    check(house, texts)


def test_many_runs_at_once_do_each_item_once(house: House) -> None:
    texts = house.fill(40)
    ended: list[tuple[str, str, str]] = []
    threads = [threading.Thread(target=lambda: ended.extend(house.night())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(label for label, how, _ in ended if how == "done") == sorted(t for t, text in texts.items() if text)
    check(house, texts)


def test_a_file_that_somebody_else_put_there_is_in_the_way(house: House) -> None:
    house.fill(2)
    (house.output / "day0").mkdir(parents=True)
    (house.output / "day0/note0.txt").write_text("a person's notes")
    ended = {label: (how, reason) for label, how, reason in house.night()}
    assert ended["day0/note0.txt"] == ("refused", "OUTPUT_EXISTS")
    assert (house.output / "day0/note0.txt").read_text() == "a person's notes"
    (house.output / "day0/note0.txt").unlink()
    assert hows(house.night()) == {"day0/note0.txt": "done"}


def test_a_full_disk_refuses_and_the_next_run_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = house.fill(3)

    def full(order: Order) -> None:
        raise OSError(28, "No space left on device")

    ended = house.night(before=full)
    assert {how for _, how, _ in ended} <= {"refused", "failed", "returned"}
    assert not list(house.output.rglob("*.txt"))
    house.night()
    check(house, texts)


def test_the_steps_of_an_item_and_an_error_inside_one(house: House) -> None:
    texts, steps = house.fill(1), []

    def step(name: str) -> None:
        steps.append(name)
        if name == "verified":
            raise RuntimeError("a defect")

    ended = house.night(step=step)
    assert [(how, reason) for _, how, reason in ended] == [("failed", "REDACTOR")]
    assert "verified" in steps
    assert not list(house.output.rglob("*.txt"))
    house.night()
    check(house, texts)


def test_a_name_on_which_its_judge_dies_is_not_shown(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def names(_child: Child, places: Sequence[PurePosixPath]) -> list[PurePosixPath]:
        if any(place.name == "hostile.txt" for place in places):
            raise ChildDiedError("it crashed", reason="CRASHED")
        return list(places)

    house.fill(1)
    monkeypatch.setattr(Child, "names", names)
    with closing(house.ledger()) as ledger:
        job = Job(house.policy(), ledger, Options())
        public = job._names([PurePosixPath(name) for name in ("a.txt", "hostile.txt", "b.txt")])
    assert [str(public[0]), str(public[2])] == ["a.txt", "b.txt"]
    assert re.fullmatch(r"item-[0-9a-f]{16}\.txt", str(public[1]))
