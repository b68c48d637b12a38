"""A process and all that it started: how much memory they hold, and how they end together (Linux, `/proc`)."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from subprocess import Popen

_PROC = Path("/proc")
_REAP_S = 2.0
"""What was killed is gone long before; only a process in a dead network mount stays longer."""

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""glibc (malloc.h, mallopt(3))."""
_LARGE = 128 * 1024
"""Blocks of so many bytes have pages of their own, until one was freed."""
_ARENAS = 2


def give_back_large_blocks() -> None:
    """Have freed blocks of 128 KB and more go back to the system for as long as this process lives.

    glibc does so only until the first of them is freed; then it keeps them, and a process that runs all night gathers
    holes, one for each time that a large table was made anew. For programs, not for libraries: it holds for everything
    in the process. Other allocators than glibc's are left as they are.
    """
    _mallopt(_M_MMAP_THRESHOLD, _LARGE)


def share_arenas() -> None:
    """Have all threads that begin after this take memory from the same two arenas.

    By default glibc gives each of the first sixteen threads (of two cores) one of its own, and a speech recogniser
    fills them all with holes: a call of ten minutes then takes 1.3 GB in place of 1.1. For programs, as above.
    """
    _mallopt(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Have glibc give the system the pages that hold nothing any more; a few milliseconds."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _mallopt(what: int, value: int) -> None:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(what, value)


def exited(pid: int) -> bool:
    """True when a child of ours has ended; it is not reaped, so that its number stays its own until `end_group`."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def end_group(process: Popen[bytes]) -> int:
    """Kill a process that leads a group, and the group; its return code, negative for a signal. No zombie is left."""
    group = process.pid
    # First the group, then the reaping: as long as its leader is not reaped, the number of the group is its own.
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    code = process.wait()
    # Orphans go to the first process of the machine, which reaps them. In a container that may be this one.
    until = time.monotonic() + _REAP_S
    with suppress(ChildProcessError):
        while time.monotonic() < until:
            if os.waitpid(-group, os.WNOHANG) == (0, 0):
                time.sleep(0.01)
    return code


def group_bytes(group: int) -> int:
    """Memory (bytes) that the processes of a group hold and that cannot be had back without ending them.

    What they mapped from files (models, libraries) is not counted: the kernel may drop it at any time.
    """
    total = 0
    for entry in os.scandir(_PROC):
        if entry.name.isdigit() and _group_of(entry.name) == group:
            total += _held(entry.name)
    return total


def parent_of(pid: int) -> int:
    """The parent of a process; 0 when it is gone."""
    fields = _stat(str(pid))
    return int(fields[1]) if fields else 0


def oom_kills() -> int:
    """How often this machine has killed a process because memory ran out; 0 when it does not say."""
    with suppress(OSError):
        for line in (_PROC / "vmstat").read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0


def _group_of(pid: str) -> int:
    fields = _stat(pid)
    return int(fields[2]) if fields else 0


def _stat(pid: str) -> list[str]:
    """The fields of `/proc/PID/stat` from the state on; the name before them may hold blanks and brackets."""
    try:
        return (_PROC / pid / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _held(pid: str) -> int:
    try:
        lines = (_PROC / pid / "status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("RssAnon:", "RssShmem:")))
