"""The plan of retention: what is due of each item, when, by which rule, and why not yet. It reads and moves nothing.

An item with several purposes is kept until the last of them ends; then all of them have ended, and what the harshest
of them demands is done (`destroy` before `erase` before `deidentify`). The original goes without a verified copy under
`overdue = "destroy"` only when all of its purposes say so. A law counts from its own event. What is not known is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Literal
from zoneinfo import ZoneInfo

from redactor.ends import UNKNOWN_WHY, Decision, Decisions, Moment
from redactor.kept import CARD_CODE, MINOR, NOT_RELEASED, Action, Hold, Kept
from redactor.periods import day_from, midnight
from redactor.retention_policy import RetentionPolicy

Part = Literal["original", "copy"]
Verdict = Literal["due", "later", "overdue", "held", "conflict", "unknown", "done"]
VERDICTS: tuple[Verdict, ...] = ("due", "overdue", "conflict", "held", "unknown", "later", "done")
MINORS_RULE = "[retention] minors"


@dataclass(frozen=True, slots=True)
class _AtOnce:
    """Why an item goes at once, whatever its period."""

    rule: str
    why: str
    conflict: str
    """Reason where a law keeps it all the same."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to become of a part of an item."""

    item: Kept
    part: Part
    """`destroy` of an original takes its copy along; then the copy has no line of its own."""
    action: Literal["deidentify", "erase", "destroy", "keep"]
    """What is done when it is due; `keep` where it stays although its day may have come."""
    due: datetime | None
    """The first moment at which it may go, in the policy's time zone; None: nobody knows, or never."""
    rule: str
    """The line of the configuration that decided when."""
    verdict: Verdict
    why: str = ""
    reason: str = ""
    """Upper-case constant where something is not as it should be."""


def digest(dues: Iterable[Due]) -> str:
    """SHA-256 (hex) of what is due, in whatever order it comes and whenever it was planned."""
    lines = sorted(
        hashlib.sha256(
            "\0".join((str(d.item.id), d.item.store, d.item.item, d.part, d.action, d.item.source_digest)).encode()
        ).digest()
        for d in dues
        if d.verdict == "due"
    )
    return hashlib.sha256(b"".join(lines)).hexdigest()


def plan(
    items: Iterable[Kept],
    policy: RetentionPolicy,
    now: datetime,
    holds: Sequence[Hold] = (),
    *,
    known_clients: Collection[str] = (),
    minors: Collection[tuple[str, str]] | None = None,
) -> Iterator[Due]:
    """What is due of each item at `now`, which knows its time zone: one line for the original, one for a copy.

    `known_clients`: clients without a contract of their own that are known all the same. `minors`: store and bundle of
    interactions with a child. Without it they are found in `items`; those of an iterator that may belong to one
    (they share a bundle) then come last. Raises `ValueError` when `now` has no time zone.
    """
    if now.tzinfo is None or now.utcoffset() is None:
        raise ValueError("now must know its time zone, for example datetime.now(UTC)")
    planner = _Planner(policy, now.astimezone(UTC), holds, known_clients)
    if policy.minors == "keep":
        return _plain(planner, items, None)
    if minors is not None:
        return _plain(planner, items, minors)
    if isinstance(items, Sequence):
        return _plain(planner, items, {(i.store, i.bundle) for i in items if MINOR in i.marks and i.bundle})
    return _bundles_last(planner, items)


def _plain(planner: _Planner, items: Iterable[Kept], minors: Collection[tuple[str, str]] | None) -> Iterator[Due]:
    """One item after the other; without `minors` children are treated as others."""
    for item in items:
        minor = minors is not None and (MINOR in item.marks or (bool(minors) and (item.store, item.bundle) in minors))
        yield from planner.dues(item, minor=minor)


def _bundles_last(planner: _Planner, items: Iterable[Kept]) -> Iterator[Due]:
    waiting: list[Kept] = []
    minors: set[tuple[str, str]] = set()
    for item in items:
        if item.bundle and item.bundle != item.item:
            waiting.append(item)
            if MINOR in item.marks:
                minors.add((item.store, item.bundle))
        else:
            yield from planner.dues(item, minor=MINOR in item.marks)
    yield from _plain(planner, waiting, minors)


