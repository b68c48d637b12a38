"""How quickly the audit trail is walked: `python -m benchmarks.audit`, in SQLite and, when asked for, PostgreSQL.

Each database is measured three times, in a process of its own, with entries as long as those of calls.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import sqlalchemy as sa

from benchmarks.ledger import _empty
from benchmarks.machine import RESULTS, keep, watch
from redactor.chain import COLUMNS, GENESIS, chain_hash
from redactor.ledger import Ledger

_ROUNDS = 3
_PART = 10_000


def main() -> None:
    """Measure, print, keep in results/audit.json; a database that was not asked for is taken over from there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--databases", nargs="*", choices=("sqlite", "postgresql"), default=("sqlite",))
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--walk", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.walk:
        Ledger(options.walk).verify()
        return
    kept = RESULTS / "audit.json"
    figures: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    figures.pop("machine", None)
    for name in options.databases:
        with _empty(name) as url:
            figures[name] = measure(url, options.entries)
        print(name, json.dumps(figures[name]), flush=True)
        keep("audit", figures)


def measure(url: str, count: int) -> dict[str, Any]:
    """Entries per second over the whole chain, and the most memory that a process which does only that held."""
    ledger = Ledger(url)
    began = time.perf_counter()
    _fill(ledger, count)
    filled_s, busy, rates, own = time.perf_counter() - began, round(os.getloadavg()[0], 1), [], []
    for _ in range(_ROUNDS):
        began, used = time.perf_counter(), time.process_time()
        assert ledger.verify() == count
        rates.append(count / (time.perf_counter() - began))
        own.append(count / (time.process_time() - used))
    ledger.close()
    alone = watch([sys.executable, "-m", "benchmarks.audit", "--walk", url])
    assert alone.exit_code == 0
    return {
        "entries": count,
        "load_before": busy,
        "filled_s": round(filled_s, 1),
        "entries_per_s": round(statistics.median(rates)),
        "entries_per_s_worst": round(min(rates)),
        # What it comes to on a core of its own: others shared this machine, see `load_before`.
        "entries_per_cpu_s": round(statistics.median(own)),
        "seconds": round(count / statistics.median(rates), 1),
        "peak_mb": round(alone.peak_mb, 1),
    }


def _fill(ledger: Ledger, count: int) -> None:
    """A consistent chain, written in parts and not entry by entry."""
    table = sa.table("entries", *(sa.column(name) for name in COLUMNS))
    part: list[dict[str, Any]] = []
    for row in _rows(count):
        part.append(row)
        if len(part) == _PART or row["seq"] == count:
            whole, part = part, []
            ledger.database.write(partial(sa.Connection.execute, statement=sa.insert(table), parameters=whole))


def _rows(count: int) -> Iterator[dict[str, Any]]:
    previous = GENESIS
    for seq in range(1, count + 1):
        digest = hashlib.sha256(str(seq).encode()).hexdigest()
        receipt = {
            "source_digest": digest,
            "output_digest": digest,
            "policy_digest": digest,
            "output": f"2026/11/κλήση-{seq}.wav",
            "kind": "audio",
            "engines": ["faster-whisper 1.2.1 small", "presidio 2.2.366", "ffmpeg 7.1"],
            "counts": {"PERSON": 4, "PHONE_NUMBER": 3, "AFM": 1},
            "uncertain_ms": 0,
            "rounds": 1,
            "verdict": "verified",
            "at": "2026-11-28T03:00:00+00:00",
            "seconds": {"read": 12.1, "detect": 1.2, "render": 0.3, "verify": 5.0},
            "interaction": [],
            "marks": [],
        }
        row: dict[str, Any] = {
            "seq": seq,
            "at": "2026-11-28T03:00:00.000+00:00",
            "run": digest[:32],
            "event": "published",
            "store": "calls",
            "item": digest,
            "label": f"κλήση-{seq}.wav",
            "source_digest": digest,
            "policy_digest": digest,
            "output_digest": digest,
            "code": 0,
            "reason": "",
            "detail": json.dumps(receipt, ensure_ascii=False),
            "prev_hash": previous,
        }
        row["hash"] = previous = chain_hash(row)
        yield row


if __name__ == "__main__":
    main()
