"""The commands of the nightly job: batch, status, retry, quarantine. Like `cli`, they print and exit; no others do."""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.table import Table

from redactor.errors import ExitCode, PolicyError, RedactorError
from redactor.gatekeeping import verdicts
from redactor.job import Job
from redactor.journal import Journal
from redactor.ledger import Ledger
from redactor.night import Night, Options
from redactor.outcomes import Outcome
from redactor.policy import default_ledger_url
from redactor.policyfile import load_policy
from redactor.processes import give_back_large_blocks
from redactor.progress import Chronicler, Reporter
from redactor.queue import Queue
from redactor.status import status_of

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, highlight=False, soft_wrap=True)
_SHOWN = 50
"""So many refusals are listed on the terminal."""

needed_config = click.option(
    "--config", required=True, type=click.Path(path_type=Path, dir_okay=False), help="TOML file."
)


@dataclass(slots=True)
class Summary:
    """What a run came to, without keeping its items."""

    rows: dict[str, Counter[str]] = field(default_factory=dict)
    seconds: Counter[str] = field(default_factory=Counter)
    failed: list[Outcome] = field(default_factory=list)
    """Those that were refused or failed, the first `most` of them."""
    most: int | None = None
    """None: all are kept."""
    count: int = 0
    first: ExitCode = ExitCode.DONE

    def add(self, outcome: Outcome) -> None:
        """Count one item."""
        kind = outcome.kind or "unknown"
        row = self.rows.setdefault(kind, Counter())
        row["done"] += outcome.receipt is not None
        row["unchanged"] += outcome.reason == "UNCHANGED"
        row["failed"] += bool(outcome.code)
        row["redactions"] += sum(n for _, n in outcome.receipt.counts) if outcome.receipt else 0
        self.seconds[kind] += round(outcome.seconds * 1000)
        self.count += 1
        if outcome.code:
            self.first = self.first or outcome.code
            if self.most is None or len(self.failed) < self.most:
                self.failed.append(outcome)

    def unchanged(self, number: int) -> None:
        """Count items that were done before."""
        if number:
            self.rows.setdefault("before", Counter())["unchanged"] += number
            self.count += number

    def exit_code(self) -> ExitCode:
        """One item: its own code. Several: 0 when all are done, else 8."""
        if not self.first:
            return ExitCode.DONE
        return self.first if self.count == 1 else ExitCode.PARTLY_FAILED

    def show(self) -> None:
        """The table, and what needs somebody."""
        table = Table("kind", "done", "unchanged", "refused or failed", "redactions", "seconds")
        for kind in ("audio", "video", "image", "text", "unknown", "before"):
            if row := self.rows.get(kind):
                cells = [str(row[name]) for name in ("done", "unchanged", "failed", "redactions")]
                table.add_row(kind, *cells, f"{self.seconds[kind] / 1000:.1f}")
        out.print(table)
        for outcome in self.failed:
            line = f"  exit {int(outcome.code)}  {outcome.reason}  {outcome.label}: {outcome.message}"
            out.print(line, markup=False)
        if (more := sum(row["failed"] for row in self.rows.values()) - len(self.failed)) > 0:
            out.print(f"  and {more} more; --report FILE writes them all")
        if not self.count:
            out.print("nothing to do: the source holds no files")


@click.command()
@needed_config
@click.option("--until", metavar="HH:MM", help="Begin nothing after this time of day; what is begun is finished.")
@click.option("--limit", type=click.IntRange(1), help="Begin no more than this many items.")
@click.option("--only", default="", metavar="STORE|GLOB", help="One store, or items whose name fits, as '2026-11-*'.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be done, and change nothing.")
@click.option("--workers", type=click.IntRange(1, 64), help="Worker processes, instead of [run] workers (1).")
@click.option("--engine", type=click.Choice(["local", "ray"]), help="Processes of this machine, or a Ray cluster.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write the morning report there.")
def batch(
    config: Path,
    until: str | None,
    limit: int | None,
    only: str,
    dry: bool,
    workers: int | None,
    engine: str | None,
    report: Path | None,
) -> None:
    """Redact every store of a configuration, once: what was done before is left alone.

    \b
    redactor batch --config redactor.toml                    the nightly job
    redactor batch --config redactor.toml --until 06:00      stop beginning at six
    redactor batch --config redactor.toml --dry-run          what would be done?

    It may be killed, started twice, or run on many machines with one ledger (PostgreSQL): each item is done once, and
    nothing stands in an output that was not verified. Ctrl-C finishes what is in work; twice, it is given back.
    """
    give_back_large_blocks()
    policy = load_policy(config)
    changes = {"workers": workers, "engine": engine}
    run = policy.run.model_copy(update={name: value for name, value in changes.items() if value is not None})
    policy = policy.model_copy(update={"run": run})
    options = Options(workers=run.workers, until=_moment(until), limit=limit, only=only, dry=dry)
    journal = Journal() if run.log == "json" and not dry else None
    with _told(journal), closing(Ledger(policy.ledger.url or default_ledger_url())) as ledger:
        job = Job(policy, ledger, options, journal=journal)
        if dry:
            _show_plan(job)
            sys.exit(job.exit_code(ExitCode.DONE))
        summary, interrupted = Summary(most=_SHOWN), _interrupts(job.night, journal)
        with ExitStack() as shown:
            watcher = Chronicler(journal) if journal else shown.enter_context(Reporter(err))
            for outcome in shown.enter_context(closing(job.outcomes(watcher))):
                summary.add(outcome)
        summary.unchanged(job.unchanged())
        summary.failed.sort(key=lambda outcome: (outcome.store, outcome.label))
        summary.show()
        for note in job.notes():
            out.print(note, markup=False)
        code = ExitCode.INTERRUPTED if interrupted else job.exit_code(summary.exit_code())
        for place in job.report(code, report):
            out.print(f"report: {place}", markup=False)
        sys.exit(code)


