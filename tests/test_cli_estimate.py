"""`redactor recall`: a sample of a night, people's counts, and the bars of the policy; no personal data anywhere."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from redactor import recalls
from redactor.assembly import Assembly
from redactor.cli_estimate import recall_group
from redactor.discovery import OpenStore
from redactor.errors import PolicyError, RedactorError
from redactor.places import open_place
from redactor.second_chain import SecondChain
from redactor.second_look import looked
from tests.house import SECRET, House
from tests.scripted import WordFinder


class Shell:
    """A night of twelve notes, eleven with a number, and the commands on it."""

    def __init__(self, folder: Path, bars: str = "") -> None:
        self.folder, self.house = folder, House(folder)
        self.config, self.review = folder / "redactor.toml", folder / "review.csv"
        self.config.write_text(
            f"[ledger]\nurl = 'sqlite:///{folder}/ledger.db'\n{bars}\n"
            f"[[stores]]\nname = 'notes'\nsource = '{folder}/in'\noutput = '{folder}/out'\nsettle_s = 0\n"
        )
        self.house.fill(12)
        self.house.job()

    def run(self, command: str, *arguments: str) -> Result:
        return CliRunner().invoke(recall_group, [command, "--config", str(self.config), *arguments])

    def says(self, command: str, *arguments: str, code: int = 0) -> str:
        result = self.run(command, *arguments)
        assert (result.exit_code, result.exception if code == 0 else None) == (code, None), (
            result.output,
            result.exception,
        )
        return result.output

    def refuses(self, command: str, *arguments: str) -> str:
        result = self.run(command, *arguments)
        assert isinstance(result.exception, PolicyError), result.output
        return str(result.exception)

    def sample(self, items: int = 200) -> list[dict[str, str]]:
        self.says("sample", "--no-second", "--items", str(items), "--out", str(self.review))
        with self.review.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def fill(self, rows: list[dict[str, str]], *, delimiter: str = ",", encoding: str = "utf-8") -> None:
        with self.review.open("w", newline="", encoding=encoding) as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)

    def bound(self, code: int = 0) -> dict[str, dict[str, object]]:
        return {one["entity_type"]: one for one in json.loads(self.says("show", "--json", code=code))["types"]}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path, "[gate.PHONE_NUMBER]\nrecall = 0.6\n[gate.CVV]\nrecall = 0.99")


def test_a_sample_is_reviewed_and_the_bars_are_met(shell: Shell) -> None:
    assert "NO" in shell.says("show", code=6)
    rows = shell.sample()
    assert len(rows) == 11
    assert set(rows[0]) >= {"number", "item", "output", "reviewed", "PHONE_NUMBER found", "CVV missed"}
    for row in rows:
        row["reviewed"] = "yes"
    shell.fill(rows, delimiter=";", encoding="utf-8-sig")
    assert "11 items recorded; 11 of 11" in shell.says("record", str(shell.review))
    table = shell.says("show")
    assert "PHONE_NUMBER" in table
    assert "NO" not in table
    bound = shell.bound()
    phone, cvv = bound["PHONE_NUMBER"], bound["CVV"]
    assert (phone["found"], phone["reviewed"], phone["missed"], phone["basis"]) == (11, 11, 0, "review")
    # Everything was looked at, by people who may have overlooked one in twenty of what was missed.
    assert 0.85 < float(str(phone["lower"])) < 1
    gate = cvv["gate"]
    assert isinstance(gate, dict)
    assert (gate["why"], gate["met"]) == ("ABSENT", True)


def test_what_was_missed_lowers_the_bound_and_the_last_word_counts(shell: Shell) -> None:
    rows = shell.sample()
    for row in rows:
        row |= {"reviewed": "x", "PHONE_NUMBER found": "1", "PHONE_NUMBER missed": "1"}
    shell.fill(rows)
    shell.says("record", str(shell.review))
    missed = shell.bound(code=6)["PHONE_NUMBER"]
    assert (missed["reviewed"], missed["missed"]) == (22, 11)
    assert float(str(missed["recall"])) == pytest.approx(11 / (11 + 11 / 0.95))
    for row in rows:
        row["PHONE_NUMBER missed"] = "0"
    shell.fill(rows[:5])
    shell.says("record", str(shell.review))
    assert shell.bound(code=6)["PHONE_NUMBER"]["missed"] == 6
    with closing(shell.house.ledger()) as ledger:
        told = [json.loads(entry.detail) for entry in ledger.entries() if entry.event == "reviewed"]
        assert [(one["items"], one["missed"]) for one in told] == [(11, 11), (5, 0)]
        assert ledger.verify() > 13


def test_mistakes_are_told_by_their_lines_and_nothing_is_taken_in(shell: Shell) -> None:
    rows = shell.sample()
    secret = "Παπαδοπούλου 6971234567"
    rows[0] |= {"reviewed": "yes", "PHONE_NUMBER missed": secret}
    rows[1] |= {"reviewed": secret}
    rows[2] |= {"reviewed": "yes", "number": "999"}
    rows[3] |= {"reviewed": "", "CVV missed": "2"}
    rows[4] |= {"reviewed": "yes"}
    shell.fill([*rows, rows[4]])
    told = shell.refuses("record", str(shell.review))
    for line, words in (
        (2, "PHONE_NUMBER missed is no count"),
        (3, "reviewed is yes"),
        (4, "number"),
        (5, "without a yes"),
        (13, "line above"),
    ):
        assert f"line {line}: " in told
        assert words in told
    assert secret not in told
    assert shell.bound(code=6)["PHONE_NUMBER"]["basis"] == "none"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "line 1"),
        (b"number,reviewed,PAPADOPOULOS missed\n", "column 3"),
        (b"number,reviewed,CVV missed,CVV missed\n", "each once"),
        (b"number,reviewed\n1,yes,7\n", "line 2: 3 cells"),
        (b"number,reviewed\n1,no\n", "nothing was recorded"),
        (b'number,reviewed\n"1,yes\x00', "review"),
    ],
)
def test_a_list_that_is_none_is_refused(shell: Shell, data: bytes, words: str) -> None:
    shell.sample()
    shell.review.write_bytes(data)
    told = shell.refuses("record", str(shell.review))
    assert words in told
    assert "PAPADOPOULOS" not in told


def test_there_is_nothing_to_record_before_a_sample_and_nothing_to_draw_before_a_run(
    shell: Shell, tmp_path: Path
) -> None:
    shell.review.write_text("number,reviewed\n")
    assert "no sample" in shell.refuses("record", str(shell.review))
    assert "no output" in shell.refuses("show", "--run", "nonsense")
    empty = tmp_path / "empty.toml"
    empty.write_text(f"[ledger]\nurl = 'sqlite:///{tmp_path}/other.db'\n")
    result = CliRunner().invoke(recall_group, ["show", "--config", str(empty)])
    assert isinstance(result.exception, PolicyError)
    assert ".csv" in shell.refuses("sample", "--out", str(tmp_path / "review.txt"))


def test_the_sample_can_be_drawn_again_and_grows(shell: Shell) -> None:
    few = [row["number"] for row in shell.sample(5)]
    assert few == [row["number"] for row in shell.sample(5)]
    more = [row["number"] for row in shell.sample(8)]
    assert more[: len(few)] == few
    shell.says("sample", "--no-second", "--items", "5", "--out", str(shell.folder / "review.json"))
    listed = json.loads((shell.folder / "review.json").read_text())
    assert [str(one["number"]) for one in listed] == few
    assert listed[0]["found"] == {"PHONE_NUMBER": 1}


def test_no_personal_data_is_left_behind(shell: Shell) -> None:
    shell.sample()
    second(shell)
    base = (shell.folder / "ledger.db").read_bytes()
    assert SECRET.encode() not in base
    assert SECRET not in shell.review.read_text()
    with closing(sqlite3.connect(shell.folder / "ledger.db")) as connection:
        kinds = {row[0] for row in connection.execute("SELECT entity_type FROM recall_captures")}
    assert kinds <= {"PHONE_NUMBER", "PERSON"}


def second(shell: Shell, *, first: dict[str, str] | None = None) -> list[object]:
    """Let a second detector that knows numbers and a word look at the sample; what became of each item."""
    policy = shell.house.policy()
    # The sidecars of this night name no place: the first detector looks again.
    for sidecar in shell.house.output.rglob("*.redaction.json"):
        sidecar.unlink()
    chain = SecondChain(
        Assembly(policy, finder=WordFinder(first or {SECRET: "PHONE_NUMBER"})),
        finder=WordFinder({"971234": "PHONE_NUMBER", "note": "PERSON"}),
    )
    stores = {
        "notes": OpenStore(policy.stores[0], open_place(str(shell.house.source)), open_place(str(shell.house.output)))
    }
    came: list[object] = []
    with closing(shell.house.ledger()) as ledger:
        run = recalls.last_run(ledger)
        items = recalls.items_of(ledger, run)
        for one, counted in looked(chain, stores, [items[n] for n in recalls.sampled(ledger, run)]):
            came.append(counted.reason if isinstance(counted, RedactorError) else counted)
            if not isinstance(counted, RedactorError):
                recalls.keep_captures(ledger, run, one.number, counted)
    return came


def test_the_second_detector_is_compared_by_place(shell: Shell) -> None:
    shell.sample()
    came = second(shell)
    assert len(came) == 11
    bound = shell.bound(code=6)
    assert bound["PHONE_NUMBER"]["basis"] == "captures"
    assert bound["PHONE_NUMBER"]["recall"] == 1.0
    # The second detector found these alone: nothing is known of what both missed.
    assert (bound["PERSON"]["lower"], bound["PERSON"]["basis"]) == (None, "none")


def test_an_original_that_went_or_changed_is_told_by_its_reason(shell: Shell) -> None:
    shell.sample()
    (shell.house.source / "day0/note0.txt").unlink()
    (shell.house.source / "day1/note1.txt").write_text("other")
    came = second(shell)
    assert sorted(one for one in came if isinstance(one, str)) == ["CHANGED", "GONE"]


@pytest.mark.slow
def test_a_night_that_covered_nothing_is_found_out_by_the_second_detector(shell: Shell) -> None:
    # The sidecars of this night name no place, as if nothing had been covered.
    told = shell.says("sample", "--items", "50", "--out", str(shell.review))
    assert "the second detector looked at 11 originals" in told
    with closing(sqlite3.connect(shell.folder / "ledger.db")) as connection:
        counts = connection.execute(
            "SELECT entity_type, sum(first_only), sum(second_only), sum(both) FROM recall_captures GROUP BY entity_type"
        )
        assert list(counts) == [("PHONE_NUMBER", 0, 11, 0)]
    assert shell.bound(code=6)["PHONE_NUMBER"]["basis"] == "none"
    # What was looked at is not looked at again.
    assert "looked at 0 originals" in shell.says("sample", "--items", "50", "--out", str(shell.review))


def test_names_that_a_spreadsheet_would_run_are_made_plain(tmp_path: Path) -> None:
    house = House(tmp_path)
    (house.source / "a").mkdir(parents=True)
    (house.source / "=cmd.txt").write_text(f"τηλ {SECRET}")
    house.job()
    (tmp_path / "redactor.toml").write_text(f"[ledger]\nurl = 'sqlite:///{tmp_path}/ledger.db'\n")
    arguments = ["sample", "--config", str(tmp_path / "redactor.toml"), "--no-second", "--out", str(tmp_path / "r.csv")]
    assert CliRunner().invoke(recall_group, arguments).exit_code == 0
    with (tmp_path / "r.csv").open(newline="") as file:
        assert next(csv.DictReader(file))["item"] == "'=cmd.txt"
