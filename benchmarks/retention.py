"""The plan over a million items: `python -m benchmarks.retention`, from values in memory and from a SQLite ledger.

Forty clients, three purposes, two jurisdictions and two laws; five years of recordings, a tenth of them in interactions
of several files, one in five hundred of these with a child; two hundred holds. Each part runs in a process of its own,
whose highest memory is measured; the bars are 30 s and 1 GB.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.machine import held_mb, keep
from redactor.keeping import known_clients, planned
from redactor.kept import Hold, Kept
from redactor.ledger import Ledger
from redactor.outlook import outlook
from redactor.policy import Policy
from redactor.retained import holds
from redactor.retention import plan
from redactor.rows import queue

NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)
_CLIENTS = 40
_HOLDS = 200
_PART = 10_000


def main() -> None:
    """Measure, print, and keep in results/retention.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--part", choices=("memory", "ledger", "fill"))
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    if options.part == "fill":
        fill(options.url, options.items)
    elif options.part:
        print(json.dumps(measured(options.part, options.items, options.url)))
    else:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/ledger.db"
            _run("fill", options.items, url)
            figures = {part: json.loads(_run(part, options.items, url)) for part in ("memory", "ledger")}
        for part, of in figures.items():
            print(part, json.dumps(of), flush=True)
        keep("retention", {"items": options.items, **figures})


def _run(part: str, count: int, url: str) -> str:
    command = [sys.executable, "-m", "benchmarks.retention", "--part", part, "--items", str(count), "--url", url]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]).stdout


def measured(part: str, count: int, url: str) -> dict[str, Any]:
    """Seconds of the whole plan with its summary and digest, and the most memory (MB) that this process ever held.

    `processor_s` is what it worked itself: the load before says what else the machine had to do.
    """
    policy = policy_of()
    busy = round(os.getloadavg()[0], 1)
    began, worked = time.perf_counter(), time.process_time()
    if part == "memory":
        dues = plan(made(count), policy.retention, NOW, _holds(), known_clients=known_clients(policy))
        seen = outlook(dues, NOW, policy.retention.timezone)
    else:
        with closing(Ledger(url)) as ledger:
            seen = outlook(planned(ledger, policy, NOW), NOW, policy.retention.timezone)
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    assert seen.items == count
    return {
        "load_before": busy,
        "seconds": round(seconds, 2),
        "processor_s": round(worked, 2),
        "items_per_s": round(count / seconds),
        "peak_mb": round(held_mb(os.getpid())),
        "groups": len(seen.groups),
        "verdicts": dict(sorted(seen.verdicts.items())),
        "digest": seen.digest,
    }


def policy_of() -> Policy:
    """The policy of the benchmark."""
    clients: dict[str, Any] = {f"c{n}": {"keep_days": 10 + n} for n in range(_CLIENTS)}
    clients["c1"] |= {"purpose": "complaint", "then": "destroy", "purposes": {"legal": {"keep_years": 1}}}
    stores = [
        {"name": name, "source": f"/in/{name}", "output": f"/out/{name}", "jurisdiction": place, "manifest": "m.csv"}
        for name, place in (("calls", "GR"), ("screens", "DE"))
    ]
    retention = {
        "default": {"copies_years": 7},
        "purposes": {
            "complaint": {"ground": "GDPR 6(1)(f)", "keep_months": 6, "since": "case_closed"},
            "legal": {"ground": "GDPR 6(1)(c)", "keep_years": 5, "then": "erase"},
        },
        "clients": clients,
        "jurisdictions": {"DE": {"keep_days": 14}},
        "law": [
            {"name": "Example Act § 1", "at_least_months": 3, "clients": ["c2", "c3"]},
            {"name": "Example Act § 2", "at_most_years": 6},
        ],
    }
    return Policy.model_validate({"stores": stores, "retention": retention})


def values(number: int) -> dict[str, Any]:
    """A made-up item, by names of `Kept`."""
    item = hashlib.sha256(str(number).encode()).hexdigest()
    bundle = hashlib.sha256(f"b{number // 4}".encode()).hexdigest() if number % 10 == 0 else item
    committed = number % 20 != 0
    return {
        "id": number + 1,
        "store": ("calls", "screens")[number % 3 == 0],
        "item": item,
        "label": f"call-{number}.wav",
        "kind": "audio",
        "client": f"c{number % _CLIENTS}" if number % 1000 else "nobody",
        "jurisdiction": ("GR", "DE")[number % 3 == 0],
        "state": "committed" if committed else "refused",
        "gone": "",
        "recorded": (date(2021, 12, 1) + timedelta(number * 7919 % 1820)).isoformat(),
        "case_closed": "2025-03-31" if number % 7 == 0 else "",
        "purposes": ("legal",) if number % 11 == 0 else (),
        "marks": ("minor",) if number % 5000 == 0 else (),
        "bundle": bundle,
        "size": 1_000_000,
        "verified": committed,
        "source_digest": hashlib.sha256(item.encode()).hexdigest() if committed else "",
    }


def made(count: int) -> Iterator[Kept]:
    """So many items."""
    return (Kept(**values(number)) for number in range(count))


def _holds() -> list[Hold]:
    return [
        Hold(n, "legal", client=f"c{n % _CLIENTS}", since=f"2024-{n % 12 + 1:02}-01", until=f"2024-{n % 12 + 1:02}-09")
        for n in range(_HOLDS)
    ]


def fill(url: str, count: int) -> None:
    """The same items and holds in a ledger."""
    blank: dict[str, Any] = {
        c.name: 0 if isinstance(c.type, sa.Integer | sa.Float) else "" for c in queue.c if not c.primary_key
    }
    blank |= {"ticket": None, "policy_digest": "p" * 64, "version": "1", "outputs": "[]", "stamp": "s1"}
    with closing(Ledger(url)) as ledger:
        for at in range(0, count, _PART):
            rows = [_row(blank, values(number)) for number in range(at, min(at + _PART, count))]
            ledger.database.write(partial(_insert, queue, rows))
        many = [_hold(hold) for hold in _holds()]
        ledger.database.write(partial(_insert, holds, many))


def _insert(table: sa.Table, rows: list[dict[str, Any]], connection: sa.Connection) -> None:
    connection.execute(sa.insert(table), rows)


def _row(blank: dict[str, Any], of: dict[str, Any]) -> dict[str, Any]:
    terms = {"case_closed": of["case_closed"]} if of["case_closed"] else {}
    terms |= {"purpose": " ".join(of["purposes"])} if of["purposes"] else {}
    names = ("id", "store", "item", "label", "kind", "client", "state", "bundle", "size", "source_digest")
    return (
        blank
        | {name: of[name] for name in names}
        | {
            "day": of["recorded"],
            "terms": json.dumps(terms) if terms else "",
            "marks": json.dumps(of["marks"]) if of["marks"] else "",
            "output_digest": of["source_digest"],
        }
    )


def _hold(hold: Hold) -> dict[str, Any]:
    own = {name: getattr(hold, name) for name in ("kind", "client", "store", "item", "since", "until", "expires")}
    texts = ("reason", "authority", "person", "set_at", "released_at", "released_why")
    return own | dict.fromkeys(texts, "") | {"reason": "case 1", "authority": "court"}


if __name__ == "__main__":
    main()