@click.command()
@needed_config
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def status(config: Path, as_json: bool) -> None:
    """Is a run going on, what is in work and left, how did the last night end, and items by store and state."""
    policy = load_policy(config)
    with closing(Ledger(policy.ledger.url or default_ledger_url())) as ledger:
        held = verdicts(ledger, policy.gate)
        now = status_of(Queue(ledger), held)
    if as_json:
        out.print_json(json.dumps(now.as_dict()))
        return
    for line in now.lines():
        out.print(line, markup=False)
    table = Table("store", "state", "items")
    for (store, state), count in sorted(now.counts.items()):
        table.add_row(store, state, str(count))
    out.print(table)
    for run in now.runs:
        how = f"ended {run.ended}  {run.verdict}" if run.ended else run.standing
        out.print(f"{run.run}  began {run.began}  {how}", markup=False)


@click.command()
@needed_config
@click.option("--store", help="Items of this store.")
@click.option("--reason", help="Items that were refused for this reason, as NO_SPEECH.")
@click.option("--label", help="Items whose name fits this glob pattern.")
@click.option("--all", "everything", is_flag=True, help="All that were refused or quarantined.")
def retry(config: Path, store: str | None, reason: str | None, label: str | None, everything: bool) -> None:
    """Have refused and quarantined items done again in the next run."""
    if not (store or reason or label or everything):
        raise PolicyError("say which: --store, --reason, --label, or --all")
    with closing(_ledger(config)) as ledger:
        count = Queue(ledger).retry(
            stores=[store] if store else None, reasons=[reason] if reason else None, labels=[label] if label else None
        )
    out.print(f"{count} {'item is' if count == 1 else 'items are'} tried again in the next run")


@click.group()
def quarantine() -> None:
    """Items on which a worker died twice: no run takes them until somebody says so."""


@quarantine.command("list")
@needed_config
def quarantine_list(config: Path) -> None:
    """Each with its reason, and what to do."""
    with closing(_ledger(config)) as ledger:
        count = 0
        for row in Queue(ledger).listing("quarantined"):
            count += 1
            out.print(f"{row.store}  {row.label}  {row.reason}: {row.message}", markup=False)
    out.print(f"{count} in quarantine" + ("; redactor retry has them done again" if count else ""))


def _ledger(config: Path) -> Ledger:
    return Ledger(load_policy(config).ledger.url or default_ledger_url())


def _moment(until: str | None) -> datetime | None:
    """The next time of day `HH:MM`, local."""
    if until is None:
        return None
    try:
        clock = datetime.strptime(until, "%H:%M")  # noqa: DTZ007 - a time of day
    except ValueError:
        raise PolicyError("--until takes a time of day, for example 06:00") from None
    now = datetime.now().astimezone()
    moment = now.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return moment if moment > now else moment + timedelta(days=1)


@contextmanager
def _told(journal: Journal | None) -> Iterator[None]:
    """An error that ends the run is the last line of the journal, where there is one: no other stands there."""
    try:
        yield
    except RedactorError as error:
        if journal is None:
            raise
        code = int(error.exit_code)
        journal.event("run_ended", code=code, verdict="bad", reason=error.reason, message=str(error))
        sys.exit(code)


def _interrupts(night: Night, journal: Journal | None) -> list[int]:
    """The first Ctrl-C lets what is in work be finished, the second and SIGTERM give it back; both are remembered."""
    seen: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        seen.append(number)
        now = number == signal.SIGTERM or len(seen) > 1
        if journal:
            journal.event("stopping", signal=number, given_back=now)
        elif not now:
            err.print("finishing what is in work; Ctrl-C once more gives it back")
        if now:
            night.give_up()
        else:
            night.stop()

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    return seen


def _show_plan(job: Job) -> None:
    table = Table("store", "new or changed", "done before", "refused before", "in work elsewhere", "no items")
    for store, row in job.plan().items():
        table.add_row(store, *map(str, row))
    out.print(table)
    for note in job.notes():
        out.print(note, markup=False)
