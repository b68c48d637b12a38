"""Work in a process of its own, forked from that of a test. Whatever it comes to, it ends."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress

_LIFE_S = 300
"""Seconds after which a process that still runs says where, and is ended: who forks a process with threads forks their
locks, too, and nobody opens those of a thread that stayed behind."""


def begun(work: Callable[[], object]) -> int:
    """Begin `work` in a process of its own, which leads a group; its number, for `ended`."""
    if pid := os.fork():
        return pid
    code = 1
    try:
        os.setpgid(0, 0)
        faulthandler.register(signal.SIGALRM, file=2, all_threads=True, chain=True)
        signal.alarm(_LIFE_S)
        work()
        code = 0
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    finally:
        sys.stderr.flush()
        os._exit(code)


def ended(pid: int) -> int:
    """Wait for the end of a process that was begun here; its exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def forked(work: Callable[[], object], *, kill_after_s: float | None = None) -> int:
    """Run `work` in a process of its own; its exit code, negative for a signal."""
    pid = begun(work)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return ended(pid)
