"""Encrypted outputs: places, keys that are destroyed, and nights that neither see nor need the difference."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import sqlalchemy as sa

from redactor.boundary import Place
from redactor.destruction import destroy
from redactor.errors import ExitCode, StoreError
from redactor.filekeys import FileKeys, counted
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.places import open_place
from redactor.policy import keys_folder
from redactor.queue import Queue
from redactor.reread import reread
from redactor.retained import file_keys
from redactor.sealed_bytes import CHUNK, HEADER, MAGIC, Header
from redactor.sealing import CRYPTO_ERASED, SealedPlace, output_place
from redactor.storepolicy import StorePolicy
from tests.forks import forked
from tests.house import PLACEHOLDER, SECRET, House, KillAt, once, read
from tests.postgres import DEBIAN, postgres_server
from tests.servers import s3_server

P = PurePosixPath
TEXT = "what an agent said: [PHONE_NUMBER]\n" * 20_000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(f"sqlite:///{tmp_path}/ledger.db")) as opened:
        yield opened


def sealed_place(tmp_path: Path, ledger: Ledger, client: str = "acme", keys: str = "keys") -> SealedPlace:
    inner = open_place(str(tmp_path / "out"), create=True)
    return SealedPlace(inner, FileKeys(ledger.database, Keyring(tmp_path / keys), "calls"), client=client)


def put(place: Place, tmp_path: Path, relative: str, text: str = TEXT) -> None:
    draft = tmp_path / "draft"
    draft.write_text(text, encoding="utf-8")
    place.put(draft, P(".redactor.tmp/one/0"))
    place.rename(P(".redactor.tmp/one/0"), P(relative))
    place.clear("one")
    assert [p.name for p in tmp_path.glob(".sealed-*")] == []


def rows(ledger: Ledger) -> int:
    return sum(counted(ledger.database).values())


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def everything(root: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


def test_it_is_a_place_like_the_one_inside(tmp_path: Path, ledger: Ledger) -> None:
    place = sealed_place(tmp_path, ledger)
    put(place, tmp_path, "day/a.txt")
    assert TEXT[:30].encode() not in everything(tmp_path / "out")
    assert (tmp_path / "out/day/a.txt").read_bytes().startswith(MAGIC)
    assert place.digest(P("day/a.txt")) == digest(TEXT)
    assert read(place, "day/a.txt") == TEXT
    assert place.path(P("day/a.txt")) is None
    assert not place.local
    (seen,) = [seen for part in place.walk() for seen in part]
    assert place.look(P("day/a.txt")) == seen
    assert place.stamps([P("day/a.txt"), P("b")]) == {P("day/a.txt"): seen.stamp}
    assert place.digest(P("none")) is None
    with pytest.raises(StoreError):
        place.fetch(P("none"), tmp_path / "copy")
    assert place.client(P("day/a.txt")) == "acme"
    assert rows(ledger) == 1
    place.remove(P("day/a.txt"))
    place.remove(P("day/a.txt"))
    assert rows(ledger) == 0


def test_what_is_replaced_takes_its_key_along(tmp_path: Path, ledger: Ledger) -> None:
    place = sealed_place(tmp_path, ledger)
    put(place, tmp_path, "a.txt", "first")
    old = (tmp_path / "out/a.txt").read_bytes()
    put(place, tmp_path, "a.txt", "second")
    assert (read(place, "a.txt"), rows(ledger)) == ("second", 1)
    # A version of it that the store still keeps is of no use to anybody.
    (tmp_path / "out/old.txt").write_bytes(old)
    with pytest.raises(StoreError) as caught:
        read(place, "old.txt")
    assert caught.value.reason == "KEY_GONE"


def test_a_plain_file_is_read_as_it_is_and_replaced_by_a_sealed_one(tmp_path: Path, ledger: Ledger) -> None:
    put(open_place(str(tmp_path / "out"), create=True), tmp_path, "a.txt", "plain")
    place = sealed_place(tmp_path, ledger)
    assert (read(place, "a.txt"), place.digest(P("a.txt"))) == ("plain", digest("plain"))
    assert place.client(P("a.txt")) is None
    put(place, tmp_path, "a.txt", "now sealed")
    assert read(place, "a.txt") == "now sealed"
    assert b"now sealed" not in (tmp_path / "out/a.txt").read_bytes()


def test_a_file_that_was_tampered_with_fits_no_digest_and_leaves_no_copy(tmp_path: Path, ledger: Ledger) -> None:
    place = sealed_place(tmp_path, ledger)
    put(place, tmp_path, "a.txt")
    body = (tmp_path / "out/a.txt").read_bytes()
    assert len(body) > 2 * CHUNK
    for wrong in (
        body[: HEADER + CHUNK + 16],
        body[:20],
        body[:-1],
        body[:100] + bytes([body[100] ^ 1]) + body[101:],
        MAGIC,
    ):
        (tmp_path / "out/a.txt").write_bytes(wrong)
        assert place.digest(P("a.txt")) == hashlib.sha256(wrong).hexdigest()
        with pytest.raises(StoreError) as caught:
            place.fetch(P("a.txt"), tmp_path / "copy")
        assert caught.value.reason == "STORE_DIFFERS"
        assert not (tmp_path / "copy").exists()


def test_forgetting_a_key_is_the_end_of_one_file_and_of_no_other(tmp_path: Path, ledger: Ledger) -> None:
    place = sealed_place(tmp_path, ledger)
    for name in ("a.txt", "b.txt"):
        put(place, tmp_path, name)
    keys = FileKeys(ledger.database, Keyring(tmp_path / "keys"), "calls")
    header = place.header(P("a.txt"))
    assert header is not None
    query = sa.select(file_keys.c.wrapped).where(file_keys.c.key_id == header.key_id)
    wrapped = bytes(ledger.database.read(lambda c: c.execute(query).scalar_one()))
    assert wrapped in everything(tmp_path)
    # Another store may not destroy it, whatever a header says.
    assert FileKeys(ledger.database, Keyring(tmp_path / "keys"), "others").forget([header.key_id]) == 0
    assert keys.forget([header.key_id, "ff" * 16], wholly=True) == 1
    assert wrapped not in everything(tmp_path)
    with pytest.raises(StoreError, match="nobody can read it") as caught:
        place.fetch(P("a.txt"), tmp_path / "copy")
    assert caught.value.reason == "KEY_GONE"
    assert place.digest(P("a.txt")) not in (None, digest(TEXT))
    assert read(place, "b.txt") == TEXT


def test_a_link_to_a_sealed_file_never_takes_the_key_of_that_file(tmp_path: Path, ledger: Ledger) -> None:
    place = sealed_place(tmp_path, ledger)
    put(place, tmp_path, "a.txt")
    link = tmp_path / "out/link.txt"
    link.symlink_to("a.txt")
    put(place, tmp_path, "link.txt", "another")
    assert (read(place, "a.txt"), read(place, "link.txt"), rows(ledger)) == (TEXT, "another", 2)
    link.unlink()
    link.symlink_to("a.txt")
    assert place.digest(P("link.txt")) != digest(TEXT)
    place.remove(P("link.txt"))
    assert (read(place, "a.txt"), link.is_symlink()) == (TEXT, False)


class Erasing:
    """Stands in for what the place inside learns: it removes, and says how well."""

    def __init__(self, inner: Place, told: list[object]) -> None:
        self.inner, self.told = inner, told

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def erase(self, relative: PurePosixPath, *, overwrite: bool = False) -> str:
        self.told.append((str(relative), overwrite))
        self.inner.remove(relative)
        return "deleted"

    def buried(self) -> Iterator[PurePosixPath]:
        return iter([P("old")])

    def wipe(self, start: str) -> int:
        self.told.append(("wiped", start))
        return 2

    def prune(self, folder: PurePosixPath) -> None:
        self.told.append(("pruned", str(folder)))


def test_erasing_destroys_the_key_before_the_file(tmp_path: Path, ledger: Ledger) -> None:
    put(sealed_place(tmp_path, ledger), tmp_path, "a.txt")
    (tmp_path / "out/plain.txt").write_text("plain")
    told: list[object] = []
    inner = Erasing(open_place(str(tmp_path / "out")), told)
    keys = FileKeys(ledger.database, Keyring(tmp_path / "keys"), "calls")
    place = SealedPlace(inner, keys)  # type: ignore[arg-type]
    inner.inner, good = Broken(), inner.inner  # type: ignore[assignment]
    inner.inner.head, inner.inner.path = good.head, good.path  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match="down"):
        place.erase(P("a.txt"), overwrite=True)
    assert rows(ledger) == 0
    inner.inner = good
    assert place.erase(P("a.txt"), overwrite=True) == CRYPTO_ERASED
    assert place.erase(P("plain.txt")) == "deleted"
    assert list((tmp_path / "out").glob("*.txt")) == []
    place.prune(P("day"))
    assert (place.wipe("ab-"), told.pop()) == (2, ("wiped", "ab-"))
    assert (list(place.buried()), told[-3:]) == ([P("old")], [("a.txt", True), ("plain.txt", False), ("pruned", "day")])


def test_erasing_takes_part_in_the_transaction_around_it(tmp_path: Path, ledger: Ledger) -> None:
    place = sealed_place(tmp_path, ledger)
    inner = Erasing(open_place(str(tmp_path / "out")), [])
    erasing = SealedPlace(inner, FileKeys(ledger.database, Keyring(tmp_path / "keys"), "calls"))  # type: ignore[arg-type]
    put(place, tmp_path, "a.txt")
    put(place, tmp_path, "b.txt")

    def work(connection: sa.Connection, *, fails: bool) -> str:
        assert erasing.digest(P("b.txt")) == digest(TEXT)
        reached = erasing.erase(P("b.txt" if fails else "a.txt"))
        if fails:
            raise StoreError("the store is down", reason="STORE_DOWN")
        return reached

    assert ledger.database.write(lambda connection: work(connection, fails=False)) == CRYPTO_ERASED
    assert rows(ledger) == 1
    with pytest.raises(StoreError):
        ledger.database.write(lambda connection: work(connection, fails=True))
    # It stands and falls with what is told of it; the bytes went all the same.
    assert (rows(ledger), list((tmp_path / "out").glob("*.txt"))) == (1, [])


class Broken:
    """A place that is away."""

    def remove(self, relative: PurePosixPath) -> None:
        raise StoreError("the store is down", reason="STORE_DOWN")


def test_without_the_clients_key_nothing_of_it_is_read_or_written(tmp_path: Path, ledger: Ledger) -> None:
    place = sealed_place(tmp_path, ledger)
    put(place, tmp_path, "a.txt")
    put(place.of("other"), tmp_path, "b.txt")
    away = sealed_place(tmp_path, ledger, keys="not-mounted")
    for work in (lambda: away.digest(P("a.txt")), lambda: away.fetch(P("a.txt"), tmp_path / "c"),
                 lambda: put(away, tmp_path, "c.txt")):  # fmt: skip
        with pytest.raises(StoreError, match="keys destroy") as caught:
            work()
        assert caught.value.reason == "KEY_GONE"
    # No key is made in its place, and none of a failed write stays.
    assert not (tmp_path / "not-mounted").exists()
    assert rows(ledger) == 2
    Keyring(tmp_path / "wrong").key("acme", "files")
    wrong = sealed_place(tmp_path, ledger, keys="wrong")
    for work in (lambda: wrong.digest(P("a.txt")), lambda: put(wrong, tmp_path, "c.txt")):
        with pytest.raises(StoreError, match="another one") as caught:
            work()
        assert caught.value.reason == "KEY_GONE"
    assert Keyring(tmp_path / "keys").destroy("acme", "files")
    with pytest.raises(StoreError):
        place.fetch(P("a.txt"), tmp_path / "c")
    assert read(place, "b.txt") == TEXT


def test_a_store_that_is_no_longer_encrypted_still_reads_what_was(tmp_path: Path, ledger: Ledger) -> None:
    house = House(tmp_path)
    store = house.policy().stores[0]
    on = store.model_copy(update={"encrypt": True})
    assert output_place(store, house.policy(), ledger.database, create=True).local
    put(output_place(on, house.policy(), ledger.database), tmp_path, "a.txt", "sealed")
    off = output_place(store, house.policy(), ledger.database)
    assert read(off, "a.txt") == "sealed"
    put(off, tmp_path, "a.txt", "plain")
    assert (tmp_path / "out/a.txt").read_text() == "plain"
    assert rows(ledger) == 0


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, store={"encrypt": True, "client": "acme"})


def outputs(house: House) -> dict[str, str]:
    policy = house.policy()
    with closing(house.ledger()) as ledger:
        place = output_place(policy.stores[0], policy, ledger.database)
        assert list(place.drafts()) == []
        return {str(s.relative): read(place, str(s.relative)) for part in place.walk() for s in part}


def whole(house: House, texts: dict[str, str]) -> None:
    """All outputs are there, sealed, and what they should be; each has its key, and no key is left over."""
    good = {place: text.replace(SECRET, PLACEHOLDER) for place, text in texts.items() if text}
    found = outputs(house)
    assert {place: text for place, text in found.items() if place.endswith(".txt")} == good
    assert len(found) == 2 * len(good)
    raw = everything(house.output)
    assert PLACEHOLDER.encode() not in raw
    assert b"output_digest" not in raw
    headers = [Header.of(p.read_bytes()[:HEADER]) for p in house.output.rglob("*") if p.suffix in {".txt", ".json"}]
    assert len({header.key_id for header in headers if header}) == 2 * len(good)
    with closing(house.ledger()) as ledger:
        ledger.verify()
        assert counted(ledger.database) == {("acme", "notes"): 2 * len(good)}


def hows(ended: list[tuple[str, str, str]]) -> dict[str, str]:
    return {label: how for label, how, _ in ended}


def test_a_night_a_rerun_a_change_a_move_and_a_lost_output(house: House) -> None:
    texts = house.fill(5)
    assert sorted(hows(house.night()).values()) == ["done"] * 4 + ["refused"]
    whole(house, texts)
    assert hows(house.night()) == {"day1/note3.txt": "stands"}
    texts["day0/note0.txt"] = f"new {SECRET}"
    (house.source / "day0/note0.txt").write_text(texts["day0/note0.txt"])
    shutil.move(house.source / "day0/note2.txt", house.source / "day0/moved.txt")
    texts["day0/moved.txt"] = texts["day0/note2.txt"]
    assert hows(house.night())["day0/note0.txt"] == "done"
    assert hows(house.night()) == {"day1/note3.txt": "stands"}
    found = outputs(house)
    assert found["day0/moved.txt"] == found["day0/note2.txt"] == texts["day0/note2.txt"].replace(SECRET, PLACEHOLDER)
    (house.output / "day1/note1.txt").unlink()
    assert hows(house.night())["day1/note1.txt"] == "done"
    # What was tampered with is nothing that this product wrote, as it is for outputs that are not encrypted.
    damaged = house.output / "day0/note0.txt"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    assert ("day0/note0.txt", "refused", "OUTPUT_EXISTS") in house.night()
    damaged.unlink()
    assert hows(house.night())["day0/note0.txt"] == "done"
    assert outputs(house)["day0/note0.txt"] == f"new {PLACEHOLDER}"


def test_encryption_that_is_switched_on_later_takes_what_is_written_from_then_on(tmp_path: Path) -> None:
    texts = House(tmp_path).fill(3)
    House(tmp_path).night()
    house = House(tmp_path, store={"encrypt": True, "client": "acme"})
    assert house.night() == []
    assert outputs(house)["day0/note0.txt"] == texts["day0/note0.txt"].replace(SECRET, PLACEHOLDER)
    assert set(hows(house.night(house.policy(text={"placeholder": "<{type}>"}))).values()) == {"done"}
    whole(house, texts)


@pytest.mark.parametrize("number", [1, 3, 4, 5, 6, 7, 8, 9, 10, 11])
def test_killed_at_any_step_the_next_night_ends_what_was_begun(house: House, number: int) -> None:
    texts = house.fill(2)
    policy = house.policy(run={"workers": 1, "lease_s": 2})
    forked(lambda: [*house.night(policy, step=KillAt(number))] and None)
    house.night(policy)
    assert house.night(policy) == []
    found = outputs(house)
    assert {p: t for p, t in found.items() if p.endswith(".txt")} == {
        p: t.replace(SECRET, PLACEHOLDER) for p, t in texts.items()
    }
    once(house)


def test_a_missing_folder_of_keys_is_told_and_nothing_is_written(house: House) -> None:
    house.fill(2)
    house.night()
    shutil.move(keys_folder(house.policy()), house.root / "away")
    (house.source / "day0/note0.txt").write_text(f"new {SECRET}")
    before = everything(house.output)
    told = house.job()
    assert told.code == ExitCode.PARTLY_FAILED
    assert any("bring it back" in note for note in told.notes)
    assert everything(house.output) == before
    # A key of the index was made meanwhile: nobody had been indexed yet.
    shutil.rmtree(keys_folder(house.policy()))
    shutil.move(house.root / "away", keys_folder(house.policy()))
    assert hows(house.night()) == {"day0/note0.txt": "done"}


def test_the_report_leaves_them_out_and_says_so(house: House) -> None:
    house.fill(3)
    policy = house.policy(report={"path": str(house.root / "report.html")})
    told = house.job(policy)
    assert any("outputs of store notes are encrypted" in note for note in told.notes)
    page = (house.root / "report.html").read_text(encoding="utf-8")
    assert 'id="gallery"' in page
    assert "are encrypted" in page
    assert PLACEHOLDER not in page
    facts = json.loads((house.root / "report.json").read_text(encoding="utf-8"))
    assert facts["outcomes"]["done"] == 3


def test_verify_says_what_to_do_with_a_sealed_folder(house: House) -> None:
    house.fill(2)
    house.night()

    class Names:
        def public_name(self, relative: Path) -> Path:
            return relative

    verdicts = list(reread(Names(), house.output))  # type: ignore[arg-type]
    assert [(v.clean, v.error.reason if v.error else "") for v in verdicts] == [(False, "SEALED")] * 2
    assert "redactor open" in str(verdicts[0].error)


def test_the_keys_of_each_client_of_a_store_are_its_own(tmp_path: Path) -> None:
    house = House(tmp_path, store={"encrypt": True, "fields": "^(?P<client>[^/]+)/"})
    for client in ("acme", "beta"):
        (house.source / client).mkdir(parents=True)
        (house.source / client / "note.txt").write_text(f"{client} {SECRET}")
    house.night()
    assert sorted(outputs(house)) == [f"{c}/note{end}" for c in ("acme", "beta") for end in (".redaction.json", ".txt")]
    assert Keyring(keys_folder(house.policy())).destroy("acme", "files")
    with closing(house.ledger()) as ledger:
        assert counted(ledger.database) == {("acme", "notes"): 2, ("beta", "notes"): 2}
        place = output_place(house.policy().stores[0], house.policy(), ledger.database)
        assert read(place, "beta/note.txt") == f"beta {PLACEHOLDER}"
        with pytest.raises(StoreError):
            read(place, "acme/note.txt")
        assert {s for (_, s), n in Queue(ledger).counts().items() if n} == {"committed"}


@pytest.mark.slow
def test_keys_in_postgresql(tmp_path: Path) -> None:
    if not DEBIAN.is_dir():
        pytest.skip("PostgreSQL is not installed")
    with postgres_server() as server, closing(Ledger(server.url)) as ledger:
        place = sealed_place(tmp_path, ledger)
        put(place, tmp_path, "a.txt")
        put(place, tmp_path, "b.txt")
        wrong = sealed_place(tmp_path, ledger, keys="another machine")
        with pytest.raises(StoreError, match="bring it back"):
            put(wrong, tmp_path, "c.txt")
        assert (read(place, "a.txt"), rows(ledger)) == (TEXT, 2)
        header = place.header(P("a.txt"))
        assert header is not None
        keys = FileKeys(ledger.database, Keyring(tmp_path / "keys"), "calls")
        assert (keys.forget([header.key_id], wholly=True), keys.used(), keys.clients()) == (1, True, ["acme"])
        assert destroy(ledger, Keyring(tmp_path / "keys"), "acme", "files").files == 1
        ledger.verify()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_it_seals_what_lies_in_an_object_store(tmp_path: Path, ledger: Ledger) -> None:
    pytest.importorskip("moto")
    with s3_server() as (url, options):
        inner = open_place(url, options, create=True)
        keys = FileKeys(ledger.database, Keyring(tmp_path / "keys"), "calls")
        place = SealedPlace(inner, keys, client="acme")
        put(place, tmp_path, "day/a.txt")
        assert inner.digest(P("day/a.txt")) != digest(TEXT) == place.digest(P("day/a.txt"))
        assert read(place, "day/a.txt") == TEXT
        put(place, tmp_path, "day/a.txt", "second")
        assert (read(place, "day/a.txt"), rows(ledger)) == ("second", 1)
        put(inner, tmp_path, "plain.txt", "plain")
        assert (read(place, "plain.txt"), place.digest(P("plain.txt"))) == ("plain", digest("plain"))
        place.remove(P("day/a.txt"))
        assert (rows(ledger), place.digest(P("day/a.txt"))) == (0, None)


def test_the_option_is_off_unless_it_is_said() -> None:
    assert StorePolicy(name="a", source="b", output="c").encrypt is False
