"""The evidence: whatever is done to the ledger behind its back is found, at the first entry that is wrong."""

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from redactor import audit
from redactor.anchors import anchor
from redactor.chain import COLUMNS, HASHED, ChainError, Tip, _follow, chain_hash, unguarded, walk
from redactor.errors import LedgerError
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.signatures import public_key_of, signed
from tests.house import House
from tests.postgres import Server
from tests.trails import behind, disposed, entry, fill, put_row, rehash

COUNT, MIDDLE = 9, 5


class Trail:
    """A ledger in a file with some entries, two anchors, and a copy of them elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.file, self.keyring = folder / "ledger.db", Keyring(folder / "keys")
        self.anchors, self.copy = folder / "keys" / "anchors.jsonl", folder / "copy.jsonl"
        self.ledger = Ledger(f"sqlite:///{self.file}")
        fill(self.ledger, range(1, 5))
        anchor(self.ledger, self.keyring, self.anchors)
        fill(self.ledger, range(5, COUNT + 1))
        anchor(self.ledger, self.keyring, self.anchors)
        shutil.copy(self.anchors, self.copy)

    def reasons(self, *, copy: Path | None = None, key: str | None = None, deep: bool = False) -> list[str]:
        return [one.reason for one in self.check(copy=copy, key=key, deep=deep).findings]

    def check(self, *, copy: Path | None = None, key: str | None = None, deep: bool = False) -> audit.Checked:
        own = key or audit.own_public_key(self.keyring)
        return audit.verify(self.ledger, self.anchors, own, signs=self.keyring.signs(), copy=copy, deep=deep)

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.anchors.read_text().splitlines()]

    def put(self, lines: list[dict[str, object]]) -> None:
        self.anchors.write_text("".join(json.dumps(line, sort_keys=True) + "\n" for line in lines))


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    trail = Trail(tmp_path)
    yield trail
    trail.ledger.close()


def broken_at(trail: Trail) -> int:
    with pytest.raises(ChainError, match="broken") as caught:
        trail.ledger.verify()
    assert caught.value.reason == "CHAIN_BROKEN"
    return caught.value.seq


def test_a_whole_ledger_has_no_finding(trail: Trail) -> None:
    seen: list[int] = []
    assert trail.ledger.verify(seen.append) == COUNT
    assert seen == [COUNT]
    assert trail.check(copy=trail.copy, deep=True).findings == ()
    assert trail.check().root == trail.lines()[-1]["hash"]


@given(
    st.dictionaries(
        st.sampled_from([c for c in HASHED if c not in ("code", "seq")]),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    st.integers(-9, 2**60),
)
def test_the_quick_hash_is_the_hash_of_the_ledger(texts: dict[str, str], code: int) -> None:
    row: dict[str, object] = {**dict.fromkeys(COLUMNS, ""), **texts, "code": code, "seq": 1, "prev_hash": "0" * 64}
    row["hash"] = chain_hash(row)
    assert _follow([tuple(row[name] for name in COLUMNS)], Tip()) == Tip(1, str(row["hash"]))


def test_the_format_of_existing_ledgers_stays() -> None:
    row = {**dict.fromkeys(HASHED, 'Ω"\n'), "code": 4, "seq": 1, "prev_hash": "0" * 64}
    assert chain_hash(row) == "190d8e919fa1431c30ef7b6cb64f3336f2efcb9d99083e52ad26913d72300198"


@pytest.mark.parametrize("column", COLUMNS)
def test_each_column_of_an_entry_is_covered(trail: Trail, column: str) -> None:
    value = {"code": "code + 1", "seq": "99"}.get(column, f"{column} || 'x'")
    with behind(trail.file) as connection:
        connection.execute(f"UPDATE entries SET {column} = {value} WHERE seq = {MIDDLE}")
    assert broken_at(trail) == MIDDLE
    assert trail.reasons()[0] == "CHAIN_BROKEN"


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("DELETE FROM entries WHERE seq = 1", 1),
        (f"DELETE FROM entries WHERE seq = {MIDDLE}", MIDDLE),
        ("UPDATE entries SET seq = CASE seq WHEN 4 THEN -5 WHEN 5 THEN -4 ELSE seq END", 1),
        (f"UPDATE entries SET label = CAST(label AS BLOB) WHERE seq = {MIDDLE}", MIDDLE),
        (f"UPDATE entries SET code = 'a' WHERE seq = {MIDDLE}", MIDDLE),
        (f"UPDATE entries SET code = 0.5 WHERE seq = {MIDDLE}", MIDDLE),
    ],
)  # fmt: skip
def test_what_is_wrong_first_is_told(trail: Trail, statement: str, seq: int) -> None:
    with behind(trail.file) as connection:
        connection.execute(statement)
    assert broken_at(trail) == seq


def test_two_entries_that_changed_places(trail: Trail) -> None:
    with behind(trail.file) as connection:
        for old, new in ((4, 100), (5, 4), (100, 5)):
            connection.execute(f"UPDATE entries SET seq = {new} WHERE seq = {old}")
    assert broken_at(trail) == 4


def test_one_that_was_put_in(trail: Trail) -> None:
    with behind(trail.file) as connection:
        connection.execute("UPDATE entries SET seq = seq + 100 WHERE seq > 4")
        names = [name for name in COLUMNS if name not in ("seq", "hash")]
        copied = ", ".join(names)
        connection.execute(
            f"INSERT INTO entries (seq, hash, {copied}) SELECT 5, 'x', {copied} FROM entries WHERE seq = 4"
        )
        connection.execute("UPDATE entries SET seq = seq - 99 WHERE seq > 100")
    assert broken_at(trail) == 5


def test_text_that_is_none(trail: Trail) -> None:
    with behind(trail.file) as connection:
        connection.execute(f"UPDATE entries SET label = CAST(x'ff41' AS TEXT) WHERE seq = {MIDDLE}")
    assert broken_at(trail) == MIDDLE


def test_a_table_without_keys_in_the_place_of_ours(trail: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    # The walk goes on after the last number of a part, and does not see that it stands twice.
    monkeypatch.setattr("redactor.chain._PART", COUNT)
    with behind(trail.file, triggers=True) as connection:
        connection.execute("CREATE TABLE other AS SELECT * FROM entries")
        connection.execute("INSERT INTO other SELECT * FROM entries WHERE seq = 9")
        connection.execute("DROP TABLE entries")
        connection.execute("ALTER TABLE other RENAME TO entries")
    assert broken_at(trail) == COUNT
    assert "LEDGER_UNGUARDED" in trail.reasons()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER no_update",
        "DROP TRIGGER no_delete",
        "CREATE TRIGGER quiet AFTER INSERT ON entries BEGIN SELECT 1; END",
        "ALTER TABLE entries ADD COLUMN note TEXT",
    ],
)
def test_what_guards_the_table_is_looked_at(trail: Trail, statement: str) -> None:
    with sqlite3.connect(trail.file) as connection:
        connection.execute(statement)
    connection.close()
    assert trail.ledger.verify() == COUNT
    assert trail.reasons() == ["LEDGER_UNGUARDED"]


def test_who_is_about_to_delete_is_stopped(trail: Trail) -> None:
    assert audit.must_be_whole(trail.ledger, trail.keyring, trail.anchors) == COUNT
    with behind(trail.file) as connection:
        connection.execute("DELETE FROM entries WHERE seq > 7")
    with pytest.raises(LedgerError, match="was cut") as caught:
        audit.must_be_whole(trail.ledger, trail.keyring, trail.anchors)
    assert caught.value.reason == "LEDGER_CUT"


def test_a_file_that_is_damaged_is_seen(trail: Trail) -> None:
    put_row(trail.ledger, 1)
    with behind(trail.file) as connection:
        connection.execute("PRAGMA writable_schema = 1")
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'queue_bundle'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    trail.ledger.close()
    with trail.file.open("r+b") as stream:
        stream.seek((page - 1) * size + 8)
        stream.write(b"\xff" * 64)
    assert "LEDGER_DAMAGED" in trail.reasons(deep=True)


def test_a_guard_that_does_nothing(trail: Trail) -> None:
    with sqlite3.connect(trail.file) as connection:
        connection.execute("DROP TRIGGER no_update")
        connection.execute(
            "CREATE TRIGGER no_update BEFORE UPDATE ON entries WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    connection.close()
    assert trail.reasons() == ["LEDGER_UNGUARDED"]


def test_a_ledger_that_was_hashed_again_contradicts_its_anchors(trail: Trail) -> None:
    with behind(trail.file) as connection:
        connection.execute("UPDATE entries SET code = 7 WHERE seq = 3")
        rehash(connection, 3)
    assert trail.ledger.verify() == COUNT
    found = trail.check().findings
    assert [(one.reason, one.seq) for one in found] == [("LEDGER_REWRITTEN", 4), ("LEDGER_REWRITTEN", COUNT)]


def test_a_cut_end_contradicts_the_anchors_also_when_more_is_written(trail: Trail) -> None:
    with behind(trail.file) as connection:
        connection.execute("DELETE FROM entries WHERE seq > 7")
    assert [(one.reason, one.seq) for one in trail.check().findings] == [("LEDGER_CUT", 8)]
    with pytest.raises(LedgerError, match="was cut") as caught:
        anchor(trail.ledger, trail.keyring, trail.anchors)
    assert caught.value.reason == "LEDGER_CUT"
    fill(trail.ledger, range(20, 30))
    assert trail.ledger.verify() == 17
    assert trail.reasons() == ["LEDGER_REWRITTEN"]
    with pytest.raises(LedgerError, match="made anew"):
        anchor(trail.ledger, trail.keyring, trail.anchors)


def test_another_ledger_in_the_place_of_ours(trail: Trail, tmp_path: Path) -> None:
    other = Ledger(f"sqlite:///{tmp_path}/other.db")
    fill(other, range(100, 150))
    found = audit.verify(other, trail.anchors, audit.own_public_key(trail.keyring), signs=True).findings
    other.close()
    assert {one.reason for one in found} == {"LEDGER_REWRITTEN"}


def test_an_empty_ledger_has_no_anchor_and_contradicts_one(trail: Trail, tmp_path: Path) -> None:
    with closing(Ledger(f"sqlite:///{tmp_path}/empty.db")) as empty:
        assert anchor(empty, Keyring(tmp_path / "k"), tmp_path / "a.jsonl") is None
        found = audit.verify(empty, trail.anchors, audit.own_public_key(trail.keyring), signs=True).findings
    assert [(one.reason, one.seq) for one in found] == [("LEDGER_CUT", 1), ("LEDGER_CUT", 1)]


def _edited(lines: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{**lines[0], "seq": 3}, lines[1]]


@pytest.mark.parametrize(
    ("edit", "reasons"),
    [
        (_edited, {"ANCHOR_FORGED"}),
        (lambda lines: [{**lines[0], "at": "2020"}, lines[1]], {"ANCHOR_FORGED"}),
        (lambda lines: [{**lines[0], "signature": "?"}, lines[1]], {"ANCHOR_FORGED"}),
        (lambda lines: [{**lines[0], "extra": 1}, lines[1]], {"ANCHOR_FORGED"}),
        (lambda lines: lines[::-1], {"ANCHORS_MOVED"}),
        (lambda lines: lines[1:], {"ANCHORS_MOVED"}),
        (lambda lines: [lines[0], lines[0], lines[1]], {"ANCHORS_MOVED"}),
        (lambda lines: [lines[0], {"seq": 1}, lines[1]], {"ANCHOR_DAMAGED"}),
        (lambda lines: [], {"ANCHORS_GONE"}),
    ],
)  # fmt: skip
def test_anchors_that_were_edited(
    trail: Trail, edit: Callable[[list[dict[str, object]]], list[dict[str, object]]], reasons: set[str]
) -> None:
    trail.put(edit(trail.lines()))
    assert reasons <= set(trail.reasons()) <= reasons | {"ANCHORS_MOVED"}


def test_anchors_that_are_gone_or_cut(trail: Trail) -> None:
    trail.put(trail.lines()[:1])
    assert trail.reasons() == []
    assert trail.reasons(copy=trail.copy) == ["ANCHORS_GONE"]
    trail.anchors.unlink()
    assert trail.reasons() == ["ANCHORS_GONE"]


def test_anchors_of_another_key(trail: Trail) -> None:
    theirs = Ed25519PrivateKey.generate()
    trail.put([signed(line, theirs) for line in trail.lines()])
    assert set(trail.reasons()) >= {"ANCHOR_FOREIGN"}
    assert set(trail.reasons(key=public_key_of(theirs))) == {"ANCHORS_MOVED"}
    forged = {**trail.lines()[0], "key": audit.own_public_key(trail.keyring)}
    trail.put([forged])
    assert trail.reasons() == ["ANCHOR_FORGED"]


def test_a_signing_key_that_is_gone_or_was_made_anew(trail: Trail) -> None:
    key = audit.own_public_key(trail.keyring)
    (trail.keyring.folder / "signing.key").unlink()
    assert trail.reasons() == ["KEY_GONE"]
    assert trail.reasons(key=key) == []
    trail.keyring.signing()
    assert trail.reasons() == ["ANCHOR_FOREIGN", "ANCHOR_FOREIGN"]
    assert trail.reasons(key=key) == []


def test_an_anchor_is_made_once_per_end_and_after_a_power_cut(trail: Trail) -> None:
    before = trail.anchors.read_bytes()
    again = anchor(trail.ledger, trail.keyring, trail.anchors)
    assert again == trail.lines()[-1]
    assert trail.anchors.read_bytes() == before
    with trail.anchors.open("ab") as stream:
        stream.write(b'{"kind": "redactor-an')
    assert trail.reasons() == ["ANCHOR_DAMAGED"]
    trail.ledger.append(entry(50))
    anchor(trail.ledger, trail.keyring, trail.anchors)
    assert trail.reasons(copy=trail.copy) == []
    assert [line["seq"] for line in trail.lines()] == [4, COUNT, COUNT + 1]


def test_many_anchors_at_once_make_one_chain(trail: Trail) -> None:
    def work() -> None:
        for _ in range(5):
            trail.ledger.append(entry(60))
            anchor(trail.ledger, trail.keyring, trail.anchors)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert trail.reasons(copy=trail.copy) == []
    assert trail.lines()[-1]["seq"] == COUNT + 20


def test_rows_that_no_entry_proves(trail: Trail) -> None:
    put_row(trail.ledger, 1)
    put_row(trail.ledger, 2, "disposed", reason="DEIDENTIFIED")
    put_row(trail.ledger, 70)
    put_row(trail.ledger, 3, output_digest="x" * 64)
    put_row(trail.ledger, 71, "discovered")
    trail.ledger.append(disposed(2))
    assert [one.message.partition(": ")[2] for one in trail.check(deep=True).findings] == [
        "is committed, but no entry tells of these outputs"
    ] * 2
    put_row(trail.ledger, 4, "disposed", reason="ERASED")
    assert "is disposed of, but no entry tells of it" in trail.check(deep=True).findings[-1].message
    assert trail.reasons() == []


def test_memory_and_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redactor.chain._PART", 3)
    trail = Trail(tmp_path)
    seen: list[int] = []
    assert trail.ledger.verify(seen.append) == COUNT
    assert seen == [3, 6, 9]
    with behind(trail.file) as connection:
        connection.execute("DELETE FROM entries WHERE seq = 4")
    assert broken_at(trail) == 4
    trail.ledger.close()


@pytest.mark.slow
def test_postgresql_is_looked_at_in_the_same_way(postgres: Server, tmp_path: Path) -> None:
    url, keyring, anchors = postgres.database("audit"), Keyring(tmp_path / "keys"), tmp_path / "anchors.jsonl"
    ledger = Ledger(url)
    fill(ledger, range(1, 10))
    anchor(ledger, keyring, anchors)

    def reasons() -> list[tuple[str, int | None]]:
        found = audit.verify(ledger, anchors, audit.own_public_key(keyring), signs=True, deep=True).findings
        return [(one.reason, one.seq) for one in found]

    def run(*statements: str) -> None:
        def work(connection: sa.Connection) -> None:
            for statement in statements:
                connection.execute(sa.text(statement))

        ledger.database.write(work)

    assert reasons() == []
    run("ALTER TABLE entries DISABLE TRIGGER no_change", "UPDATE entries SET code = 1 WHERE seq = 5")
    assert reasons() == [("LEDGER_UNGUARDED", None), ("CHAIN_BROKEN", 5)]
    run(
        "UPDATE entries SET code = 0 WHERE seq = 5",
        "DELETE FROM entries WHERE seq = 9",
        "ALTER TABLE entries ENABLE TRIGGER no_change",
    )
    assert reasons() == [("LEDGER_CUT", 9)]
    assert walk(ledger.database).seq == 8
    run("DROP TRIGGER no_change ON entries", "ALTER TABLE entries ADD COLUMN note text")
    assert unguarded(ledger.database) == [
        "trigger no_change is missing, changed or switched off",
        "a column that no hash covers: note",
    ]
    run(
        "CREATE OR REPLACE FUNCTION redactor_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
    )
    run(
        "CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION redactor_append_only()"
    )
    assert "trigger no_change is missing, changed or switched off" in unguarded(ledger.database)
    ledger.close()


def test_what_a_real_night_writes_agrees(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.fill(5)
    house.night()
    (house.source / "day0" / "note0.txt").touch()
    (house.source / "day0" / "note2.txt").write_text("changed")
    house.night()
    with closing(house.ledger()) as ledger:
        found = audit.verify(ledger, tmp_path / "a.jsonl", None, signs=False, deep=True)
        assert found.findings == ()
        assert found.count >= 6
        change = sa.text("UPDATE queue SET output_digest = 'x' WHERE id = 1")
        ledger.database.write(lambda connection: connection.execute(change))
        assert [
            one.reason for one in audit.verify(ledger, tmp_path / "a.jsonl", None, signs=False, deep=True).findings
        ] == ["ROW_UNPROVED"]
