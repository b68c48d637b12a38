"""The queue under stress: many claimants, killed claimants, a restarted server, answers that get lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from redactor.database import Database, passes
from redactor.errors import LedgerError
from redactor.holders import Holder, alive
from redactor.ledger import Ledger
from tests.postgres import Server
from tests.queues import Bench, digest, found

ROOT = Path(__file__).parents[1]
CLAIMANT = """
import sys
from redactor.holders import Holder
from tests.queues import Bench
bench, hold = Bench(sys.argv[1]), sys.argv[2] == "hold"
while claim := bench.claim(holder=str(Holder.here())):
    print(*(f"{row.item}/{row.token}" for row in claim.rows), flush=True)
    if hold:
        bench.queue.written(claim, claim.rows[0].id, source_digest="", pending="{}")
        print("holding", flush=True)
        sys.stdin.read()
    bench.finish(claim)
"""


def start(url: str, mode: str = "work") -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", CLAIMANT, url, mode]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_threads_never_get_the_same_row(bench: Bench) -> None:
    bench.offer(*(found(n, bundle=digest(n // 2), client=f"c{n % 3}") for n in range(60)))
    taken: list[tuple[str, int]] = []

    def work(number: int) -> None:
        # None can also mean that others had their hands on the rows just then.
        while sum(bench.queue.unfinished(["calls"], "r1").values()):
            if claim := bench.claim(holder=f"thread{number}"):
                assert len(claim.rows) == 2
                taken.extend((row.item, row.token) for row in claim.rows)
                bench.finish(claim)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert Counter(taken) == {(digest(n), 1): 1 for n in range(60)}
    assert bench.ledger.verify() == 60


def test_processes_never_get_the_same_row(bench: Bench) -> None:
    bench.offer(*(found(n) for n in range(60)))
    workers = [start(bench.url) for _ in range(3)]
    taken = [line for worker in workers for line in worker.communicate(timeout=100)[0].split()]
    assert sorted(taken) == sorted(f"{digest(n)}/1" for n in range(60))
    assert bench.queue.counts() == {("calls", "committed"): 60}
    assert bench.ledger.verify() == 60


def test_a_claimant_that_is_killed_is_buried(bench: Bench) -> None:
    bench.offer(found(1))
    with start(bench.url, "hold") as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        assert worker.stdout.readline() == "holding\n"
        assert bench.queue.bury(alive) == 0
        assert bench.claim() is None
        # Stopped is not dead.
        worker.send_signal(signal.SIGSTOP)
        assert bench.queue.bury(alive) == 0
        worker.kill()
        time.sleep(0.2)
        # A zombie is dead, though nobody has waited for it.
        assert bench.queue.bury(alive) == 1
    claim = bench.must_claim()
    assert (claim.rows[0].token, claim.rows[0].pending, claim.rows[0].attempts) == (2, "{}", 2)
    bench.finish(claim)


def test_a_limit_holds_among_many(bench: Bench) -> None:
    bench.offer(*(found(n) for n in range(40)))
    held, most, lock = 0, 0, threading.Lock()

    def work(number: int) -> None:
        nonlocal held, most
        while sum(bench.queue.unfinished(["calls"], "r1").values()):
            if claim := bench.claim(limits={"acme": 2}, holder=f"thread{number}"):
                with lock:
                    held += 1
                    most = max(most, held)
                time.sleep(0.005)
                with lock:
                    held -= 1
                bench.finish(claim)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert most <= 2
    assert bench.ledger.verify() == 40


def test_coordinators_that_find_the_same_at_once(bench: Bench) -> None:
    items = [found(n) for n in range(300)]
    others = [Bench(bench.url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda other: Counter(other.changes(*items)), others))
    assert sum(answer["new"] for answer in answers) == 300
    assert sum(answer["again"] for answer in answers) == 900
    assert bench.queue.counts() == {("calls", "discovered"): 300}
    for other in others:
        other.ledger.close()


@pytest.mark.parametrize("lost", ["before", "after"])
def test_answers_that_get_lost(bench: Bench, monkeypatch: pytest.MonkeyPatch, lost: str) -> None:
    """Every second transaction fails, before or after its commit, as when the server goes away."""
    once, calls = Database._once, Counter[str]()

    def failing(self: Database, work: Callable[[sa.Connection], Any], **how: bool) -> Any:
        calls["all"] += 1
        if calls["all"] % 2:
            if lost == "after":
                once(self, work, **how)
            raise OperationalError("", {}, Exception("database is locked"))
        return once(self, work, **how)

    monkeypatch.setattr(Database, "_once", failing)
    bundle = digest("b")
    assert set(bench.changes(found(1, bundle=bundle), found(2, bundle=bundle), found(3), found(4), found(5))) <= {
        "new",
        "again",
    }
    claim = bench.must_claim()
    assert [row.token for row in claim.rows] == [1, 1]
    assert bench.queue.renew(claim, 600)
    bench.finish(claim)
    claim = bench.must_claim()
    assert [bench.queue.crashed(claim, claim.rows[0].id) for _ in range(2)] == [1, 2]
    bench.end(claim, "quarantined")
    claim = bench.must_claim()
    bench.queue.release(claim, [claim.rows[0].id])
    assert bench.row(4).attempts == 0
    bench.finish(bench.must_claim())
    bench.offer(found(1, bundle=bundle, stamp="s2"))
    claim = bench.must_claim()
    assert [row.token for row in claim.rows] == [2, 2]
    for row in claim.rows:
        bench.queue.same(claim, row.id, stamp="s2" if row.item == digest(1) else "s1")
    bench.finish(bench.must_claim())
    bench.queue.dispose(bench.row(5).id, _entry(bench))
    assert bench.claim() is None
    bench.ledger.append(_entry(bench))
    assert bench.ledger.verify() == 7
    assert calls["all"] > 30


def _entry(bench: Bench) -> Any:
    from tests.queues import entry

    return entry(bench.row(5), "disposed")


def test_patience_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db", patience_s=0.5)
    tries: list[int] = []

    def locked(_self: Database, _work: object, *, read: bool = False) -> None:
        tries.append(1)
        raise OperationalError("", {}, Exception("database is locked"))

    monkeypatch.setattr(Database, "_once", locked)
    with pytest.raises(LedgerError, match="cannot read the ledger: database is locked"):
        ledger.knows("x")
    assert len(tries) > 2
    tries.clear()
    monkeypatch.undo()
    with pytest.raises(LedgerError, match="no such table"):
        ledger.database.read(lambda connection: connection.execute(sa.text("SELECT 1 FROM nowhere")).all())


@pytest.mark.parametrize(
    ("text", "state", "passing"),
    [
        ("database is locked", None, True),
        ("database or disk is full", None, False),
        ("server closed the connection unexpectedly", "08006", True),
        ("could not serialize", "40001", True),
        ("terminating connection", "57P01", True),
        ("duplicate key", "23505", False),
    ],
)
def test_what_passes_and_what_lasts(text: str, state: str | None, passing: bool) -> None:
    error = Exception(text)
    if state:
        error.sqlstate = state  # type: ignore[attr-defined]
    assert passes(OperationalError("", {}, error)) is passing


@pytest.mark.slow
def test_postgres_restarts_in_the_middle(postgres: Server) -> None:
    bench = Bench(postgres.database("restarts"))
    bench.offer(*(found(n) for n in range(150)))
    seen: list[tuple[str, int]] = []
    stop = threading.Event()

    def work(number: int) -> None:
        try:
            while not stop.is_set() and sum(bench.queue.unfinished(["calls"], "r1").values()):
                if claim := bench.claim(holder=f"thread{number}"):
                    seen.extend((row.item, row.token) for row in claim.rows)
                    bench.finish(claim)
        finally:
            # Also when it failed: what it had claimed would be waited for.
            stop.set()

    def restart() -> int:
        count = 0
        while not stop.wait(0.4) and count < 4:
            postgres.restart("immediate" if count % 2 else "fast")
            count += 1
        return count

    with ThreadPoolExecutor(5) as pool:
        restarts = pool.submit(restart)
        list(pool.map(work, range(4)))
        assert restarts.result() >= 1
    assert Counter(seen) == {(digest(n), 1): 1 for n in range(150)}
    assert bench.queue.counts() == {("calls", "committed"): 150}
    assert bench.ledger.verify() == 150
    # Between steps, with nobody at work.
    bench.offer(found(500))
    claim = bench.must_claim()
    postgres.restart()
    bench.write(claim, claim.rows[0])
    postgres.restart("fast")
    bench.commit(claim, claim.rows[0])
    assert bench.ledger.verify() == 151
    bench.ledger.close()


@pytest.mark.slow
def test_a_server_that_is_not_there_is_waited_for_and_then_named(postgres: Server) -> None:
    url = postgres.database("away")
    Ledger(url).close()
    postgres.stop()
    began = time.monotonic()
    with pytest.raises(LedgerError, match="cannot open the ledger"):
        Ledger(url, patience_s=1)
    assert 0.9 < time.monotonic() - began < 20
    later = threading.Timer(1.5, postgres.start)
    later.start()
    ledger = Ledger(url, patience_s=30)
    later.join()
    assert ledger.verify() == 0
    ledger.close()


def test_holders_tell_the_living_from_the_dead() -> None:
    here = Holder.here()
    assert Holder.parse(str(here)) == here
    assert alive(str(here)) is True
    assert alive(str(Holder(here.host, here.pid, here.started + 1))) is False
    assert alive(str(Holder("another/1/host", here.pid, here.started))) is None
    for nonsense in ("", "x", "a|b|c", "|1|1"):
        assert alive(nonsense) is None
    with subprocess.Popen(["sleep", "60"]) as child:
        told = Path(f"/proc/{child.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        other = str(Holder(here.host, child.pid, int(told[19])))
        assert alive(other) is True
        os.kill(child.pid, signal.SIGKILL)
    assert alive(other) is False
