"""Persons are found again by keyed hashes, held by them, and erased through the plan; whatever the state of originals."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from redactor import holds, subjects
from redactor.boundary import Place
from redactor.errors import PolicyError
from redactor.findings import Finding
from redactor.gate import gate
from redactor.kept import NOT_RELEASED, Kept
from redactor.keyring import Keyring
from redactor.persons import Term, asked, hashed, terms
from redactor.regions import Span
from redactor.retained import disposals
from redactor.retained import subjects as table
from redactor.rows import Committed, queue
from tests.queues import Bench, digest, entry, found

TODAY = datetime.now(UTC).date().isoformat()
LATER = (datetime.now(UTC).date() + timedelta(days=90)).isoformat()


def person(name: str = "", phone: str = "") -> frozenset[Term]:
    text = f"{name} {phone}"
    spans = [(0, len(name), "PERSON"), (len(name) + 1, len(text), "PHONE_NUMBER")]
    return terms(text, [Finding(Span(a, b), kind, 0.8, "test") for a, b, kind in spans if a < b])


class Archive:
    """A ledger with committed items and what the index has of them."""

    def __init__(self, bench: Bench, keys: Path) -> None:
        self.bench, self.ledger, self.keyring = bench, bench.ledger, Keyring(keys)

    def add(self, number: int, who: frozenset[Term] | None = None, *, marks: Sequence[str] = (), **other: str) -> int:
        """One item; `who` None: it is committed without an index."""
        self.bench.offer(found(number, **other))
        claim = self.bench.must_claim()
        (row,) = claim.rows
        self.bench.write(claim, row)
        key = self.keyring.key(row.client, "index")
        assert key is not None
        rows = hashed(who, key) or (("nobody", bytes(16), 0.0),) if who is not None else ()
        self.bench.queue.commit(
            claim,
            row.id,
            entry(row),
            Committed(
                "s1",
                digest("output"),
                '{"note.txt": ["s", "d"]}',
                "[]",
                categories='{"PERSON": 1}',
                marks=json.dumps(list(marks)),
                index=[(kind, mac.hex(), score) for kind, mac, score in rows],
            ),
        )
        return row.id

    def find(self, kind: str, value: str, **options: object) -> list[int]:
        query = [asked(kind, value)]
        answer = subjects.find(self.ledger, self.keyring, query, **options)  # type: ignore[arg-type]
        return [match.id for match in answer.matches]

    def dispose(self, number: int, reason: str) -> None:
        statement = sa.update(queue).where(queue.c.id == number).values(state="disposed", reason=reason)
        self.ledger.database.write(lambda connection: connection.execute(statement))

    def events(self) -> list[str]:
        return [one.event for one in self.ledger.entries()]


@pytest.fixture
def archive(bench: Bench, tmp_path: Path) -> Archive:
    return Archive(bench, tmp_path / "keys")


def hold(**other: object) -> holds.Asked:
    usual: dict[str, object] = {"kind": "legal", "reason": "file 2026/1", "authority": "a court"}
    return holds.Asked(**{**usual, **other})  # type: ignore[arg-type]


def test_a_person_is_found_by_what_they_give(archive: Archive) -> None:
    one = archive.add(1, person("Μαρία Παπαδοπούλου", "6972341520"))
    archive.add(2, person("Μαρία Ιωάννου"))
    archive.add(3, frozenset())
    assert archive.find("phone", "+30 697 2341520") == [one]
    assert archive.find("name", "MARIA PAPADOPOULOU") == [one]
    assert archive.find("name", "Παπαδόπουλος Μαρίας") == [one]
    assert archive.find("phone", "6972341521") == []


def test_a_copy_that_a_gate_holds_back_is_not_handed_out(archive: Archive, tmp_path: Path) -> None:
    archive.add(1, person(phone="6972341520"), marks=[NOT_RELEASED])
    stamps = '{".redactor.held/run-1/note.txt": ["s", "d"]}'
    statement = sa.update(queue).values(output_stamps=stamps)
    archive.ledger.database.write(lambda connection: connection.execute(statement))
    found = subjects.find(archive.ledger, archive.keyring, [asked("phone", "6972341520")]).matches
    assert [dict(match.copies) for match in found] == [{}]

    def output(_store: str) -> Place:
        pytest.fail("there is nothing to be fetched")

    assert subjects.fetch_copies(found, output, tmp_path) == (0, list(found))


def test_one_word_of_a_name_is_weak(archive: Archive) -> None:
    both = archive.add(1, person("Μαρία Παπαδοπούλου"))
    one = archive.add(2, person("Μαρία Ιωάννου"))
    answer = subjects.find(archive.ledger, archive.keyring, [asked("name", "Μαρία Παπαδοπούλου")])
    assert [match.id for match in answer.matches] == [both]
    assert answer.weaker == 1
    every = subjects.find(archive.ledger, archive.keyring, [asked("name", "Μαρία Παπαδοπούλου")], least=0.1)
    assert [match.id for match in every.matches] == [both, one]
    assert every.matches[0].score > 2 * every.matches[1].score - 0.01
    assert every.matches[1].matched == ("name 1/2",)


def test_days_and_clients(archive: Archive) -> None:
    who = person(phone="6972341520")
    old = archive.add(1, who, day="2025-01-01")
    new = archive.add(2, who, day="2026-01-01", client="beta")
    undated = archive.add(3, who, day="")
    assert archive.find("phone", "6972341520", since="2025-06-01") == [undated, new]
    assert archive.find("phone", "6972341520", until="2025-06-01") == [undated, old]
    assert archive.find("phone", "6972341520", clients=["beta"]) == [new]
    with pytest.raises(PolicyError):
        archive.find("phone", "6972341520", clients=["gamma"])


def test_without_the_key_nobody_is_found(archive: Archive) -> None:
    archive.add(1, person("Μαρία Παπαδοπούλου", "6972341520"))
    assert archive.keyring.destroy("acme", "index")
    answer = subjects.find(archive.ledger, archive.keyring, [asked("phone", "6972341520")])
    assert (answer.matches, answer.keyless) == ((), ("acme",))
    # Nor with one that is made later, nor by trying all numbers of a person under no key.
    archive.keyring.key("acme", "index")
    assert archive.find("phone", "6972341520") == []
    rows = archive.ledger.database.read(lambda c: c.execute(sa.select(table)).mappings().all())
    held = json.dumps([[str(value) for value in row.values()] for row in rows])
    assert not any(text in held for text in ("6972341520", "papad", "παπαδ"))


def test_it_works_after_originals_are_gone_and_tells_what_is_left(archive: Archive) -> None:
    kept, gone, destroyed = (archive.add(n, person(phone="6972341520")) for n in (1, 2, 3))
    archive.dispose(gone, "DEIDENTIFIED")
    archive.dispose(destroyed, "DESTROYED")
    answer = subjects.find(archive.ledger, archive.keyring, [asked("phone", "6972341520")])
    told = {match.id: (match.gone, bool(match.copies)) for match in answer.matches}
    assert told == {kept: ("", True), gone: ("deidentify", True), destroyed: ("destroy", False)}


def test_an_item_that_is_redacted_again_has_the_rows_of_its_last_reading(archive: Archive) -> None:
    one = archive.add(1, person(phone="6972341520"))
    archive.bench.offer(found(1, stamp="s2"), run="r2")
    claim = archive.bench.must_claim(run="r2")
    archive.bench.write(claim, claim.rows[0])
    archive.bench.queue.commit(claim, one, entry(claim.rows[0]), Committed("s2", "", "{}", "[]"))
    assert archive.find("phone", "6972341520") == []
    assert subjects.left_out(archive.ledger) == 1


def test_the_answer_groups_interactions(archive: Archive) -> None:
    who = person(phone="6972341520")
    archive.add(1, who)
    archive.add(2, who)
    answer = subjects.find(archive.ledger, archive.keyring, [asked("phone", "6972341520")])
    body = subjects.answer(answer, until={answer.matches[0].id: "2027-01-01"})
    assert len(body["interactions"]) == 2
    assert body["interactions"][0]["items"][0]["until"] == "2027-01-01"
    assert body["interactions"][0]["items"][0]["categories"] == {"PERSON": 1}
    assert "6972341520" not in json.dumps(body)


def test_erasure_is_asked_once_and_of_copies_too(archive: Archive) -> None:
    ids = [archive.add(n, person(phone="6972341520")) for n in (1, 2)]
    archive.dispose(ids[0], "DEIDENTIFIED")
    done = dict.fromkeys(("level", "reason", "source_digest", "run", "due", "began_at", "ended_at"), "")
    statement = sa.insert(disposals).values(queue_id=ids[0], action="deidentify", rule="x", state="done", **done)
    archive.ledger.database.write(lambda connection: connection.execute(statement))
    matches = subjects.find(archive.ledger, archive.keyring, [asked("phone", "6972341520")]).matches
    told = subjects.erase(archive.ledger, matches, today=TODAY)
    assert (told.asked, told.before, told.held) == (2, 0, {})
    again = subjects.erase(archive.ledger, matches, today=TODAY)
    assert (again.asked, again.before) == (0, 2)
    rows = archive.ledger.database.read(lambda c: c.execute(sa.select(disposals)).mappings().all())
    assert {(row["queue_id"], row["action"], row["state"], row["rule"]) for row in rows} == {
        (number, "destroy", "asked", "GDPR 17") for number in ids
    }
    assert archive.events().count("erasure-asked") == 2
    archive.ledger.verify()


def test_erasure_says_what_a_hold_keeps(archive: Archive) -> None:
    one = archive.add(1, person(phone="6972341520"))
    placed = holds.add(archive.ledger, hold(client="acme"))
    matches = subjects.find(archive.ledger, archive.keyring, [asked("phone", "6972341520")]).matches
    assert subjects.erase(archive.ledger, matches, today=TODAY).held == {one: placed.id}


@pytest.mark.parametrize(
    ("names", "held"),
    [
        ({"client": "acme"}, 2),
        ({"client": "beta"}, 1),
        ({"store": "calls"}, 3),
        ({"item": digest(1)}, 1),
        ({"since": "2026-01-01"}, 2),
        ({"until": "2025-12-31", "client": "acme"}, 1),
        ({"everything": True}, 3),
    ],
)
def test_what_a_hold_names(archive: Archive, names: dict[str, object], held: int) -> None:
    archive.add(1, frozenset(), day="2025-01-01")
    archive.add(2, frozenset(), day="2026-01-01")
    archive.add(3, frozenset(), day="", client="beta")
    if names.get("since"):
        held = 2  # One of its days, and one of which nobody knows the day.
    placed = holds.add(archive.ledger, hold(**names))
    assert placed.held == held
    (standing,) = holds.standing(archive.ledger)
    rows = archive.bench.queue.rows("calls", [digest(n) for n in (1, 2, 3)]).values()
    kept = [Kept(r.id, r.store, r.item, r.label, r.kind, r.client, "", r.state, "", r.day) for r in rows]
    assert sum(standing.holds(one, TODAY) for one in kept) == held


def test_a_person_is_held_and_with_them_what_nobody_has_indexed(archive: Archive) -> None:
    own = archive.add(1, person("Μαρία Παπαδοπούλου", "6972341520"))
    archive.add(2, person("Μαρία Ιωάννου", "6900000000"))
    unindexed = archive.add(3)
    archive.add(4, person("Μαρία Παπαδοπούλου"), client="beta")
    archive.bench.offer(found(5))
    (waiting,) = archive.bench.queue.rows("calls", [digest(5)]).values()
    who = subjects.person(archive.keyring, [asked("name", "Maria Papadopoulou"), asked("phone", "6971111111")], "acme")
    placed = holds.add(archive.ledger, hold(client="acme", person=who))
    (standing,) = holds.standing(archive.ledger)
    assert standing.persons == {own, unindexed, waiting.id}
    assert placed.held == 3
    # Who calls tomorrow is held tomorrow.
    later = archive.add(6, person("Μαρίας Παπαδόπουλος"))
    assert later in (holds.standing(archive.ledger)[0].persons or ())


def test_what_came_from_another_client_is_held_until_it_is_indexed_anew(archive: Archive) -> None:
    one = archive.add(1, person(phone="6972341520"))
    archive.keyring.key("beta", "index")
    statement = sa.update(queue).where(queue.c.id == one).values(client="beta")
    archive.ledger.database.write(lambda connection: connection.execute(statement))
    who = subjects.person(archive.keyring, [asked("phone", "6972341520")], "beta")
    assert holds.add(archive.ledger, hold(client="beta", person=who)).held == 1
    assert archive.find("phone", "6972341520") == [one]


def test_a_hold_is_in_the_ledger_without_a_person(archive: Archive) -> None:
    archive.add(1, person("Μαρία Παπαδοπούλου", "6972341520"))
    who = subjects.person(archive.keyring, [asked("phone", "6972341520")], "acme")
    placed = holds.add(archive.ledger, hold(client="acme", person=who, reason="file 77/2026"))
    holds.release(archive.ledger, placed.id, "settled, file 77/2026")
    assert archive.events()[-2:] == ["hold-set", "hold-released"]
    details = "".join(one.detail for one in archive.ledger.entries())
    assert who[0][0][0] not in details
    assert "77/2026" not in details
    archive.ledger.verify()
    (listed,) = holds.listing(archive.ledger)
    assert (listed.reason, listed.person, bool(listed.released_at)) == ("file 77/2026", True, True)
    assert holds.standing(archive.ledger) == []


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ({"client": "acne"}, "nothing of this client"),
        ({"store": "cals"}, "nothing of this store"),
        ({"item": "f" * 64}, "not know this item"),
        ({}, "names nothing"),
        ({"client": "acme", "since": "2026-13-01"}, "no day of the calendar"),
        ({"client": "acme", "since": "2026-02-01", "until": "2026-01-01"}, "later than"),
        ({"client": "acme", "expires": "2020-01-01"}, "is over already"),
        ({"client": "acme", "reason": " "}, "needs its reason"),
        ({"client": "acme", "authority": ""}, "needs its reason"),
    ],
)
def test_a_hold_that_would_hold_nothing_or_all_is_refused(archive: Archive, names: dict[str, object], why: str) -> None:
    archive.add(1, frozenset())
    with pytest.raises(PolicyError, match=why):
        holds.add(archive.ledger, hold(**names))
    assert holds.listing(archive.ledger) == []


def test_names_that_the_configuration_knows(archive: Archive) -> None:
    archive.add(1, frozenset())
    assert holds.add(archive.ledger, hold(client="new"), clients=["new"]).held == 0


def test_releases_that_are_none(archive: Archive) -> None:
    archive.add(1, frozenset())
    placed = holds.add(archive.ledger, hold(client="acme", expires=LATER))
    for number, why in ((placed.id + 1, "settled"), (placed.id, "")):
        with pytest.raises(PolicyError):
            holds.release(archive.ledger, number, why)
    holds.release(archive.ledger, placed.id, "settled")
    with pytest.raises(PolicyError):
        holds.release(archive.ledger, placed.id, "settled")


def test_a_card_code_under_a_hold_is_a_conflict(archive: Archive) -> None:
    archive.add(1, frozenset(), marks=["card-code"])
    archive.add(2, frozenset(), marks=["minor"])
    assert holds.add(archive.ledger, hold(client="acme")).codes == 1


def test_a_hold_without_the_key_is_refused(archive: Archive) -> None:
    archive.add(1, frozenset())
    archive.keyring.destroy("acme", "index")
    with pytest.raises(PolicyError, match="no key to the index"):
        subjects.person(archive.keyring, [asked("phone", "6972341520")], "acme")


def test_a_hold_waits_for_a_deletion_and_says_what_was_gone(archive: Archive) -> None:
    one = archive.add(1, frozenset())
    archive.add(2, frozenset())
    inside, told = threading.Event(), []

    def deletion(connection: sa.Connection) -> None:
        gate(archive.ledger.database, connection)
        inside.set()
        time.sleep(0.5)
        # Had the hold come in meanwhile, it would have been overlooked.
        assert not told
        connection.execute(sa.update(queue).where(queue.c.id == one).values(state="disposed", reason="DESTROYED"))

    deleting = threading.Thread(target=archive.ledger.database.write, args=(deletion,))
    deleting.start()
    assert inside.wait(5)
    told.append(holds.add(archive.ledger, hold(client="acme")))
    deleting.join()
    assert (told[0].held, told[0].gone) == (1, 1)


def test_a_deletion_that_has_begun_is_told(archive: Archive) -> None:
    one = archive.add(1, frozenset())
    done = dict.fromkeys(("level", "reason", "source_digest", "run", "due", "began_at", "ended_at"), "")
    statement = sa.insert(disposals).values(queue_id=one, action="erase", rule="x", state="begun", **done)
    archive.ledger.database.write(lambda connection: connection.execute(statement))
    assert holds.add(archive.ledger, hold(client="acme")).going == 1
