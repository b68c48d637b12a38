"""Batches: each item ends in one outcome, a rerun is free, one bad file does not stop the rest."""

import re
from pathlib import Path

import pytest

from redactor import batch, stores
from redactor.errors import BusyError, ExitCode, PolicyError
from redactor.ledger import Ledger
from redactor.library import Redactor
from redactor.policy import Policy
from redactor.protocols import Progress
from tests.scripted import WordFinder

SECRET = "6971234567"


def silent(number: int, total: int, label: str) -> Progress:
    assert 1 <= number <= total
    assert SECRET not in label
    return lambda stage, share: None


def run(folder: Path, ledger: Ledger | None = None, **policy: object) -> list[batch.Outcome]:
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
    assert batch.exit_code(list(outcomes.values())) == ExitCode.PARTLY_FAILED


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
    assert batch.exit_code([o for o in outcomes if o.label == "empty.txt"]) == ExitCode.UNREADABLE
    assert batch.exit_code([o for o in outcomes if not o.code]) == ExitCode.DONE
    assert batch.exit_code([]) == ExitCode.DONE


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
    with pytest.raises(PolicyError, match="stores"):
        batch.sources_of(Redactor(finder=WordFinder({})))


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
