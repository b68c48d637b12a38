"""Periods in whole days: when one ends, and which of two is longer (Regulation (EEC, Euratom) 1182/71, article 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

_CYCLE = tuple(
    date(year, month, day)
    for year in range(2023, 2028)
    for month in range(1, 13)
    for day in (1, 27, 28, 29, 30, 31)
    if day <= (date(year, month, 28) + timedelta(4)).replace(day=1).toordinal() - date(year, month, 1).toordinal()
)
"""Days on which all that calendars do to periods can be seen: ends of months, and of February in a leap year."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days, months and years that add up: years and months first, then days."""

    days: int = 0
    months: int = 0
    years: int = 0

    def last_day(self, event: date) -> date | None:
        """The last day of the period; the day of the event is not counted. None: beyond the calendar (year 9999).

        A month after the 31st ends on the last day of a shorter month.
        """
        try:
            return event + relativedelta(years=self.years, months=self.months) + timedelta(self.days)
        except (OverflowError, ValueError):
            return None

    def end(self, event: date, zone: ZoneInfo) -> datetime | None:
        """The first moment after the period, in `zone`; None: never."""
        last = self.last_day(event)
        return midnight(last + timedelta(1), zone) if last is not None and last < _LAST else None

    def __str__(self) -> str:
        parts = ((self.years, "year"), (self.months, "month"), (self.days, "day"))
        return " ".join(f"{n} {unit}{'s' if n > 1 else ''}" for n, unit in parts if n)


_LAST = date.max - timedelta(2)
"""Two days before the end of the calendar, so that each time zone can tell it."""


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day: 01:00 where the clock skips midnight, the first of two where it is set back over it.

    A day that a zone left out altogether begins with the next one.
    """
    return datetime.combine(day, time(), zone).astimezone(UTC).astimezone(zone)


def day_from(text: str) -> date | None:
    """The date of an ISO text, None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def may_exceed(one: Period, other: Period) -> bool:
    """True when `one` is longer than `other` on some day of the calendar: a month has 28 to 31 days, a year 366."""
    same = 12 * one.years + one.months == 12 * other.years + other.months
    if same:
        return one.days > other.days
    return any((one.last_day(day) or date.max) > (other.last_day(day) or date.max) for day in _CYCLE)
