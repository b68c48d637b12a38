"""The command line from the outside: codes, messages, nothing personal in anything that a run leaves."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NUMBER = "6971234567"


def redactor(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "redactor", *map(str, arguments)]
    environment = {**os.environ, "XDG_STATE_HOME": str(home / "state"), "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False, timeout=300)


def rows(home: Path) -> list[tuple[str, str, int, str]]:
    with sqlite3.connect(home / "state" / "redactor" / "ledger.db") as connection:
        found = connection.execute("SELECT event, label, code, reason FROM entries ORDER BY seq").fetchall()
    connection.close()
    return found


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["redact"],
        ["batch"],
        ["status"],
        ["retry"],
        ["quarantine", "list"],
        ["verify"],
        ["models"],
        ["models", "fetch"],
        ["engines"],
        ["doctor"],
        ["policy", "show"],
    ],
)
def test_every_command_teaches(command: list[str], tmp_path: Path) -> None:
    shown = redactor(*command, "--help", home=tmp_path)
    assert shown.returncode == 0
    assert "Usage: redactor" in shown.stdout
    assert len(shown.stdout.splitlines()) > 4


def test_wrong_usage_is_code_two(tmp_path: Path) -> None:
    assert redactor("redact", home=tmp_path).returncode == 2
    assert redactor("redact", tmp_path / "nowhere", "--out", tmp_path / "out", home=tmp_path).returncode == 2
    (tmp_path / "bad.toml").write_text("[audio]\npad = 3\n")
    shown = redactor("batch", "--config", tmp_path / "bad.toml", home=tmp_path)
    assert shown.returncode == 2
    assert "bad.toml:2: unknown key audio.pad" in shown.stderr


def test_files_of_one_folder_together(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    # The real finders tell the number beside its label only.
    (tmp_path / "in" / "a.txt").write_text("ο αριθμός πελάτη μου είναι 48213", encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_text("έκλεισε το 48213 χθες", encoding="utf-8")
    shown = [
        redactor("redact", tmp_path / "in", "--out", tmp_path / name, *options, home=tmp_path).returncode
        for name, options in (("alone", []), ("together", ["--together"]))
    ]
    assert shown == [0, 0]
    assert (tmp_path / "alone" / "b.txt").read_text(encoding="utf-8") == "έκλεισε το 48213 χθες"
    assert (tmp_path / "together" / "b.txt").read_text(encoding="utf-8") == "έκλεισε το [CUSTOMER_ID] χθες"


def test_the_policy_is_shown_with_its_digest(tmp_path: Path) -> None:
    shown = redactor("policy", "show", home=tmp_path)
    assert shown.returncode == 0
    assert 'languages = [\n    "el",\n    "en",\n]' in shown.stdout
    assert "# digest " in shown.stdout


def test_redact_verify_and_what_is_left_behind(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "note.txt").write_text(f"Το κινητό μου είναι {NUMBER} και το e-mail μου test.user@example.org.")
    (source / f"{NUMBER}.txt").write_text("Καλημέρα σας.")
    (source / "empty.txt").touch()
    shown = redactor("redact", source, "--out", tmp_path / "out", home=tmp_path)
    assert shown.returncode == 8, shown.stderr
    assert "EMPTY_FILE" in shown.stdout
    note = (tmp_path / "out" / "note.txt").read_text()
    assert "[PHONE_NUMBER]" in note
    assert "[EMAIL_ADDRESS]" in note
    assert [(e, c, r) for e, _, c, r in rows(tmp_path)].count(("published", 0, "")) == 2
    assert ("refused", "empty.txt", 4, "EMPTY_FILE") in rows(tmp_path)
    everything = [p for p in tmp_path.rglob("*") if p.is_file() and source not in p.parents]
    for path in everything:
        assert NUMBER.encode() not in path.read_bytes(), path
        assert NUMBER not in path.name
    assert NUMBER not in shown.stdout + shown.stderr
    assert redactor("verify", tmp_path / "out", home=tmp_path).returncode == 0
    leaked = redactor("verify", source / "note.txt", home=tmp_path)
    assert leaked.returncode == 6
    assert "PHONE_NUMBER x1" in leaked.stdout
    assert NUMBER not in leaked.stdout + leaked.stderr


def test_a_second_run_at_the_same_time_is_turned_away(tmp_path: Path) -> None:
    holder = "import sys, time, pathlib; from redactor.stores import output_folder\n"
    holder += "with output_folder(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(120)"
    (tmp_path / "note.txt").write_text("Καλημέρα")
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path / "out")], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        shown = redactor("redact", tmp_path / "note.txt", "--out", tmp_path / "out", home=tmp_path)
        process.kill()
    assert shown.returncode == 7
    assert "another run is at work" in shown.stderr


def test_workers_are_an_option_over_the_policy(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name in ("1.txt", "2.txt", "3.txt", "4.txt"):
        (source / name).write_text(f"Το κινητό μου είναι {NUMBER}." * (40 if name == "1.txt" else 1))
    for name in ("0.txt", "5.txt"):
        (source / name).touch()
    config = tmp_path / "redactor.toml"
    config.write_text(f'[run]\nworkers = 1\n[[stores]]\nname = "notes"\nsource = "{source}"\noutput = "out"\n')
    shown = redactor("batch", "--config", config, "--workers", 3, home=tmp_path)
    assert shown.returncode == 8, shown.stderr
    # Items end in any order; the summary keeps theirs.
    assert [line.split()[3] for line in shown.stdout.splitlines() if "EMPTY_FILE" in line] == ["0.txt:", "5.txt:"]
    assert sorted(line.split()[0] for line in shown.stderr.splitlines()) == [f"[{n}/6]" for n in range(1, 7)]
    assert [(e, c) for e, _, c, _ in rows(tmp_path)].count(("published", 0)) == 4


@pytest.mark.parametrize("workers", [0, 65])
def test_workers_that_cannot_be_are_wrong_usage(workers: int, tmp_path: Path) -> None:
    shown = redactor("redact", tmp_path, "--out", tmp_path / "out", "--workers", workers, home=tmp_path)
    assert shown.returncode == 2
    assert "--workers" in shown.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "number"), [(1, signal.SIGINT), (2, signal.SIGTERM)])
def test_ctrl_c_gives_up_the_items_in_work_and_says_so(workers: int, number: signal.Signals, tmp_path: Path) -> None:
    source = ROOT / "samples" / "calls"
    command = [sys.executable, "-m", "redactor", "redact", str(source), "--out", str(tmp_path / "out")]
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    with subprocess.Popen(
        [*command, "--workers", str(workers)], stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    ) as process:
        scratch = tmp_path / "out" / ".redactor.tmp"
        deadline = time.monotonic() + 120
        while not (scratch.exists() and len(list(scratch.iterdir())) == workers):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(1)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in errors
    assert not scratch.exists()
    assert [row[0] for row in rows(tmp_path)] == ["interrupted"] * workers


def test_an_interrupt_that_a_destructor_swallows_comes_again() -> None:
    # In a process of its own: signal handlers and hooks are everybody's.
    script = """
import signal, time
from redactor import cli

class Dropped:
    def __del__(self):
        signal.raise_signal(signal.SIGTERM)

def work():
    Dropped()
    print("swallowed", flush=True)
    time.sleep(300)

cli.cli.main = lambda **_: work()
cli.main([])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "swallowed\n"
    assert done.returncode == 130
    assert done.stderr.startswith("interrupted")


def test_a_ledger_that_cannot_be_written_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file is in the way")
    (tmp_path / "note.txt").write_text("Καλημέρα")
    shown = redactor("redact", tmp_path / "note.txt", "--out", tmp_path / "out", home=tmp_path)
    assert shown.returncode == 7
    assert not (tmp_path / "out").exists()
