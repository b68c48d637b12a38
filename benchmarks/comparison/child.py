"""One engine at work in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.comparison.engines import Engine

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / ".venv-peers"


class MissingPeerError(Exception):
    """An engine is not there or does not start; the message says why."""


@dataclass(frozen=True, slots=True)
class Done:
    """How one order went."""

    text: str | None
    """The redacted text; None when the engine held it back or failed."""
    failed: str
    """Kind of the error, or empty."""
    seconds: float
    processor_s: float
    """Of the process, and of the programs that it ran."""


class Child:
    """The process; ends with the `with` block. Raises `MissingPeerError` when the engine does not start."""

    def __init__(self, engine: Engine) -> None:
        python = ENVIRONMENTS / engine.peer / "bin" / "python" if engine.own_environment else Path(sys.executable)
        if not python.exists():
            raise MissingPeerError("it is not installed: make bench-peers installs it")
        # Threads that wait for one core hold each other up; nobody sends anything home from a benchmark.
        quiet = {"OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1", "DATAFOG_NO_TELEMETRY": "1"}
        if engine.kind == "calls":
            # No limit: the product asks for its own two threads.
            del quiet["OMP_THREAD_LIMIT"]
            quiet["OMP_NUM_THREADS"] = "1"
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks.comparison.serve", engine.maker],
            cwd=ROOT,
            env={**os.environ, **quiet},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        try:
            self.started = self._answer()
        except EOFError:
            self.started = {"missing": "its process ended while loading"}
        if "missing" in self.started:
            self.close()
            raise MissingPeerError(self.started["missing"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def do(self, order: Mapping[str, str]) -> Done:
        """One order as `serve` takes it. Raises `EOFError` when the process has died of it."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise EOFError("the process of the engine has died") from None
        answer = self._answer()
        return Done(answer.get("text"), answer.get("failed", ""), answer["seconds"], answer["processor_s"])

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        if not (line := self._process.stdout.readline()):
            raise EOFError("the process of the engine has died")
        answer: dict[str, Any] = json.loads(line)
        return answer


def total(done: Iterable[Done]) -> tuple[float, float]:
    """Seconds and processor seconds of several orders."""
    rows = list(done)
    return sum(one.seconds for one in rows), sum(one.processor_s for one in rows)
