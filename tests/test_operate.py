"""docs/operate: every file parses, every reason has its row and its remedy, every figure and command is one of ours."""

import ast
import re
import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest

from redactor.errors import ExitCode, RedactorError
from redactor.metrics import _HELP
from redactor.policy import RunPolicy, StorePolicy
from redactor.policyfile import load_policy
from redactor.remedies import REASONS, REMEDIES, remedy_of, waits_for_retry
from redactor.report_policy import ReportPolicy

ROOT = Path(__file__).parents[1]
OPERATE = ROOT / "docs" / "operate"
README = (OPERATE / "README.md").read_text(encoding="utf-8")
CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
NOT_REASONS = {"UNCERTAIN", "KEY_TONES"}
WAITS_FOR = {"s3": StorePolicy, "sftp": StorePolicy, "postgres": RunPolicy, "ray": RunPolicy}
"""Examples with keys that come with the rules of stores and with the queue; they are loaded as soon as these are here."""


def reasons_of_the_code() -> set[str]:
    """Constants that are given as `reason=`, and the reasons of errors that are given none."""
    found = {RedactorError("").reason} | {cls("").reason for cls in classes(RedactorError)}
    for path in sorted((ROOT / "redactor").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                given = [k.value for k in node.keywords if k.arg == "reason"]
                if name in {"_refused", "_withheld", "_RefusedError"}:
                    given += node.args
                found |= {
                    c.value
                    for value in given
                    for c in ast.walk(value)
                    if isinstance(c, ast.Constant) and named(c.value)
                }
    return found - NOT_REASONS


def named(value: object) -> bool:
    return isinstance(value, str) and len(value) > 3 and bool(CONSTANT.fullmatch(value))


def classes(cls: type[RedactorError]) -> list[type[RedactorError]]:
    # Those of the tests are not ours to document.
    own = [s for s in cls.__subclasses__() if s.__module__.startswith("redactor.") and s.__name__[0] != "_"]
    return [sub for child in own for sub in (child, *classes(child))]


def test_every_reason_of_the_code_has_a_remedy() -> None:
    reasons = reasons_of_the_code()
    assert len(reasons) > 90
    assert sorted(reasons - REASONS.keys()) == []


def test_the_readme_lists_every_reason_under_its_remedy() -> None:
    listed: dict[str, str] = {}
    for section in README.split("\n### ")[1:]:
        _, remedy, table = section.split("\n\n", 2)
        listed |= dict.fromkeys(re.findall(r"^\| `([A-Z_0-9]+)` \| \S", table, re.MULTILINE), remedy)
    assert listed == {reason: REMEDIES[remedy]["en"] for reason, remedy in REASONS.items()}


def test_remedies_are_in_both_languages_and_in_use() -> None:
    assert set(REASONS.values()) == set(REMEDIES)
    for texts in REMEDIES.values():
        assert texts["en"] != texts["el"]
        assert [text.count("`") % 2 for text in texts.values()] == [0, 0]
        assert re.findall(r"`[^`]+`", texts["en"]) == re.findall(r"`[^`]+`", texts["el"])
    assert remedy_of("STORE_ON_FIRE", "en") == REMEDIES["store"]["en"]
    assert remedy_of("NEVER_HEARD_OF", "en") == ""
    assert [waits_for_retry(r) for r in ("HUNG", "EMPTY_FILE", "STORE_ON_FIRE", "NEVER_HEARD_OF")] == [
        True,
        False,
        False,
        True,
    ]


def test_the_exit_codes_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| (\d+) \| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert rows == {str(int(code)): code.name for code in ExitCode}


def test_the_keys_of_the_report_are_those_of_the_policy() -> None:
    table = README.split("| key of `[report]`")[1].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(ReportPolicy.model_fields)


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(links) > 8
    assert [link for link in links if not (OPERATE / link).exists()] == []


@pytest.mark.parametrize("name", ["share", "s3", "sftp", "postgres", "ray"])
def test_the_examples_are_policies(name: str) -> None:
    path = OPERATE / "examples" / f"{name}.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    sections = {StorePolicy: [*data["stores"]], RunPolicy: [data["run"]]}
    section = WAITS_FOR.get(name, ReportPolicy)
    unknown = {key for found in sections.get(section, []) for key in found if key not in section.model_fields}
    if unknown:
        pytest.skip(f"waits for {section.__name__} to know {', '.join(sorted(unknown))}")
    policy = load_policy(path)
    assert [store.name for store in policy.stores] == [store["name"] for store in data["stores"]]
    assert not re.search(r"(?i)(secret|password|key)\s*=\s*\"(?!\$\{|/)", path.read_text(encoding="utf-8"))


def unit(name: str) -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None, comment_prefixes="#", delimiters="=")
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((OPERATE / name).read_text(encoding="utf-8"))
    return parser


