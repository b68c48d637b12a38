"""The habits of the house, as tests: file sizes, imports, the public face, the exit codes in the README."""

import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import redactor
from redactor.errors import ExitCode

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "redactor").rglob("*.py"))


def test_files_stay_small() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {str(path): n for path, n in sizes.items() if n > 400} == {}
    assert statistics.median(sizes.values()) <= 120


def test_no_file_is_called_after_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert not [path for path in SOURCES if path.stem in empty]


def test_importing_loads_the_standard_library_only() -> None:
    code = "import sys; before = set(sys.modules); import redactor; print(*sorted(set(sys.modules) - before))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    foreign = [m for m in shown.stdout.split() if m.split(".")[0] not in {*sys.stdlib_module_names, "redactor"}]
    assert foreign == []


def test_the_coordinator_of_a_night_loads_no_engine() -> None:
    """Its children do; what it does not hold, it need not hold a night long, and no command waits for."""
    code = "import sys, redactor.cli, redactor.job; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    heavy = {"numpy", "presidio_analyzer", "spacy", "torch", "PIL", "onnxruntime", "faster_whisper", "av"}
    assert "redactor.night" in loaded
    assert loaded & heavy == set()


def test_the_public_face() -> None:
    for name in redactor.__all__:
        assert getattr(redactor, name) is not None
    assert sorted(redactor.__all__) == redactor.__all__
    with pytest.raises(AttributeError):
        _ = redactor.nothing_of_that_name


def test_the_exit_codes_of_the_readme_are_those_of_the_code() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\d+) \| `([A-Z_]+)` \|", text, re.MULTILINE))
    assert rows == {str(int(code)): code.name for code in ExitCode}


def test_every_error_has_its_own_place_in_the_tree() -> None:
    # Besides, a module may have one of its own, and a test.
    own = [cls for cls in _all(redactor.RedactorError) if cls.__module__ == "redactor.errors"]
    tree = {cls.__name__: cls.exit_code for cls in own}
    assert tree == {
        "PolicyError": 2, "MissingEngineError": 3, "MediaError": 4, "EngineError": 5, "ChildDiedError": 5, "WithheldError": 6,
        "StoreError": 6, "DraftGoneError": 6, "LedgerError": 7, "BusyError": 7, "LeaseLostError": 7,
    }  # fmt: skip


def test_pre_commit_runs_what_the_makefile_runs() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports"):
        assert f".venv/bin/{tool}" in hooks
        assert f"$(BIN)/{tool}" in makefile


def test_tools_are_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert all("==" in pin for pin in project["optional-dependencies"]["dev"])


def _all(cls: type) -> list[type]:
    return [sub for child in cls.__subclasses__() for sub in (child, *_all(child))]