class _Planner:
    def __init__(self, policy: RetentionPolicy, now: datetime, holds: Sequence[Hold], clients: Collection[str]) -> None:
        self._zone = ZoneInfo(policy.timezone)
        self._now_s = now.timestamp()
        self._today = now.astimezone(self._zone).date().isoformat()
        self._decisions = Decisions(policy, clients)
        open_holds = [hold for hold in holds if not (hold.expires and self._today > hold.expires)]
        self._general: dict[str, list[Hold]] = {}
        self._of_item: dict[str, list[Hold]] = {}
        self._of_id: dict[int, list[Hold]] = {}
        self._held = bool(open_holds)
        for hold in open_holds:
            if hold.item:
                self._of_item.setdefault(hold.item, []).append(hold)
            elif hold.persons is not None:
                for number in hold.persons:
                    self._of_id.setdefault(number, []).append(hold)
            else:
                self._general.setdefault(hold.client, []).append(hold)

    def dues(self, item: Kept, *, minor: bool) -> Iterator[Due]:
        """One line, or two when it has a copy that does not go with the original."""
        decision = self._decisions.of(item)
        hold = self._hold(item) if self._held else None
        at_once = _CHILD if minor else _erasure(item.erasure) if item.erasure else None
        went = bool(item.gone) or item.state in ("gone", "disposed")
        if went:
            why = f"{item.gone} was done" if item.gone else "it is not in its store any more"
            original = Due(item, "original", "keep", None, decision.rule, "done", why)
        else:
            original = self._original(item, decision, hold, at_once)
        yield original
        has_copy = bool(item.source_digest or item.verified) and item.gone != "destroy"
        if has_copy and (went or not (original.action == "destroy" or at_once or decision.then == "destroy")):
            yield self._copy(item, decision, hold, original, at_once)

    def _original(self, item: Kept, decision: Decision, hold: Hold | None, at_once: _AtOnce | None) -> Due:
        end, rule = decision.end.when, decision.rule
        if hold is not None:
            if CARD_CODE in item.marks:
                why = f"hold {hold.id} keeps it, but no law lets a card's security code be kept (PCI DSS 3.3.1)"
                return Due(item, "original", "keep", end, rule, "conflict", why, "CARD_CODE_HELD")
            return Due(item, "original", "keep", end, rule, "held", f"hold {hold.id} ({hold.kind}) keeps it", "HELD")
        if at_once:
            return self._at_once(item, decision, "original", at_once)
        if decision.reason:
            return Due(item, "original", "keep", None, rule, "unknown", decision.why, decision.reason)
        if self._past(decision.clash) and not self._past(decision.end):
            why = f"{decision.clash_rule} wants it gone, but {rule} keeps it"
            return Due(item, "original", "keep", end, rule, "conflict", why, "LAWS_CONFLICT")
        action: Action = decision.then
        if not self._past(decision.end):
            why = decision.why if end is not None else "its period ends after the year 9999"
            return Due(item, "original", action, end, rule, "later", why)
        if action != "destroy" and NOT_RELEASED in item.marks:
            # Until it is known that the copy is good enough, the original is what it could be made anew of.
            why = "its copy is held back until the release gate is met: redactor release"
            return Due(item, "original", "keep", end, rule, "overdue", why, "NOT_RELEASED")
        if action == "deidentify" and not item.verified:
            # What is only to be done again has a copy that must not go with it.
            if not decision.overdue_destroy or item.source_digest:
                why = "there is no verified copy of it, so it stays"
                return Due(item, "original", "keep", end, rule, "overdue", why, "NO_VERIFIED_COPY")
            why = 'there is no verified copy of it, and overdue = "destroy"'
            return Due(item, "original", "destroy", end, rule, "due", why, "NO_VERIFIED_COPY")
        return Due(item, "original", action, end, rule, "due", decision.why)

    def _copy(self, item: Kept, decision: Decision, hold: Hold | None, original: Due, at_once: _AtOnce | None) -> Due:
        end, rule = decision.copy_end.when, decision.copy_rule
        if hold is not None:
            return Due(item, "copy", "keep", end, rule, "held", f"hold {hold.id} ({hold.kind}) keeps it", "HELD")
        if at_once:
            return self._at_once(item, decision, "copy", at_once)
        if decision.reason:
            return Due(item, "copy", "keep", None, rule, "unknown", decision.why, decision.reason)
        if end is None:
            return Due(item, "copy", "keep", None, rule, "later", "its copy lives without end")
        if not self._past(decision.copy_end):
            return Due(item, "copy", "destroy", end, rule, "later", "the copy's own period")
        if original.verdict not in ("due", "done"):
            why = "its original is still there, and goes first"
            return Due(item, "copy", "keep", end, rule, original.verdict, why, "ORIGINAL_STAYS")
        return Due(item, "copy", "destroy", end, rule, "due", "the copy's own period has ended")

    def _at_once(self, item: Kept, decision: Decision, part: Part, at_once: _AtOnce) -> Due:
        """It goes now, unless a law that is written in the policy still keeps it; that a person must decide."""
        if not self._past(decision.floor):
            why = f"{at_once.why}, so it should go at once, but {decision.floor_rule} keeps it"
            return Due(item, part, "keep", decision.end.when, at_once.rule, "conflict", why, at_once.conflict)
        day = day_from(item.recorded)
        since = midnight(day, self._zone) if day is not None and 1 < day.year < 9999 else None
        due = since if since is not None and since.timestamp() <= self._now_s else None
        return Due(item, part, "destroy", due, at_once.rule, "due", at_once.why)

    def _past(self, moment: Moment) -> bool:
        return moment.at_s <= self._now_s

    def _hold(self, item: Kept) -> Hold | None:
        named = chain(self._of_item.get(item.item, ()), self._of_id.get(item.id, ()))
        general = chain(self._general.get(item.client, ()), self._general.get("", ()) if item.client else ())
        for hold in chain(named, general):
            if hold.holds(item, self._today):
                return hold
        return None


_CHILD = _AtOnce(MINORS_RULE, "a child is heard or shown in its interaction", "MINOR_AND_LAW")


def _erasure(rule: str) -> _AtOnce:
    return _AtOnce(rule, "a person asked for its erasure", "ERASURE_AND_LAW")


UNKNOWN_REASONS = tuple(UNKNOWN_WHY)
"""Reasons of the verdict `unknown`."""
