"""The proof: after `destroy` no bytes of an original, of its personal values or of its name are left anywhere."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from redactor.figures import Figures
from tests.disposals import applied, dues, hold, hows
from tests.house import SECRET, House

_WINDOW = 8
NAME = f"Παπαδόπουλος {SECRET} συνομιλία.txt"
TEXT = f"Κύριε Παπαδόπουλε, το τηλέφωνό σας είναι {SECRET}; η διεύθυνση, Ακαδημίας 17, Αθήνα.\n"


def windows(of: bytes) -> set[bytes]:
    return {of[at : at + _WINDOW] for at in range(len(of) - _WINDOW + 1)}


def found(folder: Path, wanted: set[bytes]) -> dict[str, list[bytes]]:
    """Files below a folder with the windows that stand in them, and names that hold one."""
    hits: dict[str, list[bytes]] = {}
    for path in sorted(folder.rglob("*")):
        body = str(path.relative_to(folder)).encode() + b"\0" + (path.read_bytes() if path.is_file() else b"")
        if here := sorted(windows(body) & wanted):
            hits[str(path.relative_to(folder))] = here
    return hits


@pytest.fixture
def house(tmp_path: Path) -> House:
    report = {"path": str(tmp_path / "report/report.html"), "keep": 3}
    house = House(tmp_path, settings={"report": report})
    (house.source / "πελάτες Α").mkdir(parents=True)
    (house.source / "πελάτες Α" / NAME).write_text(TEXT, encoding="utf-8")
    (house.source / "other.txt").write_text("a note about nothing at all\n", encoding="utf-8")
    house.job()
    return house


def test_nothing_of_it_is_left_in_any_file(house: House) -> None:
    """The paths of the test are no part of it; what others hold stays."""
    wanted = windows(TEXT.encode()) | windows(NAME.encode()) | windows(SECRET.encode())
    # The parts that the name shares with all others say nothing of it.
    wanted -= windows(b".redaction.json") | windows(b"a note about nothing at all\n")
    public = next(iter((house.output / "πελάτες Α").glob("*.txt")))
    before = found(house.root, wanted)
    assert f"in/πελάτες Α/{NAME}" in before
    assert str(public.relative_to(house.root)) in before
    assert "report/report.html" in before
    assert len([page for page in before if page.startswith("report/runs/")]) >= 1
    mine = [due for due in dues(house, "destroy") if due.item.label != "other.txt"]
    assert hows(applied(house, mine)) == [("done", "")]
    assert found(house.root, wanted) == {}
    assert (house.source / "other.txt").exists()
    assert (house.output / "other.txt").exists()
    assert sorted(p.name for p in house.source.iterdir()) == ["other.txt"]
    assert "a note about nothing" in (house.root / "report/report.html").read_text(encoding="utf-8")


def test_pages_of_the_ledger_that_were_freed_hold_nothing(house: House) -> None:
    label = next(due.item.label for due in dues(house, "destroy") if due.item.label != "other.txt")
    with closing(sqlite3.connect(house.root / "ledger.db")) as base:
        base.execute("UPDATE queue SET message = ? WHERE label = ?", ("Zq7#kV9!pW2x" * 40, label))
        base.commit()
    assert found(house.root, windows(b"Zq7#kV9!pW2x"))
    applied(house, [due for due in dues(house, "destroy") if due.item.label == label])
    assert found(house.root, windows(b"Zq7#kV9!pW2x")) == {}
    assert (house.root / "ledger.db-wal").stat().st_size == 0 if (house.root / "ledger.db-wal").exists() else True


def test_what_is_held_keeps_its_figures(house: House) -> None:
    page = house.root / "report/report.html"
    before = page.read_bytes()
    assert before.count(b"data-item") == 2
    hold(house)
    assert hows(applied(house, dues(house, "destroy"))) == [("kept", "HELD")] * 2
    assert page.read_bytes() == before


def test_exactly_its_figures_go_from_every_report(tmp_path: Path) -> None:
    def card(store: str, item: str, body: str) -> str:
        return f'<section class="card" data-store="{store}" data-item="{item * 64}">\n<b>{body}</b>\n</section>\n'

    page = tmp_path / "report.html"
    body = "<main>" + card("a", "1", "first") + card("a", "2", "second") + card("b", "1", "third") + "</main>"
    page.write_text(body, encoding="utf-8")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs/report-x.html").write_text(body, encoding="utf-8")
    (tmp_path / "runs/foreign.html").write_bytes(b"\xff\xfe")
    figures = Figures(tmp_path)
    assert figures.remove("a", "1" * 64) == 2
    assert figures.remove("a", "1" * 64) == 0
    for where in (page, tmp_path / "runs/report-x.html"):
        assert where.read_text(encoding="utf-8") == body.replace(card("a", "1", "first"), "")
    page.write_text(body, encoding="utf-8")
    assert figures.sweep([("b", "1" * 64), ("c", "1" * 64)]) == 2
    assert page.read_text(encoding="utf-8") == body.replace(card("b", "1", "third"), "")
    assert Figures(None).remove("a", "1" * 64) == Figures(tmp_path / "none.html").sweep([("a", "1")]) == 0


def test_a_report_written_while_it_ran_is_looked_at_again(house: House) -> None:
    page = house.root / "report/report.html"
    before = page.read_text(encoding="utf-8")

    def written(step: str) -> None:
        if step == "noted":
            page.write_text(before, encoding="utf-8")

    mine = [due for due in dues(house, "destroy") if due.item.label != "other.txt"]
    applied(house, mine, step=written)
    assert mine[0].item.item not in page.read_text(encoding="utf-8")


def test_the_gallery_names_its_figures(house: House) -> None:
    page = (house.root / "report/report.html").read_text(encoding="utf-8")
    for due in dues(house, "destroy"):
        assert f'data-store="notes" data-item="{due.item.item}"' in page


def test_reports_of_older_versions_name_figures_by_their_copies(house: House) -> None:
    page = house.root / "report/report.html"
    old = re.sub(r' data-store="[^"]*" data-item="[0-9a-f]*"', "", page.read_text(encoding="utf-8"))
    page.write_text(old, encoding="utf-8")
    assert old.count('<section class="card">') == 2
    applied(house, [due for due in dues(house, "destroy") if due.item.label != "other.txt"])
    text = page.read_text(encoding="utf-8")
    assert text.count('<section class="card">') == 1
    assert "a note about nothing" in text
