"""Nights over S3 and SFTP, and over stores that fail in every way a store can."""

from __future__ import annotations

import importlib.util
import itertools
import signal
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from redactor.boundary import Place
from redactor.places import open_place
from tests.forks import forked
from tests.gates import GATE, killed, released
from tests.gates import hows as released_hows
from tests.house import LONG, SECRET, House, KillAt, check, write
from tests.servers import s3_server, sftp_server

P = PurePosixPath
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
_NUMBERS = itertools.count()
Address = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def s3() -> Iterator[Address]:
    if missing := [name for name in ("s3fs", "moto") if importlib.util.find_spec(name) is None]:
        pytest.skip(f"not installed: {missing}")
    with s3_server() as address:
        yield address


@pytest.fixture(scope="module")
def sftp() -> Iterator[Address]:
    if importlib.util.find_spec("paramiko") is None:
        pytest.skip("paramiko is not installed")
    with sftp_server() as address:
        yield address


WAYS = ["s3 s3", "sftp sftp", *(pytest.param(way, marks=LONG) for way in ("s3 local", "local sftp", "sftp s3"))]


@pytest.fixture(params=WAYS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> House:
    source, output = request.param.split()
    store: dict[str, object] = {}
    for name, kind in (("source", source), ("output", output)):
        if kind != "local":
            url, options = request.getfixturevalue(kind)
            store[name] = f"{url}/{next(_NUMBERS)}/{name}"
            store["options" if name == "source" else "output_options"] = options
    return House(tmp_path, store=store)


def places(house: House) -> tuple[Place, Place]:
    store = house.policy().stores[0]
    return open_place(store.source, store.options), open_place(store.output, store.output_options, create=True)


def hows(ended: list[tuple[str, str, str]]) -> dict[str, str]:
    return {label: how for label, how, _ in ended}


def test_a_night_a_rerun_a_change_and_a_move(house: House) -> None:
    texts = house.fill(5)
    assert sorted(hows(house.night()).values()) == ["done"] * 4 + ["refused"]
    check(house, texts)
    assert hows(house.night()) == {"day1/note3.txt": "stands"}
    source, output = places(house)
    write(source, "day0/note0.txt", f"new {SECRET}")
    assert hows(house.night())["day0/note0.txt"] == "done"
    texts["day0/note0.txt"] = f"new {SECRET}"
    check(house, texts)
    output.remove(P("day1/note1.txt"))
    assert hows(house.night())["day1/note1.txt"] == "done"
    check(house, texts)
    source.rename(P("day0/note2.txt"), P("later/note.txt"))
    assert hows(house.night()) == {"day1/note3.txt": "stands", "later/note.txt": "moved"}
    assert output.digest(P("later/note.txt")) is not None


def test_drafts_that_nobody_holds_are_swept(house: House) -> None:
    texts = house.fill(2)
    _, output = places(house)
    write(output, f".redactor.tmp/{'ab' * 32}-3/0", "left by the dead")
    house.night()
    check(house, texts)


@pytest.mark.parametrize("kind", [pytest.param("s3", marks=LONG), "sftp"])
def test_a_kill_at_every_step_of_a_remote_output(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url, options = request.getfixturevalue(kind)
    number, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        number += 1
        store = {"output": f"{url}/{next(_NUMBERS)}/killed", "output_options": options}
        house = House(tmp_path / str(number), settings={"run": {"workers": 1, "lease_s": 2}}, store=store)
        texts = house.fill(1)
        code = forked(lambda house=house, number=number: house.night(step=KillAt(number)))  # type: ignore[misc]
        assert forked(lambda house=house: house.night()) == 0  # type: ignore[misc]
        check(house, texts)
    assert code == 0
    assert number > 8


def test_what_a_gate_holds_back_is_moved_when_it_is_released(house: House) -> None:
    house.settings = {"gate": GATE}
    texts = house.fill(1)
    house.night()
    _, output = places(house)
    assert [seen for part in output.walk() for seen in part] == []
    assert house.night() == []
    assert released_hows(released(house)) == [("released", "")]
    check(house, texts)
    (run,) = [house.last.run] if house.last else []
    assert output.digest(P(f".redactor.held/{run}/day0/note0.txt")) is None
    assert house.night() == []


def test_a_release_that_is_killed_over_a_store_is_ended_by_the_next(house: House) -> None:
    house.settings = {"gate": GATE, "run": {"workers": 1, "lease_s": 2}}
    texts = house.fill(1)
    house.night()
    for number in (4, 5, 6):
        killed(house, number)
    assert set(released_hows(released(house))) <= {("released", "")}
    check(house, texts)
