"""Work in a child process: whatever it does, its caller gets an answer or a reason, in time, and nothing is left."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from redactor import isolation, stores
from redactor.errors import ChildDiedError, EngineError, MissingEngineError, RedactorError
from redactor.isolation import Cancelled, Child, Limits
from redactor.library import Redactor
from redactor.names import Outputs
from redactor.orders import Answer, Order
from redactor.policy import Policy
from redactor.receipt import Receipt
from tests.scripted_child import SECRET

ROOT = Path(__file__).parents[1]
LIMITS = Limits(item_s=20, stall_s=10, memory_bytes=1_200_000_000, file_bytes=5_000_000)


def start(factory: str = "obeying", limits: Limits = LIMITS, policy: Policy | None = None) -> Child:
    return Child(policy or Policy(), factory=f"tests.scripted_child:{factory}", limits=limits, path=[str(ROOT)])


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with start() as made:
        yield made


def order(folder: Path, text: str, name: str = "note.txt", **more: object) -> Order:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    item = hashlib.sha256(name.encode()).hexdigest()
    outputs = Outputs(PurePosixPath(name), PurePosixPath(name).with_suffix(".redaction.json"))
    return Order(item, str(path), "text", "txt", outputs, **more)  # type: ignore[arg-type]


@pytest.fixture
def redact(tmp_path: Path) -> Callable[..., list[Answer]]:
    def run(child: Child, *texts: str, told: Callable[[int, str, float], None] | None = None) -> list[Answer]:
        source = tmp_path / "source"
        source.mkdir(exist_ok=True)
        folder = tmp_path / f"drafts{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        return child.redact([order(source, text, f"note{n}.txt") for n, text in enumerate(texts)], folder, told)

    return run


def gone(pid: int) -> bool:
    """True as soon as there is no process of that number, not even a zombie; False after some seconds."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_text_becomes_drafts(child: Child, redact: Callable[..., list[Answer]]) -> None:
    told: list[tuple[int, str, float]] = []
    (answer,) = redact(child, f"τηλέφωνο {SECRET}", told=lambda *step: told.append(step))
    assert answer.drafts is not None
    medium, place = answer.drafts.files[-1]
    assert Path(medium).read_text(encoding="utf-8") == "τηλέφωνο [PHONE_NUMBER]"
    assert place == "note0.txt"
    receipt = Receipt.from_dict(answer.drafts.receipt)
    assert json.loads(json.dumps(receipt.as_dict())) == answer.drafts.receipt
    assert dict(receipt.counts) == {"PHONE_NUMBER": 1}
    assert receipt.output_digest == hashlib.sha256(Path(medium).read_bytes()).hexdigest()
    assert told[0][1] == "read"
    assert {number for number, _, _ in told} == {0}


def test_it_stays_warm(child: Child, redact: Callable[..., list[Answer]]) -> None:
    redact(child, "ένα")
    first = child.pid
    redact(child, "δύο")
    assert child.pid == first is not None


def test_files_of_an_interaction_share_what_is_known(child: Child, tmp_path: Path) -> None:
    told = order(tmp_path, f"τηλέφωνο {SECRET}", "a.txt")
    silent = replace(order(tmp_path, "sleep 0\nτίποτε", "b.txt"))
    broken = order(tmp_path, "raise\n", "c.txt")
    folder = tmp_path / "drafts"
    folder.mkdir()
    answers = child.redact([told, silent, broken], folder)
    assert [answer.item for answer in answers] == [told.item, silent.item, broken.item]
    assert answers[0].drafts is not None
    assert answers[1].drafts is not None
    assert answers[1].drafts.receipt["interaction"] == [answers[0].drafts.receipt["source_digest"]]
    assert answers[2].error is not None
    # All that can be shared was known before: nothing is to be done again.
    digests = [str(a.drafts.receipt["source_digest"]) for a in answers[:2] if a.drafts]
    again = [
        replace(one, before=(own, (other,)))
        for one, own, other in zip((told, silent), digests, digests[::-1], strict=True)
    ]
    folder = tmp_path / "again"
    folder.mkdir()
    assert [answer.unchanged for answer in child.redact(again, folder)] == [True, True]


