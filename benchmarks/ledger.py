"""What the queue costs per item: `python -m benchmarks.ledger`, with SQLite and (Debian's) PostgreSQL.

A whole life of an item (offered in thousands, claimed, written, verified, committed with its audit entry), claims by 1
to 32 threads and processes, a second offer of all that is finished, and claims in a ledger of many rows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.machine import RESULTS, keep, resident_mb
from redactor.ledger import Entry, Ledger
from redactor.queue import Claim, Committed, Found, Queue
from tests.postgres import postgres_server

POLICY = "p" * 64
_CHUNK = 1000
_CONTENDED = 200
"""Items that all workers together go through when contention is measured."""


def main() -> None:
    """Measure, print, keep in results/ledger.json; parts that were not asked for are taken over from there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="*", choices=("sqlite", "postgresql"), default=("sqlite", "postgresql"))
    parser.add_argument("--items", nargs="*", type=int, default=(1_000, 100_000))
    parser.add_argument("--workers", nargs="*", type=int, default=(1, 2, 8, 32))
    parser.add_argument("--rows", nargs="*", type=int, default=(1_000_000,))
    options = parser.parse_args()
    kept = RESULTS / "ledger.json"
    figures: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    figures.pop("machine", None)
    for name in options.databases:
        of = figures.setdefault(name, {})
        for count in options.items:
            _part(figures, of.setdefault("items", {}), str(count), name, lambda url, n=count: life(url, n))
        for workers in options.workers:
            for kind in ("threads", "processes"):
                run = contention if kind == "threads" else processes
                _part(figures, of.setdefault(kind, {}), str(workers), name, lambda url, n=workers, run=run: run(url, n))
        for rows in options.rows:
            _part(figures, of.setdefault("rows", {}), str(rows), name, lambda url, n=rows: crowded(url, n))


def _part(figures: dict[str, Any], of: dict[str, Any], key: str, database: str, measure: Any) -> None:
    # The load before says what else the machine had to do; both cores busy is 2.
    busy = round(os.getloadavg()[0], 1)
    with _empty(database) as url:
        of[key] = {"load_before": busy, **measure(url)}
    print(database, key, json.dumps(of[key]), flush=True)
    keep("ledger", figures)


@contextmanager
def _empty(name: str) -> Iterator[str]:
    if name == "postgresql":
        with postgres_server() as server:
            yield server.url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/ledger.db"


def found(number: int) -> Found:
    """A made-up item."""
    item = hashlib.sha256(str(number).encode()).hexdigest()
    return Found("calls", item, f"call-{number}", "audio", f"c{number % 5}", "2026-11-27", item, 0, 1, "s1", "[]")


def offered(queue: Queue, count: int, run: str) -> float:
    """Seconds that it takes to offer all items in thousands."""
    began = time.perf_counter()
    for at in range(0, count, _CHUNK):
        part = [found(number) for number in range(at, min(at + _CHUNK, count))]
        queue.offer(part, run=run, policy_digest=POLICY, version="1")
    return time.perf_counter() - began


def claimed(queue: Queue) -> Claim | None:
    """The next claim."""
    return queue.claim(run="r1", holder="here", whole=["calls"], policy_digest=POLICY, lease_s=600)


def finish(queue: Queue, claim: Claim) -> None:
    """All steps to the end."""
    for row in claim.rows:
        entry = Entry("r1", "published", "calls", row.item, row.label, row.item, POLICY, row.item, detail='{"x": 1}')
        queue.written(claim, row.id, source_digest=row.item, pending='["out/call.wav"]')
        queue.verified(claim, row.id)
        queue.commit(claim, row.id, entry, Committed("s1", row.item, "{}", "[]"))


def life(url: str, count: int) -> dict[str, float]:
    """All items from the offer to the commit, one worker; then a second offer of all."""
    ledger = Ledger(url)
    queue = Queue(ledger)
    queue.begin_run("r1", POLICY, "here")
    offer_s, memory_mb = offered(queue, count, "r1"), resident_mb()
    began = time.perf_counter()
    while claim := claimed(queue):
        finish(queue, claim)
    work_s = time.perf_counter() - began
    rerun_s = offered(queue, count, "r2")
    grown_mb = resident_mb() - memory_mb
    ledger.close()
    return {
        "ms_per_item": round((offer_s + work_s) * 1000 / count, 3),
        "offer_ms_per_item": round(offer_s * 1000 / count, 3),
        "rerun_s": round(rerun_s, 2),
        "memory_grew_mb": round(grown_mb, 1),
    }


