"""The commands open and keys: copies for people, and the end of keys."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from redactor.cli_sealed import keys, open_command
from redactor.destruction import EVENT
from redactor.errors import PolicyError, StoreError
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.policy import keys_folder
from redactor.policyfile import as_toml
from tests.house import PLACEHOLDER, SECRET, House


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.delenv("REDACTOR_JURISDICTION", raising=False)
    house = House(tmp_path, store={"encrypt": True, "client": "acme", "jurisdiction": "GR"})
    house.fill(3)
    house.night()
    return house


def config(house: House, **changes: object) -> str:
    path = house.root / "redactor.toml"
    path.write_text(as_toml(house.policy(**changes)), encoding="utf-8")
    return str(path)


def run(*arguments: str, command: object = open_command) -> Result:
    ended = CliRunner().invoke(command, list(arguments), catch_exceptions=True)  # type: ignore[arg-type]
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return ended


@pytest.mark.parametrize(
    ("place", "count"),
    [("notes", 6), ("notes:day0", 4), ("notes:day0/note0.txt", 1), ("out/day1", 2), ("out/day1/note1.txt", 1), ("out", 6)],
)  # fmt: skip
def test_copies_are_opened_beside_and_not_in_place(house: House, place: str, count: int) -> None:
    look = house.root / "look"
    before = {p: p.read_bytes() for p in house.output.rglob("*") if p.is_file()}
    where = str(house.root / place) if place.startswith("out") else place
    ended = run("--config", config(house), where, "--out", str(look))
    assert (ended.exit_code, ended.output.split(" in ")[0]) == (0, f"{count} of {count} copies")
    copies = [p for p in look.rglob("*") if p.is_file()]
    assert len(copies) == count
    assert all(PLACEHOLDER in p.read_text() for p in copies if p.suffix == ".txt")
    assert {p.stat().st_mode & 0o777 for p in copies} == {0o600}
    assert look.joinpath("notes").stat().st_mode & 0o077 == 0
    assert before == {p: p.read_bytes() for p in before}


def test_what_is_there_already_and_what_cannot_be_opened_is_told(house: House) -> None:
    look = house.root / "look"
    look.joinpath("notes/day0").mkdir(parents=True)
    look.joinpath("notes/day0/note0.txt").write_text("mine")
    (house.output / "day1/note1.txt").write_bytes((house.output / "day1/note1.txt").read_bytes()[:-1])
    ended = run("--config", config(house), "notes", "--out", str(look))
    assert ended.exit_code == 8
    assert "OUTPUT_EXISTS  notes:day0/note0.txt" in ended.output
    assert "STORE_DIFFERS  notes:day1/note1.txt" in ended.output
    assert "4 of 6 copies" in ended.output
    assert look.joinpath("notes/day0/note0.txt").read_text() == "mine"
    assert not look.joinpath("notes/day1/note1.txt").exists()


def test_places_that_are_none_and_folders_that_are_stores_are_refused(house: House) -> None:
    file = config(house)
    for place, folder, why in (
        ("nowhere", "look", "a place is in no store.* stores: notes"),
        ("notes:day9", "look", "no output of store notes lies there"),
        ("notes", "out/look", "copies go elsewhere"),
        ("notes", "in", "copies go elsewhere"),
    ):
        with pytest.raises(PolicyError, match=why):
            run("--config", file, place, "--out", str(house.root / folder))
    assert not (house.root / "look").exists()
    with pytest.raises(StoreError, match="leaves its store"):
        run("--config", file, "notes:../in/day0/note0.txt", "--out", str(house.root / "look"))


def test_copies_are_not_opened_where_the_client_does_not_allow_it(house: House) -> None:
    pinned = {"clients": {"acme": {"jurisdictions": ["GR"]}}}
    with pytest.raises(StoreError, match="this machine has no label") as caught:
        run("--config", config(house, retention=pinned), "notes", "--out", str(house.root / "look"))
    assert caught.value.reason == "JURISDICTION"
    assert not (house.root / "look").exists()
    file = config(house, retention=pinned, run={"jurisdiction": "GR"})
    assert run("--config", file, "notes", "--out", str(house.root / "look")).exit_code == 0


def test_keys_are_listed_and_destroyed_with_an_entry_in_the_ledger(house: House) -> None:
    file = config(house)
    shown = run("list", "--config", file, command=keys).output
    assert "acme" in shown
    assert "notes 6" in shown
    arguments = ("destroy", "--config", file, "--client", "acme", "--use", "files")
    with pytest.raises(PolicyError, match="6 encrypted files of store notes; --yes does it"):
        run(*arguments, command=keys)
    secret = Keyring(keys_folder(house.policy())).key("acme", "files", create=False)
    assert secret is not None
    ended = run(*arguments, "--yes", command=keys)
    assert "6 encrypted files of store notes" in ended.output
    assert not any(secret in p.read_bytes() for p in house.root.rglob("*") if p.is_file())
    with closing(Ledger(house.policy().ledger.url)) as ledger:
        ledger.verify()
        (entry,) = [e for e in ledger.entries() if e.event == EVENT]
        assert json.loads(entry.detail) == {"client": "acme", "use": "files", "found": True, "files": 6}
        (line,) = [line for line in ended.output.splitlines() if line.startswith("ledger entry")]
        assert len(line.split()[-1]) == 64
    failed = run("--config", file, "notes", "--out", str(house.root / "look"))
    assert (failed.exit_code, failed.output.count("KEY_GONE"), "0 of 6" in failed.output) == (8, 6, True)
    with pytest.raises(PolicyError, match="no such key"):
        run(*arguments, "--yes", command=keys)
    # The next night goes on with a new key; what was destroyed stays destroyed.
    assert house.night() == []
    (house.source / "day0/note0.txt").write_text(f"new {SECRET}")
    assert [how for _, how, _ in house.night()] == ["done"]
    assert "notes 2" in run("list", "--config", file, command=keys).output


def test_a_key_that_was_destroyed_by_hand_is_entered_all_the_same(house: House) -> None:
    file = config(house)
    assert Keyring(keys_folder(house.policy())).destroy("acme", "files")
    ended = run("destroy", "--config", file, "--client", "acme", "--use", "files", "--yes", command=keys)
    assert "it was gone already" in ended.output
    with closing(Ledger(house.policy().ledger.url)) as ledger:
        (entry,) = [e for e in ledger.entries() if e.event == EVENT]
        assert json.loads(entry.detail)["found"] is False


def test_the_key_of_the_index_goes_alone(house: House) -> None:
    ring = Keyring(keys_folder(house.policy()))
    ring.key("acme", "index")
    ended = run("destroy", "--config", config(house), "--client", "acme", "--use", "index", "--yes", command=keys)
    assert "0 entries by which persons are found" in ended.output
    assert ring.key("acme", "index", create=False) is None
    assert run("--config", config(house), "notes", "--out", str(house.root / "look")).exit_code == 0
