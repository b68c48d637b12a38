"""Thousands of broken files through real decoders: each ends with an answer or a reason, in time, and leaves nothing."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from queue import SimpleQueue

import pytest

from redactor.errors import ChildDiedError, ExitCode
from redactor.isolation import Child, Limits
from redactor.names import Outputs
from redactor.orders import Order
from redactor.policy import Policy
from redactor.stores import FORMATS
from tests.mutants import COUNTS, mutants, mutated, originals
from tests.test_isolation import ROOT

LIMITS = Limits(item_s=30, stall_s=20, memory_bytes=2_500_000_000, file_bytes=100_000_000)


@dataclass
class End:
    seed: str
    fmt: str
    code: int
    reason: str
    message: str
    seconds: float
    kept: bool


def work(child: Child, folder: Path, fmt: str, seed: str, data: bytes) -> End:
    source, drafts = folder / "source" / f"{seed}.{fmt}", folder / "drafts" / seed
    source.write_bytes(data)
    drafts.mkdir()
    kind, canonical = FORMATS[fmt]
    name = PurePosixPath(source.name)
    order = Order("a" * 64, str(source), kind, canonical, Outputs(name, name.with_suffix(".redaction.json")))
    began, code, reason, message = time.monotonic(), 0, "", ""
    try:
        (answer,) = child.redact([order], drafts)
        if answer.error is not None:
            code, reason, message = answer.error.code, answer.error.reason, answer.error.message
    except ChildDiedError as error:
        code, reason, message = -1, error.reason, str(error)
    kept = hashlib.sha256(source.read_bytes()).digest() == hashlib.sha256(data).digest()
    return End(seed, fmt, code, reason, message, time.monotonic() - began, kept)


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[End]]:
    folder = tmp_path_factory.mktemp("mutated")
    for name in ("made", "source", "drafts", "here", "tmp", "home"):
        (folder / name).mkdir()
    whole = originals(folder / "made")
    env = {"TMPDIR": str(folder / "tmp"), "HOME": str(folder / "home"), "XDG_CACHE_HOME": str(folder / "home")}
    free: SimpleQueue[Child] = SimpleQueue()
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder / "here")
        children = [
            Child(Policy(), factory="tests.scripted_child:decoding", limits=LIMITS, env=env, path=[str(ROOT)])
            for _ in range(2)
        ]
        for child in children:
            free.put(child)

        def one(job: tuple[str, str]) -> End:
            child = free.get()
            try:
                return work(child, folder, *job, mutated(whole, *job))
            finally:
                free.put(child)

        with ThreadPoolExecutor(len(children)) as pool:
            found = list(pool.map(one, mutants(whole)))
        for child in children:
            child.stop()
    return folder, found


@pytest.mark.slow
def test_the_originals_are_sound(tmp_path: Path) -> None:
    for name in ("made", "source", "drafts"):
        (tmp_path / name).mkdir()
    whole = originals(tmp_path / "made")
    with Child(Policy(), factory="tests.scripted_child:decoding", limits=LIMITS, path=[str(ROOT)]) as child:
        found = [work(child, tmp_path, fmt, f"{fmt}-whole", data) for fmt, data in whole.items()]
    assert {end.fmt: (end.reason, end.message) for end in found if end.code} == {}


@pytest.mark.slow
def test_every_broken_file_ends_in_time(ends: tuple[Path, list[End]]) -> None:
    _, found = ends
    assert len(found) == sum(COUNTS.values()) >= 2000
    assert [end for end in found if end.seconds > LIMITS.item_s + 5] == []
    # Some were mended, or hit where nobody looks; most cannot be read.
    tally = Counter(end.code for end in found)
    assert tally[ExitCode.DONE] > 200
    assert tally[ExitCode.UNREADABLE] > 500


@pytest.mark.slow
def test_no_decoder_crashes_or_hangs(ends: tuple[Path, list[End]]) -> None:
    assert [end for end in ends[1] if end.code == -1] == []


@pytest.mark.slow
def test_what_is_broken_is_no_internal_error(ends: tuple[Path, list[End]]) -> None:
    assert [(end.seed, end.message) for end in ends[1] if end.code == ExitCode.INTERNAL] == []


@pytest.mark.slow
def test_nothing_is_changed_or_left_elsewhere(ends: tuple[Path, list[End]]) -> None:
    folder, found = ends
    assert all(end.kept for end in found)
    assert len(list((folder / "source").iterdir())) == len(found)
    assert [path for name in ("here", "tmp", "home") for path in (folder / name).rglob("*")] == []
