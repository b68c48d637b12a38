"""Releasing: whatever ends it, each output goes to its place once, nothing foreign is replaced, and all of it is told."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from redactor.errors import WithheldError
from redactor.orders import Order
from redactor.queue import Queue
from redactor.release import decide
from redactor.releasing import Forced, Releasing
from tests.disposals import applied, dues
from tests.forks import begun, ended, forked
from tests.gates import files, gated, held, hows, judged, kept_back, killed, released, told_once
from tests.house import House, KillAt, check
from tests.test_night_faults import Durable

FORCED = Forced("case 88", "head of quality")


def ready(root: Path, count: int = 3) -> tuple[House, dict[str, str]]:
    house, texts = gated(root, count)
    house.night()
    return house, texts


def test_outputs_go_to_their_places_and_all_of_it_is_told(tmp_path: Path) -> None:
    house, texts = ready(tmp_path, 5)
    before = {name.partition("/")[2]: (house.output / ".redactor.held" / name).read_bytes()
              for name in kept_back(house.output)}  # fmt: skip
    assert hows(released(house)) == [("released", "")] * 4
    check(house, texts)
    assert {name: (house.output / name).read_bytes() for name in files(house.output)} == before
    assert not (house.output / ".redactor.held").exists()
    assert told_once(house) == {"published": 4, "refused": 1, "release": 1, "released": 4}
    with closing(house.ledger()) as ledger:
        entries = list(ledger.entries())
        rows = list(Queue(ledger).listing("committed"))
    decided = next(json.loads(entry.detail) for entry in entries if entry.event == "release")
    assert decided["bars"] == [{"type": "PHONE_NUMBER", "bar": 0.9, "lower": 0.95, "why": "MET"}]
    published = {entry.item: entry for entry in entries if entry.event == "published"}
    for entry in (entry for entry in entries if entry.event == "released"):
        assert entry.output_digest == published[entry.item].output_digest
        assert json.loads(entry.detail)["of"] == published[entry.item].run == decided["of"]
    assert {row.marks for row in rows} == {"[]"}
    assert {row.pending for row in rows} == {""}


def test_a_second_release_and_a_night_after_it_find_nothing_to_do(tmp_path: Path) -> None:
    house, texts = ready(tmp_path)
    released(house)
    stamps = {name: (house.output / name).stat().st_ino for name in files(house.output)}
    assert released(house) == []
    assert house.night() == []
    assert {name: (house.output / name).stat().st_ino for name in files(house.output)} == stamps
    check(house, texts)
    assert told_once(house)["released"] == 3


def test_a_kill_at_every_step_harms_nothing(tmp_path: Path) -> None:
    number, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        number += 1
        house, texts = ready(tmp_path / str(number), 2)
        code = killed(house, number)
        whole(house, texts)
        assert set(hows(released(house))) <= {("released", "")}
        check(house, texts)
        assert told_once(house)["released"] == 2
    assert code == 0
    # One step more than there are: the last run went through.
    assert number > 2 * 5


def whole(house: House, texts: dict[str, str]) -> None:
    """Each item stands whole: held back, or in its place."""
    for place, text in texts.items():
        found = [*house.output.glob(place), *house.output.glob(f".redactor.held/*/{place}")]
        assert [path.read_text(encoding="utf-8") for path in found] == [text.replace("6971234567", "[PHONE_NUMBER]")]


def test_a_power_cut_at_every_step_harms_nothing(tmp_path: Path) -> None:
    number, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        number += 1
        house, texts = ready(tmp_path / str(number), 2)

        def run(house: House = house, number: int = number) -> None:
            disk = Durable(house.output, random.Random(number))
            disk.take_stock()
            os.fsync = disk.fsync  # type: ignore[assignment]
            released(house, step=KillAt(number, disk.power_off))

        code = forked(run)
        assert set(hows(released(house))) <= {("released", "")}
        check(house, texts)
        assert told_once(house)["released"] == 2
    assert code == 0


@pytest.mark.parametrize("changed", [False, True])
def test_a_night_after_a_killed_release_takes_nothing_for_foreign(changed: bool, tmp_path: Path) -> None:
    for number in range(1, 30):
        house, texts = ready(tmp_path / str(number), 1)
        code = killed(house, number)
        policy = house.policy(text={"placeholder": "<{type}>"}) if changed else house.policy()
        assert {how for _, how, _ in house.night(policy)} <= {"done"}
        assert set(hows(released(house, policy=policy))) <= {("released", "")}
        assert files(house.output) == ["day0/note0.redaction.json", "day0/note0.txt"]
        assert kept_back(house.output) == []
        assert held(house) == []
        if not changed:
            check(house, texts)
        if code == 0:
            return
    pytest.fail("it never came to its end")


def test_destruction_after_a_killed_release_reaches_all_of_it(tmp_path: Path) -> None:
    for number in range(1, 30):
        house, _ = ready(tmp_path / str(number), 1)
        code = killed(house, number)
        assert {(one.how, one.reason) for one in applied(house, dues(house, "destroy"))} == {("done", "")}
        assert files(house.output) + kept_back(house.output) + files(house.source) == []
        assert released(house) == []
        if code == 0:
            return
    pytest.fail("it never came to its end")


def test_a_run_at_work_is_waited_for_and_one_that_was_killed_is_not(tmp_path: Path) -> None:
    house, _ = gated(tmp_path, 3)
    seen: list[tuple[bool, str, int]] = []

    def before(_order: Order) -> None:
        if found := judged(house):
            seen.append((found[0].held.at_work, found[0].lines()[-1], len(released(house, forced=FORCED))))

    def dies() -> None:
        house.night(before=lambda _order: os.kill(os.getpid(), signal.SIGKILL if held(house) else 0))

    assert forked(dies) == -signal.SIGKILL
    time.sleep(2.1)
    assert [(one.items, one.at_work) for one in held(house)] == [(1, False)]
    assert hows(released(house)) == [("released", "")]
    house.night(before=before)
    assert [(at_work, count) for at_work, _, count in seen] == [(True, 0)]
    assert "wait for its end" in seen[0][1]
    assert hows(released(house)) == [("released", "")] * 2


def test_two_at_once_take_turns(tmp_path: Path) -> None:
    house, texts = ready(tmp_path, 12)

    def release() -> None:
        assert {how for how, _ in hows(released(house))} <= {"released", "elsewhere"}

    pids = [begun(release) for _ in range(3)]
    assert [ended(pid) for pid in pids] == [0, 0, 0]
    check(house, texts)
    assert told_once(house)["released"] == 11


def test_a_release_while_a_night_does_the_items_again(tmp_path: Path) -> None:
    house, texts = ready(tmp_path, 4)
    changed = house.policy(text={"placeholder": "<{type}>"})
    ended: list[tuple[str, str]] = []
    house.night(changed, before=lambda _order: ended.extend(hows(released(house))))
    assert {how for how, _ in ended} <= {"released", "elsewhere", "waits"}
    assert set(hows(released(house, policy=changed))) <= {("released", "")}
    assert held(house) == []
    check(house, texts, changed)


def test_what_is_damaged_stays_and_is_made_anew(tmp_path: Path) -> None:
    house, texts = ready(tmp_path)
    (hurt,) = house.output.glob(".redactor.held/*/day1/note1.txt")
    hurt.write_text("something else", encoding="utf-8")
    assert hows(released(house)) == [("kept", "COPY_DAMAGED"), ("released", ""), ("released", "")]
    assert "day1/note1.txt" not in files(house.output)
    assert [how for _, how, _ in house.night()] == ["done"]
    assert hows(released(house)) == [("released", "")]
    check(house, texts)


def test_a_file_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    house, texts = ready(tmp_path)
    (house.output / "day1").mkdir()
    (house.output / "day1/note1.txt").write_text("mine", encoding="utf-8")
    assert ("kept", "OUTPUT_EXISTS") in hows(released(house))
    assert (house.output / "day1/note1.txt").read_text(encoding="utf-8") == "mine"
    (house.output / "day1/note1.txt").unlink()
    assert hows(released(house)) == [("released", "")]
    check(house, texts)


def test_what_was_released_before_stays_until_the_new_output_is(tmp_path: Path) -> None:
    house, _ = ready(tmp_path)
    released(house)
    changed = house.policy(text={"placeholder": "<{type}>"}, names={"template": "{name}-new"})
    house.night(changed)
    old = [name for name in files(house.output) if "-new" not in name]
    assert files(house.output) == old
    assert len(old) == 6
    assert house.night(changed) == []
    assert hows(released(house, policy=changed)) == [("released", "")] * 3
    assert files(house.output) == sorted(name.replace(".redaction", "-new.redaction").replace(".txt", "-new.txt")
                                         for name in old)  # fmt: skip
    assert house.night(changed) == []


def test_what_was_refused_since_stays(tmp_path: Path) -> None:
    house, _ = ready(tmp_path)
    (house.source / "day1/note1.txt").write_text("", encoding="utf-8")
    house.night()
    assert [(run.items, run.waiting) for run in held(house)] == [(2, 1)]
    assert hows(released(house)) == [("released", ""), ("released", ""), ("waits", "")]
    assert "day1/note1.txt" not in files(house.output)
    assert [(run.items, run.waiting) for run in held(house)] == [(0, 1)]


def test_what_left_its_store_is_released_all_the_same(tmp_path: Path) -> None:
    house, _ = ready(tmp_path)
    (house.source / "day1/note1.txt").unlink()
    house.night()
    assert hows(released(house)) == [("released", "")] * 3
    assert "day1/note1.txt" in files(house.output)


@pytest.mark.parametrize("lower", [None, 0.89])
def test_a_bar_that_is_not_met_holds_all_of_it_back(lower: float | None, tmp_path: Path) -> None:
    house, _ = ready(tmp_path)
    assert released(house, lower) == []
    assert files(house.output) == []
    verdict = judged(house, lower)[0]
    with closing(house.ledger()) as ledger, pytest.raises(WithheldError) as caught:
        Releasing(ledger, {}, "r").release(verdict.held.run, verdict.decision)
    assert caught.value.reason == "NOT_RELEASED"
    assert "release" not in told_once(house)


def test_whoever_forces_it_is_told_with_the_reason(tmp_path: Path) -> None:
    house, texts = ready(tmp_path)
    assert hows(released(house, 0.5, forced=FORCED)) == [("released", "")] * 3
    check(house, texts)
    with closing(house.ledger()) as ledger:
        entries = list(ledger.entries())
    decided = next(entry for entry in entries if entry.event == "release")
    detail = json.loads(decided.detail)
    assert (decided.reason, detail["forced"], detail["authority"]) == ("FORCED", "case 88", "head of quality")
    assert [json.loads(entry.detail)["forced"] for entry in entries if entry.event == "released"] == [True] * 3


def test_without_a_gate_what_was_held_back_is_free(tmp_path: Path) -> None:
    house, texts = ready(tmp_path)
    free = house.policy(gate={})
    assert house.night(free) == []
    assert len(kept_back(house.output)) == 6
    assert hows(released(house, None, policy=free)) == [("released", "")] * 3
    check(house, texts)
    assert decide((), {}).release
