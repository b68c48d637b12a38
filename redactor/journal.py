"""The journal: what a run does, as it does it, one line per event, for runs that nobody watches."""

from __future__ import annotations

import sys
import threading
from typing import Any, Literal, TextIO

Event = Literal[
    "run_started",
    "store_walked",
    "store_down",
    "store_up",
    "item_ended",
    "lease_lost",
    "child_died",
    "ledger_waits",
    "report_failed",
    "stopping",
    "run_ended",
]
_WARNINGS = frozenset({"store_down", "lease_lost", "child_died", "ledger_waits", "report_failed"})
_WITHHELD = "(withheld)"


class Journal:
    """Writes events to a stream, standard error by default. Safe to share between threads.

    Values are text, numbers, truth values or None, and the caller's word that they name nobody: digests, clean labels,
    names of stores, constants. Paths and errors may name an original, so they and all else are written as withheld.
    """

    def __init__(self, stream: TextIO | None = None, *, run: str = "", form: Literal["json", "plain"] = "json") -> None:
        """`run` is told with each event; `form` is JSON lines, or `key=value` to read."""
        import structlog

        render: Any = (
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if form == "json"
            else structlog.processors.KeyValueRenderer(key_order=["at", "level", "event"])
        )
        stamp = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")
        logger = structlog.wrap_logger(
            structlog.WriteLogger(stream or sys.stderr),
            processors=[structlog.processors.add_log_level, stamp, render],
            wrapper_class=structlog.BoundLogger,
        )
        self._logger = logger.bind(run=run) if run else logger
        self._turn = threading.Lock()
        self.broken = False
        """True when the stream took no more; the run goes on without a journal, the ledger tells all."""

    def name_run(self, run: str) -> None:
        """From now on `run` is told with each event."""
        self._logger = self._logger.bind(run=run)

    def event(self, name: Event, /, **fields: object) -> None:
        """One line, written at once. Never raises for a stream that is closed or full."""
        told = {key: _plain(value) for key, value in fields.items()}
        log = self._logger.warning if name in _WARNINGS else self._logger.info
        with self._turn:
            try:
                log(name, **told)
            except (OSError, ValueError):
                self.broken = True


def _plain(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, str):
        # An enum of text, or the like, is written as its plain value; no line may break off.
        return str.__str__(value)
    if value is None or isinstance(value, bool | int):
        return int(value) if type(value) not in {bool, int, type(None)} and isinstance(value, int) else value
    return _WITHHELD
