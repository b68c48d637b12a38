"""Batches: every item of a source ends in exactly one outcome, one bad file never stops the rest.

Threads work on the items. They share one `Redactor` and its engines, so models are loaded once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from redactor import stores
from redactor.errors import ExitCode, MediaError, PolicyError, RedactorError, WithheldError
from redactor.foreign import Interruptible
from redactor.interactions import grouped
from redactor.library import Redactor
from redactor.names import Outputs
from redactor.outcomes import Outcome
from redactor.protocols import Kind, Progress
from redactor.receipt import Receipt
from redactor.together import Member, Published, redact_together
from redactor.workers import Workers


@dataclass(frozen=True, slots=True)
class Source:
    """What to work on and where the outputs go."""

    store: str
    paths: tuple[Path, ...]
    output: Path


@dataclass(frozen=True, slots=True)
class _Task:
    number: int
    source: Source
    item: stores.Item
    outputs: Outputs | None
    label: str

    @property
    def kind(self) -> Kind | None:
        return self.item.media.kind if self.item.media else None


Started = Callable[[int, int, str], Progress]
"""Called before each item with its number from 1, the number of all, and its label; returns its progress callback.

The thread that works on the item calls that."""


def check(sources: Iterable[Source]) -> None:
    """Every source exists, and no output folder lies inside its source or inside another's. Raises `PolicyError`."""
    taken: dict[Path, str] = {}
    for source in sources:
        place = source.output.resolve()
        for other, store in taken.items():
            if place.is_relative_to(other) or other.is_relative_to(place):
                raise PolicyError(f"stores {store} and {source.store}: one output lies inside the other; part them")
        taken[place] = source.store
        for path in source.paths:
            if not path.exists() and not path.is_symlink():
                raise PolicyError(f"store {source.store}: its source is not there; check the path")
            if path.is_dir() and place.is_relative_to(path.resolve()):
                raise PolicyError(f"store {source.store}: the output folder lies inside the source; choose another")


def run(
    redactor: Redactor, sources: Sequence[Source], started: Started, *, overwrite: bool = False
) -> Generator[Outcome, None, None]:
    """Work on all items of all sources, one outcome each, as they end; `[run] workers` are begun at a time, in order.

    Items of one interaction (`[interactions]`) are one piece of work: they begin and end together.

    The output folders are held from the first item to the last. Raises `BusyError` when another run holds one, before
    anything is done, and `LedgerError` when the ledger fails. When that or an interrupt ends the run, or it is closed,
    the items in work are given up: each gets its entry `interrupted` and leaves nothing behind.
    """
    workers = Workers(redactor.policy.run.workers)
    with ExitStack() as held:
        for source in sources:
            # A folder that cannot be written is no reason to stop: each of its items is refused with that reason.
            with suppress(WithheldError):
                held.enter_context(stores.output_folder(source.output))
        tasks = _tasks(redactor, sources)

        def work(group: Sequence[_Task], progress: Sequence[Progress]) -> list[Outcome]:
            if len(group) > 1:
                return _outcomes(redactor, group, progress, overwrite, workers.interruptible)
            return [_outcome(redactor, group[0], progress[0], overwrite, workers.interruptible)]

        found = grouped([(id(task.source), task.item) for task in tasks], redactor.policy.interactions)
        groups = ([tasks[at] for at in group] for group in found)
        jobs = (partial(work, group, [started(t.number, len(tasks), t.label) for t in group]) for group in groups)
        # Closed before the folders are let go, whatever ends the run.
        with closing(workers.run(jobs)) as ended:
            for outcomes in ended:
                yield from outcomes


def _outcome(
    redactor: Redactor, task: _Task, progress: Progress, overwrite: bool, interruptible: Interruptible
) -> Outcome:
    began = time.perf_counter()
    try:
        if _before(redactor, task):
            return _done(task, None, "UNCHANGED", time.perf_counter() - began)
        receipt = redactor.redact_item(
            task.item,
            task.outputs,
            task.source.output,
            store=task.source.store,
            progress=progress,
            overwrite=overwrite,
            interruptible=interruptible,
        )
        return _done(task, receipt, "", time.perf_counter() - began)
    except RedactorError as error:
        if error.exit_code == ExitCode.LEDGER:
            raise
        return _failed(task, error, time.perf_counter() - began)


def _outcomes(
    redactor: Redactor,
    group: Sequence[_Task],
    progress: Sequence[Progress],
    overwrite: bool,
    interruptible: Interruptible,
) -> list[Outcome]:
    members = []
    for task, tell in zip(group, progress, strict=True):
        try:
            before = _before(redactor, task)
        except MediaError:
            before = None  # Its reading will say so.
        members.append(Member(task.item, task.outputs, task.source.output, task.source.store, tell, before))
    outcomes = []
    ended = redact_together(redactor, members, overwrite=overwrite, interruptible=interruptible)
    for task, end in zip(group, ended, strict=True):
        if isinstance(end.result, RedactorError):
            outcomes.append(_failed(task, end.result, end.seconds))
        else:
            outcomes.append(_done(task, end.result, "" if end.result else "UNCHANGED", end.seconds))
    return outcomes


def _tasks(redactor: Redactor, sources: Sequence[Source]) -> list[_Task]:
    tasks: list[_Task] = []
    for source in sources:
        items = [item for path in source.paths for item in stores.scan(path)]
        public = [redactor.public_name(item.relative) for item in items]
        outputs = redactor.plan(zip(items, public, strict=True), source.store)
        for item, places, name in zip(items, outputs, public, strict=True):
            tasks.append(_Task(len(tasks) + 1, source, item, places, str(name)))
    return tasks


def _before(redactor: Redactor, task: _Task) -> Published | None:
    """What is left of this content's publication from this place under this policy; None when its bytes are not."""
    if redactor.ledger is None or task.item.media is None or task.outputs is None:
        return None
    target = task.source.output / task.outputs.medium
    # A video has transcripts only where somebody speaks.
    needed = (task.outputs.sidecar, task.outputs.medium) if task.kind == "video" else task.outputs.all()
    places = [task.source.output / place for place in needed]
    if not all(place.is_file() for place in places):
        return None
    try:
        digest = stores.sha256(task.item.path)
    except OSError as error:
        raise MediaError(f"it cannot be read ({error.strerror})", reason="NO_ACCESS") from None
    found = redactor.ledger.publication(task.item.digest, digest, redactor.policy.digest())
    if found is None or found[0] != stores.sha256(target):
        return None
    return Published(digest, frozenset(found[1].get("interaction", ())))


def _failed(task: _Task, error: RedactorError, seconds: float) -> Outcome:
    code, reason = error.exit_code, error.reason
    return Outcome(task.number, task.source.store, task.label, task.kind, code, reason, str(error), seconds=seconds)


def _done(task: _Task, receipt: Receipt | None, reason: str, seconds: float) -> Outcome:
    assert task.outputs is not None
    folder, places = task.source.output, task.outputs
    return Outcome(
        task.number,
        task.source.store,
        task.label,
        task.kind,
        ExitCode.DONE,
        reason,
        output=folder / places.medium,
        sidecar=folder / places.sidecar,
        transcript=folder / shown if (shown := places.shown()) and (folder / shown).is_file() else None,
        receipt=receipt,
        seconds=seconds,
        item=task.item.digest,
    )
