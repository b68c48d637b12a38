"""What was read is handed to the one who asks for the same next, and then forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """One answer a thread that waits to be asked for once more; the next question takes its place."""

    def __init__(self) -> None:
        self._held = threading.local()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer that waits for `key`, which is forgotten, or a new one, which then waits."""
        waiting: tuple[Hashable, T] | None = getattr(self._held, "waiting", None)
        self.forget()
        if waiting is not None and waiting[0] == key:
            return waiting[1]
        made = make()
        self._held.waiting = (key, made)
        return made

    def forget(self) -> None:
        """Drop what waits in this thread."""
        self._held.waiting = None


def identity(path: Path) -> tuple[int, ...]:
    """What changes when a file does."""
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
