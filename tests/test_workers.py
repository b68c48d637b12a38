"""Threads at work: bounded, and told to give up wherever they are."""

import dis
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import count

import pytest

from redactor.workers import Workers


def turn_for_ever(began: Callable[[], object]) -> None:
    began()
    while True:
        time.sleep(0.001)


def test_results_come_as_they_end_and_all_of_them() -> None:
    others_done = threading.Event()

    def job(number: int) -> int:
        if number == 0:
            assert others_done.wait(30)
        return number

    found: list[int] = []
    for result in Workers(2).run(partial(job, number) for number in range(20)):
        found.append(result)
        if len(found) == 19:
            others_done.set()
    assert sorted(found) == list(range(20))
    assert found[-1] == 0


def test_all_threads_work_at_once() -> None:
    together = threading.Barrier(4)
    assert len(list(Workers(4).run(partial(together.wait, 30) for _ in range(8)))) == 8


def test_no_more_is_begun_than_is_taken() -> None:
    drawn = []

    def jobs() -> Iterator[Callable[[], int]]:
        for number in range(100_000):
            drawn.append(number)
            yield partial(int, number)

    with closing(Workers(3).run(jobs())) as results:
        for taken, _ in zip(range(1, 50), results, strict=False):
            assert len(drawn) <= taken + 2
    assert len(drawn) <= 52


def test_closing_interrupts_what_is_interruptible_and_nothing_else() -> None:
    workers, ended, outside, told = Workers(3), [], threading.Event(), threading.Event()
    at_work = threading.Barrier(3)

    def first() -> None:
        at_work.wait(30)
        assert outside.wait(30)

    def torn() -> None:
        try:
            with workers.interruptible():
                turn_for_ever(at_work.wait)
        except KeyboardInterrupt:
            ended.append("torn")
            told.set()
            raise

    def whole() -> None:
        with workers.interruptible():
            at_work.wait(30)
        outside.set()
        assert told.wait(30)
        time.sleep(0.01)
        ended.append("whole")

    with closing(workers.run([first, torn, whole])) as results:
        assert next(results) is None
    assert ended == ["torn", "whole"]


def test_one_that_raises_ends_the_run_and_interrupts_the_others() -> None:
    workers, interrupted = Workers(2), threading.Event()
    at_work = threading.Barrier(2)

    def other() -> None:
        try:
            with workers.interruptible():
                turn_for_ever(at_work.wait)
        except KeyboardInterrupt:
            interrupted.set()
            raise

    def fails() -> None:
        at_work.wait(30)
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        list(workers.run([other, fails]))
    assert interrupted.is_set()


def test_nothing_begins_after_the_end() -> None:
    workers = Workers(1)
    assert list(workers.run([])) == []
    with pytest.raises(KeyboardInterrupt), workers.interruptible():
        raise AssertionError


LOOKS = {dis.opmap[name] for name in ("CALL", "CALL_FUNCTION_EX", "JUMP_BACKWARD", "RESUME")}
"""Behind these CPython looks whether a signal came."""


OUTSIDE = {"_remove", "_give_up"}
"""A callback of a weak reference swallows what is raised in it; and one interrupt is tried, not two."""


def callers(frame: types.FrameType | None) -> Iterator[str]:
    while frame:
        yield frame.f_code.co_name
        frame = frame.f_back


class InterruptedAt:
    """A tracer of opcodes that raises `KeyboardInterrupt` at the n-th place of a thread where a signal may do so."""

    def __init__(self, number: int) -> None:
        self.left, self.before = number, {}

    def __call__(self, frame: types.FrameType, event: str, _: object) -> Callable[..., object] | None:
        if self.left <= 0 or not OUTSIDE.isdisjoint(callers(frame)):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self.left -= self.before.get(id(frame)) in LOOKS
            self.before[id(frame)] = frame.f_code.co_code[frame.f_lasti]
            if not self.left:
                raise KeyboardInterrupt
        return self


def slept(number: int) -> bool:
    """One run of jobs that never end by themselves, interrupted there or where it sleeps, whichever comes first."""
    workers, at, ended, began = Workers(2), InterruptedAt(number), threading.Event(), threading.Semaphore(0)

    def job() -> None:
        with workers.interruptible():
            turn_for_ever(began.release)

    def main() -> None:
        sys.settrace(at)
        try:
            for _ in workers.run([lambda: None, *[job] * 4]):
                pass
        except KeyboardInterrupt:
            ended.set()
        finally:
            sys.settrace(None)
            began.release(2)

    threading.Thread(target=main, daemon=True).start()
    assert all(began.acquire(timeout=30) for _ in range(2))
    ended.wait(0.2)
    if asleep := at.left > 0:
        at.left = 1
    assert ended.wait(30), f"it hangs when it is interrupted at place {number}"
    return asleep


@pytest.mark.skipif(sys.version_info[:2] == (3, 12), reason="Python 3.12 tells a tracer of no opcodes here")
def test_an_interrupt_ends_the_run_wherever_it_comes() -> None:
    assert next(number for number in count(2) if slept(number))
