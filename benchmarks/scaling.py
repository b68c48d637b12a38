"""Seconds of sound per second with one worker and with two: `python -m benchmarks.scaling FOLDER_OF_CALLS`."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import keep
from redactor import batch
from redactor.engines import ffmpeg
from redactor.library import Redactor
from redactor.policy import ModelsPolicy, Policy
from redactor.run_policy import RunPolicy
from redactor.stores import FORMATS

RUNS = ((1, 1), (1, 2), (2, 2))
"""Workers, and decoders (threads) of the recogniser that they share."""


def main() -> None:
    """Measure the calls of a folder, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shortest", type=int, metavar="N", help="only the N shortest calls")
    options = parser.parse_args()
    figures = scaling(shortest(options.folder, options.shortest))
    print(json.dumps(figures, indent=1), keep("scaling", figures))


def shortest(folder: Path, count: int | None) -> dict[Path, float]:
    """The calls of a folder with their lengths in seconds, shortest first; `count` of them, or all."""
    found = {}
    for path in folder.iterdir():
        kind, form = FORMATS.get(path.suffix.lower().removeprefix("."), ("text", ""))
        if kind == "audio":
            found[path] = ffmpeg.probe(path, form).duration_ms / 1000
    return dict(sorted(found.items(), key=lambda item: item[1])[:count])


def scaling(calls: dict[Path, float]) -> dict[str, Any]:
    """Throughput of the whole path for each of `RUNS`, models loaded before; calls that are refused do not count."""
    rows = [_measured(calls, workers, threads) for workers, threads in RUNS]
    best = max(row["sound_per_s"] for row in rows if row["workers"] == 1)
    return {
        "calls": len(calls),
        "sound_s": round(sum(calls.values()), 1),
        "runs": rows,
        "two_workers_over_best_of_one": round(rows[-1]["sound_per_s"] / best, 2),
    }


def _measured(calls: dict[Path, float], workers: int, threads: int) -> dict[str, Any]:
    policy = Policy(models=ModelsPolicy(threads=threads), run=RunPolicy(workers=workers))
    with Redactor(policy) as redactor, tempfile.TemporaryDirectory() as folder:
        redactor.redact_file(next(iter(calls)), Path(folder) / "warm")
        source = batch.Source("calls", tuple(calls), Path(folder) / "out")
        began = time.perf_counter()
        outcomes = list(batch.run(redactor, [source], lambda *_: _silent))
        seconds = time.perf_counter() - began
    lengths = list(calls.values())
    done = sum(lengths[outcome.number - 1] for outcome in outcomes if outcome.receipt)
    return {
        "workers": workers,
        "threads": threads,
        "seconds": round(seconds, 1),
        "sound_per_s": round(done / seconds, 3),
        "refused": sum(outcome.receipt is None for outcome in outcomes),
    }


def _silent(_stage: str, _share: float) -> None:
    """No progress wanted."""


if __name__ == "__main__":
    main()
