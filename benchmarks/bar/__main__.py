"""Hold the product against the bar: `python -m benchmarks.bar`; record a new bar, on purpose: `--update`.

Exit status 1 when something has become worse. A new record that asks for less than the old one is written only with
`--accept-drop REASON`; the reason and what was given up stay in `bar.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.bar import record, run
from benchmarks.bar.judged import Judged
from benchmarks.bar.pack import digest, items
from benchmarks.bar.record import Record
from benchmarks.machine import machine
from benchmarks.markdown import percent, table
from redactor.library import Redactor
from redactor.policy import Policy

THREADS = (2, 1, 2)
"""Threads of recognition in each of the runs that make a record: what hangs on them is not steady."""


def main() -> int:
    """Run, compare, and record when told to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="record a new bar out of three runs")
    parser.add_argument("--accept-drop", metavar="REASON", default="", help="with --update: ask for less than before")
    options = parser.parse_args()
    old = json.loads(record.PATH.read_text(encoding="utf-8")) if record.PATH.exists() else None
    if not options.update:
        if old is None:
            parser.error("there is no bar yet: --update")
        (judged,) = runs((Policy().models.threads,))
        return _hold(Record.read(old), judged)
    new = Record.of(digest(items()), runs(THREADS))
    print(report(new))
    return update(old, new, options.accept_drop)


def runs(threads: tuple[int, ...]) -> list[list[Judged]]:
    """Everything of the pack, redacted and judged once for each number of threads."""
    found = []
    for count in threads:
        began, spent = time.perf_counter(), time.process_time()
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            done = run.demo(folder, threads=count)
            done.check_returncode()
            redactor = Redactor(Policy.model_validate({"models": {"threads": count}}))
            found.append([run.judge(item, redactor, folder / "own", folder / "out") for item in items()])
        seconds, worked = time.perf_counter() - began, time.process_time() - spent
        print(
            f"a run with {count} threads: {seconds:.0f} s, {worked:.0f} s of the processor without the samples",
            flush=True,
        )
    return found


def report(new: Record) -> str:
    """The figures as a Markdown table."""
    rows = [
        [group, key, figure.data, percent(figure.recall), percent(figure.over_redaction)]
        for group, languages in new.figures.items()
        for key, figure in languages.items()
    ]
    return table(["group", "language", "data", "recall", "over-redaction"], rows)


def _hold(old: Record, judged: list[Judged]) -> int:
    now = Record.of(digest(items()), [judged])
    print(report(now))
    if now.gold != old.gold:
        print("the pack is not the recorded one: record it anew with --update", file=sys.stderr)
        return 1
    lines = record.worse(old, judged)
    print("\n".join(lines) or "nothing is worse", file=sys.stderr if lines else sys.stdout)
    return 1 if lines else 0


def update(old: dict[str, Any] | None, new: Record, reason: str, path: Path = record.PATH) -> int:
    """Write `new` to `path`, unless it asks for less than `old` without a reason; the exit status."""
    accepted = list(old["accepted"]) if old else []
    if old is not None:
        before = Record.read(old)
        for key, numbers in sorted(new.caught.items()):
            if more := sorted(numbers - before.caught.get(key, frozenset())):
                print(f"{key}: caught now, too: {more}")
        if lost := record.given_up(before, new):
            print("\n".join(lost))
            if not reason:
                print('not recorded: this asks for less; --accept-drop "REASON" records it', file=sys.stderr)
                return 1
            accepted.append({"date": f"{datetime.now(UTC):%Y-%m-%d}", "reason": reason, "given_up": lost})
    body = {"machine": machine(), "runs": len(THREADS), "accepted": accepted, **new.as_dict()}
    path.write_text(_compact(body), encoding="utf-8")
    print(f"recorded in {path.name}")
    return 0


def _compact(body: dict[str, Any]) -> str:
    """JSON with an item a line, so that a change of the record can be read."""
    parts = []
    for key, value in body.items():
        if isinstance(value, dict) and value:
            lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in value.items())
            parts.append(f' "{key}": {{\n{lines}\n }}')
        else:
            parts.append(f' "{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main())
