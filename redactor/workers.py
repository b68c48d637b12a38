"""Threads that work through jobs, a few at a time, and that can be told to give up what they are at."""

from __future__ import annotations

import _thread
import ctypes
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar, cast

T = TypeVar("T")
_WAKE_S = 0.5
"""A signal that comes just before the main thread falls asleep, or to another thread, does not wake it."""


@dataclass(frozen=True, slots=True)
class _End(Generic[T]):
    """How a job ended: with a result, or with what it raised."""

    result: T | None = None
    error: BaseException | None = None


class Workers:
    """A number of threads for one run.

    Locks of an executor are written in Python, and an interrupt that comes while the main thread takes one leaves it
    taken: the thread that needs it then waits for ever, and the run with it. Here the main thread takes only those that
    are whole for signals (`queue.SimpleQueue`, `threading.Lock`), and threads say themselves that they work.
    """

    def __init__(self, count: int) -> None:
        """`count` threads; none is started yet."""
        self._count = count
        self._lock = threading.Lock()
        self._given_up = False
        self._at_work: set[int] = set()
        self._interruptible: set[int] = set()

    def run(self, jobs: Iterable[Callable[[], T]]) -> Generator[T, None, None]:
        """What the jobs return, as they end; no more than `count` are in work or wait to be taken.

        A job is drawn from `jobs`, in the caller's thread, when a thread is free for it. The first job that raises ends
        the run with what it raised. Whatever ends it (that, an interrupt, a caller who stops asking), jobs in work get
        a `KeyboardInterrupt` inside `interruptible`, and are waited for.
        """
        left, running = iter(jobs), 0
        ends: SimpleQueue[_End[T]] = SimpleQueue()
        try:
            while True:
                for job in islice(left, self._count - running):
                    # `threading.Thread.start` waits for the thread with such a lock.
                    _thread.start_new_thread(self._work, (job, ends))
                    running += 1
                if not running:
                    return
                try:
                    end = ends.get(timeout=_WAKE_S)
                except Empty:
                    continue
                running -= 1
                if end.error is not None:
                    raise end.error
                yield cast(T, end.result)
        finally:
            self._give_up()
            while self._at_work:
                with suppress(Empty):
                    ends.get(timeout=_WAKE_S)

    def _work(self, job: Callable[[], T], ends: SimpleQueue[_End[T]]) -> None:
        me = threading.get_ident()
        with self._lock:
            if self._given_up:
                return
            self._at_work.add(me)
        try:
            end = _End(result=job())
        except BaseException as error:
            end = _End(error=error)
        with self._lock:
            self._at_work.discard(me)
        ends.put(end)

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Marks work of the calling thread that may be torn at any point; what must not be, stays outside."""
        me = threading.get_ident()
        with self._lock:
            if self._given_up:
                raise KeyboardInterrupt
            self._interruptible.add(me)
        try:
            yield
        finally:
            # Whoever was told to give up before this lock was his is interrupted here at the latest, never behind it.
            with self._lock:
                self._interruptible.discard(me)

    def _give_up(self) -> None:
        # Python itself interrupts the main thread only. Asking a flag between two steps would not do: the detection of
        # a long text is one step of minutes. Foreign code that runs (a window of speech, a picture) ends first.
        with self._lock:
            self._given_up = True
            for thread in self._interruptible:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(KeyboardInterrupt))
