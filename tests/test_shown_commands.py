"""The commands that the documents show, against the command line as it is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from redactor.cli import cli

DOCS = Path(__file__).parents[1] / "docs"
LEAST = {"retention.md": 16, "leak-gate.md": 9}


def shown(name: str) -> Iterator[str]:
    for line in re.findall(r"^    (redactor .*)$", (DOCS / name).read_text(encoding="utf-8"), re.MULTILINE):
        yield from (part for part in re.split(r" {3,}| && ", line) if part.startswith("redactor "))


@pytest.mark.parametrize("line", [line for name in LEAST for line in shown(name)])
def test_each_command_has_these_options(line: str) -> None:
    words = shlex.split(line)[1:]
    command: click.Command = cli
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    named = {option for param in command.params for option in param.opts}
    assert {word for word in words if word.startswith("--")} <= named


@pytest.mark.parametrize("name", LEAST)
def test_there_are_commands(name: str) -> None:
    assert len(list(shown(name))) >= LEAST[name]
