"""A batch with one worker process and with two, real engines: `python -m benchmarks.night_scaling FOLDER`.

Each run is a fresh command. What every run pays once (start, models) falls out: the work is what a run over all items
takes longer than a run over a third of them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import keep

_CONFIG = """[ledger]
url = "sqlite:///ledger.db"
[models]
threads = 1
[[stores]]
name = "items"
source = "in"
output = "out"
settle_s = 0
"""


def seconds(files: list[Path], copies: int, workers: int) -> tuple[float, int]:
    """Wall-clock seconds of one run over `copies` of each file, and how many outputs it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for number in range(copies):
            (root / "in" / str(number)).mkdir(parents=True)
            for path in files:
                target = root / "in" / str(number) / path.name
                shutil.copy(path, target)
                if number and path.suffix == ".txt":
                    # No two alike, or the second would be taken over from the first.
                    target.write_text(f"{path.read_text(encoding='utf-8')}\n{number}\n", encoding="utf-8")
        (root / "redactor.toml").write_text(_CONFIG, encoding="utf-8")
        command = [sys.executable, "-m", "redactor", "batch", "--config", str(root / "redactor.toml")]
        began = time.perf_counter()
        subprocess.run([*command, "--workers", str(workers)], check=False, capture_output=True)
        spent = time.perf_counter() - began
        return spent, sum(1 for path in (root / "out").rglob("*.redaction.json"))


def measured(files: list[Path], copies: int) -> dict[str, Any]:
    """The ratio of two workers to one on these files."""
    few = (files, copies // 3) if copies > 1 else (files[::3], 1)
    runs = {workers: (seconds(*few, workers), seconds(files, copies, workers)) for workers in (1, 2)}
    work = {workers: more[0] - fewer[0] for workers, (fewer, more) in runs.items()}
    return {
        "items": len(files) * copies,
        "done": {str(workers): more[1] for workers, (_, more) in runs.items()},
        "seconds": {str(workers): [round(fewer[0], 1), round(more[0], 1)] for workers, (fewer, more) in runs.items()},
        "two_over_one": round(work[1] / work[2], 2),
    }


def main() -> None:
    """Measure screens and texts below a folder, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--copies", type=int, default=300, help="copies of each text")
    options = parser.parse_args()
    texts = sorted(options.folder.rglob("*.txt"))
    screens = sorted(path for form in ("png", "jpg", "webp") for path in options.folder.rglob(f"*.{form}"))
    figures = {"texts": measured(texts, options.copies), "screens": measured(screens, 1)}
    print(json.dumps(figures, indent=1), keep("night-scaling", figures))


if __name__ == "__main__":
    main()
