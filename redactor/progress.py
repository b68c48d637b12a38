"""Progress of a run: a bar on a terminal, plain lines elsewhere. Shows labels only, which hold no personal data."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from redactor.batch import Outcome
from redactor.protocols import Progress as Callback


class Reporter:
    """Shows which item is in work, at which stage, and how each ended."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task("looking", total=None)
        self._number = self._total = 0

    def __enter__(self) -> Reporter:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def started(self, number: int, total: int, label: str) -> Callback:
        """An item begins; returns the callback for its stages."""
        self._number, self._total = number, total

        def stage(name: str, _share: float) -> None:
            self._bar.update(self._task, description=f"{label}: {name}", total=total, completed=number - 1)

        stage("start", 0.0)
        return stage

    def finished(self, outcome: Outcome) -> None:
        """An item ended."""
        self._bar.update(self._task, total=self._total, completed=self._number)
        state = outcome.reason if outcome.code else outcome.reason.lower() or "done"
        counts = sum(n for _, n in outcome.receipt.counts) if outcome.receipt else 0
        note = f", {counts} redactions" if outcome.receipt else ""
        line = f"[{self._number}/{self._total}] {outcome.label}: {state}{note}, {outcome.seconds:.1f} s"
        self._console.print(Text(line))
