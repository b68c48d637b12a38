"""A child process for the work on hostile files: it may crash, hang or grow, and whoever gives the orders lives on.

The child (`redactor.child`) keeps its engines warm between orders. It is killed with all that it started when it takes
too long, tells no progress, holds too much memory, or answers nonsense; the next order starts another.
"""

from __future__ import annotations

import os
import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import TypeVar

from redactor.errors import ChildDiedError, EngineError, RedactorError
from redactor.orders import Answer, Failure, Order
from redactor.policy import NOT_OF_OUTPUTS, Policy
from redactor.processes import exited, group_bytes, oom_kills
from redactor.spawned import Spawned
from redactor.wire import Message

Told = Callable[[int, str, float], None]
"""Called with the number of an order (from 0), its stage, and the share of that which is done, 0..1."""

T = TypeVar("T")

FACTORY = "redactor.child:redactor_of"
"""Makes the `Redactor` of a child with the engines of its policy."""
_MB = 1_000_000
_START_S = 300.0
"""A child has loaded its modules (not its engines) long before."""
_NAMES_S = 600.0
"""Of names asked for at a time; they take a few seconds, whatever a file may take."""
_LOOK_S = 1.0
_NAMES = 2000
"""Places in one request for names; a store holds any number."""
_NEAR = 0.7
"""Engines in C++ end themselves when they get no memory; this share of the limit says that it was that."""
_REQUESTS = 500
"""A child is renewed after so many requests: decoders leak, and heaps keep the shape of the largest file they saw."""
_IDLE, _IDLE_LATER, _LATER = 0.75, 0.5, 10
"""It is renewed, too, when it does nothing and holds more than this share of its memory, or than the smaller one after
so many requests: a large file must not fail for those before it. Large models alone may come near the smaller one, and
are not to be loaded for each file."""


class Cancelled(BaseException):
    """The request in work was given up on demand. Like `KeyboardInterrupt` it is no error of the work."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take."""

    item_s: float
    """Wall-clock seconds for one order; a request has as many times that as it has orders."""
    stall_s: float
    """Seconds without any progress."""
    memory_bytes: int
    """Of each process in its data, and of all together in memory that is not mapped from files."""
    file_bytes: int
    """Of the largest file that it may write."""

    @classmethod
    def of(cls, policy: Policy) -> Limits:
        """What `[run]` says."""
        run = policy.run
        return cls(run.item_minutes * 60, run.stall_minutes * 60, run.memory_mb * _MB, run.file_mb * _MB)


