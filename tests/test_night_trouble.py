"""A store that fails in the middle of a night: its items are done later, the others go on, and the run says so."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from redactor import waiting
from redactor.engines.patience import Limits
from redactor.engines.remote_place import RemotePlace
from redactor.orders import Order
from redactor.places import open_place
from redactor.policy import Policy
from tests.house import SECRET, House, Told, check, write

pytestmark = pytest.mark.slow
_NUMBERS = itertools.count()
QUICK = Limits(call_s=0.3, total_s=1, pause_s=0.01, failures=3, rest_s=0.1)


class Flaky(MemoryFileSystem):
    """Asks `fault` before each call what happens to it."""

    protocol = "flaky"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    fault: Callable[[str, str], None] = staticmethod(lambda call, path: None)
    listed: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = staticmethod(lambda entries: entries)
    cut = ""

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(MemoryFileSystem._strip_protocol(path.replace("flaky://", "memory://")))

    def ls(self, path: str, detail: bool = True, **more: Any) -> Any:
        Flaky.fault("ls", path)
        return Flaky.listed(super().ls(path, detail=detail, **more))

    def info(self, path: str, **more: Any) -> Any:
        Flaky.fault("info", path)
        return super().info(path, **more)

    def cat_file(self, path: str, *arguments: Any, **more: Any) -> Any:
        Flaky.fault("read", path)
        return super().cat_file(path, *arguments, **more)

    def _open(self, path: str, mode: str = "rb", **more: Any) -> Any:
        Flaky.fault("read" if mode == "rb" else "write", path)
        found = super()._open(path, mode=mode, **more)
        if mode == "rb" and Flaky.cut and path.endswith(Flaky.cut):
            import io

            return io.BytesIO(found.getvalue()[:-3])
        return found

    def cp_file(self, path1: str, path2: str, **more: Any) -> None:
        Flaky.fault("copy", path2)
        super().cp_file(path1, path2, **more)

    def rm_file(self, path: str) -> None:
        Flaky.fault("remove", path)
        super()._rm(path)


fsspec.register_implementation("flaky", Flaky, clobber=True)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setitem(RemotePlace.__init__.__kwdefaults__, "limits", QUICK)
    monkeypatch.setattr(waiting, "_PAUSE_S", 0.1)
    number = next(_NUMBERS)
    yield House(tmp_path, store={"source": f"flaky://{number}/in", "output": f"flaky://{number}/out"})
    healed()
    Flaky.store.clear()


def healed() -> None:
    Flaky.fault = staticmethod(lambda call, path: None)  # type: ignore[assignment]
    Flaky.listed = staticmethod(lambda entries: entries)  # type: ignore[assignment]
    Flaky.cut = ""


def two(house: House) -> Policy:
    """The policy with a second store, a healthy folder with three notes."""
    folder = house.root / "healthy"
    folder.mkdir(exist_ok=True)
    for n in range(3):
        (folder / f"well{n}.txt").write_text(f"well {n}")
    well = {"name": "well", "source": str(folder), "output": str(house.root / "well"), "settle_s": 0}
    first = house.policy().stores[0].model_dump()
    return house.policy(stores=[first, well])


def run(house: House, policy: Policy | None = None, before: Callable[[Order], None] = lambda order: None) -> Told:
    """One run, which must end."""
    told: list[Told] = []
    thread = threading.Thread(target=lambda: told.append(house.job(policy, before)), daemon=True)
    thread.start()
    thread.join(60)
    assert told, "the run hangs, or failed"
    return told[0]


def down(kind: str, *, calls: tuple[str, ...], times: int = 10**9, part: str = "") -> None:
    """From now on the store fails, `times` often."""
    left = [times]

    def fault(call: str, path: str) -> None:
        if call not in calls or part not in path or left[0] <= 0:
            return
        left[0] -= 1
        if kind == "stalls":
            time.sleep(3)
        elif kind == "denies":
            raise PermissionError(13, "Permission denied", path)
        else:
            raise OSError(5, "500 Internal Server Error", path)

    Flaky.fault = staticmethod(fault)  # type: ignore[assignment]


ALL = ("ls", "info", "read", "write", "copy", "remove")


WAYS = [
    (kind, calls) for kind in ("answers 500", "denies") for calls in (ALL, ("read",), ("write",), ("copy",), ("ls",))
]
WAYS += [("stalls", calls) for calls in (ALL, ("write",), ("ls",))]


@pytest.mark.parametrize(("kind", "calls"), WAYS, ids=str)
def test_a_store_that_fails_does_not_stop_the_others(house: House, kind: str, calls: tuple[str, ...]) -> None:
    texts, policy = house.fill(4), two(house)
    down(kind, calls=calls)
    told = run(house, policy)
    assert told.code == 8
    # Who is refused by the store says so item by item; after three in a row the store is left alone.
    denied = {reason for _, reason in told.items.values()} & {"OUTPUT_NOT_WRITABLE"}
    assert denied or any(note.startswith("store notes gave trouble") for note in told.notes), told
    assert [told.items[f"well{n}.txt"] for n in range(3)] == [(0, "")] * 3
    assert not [label for label, (code, _) in told.items.items() if label.startswith("day") and code == 0]
    assert SECRET not in str(told)
    healed()
    # The empty one is refused.
    assert run(house, policy).code == 8
    check(house, texts, policy)
    assert {label for label, (code, _) in run(house, policy).items.items() if code == 0} == set()


@pytest.mark.parametrize("calls", [("read",), ("write",), ("copy",), ("info",), ALL], ids="-".join)
def test_a_store_that_comes_back_is_done_in_the_same_run(house: House, calls: tuple[str, ...]) -> None:
    texts = house.fill(6)
    begun: list[str] = []

    def before(order: Order) -> None:
        begun.append(order.item)
        if len(begun) == 2:
            down("answers 500", calls=calls, times=14)

    told = run(house, before=before)
    assert told.code == 8
    check(house, texts)
    assert {label for label, (code, reason) in told.items.items() if reason == "EMPTY_FILE"} == {"day1/note3.txt"}


def test_one_file_that_is_always_cut_does_not_hold_up_the_others(house: House) -> None:
    texts = house.fill(3)
    Flaky.cut = "note1.txt"
    told = run(house)
    assert told.items["day1/note1.txt"] == (6, "STORE_TRUNCATED")
    assert told.items["day0/note0.txt"] == told.items["day0/note2.txt"] == (0, "")
    healed()
    assert run(house).items == {"day1/note1.txt": (0, "")}
    check(house, texts)


def test_what_is_listed_late_or_listed_though_it_is_gone(house: House) -> None:
    texts = house.fill(3)
    hidden = "note2.txt"
    Flaky.listed = staticmethod(lambda entries: [e for e in entries if not str(e["name"]).endswith(hidden)])  # type: ignore[assignment]
    assert set(run(house).items) == {"day0/note0.txt", "day1/note1.txt"}
    healed()
    assert run(house).items == {"day0/note2.txt": (0, "")}
    check(house, texts)
    store = house.policy().stores[0]
    write(open_place(store.source), "day0/ghost.txt", "soon gone")

    def ghost(order: Order) -> None:
        raise AssertionError("there is nothing to read")

    def gone(call: str, path: str) -> None:
        if path.endswith("ghost.txt") and call in ("info", "read"):
            raise FileNotFoundError(path)

    Flaky.fault = staticmethod(gone)  # type: ignore[assignment]
    told = run(house, before=ghost)
    assert told.items == {"day0/ghost.txt": (0, "GONE")}
    assert told.code == 0
    healed()
    # It was there after all.
    assert run(house).items == {"day0/ghost.txt": (0, "")}


def test_an_empty_listing_is_no_reason_to_give_up_what_waits(house: House) -> None:
    texts = house.fill(3)
    down("answers 500", calls=("read",))
    run(house)
    healed()
    Flaky.listed = staticmethod(lambda entries: [])  # type: ignore[assignment]
    told = run(house)
    assert told.items == {}
    assert told.code == 8
    assert "is it mounted" in str(told.notes)
    healed()
    assert run(house).code == 0
    check(house, texts)
