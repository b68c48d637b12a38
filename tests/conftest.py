"""Fixtures that several files share: a ledger on each database, a night on the samples."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from benchmarks.bar import run
from tests.postgres import Server, postgres_server
from tests.queues import Bench

# No example is refused for the machine that it runs on.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A job that a shell put into the background is deaf to Ctrl-C, which tests send, and wait for what comes of it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Ledgers and keys that no configuration places go into a folder of the tests, in child processes, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The samples through the nightly job with the real engines; outputs are in `out` of the folder.

    Done once, whichever of pytest-xdist's processes asks first. Nothing may be changed in the folder.
    """
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, answer = root / "demo", root / "demo.pickle"
    with FileLock(root / "demo.lock"):
        if not answer.exists():
            folder.mkdir()
            answer.write_bytes(pickle.dumps(run.demo(folder)))
    done: subprocess.CompletedProcess[str] = pickle.loads(answer.read_bytes())
    return folder, done


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    server: Server = request.getfixturevalue("postgres")
    return server.database("queue")


@pytest.fixture
def bench(ledger_url: str) -> Iterator[Bench]:
    bench = Bench(ledger_url)
    yield bench
    bench.ledger.close()
