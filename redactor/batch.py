"""Batches: every item of a source ends in exactly one outcome, one bad file never stops the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from redactor import stores
from redactor.errors import ExitCode, MediaError, PolicyError, RedactorError, WithheldError
from redactor.library import Redactor
from redactor.names import Outputs
from redactor.protocols import Kind, Progress
from redactor.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one item ended."""

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


@dataclass(frozen=True, slots=True)
class Source:
    """What to work on and where the outputs go."""

    store: str
    paths: tuple[Path, ...]
    output: Path


@dataclass(frozen=True, slots=True)
class _Task:
    item: stores.Item
    outputs: Outputs | None
    label: str


Started = Callable[[int, int, str], Progress]
"""Called before each item with its number from 1, the number of all, and its label; returns its progress callback."""


def sources_of(redactor: Redactor) -> list[Source]:
    """The stores of the policy. Raises `PolicyError` when there are none, or a source is not there."""
    if not redactor.policy.stores:
        raise PolicyError("the configuration names no [[stores]]; add one with name, source and output")
    found = [Source(s.name, (Path(s.source),), Path(s.output)) for s in redactor.policy.stores]
    check(found)
    return found


def check(sources: Iterable[Source]) -> None:
    """Every source exists and no output folder lies inside its source or over it. Raises `PolicyError`."""
    for source in sources:
        for path in source.paths:
            if not path.exists() and not path.is_symlink():
                raise PolicyError(f"store {source.store}: its source is not there; check the path")
            root, out = path.resolve(), source.output.resolve()
            if path.is_dir() and (out == root or out.is_relative_to(root)):
                raise PolicyError(f"store {source.store}: the output folder lies inside the source; choose another")


def run(
    redactor: Redactor, sources: Sequence[Source], started: Started, *, overwrite: bool = False
) -> Iterator[Outcome]:
    """Work on all items of all sources in order, one outcome each.

    The output folders are held from the first item to the last. Raises `BusyError` when another run holds one, before
    anything is done, and `LedgerError` when the ledger fails.
    """
    with ExitStack() as held:
        for source in sources:
            # A folder that cannot be written is no reason to stop: each of its items is refused with that reason.
            with suppress(WithheldError):
                held.enter_context(stores.output_folder(source.output))
        tasks = [(source, task) for source in sources for task in _tasks(redactor, source)]
        for number, (source, task) in enumerate(tasks, 1):
            yield _outcome(redactor, source, task, started(number, len(tasks), task.label), overwrite=overwrite)


def _outcome(redactor: Redactor, source: Source, task: _Task, progress: Progress, *, overwrite: bool) -> Outcome:
    began = time.perf_counter()
    kind = task.item.media.kind if task.item.media else None
    try:
        if _unchanged(redactor, source, task):
            return _done(source, task, kind, None, "UNCHANGED", time.perf_counter() - began)
        receipt = redactor.redact_item(
            task.item, task.outputs, source.output, store=source.store, progress=progress, overwrite=overwrite
        )
        return _done(source, task, kind, receipt, "", time.perf_counter() - began)
    except RedactorError as error:
        if error.exit_code == ExitCode.LEDGER:
            raise
        spent = time.perf_counter() - began
        return Outcome(source.store, task.label, kind, error.exit_code, error.reason, str(error), seconds=spent)


def exit_code(outcomes: Sequence[Outcome]) -> ExitCode:
    """One item: its own code. Several: 0 when all are done, else 8."""
    failed = [o for o in outcomes if o.code != ExitCode.DONE]
    if not failed:
        return ExitCode.DONE
    return failed[0].code if len(outcomes) == 1 else ExitCode.PARTLY_FAILED


def _tasks(redactor: Redactor, source: Source) -> list[_Task]:
    items = [item for path in source.paths for item in stores.scan(path)]
    public = [redactor.public_name(item.relative) for item in items]
    outputs = redactor.plan(zip(items, public, strict=True), source.store)
    return [_Task(item, places, str(name)) for item, places, name in zip(items, outputs, public, strict=True)]


def _unchanged(redactor: Redactor, source: Source, task: _Task) -> bool:
    """True when this content was published from this place under this policy and the output still has its bytes."""
    if redactor.ledger is None or task.item.media is None or task.outputs is None:
        return False
    target = source.output / task.outputs.medium
    places = [source.output / place for place in task.outputs.all()]
    if not all(place.is_file() for place in places):
        return False
    try:
        digest = stores.sha256(task.item.path)
    except OSError as error:
        raise MediaError(f"it cannot be read ({error.strerror})", reason="NO_ACCESS") from None
    published = redactor.ledger.published(task.item.digest, digest, redactor.policy.digest())
    return published is not None and published == stores.sha256(target)


def _done(
    source: Source, task: _Task, kind: Kind | None, receipt: Receipt | None, reason: str, seconds: float
) -> Outcome:
    assert task.outputs is not None
    places = task.outputs
    return Outcome(
        source.store,
        task.label,
        kind,
        ExitCode.DONE,
        reason,
        output=source.output / places.medium,
        sidecar=source.output / places.sidecar,
        transcript=source.output / shown if (shown := places.shown()) else None,
        receipt=receipt,
        seconds=seconds,
    )
