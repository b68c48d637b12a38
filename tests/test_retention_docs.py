"""The commands that docs/retention.md shows, against the command line as it is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from redactor.cli import cli
from redactor.policyfile import load_policy

DOC = (Path(__file__).parents[1] / "docs" / "retention.md").read_text(encoding="utf-8")
LINES = [
    part for line in re.findall(r"^    (redactor .*)$", DOC, re.MULTILINE) for part in re.split(" {3,}| && ", line)
]
COMMANDS = [line for line in LINES if line.startswith("redactor ")]


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_has_these_options(line: str) -> None:
    words = shlex.split(line)[1:]
    command: click.Command = cli
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    named = {option for param in command.params for option in param.opts}
    assert {word for word in words if word.startswith("--")} <= named


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 15


def test_the_policy_is_one(tmp_path: Path) -> None:
    shown = DOC.split("```toml\n")[1].split("```")[0]
    store = '[[stores]]\nname = "calls"\nsource = "in"\noutput = "out"\nclient = "acme"\njurisdiction = "GR"\n'
    (tmp_path / "redactor.toml").write_text(store + shown, encoding="utf-8")
    policy = load_policy(tmp_path / "redactor.toml").retention
    assert policy.clients["acme"].keep_days == 7
    assert policy.law[0].at_least_years == 5
