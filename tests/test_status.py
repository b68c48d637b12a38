"""What `redactor status` and the journal of a run say: enough for an operator, and no name of an original."""

from __future__ import annotations

import io
import json
from contextlib import closing
from pathlib import Path

from redactor.errors import ExitCode
from redactor.holders import Holder
from redactor.job import Job
from redactor.journal import Journal
from redactor.ledger import Ledger
from redactor.night import Options
from redactor.progress import Chronicler
from redactor.queue import Found, Queue
from redactor.status import status_of
from tests.house import SECRET, House


def journalled(house: House, factory: str = "tests.scripted_child:obeying") -> tuple[list[dict[str, object]], str]:
    """A run with a journal: its lines, and all that it wrote."""
    out, policy = io.StringIO(), house.policy(run={"workers": 1}, names={"template": "{digest}"})
    journal = Journal(out)
    with closing(Ledger(policy.ledger.url)) as ledger:
        job = Job(policy, ledger, Options(workers=1), factory=factory, journal=journal)
        codes = [outcome.code for outcome in job.outcomes(Chronicler(journal))]
        job.report(job.exit_code(ExitCode.PARTLY_FAILED if any(codes) else ExitCode.DONE))
    return [json.loads(line) for line in out.getvalue().splitlines()], out.getvalue()


def test_the_journal_of_a_run_tells_all_and_names_nobody(tmp_path: Path) -> None:
    house = House(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / f"call of {SECRET}.txt").write_text(f"τηλ {SECRET}")
    (tmp_path / "in" / "dies.txt").write_text("die SIGKILL")
    (tmp_path / "in" / "empty.txt").write_text("")
    lines, text = journalled(house)
    assert [lines[0]["event"], lines[-1]["event"]] == ["run_started", "run_ended"]
    assert {line["run"] for line in lines} == {lines[0]["run"]}
    assert [line["store"] for line in lines if line["event"] == "store_walked"] == ["notes"]
    died = [line for line in lines if line["event"] == "child_died"]
    assert [line["label"] for line in died] == ["dies.txt", "dies.txt"]
    ended = {str(line["label"]): line for line in lines if line["event"] == "item_ended"}
    assert len(ended) == 3
    assert ended["empty.txt"]["reason"] == "EMPTY_FILE"
    assert sorted(str(line["outcome"]) for line in ended.values()) == ["done", "not done", "not done"]
    assert all(isinstance(line["seconds"], float) for line in ended.values())
    assert (lines[-1]["code"], lines[-1]["verdict"], lines[-1]["done"]) == (8, "look", 1)
    with closing(house.ledger()) as ledger:
        last = status_of(Queue(ledger)).last
    assert last is not None
    assert (last.run, last.verdict) == (lines[0]["run"], "look")
    assert SECRET not in text
    assert str(tmp_path) not in text


def test_a_store_that_is_down_is_in_the_journal(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.fill(1)
    away = {"name": "away", "source": "memory://nowhere-at-all/x", "output": str(tmp_path / "o2"), "settle_s": 0}
    house.settings["stores"] = [house.policy().stores[0].model_dump(), away]
    lines, _ = journalled(house)
    (down,) = [line for line in lines if line["event"] == "store_down"]
    assert (down["store"], down["reason"], down["level"]) == ("away", "STORE_DOWN", "warning")
    assert (lines[-1]["code"], lines[-1]["verdict"], lines[-1]["done"]) == (8, "bad", 1)


def test_status_before_within_and_after_a_night(tmp_path: Path) -> None:
    house = House(tmp_path)
    with closing(house.ledger()) as ledger:
        queue = Queue(ledger)
        assert status_of(queue).lines() == [
            "no run is at work", "0 items are left to do", "no night has come to its end so far"
        ]  # fmt: skip
        queue.begin_run("r1", "p", "host")
        queue.offer([item(n) for n in range(3)], run="r1", policy_digest="p", version="1")
        assert status_of(queue).runs[0].standing == "holds nothing"
        claim(queue, str(Holder.here()))
        claim(queue, "other/1/host|7|8")
        now = status_of(queue)
        assert (now.in_work, now.left, now.runs[0].standing) == (2, 1, "at work")
        assert now.lines()[0].startswith("run r1 is at work since ")
    with closing(house.ledger()) as ledger:
        queue = Queue(ledger)
        queue.begin_run("r2", "p", "host")
        queue.end_run("r2", json.dumps({"exit_code": 8, "level": "look", "items": 3, "needs": 1, "later": 0}))
        now = status_of(queue)
        assert now.last is not None
        assert (now.last.run, now.last.verdict, now.last.figures["exit_code"]) == ("r2", "look", 8)
        assert "last night: look (exit 8)" in now.lines()[-1]
        body = json.loads(json.dumps(now.as_dict()))
    assert (body["going_on"], body["in_work"], body["last"]["verdict"]) == (["r1"], 2, "look")


def test_a_run_whose_process_is_gone_is_not_at_work(tmp_path: Path) -> None:
    with closing(House(tmp_path).ledger()) as ledger:
        queue, here = Queue(ledger), Holder.here()
        queue.begin_run("r1", "p", "host")
        queue.offer([item(0)], run="r1", policy_digest="p", version="1")
        claim(queue, str(Holder(here.host, here.pid, here.started + 1)))
        now = status_of(queue)
    assert (now.runs[0].standing, now.going_on) == ("died", ())
    assert "has not ended (died)" in now.lines()[1]


def item(number: int) -> Found:
    digest = f"{number:064x}"
    return Found("s", digest, f"{number}.txt", "text", "acme", "", digest, 0, 1, "stamp", "{}")


def claim(queue: Queue, holder: str) -> None:
    assert queue.claim(run="r1", holder=holder, whole=["s"], policy_digest="p", lease_s=60)
