"""Walking, naming, locking and publishing."""

import errno
import fcntl
import multiprocessing
import os
import threading
from pathlib import Path, PurePosixPath

import pytest

from redactor import stores
from redactor.errors import BusyError, WithheldError
from redactor.names import plan


def reasons(root: Path) -> dict[str, str]:
    return {str(i.relative): i.refusal.reason if i.refusal else "" for i in stores.scan(root)}


def test_nothing_is_skipped_and_nothing_outside_is_touched(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "sub").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.wav").write_bytes(b"x")
    for name in ("a.wav", "b.JPEG", "sub/c.jsonl", "d.xyz", "plain", "bad\nname.txt", "rtl\u202egnp.txt"):
        (root / name).write_bytes(b"x")
    (root / "link.wav").symlink_to(outside / "secret.wav")
    (root / "inside.wav").symlink_to(root / "a.wav")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "gone.wav").symlink_to(root / "nowhere.wav")
    os.mkfifo(root / "pipe.wav")
    assert reasons(root) == {
        "a.wav": "",
        "b.JPEG": "",
        "bad\nname.txt": "UNSAFE_NAME",
        "d.xyz": "UNKNOWN_TYPE",
        "folder": "LINK_LEAVES_FOLDER",
        "gone.wav": "NO_ACCESS",
        "inside.wav": "",
        "link.wav": "LINK_LEAVES_FOLDER",
        "loop": "LINK_TO_FOLDER",
        "pipe.wav": "NOT_A_FILE",
        "plain": "UNKNOWN_TYPE",
        "rtl\u202egnp.txt": "UNSAFE_NAME",
        "sub/c.jsonl": "",
    }


def test_a_folder_that_cannot_be_listed_is_one_refused_item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may list everything, so the refusal of the system is played.
    def denied(path: object) -> object:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "scandir", denied)
    (item,) = stores.scan(tmp_path)
    assert item.refusal is not None
    assert item.refusal.reason == "NO_ACCESS"


def test_personal_names_are_replaced_by_digests() -> None:
    def personal(name: str) -> bool:
        return "697" in name

    assert stores.public_path(PurePosixPath("day1/call.wav"), personal) == PurePosixPath("day1/call.wav")
    hidden = stores.public_path(PurePosixPath("6971234567/6971234567.wav"), personal)
    assert "697" not in str(hidden)
    assert hidden.suffix == ".wav"
    assert hidden != stores.public_path(PurePosixPath("6971234567/6971234568.wav"), personal)
    assert "\n" not in str(stores.public_path(PurePosixPath("a\nb.wav"), personal))


def test_outputs_never_meet() -> None:
    items = [("a.wav", "audio"), ("a.txt", "text"), ("a.json", "text"), ("A.WAV", "audio"), ("b.png", "image")]
    planned = list(plan([(PurePosixPath(n), k) for n, k in items]))  # type: ignore[misc]
    assert planned[3] is None
    places = [str(place) for outputs in planned if outputs for place in outputs.all()]
    assert len(set(map(str.casefold, places))) == len(places)
    assert places == [
        "a.redaction.json", "a.wav.txt", "a.wav",
        "a.txt.redaction.json", "a.txt",
        "a.json.redaction.json", "a.json",
        "b.redaction.json", "b.png",
    ]  # fmt: skip


def _try_lock(folder: str, answer: "multiprocessing.Queue[str]") -> None:
    try:
        with stores.output_folder(Path(folder)):
            answer.put("taken")
    except BusyError:
        answer.put("busy")


def test_one_process_per_output_folder_and_its_threads_share(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    with stores.output_folder(tmp_path / "out") as scratch, stores.output_folder(tmp_path / "out") as same:
        assert scratch == same
        assert scratch.is_dir()
        other = context.Process(target=_try_lock, args=(str(tmp_path / "out"), answer))
        other.start()
        other.join()
        assert answer.get(timeout=10) == "busy"
    assert not scratch.exists()
    with stores.output_folder(tmp_path / "out"):
        pass


def test_what_a_crash_left_is_cleared(tmp_path: Path) -> None:
    left = tmp_path / ".redactor.tmp" / "old"
    left.mkdir(parents=True)
    (left / "draft.wav").write_bytes(b"x")
    with stores.output_folder(tmp_path):
        assert not left.exists()


def test_publishing_is_all_or_nothing(tmp_path: Path) -> None:
    drafts = [tmp_path / "1", tmp_path / "2"]
    drafts[0].write_text("one")
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / "x").write_text("in the way")
    with pytest.raises(WithheldError):
        stores.publish([(drafts[0], tmp_path / "out" / "a.json"), (drafts[1], tmp_path / "out" / "a.wav")])
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.ENOSPC, "OUTPUT_FULL"), (errno.EROFS, "OUTPUT_NOT_WRITABLE"), (errno.EIO, "OUTPUT_FAILED")],
)
def test_write_errors_say_what_to_do(number: int, reason: str) -> None:
    assert stores.cannot_write(OSError(number, "why")).reason == reason


def test_runs_that_begin_together_share_an_output_folder(tmp_path: Path) -> None:
    # Who comes first has the folder alone for a moment, and then shares it.
    with (tmp_path / ".redactor.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        moment = threading.Timer(0.3, fcntl.flock, (first, fcntl.LOCK_SH))
        moment.start()
        with stores.shared_folder(tmp_path):
            moment.join()
