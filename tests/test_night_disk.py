"""Disks that go away, fill up or fail under a night, clocks that jump, and folders full of traps."""

from __future__ import annotations

import errno
import os
import socket
import time
from pathlib import Path

import pytest

from redactor.orders import Order
from tests.house import SECRET, House, check


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, settings={"run": {"workers": 1, "lease_s": 2}})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redactor.waiting._PAUSE_S", 0.05)


@pytest.mark.parametrize("empty", [False, True], ids=["gone", "unmounted"])
def test_nothing_is_gone_because_its_whole_store_went_away(house: House, empty: bool) -> None:
    texts, away = house.fill(5), house.root / "away"

    def before(order: Order) -> None:
        if not away.exists():
            # The one in work is being read; all others are asked for behind this.
            house.source.rename(away)
            if empty:
                house.source.mkdir()

    told = house.job(before=before)
    assert told.code == 8
    assert "GONE" not in {reason for _, reason in told.items.values()}
    assert "store notes gave trouble" in str(told.notes)
    if empty:
        told = house.job()
        assert "is it mounted" in str(told.notes)
        assert "GONE" not in {reason for _, reason in told.items.values()}
        house.source.rmdir()
    away.rename(house.source)
    house.job()
    check(house, texts)


@pytest.mark.parametrize("link", [False, True], ids=["gone", "replaced by a link"])
def test_an_output_that_goes_away_is_written_nowhere_else(house: House, link: bool) -> None:
    texts, away = house.fill(3), house.root / "away"
    elsewhere = house.root / "elsewhere"
    elsewhere.mkdir()

    def before(order: Order) -> None:
        if not away.exists():
            house.output.rename(away)
            if link:
                house.output.symlink_to(elsewhere)

    told = house.job(before=before)
    assert told.code == 8
    assert list(elsewhere.iterdir()) == []
    if link:
        house.output.unlink()
    assert not house.output.exists()
    away.rename(house.output)
    house.job()
    check(house, texts)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EMFILE, errno.EROFS], ids=errno.errorcode.get)
@pytest.mark.parametrize("call", ["fsync", "replace", "mkdir", "unlink"])
def test_a_disk_that_fails_at_one_call(house: House, call: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts, real = house.fill(3), getattr(os, call)
    for nth in (1, 2, 3, 5):
        left = [nth]

        def failing(*arguments: object, left: list[int] = left, **more: object) -> object:
            if more.keys() & {"dir_fd", "src_dir_fd"} or call == "fsync":
                left[0] -= 1
                if left[0] == 0:
                    raise OSError(number, os.strerror(number))
            return real(*arguments, **more)

        with monkeypatch.context() as patched:
            patched.setattr(os, call, failing)
            told = house.job()
        assert "GONE" not in {reason for _, reason in told.items.values()}
        for path in house.output.rglob("*.txt"):
            assert ".redactor.tmp" in path.parts or SECRET not in path.read_text()
    house.job()
    check(house, texts)


@pytest.mark.parametrize("days", [-400, 400])
def test_a_wall_clock_that_jumps(house: House, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts, real = house.fill(4), time.time
    os.utime(house.source / "day0/note0.txt", (real() + 9e8, real() + 9e8))
    jumped = [False]

    def before(order: Order) -> None:
        jumped[0] = True

    monkeypatch.setattr(time, "time", lambda: real() + (days * 86_400 if jumped[0] else 0))
    assert sorted(how for _, how, _ in house.night(before=before)) == ["done"] * 3 + ["refused"]
    check(house, texts)
    assert [how for _, how, _ in house.night()] == ["stands"]


def test_a_folder_full_of_traps(house: House) -> None:
    texts = house.fill(2)
    folder = house.source / "day0"
    secret = house.root / "outside.txt"
    secret.write_text(SECRET)
    for name in (b"new\nline.txt", "rtl\u202etxt.txt".encode(), b"latin\xe9.txt"):
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_text("x")  # noqa: PTH118 - bytes
    (folder / "out.txt").symlink_to(secret)
    (folder / "circle").symlink_to(folder)
    (folder / "self.txt").symlink_to(folder / "self.txt")
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s.txt"))
    good = {"day0/" + "n" * 200 + ".txt": "long", "day0/caf\u00e9.txt": "one", "day0/cafe\u0301.txt": "two"}
    for place, text in good.items():
        (house.source / place).write_text(text)
    (house.source / "day1/note1.redaction.json.d").mkdir()
    ended = house.night()
    reasons = sorted(reason for _, how, reason in ended if how == "refused")
    assert reasons.count("UNSAFE_NAME") == 3, reasons
    assert reasons.count("NOT_A_FILE") == 2, reasons
    assert "LINK_LEAVES_FOLDER" in reasons
    assert "LINK_TO_FOLDER" in reasons
    assert len([how for _, how, _ in ended if how == "done"]) == len(texts) + len(good)
    assert not [p for p in house.output.rglob("*") if p.is_symlink()]
    for path in (p for p in house.output.rglob("*") if p.is_file()):
        assert SECRET not in path.read_text()
    # What could not be opened is tried again.
    assert {reason for _, how, reason in house.night() if how != "stands"} == {"NO_ACCESS"}
