"""The commands that docs/leak-gate.md shows, against the command line as it is."""

import re
import shlex
from pathlib import Path

import click
import pytest

from redactor.cli import cli

DOC = (Path(__file__).parents[1] / "docs" / "leak-gate.md").read_text(encoding="utf-8")
COMMANDS = [line.split("   ")[0] for line in re.findall(r"^    (redactor .*)$", DOC, re.MULTILINE)]


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_has_these_options(line: str) -> None:
    words = shlex.split(line)[1:]
    command: click.Command = cli
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    named = {option for param in command.params for option in param.opts}
    assert {word for word in words if word.startswith("--")} <= named


def test_there_are_commands() -> None:
    assert len(COMMANDS) > 8
