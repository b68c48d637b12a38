"""When the periods of an item end: its terms, the laws, and the dates that manifests tell; and what is not known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import inf
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from redactor.kept import Kept
from redactor.periods import Period, day_from
from redactor.retention_policy import RetentionPolicy, Since, Then
from redactor.terms import HARSHNESS, Law, PurposeUnknownError, Terms, resolve

_MANY = 200_000
"""Decisions that are remembered: items of one day, client and purpose share theirs."""
UNKNOWN_WHY = {
    "CLIENT_UNKNOWN": "no contract and no store names its client; add [retention.clients.NAME], or client to its store",
    "PURPOSE_UNKNOWN": "its purpose is not defined or cannot be read; add [retention.purposes.NAME], or mend the "
    "manifest",
    "JURISDICTION_UNKNOWN": "its store has no known jurisdiction, and a law keeps items by jurisdiction; add "
    "jurisdiction to the store",
    "DATE_MISSING": "nobody says when it was recorded; let fields or a manifest of its store tell date",
    "DATE_UNREADABLE": "its manifest gives a date that cannot be read; write it as 2026-01-31",
    "EVENT_PENDING": "the event that its period counts from was not told; when it has happened, a manifest says so",
}
_Problem = Literal["DATE_MISSING", "DATE_UNREADABLE", "EVENT_PENDING"]
_Asked = _Problem | Literal[""]


class Moment(NamedTuple):
    """A moment that sorts by its seconds since 1970: moments of a zone compare by the clock on the wall otherwise."""

    at_s: float
    when: datetime | None


NEVER = Moment(inf, None)
"""Beyond the calendar, without end, or not known."""
_ALWAYS = Moment(-inf, None)


@dataclass(frozen=True, slots=True)
class Decision:
    """What holds for all items with the same terms and dates."""

    reason: str = ""
    """A key of `UNKNOWN_WHY`; then nothing may go."""
    why: str = ""
    end: Moment = NEVER
    """First moment after the last period."""
    rule: str = ""
    then: Then = "deidentify"
    overdue_destroy: bool = False
    copy_end: Moment = NEVER
    copy_rule: str = ""
    floor: Moment = _ALWAYS
    """Until then a law keeps it."""
    floor_rule: str = ""
    clash: Moment = NEVER
    """From then on a law wants it gone that another law keeps."""
    clash_rule: str = ""


@dataclass(frozen=True, slots=True)
class _Ending:
    """The end for one purpose."""

    end: Moment
    rule: str
    problem: _Asked = ""
    floor: Moment = _ALWAYS
    floor_rule: str = ""
    clash: Moment = NEVER
    clash_rule: str = ""
    copy: Moment = NEVER
    copy_rule: str = ""


class Decisions:
    """Decisions of one policy, each made once."""

    def __init__(self, policy: RetentionPolicy, clients: Collection[str] = ()) -> None:
        self._policy = policy
        self._zone = ZoneInfo(policy.timezone)
        named = {client for law in policy.law for client in law.clients}
        self._contracts = bool(policy.clients or named)
        self._clients = {*policy.clients, *named, *clients} - {""}
        self._made: dict[tuple[object, ...], Decision] = {}
        self._terms: dict[tuple[object, ...], list[Terms] | Decision] = {}
        self._days: dict[str, date | None] = {}
        self._ends: dict[tuple[Period, str], Moment] = {}

    def of(self, item: Kept) -> Decision:
        """The decision for an item; its state, copy and holds play no part."""
        key = (item.client, item.jurisdiction, item.purposes, item.recorded, item.contract_end, item.case_closed)
        found = self._made.get(key)
        if found is None:
            for known in (self._made, self._terms, self._days, self._ends):
                if len(known) >= _MANY:
                    known.clear()
            terms = self._terms_of(item)
            found = self._made[key] = terms if isinstance(terms, Decision) else self._decide(terms, item)
        return found

    def _terms_of(self, item: Kept) -> list[Terms] | Decision:
        key = (item.client, item.jurisdiction, item.purposes)
        found = self._terms.get(key)
        if found is None:
            found = self._terms[key] = self._resolved(item)
        return found

    def _resolved(self, item: Kept) -> list[Terms] | Decision:
        if self._contracts and item.client not in self._clients:
            return _unknown("CLIENT_UNKNOWN")
        try:
            many = resolve(self._policy, client=item.client, jurisdiction=item.jurisdiction, purposes=item.purposes)
        except PurposeUnknownError:
            return _unknown("PURPOSE_UNKNOWN")
        except ValueError:
            return _unknown("JURISDICTION_UNKNOWN")
        for law in (law for terms in many for law in terms.laws):
            if law.unplaced and law.at_least:
                rule = law.least_rule.text
                return replace(_unknown("JURISDICTION_UNKNOWN", rule), floor=NEVER, floor_rule=rule)
        return many

    def _decide(self, many: list[Terms], item: Kept) -> Decision:
        endings = [self._ending(terms, item) for terms in many]
        last = max(endings, key=lambda ending: ending.end.at_s)
        floor = max(endings, key=lambda ending: ending.floor.at_s)
        for ending in endings:
            if ending.problem:
                unknown = _unknown(ending.problem, ending.rule)
                return replace(unknown, floor=floor.floor, floor_rule=floor.floor_rule)
        harshest = max(many, key=lambda terms: HARSHNESS.index(terms.then))
        clash = min(endings, key=lambda ending: ending.clash.at_s)
        copy_end, copy_rule = _copy(endings, last, harshest)
        return Decision(
            why=harshest.then_rule.text,
            end=last.end,
            rule=last.rule,
            then=harshest.then,
            overdue_destroy=all(terms.overdue == "destroy" for terms in many),
            copy_end=copy_end,
            copy_rule=copy_rule,
            floor=floor.floor,
            floor_rule=floor.floor_rule,
            clash=clash.clash,
            clash_rule=clash.clash_rule,
        )

    def _ending(self, terms: Terms, item: Kept) -> _Ending:
        said, problem = self._event(item, terms.since)
        end, rule = (NEVER, terms.since_rule.text) if problem else (self._end(terms.keep, said), terms.keep_rule.text)
        copy = self._end(terms.copies, said) if terms.copies and not problem else NEVER
        if not terms.laws:
            return _Ending(end, rule, problem, copy=copy, copy_rule=terms.copies_rule.text)
        floor, floor_rule, floor_problem = self._floor(terms.laws, item)
        if floor_problem:
            return _Ending(NEVER, floor_rule, floor_problem, NEVER, floor_rule)
        cap, cap_rule = self._cap(terms.laws, item)
        if problem == "EVENT_PENDING" and cap is not NEVER:
            # Nobody knows when its own period begins, but the law counts from what is known: it ends it at the latest.
            end, rule, problem = cap, cap_rule, ""
        if problem:
            return _Ending(NEVER, rule, problem, floor, floor_rule)
        if cap.at_s < end.at_s:
            end, rule = cap, cap_rule
        clash = NEVER
        if floor.at_s > end.at_s:
            clash = cap if cap.at_s < floor.at_s else NEVER
            end, rule = floor, floor_rule
        return _Ending(end, rule, "", floor, floor_rule, clash, cap_rule, copy, terms.copies_rule.text)

    def _floor(self, laws: tuple[Law, ...], item: Kept) -> tuple[Moment, str, _Asked]:
        """Until when laws keep it, and what is not known of it."""
        best, rule = _ALWAYS, ""
        for law in laws:
            if law.at_least is None:
                continue
            said, problem = self._event(item, law.since)
            if problem:
                return best, law.least_rule.text, problem
            end = self._end(law.at_least, said)
            if end.at_s > best.at_s:
                best, rule = end, law.least_rule.text
        return best, rule, ""

    def _cap(self, laws: tuple[Law, ...], item: Kept) -> tuple[Moment, str]:
        """When a law wants it gone; a law whose event has not happened, or whose place is not known, cuts nothing."""
        best, rule = NEVER, ""
        for law in laws:
            if law.at_most is None or law.unplaced:
                continue
            said, problem = self._event(item, law.since)
            end = NEVER if problem else self._end(law.at_most, said)
            if end.at_s < best.at_s:
                best, rule = end, law.most_rule.text
        return best, rule

    def _event(self, item: Kept, since: Since) -> tuple[str, _Asked]:
        """What is said of the day of an event, and what is wrong with it."""
        said: str = getattr(item, since)
        if not said:
            return "", "DATE_MISSING" if since == "recorded" else "EVENT_PENDING"
        if said not in self._days:
            self._days[said] = day_from(said)
        return said, "" if self._days[said] is not None else "DATE_UNREADABLE"

    def _end(self, period: Period, said: str) -> Moment:
        key = (period, said)
        found = self._ends.get(key)
        if found is None:
            day = self._days[said]
            end = period.end(day, self._zone) if day is not None else None
            found = self._ends[key] = NEVER if end is None else Moment(end.timestamp(), end)
        return found


def _copy(endings: list[_Ending], last: _Ending, harshest: Terms) -> tuple[Moment, str]:
    """When the copy goes: with the original under `destroy`, else with the last purpose, and never before it."""
    if harshest.then == "destroy":
        return last.end, last.rule
    longest = max(endings, key=lambda ending: ending.copy.at_s)
    if longest.copy.at_s >= last.end.at_s:
        return longest.copy, longest.copy_rule
    return last.end, last.rule


def _unknown(reason: str, rule: str = "") -> Decision:
    return Decision(reason, UNKNOWN_WHY[reason], rule=rule, copy_rule=rule)
