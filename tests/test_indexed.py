"""Rows of the index of persons on their way: through the child's answer, a crash before the commit, and a move."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from redactor.orders import MOST_INDEXED, Answer, Drafts, Order
from redactor.retained import subjects
from tests.forks import forked
from tests.house import House, Scripted

ROWS = (("phone", "ab" * 16, 0.8), ("name", "cd" * 16, 0.5))


class Indexing(Scripted):
    """Says of each item that two terms were found in it."""

    def redact(
        self, orders: Sequence[Order], folder: Path, progress: Callable[[int, str, float], None]
    ) -> list[Answer]:
        answers = super().redact(orders, folder, progress)
        return [replace(one, drafts=one.drafts and replace(one.drafts, index=ROWS)) for one in answers]


@pytest.fixture(autouse=True)
def _indexing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.house.Scripted", Indexing)


def rows(house: House) -> list[tuple[int, str, str, str]]:
    query = sa.select(subjects.c.queue_id, subjects.c.client, subjects.c.kind, subjects.c.mac)
    with closing(house.ledger()) as ledger:
        found = ledger.database.read(lambda c: c.execute(query.order_by(subjects.c.queue_id)).all())
    return sorted((number, client, kind, bytes(mac).hex()) for number, client, kind, mac in found)


def house_of(root: Path, name: str = "a.txt", **store: object) -> House:
    house = House(root, settings={"run": {"workers": 1}}, store={"client": "acme", **store})
    house.source.mkdir(exist_ok=True)
    (house.source / name).write_text("τηλ 6971234567\n", encoding="utf-8")
    return house


def test_what_was_put_into_place_before_a_crash_is_indexed_by_who_commits_it(tmp_path: Path) -> None:
    house = house_of(tmp_path)
    seen: list[str] = []

    def die(step: str) -> None:
        seen.append(step)
        if seen.count("renamed") == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        house.night(step=die)

    assert forked(run) == -signal.SIGKILL
    assert rows(house) == []
    orders: list[Order] = []
    assert [how for _, how, _ in house.night(before=orders.append)] == ["done"]
    # It was committed as it stood, not made again.
    assert orders == []
    assert [row[1:] for row in rows(house)] == [("acme", "name", "cd" * 16), ("acme", "phone", "ab" * 16)]


def test_a_file_that_moved_takes_its_rows_along(tmp_path: Path) -> None:
    house = house_of(tmp_path)
    house.night()
    (house.source / "a.txt").rename(house.source / "b.txt")
    assert "moved" in [how for _, how, _ in house.night()]
    by_item: dict[int, list[str]] = {}
    for number, _, kind, _ in rows(house):
        by_item.setdefault(number, []).append(kind)
    assert list(by_item.values()) == [["name", "phone"]] * 2


def test_a_file_that_came_to_another_client_is_read_under_its_key(tmp_path: Path) -> None:
    house = house_of(tmp_path)
    house.night()
    (house.source / "b.txt").write_text("τηλ 6971234567\n", encoding="utf-8")
    house.store["client"] = "beta"
    keys: list[str] = []
    house.night(before=lambda order: keys.append(order.index_key))
    assert len(keys) == 1
    assert {row[1] for row in rows(house)} == {"acme", "beta"}


@pytest.mark.parametrize(
    "index",
    [
        [["phone", "6971234567", 0.5]],
        [["Παπαδόπουλος", "ab" * 16, 0.5]],
        [["phone", "ab" * 16, 7.0]],
        [["phone", "ab" * 16]],
        [["phone", "ab" * 16, 0.5]] * (MOST_INDEXED + 1),
    ],
)
def test_an_answer_that_holds_anything_but_hashes_is_none(index: list[Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        Drafts.from_dict({"receipt": {}, "files": [], "index": index})


def test_drafts_come_back_as_they_were() -> None:
    drafts = Drafts({"a": 1}, (("x", "y"),), ROWS)
    assert Drafts.from_dict(drafts.as_dict()) == drafts
