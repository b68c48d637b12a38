"""A PostgreSQL server of its own: Debian's package (`apt-get install postgresql`), in a temporary folder, on a free port."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs until its context ends."""

    url: str
    """SQLAlchemy URL of an empty database."""
    programs: Path
    data: Path

    def restart(self, mode: str = "immediate") -> None:
        """Stop it (`immediate` is like a power failure, `fast` ends the sessions) and start it again."""
        self.stop(mode)
        self.start()

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; returns when it is down."""
        _run(self.programs / "pg_ctl", "-D", self.data, "-w", "-m", mode, "stop")

    def start(self) -> None:
        """Start it; returns when it answers."""
        _run(self.programs / "pg_ctl", "-D", self.data, "-w", "-l", self.data / "log", "start")

    def database(self, name: str) -> str:
        """URL of a new, empty database, called after `name` and a number: several modules share one server."""
        name = f"{name}{next(_NUMBERS)}"
        base, _, _ = self.url.rpartition("/")
        port = base.rpartition(":")[2]
        _run(self.programs / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "postgres", name)
        return f"{base}/{name}"


@contextmanager
def postgres_server() -> Iterator[Server]:
    """A server with full durability that trusts the loopback address. Raises `FileNotFoundError` when none is installed."""
    folders = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not folders:
        raise FileNotFoundError("PostgreSQL is not installed: apt-get install postgresql")
    programs = folders[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="redactor-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = (f"port={port}", "listen_addresses='127.0.0.1'", f"unix_socket_directories='{folder}'")
        with (data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("\n".join((*settings, "fsync=on", "max_connections=200", "shared_buffers=64MB", "")))
        server = Server(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres", programs, data)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: object) -> None:
    """As the user `postgres` when root: the server refuses to run as root."""
    words: Sequence[str] = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    # A file, not a pipe: the server would hold a pipe open, and we would wait for its end.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(words, stdout=said, stderr=subprocess.STDOUT, cwd="/", check=False, timeout=60)
        if done.returncode:
            said.seek(0)
            raise RuntimeError(f"{words[-1]} failed: {said.read().decode(errors='replace')[-500:]}")
