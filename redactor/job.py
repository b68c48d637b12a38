"""The nightly job as the command line and a service see it: a night, how its items ended, and its morning report."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Protocol, cast, get_args

from redactor.anchors import anchor
from redactor.apart import check_apart
from redactor.backlog import held_runs
from redactor.cluster import Crew, check_cluster
from redactor.errors import ChildDiedError, ExitCode, LedgerError, PolicyError, RedactorError
from redactor.isolation import FACTORY, Child
from redactor.journal import Journal
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.metrics import write_metrics
from redactor.morning import NIGHTS, read_summaries, summarise, summary_of
from redactor.morning_page import write_morning
from redactor.names import Outputs
from redactor.night import Night, Options, Processor
from redactor.nights import Morning, StoreNight
from redactor.outcomes import Outcome
from redactor.policy import Policy, anchors_file, keys_folder
from redactor.protocols import Kind, Progress
from redactor.queue import Row
from redactor.receipt import Receipt
from redactor.stores import public_path
from redactor.telemetry import send
from redactor.worker import DIED, Ended, Worker

GALLERY = 24
"""So many outputs are shown in the report."""
_NEWS_S, _AGAIN_S = 1.0, 30.0
"""A wait for the ledger is told from so many seconds on, and so often at most."""


class Watcher(Protocol):
    """Is told how a run goes; see `progress.Reporter`."""

    def started(self, number: int, total: int, label: str) -> Progress:
        """An item begins; returns the callback for its stages."""

    def finished(self, outcome: Outcome) -> None:
        """An item ended."""


class Job:
    """One run over all stores of a policy."""

    def __init__(
        self,
        policy: Policy,
        ledger: Ledger,
        options: Options,
        *,
        factory: str = FACTORY,
        journal: Journal | None = None,
    ) -> None:
        """Raises `PolicyError` when the stores are not what they should be.

        Args:
            policy: names the stores.
            ledger: the queue and the audit trail.
            options: what is asked for.
            factory: `module:function` that makes the `Redactor` of a worker process from a policy, for engines of your
                own.
            journal: is told of events as they happen; without one, they are told nowhere but in the ledger.
        """
        _checked(policy)
        self._crew: Crew | None = None
        if policy.run.engine == "ray":
            check_cluster(policy)
            self._crew = Crew(policy, factory=factory)
        self.journal = journal or Journal(io.StringIO(), form="plain")
        self.policy, self.ledger, self.options = policy, ledger, options
        self._factory = factory
        self._namer: Child | None = None
        self.night = Night(policy, ledger, self._processor, self._names, options, tell=self.journal.event)
        self.journal.name_run(self.night.run)
        ledger.database.waits = self._waits
        self._waited = -_AGAIN_S
        self.began = _now()
        self._numbers: dict[int, tuple[int, Progress]] = {}
        self._lock = threading.Lock()
        self._watcher: Watcher | None = None
        self._count = 0
        self._gallery: list[Outcome] = []
        self._sealed = 0
        self._troubles: list[str] = []

    def outcomes(self, watcher: Watcher) -> Generator[Outcome, None, None]:
        """Each item that was worked on, or that stands refused, as it ends.

        Raises as `Night.outcomes` and `Crew.begin`.
        """
        self._watcher = watcher
        queue = self.night.queue
        try:
            if self._crew is not None:
                # Before anything is done, and in the thread that was asked: Ray wants the main one.
                workers = self._crew.begin(self.options.workers, self.night.run)
                self.night.options = replace(self.options, workers=workers)
            queue.begin_run(self.night.run, policy_digest=self.policy.digest(), host=socket.gethostname())
            told = {"stores": len(self.policy.stores), "workers": self.night.options.workers}
            self.journal.event("run_started", policy=self.policy.digest(), **told)
            with closing(self.night.outcomes(self._told)) as ended:
                for row, how in ended:
                    outcome = self._outcome(row, how)
                    watcher.finished(outcome)
                    if outcome.output and outcome.receipt and len(self._gallery) < GALLERY:
                        self._gallery.append(outcome)
                    self._sealed += bool(outcome.receipt) and self.night.stores[outcome.store].policy.encrypt
                    yield outcome
        finally:
            if self._namer is not None:
                self._namer.stop()
            if self._crew is not None:
                self._crew.end()
                self._troubles += self._crew.notes

    def plan(self) -> dict[str, Sequence[int]]:
        """Per store: items that are new or changed, done, refused before, in work elsewhere; files that are none."""
        with closing(self.night.outcomes(_untold)) as ended:
            for _ in ended:
                continue
        offers, names = self.night.tally.offers, list(self.night.stores)
        return {
            name: (
                offers[name, "new"] + offers[name, "again"],
                offers[name, "same"],
                offers[name, "refused"] + offers[name, "quarantined"],
                offers[name, "busy"],
                self.night.tally.ignored[name],
            )
            for name in names
        }

    def unchanged(self) -> int:
        """Items that were done before and stand."""
        return sum(count for (_, what), count in self.night.tally.offers.items() if what == "same")

    def left(self) -> int:
        """Items that were found and are still to be done."""
        counts = self.night.queue.counts()
        mine = {store.name for store in self.policy.stores}
        return sum(n for (store, state), n in counts.items() if store in mine and state == "discovered")

    def held(self) -> int:
        """Items that the release gate holds back, of this run and of earlier ones; 0 where there is no gate."""
        return sum(run.items + run.waiting for run in held_runs(self.ledger)) if self.policy.gate else 0

    def notes(self) -> list[str]:
        """What an operator should know besides the items that ended."""
        tally, lines = self.night.tally, []
        for name, why in sorted(tally.down.items()):
            lines.append(f"store {name} gave trouble: {why}")
        if tally.growing:
            lines.append(f"{tally.growing} files were still being written; the next run takes them")
        for name, store in self.night.stores.items():
            lines += store.rules.remarks() if store.rules else []
            if store.policy.encrypt:
                lines.append(f"outputs of store {name} are encrypted: the report does not show them; see redactor open")
        if not self.options.dry and (held := self.held()):
            what = "output is" if held == 1 else "outputs are"
            lines.append(f"{held} {what} held back until the release gate is met: redactor release --dry-run")
        if not self.options.dry and (left := self.left()):
            lines.append(f"{left} items are left for the next run")
        return [*lines, *self._troubles]

    def exit_code(self, items: ExitCode) -> ExitCode:
        """What the run ends with, given what its items came to."""
        return items or (ExitCode.PARTLY_FAILED if self.night.tally.down else ExitCode.DONE)

    def report(self, code: ExitCode, path: Path | None = None) -> list[Path]:
        """Tell the morning: report (`path`, or the policy's place), metrics, collector. Returns what was written.

        What cannot be written is noted and hides nothing else. Raises `LedgerError` when the ledger fails and, once all
        is told, when it is not what was signed before.
        """
        morning = self._summarised(code)
        self.night.queue.end_run(self.night.run, json.dumps(summary_of(morning), ensure_ascii=False, sort_keys=True))
        broken = self._anchored()
        chosen, written = self.policy.report, []
        if place := path or (Path(chosen.path) if chosen.path else None):
            page = partial(
                write_morning,
                morning,
                place,
                self._gallery,
                language=chosen.language,
                keep=chosen.keep,
                sealed=self._sealed,
            )
            written += self._told_in(page)
        if chosen.metrics:
            written += self._told_in(partial(_metrics, morning, Path(chosen.metrics)))
        if chosen.otlp:
            written += self._told_in(partial(self._sent, morning))
        counts = {name: n for name, n in morning.outcomes.items() if n}
        self.journal.event("run_ended", code=int(code), verdict=morning.level, seconds=morning.seconds, **counts)
        if broken is not None:
            raise broken
        return written

    def _told_in(self, tell: Callable[[], Path | None]) -> list[Path]:
        try:
            place = tell()
        except RedactorError as error:
            self.journal.event("report_failed", reason=error.reason)
            self._troubles.append(f"the report is not whole: {error}")
            return []
        return [place] if place else []

    def _anchored(self) -> LedgerError | None:
        """Sign how the ledger ends now; the error when it is not what was signed before."""
        try:
            anchor(self.night.ledger, Keyring(keys_folder(self.policy)), anchors_file(self.policy))
        except LedgerError as error:
            return error
        except RedactorError as error:
            self._troubles.append(f"no anchor was made: {error}")
        return None

    def _sent(self, morning: Morning) -> None:
        if not send(morning, self.night.queue.entries_of(self.night.run), self.policy.report.otlp):
            self._troubles.append("the collector of [report] otlp did not take the figures")

    def _summarised(self, code: ExitCode) -> Morning:
        queue, tally = self.night.queue, self.night.tally
        mine = {store.name for store in self.policy.stores}
        standing = (row for state in ("refused", "quarantined") for row in queue.listing(state) if row.store in mine)
        return summarise(
            queue.entries_of(self.night.run),
            run=self.night.run,
            began=self.began,
            ended=_now(),
            exit_code=code,
            unchanged=self.unchanged(),
            waiting=tally.growing,
            left=self.left(),
            standing=standing,
            stores=[StoreNight(s.name, s.client, message=tally.down.get(s.name, "")) for s in self.policy.stores],
            counts={key: n for key, n in queue.counts().items() if key[0] in mine},
            earlier=read_summaries(run.summary for run in queue.runs(NIGHTS)),
            policy_digest=self.policy.digest(),
            held=self.held(),
        )

    def _processor(self, number: int, night: Night) -> Processor:
        if self._crew is not None:
            return self._crew.processor(number, night)
        return Worker(self.policy, night.ledger, night.stores, self._child, run=night.run)

    def _child(self) -> Child:
        return Child(self.policy, factory=self._factory)

    def _names(self, places: Sequence[PurePosixPath]) -> Sequence[PurePosixPath]:
        # In a process of its own: the coordinator holds no models, however long the night.
        self._namer = self._namer or self._child()
        try:
            return self._namer.names(places)
        except ChildDiedError:
            if len(places) > 1:
                return [name for place in places for name in self._names([place])]
            # A name on which its judge dies is no name to be shown.
            return [public_path(places[0], lambda _part: True)]

    def _waits(self, what: str, waited_s: float) -> None:
        # A lock of milliseconds is no news, and all threads wait at once.
        with self._lock:
            news = waited_s >= _NEWS_S and time.monotonic() - self._waited >= _AGAIN_S
            if news:
                self._waited = time.monotonic()
        if news:
            self.journal.event("ledger_waits", what=what, seconds=waited_s)

    def _told(self, row: Row, stage: str, share: float) -> None:
        if stage == DIED:
            self.journal.event("child_died", store=row.store, label=row.label)
        self._begun(row)[1](stage, share)

    def _begun(self, row: Row) -> tuple[int, Progress]:
        with self._lock:
            if row.id not in self._numbers:
                self._count += 1
                total = max(self._count, self._total())
                assert self._watcher is not None
                self._numbers[row.id] = (self._count, self._watcher.started(self._count, total, row.label))
            return self._numbers[row.id]

    def _total(self) -> int:
        offers = self.night.tally.offers
        return sum(count for (_, what), count in list(offers.items()) if what not in ("same", "busy"))

    def _outcome(self, row: Row, ended: Ended | None) -> Outcome:
        number, _ = self._begun(row)
        with self._lock:
            del self._numbers[row.id]
        kind = cast("Kind", row.kind) if row.kind in get_args(Kind) else None
        if ended is None:
            return Outcome(number, row.store, row.label, kind, ExitCode(row.code), row.reason, row.message)
        if ended.code or not ended.receipt:
            return Outcome(
                number, row.store, row.label, kind, ended.code, ended.reason, ended.message, seconds=ended.seconds
            )
        receipt = Receipt.from_dict(ended.receipt)
        # What a gate holds back is not shown in a report either.
        root = None if self.policy.gate else self.night.stores[row.store].folder
        places = Outputs.from_json(row.outputs)
        shown = places.shown()
        return Outcome(
            number,
            row.store,
            row.label,
            kind,
            ExitCode.DONE,
            ended.reason,
            output=root / places.medium if root else None,
            sidecar=root / places.sidecar if root else None,
            transcript=root / shown if root and shown and (root / shown).is_file() else None,
            receipt=receipt,
            seconds=ended.seconds,
            item=row.item,
        )


def _untold(_row: Row, _stage: str, _share: float) -> None:
    """Nobody watches."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _metrics(morning: Morning, path: Path) -> Path:
    write_metrics(morning, path)
    return path


def _checked(policy: Policy) -> None:
    """Raises `PolicyError` when there are no stores, or they are not apart or not there."""
    if not policy.stores:
        raise PolicyError("the configuration names no [[stores]]; add one with name, source and output")
    check_apart(policy.stores)
