"""Short ways to write items, policies and plans of retention."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from redactor.kept import Hold, Kept
from redactor.retention import Due, plan
from redactor.retention_policy import RetentionPolicy


def kept(number: int = 1, **other: Any) -> Kept:
    item = hashlib.sha256(str(number).encode()).hexdigest()
    usual: dict[str, Any] = {
        "id": number,
        "store": "calls",
        "item": item,
        "label": f"call-{number}",
        "kind": "audio",
        "client": "acme",
    }
    usual |= {"jurisdiction": "GR", "state": "committed", "gone": "", "recorded": "2026-01-01", "bundle": item}
    usual |= {"verified": True, "source_digest": "d" * 64}
    return Kept(**(usual | other))


def policy(**body: Any) -> RetentionPolicy:
    return RetentionPolicy.model_validate(body)


def at(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def dues(items: Kept | Sequence[Kept], rules: RetentionPolicy, now: str, *holds: Hold, **other: Any) -> list[Due]:
    return list(plan([items] if isinstance(items, Kept) else items, rules, at(now), holds, **other))


def original(item: Kept, rules: RetentionPolicy, now: str, *holds: Hold, **other: Any) -> Due:
    found = [due for due in dues(item, rules, now, *holds, **other) if due.part == "original"]
    assert len(found) == 1
    return found[0]


def copy(item: Kept, rules: RetentionPolicy, now: str, *holds: Hold, **other: Any) -> Due:
    found = [due for due in dues(item, rules, now, *holds, **other) if due.part == "copy"]
    assert len(found) == 1
    return found[0]