def test_an_earlier_output_stands(child: Child, tmp_path: Path) -> None:
    one = order(tmp_path, "κείμενο")
    digest = hashlib.sha256(Path(one.path).read_bytes()).hexdigest()
    (tmp_path / "drafts").mkdir()
    (answer,) = child.redact([replace(one, before=(digest, ()))], tmp_path / "drafts")
    assert answer.unchanged


@pytest.fixture(scope="module")
def tried() -> Iterator[Child]:
    """One child (and its successors) for all that ends badly."""
    with start(limits=replace(LIMITS, item_s=12, stall_s=7)) as made:
        yield made


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("segfault", "CRASHED"),
        ("exit 0", "CRASHED"),
        ("close", "CRASHED"),
        ("sleep 60", "STALLED"),
        ("garbage", "GARBLED"),
        ("allocate 1500", "OUT_OF_MEMORY"),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in (
                ("exit 77", "CRASHED"),
                ("quit", "CRASHED"),
                ("die SIGKILL", "CRASHED"),
                ("die SIGABRT", "CRASHED"),
                ("fork", "CRASHED"),
                ("deaf", "STALLED"),
                ("stop", "STALLED"),
                ("spin 60", "STALLED"),
                ("half", "STALLED"),
                ("deep", "GARBLED"),
                ("other", "GARBLED"),
                ("nothing", "GARBLED"),
                ("stray", "GARBLED"),
                ("fail", "GARBLED"),
                ("huge", "GARBLED"),
                ("spread 400", "OUT_OF_MEMORY"),
            )
        ),
    ],
)
def test_whatever_a_child_does_there_is_a_reason_in_time(
    tried: Child, redact: Callable[..., list[Answer]], command: str, reason: str
) -> None:
    assert redact(tried, "καλό")[0].drafts is not None  # Another child after the last one's end.
    pid, began = tried.pid, time.monotonic()
    with pytest.raises(ChildDiedError) as caught:
        redact(tried, f"{command}\n{SECRET}")
    assert time.monotonic() - began < 14
    assert caught.value.reason == reason
    assert caught.value.item == hashlib.sha256(b"note0.txt").hexdigest()
    assert "look at the file" in str(caught.value)
    assert SECRET not in str(caught.value)
    assert tried.pid is None
    assert pid is not None
    assert gone(pid)


def test_an_item_may_take_its_time_but_not_more(redact: Callable[..., list[Answer]]) -> None:
    with start(limits=replace(LIMITS, item_s=1.5)) as child, pytest.raises(ChildDiedError) as caught:
        redact(child, "sleep 60\n")
    assert caught.value.reason == "HUNG"


def test_drafts_that_lie_elsewhere_are_not_taken(child: Child, tmp_path: Path) -> None:
    item = order(tmp_path, "").item
    (tmp_path / "drafts").mkdir()
    with pytest.raises(ChildDiedError) as caught:
        child.redact([order(tmp_path, f"twist {item}\n")], tmp_path / "drafts")
    assert caught.value.reason == "GARBLED"


def test_the_one_of_several_that_is_to_blame_is_named(child: Child, redact: Callable[..., list[Answer]]) -> None:
    with pytest.raises(ChildDiedError) as caught:
        redact(child, "καλό", "segfault\n", "καλό")
    assert caught.value.item == hashlib.sha256(b"note1.txt").hexdigest()


@pytest.mark.parametrize(
    ("command", "reason"),
    [("raise", "REDACTOR"), ("recurse", "REDACTOR"), ("write 20", "OUTPUT_TOO_LARGE")],
)
def test_what_an_engine_raises_is_an_answer(
    child: Child, redact: Callable[..., list[Answer]], command: str, reason: str
) -> None:
    redact(child, "ζεστό")
    pid = child.pid
    (answer,) = redact(child, f"{command}\n{SECRET}")
    assert answer.error is not None
    assert answer.error.reason == reason
    assert SECRET not in answer.error.message
    assert answer.error.error().exit_code == answer.error.code
    assert child.pid == pid


def test_what_is_printed_is_no_answer_and_seen_by_nobody(
    child: Child, redact: Callable[..., list[Answer]], capfd: pytest.CaptureFixture[str]
) -> None:
    assert redact(child, "print\n")[0].drafts is not None
    assert capfd.readouterr() == ("", "")


def test_temporary_files_lie_beside_the_drafts(
    child: Child, tmp_path: Path, redact: Callable[..., list[Answer]]
) -> None:
    redact(child, "litter\n")
    assert list(tmp_path.glob("drafts*/tmp/litter*"))


