"""Batches: each item ends in one outcome, a rerun is free, one bad file does not stop the rest."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from redactor import batch, stores
from redactor.errors import BusyError, EngineError, ExitCode, LedgerError, PolicyError
from redactor.evidence import Evidence
from redactor.ledger import Entry, Ledger
from redactor.library import Redactor
from redactor.outcomes import Outcome, exit_code
from redactor.policy import Policy
from redactor.protocols import Media, Progress
from redactor.readers.text import TextReader
from tests.scripted import WordFinder

SECRET = "6971234567"


def silent(number: int, total: int, label: str) -> Progress:
    assert 1 <= number <= total
    assert SECRET not in label
    return lambda stage, share: None


def run(folder: Path, ledger: Ledger | None = None, **policy: object) -> list[Outcome]:
    chosen = Policy.model_validate(policy)
    redactor = Redactor(chosen, finder=WordFinder({SECRET: "PHONE_NUMBER"}), ledger=ledger)
    source = batch.Source("notes", (folder / "in",), folder / "out")
    return list(batch.run(redactor, [source], silent))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "sub").mkdir(parents=True)
    for name in ("a.txt", "sub/b.md"):
        (tmp_path / "in" / name).write_text(f"τηλ {SECRET}", encoding="utf-8")
    (tmp_path / "in" / "empty.txt").touch()
    (tmp_path / "in" / "what.xyz").write_text("?")
    return tmp_path


def test_folders_are_mirrored_and_failures_are_told(folder: Path) -> None:
    outcomes = {o.label: o for o in run(folder)}
    assert {label: (int(o.code), o.reason) for label, o in outcomes.items()} == {
        "a.txt": (0, ""),
        "empty.txt": (4, "EMPTY_FILE"),
        "sub/b.md": (0, ""),
        "what.xyz": (4, "UNKNOWN_TYPE"),
    }
    assert (folder / "out" / "sub" / "b.md").read_text() == "τηλ [PHONE_NUMBER]"
    assert all(o.message for o in outcomes.values() if o.code)
    assert exit_code(list(outcomes.values())) == ExitCode.PARTLY_FAILED


def test_a_second_run_is_free_and_a_changed_policy_is_not(folder: Path) -> None:
    ledger = Ledger(f"sqlite:///{folder}/ledger.db")
    run(folder, ledger)
    before = ledger.verify()
    again = run(folder, ledger)
    assert [o.reason for o in again if not o.code] == ["UNCHANGED", "UNCHANGED"]
    assert ledger.verify() == before + 2  # the two refusals, told again
    changed = run(folder, ledger, text={"placeholder": "<{type}>"})
    assert [o.reason for o in changed if not o.code] == ["", ""]
    assert (folder / "out" / "a.txt").read_text() == "τηλ <PHONE_NUMBER>"
    ledger.close()


def test_an_output_that_was_tampered_with_is_made_again(folder: Path) -> None:
    ledger = Ledger(f"sqlite:///{folder}/ledger.db")
    run(folder, ledger)
    (folder / "out" / "sub" / "b.md").unlink()
    assert [o.reason for o in run(folder, ledger) if not o.code] == ["UNCHANGED", ""]
    ledger.close()


def test_one_item_keeps_its_own_code(folder: Path) -> None:
    outcomes = run(folder)
    assert exit_code([o for o in outcomes if o.label == "empty.txt"]) == ExitCode.UNREADABLE
    assert exit_code([o for o in outcomes if not o.code]) == ExitCode.DONE
    assert exit_code([]) == ExitCode.DONE


def test_two_inputs_for_one_place(folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "a.txt").write_text("άλλο")
    redactor = Redactor(finder=WordFinder({}))
    source = batch.Source("x", (folder / "in" / "a.txt", folder / "more" / "a.txt"), folder / "out")
    first, second = batch.run(redactor, [source], silent)
    assert (first.code, second.code, second.reason) == (0, 6, "OUTPUT_TAKEN")


def test_sources_are_checked_before_anything_is_done(folder: Path) -> None:
    for source, message in [
        (batch.Source("s", (folder / "nowhere",), folder / "out"), "not there"),
        (batch.Source("s", (folder / "in",), folder / "in" / "out"), "inside the source"),
        (batch.Source("s", (folder / "in",), folder / "in"), "inside the source"),
    ]:
        with pytest.raises(PolicyError, match=message):
            batch.check([source])


def test_a_busy_output_folder_stops_the_run_before_anything_is_done(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_folder: Path) -> None:
        raise BusyError("another run is at work")

    ledger = Ledger(f"sqlite:///{folder}/ledger.db")
    monkeypatch.setattr("redactor.stores.output_folder", busy)
    with pytest.raises(BusyError):
        run(folder, ledger)
    assert ledger.verify() == 0
    ledger.close()


def test_the_output_folder_is_held_between_items(folder: Path) -> None:
    held = []

    def started(number: int, total: int, label: str) -> Progress:
        held.append((folder / "out" / ".redactor.tmp").is_dir())
        return silent(number, total, label)

    source = batch.Source("notes", (folder / "in",), folder / "out")
    list(batch.run(Redactor(finder=WordFinder({})), [source], started))
    assert held == [True] * 4
    assert not (folder / "out" / ".redactor.tmp").exists()


def test_an_output_folder_that_cannot_be_written_refuses_each_item(folder: Path) -> None:
    (folder / "out").write_text("a file is in the way")
    assert {o.reason for o in run(folder) if o.kind == "text" and o.label != "empty.txt"} == {"OUTPUT_NOT_WRITABLE"}


def test_names_by_template_are_mirrored_and_stable(folder: Path) -> None:
    ledger = Ledger(f"sqlite:///{folder}/ledger.db")
    (folder / "in" / "sub" / f"{SECRET}.txt").write_text("τίποτα", encoding="utf-8")
    store = {"name": "notes", "source": "x", "output": "y", "client": "acme"}
    policy: dict[str, object] = {"names": {"template": "{client}_{digest}"}, "stores": [store]}
    done = {o.label: o for o in run(folder, ledger, **policy) if not o.code}
    # The same content twice in two folders is two outputs.
    assert {o.output.parent.name for o in done.values() if o.output} == {"out", "sub"}
    assert all(re.fullmatch(r"acme_[0-9a-f]{16}\.(txt|md)", o.output.name) for o in done.values() if o.output)
    assert len({o.output for o in done.values()}) == 3
    assert not [path for path in (folder / "out").rglob("*") if SECRET in path.name]
    assert {o.reason for o in run(folder, ledger, **policy) if not o.code} == {"UNCHANGED"}
    changed = run(folder, ledger, **{**policy, "names": {"template": "{store}-{name}"}})
    assert {o.output.name for o in changed if o.output and o.label == "a.txt"} == {"notes-a.txt"}
    ledger.close()


def test_two_inputs_of_one_content_for_one_name(folder: Path) -> None:
    (folder / "in" / "c.txt").write_bytes((folder / "in" / "a.txt").read_bytes())
    outcomes = {o.label: o.reason for o in run(folder, names={"template": "{digest}"})}
    assert (outcomes["a.txt"], outcomes["c.txt"]) == ("", "OUTPUT_TAKEN")


def test_a_file_that_cannot_be_read_for_its_name_is_refused_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = stores.sha256

    def sha256(path: Path) -> str:
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(stores, "sha256", sha256)
    outcomes = {o.label: o.reason for o in run(folder, names={"template": "{digest}"})}
    assert (outcomes["a.txt"], outcomes["sub/b.md"]) == ("NO_ACCESS", "")


WORKERS = 3


def at_work(folder: Path, before: Callable[[Media], None], ledger: Ledger | None = None, **policy: object) -> Redactor:
    """A redactor for texts that calls `before` with each source, in the thread that reads it."""
    chosen = Policy.model_validate({"run": {"workers": WORKERS}, **policy})
    real = TextReader(chosen)

    class Reader:
        def read(self, media: Media) -> Evidence:
            if folder / "in" in media.path.parents:
                before(media)
            return real.read(media)

    return Redactor(
        chosen, finder=WordFinder({SECRET: "PHONE_NUMBER"}), readers={"text": Reader()}, ledger=ledger, run="test"
    )


@pytest.fixture
def notes(tmp_path: Path) -> batch.Source:
    (tmp_path / "in").mkdir()
    for number in range(1, 7):
        (tmp_path / "in" / f"{number}.txt").write_text(f"τηλ {SECRET}", encoding="utf-8")
    return batch.Source("notes", (tmp_path / "in",), tmp_path / "out")


def events(ledger: Ledger) -> list[tuple[str, str]]:
    ledger.verify()
    with ledger.database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT label, event FROM entries").fetchall()
    ledger.close()
    return sorted((str(label), str(event)) for label, event in found)


def test_items_are_worked_on_at_once_and_each_ends_once(tmp_path: Path, notes: batch.Source) -> None:
    together = threading.Barrier(WORKERS)
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    redactor = at_work(tmp_path, lambda media: together.wait(30) and None, ledger)
    outcomes = list(batch.run(redactor, [notes], silent))
    assert sorted((o.number, o.label, int(o.code)) for o in outcomes) == [(n, f"{n}.txt", 0) for n in range(1, 7)]
    # Six inputs of the same content: each has its own output.
    assert {(notes.output / f"{n}.txt").read_text() for n in range(1, 7)} == {"τηλ [PHONE_NUMBER]"}
    assert [event for _, event in events(ledger)] == ["published"] * 6
    assert not (notes.output / ".redactor.tmp").exists()


def test_an_item_that_takes_longer_holds_up_no_other(tmp_path: Path, notes: batch.Source) -> None:
    rest_ended = threading.Event()

    def before(media: Media) -> None:
        assert media.path.name != "1.txt" or rest_ended.wait(30)

    outcomes = []
    for outcome in batch.run(at_work(tmp_path, before), [notes], silent):
        outcomes.append(outcome)
        if len(outcomes) == 5:
            rest_ended.set()
    assert outcomes[-1].label == "1.txt"
    assert sorted(outcome.number for outcome in outcomes) == [1, 2, 3, 4, 5, 6]


def test_one_bad_file_among_workers_stops_no_other(tmp_path: Path, notes: batch.Source) -> None:
    def before(media: Media) -> None:
        if media.path.name in {"2.txt", "5.txt"}:
            raise EngineError("broken", reason="BROKEN")

    outcomes = list(batch.run(at_work(tmp_path, before), [notes], silent))
    assert sorted((o.label, o.reason) for o in outcomes if o.code) == [("2.txt", "BROKEN"), ("5.txt", "BROKEN")]
    assert exit_code(outcomes) == ExitCode.PARTLY_FAILED
    assert sum(o.code == 0 for o in outcomes) == 4


@pytest.mark.parametrize("workers", [1, WORKERS])
@pytest.mark.parametrize("slow_step", [0.001, 1.0])
def test_an_interrupt_gives_up_what_is_in_work(
    tmp_path: Path, notes: batch.Source, workers: int, slow_step: float
) -> None:
    in_work = threading.Semaphore(0)

    def before(media: Media) -> None:
        if media.path.name != "1.txt":
            in_work.release()
            while True:
                time.sleep(slow_step)  # A call of foreign code ends first.

    def interrupt() -> None:
        for _ in range(workers):
            in_work.acquire()
        os.kill(os.getpid(), signal.SIGINT)

    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    redactor = at_work(tmp_path, before, ledger, run={"workers": workers})
    outcomes: list[Outcome] = []
    sender = threading.Thread(target=interrupt)
    sender.start()
    with pytest.raises(KeyboardInterrupt), closing(batch.run(redactor, [notes], silent)) as run:
        outcomes.extend(run)
    sender.join()
    assert [o.label for o in outcomes] == ["1.txt"]
    given_up = [(f"{number}.txt", "interrupted") for number in range(2, 2 + workers)]
    assert events(ledger) == [("1.txt", "published"), *given_up]
    assert sorted(p.name for p in notes.output.iterdir()) == [".redactor.lock", "1.redaction.json", "1.txt"]


def test_what_is_being_published_is_not_torn(tmp_path: Path, notes: batch.Source) -> None:
    publishing, interrupted = threading.Event(), threading.Event()

    class Slow(Ledger):
        def append(self, entry: Entry) -> str:
            if entry.label == "2.txt":
                publishing.set()
                assert interrupted.wait(30)
            if entry.event == "interrupted":
                interrupted.set()
            return super().append(entry)

    def before(media: Media) -> None:
        while media.path.name == "3.txt":
            time.sleep(0.001)

    ledger = Slow(f"sqlite:///{tmp_path}/ledger.db")
    run = batch.run(at_work(tmp_path, before, ledger), [notes], silent)
    assert next(run).label == "1.txt"
    assert publishing.wait(30)
    run.close()
    assert ("2.txt", "published") in events(ledger)
    assert ("3.txt", "interrupted") in events(ledger)
    assert len({label for label, _ in events(ledger)}) == len(events(ledger))
    assert (notes.output / "2.txt").exists()
    assert not (notes.output / "3.txt").exists()
    assert not (notes.output / ".redactor.tmp").exists()


def test_a_ledger_that_fails_stops_all_workers(tmp_path: Path, notes: batch.Source) -> None:
    class Full(Ledger):
        def append(self, entry: Entry) -> str:
            raise LedgerError("the disk is full")

    ledger = Full(f"sqlite:///{tmp_path}/ledger.db")
    with pytest.raises(LedgerError, match="full"):
        list(batch.run(at_work(tmp_path, lambda media: None, ledger), [notes], silent))
    assert [p.name for p in notes.output.iterdir()] == [".redactor.lock"]
    ledger.close()


def test_no_output_folder_lies_inside_another(folder: Path) -> None:
    (folder / "more").mkdir()
    for other in ("out", "out/sub", "more/../out"):
        sources = [batch.Source("a", (folder / "in",), folder / "out"), batch.Source("b", (), folder / other)]
        for order in (sources, sources[::-1]):
            with pytest.raises(PolicyError, match="inside the other"):
                batch.check(order)
