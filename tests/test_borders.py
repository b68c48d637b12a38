"""A client's data stays where its contract says: whatever does not fit is refused before a byte is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from redactor import night as nights
from redactor.borders import Borders
from redactor.boundary import Place
from redactor.checkup import checks
from redactor.endings import Ended
from redactor.errors import ExitCode, PolicyError
from redactor.night import Options
from redactor.places import open_place
from redactor.policy import Policy
from redactor.queue import Queue
from redactor.spool import Located
from redactor.waiting import Pauses
from redactor.worker import Worker
from tests.house import PLACEHOLDER, SECRET, House, Scripted

P = PurePosixPath


@pytest.fixture(autouse=True)
def unlabelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDACTOR_JURISDICTION", raising=False)


class Shut:
    """A place of which nothing may be read: it lists, and raises for all else."""

    local = True

    def __init__(self, inner: Place) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        assert name in {"walk", "look", "stamps", "drafts", "clear"}, f"{name} was called"
        return getattr(self.inner, name)


@pytest.fixture
def shut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources may be listed, and are not read."""
    monkeypatch.setattr(nights, "open_place", lambda *a, **k: Shut(open_place(*a, **k)))


@pytest.fixture
def unopened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that were opened."""
    opened: list[str] = []

    def note(url: str, *arguments: Any, **named: Any) -> Place:
        opened.append(url)
        return open_place(url, *arguments, **named)

    monkeypatch.setattr(nights, "open_place", note)
    return opened


def pinned(*allowed: str, machine: str = "GR", client: str = "acme") -> dict[str, Any]:
    run = {"workers": 2, "lease_s": 2, "jurisdiction": machine}
    return {"retention": {"clients": {client: {"jurisdictions": list(allowed)}}}, "run": run}


def house_of(tmp_path: Path, *allowed: str, machine: str = "GR", **store: object) -> House:
    return House(tmp_path, settings=pinned(*allowed, machine=machine), store={"client": "acme", **store})


@pytest.mark.parametrize(
    ("allowed", "source", "output", "machine", "said"),
    [
        (["GR"], "GR", "", "GR", ""),
        (["EU"], "GR", "DE", "FR", ""),
        (["GR"], "DE", "", "GR", "the store is labelled DE"),
        (["GR"], "", "", "GR", "the store has no label; set jurisdiction of [[stores]] notes"),
        (["GR"], "GR", "US", "GR", "the output store is labelled US"),
        (["GR"], "GR", "", "DE", "this machine is labelled DE"),
        (["GR"], "GR", "", "", "this machine has no label; set REDACTOR_JURISDICTION in its environment, or [run] "),
        (["GR"], "EU", "", "GR", "the store is labelled EU"),
    ],
)  # fmt: skip
def test_the_store_of_a_pinned_client_is_refused_before_it_is_opened(
    tmp_path: Path, unopened: list[str], allowed: list[str], source: str, output: str, machine: str, said: str
) -> None:
    house = house_of(tmp_path, *allowed, machine=machine, jurisdiction=source, output_jurisdiction=output)
    house.fill(2)
    told = house.job()
    if not said:
        assert (told.code, len(told.items), unopened) == (0, 2, [str(house.source)])
        return
    assert told.code == ExitCode.PARTLY_FAILED
    assert (told.items, unopened) == ({}, [])
    assert any(said in note and note.startswith("store notes gave trouble: its client allows") for note in told.notes)
    assert not house.output.exists()


def test_other_stores_go_on(tmp_path: Path, unopened: list[str]) -> None:
    house = house_of(tmp_path, "GR", jurisdiction="DE")
    house.fill(2)
    (tmp_path / "in2").mkdir()
    (tmp_path / "in2/a.txt").write_text(f"x {SECRET}")
    other = {"name": "other", "source": str(tmp_path / "in2"), "output": str(tmp_path / "out2"), "settle_s": 0}
    policy = house.policy()
    both = Policy.model_validate({**policy.model_dump(), "stores": [policy.stores[0].model_dump(), other]})
    told = house.job(both)
    assert (told.code, told.items) == (8, {"a.txt": (0, "")})
    assert (tmp_path / "out2/a.txt").read_text() == f"x {PLACEHOLDER}"
    assert unopened == [str(tmp_path / "in2")]


def mixed(tmp_path: Path, machine: str = "GR", jurisdiction: str = "GR", **settings: object) -> House:
    """A store with files of two clients, one of them pinned to Greece."""
    store = {"fields": "^(?P<client>[^/]+)/", "jurisdiction": jurisdiction}
    house = House(tmp_path, settings={**pinned("GR", machine=machine), **settings}, store=store)
    for name in ("ACME/a.txt", "acme/b.txt", "beta/c.txt"):
        (house.source / name).parent.mkdir(parents=True, exist_ok=True)
        if not (house.source / name).exists():
            (house.source / name).write_text(f"{name} {SECRET}")
    return house


class Opened(Shut):
    """Lists all, and gives the files of one client only."""

    def __getattr__(self, name: str) -> Any:
        if name not in {"path", "fetch", "digest", "head"}:
            return super().__getattr__(name)

        def read(relative: PurePosixPath, *rest: Any) -> Any:
            assert relative.parts[0] == "beta", f"{name} of a pinned file"
            return getattr(self.inner, name)(relative, *rest)

        return read


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nights, "open_place", lambda *a, **k: Opened(open_place(*a, **k)))


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("template", ["{name}", "{digest}"])
@pytest.mark.parametrize(("machine", "jurisdiction", "said"), [
    ("GR", "DE", "the store is labelled DE"), ("GR", "", "has no label"), ("", "GR", "this machine has no label")])  # fmt: skip
def test_an_item_whose_client_is_pinned_is_refused_unread(
    tmp_path: Path, machine: str, jurisdiction: str, said: str, template: str
) -> None:
    house = mixed(tmp_path, machine, jurisdiction, names={"template": template})
    told = house.job()
    refused = {label: how for label, how in told.items.items() if how[0]}
    assert refused == {"ACME/a.txt": (4, "JURISDICTION"), "acme/b.txt": (4, "JURISDICTION")}
    assert len(told.items) == 3
    assert {p.parent.name for p in house.output.rglob("*.txt")} == {"beta"}
    with closing(house.ledger()) as ledger:
        rows = list(Queue(ledger).listing("refused"))
        assert all(said in row.message for row in rows)
        assert SECRET not in json.dumps([row.message for row in rows])


def test_what_was_refused_is_done_once_the_labels_are_right(tmp_path: Path) -> None:
    mixed(tmp_path, "GR", "DE").job()
    told = mixed(tmp_path).job()
    assert (told.code, set(told.items.values())) == (0, {(0, "")})
    assert len(list((tmp_path / "out").rglob("*.txt"))) == 3


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("template", ["{name}", "{digest}"])
def test_what_only_this_machine_may_not_do_is_left_to_others(tmp_path: Path, template: str) -> None:
    here = mixed(tmp_path, machine="DE", names={"template": template})
    told = here.job()
    assert [how for how in told.items.values() if how != (0, "")] == []
    assert any("allow no machine labelled DE" in note for note in told.notes)
    with closing(here.ledger()) as ledger:
        assert Queue(ledger).counts() == {("notes", "committed"): 1}


def test_what_another_machine_offered_is_not_claimed_here(tmp_path: Path) -> None:
    there = mixed(tmp_path)
    there.night(options=Options(workers=1, limit=1))
    with closing(there.ledger()) as ledger:
        left = Queue(ledger).counts()["notes", "discovered"]
        done = {row.label for row in Queue(ledger).listing("committed")}
    assert left == 2
    here = mixed(tmp_path, machine="DE")
    assert {label for label, how, _ in here.night() if how == "done"} == {"beta/c.txt"} - done
    with closing(here.ledger()) as ledger:
        counts = Queue(ledger).counts()
        waiting = {row.label for row in Queue(ledger).listing("discovered")}
    assert waiting <= {"ACME/a.txt", "acme/b.txt"}
    assert waiting
    assert set(counts) == {("notes", "committed"), ("notes", "discovered")}
    assert {how for _, how, _ in there.night()} == {"done"}


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Callable[[str, str], Ended]]:
    """Gives one claimed item of a pinned client to a worker on another machine."""

    def work(machine: str, jurisdiction: str) -> Ended:
        offered = House(tmp_path, settings=pinned("GR"), store={"client": "acme", "jurisdiction": "GR"})
        (offered.source).mkdir(exist_ok=True)
        (offered.source / "a.txt").write_text(SECRET)
        (tmp_path / "out").mkdir(exist_ok=True)
        settings = pinned("GR", machine=machine)
        policy = House(tmp_path, settings=settings, store={"client": "acme", "jurisdiction": jurisdiction}).policy()
        stop = offered.each(options=Options(workers=1), step=_raise)
        with pytest.raises(RuntimeError):
            list(stop)
        with closing(offered.ledger()) as ledger:
            queue = Queue(ledger)
            queue.bury(lambda _holder: False)
            claim = queue.claim(run="r", holder="h", whole=["notes"], policy_digest=policy.digest(), lease_s=60)
            assert claim is not None
            (row,) = claim.rows
            store = policy.stores[0]
            source, output = Shut(open_place(store.source)), open_place(store.output)
            places = {"notes": nights.OpenStore(store, source, output)}  # type: ignore[arg-type]
            done = Worker(policy, ledger, places, lambda: Scripted(policy), run="r")  # type: ignore[arg-type, return-value]
            seen = source.look(P("a.txt"))
            located = Located("notes", row.item, P("a.txt"), "text", "txt", "", "acme", seen.stamp, "", "", 0)
            (ended,) = done.process(claim, {row.item: located}, lambda row, stage, share: None)
            state = queue.rows("notes", [row.item])[row.item].state
            assert state == ("discovered" if ended.how == "returned" else "refused")
            return ended

    return work


def _raise(step: str) -> None:
    raise RuntimeError(step)


@pytest.mark.parametrize(("machine", "jurisdiction", "how"), [
    ("DE", "GR", "returned"), ("", "GR", "returned"), ("GR", "DE", "refused"), ("DE", "DE", "returned")])  # fmt: skip
def test_a_worker_reads_nothing_that_it_may_not(
    worker: Callable[[str, str], Ended], machine: str, jurisdiction: str, how: str
) -> None:
    ended = worker(machine, jurisdiction)
    assert (ended.how, ended.reason) == (how, "JURISDICTION")
    # On this machine it will never be otherwise: its store is left alone at once, and nobody waits for it.
    pauses = Pauses()
    assert pauses.judge(ended) is (how == "returned")
    assert (pauses.now(), pauses.may_end()) == (["notes"] if how == "returned" else [], False)


def test_the_environment_of_a_machine_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = house_of(tmp_path, "GR", jurisdiction="GR").policy()
    assert Borders(policy).store(policy.stores[0]) is None
    # On a machine of a cluster, what the run says of its own says nothing.
    assert Borders(policy, shared=True).store(policy.stores[0]) is not None
    monkeypatch.setenv("REDACTOR_JURISDICTION", "DE")
    refusal = Borders(policy).store(policy.stores[0])
    assert refusal is not None
    assert "labelled DE" in str(refusal)
    monkeypatch.setenv("REDACTOR_JURISDICTION", "Narnia")
    with pytest.raises(PolicyError, match="REDACTOR_JURISDICTION"):
        Borders(policy)


def test_the_doctor_tells_and_does_not_list(tmp_path: Path) -> None:
    house = house_of(tmp_path, "GR", machine="DE", jurisdiction="GR")
    house.fill(1)
    told = {check.name: (check.ok, check.note) for check in checks(house.policy())}
    assert set(told) == {"ledger", "stores", "jurisdiction", "store notes jurisdiction"}
    assert not told["jurisdiction"][0]
    assert "not for clients acme" in told["jurisdiction"][1]
    assert "labelled DE" in told["store notes jurisdiction"][1]
    good = house_of(tmp_path, "EU", jurisdiction="GR", encrypt=True)
    well = {check.name: check.ok for check in checks(good.policy())}
    assert well == dict.fromkeys(
        ("ledger", "stores", "jurisdiction", "store notes keys", "store notes source", "store notes output"), True
    )
