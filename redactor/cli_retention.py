"""The commands of retention. Like `cli`, they print and exit; no others do."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from redactor.errors import ExitCode, PolicyError
from redactor.keeping import planned
from redactor.ledger import Ledger
from redactor.outlook import Outlook, outlook
from redactor.periods import day_from, midnight
from redactor.policy import default_ledger_url
from redactor.policyfile import load_policy
from redactor.remedies import remedy_of
from redactor.retention import VERDICTS
from redactor.retention_page import write_calendar

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, highlight=False, soft_wrap=True)
_SHOWN = 40
"""So many groups are listed on the terminal."""


@click.group()
def retention() -> None:
    """What is kept, for how long, and what happens then."""


@retention.command()
@click.option("--config", required=True, type=click.Path(path_type=Path, dir_okay=False), help="TOML file.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the calendar as a page.")
@click.option("--days", type=click.IntRange(1, 3660), default=30, show_default=True, help="Days of the calendar.")
@click.option("--at", metavar="DATE", help="As it will be at the beginning of this day, for example 2027-01-31.")
@click.option("--client", help="Items of this client only.")
@click.option("--all", "everything", is_flag=True, help="Also what is due later or was done.")
def plan(
    config: Path, as_json: bool, html: Path | None, days: int, at: str | None, client: str | None, everything: bool
) -> None:
    """What is due, when, by which rule, and why not yet. Nothing is changed.

    Exit code 8 when something is overdue or a conflict waits for a person.
    """
    policy = load_policy(config)
    now = _moment(at, ZoneInfo(policy.retention.timezone))
    with closing(Ledger(policy.ledger.url or default_ledger_url())) as ledger:
        dues = (due for due in planned(ledger, policy, now) if client is None or due.item.client == client)
        seen = outlook(dues, now, policy.retention.timezone, days=days)
    if html is not None:
        place = write_calendar(seen, html, language=policy.report.language)
        err.print(f"calendar: {place}", markup=False)
    if as_json:
        out.print_json(json.dumps(seen.as_dict(), ensure_ascii=False))
    else:
        _show(seen, everything=everything)
    sys.exit(ExitCode.PARTLY_FAILED if seen.needs_person else ExitCode.DONE)


def _moment(at: str | None, zone: ZoneInfo) -> datetime:
    if at is None:
        return datetime.now(UTC)
    day = day_from(at)
    if day is None or not 1 < day.year < 9999:
        raise PolicyError("--at takes a date, for example 2027-01-31")
    return midnight(day, zone)


def _show(seen: Outlook, *, everything: bool) -> None:
    out.print(f"at {seen.now.astimezone(seen.zone):%Y-%m-%d %H:%M} {seen.zone.key}, {seen.items} items")
    out.print("  ".join(f"{verdict} {seen.verdicts[verdict]}" for verdict in VERDICTS))
    if seen.minors:
        out.print(f"with children: {seen.minors}")
    told = VERDICTS if everything else tuple(verdict for verdict in VERDICTS if verdict not in ("later", "done"))
    groups = seen.ordered(told)
    if groups:
        table = Table("verdict", "client", "items", "part", "action", "first due", "rule and why")
        for group, share in groups[:_SHOWN]:
            first = f"{share.first:%Y-%m-%d}" if share.first else ""
            cells = (group.verdict, _plain(group.client) or "-", str(share.count), group.part, group.action, first)
            table.add_row(*cells, "\n".join(_plain(text) for text in (group.rule, group.why) if text))
        out.print(table)
        if len(groups) > _SHOWN:
            out.print(f"and {len(groups) - _SHOWN} more groups; --json or --html has all of them")
    remedies: dict[str, list[str]] = {}
    for reason in dict.fromkeys(group.reason for group, _ in groups if group.reason):
        remedies.setdefault(remedy_of(reason, "en"), []).append(reason)
    for remedy, reasons in remedies.items():
        out.print(f"{', '.join(reasons)}: {remedy}", markup=False)
    soon = sum(sum(counts.values()) for counts in seen.calendar.values()) - seen.verdicts["due"]
    out.print(f"{seen.verdicts['due']} due now, {soon} more in the next {seen.days} days")
    out.print(f"digest of what is due: {seen.digest}")


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
