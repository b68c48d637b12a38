"""One suite of behaviours for every engine of a night: each item ends once, whoever does the work, whatever it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from redactor.errors import ExitCode
from redactor.policy import Policy
from redactor.queue import Queue
from tests.house import SECRET, THOROUGH, House, check
from tests.night_engines import Engine, ray_cluster, runs, until
from tests.postgres import Server

pytestmark = pytest.mark.slow
ENGINES = (
    Engine("sqlite"),
    Engine("postgres", jobs=2, settings={"workers": 1}),
    Engine("ray", settings={"engine": "ray"}),
)


@pytest.fixture(scope="module", params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine: Engine = request.param
    with ray_cluster(num_cpus=4) if engine.name == "ray" else nullcontext():
        yield engine


@pytest.fixture
def url(engine: Engine, request: pytest.FixtureRequest) -> str:
    if engine.name != "postgres":
        return ""
    # Several jobs are what PostgreSQL is for; the rest of it `test_night_postgres` and `test_queue_faults` try.
    if "two_jobs" not in request.node.name and not THOROUGH:
        pytest.skip("takes minutes; REDACTOR_LONG=1 runs it")
    server: Server = request.getfixturevalue("postgres")
    return server.database("night")


def ends_once(house: House, policy: Policy | None = None) -> dict[str, str]:
    """State of each item; none has more than one entry that ends it under a policy, and the chain is whole."""
    policy = policy or house.policy()
    with closing(house.ledger(policy)) as ledger:
        ledger.verify()
        queue = Queue(ledger)
        entries = Counter(
            (entry.label, entry.policy_digest, entry.source_digest)
            for run in queue.runs(100)
            for entry in queue.entries_of(run.run)
            if entry.event in {"published", "quarantined"}
        )
        states = ("discovered", "claimed", "written", "verified", "committed", "refused", "quarantined", "gone")
        found = {row.label: state for state in states for row in queue.listing(state)}  # type: ignore[arg-type]
    assert set(entries.values()) <= {1}
    return found


def test_every_item_ends_once_and_only_a_change_is_done_again(engine: Engine, url: str, tmp_path: Path) -> None:
    house = engine.house(tmp_path, url)
    texts = house.fill(6)
    first = engine.night(house)
    assert Counter(code for _, code, _ in first if code != ExitCode.UNREADABLE) == {0: 5}
    assert {(label, reason) for label, code, reason in first if code} == {("day1/note3.txt", "EMPTY_FILE")}
    check(house, texts)
    before = {p: p.stat().st_mtime_ns for p in house.output.rglob("*.txt")}
    # The second does nothing; what was refused stands refused, and is told to each run.
    assert set(engine.night(house)) == {("day1/note3.txt", int(ExitCode.UNREADABLE), "EMPTY_FILE")}
    assert before == {p: p.stat().st_mtime_ns for p in house.output.rglob("*.txt")}
    changed = house.policy(text={"placeholder": "<{type}>"})
    third = engine.night(house, changed)
    assert sorted(label for label, code, _ in third if not code) == sorted(t for t in texts if texts[t])
    assert set(ends_once(house, changed).values()) == {"committed", "refused"}


def test_what_kills_or_holds_up_its_process_is_quarantined_and_the_rest_is_done(
    engine: Engine, url: str, tmp_path: Path
) -> None:
    house = engine.house(tmp_path, url, item_minutes=0.25)
    texts = house.fill(3)
    (house.source / "crash.txt").write_text(f"die SIGSEGV\n{SECRET}", encoding="utf-8")
    (house.source / "hang.txt").write_text(f"sleep 300\n{SECRET}", encoding="utf-8")
    ends = engine.night(house)
    assert sorted((label, reason) for label, code, reason in ends if code) == [
        ("crash.txt", "CRASHED"),
        ("hang.txt", "HUNG"),
    ]
    wanted = dict.fromkeys(texts, "committed") | {"crash.txt": "quarantined", "hang.txt": "quarantined"}
    assert ends_once(house) == wanted
    assert {str(p.relative_to(house.output)) for p in house.output.rglob("*.txt")} == set(texts)


def test_a_limit_holds_and_an_interrupt_gives_back_what_is_in_work(engine: Engine, url: str, tmp_path: Path) -> None:
    house = engine.house(tmp_path, url)
    texts = house.fill(3)
    assert len(engine.night(house, limit=1, jobs=1)) == 1
    place, mark = house.source / "long.txt", tmp_path / "at-work"
    place.write_text(f"grandchild {mark}\n{SECRET}", encoding="utf-8")
    ends = engine.night(house, give_up=mark)
    assert ("long.txt", int(ExitCode.INTERRUPTED), "INTERRUPTED") in ends
    until(lambda: not [pid for pid in mark.read_text().split() if runs(int(pid))])
    assert ends_once(house)["long.txt"] == "discovered"
    assert not list(house.output.rglob("long*"))
    texts["long.txt"] = f"short\n{SECRET}"
    place.write_text(texts["long.txt"], encoding="utf-8")
    assert ("long.txt", 0, "") in engine.night(house)
    check(house, texts)


def test_two_jobs_at_once_do_each_item_once(engine: Engine, url: str, tmp_path: Path) -> None:
    house = engine.house(tmp_path, url)
    texts = house.fill(20)
    ends = engine.night(house, jobs=2)
    assert sorted(label for label, code, _ in ends if not code) == sorted(t for t in texts if texts[t])
    assert set(ends_once(house).values()) == {"committed", "refused"}
    check(house, texts)
