"""Patience with a store: each call has a time, failures that may pass are tried again, a dead store is left alone."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from redactor.errors import RedactorError, StoreError

T = TypeVar("T")

_FINAL = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError, RedactorError)
_WRONG = (TypeError, AttributeError, LookupError, NotImplementedError, AssertionError)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a store is waited for."""

    call_s: float = 60.0
    """Seconds for one call; a call that moves bytes gets more."""
    total_s: float = 120.0
    """Seconds after which a call is not tried again."""
    pause_s: float = 0.5
    """Seconds of the first pause, about; each is up to twice the one before."""
    failures: int = 5
    """After so many calls in a row that failed the store is left alone."""
    rest_s: float = 60.0
    """Seconds for which it is left alone; then one call may try."""


class Patience:
    """Calls of one store, from several threads."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._failed = 0
        self._closed_until = 0.0

    def call(self, work: Callable[[], T], *, seconds: float = 0.0) -> T:
        """What `work` gives; `seconds` are added to its time. Raises what cannot pass, else `StoreError`."""
        import tenacity

        self._enter()
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_pass),
            wait=tenacity.wait_random_exponential(multiplier=self._limits.pause_s, max=15),
            stop=tenacity.stop_after_delay(self._limits.total_s) | tenacity.stop_after_attempt(6),
            reraise=True,
        )
        try:
            result: T = retrying(_timed, work, self._limits.call_s + seconds)
        except Exception as error:
            # A store that says no, or that something is not there, is alive.
            self._count(failed=_may_pass(error))
            if isinstance(error, _FINAL):
                raise
            raise _told(error) from None
        self._count(failed=False)
        return result

    def _enter(self) -> None:
        with self._lock:
            if self._failed < self._limits.failures:
                return
            now = time.monotonic()
            if now < self._closed_until:
                raise StoreError("the store did not answer; it is tried again in a while", reason="STORE_DOWN")
            # One call goes first; the others wait until it came back or took its time.
            self._closed_until = now + self._limits.rest_s

    def _count(self, *, failed: bool) -> None:
        with self._lock:
            self._failed = self._failed + 1 if failed else 0
            if self._failed >= self._limits.failures:
                self._closed_until = time.monotonic() + self._limits.rest_s


def _timed(work: Callable[[], T], seconds: float) -> T:
    """Run `work` in a thread that is given up when it takes too long: a stalled store must not hang a worker."""
    answers: queue.SimpleQueue[tuple[bool, T | BaseException]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((True, work()))
        except BaseException as error:
            answers.put((False, error))

    threading.Thread(target=run, name="store-call", daemon=True).start()
    try:
        done, answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("the store took too long") from None
    if done:
        return answer  # type: ignore[return-value]
    assert isinstance(answer, BaseException)
    raise answer


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, Exception) and not isinstance(error, (*_FINAL, *_WRONG)) and not _denied(error)


def _denied(error: BaseException) -> bool:
    return any(word in type(error).__name__ for word in ("Auth", "Credential", "BadHostKey"))


def _told(error: Exception) -> StoreError:
    # Foreign messages hold names and addresses; the type of the error says enough.
    name = type(error).__name__
    if _denied(error):
        return StoreError(f"the store refused us ({name}); check its options", reason="STORE_DENIED")
    if isinstance(error, _WRONG):
        return StoreError(
            f"the store answered nonsense ({name}); check its address and options", reason="STORE_NONSENSE"
        )
    return StoreError(f"the store did not answer ({name}); check that it is up, and run again", reason="STORE_DOWN")
