"""The near end of a child process: how it is started, spoken to without ever waiting on it, and ended."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from redactor.processes import end_group
from redactor.wire import Message, Unpacker, packed

_PIECE = 1 << 16


class Spawned:
    """A `redactor.child` with a pipe to it and one from it. It ends when this object is gone, whatever happens."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Start it; `env` adds to the environment."""
        inlet, to_child = os.pipe()
        from_child, outlet = os.pipe()
        # Files, not numbers: forgotten ones are closed, and the child sees that.
        self._to = os.fdopen(to_child, "wb", buffering=0)
        self._from = os.fdopen(from_child, "rb", buffering=0)
        os.set_blocking(to_child, False)
        os.set_blocking(from_child, False)
        here = str(Path(__file__).parents[1])
        paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
        # -P: a folder that a night happens to be started in holds no modules.
        command = [sys.executable, "-P", "-m", "redactor.child", str(inlet), str(outlet), str(os.getpid())]
        try:
            self._popen = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                # What libraries print can hold what they read.
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(inlet, outlet),
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **env},
            )
        finally:
            os.close(inlet)
            os.close(outlet)
        self._unpacker = Unpacker()
        self._unsent = memoryview(b"")
        self.begun = False
        """True once it has looked at the request in work."""
        self.requests = 0
        """Requests that it has answered."""

    @property
    def pid(self) -> int:
        """Its process number, which is that of its group."""
        return self._popen.pid

    def say(self, message: Message) -> None:
        """Have a message sent by the next calls of `hear`. Raises `ValueError` when it is too large."""
        self._unsent = memoryview(packed(message))

    def hear(self, wake: int, wait_s: float) -> tuple[Iterator[Message], bool]:
        """What it said within `wait_s` seconds, and whether it will say no more; `wake`, a file descriptor, wakes.

        What is no message is a `ValueError` when its turn comes.
        """
        poll = select.poll()
        poll.register(self._from, select.POLLIN)
        poll.register(wake, select.POLLIN)
        if self._unsent:
            poll.register(self._to, select.POLLOUT)
        ready = {number for number, _ in poll.poll(max(0, int(wait_s * 1000)) + 1)}
        if self._to.fileno() in ready:
            # Without room for the smallest piece there will be more; at a broken pipe the other one says how it ended.
            try:
                self._unsent = self._unsent[os.write(self._to.fileno(), self._unsent[:_PIECE]) :]
            except BlockingIOError:
                return iter(()), False
            except BrokenPipeError:
                self._unsent = memoryview(b"")
        if self._from.fileno() not in ready:
            return iter(()), False
        data = os.read(self._from.fileno(), _PIECE)
        return self._unpacker.feed(data), not data

    def end(self) -> int:
        """Kill it with all that it started, at once; its return code, negative for a signal."""
        code = end_group(self._popen)
        with suppress(OSError):
            self._to.close()
        self._from.close()
        return code