def test_a_child_that_died_after_its_answer_is_nobodys_fault(redact: Callable[..., list[Answer]]) -> None:
    with start("dying_after") as child:
        for text in ("ένα", "δύο", "τρία"):
            assert redact(child, text)[0].drafts is not None


def test_a_killed_idle_child_is_replaced(child: Child, redact: Callable[..., list[Answer]]) -> None:
    redact(child, "ένα")
    pid = child.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert redact(child, "δύο")[0].drafts is not None
    assert child.pid != pid


def test_a_signal_to_stop_the_night_is_not_for_the_child(child: Child, redact: Callable[..., list[Answer]]) -> None:
    redact(child, "ένα")
    pid = child.pid
    assert pid is not None
    os.killpg(pid, signal.SIGTERM)
    os.killpg(pid, signal.SIGINT)
    assert redact(child, "δύο")[0].drafts is not None
    assert child.pid == pid


@pytest.mark.parametrize(("factory", "says"), [("engineless", "redactor models fetch"), ("moduleless", "install it")])
def test_a_missing_engine_is_said_so(redact: Callable[..., list[Answer]], factory: str, says: str) -> None:
    with start(factory) as child, pytest.raises(MissingEngineError, match=says):
        redact(child, "ένα")


@pytest.mark.parametrize(("factory", "kind"), [("crashing", EngineError), ("no_such_function", RedactorError)])
def test_a_child_that_cannot_start_blames_no_file(
    redact: Callable[..., list[Answer]], factory: str, kind: type[RedactorError]
) -> None:
    with start(factory) as child, pytest.raises(RedactorError) as caught:
        redact(child, "ένα")
    assert type(caught.value) is kind


def test_cancelling_gives_up_the_request_in_work(child: Child, redact: Callable[..., list[Answer]]) -> None:
    child.cancel()  # Nothing is in work.
    redact(child, "ένα")
    pid = child.pid
    timer = threading.Timer(0.5, child.cancel)
    timer.start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        redact(child, "sleep 60\n")
    assert time.monotonic() - began < 5
    assert pid is not None
    assert gone(pid)
    assert child.pid is None
    assert redact(child, "δύο")[0].drafts is not None


def test_stopping_from_another_thread(child: Child, redact: Callable[..., list[Answer]]) -> None:
    timer = threading.Timer(1.5, child.stop)
    timer.start()
    with pytest.raises(Cancelled):
        redact(child, "sleep 60\n")
    timer.join()
    assert child.pid is None


def test_a_progress_that_raises_gives_the_request_up(child: Child, redact: Callable[..., list[Answer]]) -> None:
    def lost(*_: object) -> None:
        raise ValueError("the lease is lost")

    with pytest.raises(ValueError, match="lease"):
        redact(child, "ένα", told=lost)
    assert child.pid is None


def test_grandchildren_go_too(child: Child, redact: Callable[..., list[Answer]], tmp_path: Path) -> None:
    place = tmp_path / "pids"
    threading.Thread(target=lambda: (_wait(place), time.sleep(0.2), child.cancel())).start()
    with pytest.raises(Cancelled):
        redact(child, f"grandchild {place}\n")
    assert all(gone(int(pid)) for pid in place.read_text().split())


def test_nothing_outlives_a_killed_parent(tmp_path: Path) -> None:
    place, script = tmp_path / "pids", tmp_path / "parent.py"
    (tmp_path / "drafts").mkdir()
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom tests import test_isolation as t\n"
        f"tmp = Path({str(tmp_path)!r})\n"
        f"t.start().redact([t.order(tmp, 'grandchild {place}\\n')], tmp / 'drafts')\n",
        encoding="utf-8",
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script)], env=env) as parent:
        _wait(place)
        parent.kill()
    assert all(gone(int(pid)) for pid in place.read_text().split())


def test_a_child_is_renewed_when_it_keeps_too_much(child: Child, redact: Callable[..., list[Answer]]) -> None:
    redact(child, "leak 750\n")
    pid = child.pid
    assert redact(child, "ένα")[0].drafts is not None
    assert child.pid != pid


