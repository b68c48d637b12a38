"""A process of its own that detects one text after another, and is ended when one takes too long."""

from __future__ import annotations

import multiprocessing
import resource
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from redactor.errors import RedactorError
from redactor.library import Redactor
from redactor.policy import NO_NAMES, DetectionPolicy, ModelsPolicy, Policy

_LOADING_S = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """How one text went."""

    seconds: float
    findings: int
    peak_mb: float
    """Highest resident memory of the process so far."""
    refused: str = ""
    """Why there are no findings: the reason of our error, the name of another, or DIED."""


class Worker:
    """Detection in a child process, one text at a time."""

    def __init__(self) -> None:
        self._process: Any = None
        self._end: Connection | None = None

    def detect(self, text: str, limit_s: float) -> Answer | None:
        """The answer, or None when there was none within `limit_s`; then the next text gets a new process."""
        end, began = self._started(), time.perf_counter()
        try:
            end.send(text)
            if end.poll(limit_s):
                answer: Answer = end.recv()
                return answer
        except (EOFError, OSError):
            self.close()
            return Answer(time.perf_counter() - began, 0, 0.0, "DIED")
        self.close()
        return None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = self._end = None

    def _started(self) -> Connection:
        if self._end is None:
            context = multiprocessing.get_context("spawn")
            self._end, other = context.Pipe()
            self._process = context.Process(target=_serve, args=(other,), daemon=True)
            self._process.start()
            other.close()
            if not self._end.poll(_LOADING_S):
                raise TimeoutError("the engines did not load")
            self._end.recv()
        return self._end


def _serve(end: Connection) -> None:
    redactor = Redactor(Policy(detection=DetectionPolicy(languages=("el",)), models=ModelsPolicy(names=NO_NAMES)))
    redactor.detect("John Smith, 6970000000")
    end.send("ready")
    while True:
        text = end.recv()
        began, found, refused = time.perf_counter(), 0, ""
        try:
            found = len(redactor.detect(text))
        except RedactorError as error:
            refused = error.reason
        except Exception as error:
            refused = type(error).__name__
        seconds = time.perf_counter() - began
        end.send(Answer(seconds, found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, refused))
