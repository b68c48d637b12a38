"""The plan of retention: which rule decides, when it ends, and that what is not known stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.kept import Hold
from redactor.periods import Period, may_exceed, midnight
from redactor.retention import digest, plan
from tests.plans import copy, dues, kept, original, policy

GROUND = "GDPR 6(1)(f)"
FULL: dict[str, Any] = {
    "default": {"keep_days": 30, "then": "deidentify"},
    "purposes": {
        "complaint": {"ground": GROUND, "keep_months": 6, "since": "case_closed"},
        "legal": {"ground": GROUND, "keep_years": 1, "then": "destroy"},
    },
    "clients": {
        "acme": {"keep_days": 7, "then": "erase", "purposes": {"legal": {"keep_years": 2}}},
        "beta": {"purpose": "legal"},
        "plain": {},
    },
    "jurisdictions": {"DE": {"keep_days": 14}, "EU": {"overdue": "destroy"}},
}


@pytest.mark.parametrize(
    ("item", "due", "action", "rule"),
    [
        ({"client": "plain"}, "2026-02-01", "deidentify", "[retention.default] keep_days = 30"),
        ({"client": "acme"}, "2026-01-09", "erase", "[retention.clients.acme] keep_days = 7"),
        ({"client": "beta"}, "2027-01-02", "destroy", "[retention.purposes.legal] keep_years = 1"),
        (
            {"client": "beta", "jurisdiction": "DE"},
            "2026-01-16",
            "destroy",
            "[retention.jurisdictions.DE] keep_days = 14",
        ),
        (
            {"client": "plain", "purposes": ("legal",)},
            "2027-01-02",
            "destroy",
            "[retention.purposes.legal] keep_years = 1",
        ),
        (
            {"client": "acme", "purposes": ("legal",)},
            "2028-01-02",
            "destroy",
            "[retention.clients.acme.purposes.legal] keep_years = 2",
        ),
        (
            {"client": "acme", "purposes": ("complaint",), "case_closed": "2026-08-31"},
            "2027-03-01",
            "erase",
            "[retention.purposes.complaint] keep_months = 6",
        ),
        (
            {"client": "plain", "recorded": "2030-05-01"},
            "2030-06-01",
            "deidentify",
            "[retention.default] keep_days = 30",
        ),
    ],
)
def test_later_rules_win_and_are_named(item: dict[str, Any], due: str, action: str, rule: str) -> None:
    found = original(kept(**item), policy(**FULL), "2026-01-02")
    assert (found.due and found.due.isoformat()[:10], found.action, found.rule) == (due, action, rule)
    assert found.verdict == "later"
    zone = ZoneInfo("Europe/Athens")
    assert found.due == midnight(date.fromisoformat(due), zone)
    before, then = (found.due + timedelta(seconds=s) for s in (-1, 0))
    assert original(kept(**item), policy(**FULL), before.astimezone(UTC).isoformat()).verdict == "later"
    assert original(kept(**item), policy(**FULL), then.astimezone(UTC).isoformat()).verdict == "due"


def test_a_section_replaces_the_whole_period_and_its_parts_add_up() -> None:
    rules = policy(default={"keep_years": 1, "keep_days": 1}, clients={"acme": {"keep_months": 1, "keep_days": 2}})
    assert str(original(kept(), rules, "2026-01-01").due)[:10] == "2026-02-04"


def test_laws_raise_cut_and_force() -> None:
    law = [
        {"name": "Least Act", "at_least_years": 1, "clients": ["acme"]},
        {"name": "Most Act", "at_most_days": 5, "clients": ["beta"], "then": "destroy"},
        {"name": "EU Act", "at_least_days": 60, "jurisdictions": ["EU"], "clients": ["plain"]},
    ]
    rules = policy(clients={"acme": {"keep_days": 7}, "beta": {}, "plain": {}}, law=law)
    raised = original(kept(), rules, "2026-01-01")
    assert (str(raised.due)[:10], raised.rule) == ("2027-01-02", "[[retention.law]] Least Act: at_least_years = 1")
    cut = original(kept(client="beta"), rules, "2026-01-01")
    assert (str(cut.due)[:10], cut.action, cut.rule) == (
        "2026-01-07",
        "destroy",
        "[[retention.law]] Most Act: at_most_days = 5",
    )
    member = original(kept(client="plain"), rules, "2026-01-01")
    assert str(member.due)[:10] == "2026-03-03"
    assert str(original(kept(client="plain", jurisdiction="US"), rules, "2026-01-01").due)[:10] == "2026-02-01"
    nowhere = original(kept(client="plain", jurisdiction=""), rules, "2030-01-01")
    assert (nowhere.verdict, nowhere.reason, nowhere.action) == ("unknown", "JURISDICTION_UNKNOWN", "keep")


def test_laws_that_clash_on_an_item_are_for_a_person() -> None:
    law = [
        {"name": "Least Act", "at_least_years": 1, "since": "contract_end"},
        {"name": "Most Act", "at_most_months": 6},
    ]
    rules, item = policy(law=law), kept(contract_end="2026-03-01")
    assert original(item, rules, "2026-06-30").verdict == "later"
    clash = original(item, rules, "2026-07-03")
    assert (clash.verdict, clash.reason, clash.action) == ("conflict", "LAWS_CONFLICT", "keep")
    assert "Most Act" in clash.why
    assert original(item, rules, "2027-03-02").verdict == "due"
    assert original(kept(), rules, "2030-01-01").reason == "EVENT_PENDING"


def test_a_law_ends_what_waits_for_an_event_that_never_comes() -> None:
    rules = policy(default={"since": "contract_end"}, law=[{"name": "Most Act", "at_most_years": 2}])
    assert original(kept(), rules, "2028-01-01").verdict == "later"
    assert original(kept(), rules, "2028-01-02").verdict == "due"


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"client": "nobody"}, "CLIENT_UNKNOWN"),
        ({"client": ""}, "CLIENT_UNKNOWN"),
        ({"purposes": ("nothing",)}, "PURPOSE_UNKNOWN"),
        ({"purposes": ("?",)}, "PURPOSE_UNKNOWN"),
        ({"recorded": ""}, "DATE_MISSING"),
        ({"recorded": "2026-02-30"}, "DATE_UNREADABLE"),
        ({"purposes": ("complaint",)}, "EVENT_PENDING"),
        ({"purposes": ("complaint",), "case_closed": "?"}, "DATE_UNREADABLE"),
        ({"jurisdiction": "XX"}, "JURISDICTION_UNKNOWN"),
    ],
)
def test_what_is_not_known_stays_for_ever(item: dict[str, Any], reason: str) -> None:
    for due in dues(kept(**item), policy(**FULL), "2190-01-01"):
        assert (due.verdict, due.action, due.reason, due.due) == ("unknown", "keep", reason, None)
        assert due.why


def test_a_client_of_a_store_is_known_and_without_contracts_all_are() -> None:
    assert original(kept(client="gamma"), policy(**FULL), "2030-01-01", known_clients=["gamma"]).verdict == "due"
    assert original(kept(client="whoever"), policy(), "2030-01-01").verdict == "due"
    assert original(kept(client=""), policy(), "2030-01-01").verdict == "due"
    assert original(kept(client=""), policy(**FULL), "2030-01-01", known_clients=[""]).verdict == "unknown"


def test_without_a_verified_copy_it_is_overdue_unless_the_policy_destroys() -> None:
    for state in ("discovered", "claimed", "refused", "quarantined"):
        item = kept(verified=False, state=state, source_digest="")
        found = original(item, policy(), "2030-01-01")
        assert (found.verdict, found.action, found.reason) == ("overdue", "keep", "NO_VERIFIED_COPY")
        assert original(item, policy(), "2026-01-05").verdict == "later"
        found = original(item, policy(default={"overdue": "destroy"}), "2030-01-01")
        assert (found.verdict, found.action) == ("due", "destroy")
        assert original(item, policy(default={"then": "erase"}), "2030-01-01").action == "erase"
    one = {"purposes": {"legal": {"ground": GROUND, "overdue": "keep"}}, "default": {"overdue": "destroy"}}
    assert original(kept(verified=False, purposes=("legal",)), policy(**one), "2030-01-01").verdict == "overdue"


def test_copies_live_their_own_time_and_never_go_before_the_original() -> None:
    rules = policy(default={"copies_years": 1})
    item = kept()
    assert copy(item, rules, "2026-12-31").verdict == "later"
    both = dues(item, rules, "2027-01-02")
    assert [(due.part, due.action, due.verdict) for due in both] == [
        ("original", "deidentify", "due"),
        ("copy", "destroy", "due"),
    ]
    left = kept(gone="deidentify", state="disposed", verified=False)
    assert [(due.part, due.verdict) for due in dues(left, rules, "2027-01-02")] == [
        ("original", "done"),
        ("copy", "due"),
    ]
    assert copy(left, policy(), "2190-01-01").verdict == "later"
    assert copy(left, policy(), "2190-01-01").action == "keep"
    stale = dues(kept(verified=False, state="refused"), rules, "2027-01-02")
    assert [(due.verdict, due.action) for due in stale] == [("overdue", "keep")] * 2
    law = [{"name": "Least Act", "at_least_years": 2}]
    kept_on = dues(item, policy(default={"copies_years": 1}, law=law), "2027-06-01")
    assert [due.verdict for due in kept_on] == ["later", "later"]
    assert kept_on[1].due == kept_on[0].due


def test_what_went_is_done_and_destroy_takes_the_copy_along() -> None:
    assert [due.verdict for due in dues(kept(gone="destroy", state="disposed"), policy(), "2030-01-01")] == ["done"]
    assert [
        due.verdict for due in dues(kept(state="gone", verified=False, source_digest=""), policy(), "2030-01-01")
    ] == ["done"]
    destroyed = policy(default={"then": "destroy"})
    assert [(due.part, due.action) for due in dues(kept(), destroyed, "2030-01-01")] == [("original", "destroy")]
    left = dues(kept(gone="deidentify", state="disposed"), destroyed, "2030-01-01")
    assert [(due.part, due.verdict, due.action) for due in left] == [
        ("original", "done", "keep"),
        ("copy", "due", "destroy"),
    ]


def test_holds_win_and_a_held_card_code_is_a_conflict() -> None:
    rules = policy(default={"copies_years": 1})
    hold = Hold(3, "legal", client="acme", since="2026-01-01", until="2026-01-31", expires="2030-01-01")
    for due in dues(kept(), rules, "2028-01-01", hold):
        assert (due.verdict, due.action, due.reason) == ("held", "keep", "HELD")
        assert "hold 3" in due.why
    assert original(kept(recorded="2026-02-01"), rules, "2028-01-01", hold).verdict == "due"
    assert original(kept(), rules, "2030-01-01T12:00", hold).verdict == "held"
    assert original(kept(), rules, "2030-01-01T22:30", hold).verdict == "due"
    code = original(kept(marks=("card-code",)), rules, "2028-01-01", hold)
    assert (code.verdict, code.action, code.reason) == ("conflict", "keep", "CARD_CODE_HELD")
    assert original(kept(marks=("minor",)), rules, "2028-01-01", hold).verdict == "held"
    about = Hold(4, "objection", persons=frozenset({7}))
    assert original(kept(7), rules, "2028-01-01", about).verdict == "held"
    assert original(kept(8), rules, "2028-01-01", about).verdict == "due"
    assert original(kept(8), rules, "2028-01-01", Hold(5, "legal", item=kept(8).item)).verdict == "held"
    assert original(kept(9), rules, "2028-01-01", Hold(5, "legal", item=kept(8).item)).verdict == "due"


def test_an_interaction_with_a_child_goes_at_once_as_a_whole() -> None:
    items = [kept(1, bundle="b"), kept(2, bundle="b", marks=("minor",)), kept(3), kept(4, store="other", bundle="b")]
    rules = policy()
    for form in (items, iter(items)):
        found = {
            due.item.id: due for due in plan(form, rules, datetime(2026, 1, 2, tzinfo=UTC)) if due.part == "original"
        }
        assert {n: (due.verdict, due.action) for n, due in found.items()} == {
            1: ("due", "destroy"), 2: ("due", "destroy"), 3: ("later", "deidentify"), 4: ("later", "deidentify"),
        }  # fmt: skip
        assert found[1].rule == "[retention] minors"
        assert found[1].due is not None
    assert [due.verdict for due in dues(items, policy(minors="keep"), "2026-01-02") if due.part == "original"] == [
        "later"
    ] * 4
    left = dues(kept(marks=("minor",), gone="deidentify", state="disposed"), rules, "2026-01-02")
    assert [(due.part, due.action, due.verdict) for due in left][1:] == [("copy", "destroy", "due")]
    law = policy(law=[{"name": "Least Act", "at_least_years": 1}])
    assert original(kept(marks=("minor",)), law, "2026-01-02").reason == "MINOR_AND_LAW"
    assert original(kept(marks=("minor",)), law, "2027-01-02").action == "destroy"
    assert original(kept(marks=("minor",), recorded=""), law, "2027-01-02").reason == "MINOR_AND_LAW"
    assert original(kept(marks=("minor",), recorded=""), rules, "2027-01-02").action == "destroy"
    placed = policy(law=[{"name": "Least Act", "at_least_years": 1, "jurisdictions": ["GR"]}])
    assert original(kept(marks=("minor",), jurisdiction=""), placed, "2027-01-02").reason == "MINOR_AND_LAW"


def test_a_moment_without_a_zone_is_refused_before_anything_is_planned() -> None:
    with pytest.raises(ValueError, match="time zone"):
        plan([kept()], policy(), datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_digest_names_what_is_due_only() -> None:
    items = [kept(number) for number in range(1, 5)]
    rules = policy()
    one = digest(plan(items, rules, datetime(2026, 3, 1, tzinfo=UTC)))
    assert one == digest(plan(items[::-1], rules, datetime(2026, 9, 1, tzinfo=UTC)))
    assert one != digest(plan(items[:3], rules, datetime(2026, 3, 1, tzinfo=UTC)))
    assert one != digest(plan([*items[:3], kept(4, source_digest="e" * 64)], rules, datetime(2026, 3, 1, tzinfo=UTC)))
    later = [*items, kept(9, recorded="2026-02-27")]
    assert one == digest(plan(later, rules, datetime(2026, 3, 1, tzinfo=UTC)))


DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
PERIODS = st.builds(Period, st.integers(0, 800), st.integers(0, 60), st.integers(0, 30)).filter(lambda p: bool(str(p)))
ZONES = st.sampled_from(
    ["Europe/Athens", "UTC", "America/Santiago", "Asia/Beirut", "America/Havana", "Africa/Cairo", "Pacific/Apia",
     "Asia/Tehran", "Pacific/Kiritimati", "America/Sao_Paulo"]
).map(ZoneInfo)  # fmt: skip


@given(DAYS, PERIODS, ZONES)
@settings(max_examples=300, deadline=None)
def test_a_period_ends_with_the_last_moment_of_its_last_day(day: date, period: Period, zone: ZoneInfo) -> None:
    end, last = period.end(day, zone), period.last_day(day)
    assert end is not None
    assert last is not None
    moment = end.astimezone(UTC)
    # Some zones have left a day out (Apia, 30 December 2011): then the last day that there was.
    assert (moment - timedelta(microseconds=1)).astimezone(zone).date() <= last
    assert moment.astimezone(zone).date() > last
    assert last > day
    assert moment > midnight(day, zone).astimezone(UTC)
    assert abs(moment - period.end(day, ZoneInfo("UTC")).astimezone(UTC)) <= timedelta(hours=36)  # type: ignore[union-attr]


@given(DAYS, PERIODS, st.integers(1, 400), ZONES)
@settings(max_examples=200, deadline=None)
def test_longer_periods_and_later_days_never_end_earlier(day: date, period: Period, more: int, zone: ZoneInfo) -> None:
    end = period.end(day, zone)
    assert end is not None
    for longer in (
        Period(period.days + more, period.months, period.years),
        Period(period.days, period.months + more, period.years),
        Period(period.days, period.months, period.years + more),
    ):
        assert longer.end(day, zone) > end  # type: ignore[operator]
    later = period.end(day + timedelta(more), zone)
    assert later is not None
    assert later.astimezone(UTC) >= end.astimezone(UTC)


@given(PERIODS, PERIODS, DAYS)
@settings(max_examples=300, deadline=None)
def test_what_never_exceeds_does_so_on_no_day(one: Period, other: Period, day: date) -> None:
    if not may_exceed(one, other):
        assert (one.last_day(day) or date.max) <= (other.last_day(day) or date.max)


@pytest.mark.parametrize(
    ("day", "period", "zone", "end"),
    [
        ("2026-01-31", Period(months=1), "Europe/Athens", "2026-03-01T00:00:00+02:00"),
        ("2028-01-31", Period(months=1), "Europe/Athens", "2028-03-01T00:00:00+02:00"),
        ("2028-02-29", Period(years=1), "Europe/Athens", "2029-03-01T00:00:00+02:00"),
        ("2028-02-29", Period(years=4), "Europe/Athens", "2032-03-01T00:00:00+02:00"),
        ("2026-02-27", Period(days=30), "Europe/Athens", "2026-03-30T00:00:00+03:00"),
        ("2024-08-08", Period(days=30), "America/Santiago", "2024-09-08T01:00:00-03:00"),
        ("2024-02-29", Period(days=30), "Asia/Beirut", "2024-03-31T01:00:00+03:00"),
        ("2011-12-28", Period(days=1), "Pacific/Apia", "2011-12-31T00:00:00+14:00"),
        ("2024-10-03", Period(months=1), "America/Havana", "2024-11-04T00:00:00-05:00"),
        ("2024-10-02", Period(months=1), "America/Havana", "2024-11-03T00:00:00-04:00"),
    ],
)
def test_ends_of_months_leap_days_and_clocks_that_skip_midnight(day: str, period: Period, zone: str, end: str) -> None:
    found = period.end(date.fromisoformat(day), ZoneInfo(zone))
    assert found is not None
    assert found.isoformat() == end


def test_dates_at_the_end_of_the_calendar_never_end() -> None:
    for day in ("9999-12-31", "9999-12-30", "9900-01-01"):
        item = kept(contract_end=day, recorded="0001-01-01")
        found = original(item, policy(default={"keep_years": 200, "since": "contract_end"}), "2026-01-01")
        assert (found.verdict, found.due) == ("later", None)
    assert (
        original(kept(recorded="0001-01-01", marks=("minor",)), policy(timezone="Pacific/Apia"), "2026-01-01").verdict
        == "due"
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(["acme", "beta", "plain", "nobody"]), DAYS, st.booleans(), st.booleans()), max_size=8
    ),
    st.datetimes(datetime(2000, 1, 1), datetime(2080, 1, 1), timezones=ZONES),  # noqa: DTZ001 - hypothesis adds it
)
@settings(max_examples=100, deadline=None)
def test_nothing_goes_before_its_day_while_it_is_held_or_unknown(rows: list[Any], now: datetime) -> None:
    items = [kept(n, client=c, recorded=d.isoformat(), verified=v) for n, (c, d, v, _) in enumerate(rows)]
    held = frozenset(n for n, row in enumerate(rows) if row[3])
    found = list(plan(items, policy(**FULL), now, [Hold(1, "legal", persons=held)]))
    assert sum(due.part == "original" for due in found) == len(items)
    for due in found:
        if due.verdict == "due":
            assert due.item.id not in held
            assert due.item.client != "nobody"
            assert due.due is not None
            assert due.due.astimezone(UTC) <= now.astimezone(UTC)
            assert due.action != "deidentify" or due.item.verified
        else:
            assert due.verdict == "later" or due.action == "keep"
