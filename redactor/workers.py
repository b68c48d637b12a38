"""Threads that work through jobs, a few at a time, and that can be told to give up what they are at."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
_WAKE_S = 0.5
"""A signal that comes just before the main thread falls asleep, or to another thread, does not wake it."""


class Workers:
    """A number of threads for one run."""

    def __init__(self, count: int) -> None:
        """`count` threads; none is started yet."""
        self._count = count
        self._lock = threading.Lock()
        self._given_up = False
        self._interruptible: set[int] = set()

    def run(self, jobs: Iterable[Callable[[], T]]) -> Generator[T, None, None]:
        """What the jobs return, as they end; no more than `count` are in work or wait to be taken.

        A job is drawn from `jobs`, in the caller's thread, when a thread is free for it. The first job that raises ends
        the run with what it raised. Whatever ends it (that, an interrupt, a caller who stops asking), jobs in work get
        a `KeyboardInterrupt` inside `interruptible`, and are waited for.
        """
        left = iter(jobs)
        pool = ThreadPoolExecutor(self._count, thread_name_prefix="redactor")
        try:
            running = {pool.submit(job) for job in islice(left, self._count)}
            while running:
                done, running = wait(running, _WAKE_S, FIRST_COMPLETED)
                for future in done:
                    yield future.result()
                    running |= {pool.submit(job) for job in islice(left, 1)}
        finally:
            self._give_up()
            pool.shutdown(cancel_futures=True)

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
