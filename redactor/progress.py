"""Progress of a run: bars on a terminal, plain lines elsewhere. Shows labels only, which hold no personal data."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from redactor.journal import Journal
from redactor.outcomes import Outcome
from redactor.protocols import Progress as Callback

_LONG_S = 30
"""An item that takes longer than this says how far it is, where there are no bars."""
_STEPS = 10
"""So many lines at most for one reading."""


class Reporter:
    """Shows the items in work, how far each is, and how each ended. Callbacks may come from any thread."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._console = console
        self._clock = clock
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[done]}", markup=False),
            TimeElapsedColumn(),
            _TimeLeft(clock),
        )
        self._bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._all = self._bars.add_task("looking", total=None, done="", until=None)
        self._items: dict[int, TaskID] = {}
        self._ended = self._total = 0

    def __enter__(self) -> Reporter:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def started(self, number: int, total: int, label: str) -> Callback:
        """An item begins; returns the callback for its stages."""
        self._total = total
        self._show_all()
        bar = self._items[number] = self._bars.add_task(f"{label}: start", total=1, done="", until=None)
        began = since = self._clock()
        told, current = 0, ""

        def stage(name: str, share: float) -> None:
            nonlocal since, told, current
            now = self._clock()
            if name != current or not share:
                current, since, told = name, now, 0
                self._bars.update(bar, description=f"{label}: {name}", completed=0, done="", until=None)
            if not 0 < share < 1:
                return
            percent, until = f"{int(100 * share)} %", now + (now - since) * (1 - share) / share
            self._bars.update(bar, completed=share, done=percent, until=until)
            if not self._console.is_terminal and now - began > _LONG_S and int(_STEPS * share) > told:
                self._console.print(Text(f"{label}: {name} {percent}"))
            told = max(told, int(_STEPS * share))

        return stage

    def finished(self, outcome: Outcome) -> None:
        """An item ended."""
        self._ended += 1
        self._bars.remove_task(self._items.pop(outcome.number))
        self._show_all()
        state = outcome.reason if outcome.code else outcome.reason.lower() or "done"
        counts = sum(n for _, n in outcome.receipt.counts) if outcome.receipt else 0
        note = f", {counts} redactions" if outcome.receipt else ""
        line = f"[{self._ended}/{self._total}] {outcome.label}: {state}{note}, {outcome.seconds:.1f} s"
        self._console.print(Text(line))

    def _show_all(self) -> None:
        done = f"{self._ended}/{self._total}"
        self._bars.update(self._all, description="items", total=self._total, completed=self._ended, done=done)


class Chronicler:
    """Tells the journal how each item ended, where programs read what a run says."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def started(self, _number: int, _total: int, _label: str) -> Callback:
        """An item begins; its stages are nobody's business here."""
        return _unseen

    def finished(self, outcome: Outcome) -> None:
        """An item ended."""
        done = outcome.reason.lower() or "done"
        self._journal.event(
            "item_ended",
            store=outcome.store,
            label=outcome.label,
            kind=outcome.kind or "",
            outcome="not done" if outcome.code else done,
            reason=outcome.reason,
            code=int(outcome.code),
            redactions=sum(n for _, n in outcome.receipt.counts) if outcome.receipt else 0,
            seconds=float(outcome.seconds),
        )


def _unseen(_stage: str, _share: float) -> None:
    """Nobody watches."""


class _TimeLeft(ProgressColumn):
    """Time to the end of a stage if it goes on as it did; empty when nothing is known yet."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        super().__init__()

    def render(self, task: Task) -> Text:
        """For example `0:01:20 left`."""
        until = task.fields["until"]
        if until is None:
            return Text("")
        return Text(f"{timedelta(seconds=max(0, round(until - self._clock())))} left")
