"""The three engines of a night, for one suite: processes here, two machines on PostgreSQL, actors of a Ray cluster."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from redactor.errors import ExitCode
from redactor.job import Job
from redactor.night import Options
from redactor.outcomes import Outcome
from redactor.policy import Policy
from tests.forks import begun, ended
from tests.house import House

FACTORY = "tests.scripted_child:obeying"
Ends = list[tuple[str, int, str]]
"""Label, exit code and reason of each item that ended."""


class Unwatched:
    """A watcher that looks away."""

    def started(self, number: int, total: int, label: str) -> Callable[[str, float], None]:
        return lambda stage, share: None

    def finished(self, outcome: Outcome) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Engine:
    """How a night is run."""

    name: str
    jobs: int = 1
    settings: dict[str, object] = field(default_factory=dict)

    def house(self, root: Path, url: str = "", **run: object) -> House:
        both = {"workers": 2, "lease_s": 2, **self.settings, **run}
        return House(root, url, {"run": both, "models": {"threads": 1}})

    def night(
        self,
        house: House,
        policy: Policy | None = None,
        *,
        limit: int | None = None,
        give_up: Path | None = None,
        jobs: int | None = None,
    ) -> Ends:
        """One night; it is given up as soon as `give_up` is there."""
        policy, jobs = policy or house.policy(), jobs or self.jobs
        options = Options(workers=policy.run.workers, limit=limit)
        if jobs == 1:
            return one_job(house, policy, options, give_up)
        if self.name == "ray":
            # Ray knows one driver per process, and whoever forks it breaks it.
            return in_threads(jobs, lambda: one_job(house, policy, options, give_up))
        return in_processes(jobs, lambda: one_job(house, policy, options, give_up))


def one_job(house: House, policy: Policy, options: Options, give_up: Path | None) -> Ends:
    ends: Ends = []
    with closing(house.ledger(policy)) as ledger:
        job = Job(policy, ledger, options, factory=FACTORY)
        with told(job, give_up), closing(job.outcomes(Unwatched())) as outcomes:
            ends += [(end.label, int(end.code), end.reason) for end in outcomes]
        job.report(ExitCode.DONE)
    return ends


@contextmanager
def told(job: Job, give_up: Path | None) -> Iterator[None]:
    over = threading.Event()

    def wait() -> None:
        while give_up is not None and not over.wait(0.02):
            if give_up.exists():
                job.night.give_up()

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def in_threads(count: int, work: Callable[[], Ends]) -> Ends:
    ends: Ends = []
    threads = [threading.Thread(target=lambda: ends.extend(work())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def in_processes(count: int, work: Callable[[], Ends]) -> Ends:
    children = [_told(work) for _ in range(count)]
    ends: Ends = []
    for pid, pipe in children:
        with os.fdopen(pipe, encoding="utf-8") as said:
            ends += [(label, code, reason) for label, code, reason in json.loads(said.read() or "[]")]
        assert ended(pid) == 0
    return ends


def _told(work: Callable[[], Ends]) -> tuple[int, int]:
    """A process that does `work`, and the pipe into which it tells what came of it."""
    mine, theirs = os.pipe()

    def tell() -> None:
        with os.fdopen(theirs, "w", encoding="utf-8") as pipe:
            json.dump(work(), pipe)

    pid = begun(tell)
    os.close(theirs)
    return pid, mine


@contextmanager
def ray_cluster(**resources: float) -> Iterator[None]:
    """A cluster on this machine that outlives the jobs."""
    import ray

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    own = {"address": "local", "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    ray.init(log_to_driver=False, logging_level="ERROR", object_store_memory=100 * 2**20, **own, **resources)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        yield
    finally:
        ray.shutdown()


def until(true: Callable[[], object], seconds: float = 40) -> None:
    """Wait for it."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] != "Z"
        )
    except OSError:
        return False
