"""What was read is handed to the one who asks for the same next, and then forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
_KEPT = 8
"""At most so many readings wait: one for each thread."""


class Once(Generic[T]):
    """A few answers that wait to be asked for once more. Safe to share between threads."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, T] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer that waits for `key`, which is forgotten, or a new one, which then waits."""
        with self._lock:
            if key in self._waiting:
                return self._waiting.pop(key)
        made = make()
        with self._lock:
            self._waiting[key] = made
            while len(self._waiting) > _KEPT:
                del self._waiting[next(iter(self._waiting))]
        return made


def identity(path: Path) -> tuple[int, ...]:
    """What changes when a file does."""
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
