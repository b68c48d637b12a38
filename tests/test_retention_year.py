"""A year of nights: recordings come every week, and what may go goes on its day, not before, with evidence for each."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from redactor import holds
from redactor.anchors import anchor
from redactor.audit import own_public_key, verify
from redactor.disposal import Disposal
from redactor.keeping import planned
from redactor.keyring import Keyring
from redactor.originals import open_stores
from redactor.policy import Policy, anchors_file, keys_folder
from redactor.queue import Queue
from redactor.removals import Wanted, ends
from tests.house import House

FIRST = date(2027, 1, 4)
_WEEKS = 52
_CONTRACTS = {"acme": "acme", "beta": "beta", "gamma": "gamma"}


@pytest.fixture
def house(tmp_path: Path) -> House:
    retention = {
        "timezone": "Europe/Athens",
        "default": {"keep_days": 30, "copies_days": 200},
        "purposes": {"complaint": {"ground": "GDPR 6(1)(f)", "keep_days": 10, "since": "case_closed"}},
        "clients": {
            "acme": {"keep_days": 7, "then": "destroy"},
            "beta": {"keep_months": 2, "then": "erase"},
            "gamma": {},
        },
    }
    store = {"manifest": "m.csv", "jurisdiction": "GR"}
    return House(tmp_path, settings={"run": {"workers": 1, "lease_s": 5}, "retention": retention}, store=store)


def record(house: House, week: int) -> None:
    """One recording of each client, and one with an open case, with a manifest of all that is known."""
    day = (FIRST + timedelta(weeks=week)).isoformat()
    house.source.mkdir(exist_ok=True)
    for client in _CONTRACTS:
        (house.source / f"{client}-{week}.txt").write_text(f"{client} {week}: τηλ 6971234567\n", encoding="utf-8")
    (house.source / f"case-{week}.txt").write_text(f"case {week}: τηλ 6971234567\n", encoding="utf-8")
    manifest = house.source / "m.csv"
    old = manifest.read_text(encoding="utf-8") if manifest.exists() else "file,client,date,purpose,case_closed\n"
    lines = "".join(f"{client}-{week}.txt,{client},{day},,\n" for client in _CONTRACTS)
    closed = (FIRST + timedelta(weeks=week, days=40)).isoformat() if week % 2 == 0 else ""
    manifest.write_text(old + lines + f"case-{week}.txt,gamma,{day},complaint,{closed}\n", encoding="utf-8")


def apply(house: House, policy: Policy, now: datetime) -> list[tuple[str, str, str]]:
    """What an apply at that moment does: label, how, reason."""
    with ExitStack() as held, closing(house.ledger(policy)) as ledger:
        stores, down = open_stores(policy, ledger.database, held)
        disposal = Disposal(policy, ledger, stores, f"apply-{now:%Y%m%d}", down=down)
        dues = list(planned(ledger, policy, now))
        ended = [(one.item.label, one.how, one.reason) for one in disposal.apply(dues, now=now)]
        anchor(ledger, Keyring(keys_folder(policy)), anchors_file(policy))
    return ended


def originals(house: House) -> set[str]:
    return {path.stem for path in house.source.glob("*.txt")}


@pytest.mark.slow
def test_a_year(house: House) -> None:
    policy, went = house.policy(), Counter[str]()
    for week in range(_WEEKS):
        record(house, week)
        house.night(policy)
        today = FIRST + timedelta(weeks=week)
        if week == 20:
            with closing(house.ledger(policy)) as ledger:
                asked = holds.Asked(kind="legal", reason="12/2027", authority="court", client="beta")
                held = holds.add(ledger, asked, clients=set(_CONTRACTS), stores={"notes"}).id
        if week == 40:
            with closing(house.ledger(policy)) as ledger:
                holds.release(ledger, held, "14/2027")
        # At noon of the last day nothing goes that may go on the next.
        now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
        for label, how, reason in apply(house, policy, now):
            assert (how, reason) == ("done", ""), (label, how, reason)
            went[label.partition("-")[0]] += 1
        there = originals(house)
        for past in range(week + 1):
            day = FIRST + timedelta(weeks=past)
            assert (f"acme-{past}" in there) == (today <= day + timedelta(days=7)), (week, past)
            assert (f"gamma-{past}" in there) == (today <= day + timedelta(days=30)), (week, past)
            if past % 2:
                assert f"case-{past}" in there, "a case that nobody closed is kept"
            else:
                # Kept for quality assurance as long as for the complaint: until the last of both has ended.
                assert (f"case-{past}" in there) == (today <= day + timedelta(days=50)), (week, past)
        if 20 <= week < 40:
            assert {f"beta-{past}" for past in range(12, week + 1)} <= there, "the hold keeps them"
    assert went["acme"] == _WEEKS - 2
    assert (house.output / "acme-0.txt").exists() is False
    assert (house.output / "gamma-0.txt").exists() is False, "the copy's own period has ended"
    assert (house.output / "gamma-40.txt").exists()
    with closing(house.ledger(policy)) as ledger:
        ring = Keyring(keys_folder(policy))
        found = verify(ledger, anchors_file(policy), own_public_key(ring), signs=ring.signs(), deep=True)
        assert not found.findings
        gone = list(Queue(ledger).listing("disposed"))
        told = {(end.store, end.item) for end in ends(ledger, Wanted())}
        assert {(row.store, row.item) for row in gone} == told
        assert json.loads(anchors_file(policy).read_text(encoding="utf-8").splitlines()[-1])["seq"] == found.count
