"""A night under a release gate: what it makes is verified, known, and not where anybody reads."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from redactor.cli_estimate import recall_group
from redactor.cli_night import status
from redactor.cli_release import release
from redactor.copies import open_copies
from redactor.errors import PolicyError
from redactor.gatekeeping import values_needed
from redactor.keeping import planned
from redactor.names import Outputs
from redactor.queue import Queue
from redactor.sealing import output_place
from redactor.status import status_of
from redactor.unreleased import final_of, held_place, is_held, newest, place_now, run_of, standing_of
from tests.disposals import applied, dues
from tests.gates import files, gated, held, hows, judged, kept_back, released, told_once
from tests.house import PLACEHOLDER, House, check


def test_a_night_under_a_gate_publishes_nothing_and_a_rerun_does_nothing(tmp_path: Path) -> None:
    house, _ = gated(tmp_path, 5)
    assert [how for _, how, _ in house.night()].count("done") == 4
    assert house.last is not None
    run = house.last.run
    assert files(house.output) == []
    assert [part for part in house.last.stores["notes"].output.walk() if part] == []
    assert (house.output / ".redactor.held").stat().st_mode & 0o777 == 0o700
    assert len(kept_back(house.output)) == 8
    text = (house.output / ".redactor.held" / run / "day0/note0.txt").read_text(encoding="utf-8")
    assert text == f"note 0: τηλ {PLACEHOLDER}\n"
    assert {how for _, how, _ in house.night()} == {"stands"}
    assert [(one.run, one.items, one.waiting) for one in held(house)] == [(run, 4, 0)]
    assert told_once(house) == {"published": 4, "refused": 1}


def test_without_a_gate_nothing_is_held_back(tmp_path: Path) -> None:
    house, texts = gated(tmp_path)
    house.night(house.policy(gate={}))
    check(house, texts)
    assert held(house) == []
    assert released(house) == []


def test_what_is_done_again_takes_the_place_of_what_was_held_back(tmp_path: Path) -> None:
    house, texts = gated(tmp_path)
    house.night()
    changed = house.policy(text={"placeholder": "<{type}>"})
    house.night(changed)
    assert house.last is not None
    assert {name.partition("/")[0] for name in kept_back(house.output)} == {house.last.run}
    assert [path.name for path in (house.output / ".redactor.held").iterdir()] == [house.last.run]
    (house.source / "day0/note0.txt").write_text("nothing in it", encoding="utf-8")
    house.night(changed)
    assert {one.items for one in held(house)} == {1, 2}
    assert hows(released(house, policy=changed)) == [("released", "")] * 3
    check(house, {**texts, "day0/note0.txt": "nothing in it"}, changed)


def test_the_same_content_under_another_name_is_held_back_too(tmp_path: Path) -> None:
    house, texts = gated(tmp_path, 1)
    house.night()
    (house.source / "day0/note0.txt").rename(house.source / "moved.txt")
    assert {how for _, how, _ in house.night()} == {"moved"}
    assert sum(one.items for one in held(house)) == 2
    assert files(house.output) == []
    released(house)
    assert "moved.txt" in files(house.output)
    assert (house.output / "moved.txt").read_text(encoding="utf-8") == texts["day0/note0.txt"].replace(
        "6971234567", PLACEHOLDER
    )


def test_what_stands_in_the_way_is_told_in_the_night(tmp_path: Path) -> None:
    house, _ = gated(tmp_path, 1)
    (house.output / "day0").mkdir(parents=True)
    (house.output / "day0/note0.txt").write_text("mine", encoding="utf-8")
    assert house.night() == [("day0/note0.txt", "refused", "OUTPUT_EXISTS")]
    assert kept_back(house.output) == []


def test_the_report_counts_it_and_shows_none_of_it(tmp_path: Path) -> None:
    house, _ = gated(tmp_path)
    policy = house.policy(report={"path": str(tmp_path / "report.html")})
    told = house.job(policy)
    assert told.code == 0
    assert any("3 outputs are held back" in note for note in told.notes)
    facts = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert facts["held"] == 3
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "redactor release" in page
    assert ".redactor.held" not in page
    assert "note0.redaction.json" not in page
    released(house)
    house.job(policy)
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["held"] == 0


def test_the_status_says_what_is_held_back_and_which_bar_is_missing(tmp_path: Path) -> None:
    house, _ = gated(tmp_path)
    house.night()
    with closing(house.ledger()) as ledger:
        now = status_of(Queue(ledger), judged(house, 0.85))
    assert now.as_dict()["held_back"][0]["bars"] == [
        {"type": "PHONE_NUMBER", "bar": 0.9, "lower": 0.85, "why": "TOO_LOW", "met": False}
    ]
    lines = "\n".join(now.lines())
    assert "3 items are held back" in lines
    assert "PHONE_NUMBER: recall is at least 0.8500, asked is 0.9" in lines
    # 36 of 500 without a miss are needed, and 100 were reviewed: what is missing is not known.
    assert "more values" not in lines
    unmet = judged(house, 0.5, house.policy(gate={"PHONE_NUMBER": {"recall": 0.99}}))[0].lines()[-1]
    assert "(at least 268 more values, none of them missed): redactor recall sample" in unmet
    unmet = judged(house, 0.5, house.policy(gate={"PHONE_NUMBER": {"recall": 0.9999}}))[0].lines()[-1]
    assert "review all of its items" in unmet
    assert f"redactor recall sample --run {now.held_back[0].as_dict()['run']} --out" in lines


def test_how_many_values_must_be_reviewed() -> None:
    # Clopper and Pearson: 0.025^(1/n) is the lower bound when none of n was missed.
    for bar in (0.5, 0.9, 0.995):
        n = values_needed(bar)
        assert 0.025 ** (1 / n) >= bar > 0.025 ** (1 / (n - 1))
    assert (values_needed(0), values_needed(1)) == (0, 0)


def test_originals_stay_while_their_copies_are_held_back(tmp_path: Path) -> None:
    house, _ = gated(tmp_path)
    house.night()
    # Whatever a plan said: what is about to go is looked at again.
    assert {(one.how, one.reason) for one in applied(house, dues(house, "deidentify"))} == {("kept", "NOT_RELEASED")}
    assert files(house.source) == ["day0/note0.txt", "day0/note2.txt", "day1/note1.txt"]
    released(house)
    assert {one.how for one in applied(house, dues(house, "deidentify"))} == {"done"}
    assert files(house.source) == []
    assert len(files(house.output)) == 6


@pytest.mark.parametrize(
    ("then", "verdicts"), [("deidentify", {"overdue"}), ("erase", {"overdue"}), ("destroy", {"due"})]
)
def test_the_plan_says_why_it_stays(then: str, verdicts: set[str], tmp_path: Path) -> None:
    house, _ = gated(tmp_path)
    house.night()
    policy = house.policy(retention={"default": {"purpose": "quality-assurance", "keep_days": 1, "then": then}})
    with closing(house.ledger()) as ledger:
        ledger.database.write(lambda c: c.execute(sa.text("UPDATE queue SET day = '2026-01-01'")))
        # The copy of what goes under `deidentify` has a line of its own.
        found = [one for one in planned(ledger, policy, datetime.now(UTC)) if one.part == "original"]
    assert {one.verdict for one in found} == verdicts
    assert {one.reason for one in found} == ({"NOT_RELEASED"} if "overdue" in verdicts else {""})


def test_destruction_reaches_what_is_held_back(tmp_path: Path) -> None:
    house, _ = gated(tmp_path)
    house.night()
    assert {(one.how, one.reason) for one in applied(house, dues(house, "destroy"))} == {("done", "")}
    assert files(house.source) + kept_back(house.output) + files(house.output) == []
    assert not (house.output / ".redactor.held").exists()
    assert held(house) == []
    assert released(house) == []


def test_a_plan_from_before_a_release_is_made_again(tmp_path: Path) -> None:
    house, _ = gated(tmp_path)
    house.night()
    before = dues(house, "destroy")
    released(house)
    assert {(one.how, one.reason) for one in applied(house, before)} == {("kept", "CHANGED")}
    assert len(files(house.output)) == 6


def test_encrypted_outputs_are_held_back_and_released_as_they_are(tmp_path: Path) -> None:
    house, _ = gated(tmp_path)
    house.store = {"encrypt": True, "client": "acme"}
    house.settings["keys"] = {"folder": str(tmp_path / "keys")}
    house.night()
    assert len(kept_back(house.output)) == 6
    (one,) = house.output.glob(".redactor.held/*/day0/note0.txt")
    sealed = one.read_bytes()
    assert b"note 0" not in sealed
    assert house.last is not None
    policy, run = house.policy(), house.last.run
    with closing(house.ledger()) as ledger:
        # Whoever reviews it asks for it by name; no copy of it is made otherwise.
        with pytest.raises(PolicyError):
            list(open_copies(policy, ledger, ["notes"], tmp_path / "all"))
        copies = list(open_copies(policy, ledger, [f"notes:.redactor.held/{run}/day0"], tmp_path / "look"))
    assert [one.error for one in copies] == [None] * 4
    opened = tmp_path / "look/notes/.redactor.held" / run / "day0/note0.txt"
    assert opened.read_text(encoding="utf-8") == f"note 0: τηλ {PLACEHOLDER}\n"
    assert hows(released(house)) == [("released", "")] * 3
    assert (house.output / "day0/note0.txt").read_bytes() == sealed
    with closing(house.ledger()) as ledger:
        output = output_place(policy.stores[0], policy, ledger.database)
        rows = list(Queue(ledger).listing("committed"))
        for row in rows:
            assert output.digest(Outputs.from_json(row.outputs).medium) == row.output_digest
    assert house.night() == []


def config(house: House, **more: object) -> Path:
    path = house.root / "redactor.toml"
    gate = "" if more.get("free") else f"[gate.PHONE_NUMBER]\nrecall = {more.get('bar', 0.9)}\n"
    store = f'[[stores]]\nname = "notes"\nsource = "{house.source}"\noutput = "{house.output}"\nsettle_s = 0\n'
    path.write_text(f'[ledger]\nurl = "sqlite:///{house.root}/ledger.db"\n{store}{gate}', encoding="utf-8")
    return path


def test_the_command_ends_with_six_until_the_bar_is_met(tmp_path: Path) -> None:
    house, texts = gated(tmp_path)
    house.night()
    assert house.last is not None
    run, path = house.last.run, str(config(house))
    told = CliRunner().invoke(release, ["--config", path])
    assert told.exit_code == 6
    for part in (run, "3 items are held back", "PHONE_NUMBER: there is no bound", "asked is 0.9", "recall sample"):
        assert part in told.output
    assert CliRunner().invoke(release, ["--config", path, "--dry-run", "--json"]).exit_code == 6
    now = CliRunner().invoke(status, ["--config", path])
    assert "3 items are held back" in now.output
    named = CliRunner().invoke(release, ["--config", path, "--run", "another"])
    assert "nothing of run another is held back" in str(named.exception)
    assert files(house.output) == []
    told = CliRunner().invoke(
        release, ["--config", path, "--run", run, "--force", "--reason", "case 88", "--authority", "head of quality"]
    )
    assert told.exit_code == 0, told.output
    assert "3 released" in told.output
    check(house, texts)
    told = CliRunner().invoke(release, ["--config", path])
    assert (told.exit_code, told.output.strip()) == (0, "nothing is held back")


def test_a_night_is_sampled_reviewed_and_released(tmp_path: Path) -> None:
    house, texts = gated(tmp_path, 20)
    house.night()
    assert house.last is not None
    path, sheet = str(config(house, bar=0.7)), tmp_path / "review.csv"
    named = ["--config", path, "--run", house.last.run]
    drawn = CliRunner().invoke(recall_group, ["sample", *named, "--items", "20", "--out", str(sheet), "--no-second"])
    assert drawn.exit_code == 0, drawn.output
    lines = list(csv.DictReader(sheet.read_text(encoding="utf-8-sig").splitlines()))
    assert len(lines) == 19
    for line in lines:
        # Whoever reviews it finds the output where it is held back.
        assert (house.output / line["output"]).read_text(encoding="utf-8").endswith(f"{PLACEHOLDER}\n")
        assert f".redactor.held/{house.last.run}" in line["output"]
    assert CliRunner().invoke(release, ["--config", path]).exit_code == 6
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(lines[0]))
        writer.writeheader()
        writer.writerows({**line, "reviewed": "yes"} for line in lines)
    told = CliRunner().invoke(recall_group, ["record", *named, str(sheet)])
    assert told.exit_code == 0, (told.output, told.exception)
    told = CliRunner().invoke(release, ["--config", path])
    assert (told.exit_code, "19 released" in told.output) == (0, True), told.output
    check(house, texts)


def test_the_command_releases_what_no_bar_holds(tmp_path: Path) -> None:
    house, texts = gated(tmp_path)
    house.night()
    told = CliRunner().invoke(release, ["--config", str(config(house, free=True)), "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.output)["released"] == 3
    check(house, texts, house.policy(gate={}))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--force", "--reason", "case 88", "--authority", "head of quality"], "--run"),
        (["--force", "--run", "r", "--authority", "head of quality"], "--reason"),
        (["--force", "--run", "r", "--reason", "case 88"], "--authority"),
        (["--force", "--run", "r", "--reason", "τηλ 6971234567", "--authority", "head of quality"], "personal data"),
        (["--reason", "case 88"], "--force"),
    ],
)
def test_forcing_needs_a_run_a_reason_and_who_decided(options: list[str], said: str, tmp_path: Path) -> None:
    house, _ = gated(tmp_path, 1)
    told = CliRunner().invoke(release, ["--config", str(config(house)), *options])
    assert type(told.exception).__name__ == "PolicyError"
    assert said in str(told.exception)
    assert "6971234567" not in str(told.exception) + told.output


def test_places_of_what_is_held_back() -> None:
    place = held_place("run-1", PurePosixPath("a/b.txt"))
    assert (is_held(place), final_of(place), run_of(place)) == (True, PurePosixPath("a/b.txt"), "run-1")
    assert (
        is_held(PurePosixPath("a/b.txt")),
        final_of(PurePosixPath("a/b.txt")),
        run_of(PurePosixPath("a/b.txt")),
    ) == (False, PurePosixPath("a/b.txt"), "")
    for run, final in (
        ("../x", PurePosixPath("a")),
        ("..", PurePosixPath("a")),
        ("r", PurePosixPath("../a")),
        ("r", PurePosixPath("/a")),
    ):
        with pytest.raises(Exception, match="leaves its store"):
            held_place(run, final)
    stamps = json.dumps({str(place): ["s", "d"], "a/b.txt": ["t", "e"], "a/c.txt": ["u", "f"]})
    assert place_now(stamps, PurePosixPath("a/b.txt")) == place
    assert place_now("{}", PurePosixPath("a/b.txt")) == PurePosixPath("a/b.txt")
    assert {str(final): one.digest for final, one in newest(standing_of(stamps)).items()} == {"a/b.txt": "d"}
