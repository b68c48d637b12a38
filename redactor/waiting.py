"""What a run waits for: stores that give trouble, and what other runs hold."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from redactor.endings import Ended
from redactor.holders import alive
from redactor.queue import Queue

_TROUBLE = frozenset({"OUTPUT_FULL", "OUTPUT_NOT_WRITABLE", "OUTPUT_FAILED"})
"""Refusals that say something of the store and not of the item."""
_HERE = frozenset({"JURISDICTION", "KEY_GONE"})
"""What is wrong with this machine: no pause mends it."""
_PAUSE_S = 15.0
_PAUSES = 4
"""A store that gave trouble is left alone for a while, each time twice as long, and so often at most."""
_PATIENT = 3
"""So many troubles in a row before that."""


@dataclass(slots=True)
class _Pause:
    until: float = 0.0
    count: int = 0
    row: int = 0

    @property
    def given_up(self) -> bool:
        return self.count > _PAUSES


class Pauses:
    """Stores in which nothing works are left alone for a while. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stores: dict[str, _Pause] = {}

    def judge(self, ended: Ended) -> bool:
        """Learn from how an item ended; True when its store is to be left alone now."""
        trouble = ended.reason in _TROUBLE or ended.reason.startswith("STORE_")
        with self._lock:
            pause = self._stores.setdefault(ended.row.store, _Pause())
            if ended.how == "returned" and ended.reason in _HERE:
                pause.count, pause.until = _PAUSES + 1, float("inf")
                return True
            if not trouble:
                pause.row = 0
                return False
            pause.row += 1
            if pause.row < _PATIENT and not (ended.how == "returned" and ended.reason.startswith("STORE_")):
                return False
            pause.row = 0
            pause.count += 1
            pause.until = float("inf") if pause.given_up else time.monotonic() + _PAUSE_S * 2**pause.count
            return True

    def now(self) -> list[str]:
        """Stores that are left alone now."""
        with self._lock:
            return [name for name, pause in self._stores.items() if pause.until > time.monotonic()]

    def may_end(self) -> bool:
        """True while a store is left alone that will be tried again."""
        with self._lock:
            return any(p.until > time.monotonic() and not p.given_up for p in self._stores.values())


class Others:
    """What other runs hold, and whether they may have died with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[tuple[int, int], float] = {}
        self._renewed: set[tuple[int, int]] = set()

    def may_be_dead(self, queue: Queue, stores: list[str]) -> bool:
        """True while something is held of which nothing says that its holder is alive.

        Holders of this machine that died are buried at once. Of other machines it is only known whether they go on
        renewing; whoever has done so since the last look is at work.
        """
        if queue.bury(alive):
            return True
        held = {(id_, token): until for id_, token, holder, until in queue.held(stores) if alive(holder) is None}
        with self._lock:
            known, self._held = self._held, held
            self._renewed |= {key for key, until in held.items() if key in known and known[key] != until}
            return any(key not in self._renewed for key in held)