def test_a_child_is_renewed_after_many_requests(
    child: Child, redact: Callable[..., list[Answer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "_REQUESTS", 2)
    child.stop()
    pids = []
    for text in ("ένα", "δύο", "τρία"):
        redact(child, text)
        pids.append(child.pid)
    assert pids[0] == pids[1] != pids[2]


def test_names_come_without_models_over_here(child: Child) -> None:
    # More than a pipe holds, and a name that is no Unicode.
    relatives = [f"φάκελος/{SECRET} {n}.wav" for n in range(3000)] + ["a/b.txt", "bad\udcff.txt"]
    names = child.names(relatives)
    assert len(names) == 3002
    assert not any(SECRET in str(name) for name in names)
    assert names[0].suffix == ".wav"
    assert str(names[3000]) == "a/b.txt"
    assert child.names([]) == []


def test_a_full_output_folder_blames_no_file(child: Child, tmp_path: Path) -> None:
    (tmp_path / "drafts" / "0").mkdir(parents=True)
    (answer,) = child.redact([order(tmp_path, "κείμενο")], tmp_path / "drafts")
    assert answer.error is not None
    assert answer.error.reason == "OUTPUT_NOT_WRITABLE"
    assert child.redact([], tmp_path / "drafts") == []


@pytest.mark.slow
def test_the_first_process_of_a_container_is_left_no_zombie(tmp_path: Path) -> None:
    (tmp_path / "drafts").mkdir()
    script = (
        "import ctypes, os, sys, threading, time\nfrom pathlib import Path\nfrom tests import test_isolation as t\n"
        "from redactor.processes import parent_of\n"
        "ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)\n"  # Orphans come here, as to process 1.
        f"tmp, pids = Path({str(tmp_path)!r}), Path({str(tmp_path / 'pids')!r})\n"
        "child = t.start()\n"
        "threading.Thread(target=lambda: (t._wait(pids), child.cancel())).start()\n"
        "try:\n    child.redact([t.order(tmp, f'grandchild {pids}\\n')], tmp / 'drafts')\n"
        "except t.Cancelled:\n    pass\n"
        "print([p for p in os.listdir('/proc') if p.isdigit() and parent_of(int(p)) == os.getpid()])\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.slow
def test_no_descriptor_and_no_process_is_left(redact: Callable[..., list[Answer]]) -> None:
    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = open_files()
    for _ in range(3):
        with start() as child:
            redact(child, "ένα")
    assert open_files() <= before + 1  # The wake of the last goes with its object.


def test_limits_come_from_the_policy() -> None:
    policy = Policy.model_validate({"run": {"item_minutes": 2, "stall_minutes": 0.5, "memory_mb": 700, "file_mb": 3}})
    assert Limits.of(policy) == Limits(120, 30, 700_000_000, 3_000_000)
    assert policy.digest() == Policy().digest()


@pytest.mark.slow
def test_real_engines_give_the_same_over_there(tmp_path: Path) -> None:
    sources = [
        ROOT / "samples" / place
        for place in ("texts/meter-reading.txt", "screens/sign-up-form.tiff", "calls/shop-el.flac")
    ]
    here, redactor = tmp_path / "here", Redactor()
    for source in sources:
        redactor.redact_file(source, here)
    stages: set[tuple[int, str]] = set()
    with Child(Policy()) as child:
        for source in sources:
            (item,) = stores.scan(source)
            assert item.media is not None
            (name,) = child.names([item.relative])
            (outputs,) = redactor.plan([(item, name)], "redact")
            assert outputs is not None
            (folder := tmp_path / source.suffix).mkdir()
            one = Order(item.digest, str(source), item.media.kind, item.media.format, outputs)
            (answer,) = child.redact([one], folder, lambda at, stage, _: stages.add((at, stage)))
            assert answer.drafts is not None
            for draft, place in answer.drafts.files:
                if place.endswith(".redaction.json"):
                    assert _timeless(Path(draft)) == _timeless(here / place)
                else:
                    assert Path(draft).read_bytes() == (here / place).read_bytes()
    assert set(outputs.all()) == {PurePosixPath(p.name) for p in here.glob("shop-el*")}
    assert stages == {(0, stage) for stage in ("read", "detect", "render", "check", "verify", "witness")}


def _timeless(path: Path) -> dict[str, object]:
    body: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return {key: value for key, value in body.items() if key not in {"at", "seconds"}}


def _wait(place: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and not (place.exists() and place.read_text()):
        time.sleep(0.05)