class Child:
    """One warm process; it starts with the first request. One request at a time: other threads wait for their turn."""

    def __init__(
        self,
        policy: Policy,
        *,
        factory: str = FACTORY,
        limits: Limits | None = None,
        env: Mapping[str, str] | None = None,
        path: Sequence[str] = (),
    ) -> None:
        """`factory` (`module:function`) makes a `Redactor` of the policy, over there; `env` and `path` add to
        environment and `sys.path`."""
        self.limits = limits or Limits.of(policy)
        # Passwords of stores and ledgers are not for a process that opens hostile files.
        body = policy.model_dump(mode="json", exclude=NOT_OF_OUTPUTS - {"run"})
        bounds = {"memory_bytes": self.limits.memory_bytes, "file_bytes": self.limits.file_bytes}
        self._hello: Message = {"factory": factory, "policy": body, "path": list(path), "limits": bounds}
        self._env = dict(env or {})
        self._busy = threading.Lock()
        self._state = threading.Lock()
        self._working = self._given_up = False
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        weakref.finalize(self, os.close, self._wake)
        self._process: Spawned | None = None

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process that is warm; None when there is none."""
        process = self._process
        return process.pid if process is not None else None

    def redact(self, orders: Sequence[Order], folder: Path, progress: Told | None = None) -> list[Answer]:
        """An answer to each of `orders`, which are one interaction, in their order; drafts lie below `folder`.

        `folder` is there, empty and the caller's, who removes it. Raises `ChildDiedError` (`HUNG`, `STALLED`,
        `CRASHED`, `OUT_OF_MEMORY`, `GARBLED`), `Cancelled`, what the start of a child ended in (`MissingEngineError`,
        `PolicyError`, `EngineError`), and what `progress` raises.
        """
        if not orders:
            return []
        place, items = folder.resolve(strict=True), [order.item for order in orders]
        request: Message = {"orders": [order.as_dict() for order in orders], "folder": str(place)}

        def read(reply: Message) -> list[Answer]:
            answers = {answer.item: answer for answer in map(Answer.from_dict, reply["answers"])}
            if len(reply["answers"]) != len(orders):
                raise ValueError("an answer to each order")
            found = [_checked(answers[order.item], order, place) for order in orders]
            for answer in found:
                if answer.error is not None and answer.error.reason == "OUT_OF_MEMORY":
                    # It said so itself, and may be in any state now.
                    raise self._too_large(answer.item)
            return found

        return self._ask(request, items, self.limits.item_s * len(orders), progress or _untold, read)

    def names(self, relatives: Sequence[str | PurePosixPath]) -> list[PurePosixPath]:
        """The public names (`Redactor.public_name`) of places below a store. Raises as `redact` does."""
        names: list[PurePosixPath] = []
        for start in range(0, len(relatives), _NAMES):
            part = [str(relative) for relative in relatives[start : start + _NAMES]]

            def read(reply: Message, count: int = len(part)) -> list[PurePosixPath]:
                if len(reply["names"]) != count:
                    raise ValueError("a name for each place")
                return [PurePosixPath(name) for name in reply["names"]]

            names += self._ask({"names": part}, [], _NAMES_S, _untold, read)
        return names

    def cancel(self) -> None:
        """From another thread: the request in work is given up, its caller gets `Cancelled`. Without one, nothing."""
        with self._state:
            if self._working:
                self._given_up = True
                os.eventfd_write(self._wake, 1)

    def stop(self) -> None:
        """End the process with all that it started, at once; a request in work is given up. Another may follow."""
        self.cancel()
        with self._busy:
            self._end()

    def _end(self) -> int:
        process, self._process = self._process, None
        return process.end() if process is not None else 0

    def _ask(
        self, request: Message, items: Sequence[str], limit_s: float, told: Told, read: Callable[[Message], T]
    ) -> T:
        """What `read` makes of the answer; whatever is raised, the child does not live on with half a request."""
        with self._busy:
            with self._state:
                self._working, self._given_up = True, False
            try:
                reply = self._reply(request, items, (limit_s, self.limits.stall_s), told)
                try:
                    return read(reply)
                except (ValueError, KeyError, TypeError, AttributeError, OSError):
                    raise _garbled(_only(items)) from None
            except BaseException:
                self._end()
                raise
            finally:
                with self._state:
                    self._working = False
                with suppress(BlockingIOError):
                    os.eventfd_read(self._wake)

    def _reply(self, request: Message, items: Sequence[str], patience_s: tuple[float, float], told: Told) -> Message:
        process = self._warm()
        try:
            reply = self._talk(process, request, items, patience_s, told)
        except ChildDiedError:
            if process.begun:
                raise
            # It died of what was before, and has not so much as looked at this one.
            self._end()
            process = self._warm()
            reply = self._talk(process, request, items, patience_s, told)
        process.requests += 1
        if "failed" in reply:
            raise _failure(reply, _only(items))
        return reply

    def _warm(self) -> Spawned:
        process = self._process
        if process is not None:
            if not exited(process.pid) and not self._worn(process):
                process.begun = False
                return process
            self._end()
        process = self._process = Spawned(self._env)
        try:
            ready = self._talk(process, self._hello, [], (_START_S, _START_S), _untold)
        except ChildDiedError:
            # No file is to blame.
            message = "the process for the work could not be started; run redactor doctor"
            raise EngineError(message, reason="CHILD_NOT_STARTED") from None
        if "failed" in ready:
            raise _failure(ready, "")
        return process

    def _worn(self, process: Spawned) -> bool:
        share = _IDLE if process.requests < _LATER else _IDLE_LATER
        return process.requests >= _REQUESTS or group_bytes(process.pid) > share * self.limits.memory_bytes

    def _talk(
        self, process: Spawned, message: Message, items: Sequence[str], patience_s: tuple[float, float], told: Told
    ) -> Message:
        """What the child answers to a message within so many seconds, silent for no more than so many."""
        limit_s, stall_s = patience_s
        item, peak, kills = _only(items), 0, oom_kills()
        process.say(message)
        began = heard = looked = time.monotonic()
        gone = False
        while True:
            now = time.monotonic()
            if self._given_up:
                raise Cancelled
            if late := _late((now - began, now - heard), patience_s, item):
                raise late
            if now >= looked + _LOOK_S:
                # A child whose pipe is held open by one that it started would never be heard to end.
                if gone:
                    raise self._died(self._end(), item, peak, oom_kills() > kills)
                looked, held, gone = now, group_bytes(process.pid), exited(process.pid)
                peak = max(peak, held)
                if held > self.limits.memory_bytes:
                    raise self._too_large(item)
            wait_s = min(looked + _LOOK_S, began + limit_s, heard + stall_s) - now
            messages, ended = process.hear(self._wake, wait_s)
            # One by one: what came before nonsense counts, above all that the request was begun.
            while step := _step(messages, max(1, len(items)), item):
                heard = time.monotonic()
                if isinstance(step, tuple):
                    item = items[step[0]] if items else ""
                    told(*step)
                elif "begun" in step:
                    process.begun = True
                elif items and not process.begun:
                    raise _garbled(item)  # An answer to what came before.
                else:
                    return step
            if ended:
                raise self._died(self._end(), item, peak, oom_kills() > kills)

    def _died(self, code: int, item: str, peak: int, starved: bool) -> ChildDiedError:
        if (code == -signal.SIGKILL and starved) or (
            code == -signal.SIGABRT and peak > _NEAR * self.limits.memory_bytes
        ):
            return self._too_large(item)
        how = signal.Signals(-code).name if code < 0 else f"exit {code}"
        message = f"an engine crashed on it ({how}); look at the file, and retry it when the engines have changed"
        return ChildDiedError(message, reason="CRASHED", item=item)

    def _too_large(self, item: str) -> ChildDiedError:
        message = (
            f"it needs more than {self.limits.memory_bytes // _MB} MB of memory; look at the file, or raise [run] "
            "memory_mb and retry it"
        )
        return ChildDiedError(message, reason="OUT_OF_MEMORY", item=item)


def _step(messages: Iterator[Message], orders: int, item: str) -> tuple[int, str, float] | Message | None:
    """The next message: number of the order, stage and share if it tells progress; None when there is none."""
    try:
        message = next(messages, None)
        if message is None or "stage" not in message:
            return {"nothing": True} if message == {} else message
        at = int(message["at"])
        if at not in range(orders):
            raise ValueError("progress of something else")
        return at, str(message["stage"]), min(1.0, max(0.0, float(message["share"])))
    except (ValueError, KeyError, TypeError):
        raise _garbled(item) from None


def _failure(message: Message, item: str) -> RedactorError:
    try:
        code, reason, what = message["failed"]
        return Failure(int(code), str(reason), str(what)).error()
    except (ValueError, TypeError):
        return _garbled(item)


def _checked(answer: Answer, order: Order, folder: Path) -> Answer:
    """An answer whose drafts are files in `folder` for the places that were ordered. Raises `ValueError`, `OSError`."""
    for draft, place in answer.drafts.files if answer.drafts else ():
        path = Path(draft)
        if path.is_symlink() or not path.resolve(strict=True).is_relative_to(folder) or not path.is_file():
            raise ValueError("a draft lies elsewhere")
        if PurePosixPath(place) not in order.outputs.all():
            raise ValueError("a draft is for another place")
    if answer.drafts and PurePosixPath(answer.drafts.files[-1][1]) != order.outputs.medium:
        raise ValueError("the medium comes last")
    return answer


def _late(spent_s: tuple[float, float], patience_s: tuple[float, float], item: str) -> ChildDiedError | None:
    what, (took_s, silent_s), (limit_s, stall_s) = "look at the file, or raise [run]", spent_s, patience_s
    if took_s >= limit_s:
        message = f"it took longer than {limit_s / 60:g} minutes; {what} item_minutes and retry it"
        return ChildDiedError(message, reason="HUNG", item=item)
    if silent_s >= stall_s:
        message = f"it got no further for {stall_s / 60:g} minutes; {what} stall_minutes and retry it"
        return ChildDiedError(message, reason="STALLED", item=item)
    return None


def _only(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else ""


def _garbled(item: str) -> ChildDiedError:
    message = "the process that worked on it answered nonsense; look at the file, and report it"
    return ChildDiedError(message, reason="GARBLED", item=item)


def _untold(_order: int, _stage: str, _share: float) -> None:
    """No progress wanted."""
