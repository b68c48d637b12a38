"""Outcomes: how each item of a run ended, and the one exit code of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from redactor.errors import ExitCode
from redactor.protocols import Kind
from redactor.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one item ended."""

    number: int
    """Number of the item in its run, from 1: items end in any order, but are told in this one."""
    store: str
    label: str
    """Name of the item, free of personal data."""
    kind: Kind | None
    """None when the type of the file is not known."""
    code: ExitCode
    reason: str = ""
    """Upper-case constant; empty when done, `UNCHANGED` when it had been done before."""
    message: str = ""
    """What is wrong and what to do next."""
    output: Path | None = field(default=None, repr=False)
    """The published medium."""
    sidecar: Path | None = field(default=None, repr=False)
    transcript: Path | None = field(default=None, repr=False)
    """The form to read first, see `Outputs.shown`."""
    receipt: Receipt | None = None
    seconds: float = 0.0
    item: str = ""
    """SHA-256 (hex) of its place in its store; reports name their figures by it. Empty where nothing was published."""


def exit_code(outcomes: Sequence[Outcome]) -> ExitCode:
    """One item: its own code. Several: 0 when all are done, else 8."""
    failed = [o for o in outcomes if o.code != ExitCode.DONE]
    if not failed:
        return ExitCode.DONE
    return failed[0].code if len(outcomes) == 1 else ExitCode.PARTLY_FAILED
