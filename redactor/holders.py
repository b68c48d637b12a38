"""Who holds a lease: one process on one boot of one host, told apart from a later process with the same number."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that may hold leases."""

    host: str
    """Boot id, number of the PID namespace and host name, joined by `/`."""
    pid: int
    started: int
    """When the process started, clock ticks since boot."""

    @classmethod
    def here(cls) -> Holder:
        """This process."""
        return cls(host(), os.getpid(), _started(os.getpid()) or 0)

    @classmethod
    def parse(cls, text: str) -> Holder | None:
        """The other way of `str`; None when `text` is none of ours."""
        place, _, rest = text.partition("|")
        pid, _, started = rest.partition("|")
        if not (place and pid.isdigit() and started.isdigit()):
            return None
        return cls(place, int(pid), int(started))

    def __str__(self) -> str:
        return f"{self.host}|{self.pid}|{self.started}"


def alive(holder: str) -> bool | None:
    """Whether the process that `str(Holder)` names still runs; None when it is of another host, or cannot be told."""
    found = Holder.parse(holder)
    if found is None:
        return None
    # Another boot of this machine looks like another host. Its leases end with the boot or, on a server, with time.
    if found.host != host():
        return None
    return _started(found.pid) == found.started


def host() -> str:
    """Boot id, PID namespace and name of this host: processes that share them can see each other."""
    try:
        space = str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        space = "0"
    return f"{boot_id()}/{space}/{socket.gethostname()[:60]}"


def boot_id() -> str:
    """A name of this boot of the machine; empty where the kernel gives none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _started(pid: int) -> int | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The name in brackets may hold blanks and brackets; after the last one come the state and numbers.
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in {"Z", "X"} else int(fields[19])
