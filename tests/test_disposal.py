"""Disposal: what goes under each action, what stays and why, and what is told of it."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from redactor.errors import LedgerError
from redactor.queue import Queue
from redactor.retained import subjects
from tests.disposals import LONG_AGO, RULE, applied, dues, hold, hows, items, notes
from tests.house import PLACEHOLDER, SECRET, House, told


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.fill(3)
    house.night()
    return house


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.name != ".redactor.lock")


def states(house: House) -> dict[str, int]:
    with closing(house.ledger()) as ledger:
        return {state: n for (_, state), n in Queue(ledger).counts().items()}


def details(house: House) -> list[dict[str, object]]:
    with closing(house.ledger()) as ledger:
        return [json.loads(entry.detail) for entry in ledger.entries() if entry.event == "disposed"]


def test_deidentify_keeps_the_copy_and_nothing_else(house: House) -> None:
    copies = files(house.output)
    ended = applied(house, dues(house, "deidentify"))
    assert hows(ended) == [("done", "")] * 3
    assert {one.level for one in ended} == {"deleted"}
    assert files(house.source) == []
    assert files(house.output) == copies
    assert (house.output / "day0/note0.txt").read_text(encoding="utf-8") == f"note 0: τηλ {PLACEHOLDER}\n"
    assert states(house) == {"disposed": 3}
    assert {item.gone for item in items(house)} == {"deidentify"}
    assert notes(house) == ["done"] * 3
    detail = details(house)[0]
    assert detail | {"categories": {}} == {
        "action": "deidentify", "part": "original", "rule": RULE, "level": "deleted", "due": LONG_AGO.isoformat(), "parts": 1,
        "figures": 0, "others": 0, "holds": 0, "resumed": False, "client": "", "kind": "text", "categories": {},
    }  # fmt: skip


def test_the_root_stays_and_folders_that_hold_nothing_go(house: House) -> None:
    (house.source / "day1/left.tmp").write_text("not an item", encoding="utf-8")
    applied(house, dues(house, "erase"))
    assert sorted(p.name for p in house.source.iterdir()) == ["day1"]
    assert files(house.source) == ["day1/left.tmp"]


def test_a_night_after_an_apply_finds_nothing_to_do_and_makes_nothing_undone(house: House) -> None:
    applied(house, dues(house, "deidentify"))
    (house.source / "new.txt").write_text(f"τηλ {SECRET}", encoding="utf-8")
    assert [(label, how) for label, how, _ in house.night()] == [("new.txt", "done")]
    assert states(house) == {"disposed": 3, "committed": 1}


def test_erase_needs_no_copy(house: House) -> None:
    for path in house.output.rglob("*.txt"):
        path.unlink()
    ended = applied(house, dues(house, "erase"))
    assert hows(ended) == [("done", "")] * 3
    assert files(house.source) == []
    assert {item.gone for item in items(house)} == {"erase"}


def test_an_item_that_was_never_redacted_is_erased_by_its_stamp(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.fill(4)
    house.night()
    refused = [one for one in dues(house, "destroy", without="") if one.item.state == "refused"]
    assert hows(applied(house, refused)) == [("done", "")]
    assert not (house.source / "day1/note3.txt").exists()
    (house.source / "day1").mkdir(exist_ok=True)
    (house.source / "day1/note3.txt").write_text("", encoding="utf-8")
    house.night()
    (house.source / "day1/note3.txt").write_text("something else", encoding="utf-8")
    refused = [one for one in dues(house, "destroy", without="") if one.item.state == "refused"]
    assert hows(applied(house, refused)) == [("kept", "REPLACED")]


def test_the_copy_goes_after_the_original_and_not_before(house: House) -> None:
    assert hows(applied(house, dues(house, "destroy", "copy"))) == [("kept", "ORIGINAL_STANDS")] * 3
    applied(house, dues(house, "deidentify"))
    ended = applied(house, dues(house, "destroy", "copy"), run="apply-2")
    assert hows(ended) == [("done", "")] * 3
    assert files(house.output) == []
    assert {item.gone for item in items(house)} == {"destroy"}


def test_both_parts_due_at_once_are_one_destruction(house: House) -> None:
    both = [*dues(house, "deidentify"), *dues(house, "destroy", "copy")]
    ended = applied(house, both)
    assert [(one.how, one.action, one.rule) for one in ended] == [("done", "destroy", f"{RULE}; {RULE}")] * 3
    assert files(house.output) + files(house.source) == []


def test_destroy_takes_the_rows_of_the_index_and_leaves_those_of_others(house: House) -> None:
    wanted = dues(house, "destroy")
    with closing(house.ledger()) as ledger:
        rows = [{"queue_id": i.id, "client": "", "kind": "phone", "mac": b"m" * 16, "score": 1.0} for i in items(house)]
        ledger.database.write(lambda c: c.execute(sa.insert(subjects), rows))
    applied(house, wanted[:1])
    with closing(house.ledger()) as ledger:
        left = ledger.database.read(lambda c: c.execute(sa.select(subjects.c.queue_id)).scalars().all())
    assert sorted(left) == sorted(due.item.id for due in wanted[1:])


def test_destroy_takes_drafts_of_the_item_only(house: House) -> None:
    first, second = dues(house, "destroy")[:2]
    for name in (f"{first.item.item}-1", f"{second.item.item}-7"):
        (house.output / ".redactor.tmp" / name).mkdir(parents=True)
        (house.output / ".redactor.tmp" / name / "0").write_text("half", encoding="utf-8")

    def seen(step: str) -> None:
        # Whoever opens the folder first sweeps it; here a night is at work.
        if step == "walked":
            for name in (f"{first.item.item}-1", f"{second.item.item}-7"):
                (house.output / ".redactor.tmp" / name).mkdir(parents=True, exist_ok=True)

    applied(house, [first], step=seen)
    assert [p.name for p in (house.output / ".redactor.tmp").iterdir()] == [f"{second.item.item}-7"]


def test_the_row_of_what_was_destroyed_holds_no_name(house: House) -> None:
    applied(house, dues(house, "destroy"))
    with closing(house.ledger()) as ledger:
        rows = list(Queue(ledger).listing("disposed"))
        entries = [entry for entry in ledger.entries() if entry.event == "disposed"]
    told_of = ("label", "outputs", "output_stamps", "knew", "pending", "message", "categories")
    assert {tuple(getattr(row, name) for name in told_of) for row in rows} == {("", "", "{}", "[]", "", "", "")}
    assert {entry.label for entry in entries} == {""}


def test_a_new_file_in_the_place_of_what_was_destroyed_is_new(house: House) -> None:
    applied(house, dues(house, "destroy"))
    house.fill(3)
    assert [how for _, how, _ in house.night()] == ["done"] * 3
    assert states(house) == {"committed": 3}


def test_a_replaced_file_is_never_deleted(house: House) -> None:
    wanted = dues(house, "deidentify")
    (house.source / "day0/note0.txt").write_text("new content", encoding="utf-8")
    for action in ("deidentify", "erase", "destroy"):
        ended = applied(house, [replace(due, action=action) for due in wanted if due.item.label == "day0/note0.txt"])
        assert hows(ended) == [("kept", "REPLACED")]
    assert (house.source / "day0/note0.txt").read_text(encoding="utf-8") == "new content"
    assert notes(house) == []


def test_a_file_replaced_after_it_was_looked_at_stays(house: House) -> None:
    def replaced(step: str) -> None:
        if step == "begun":
            (house.source / "day0/note0.txt").write_text("new content", encoding="utf-8")

    ended = applied(house, [d for d in dues(house, "deidentify") if "note0" in d.item.label], step=replaced)
    assert hows(ended) == [("kept", "CHANGED")]
    assert (house.source / "day0/note0.txt").exists()
    assert notes(house) == []


@pytest.mark.parametrize("harm", ["missing", "truncated", "changed", "link", "renamed", "sidecar", "folder"])
def test_without_a_whole_copy_the_original_stays(house: House, harm: str) -> None:
    copy = house.output / "day0/note0.txt"
    if harm == "missing":
        copy.unlink()
    elif harm == "truncated":
        os.truncate(copy, 5)
    elif harm == "changed":
        body = copy.read_bytes()
        stamp = copy.stat().st_mtime_ns
        copy.write_bytes(body[:-1] + b"X")
        os.utime(copy, ns=(stamp, stamp))
    elif harm == "link":
        copy.rename(house.root / "elsewhere.txt")
        copy.symlink_to(house.root / "elsewhere.txt")
    elif harm == "renamed":
        copy.rename(copy.with_name("note0 .txt"))
    elif harm == "sidecar":
        (house.output / "day0/note0.redaction.json").write_text("{}", encoding="utf-8")
    else:
        (house.output / "day0").rename(house.root / "moved")
        (house.output / "day0").symlink_to(house.root / "moved")
    ended = applied(house, [d for d in dues(house, "deidentify") if "note0" in d.item.label])
    assert [one.how for one in ended] == ["kept"]
    assert ended[0].reason in {"COPY_DAMAGED", "STORE_LEFT"}
    assert (house.source / "day0/note0.txt").exists()


def test_a_copy_that_is_its_own_original_is_none(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.source.mkdir()
    (house.source / "plain.txt").write_text("nothing personal", encoding="utf-8")
    house.night()
    (house.output / "plain.txt").unlink()
    os.link(house.source / "plain.txt", house.output / "plain.txt")
    assert hows(applied(house, dues(house, "deidentify"))) == [("kept", "COPY_DAMAGED")]
    assert (house.source / "plain.txt").exists()


def test_other_names_would_keep_the_bytes(house: House) -> None:
    os.link(house.source / "day0/note0.txt", house.root / "second name")
    ended = applied(house, dues(house, "erase"))
    assert hows(ended) == [("done", ""), ("done", ""), ("kept", "HARD_LINKS")]
    assert files(house.source) == ["day0/note0.txt"]


def test_a_link_is_not_followed_and_not_removed(house: House) -> None:
    original = house.source / "day0/note0.txt"
    original.rename(house.source / "day1/real.txt")
    original.symlink_to(house.source / "day1/real.txt")
    ended = applied(house, [d for d in dues(house, "erase") if "note0" in d.item.label])
    assert hows(ended) == [("kept", "LINK_NOT_FOLLOWED")]
    assert original.is_symlink()
    assert (house.source / "day1/real.txt").exists()


def test_a_file_of_others_in_the_place_of_a_copy_is_left_and_told(house: House) -> None:
    copy = house.output / "day0/note0.txt"
    copy.write_text("somebody's own", encoding="utf-8")
    ended = applied(house, [d for d in dues(house, "destroy") if "note0" in d.item.label])
    assert hows(ended) == [("done", "NOT_OURS")]
    assert copy.read_text(encoding="utf-8") == "somebody's own"
    assert not (house.output / "day0/note0.redaction.json").exists()
    assert details(house)[0]["others"] == 1


def test_a_clock_that_was_set_back_deletes_nothing(house: House) -> None:
    early = datetime.now(UTC) - timedelta(hours=1)
    with pytest.raises(LedgerError) as caught:
        applied(house, dues(house, "erase"), now=early)
    assert caught.value.reason == "CLOCK_BACK"
    assert len(files(house.source)) == 3
    later = [replace(due, due=datetime.now(UTC) + timedelta(days=1)) for due in dues(house, "erase")]
    assert hows(applied(house, later)) == [("kept", "NOT_DUE")] * 3


def test_a_ledger_that_was_changed_stops_it_before_anything(house: House) -> None:
    wanted = dues(house, "erase")
    with closing(house.ledger()) as ledger:

        def forge(connection: sa.Connection) -> None:
            guard = connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE name = 'no_update'")).scalar_one()
            connection.execute(sa.text("DROP TRIGGER no_update"))
            connection.execute(sa.text("UPDATE entries SET reason = 'X' WHERE seq = 2"))
            connection.exec_driver_sql(guard)

        ledger.database.write(forge)
    with pytest.raises(LedgerError) as caught:
        applied(house, wanted)
    assert caught.value.reason == "CHAIN_BROKEN"
    assert len(files(house.source)) == 3
    assert notes(house) == []


def test_a_copy_that_the_audit_trail_does_not_know_is_none(house: House) -> None:
    wanted = dues(house, "deidentify")
    copy, sidecar = house.output / "day0/note0.txt", house.output / "day0/note0.redaction.json"
    copy.write_text("forged", encoding="utf-8")
    forged = hashlib.sha256(b"forged").hexdigest()
    stamps = {"day0/note0.txt": ["s", forged]}
    stamps["day0/note0.redaction.json"] = ["s", hashlib.sha256(sidecar.read_bytes()).hexdigest()]
    with closing(house.ledger()) as ledger:
        values = {"d": forged, "s": json.dumps(stamps)}
        statement = sa.text("UPDATE queue SET output_digest = :d, output_stamps = :s WHERE label = 'day0/note0.txt'")
        ledger.database.write(lambda c: c.execute(statement, values))
    ended = applied(house, [d for d in wanted if "note0" in d.item.label])
    assert hows(ended) == [("kept", "NOT_PUBLISHED")]
    assert (house.source / "day0/note0.txt").exists()


def test_what_is_held_stays(house: House) -> None:
    number = hold(house)
    ended = applied(house, dues(house, "destroy"))
    assert hows(ended) == [("kept", "HELD")] * 3
    assert f"hold {number}" in ended[0].message
    assert len(files(house.source)) == 3
    assert notes(house) == []


@pytest.mark.parametrize("person", [[["aa" * 16]], [[["aa" * 16], ["bb" * 16]]], ["aa" * 16]])
def test_a_hold_on_a_person_holds_where_the_person_was_found_or_may_be(house: House, person: list[object]) -> None:
    if person == [["aa" * 16]]:
        person = [[["aa" * 16, "cc" * 16]]]
    wanted = dues(house, "erase")
    macs = {0: (b"\xaa" * 16, b"\xbb" * 16), 1: (b"\xdd" * 16,), 2: ()}
    rows = [
        {"queue_id": wanted[n].item.id, "client": "", "kind": "name", "mac": mac, "score": 1.0}
        for n, of in macs.items()
        for mac in of
    ]
    with closing(house.ledger()) as ledger:
        ledger.database.write(lambda c: c.execute(sa.insert(subjects), rows))
    hold(house, person=json.dumps(person))
    found = {one.item.id: one.how for one in applied(house, wanted)}
    assert [found[due.item.id] for due in wanted] == ["kept", "done", "kept"]


def test_a_row_in_work_or_changed_since_the_plan_stays(house: House) -> None:
    wanted = dues(house, "deidentify")
    for columns, reason in (
        ("state = 'claimed'", "BUSY"),
        ("client = 'other'", "CHANGED"),
        ("marks = '[\"minor\"]'", "CHANGED"),
        ('terms = \'{"contract_end": "2030-01-01"}\'', "CHANGED"),
        ("terms = 'damaged'", "CHANGED"),
        ("day = '2026-02-02'", "CHANGED"),
    ):
        with closing(house.ledger()) as ledger:
            ledger.database.write(lambda c, new=columns: c.execute(sa.text(f"UPDATE queue SET {new} WHERE id = 1")))
        assert hows(applied(house, [due for due in wanted if due.item.id == 1])) == [("kept", reason)]
        with closing(house.ledger()) as ledger:
            undo = "UPDATE queue SET state = 'committed', client = '', day = '', marks = '', terms = '' WHERE id = 1"
            ledger.database.write(lambda c, undo=undo: c.execute(sa.text(undo)))
    assert len(files(house.source)) == 3


def test_an_apply_that_comes_second_says_so(house: House) -> None:
    wanted = dues(house, "deidentify")
    applied(house, wanted)
    assert hows(applied(house, wanted, run="apply-2")) == [("elsewhere", "ALREADY_GONE")] * 3
    assert sorted(event for event, _ in told_in(house)) == ["disposed"] * 3 + ["published"] * 3


def told_in(house: House) -> list[tuple[str, str]]:
    with closing(house.ledger()) as ledger:
        return told(ledger)


def test_what_was_asked_for_is_asked_for_again_when_it_is_given_up(house: House) -> None:
    (due,) = [d for d in dues(house, "destroy") if "note0" in d.item.label]
    with closing(house.ledger()) as ledger:
        blank = dict.fromkeys(("level", "reason", "source_digest", "run", "due", "began_at", "ended_at"), "")
        row = {**blank, "queue_id": due.item.id, "action": "destroy", "rule": "GDPR 17", "state": "asked"}
        ledger.database.write(lambda c: c.execute(sa.text(
            f"INSERT INTO disposals ({', '.join(row)}) VALUES ({', '.join(':' + name for name in row)})"), row))  # fmt: skip
    hold(house)
    assert hows(applied(house, [due])) == [("kept", "HELD")]
    assert notes(house) == ["asked"]


def test_a_store_that_looks_unmounted_is_not_taken_for_empty(house: House) -> None:
    house.source.rename(house.root / "away")
    house.source.mkdir()
    assert hows(applied(house, dues(house, "destroy"))) == [("kept", "STORE_EMPTY")] * 3
    assert len(files(house.output)) == 6


def test_a_store_that_is_in_no_configuration_keeps_its_items(house: House) -> None:
    ended = applied(house, dues(house, "erase"), change=lambda stores: {})
    assert hows(ended) == [("kept", "NO_STORE")] * 3


def test_what_the_plan_does_not_call_due_is_passed_over(house: House) -> None:
    verdicts = ("later", "overdue", "held", "conflict", "unknown", "done")
    for verdict in verdicts:
        assert applied(house, [replace(due, verdict=verdict) for due in dues(house, "destroy")]) == []
    assert applied(house, [replace(due, action="keep") for due in dues(house, "destroy")]) == []
    assert len(files(house.source)) == 3


def test_what_went_before_does_not_go_again_but_the_rest_of_it_may(house: House) -> None:
    applied(house, dues(house, "erase"))
    assert hows(applied(house, dues(house, "erase"))) == [("kept", "ALREADY_GONE")] * 3
    assert hows(applied(house, dues(house, "destroy"))) == [("done", "")] * 3
    assert files(house.output) == []


def test_a_copy_that_a_moved_item_has_too_stays(tmp_path: Path) -> None:
    house = House(tmp_path, settings={"names": {"template": "{digest}"}})
    house.source.mkdir()
    (house.source / "before.txt").write_text(f"τηλ {SECRET}", encoding="utf-8")
    house.night()
    (house.source / "before.txt").rename(house.source / "after.txt")
    house.night()
    places = {item.id: item for item in items(house)}
    assert len(places) == 2
    with closing(house.ledger()) as ledger:
        mark = "UPDATE queue SET state = 'gone' WHERE label = 'before.txt'"
        ledger.database.write(lambda c: c.execute(sa.text(mark)))
    copies = files(house.output)
    (old,) = [due for due in dues(house, "destroy", "copy") if due.item.label == "before.txt"]
    assert hows(applied(house, [old])) == [("done", "")]
    assert files(house.output) == copies
    (new,) = [due for due in dues(house, "deidentify") if due.item.label == "after.txt"]
    assert hows(applied(house, [new])) == [("done", "")]
    assert hows(applied(house, [replace(new, part="copy", action="destroy", item=items(house)[1])])) == [("done", "")]
    assert files(house.output) == []
