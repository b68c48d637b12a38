"""The plan in figures: what is due, what the next days bring, and what needs a person. It keeps counts, not items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from redactor.ends import UNKNOWN_WHY
from redactor.retention import MINORS_RULE, VERDICTS, Due, Part, Verdict, digest

NEEDS: tuple[Verdict, ...] = ("overdue", "conflict")
"""A plan with these ends with exit code 8."""
LOOK: tuple[Verdict, ...] = (*NEEDS, "unknown", "held")
_SAMPLES = 5
"""Labels that are kept of each group."""


class Group(NamedTuple):
    """What lines of the plan have in common."""

    verdict: Verdict
    client: str
    part: Part
    action: str
    rule: str
    reason: str
    why: str


@dataclass(slots=True)
class Share:
    """How many lines a group has."""

    count: int = 0
    size: int = 0
    """Bytes of the originals."""
    first: datetime | None = None
    """The earliest moment that one of them is due."""
    labels: list[str] = field(default_factory=list)
    """The first few, as `store/label`."""


@dataclass(slots=True)
class Outlook:
    """Counts of a plan at `now`, and a calendar of so many `days` from today."""

    now: datetime
    zone: ZoneInfo
    days: int = 30
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    """Lines of the plan."""
    groups: dict[Group, Share] = field(default_factory=dict)
    calendar: dict[date, Counter[tuple[str, Part, str]]] = field(default_factory=dict)
    """Day -> client, part and action -> lines; what is due already stands under today."""
    minors: int = 0
    """Items whose interaction has a child, and that go for it."""
    items: int = 0
    digest: str = ""
    today: date = field(init=False)
    """The day of `now` in the zone of the policy."""
    _until: date = field(init=False)

    def __post_init__(self) -> None:
        self.today = self.now.astimezone(self.zone).date()
        self._until = self.today + timedelta(self.days)

    @property
    def needs_person(self) -> int:
        """Lines that are overdue or in conflict."""
        return sum(self.verdicts[verdict] for verdict in NEEDS)

    def add(self, due: Due) -> None:
        """Count one line of the plan."""
        self.verdicts[due.verdict] += 1
        self.items += due.part == "original"
        self.minors += due.verdict == "due" and due.rule == MINORS_RULE
        item = due.item
        key = Group(due.verdict, item.client, due.part, due.action, due.rule, due.reason, due.why)
        share = self.groups.get(key)
        if share is None:
            share = self.groups[key] = Share()
        share.count += 1
        share.size += item.size if due.part == "original" else 0
        if due.due is not None and (share.first is None or due.due < share.first):
            share.first = due.due
        if len(share.labels) < _SAMPLES:
            share.labels.append(f"{item.store}/{item.label}")
        if due.verdict == "due" or (due.verdict == "later" and due.due is not None):
            day = self.today if due.verdict == "due" or due.due is None else due.due.date()
            if day < self._until:
                self.calendar.setdefault(day, Counter())[item.client, due.part, due.action] += 1

    def span(self) -> list[date]:
        """The days of the calendar, today first."""
        return [self.today + timedelta(number) for number in range(self.days)]

    def ordered(self, verdicts: Iterable[Verdict] = VERDICTS) -> list[tuple[Group, Share]]:
        """The groups of these verdicts: by verdict, then the largest first."""
        order = {verdict: number for number, verdict in enumerate(verdicts)}
        mine = [(group, share) for group, share in self.groups.items() if group.verdict in order]
        return sorted(mine, key=lambda one: (order[one[0].verdict], -one[1].count, one[0]))

    def as_dict(self) -> dict[str, Any]:
        """As JSON: summary, calendar, groups and digest."""
        calendar = [
            {"day": day.isoformat(), "client": client, "part": part, "action": action, "items": count}
            for day, counts in sorted(self.calendar.items())
            for (client, part, action), count in sorted(counts.items())
        ]
        groups = [
            {
                **group._asdict(),
                "items": share.count,
                "bytes": share.size,
                "first_due": share.first.isoformat() if share.first else None,
                "examples": share.labels,
                "remedy": UNKNOWN_WHY.get(group.reason, ""),
            }
            for group, share in self.ordered()
        ]
        return {
            "at": self.now.astimezone(self.zone).isoformat(timespec="seconds"),
            "timezone": self.zone.key,
            "digest": self.digest,
            "summary": {"items": self.items, "minors": self.minors}
            | {verdict: self.verdicts[verdict] for verdict in VERDICTS},
            "days": self.days,
            "calendar": calendar,
            "groups": groups,
        }


def outlook(dues: Iterable[Due], now: datetime, timezone: str, *, days: int = 30) -> Outlook:
    """Walk through a plan once, in memory that does not grow with it but for a digest of what is due."""
    seen = Outlook(now, ZoneInfo(timezone), days)

    def counted() -> Iterator[Due]:
        for due in dues:
            seen.add(due)
            yield due

    seen.digest = digest(counted())
    return seen
