"""The inventory and the incident report: what is kept, where, until when; and what lay on a store."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from redactor.audit_page import incident_page, inventory_page
from redactor.errors import PolicyError
from redactor.incident import incident
from redactor.inventory import inventory
from redactor.kept import Hold, Kept
from redactor.ledger import Ledger
from redactor.policy import Policy
from redactor.retention_policy import RetentionPolicy
from tests.queues import digest
from tests.trails import disposed, entry, put_row

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
AT = NOW.isoformat()


def policy(folder: Path) -> Policy:
    retention = {
        "purposes": {"quality-assurance": {"ground": "GDPR 6(1)(f)"}, "legal": {"ground": "GDPR 6(1)(c) <law>"}},
        "clients": {"zeta": {"purpose": "legal"}},
    }
    store = {"name": "calls", "source": str(folder / "in"), "output": str(folder / "out"), "jurisdiction": "GR"}
    store["manifest"] = "*.csv"
    return Policy.model_validate({"stores": [store], "retention": retention})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    yield ledger
    ledger.close()


@dataclass
class Due:
    item: Kept
    part: str
    due: datetime | None


def plan(items: Iterable[Kept], policy: RetentionPolicy, now: datetime, holds: Iterable[Hold]) -> Iterator[Due]:
    for item in items:
        yield Due(item, "original", datetime(2026, 12, item.id, 22, tzinfo=UTC))
        yield Due(item, "copy", None)


def test_the_inventory_counts_what_is_there(ledger: Ledger, tmp_path: Path) -> None:
    put_row(ledger, 1)
    put_row(ledger, 2, day="2026-09-01")
    put_row(ledger, 3, "disposed", reason="DEIDENTIFIED")
    put_row(ledger, 4, "disposed", reason="DESTROYED")
    put_row(ledger, 5, "gone", output_digest="")
    put_row(
        ledger,
        6,
        "discovered",
        client="zeta",
        categories="",
        source_digest="",
        output_digest="",
        day="",
        terms='{"purpose": "training, legal"}',
    )
    found = inventory(ledger, policy(tmp_path), NOW, plan=plan)
    original, copy, zeta = sorted(
        (line.as_dict(found.grounds) for line in found.lines), key=lambda one: (one["client"], -ord(one["part"][0]))
    )
    assert (original["part"], original["items"], original["since"], original["until"], original["endless"]) == (
        "original",
        2,
        "2026-09-01",
        "2026-12-02",
        0,
    )
    assert original["categories"] == {"PERSON": 2, "PHONE_NUMBER": 4}
    assert (original["jurisdiction"], original["purposes"], original["grounds"]) == (
        "GR",
        ["quality-assurance"],
        ["GDPR 6(1)(f)"],
    )
    assert (copy["part"], copy["items"], copy["until"], copy["endless"]) == ("copy", 3, "", 3)
    assert (zeta["items"], zeta["unread"], zeta["since"], zeta["purposes"]) == (
        1,
        1,
        "2026-10-01",
        ["legal", "training"],
    )
    assert zeta["grounds"] == ["GDPR 6(1)(c) <law>", ""]
    for language, words in (
        ("en", ("article 30", "not read yet", "without end")),
        ("el", ("άρθρο 30", "δεν διαβάστηκε", "χωρίς τέλος")),
    ):
        page = inventory_page(found, language)  # type: ignore[arg-type]
        assert all(word in page for word in words)
        assert "&lt;law&gt;" in page
        assert "http" not in page


def test_an_inventory_without_a_plan_says_so(ledger: Ledger, tmp_path: Path) -> None:
    put_row(ledger, 1)
    found = inventory(ledger, policy(tmp_path), NOW)
    assert found.as_dict()["planned"] is False
    assert "not planned" in inventory_page(found)


def moment(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.fromisoformat(at)

    monkeypatch.setattr("redactor.ledger.datetime", Clock)


def test_what_lay_on_a_store(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Seen on the 1st of October, 22:00 UTC: in Athens the 2nd.
    moment(ledger, monkeypatch, "2026-10-05T02:00:00+00:00")
    for number in (1, 2, 3, 4):
        ledger.append(entry(number))
    moment(ledger, monkeypatch, "2026-10-10T02:00:00+00:00")
    ledger.append(disposed(2))
    ledger.append(disposed(3, "DESTROYED", action="destroy", categories={"AFM": 7}))
    moment(ledger, monkeypatch, "2026-10-20T02:00:00+00:00")
    ledger.append(entry(4, "gone"))
    moment(ledger, monkeypatch, "2026-10-25T02:00:00+00:00")
    ledger.append(disposed(2, "DESTROYED", action="destroy", part="copy"))
    put_row(ledger, 1)
    put_row(ledger, 2, "disposed", reason="DESTROYED")
    put_row(ledger, 3, "disposed", reason="DESTROYED", categories="", label="")
    put_row(ledger, 4, "gone")
    put_row(ledger, 5, "refused", source_digest="", output_digest="", categories="")
    put_row(ledger, 6, store="other")

    def lay(first: str, last: str) -> list[tuple[int, str]]:
        found = incident(ledger, policy(tmp_path), "calls", first, last, AT)
        names = {digest(n): n for n in range(1, 7)}
        return sorted((names[one.item], one.part) for one in found.lay)

    everything = [(n, "original") for n in range(1, 6)]
    assert lay("2026-09-01", "2026-10-01") == []
    assert lay("2026-10-02", "2026-10-02") == everything
    assert lay("2026-10-05", "2026-10-05") == sorted([*everything, *((n, "copy") for n in range(1, 5))])
    assert lay("2026-10-11", "2026-10-12") == [
        (1, "copy"),
        (1, "original"),
        (2, "copy"),
        (4, "copy"),
        (4, "original"),
        (5, "original"),
    ]
    assert lay("2026-10-26", "2026-11-30") == [(1, "copy"), (1, "original"), (4, "copy"), (5, "original")]
    found = incident(ledger, policy(tmp_path), "calls", "2026-10-05", "2026-10-11", AT)
    originals = next(line for line in found.clients() if line["part"] == "original")
    assert originals == {
        "client": "acme",
        "part": "original",
        "items": 5,
        "unread": 1,
        "categories": {"AFM": 7, "PERSON": 3, "PHONE_NUMBER": 6},
    }
    assert "lay on store calls" in incident_page(found)
    assert "είναι ακόμη εκεί" in incident_page(found, "el")
    assert found.as_dict()["jurisdiction"] == "GR"


def test_an_incident_that_cannot_be(ledger: Ledger, tmp_path: Path) -> None:
    for store, first, last, words in (
        ("nothing", "2026-01-01", "2026-01-02", "known are: calls"),
        ("calls", "2026-01-02", "2026-01-01", "after the last"),
        ("calls", "", "2026-01-01", "first and a last"),
        ("calls", "2026-02-30", "2026-03-01", "days are written"),
    ):
        with pytest.raises(PolicyError, match=words):
            incident(ledger, policy(tmp_path), store, first, last, AT)
    assert incident(ledger, policy(tmp_path), "calls", "2026-01-01", "2026-01-01", AT).lay == ()
    assert "Nothing." in incident_page(incident(ledger, policy(tmp_path), "calls", "2026-01-01", "2026-01-01", AT))
