"""What the figures were measured on, and where they are kept."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("faster-whisper", "openai-whisper", "torch", "tesserocr", "pytesseract", "presidio-analyzer", "spacy")
_POLL_S = 0.2
AS_INSTALLED = (sys.executable, "-c", "import sys; sys.modules['torch'] = None; from redactor.cli import main; main()")
"""The command `redactor` as `redactor[all]` installs it: PyTorch, which only the peers and the second speech engine
need, is out of its sight, because spaCy loads it wherever it finds it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """How a command went."""

    seconds: float
    exit_code: int
    peak_mb: float
    """The most memory that its process held at any time; processes that it starts are not in it."""


def machine() -> dict[str, Any]:
    """Processor, cores, memory (GB), Python and package versions, date (UTC)."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def resident_mb() -> float:
    """Memory of this process that is in use, in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def watch(command: Sequence[str]) -> Watched:
    """Run a command to its end, with its output dropped and an eye on its memory (Linux)."""
    began, peak_mb = time.perf_counter(), 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak_mb = max(peak_mb, held_mb(process.pid))
            time.sleep(_POLL_S)
    return Watched(time.perf_counter() - began, process.returncode, peak_mb)


def held_mb(pid: int) -> float:
    """The most memory that a running process has held so far, MB (Linux); 0 when it has just ended.

    Not from its resource usage: that starts at what the parent held when it was forked.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM")), 0.0)


def keep(name: str, figures: dict[str, Any]) -> Path:
    """Write `figures` with the machine to results/NAME.json."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    body = {"machine": machine(), **figures}
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