def test_the_service_is_hardened_and_stops_gently() -> None:
    service = unit("redactor.service")["Service"]
    expected = {
        "Type": "oneshot", "ProtectSystem": "strict", "NoNewPrivileges": "yes", "KillMode": "mixed", "PrivateTmp": "yes",
        "KillSignal": "SIGTERM", "TimeoutStopSec": "5min", "Nice": "10", "CapabilityBoundingSet": "", "User": "redactor",
    }  # fmt: skip
    assert {key: service[key] for key in expected} == expected
    assert "/srv/deidentified" in (OPERATE / "redactor.service").read_text(encoding="utf-8").split("ReadWritePaths=")[1]
    assert {int(code) for code in service["SuccessExitStatus"].split()} == {
        ExitCode.PARTLY_FAILED,
        ExitCode.INTERRUPTED,
    }
    assert unit("redactor.timer")["Timer"]["Persistent"] == "true"


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if (analyze := shutil.which("systemd-analyze")) is None:
        pytest.skip("systemd-analyze is not installed")
    for name in ("redactor", "redactor-retention"):
        text = (OPERATE / f"{name}.service").read_text(encoding="utf-8")
        text = text.replace("/opt/redactor/bin/redactor", "/bin/true")
        (tmp_path / f"{name}.service").write_text(text, encoding="utf-8")
        shutil.copy(OPERATE / f"{name}.timer", tmp_path)
    units = [str(tmp_path / f"redactor{one}.{kind}") for one in ("", "-retention") for kind in ("service", "timer")]
    told = subprocess.run([analyze, "verify", *units], capture_output=True, text=True, timeout=60, check=False)
    assert (told.returncode, told.stderr) == (0, "")


def test_the_units_of_night_and_retention_differ_in_what_they_do_only() -> None:
    night, retention = unit("redactor.service")["Service"], unit("redactor-retention.service")["Service"]
    same = {"ReadOnlyPaths", "ReadWritePaths", "ExecStart", "SuccessExitStatus"}
    assert {k: v for k, v in night.items() if k not in same} == {k: v for k, v in retention.items() if k not in same}
    assert "ReadOnlyPaths" not in retention
    assert retention["ExecStart"].endswith("retention apply --config /etc/redactor/redactor.toml --yes")


COMMANDS = ["redactor.service", "redactor.cron", "kubernetes-cronjob.yaml"]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_way_to_start_it_uses_options_of_the_readme(name: str) -> None:
    text = (OPERATE / name).read_text(encoding="utf-8")
    line = next(row for row in text.splitlines() if not row.startswith("#") and "--config" in row)
    options = set(re.findall(r"--[a-z-]+", line))
    assert "--until" in options
    assert "batch" in line
    assert options <= set(re.findall(r"--[a-z-]+", README.split("## Commands")[1].split("## Exit codes")[0]))


def test_cron_has_one_job_that_takes_eight_for_success() -> None:
    rows = (OPERATE / "redactor.cron").read_text(encoding="utf-8").splitlines()
    jobs = [row for row in rows if row[:1].isdigit()]
    assert len(jobs) == 1
    assert re.match(r"\d+ \d+ \* \* \* redactor nice ", jobs[0])
    assert "%" not in jobs[0]  # cron would end the line there
    for code, printed in ((0, ""), (8, ""), (7, "redactor failed")):
        shell = re.sub(r"^.*?nice .*?>>\S+ 2>&1", f"(exit {code})", jobs[0])
        told = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, check=True)
        assert told.stdout.startswith(printed)
        assert bool(told.stdout) == bool(printed)


def loaded(name: str) -> Any:
    return pytest.importorskip("yaml").safe_load((OPERATE / name).read_text(encoding="utf-8"))


def test_the_cron_job_of_kubernetes_is_confined_and_alone() -> None:
    job = loaded("kubernetes-cronjob.yaml")
    assert (job["kind"], job["spec"]["concurrencyPolicy"]) == ("CronJob", "Forbid")
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert {"cpu", "memory"} <= container["resources"]["requests"].keys()
    assert container["envFrom"][0]["secretRef"]["name"] == "redactor-stores"
    assert {m["name"] for m in container["volumeMounts"]} == {v["name"] for v in pod["volumes"]}
    rule = job["spec"]["jobTemplate"]["spec"]["podFailurePolicy"]["rules"][1]
    assert {ExitCode(code).name for code in rule["onExitCodes"]["values"]} == {
        "INTERNAL", "USAGE", "MISSING_ENGINE", "LEDGER", "PARTLY_FAILED",
    }  # fmt: skip


def test_the_alerts_ask_for_figures_that_there_are() -> None:
    rules = loaded("prometheus-alerts.yaml")["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"redactor_\w+", rule["expr"])}
    assert asked <= _HELP.keys()
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 5
    assert all(rule["annotations"].keys() == {"summary", "action"} for rule in rules)


def test_promtool_takes_the_alerts() -> None:
    if (promtool := shutil.which("promtool")) is None:
        pytest.skip("promtool is not installed")
    place = str(OPERATE / "prometheus-alerts.yaml")
    told = subprocess.run([promtool, "check", "rules", place], capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
