"""The commands of the nightly job from the outside, with the real engines of texts."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NUMBER = "6971234567"


def redactor(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "redactor", *map(str, arguments)]
    environment = {**os.environ, "XDG_STATE_HOME": str(home / "state"), "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False, timeout=300)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.txt").write_text(
            f"Σημείωση {name}: το κινητό μου είναι {NUMBER}.", encoding="utf-8"
        )
    (tmp_path / "in" / "empty.txt").touch()
    path = tmp_path / "redactor.toml"
    path.write_text(
        '[ledger]\nurl = "sqlite:///ledger.db"\n[report]\npath = "report.html"\n'
        '[[stores]]\nname = "notes"\nsource = "in"\noutput = "out"\nclient = "acme"\nsettle_s = 0\n',
        encoding="utf-8",
    )
    return path


@pytest.mark.slow
def test_a_night_its_report_and_what_comes_after(config: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return redactor(*arguments, "--config", config, home=tmp_path)

    plan = run("batch", "--dry-run")
    assert plan.returncode == 0, plan.stderr
    # Nothing has been made for it, and nothing is missing.
    assert re.search(r"notes +│ 3 +│ 0 +│ 0 +│ 0 +│ 0", plan.stdout)
    assert "trouble" not in plan.stdout
    assert not (tmp_path / "out").exists()
    first = run("batch")
    assert first.returncode == 8, first.stderr
    assert "EMPTY_FILE" in first.stdout
    assert "[PHONE_NUMBER]" in (tmp_path / "out" / "a.txt").read_text(encoding="utf-8")
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert told["outcomes"]["done"] == 2
    assert told["outcomes"]["refused"] == 1
    again = run("batch")
    assert again.returncode == 8
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["outcomes"]["unchanged"] == 2
    (tmp_path / "in" / "empty.txt").write_text("Καλημέρα", encoding="utf-8")
    assert run("batch").returncode == 0
    status = json.loads(run("status", "--json").stdout)
    assert {(row["state"], row["count"]) for row in status["items"]} == {("committed", 3)}
    assert run("retry").returncode == 2
    assert "0 items" in run("retry", "--all").stdout
    assert "0 in quarantine" in run("quarantine", "list").stdout
    for path in (p for p in tmp_path.rglob("*") if p.is_file() and (tmp_path / "in") not in p.parents):
        assert NUMBER.encode() not in path.read_bytes(), path


def test_what_is_wrong_is_said_before_anything_is_done(config: Path, tmp_path: Path) -> None:
    assert redactor("batch", "--config", config, "--until", "6", home=tmp_path).returncode == 2
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('"in"', '"nowhere"'), encoding="utf-8")
    shown = redactor("batch", "--config", config, home=tmp_path)
    assert shown.returncode == 2
    assert "notes: its source is not there" in shown.stderr
    config.write_text('[ledger]\nurl = "sqlite:///ledger.db"\n', encoding="utf-8")
    assert "names no [[stores]]" in redactor("batch", "--config", config, home=tmp_path).stderr


@pytest.mark.slow
def test_a_file_that_takes_too_long_is_quarantined_until_somebody_says_so(config: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return redactor(*arguments, "--config", config, home=tmp_path)

    (tmp_path / "in" / "empty.txt").unlink()
    (tmp_path / "in" / "b.txt").unlink()
    text = config.read_text(encoding="utf-8")
    # The engines of a fresh process take longer than this for their first text.
    config.write_text(f"{text}[run]\nitem_minutes = 0.002\n", encoding="utf-8")
    held = run("batch")
    assert held.returncode == 5, held.stdout
    assert "HUNG" in held.stdout
    assert not (tmp_path / "out" / "a.txt").exists()
    assert "a.txt  HUNG" in run("quarantine", "list").stdout
    config.write_text(text, encoding="utf-8")
    # A limit is no reason to try it again by itself.
    assert run("batch").returncode == 5
    assert "1 item is tried again" in run("retry", "--reason", "HUNG").stdout
    assert run("batch").returncode == 0
    assert "[PHONE_NUMBER]" in (tmp_path / "out" / "a.txt").read_text(encoding="utf-8")
