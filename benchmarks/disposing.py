"""How many originals an hour may go: `python -m benchmarks.disposing [--items 400]`, notes in a local folder, SQLite.

The nights before are scripted; what is measured is `apply` with all that it proves, as `deidentify` and as `destroy`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import keep
from tests.disposals import applied, dues
from tests.house import House


def measure(action: str, count: int) -> dict[str, Any]:
    """Items a second of one apply, in a house of its own."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        house.fill(count)
        house.night()
        wanted, load = dues(house, action, without="note3.txt"), os.getloadavg()[0]
        began = time.perf_counter()
        done = sum(one.how == "done" for one in applied(house, wanted))
        seconds = time.perf_counter() - began
    return {"load_before": round(load, 1), "items": done, "items_per_s": round(done / seconds, 1)}


def main() -> None:
    """Measure, print, and keep in results/disposing.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=400)
    count = parser.parse_args().items
    figures = {action: measure(action, count) for action in ("deidentify", "destroy")}
    print(figures)
    keep("disposing", figures)


if __name__ == "__main__":
    main()
