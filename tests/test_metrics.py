"""Figures for Prometheus: read back by its own parser, named by its conventions, whole or not there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from redactor.errors import MissingEngineError, PolicyError
from redactor.metrics import as_prometheus, readings, write_metrics
from redactor.policyfile import load_policy
from tests.nights import Night, busy_night


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = list(text_string_to_metric_families(text))
    assert all(family.type == "gauge" and family.documentation for family in families)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def test_the_parser_of_prometheus_reads_back_what_was_counted(tmp_path: Path) -> None:
    morning = busy_night()
    write_metrics(morning, tmp_path / "redactor.prom")
    found = samples((tmp_path / "redactor.prom").read_text(encoding="utf-8"))
    run = "redactor_last_run_"
    assert found[f"{run}duration_seconds", ()] == morning.seconds
    assert found[f"{run}end_timestamp_seconds", ()] == 1795842750
    assert found[f"{run}exit_code", ()] == 8
    assert found[f"{run}items", (("outcome", "done"),)] == 1180
    assert found[f"{run}items", (("outcome", "failed"),)] == 0
    assert found[f"{run}client_items", (("client", "νότος"), ("outcome", "done"))] == 393
    assert found[f"{run}refusals", (("outcome", "quarantined"), ("reason", "HUNG"))] == 1
    assert found["redactor_backlog_items", (("state", "discovered"), ("store", "notos-sftp"))] == 411
    assert found["redactor_store_up", (("store", "notos-sftp"),)] == 0
    assert found["redactor_store_up", (("store", "acme-audio"),)] == 1
    entities = sum(n for (name, _), n in found.items() if name == f"{run}entities")
    assert entities == sum(morning.entities.values())
    assert [p.name for p in tmp_path.iterdir()] == ["redactor.prom"]


def test_the_exporter_may_read_the_file_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_metrics(Night().morning(), tmp_path / "redactor.prom")
    finally:
        os.umask(before)
    assert (tmp_path / "redactor.prom").stat().st_mode & 0o777 == 0o644


def test_names_follow_the_conventions_and_each_figure_is_told_once() -> None:
    rows = list(readings(busy_night()))
    keys = [(row.name, tuple(sorted(row.labels.items()))) for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert re.fullmatch(r"redactor_[a-z_]+", row.name)
        assert not row.name.endswith(("_total", "_count", "_sum", "_bucket"))
        assert not {"item", "label"} & row.labels.keys()
        assert row.help.endswith(".")


def test_labels_that_would_break_the_format_are_escaped() -> None:
    night = Night()
    night.done(1, client='a"b\\c\nd')
    assert samples(as_prometheus(readings(night.morning())))[
        "redactor_last_run_client_items", (("client", 'a"b\\c\nd'), ("outcome", "done"))
    ] == 1  # fmt: skip


def test_promtool_finds_nothing_to_complain_about() -> None:
    if (promtool := shutil.which("promtool")) is None:
        pytest.skip("promtool is not installed")
    text = as_prometheus(readings(busy_night()))
    told = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout + told.stderr) == (0, "")


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(MissingEngineError, match=r"redactor\[metrics\]"):
        as_prometheus(readings(Night().morning()))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('metrics = "redactor.txt"', ".prom"),
        ('otlp = "collector:4318"', "http://collector:4318"),
        ('otlp = "http://user:secret@collector:4318"', "without a name or password"),
        ('language = "de"', "report.language: Input should be"),
        ("keep = -1", "greater than or equal to 0"),
    ],
)
def test_a_wrong_key_of_the_report_is_named_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "redactor.toml").write_text(f"[report]\n{line}\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=re.escape(said)) as caught:
        load_policy(tmp_path / "redactor.toml")
    assert "redactor.toml:2: report." in str(caught.value)
    assert "secret" not in str(caught.value)


def test_places_of_the_report_count_from_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "redactor.toml").write_text('[report]\npath = "out/r.html"\nmetrics = "m/r.prom"\n', encoding="utf-8")
    report = load_policy(tmp_path / "redactor.toml").report
    assert (report.path, report.metrics) == (str(tmp_path / "out/r.html"), str(tmp_path / "m/r.prom"))
    assert (report.language, report.keep, report.otlp) == ("en", 0, "")
