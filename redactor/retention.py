"""The plan of retention: what is due of each item, when, and why not yet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from redactor.kept import Hold, Kept
from redactor.retention_policy import RetentionPolicy


@dataclass(frozen=True, slots=True)
class Due:
    """What is to become of a part of an item."""

    item: Kept
    part: Literal["original", "copy"]
    action: Literal["deidentify", "erase", "destroy", "keep"]
    due: datetime | None
    rule: str
    verdict: Literal["due", "later", "overdue", "held", "conflict", "unknown", "done"]
    why: str = ""
    reason: str = ""


def digest(dues: Iterable[Due]) -> str:
    """SHA-256 (hex) of what is due."""
    lines = sorted(f"{d.item.id} {d.item.store} {d.item.item} {d.part} {d.action} {d.item.source_digest}" for d in dues)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def plan(items: Iterable[Kept], policy: RetentionPolicy, now: datetime, holds: Sequence[Hold] = ()) -> Iterator[Due]:
    """Each item with what is due."""
    zone = ZoneInfo(policy.timezone)
    today = now.astimezone(zone).date()
    for item in items:
        action = policy.default.then or "deidentify"
        days = policy.default.keep_days or 30
        if item.gone or not item.recorded:
            continue
        due = datetime.combine(datetime.fromisoformat(item.recorded).date() + timedelta(days + 1), time(), zone)
        rule = "[retention.default]"
        held = any(hold.holds(item, today.isoformat()) for hold in holds)
        overdue = action == "deidentify" and not item.verified
        verdict: Literal["due", "later", "overdue", "held"] = "overdue" if overdue else "due"
        yield Due(item, "original", action, due, rule, "later" if due > now else "held" if held else verdict)