def contention(url: str, workers: int) -> dict[str, float]:
    """Threads of one program that share its ledger."""
    ledger = Ledger(url)
    queue = Queue(ledger)
    offered(queue, _CONTENDED, "r1")
    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        waits = [wait for waited in pool.map(lambda _: drain(queue), range(workers)) for wait in waited]
    seconds = time.perf_counter() - began
    ledger.close()
    return _told(seconds, waits)


def processes(url: str, workers: int) -> dict[str, float]:
    """Programs of their own, as on many machines; from when all are ready."""
    ledger = Ledger(url)
    offered(Queue(ledger), _CONTENDED, "r1")
    code = (
        "import json, sys; from benchmarks.ledger import *; queue = Queue(Ledger(sys.argv[1]))\n"
        "print('ready', flush=True); sys.stdin.readline(); print(json.dumps(drain(queue)))"
    )
    command = [sys.executable, "-c", code, url]
    folder = Path(__file__).parents[1]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder)
        for _ in range(workers)
    ]
    for one in started:
        assert one.stdout is not None
        one.stdout.readline()
    began = time.perf_counter()
    for one in started:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    answers = [one.communicate()[0] for one in started]
    seconds = time.perf_counter() - began
    ledger.close()
    return _told(seconds, [wait for answer in answers for wait in json.loads(answer)])


def drain(queue: Queue) -> list[float]:
    """Work until nothing is left; seconds of each claim."""
    waits: list[float] = []
    while True:
        began = time.perf_counter()
        claim = claimed(queue)
        if claim is None:
            return waits
        waits.append(time.perf_counter() - began)
        finish(queue, claim)


def _told(seconds: float, waits: list[float]) -> dict[str, float]:
    ordered = sorted(waits)
    return {
        "items_per_s": round(_CONTENDED / seconds, 1),
        "done": len(waits),
        "claim_ms_median": round(ordered[len(ordered) // 2] * 1000, 2),
        "claim_ms_worst": round(ordered[-1] * 1000, 1),
    }


def crowded(url: str, rows: int) -> dict[str, float]:
    """A ledger of finished rows in which a tenth waits: claims per second, an offer of a thousand, the counts."""
    ledger = Ledger(url)
    queue = Queue(ledger)
    offered(queue, 1_000, "r1")
    _multiply(ledger, rows)
    began = time.perf_counter()
    claims = 200
    for _ in range(claims):
        assert claimed(queue) is not None
    claims_s = time.perf_counter() - began
    offer_s = offered(queue, 1_000, "r2")
    began = time.perf_counter()
    counts = queue.counts()
    counts_s = time.perf_counter() - began
    ledger.close()
    return {
        "waiting": counts["calls", "discovered"],
        "claims_per_s": round(claims / claims_s, 1),
        "offer_ms_per_item": round(offer_s, 3),
        "counts_s": round(counts_s, 2),
    }


def _multiply(ledger: Ledger, rows: int) -> None:
    """Copies of the offered rows under other places; nine of ten are finished."""
    from redactor.rows import queue as table

    copied = [column for column in table.c if column.name not in {"id", "item", "bundle", "state"}]
    names = ", ".join(column.name for column in copied)

    def work(connection: sa.Connection, at: int) -> None:
        place = f"substr(item, 1, 56) || '{at:08x}'"
        state = "CASE WHEN id % 10 = 0 THEN 'discovered' ELSE 'committed' END"
        insert = (
            f"INSERT INTO queue (item, bundle, state, {names}) SELECT {place}, {place}, {state}, {names} FROM queue"
        )
        connection.execute(sa.text(f"{insert} WHERE id <= 1000"))

    for at in range(1, rows // 1_000):
        ledger.database.write(partial(work, at=at))
    if not ledger.database.sqlite:
        with ledger.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE queue"))


if __name__ == "__main__":
    main()
