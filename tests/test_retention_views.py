"""The ledger's items and holds, their plan as command, JSON and page, and a year of several clients."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from redactor.cli_retention import retention
from redactor.errors import LedgerError
from redactor.keeping import kept, known_clients, minors, planned
from redactor.outlook import outlook
from redactor.policy import Policy
from redactor.retained import disposals, holds
from redactor.retention import Due, plan
from redactor.retention_page import page
from redactor.retention_words import UNKNOWN_EL, WORDS
from redactor.rows import queue
from tests import plans
from tests.queues import Bench, digest, found

TOML = """
[ledger]
url = "sqlite:///ledger.db"
[report]
language = "el"
[[stores]]
name = "calls"
source = "in"
output = "out"
client = "acme"
jurisdiction = "GR"
manifest = "m.csv"
[retention.default]
copies_years = 2
[retention.purposes.legal]
ground = "GDPR 6(1)(c)"
keep_years = 1
since = "case_closed"
[retention.clients.acme]
keep_days = 7
"""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(f"sqlite:///{tmp_path}/ledger.db")
    yield bench
    bench.ledger.close()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "redactor.toml"
    path.write_text(TOML, encoding="utf-8")
    return path


def policy() -> Policy:
    store = {
        "name": "calls",
        "source": "in",
        "output": "out",
        "client": "beta",
        "jurisdiction": "GR",
        "manifest": "m.csv",
    }
    return Policy.model_validate({"stores": [store], "retention": {"clients": {"acme": {"keep_days": 7}}}})


def mark(bench: Bench, number: int, **columns: Any) -> None:
    change = sa.update(queue).where(queue.c.item == digest(number)).values(columns)
    bench.ledger.database.write(lambda connection: connection.execute(change))


def hold(bench: Bench, **other: Any) -> None:
    texts = ("client", "store", "item", "person", "since", "until", "expires", "released_at", "released_why")
    usual = dict.fromkeys(texts, "") | {"kind": "legal", "reason": "case 1", "authority": "court", "set_at": "2026"}
    row = sa.insert(holds).values(usual | other)
    bench.ledger.database.write(lambda connection: connection.execute(row))


def test_the_ledger_tells_items_as_they_are(bench: Bench) -> None:
    told = json.dumps({"case_closed": "2026-02-01", "contract_end": "?", "purpose": "legal, training;x"})
    bench.offer(found(1, terms=told), found(2), found(3, day=""), found(4, store="elsewhere"))
    bench.finish(bench.claim())
    mark(bench, 1, marks='["minor", "card-code"]')
    mark(bench, 3, state="disposed", reason="ERASED", source_digest="e" * 64)
    items = {item.label: item for item in kept(bench.ledger, policy())}
    one = items["call-1"]
    assert (one.contract_end, one.case_closed, one.purposes) == ("?", "2026-02-01", ("legal", "training", "x"))
    assert (one.verified, one.source_digest, one.marks) == (True, digest(one.item), ("minor", "card-code"))
    assert (one.jurisdiction, one.recorded, one.gone, one.size) == ("GR", "2026-11-27", "", 100)
    assert (items["call-2"].verified, items["call-2"].state, items["call-2"].source_digest) == (False, "discovered", "")
    assert (items["call-3"].gone, items["call-3"].verified, items["call-3"].recorded) == ("erase", False, "")
    assert items["call-4"].jurisdiction == ""
    assert minors(bench.ledger) == {("calls", one.bundle)}
    assert known_clients(policy()) == {"acme", "beta"}


def test_an_item_that_is_done_again_has_no_verified_copy(bench: Bench) -> None:
    bench.offer(found(1))
    bench.finish(bench.claim())
    bench.offer(found(1, stamp="s2"))
    (item,) = kept(bench.ledger, policy())
    assert (item.state, item.verified, bool(item.source_digest)) == ("discovered", False, True)


def test_items_are_read_in_parts_and_each_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redactor.keeping._PART", 3)
    bench.offer(*(found(number) for number in range(10)))
    assert [item.label for item in kept(bench.ledger, policy())] == [f"call-{number}" for number in range(10)]


def test_a_hold_whose_person_cannot_be_read_stops_the_plan(bench: Bench) -> None:
    bench.offer(found(1))
    hold(bench, person="no list")
    with pytest.raises(LedgerError, match="audit verify"):
        list(planned(bench.ledger, policy(), datetime.now(UTC)))


def test_what_a_person_asked_to_be_erased_is_due_unless_it_is_held(bench: Bench) -> None:
    bench.offer(found(1), found(2), found(3))
    row = dict.fromkeys(("level", "reason", "source_digest", "run", "due", "began_at", "ended_at"), "")
    rows = [{**row, "queue_id": n, "action": "destroy", "rule": "GDPR 17", "state": "asked"} for n in (1, 2)]
    bench.ledger.database.write(lambda connection: connection.execute(sa.insert(disposals), rows))
    hold(bench, item=digest(2))
    first, second, third = planned(bench.ledger, policy(), datetime.now(UTC))
    assert (first.action, first.verdict, first.rule) == ("destroy", "due", "GDPR 17")
    assert (second.action, second.verdict) == ("keep", "held")
    assert third.rule != "GDPR 17"


def test_marks_that_cannot_be_read_stop_the_plan(bench: Bench) -> None:
    bench.offer(found(1))
    mark(bench, 1, marks="[minor")
    with pytest.raises(LedgerError, match="audit verify"):
        list(planned(bench.ledger, policy(), datetime.now(UTC)))


def run(config: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(retention, ["plan", "--config", str(config), *options])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_the_command_shows_the_plan_and_ends_with_8_when_somebody_must_look(bench: Bench, config: Path) -> None:
    bench.offer(found(1), found(2), found(3, day=""), found(4, client="zeta"), found(5, day="2026-12-01"))
    for _ in range(5):
        bench.finish(bench.claim())
    code, text = run(config, "--at", "2026-12-04")
    assert code == 0
    assert "0 due now" in text
    code, text = run(config, "--at", "2026-12-05")
    assert code == 0
    assert "[retention.clients.acme] keep_days = 7" in text
    assert "DATE_MISSING" in text
    assert "CLIENT_UNKNOWN" in text
    assert "2 due now, 1 more in the next 30 days" in text
    mark(bench, 2, state="refused", source_digest="")
    code, text = run(config, "--at", "2026-12-05", "--json")
    assert code == 8
    body = json.loads(text)
    assert body["summary"] == {
        "items": 5, "minors": 0, "due": 1, "overdue": 1, "conflict": 0, "held": 0, "unknown": 4, "later": 3, "done": 0,
    }  # fmt: skip
    assert {group["reason"] for group in body["groups"]} == {"", "NO_VERIFIED_COPY", "DATE_MISSING", "CLIENT_UNKNOWN"}
    assert [day["day"] for day in body["calendar"]] == ["2026-12-05", "2026-12-09"]
    assert run(config, "--at", "2026-12-05", "--client", "zeta")[0] == 0
    hold(bench, client="acme")
    assert run(config, "--at", "2026-12-05")[0] == 0
    mark(bench, 1, marks='["card-code"]')
    assert run(config, "--at", "2026-12-05")[0] == 8


def test_a_day_that_is_none_is_refused(config: Path) -> None:
    with pytest.raises(Exception, match="--at takes a date"):
        run(config, "--at", "tomorrow")


def test_the_page_is_whole_in_the_language_of_the_report(bench: Bench, config: Path, tmp_path: Path) -> None:
    bench.offer(found(1), found(2, day=""))
    bench.finish(bench.claim())
    code, _ = run(config, "--at", "2026-12-05", "--html", str(tmp_path / "plan.html"))
    assert code == 0
    text = (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert '<html lang="el">' in text
    for part in ("Τι θα διαγραφεί", "[retention.clients.acme] keep_days = 7", UNKNOWN_EL["DATE_MISSING"], "2027-01-03"):
        assert part in text
    assert "http" not in text
    assert "<script" not in text


def test_words_are_in_both_languages() -> None:
    assert WORDS["en"].keys() == WORDS["el"].keys()
    assert all(WORDS["en"][key] != WORDS["el"][key] for key in WORDS["en"])


def test_names_in_the_page_are_escaped() -> None:
    rules = plans.policy(default={"keep_days": 1})
    now = datetime(2026, 6, 1, tzinfo=UTC)
    seen = outlook(plan([plans.kept(client="<b>x", label="<i>y")], rules, now), now, rules.timezone)
    for language in ("en", "el"):
        text = page(seen, language=language)  # type: ignore[arg-type]
        assert "<b>x" not in text
        assert "<i>y" not in text
        assert "&lt;b&gt;x" in text


YEAR = plans.policy(
    default={"keep_days": 30, "copies_months": 18},
    purposes={
        "complaint": {"ground": "GDPR 6(1)(f)", "keep_months": 2, "since": "case_closed"},
        "training": {"ground": "GDPR 6(1)(a)", "keep_months": 3},
    },
    clients={
        "bank": {"keep_months": 6, "then": "erase"},
        "shop": {"keep_days": 7, "then": "destroy"},
        "clinic": {"purpose": "training"},
    },
    jurisdictions={"DE": {"keep_days": 14}},
    law=[
        {"name": "Bank Act", "clients": ["bank"], "at_least_months": 9},
        {"name": "Clinic Act", "clients": ["clinic"], "at_most_days": 60},
    ],
)


def test_a_year_of_nights() -> None:
    """Each night what is due goes; at its end exactly what may be there is there, and nothing went a day too early."""
    begin, zone = date(2027, 1, 1), ZoneInfo("Europe/Athens")
    clients = ("bank", "shop", "clinic", "shop", "nobody")
    items = {
        n: plans.kept(
            n,
            client=clients[n % 5],
            jurisdiction=("GR", "DE")[n % 2],
            recorded=(begin + timedelta(n * 3)).isoformat(),
            purposes=("complaint",) if n % 10 == 1 else (),
            case_closed="2027-03-31" if n % 20 == 1 else "",
        )
        for n in range(120)
    }
    went: dict[tuple[int, str], tuple[str, str]] = {}
    for night in range(365):
        day = begin + timedelta(night)
        now = datetime(day.year, day.month, day.day, 2, tzinfo=zone)
        there = [item for item in items.values() if item.recorded <= day.isoformat()]
        for due in plan(there, YEAR, now):
            if due.verdict == "due":
                went[due.item.id, due.part] = (day.isoformat(), due.action)
                items[due.item.id] = _gone(due)
    keep_days = {"bank": None, "shop": 7, "clinic": 60}
    for n in range(120):
        item, client = items[n], clients[n % 5]
        recorded = date.fromisoformat(item.recorded)
        if client == "nobody" or (n % 10 == 1 and n % 20 != 1):
            assert (n, "original") not in went
            continue
        days = keep_days[client] if item.jurisdiction == "GR" or client == "bank" else 14
        last = recorded + timedelta(days) if days else plans_month(recorded, 9)
        if n % 20 == 1:
            # Two months after the case was closed in GR; DE counts 14 days from then: whatever purpose ends last.
            last = max(last, date(2027, 4, 14) if item.jurisdiction == "DE" else date(2027, 5, 31))
        expected = max(last + timedelta(1), recorded)
        if expected > date(2027, 12, 31):
            assert (n, "original") not in went
        else:
            then = {"bank": "erase", "shop": "destroy", "clinic": "deidentify"}[client]
            assert went[n, "original"] == (expected.isoformat(), then), (n, client, item.jurisdiction)
    assert not [key for key in went if key[1] == "copy"]


def plans_month(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(1)).day
    return date(year, month, min(day.day, last))


def _gone(due: Due) -> Any:
    values = {name: getattr(due.item, name) for name in due.item.__slots__}
    return type(due.item)(**values | {"gone": due.action, "state": "disposed", "verified": False})
