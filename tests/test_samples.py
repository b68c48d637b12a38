"""The samples through the nightly job with the real engines; all that a run leaves is searched for every gold string."""

import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "samples" / "gold"


def gold() -> dict[str, list[str]]:
    found = {}
    for path in sorted(GOLD.rglob("*.json")):
        items = json.loads(path.read_text(encoding="utf-8"))["pii"]
        found[path.stem] = [t for item in items for t in {item["text"], item.get("spoken", item["text"])}]
    return found


@pytest.mark.slow
def test_the_demo_is_whole(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = demo
    assert done.returncode == 0, done.stdout + done.stderr
    media = [p for kind in ("calls", "screens", "texts") for p in (ROOT / "samples" / kind).iterdir()]
    for path in media:
        assert (folder / "out" / path.parent.name / path.name).stat().st_size > 0
    assert (folder / "out" / "report.html").stat().st_size > 10_000


@pytest.mark.slow
def test_no_gold_string_is_left_in_anything(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = demo
    written = {p: plain(p.read_bytes().decode("utf-8", "ignore")) for p in (folder / "out").rglob("*") if p.is_file()}
    assert len(written) > 40
    everything = {**{str(p): text for p, text in written.items()}, "output": plain(done.stdout + done.stderr)}
    leaks = {
        (name, value)
        for values in gold().values()
        for value in values
        for name, text in everything.items()
        if len(value) > 3 and re.search(rf"(?<!\w){re.escape(plain(value))}(?!\w)", text)
    }
    assert leaks == set()


@pytest.mark.slow
def test_a_second_run_changes_nothing(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = demo
    # A run that changes nothing is told all the same.
    told = {"report.html", "report.json", "ledger.db", "ledger.db-wal", "ledger.db-shm"}
    before = {p: p.stat().st_mtime_ns for p in (folder / "out").rglob("*.*") if p.name not in told}
    command = [sys.executable, "-m", "redactor", "batch", "--config", str(folder / "redactor.toml")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=300)
    assert done.returncode == 0
    assert {p: p.stat().st_mtime_ns for p in before if p.suffix not in {".lock"}} == {
        p: t for p, t in before.items() if p.suffix not in {".lock"}
    }


def plain(text: str) -> str:
    folded = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c)).replace("ς", "σ")
