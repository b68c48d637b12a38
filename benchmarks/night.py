"""A night of many items with a scripted engine: what the batch itself costs, and whether its memory stays flat.

    python -m benchmarks.night [--items 1000 10000 100000] [--workers 2] [--postgresql URL]

Each size runs in a process of its own, with real files, real stores, a real ledger and real workers; the child that
redacts is replaced by one that only replaces a number. Then the same run again, over items that are all done.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import keep, machine
from redactor.night import Options
from redactor.processes import give_back_large_blocks
from tests.house import House

_PER_FOLDER = 200


def fill(root: Path, count: int) -> None:
    """`count` small notes in folders of 200, as a store has a folder a day or an hour."""
    for number in range(count):
        folder = root / f"{number // _PER_FOLDER:05d}"
        if number % _PER_FOLDER == 0:
            folder.mkdir(parents=True)
        (folder / f"note{number}.txt").write_text(f"note {number}: τηλ 6971234567\n", encoding="utf-8")


def once(house: House, workers: int) -> dict[str, float]:
    """One run in this process: seconds, items that ended, peak memory in MB."""
    began = time.perf_counter()
    ended = house.count(options=Options(workers=workers))
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": round(seconds, 2), "items": ended, "peak_mb": round(peak, 1)}


def child(root: Path, workers: int, url: str) -> dict[str, float]:
    """`once` in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.night", "--one", str(root), "--workers", str(workers), "--url", url]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    """Run all sizes and write the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--postgresql", default="")
    parser.add_argument("--one", type=Path)
    parser.add_argument("--url", default="")
    arguments = parser.parse_args()
    if arguments.one:
        give_back_large_blocks()
        print(json.dumps(once(House(arguments.one, url=arguments.url), arguments.workers)))
        return
    rows = []
    for name, base in (("sqlite", ""), ("postgresql", arguments.postgresql)):
        if name == "postgresql" and not base:
            continue
        for count in arguments.items:
            root = Path(tempfile.mkdtemp(dir=os.environ.get("TMPDIR", "/tmp")))
            fill(root / "in", count)
            first = child(root, arguments.workers, base)
            again = child(root, arguments.workers, base)
            row = {"ledger": name, "items": count, "workers": arguments.workers, "first": first, "again": again}
            row["ms_per_item"] = round(1000 * first["seconds"] / count, 3)
            rows.append(row)
            print(row, flush=True)
            shutil.rmtree(root)
    keep("night", {"machine": machine(), "runs": rows})


if __name__ == "__main__":
    main()
