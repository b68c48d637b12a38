"""The command of the release gate: release. It prints and exits."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import click

from redactor.cli_night import needed_config, out
from redactor.errors import ExitCode, PolicyError
from redactor.gatekeeping import Verdict, let_go, verdicts
from redactor.ledger import Ledger
from redactor.persons import personal_in
from redactor.policy import default_ledger_url
from redactor.policyfile import load_policy
from redactor.releasing import Forced, Released

_SHORTEST = 3
_LONGEST = 300
_SHOWN = 50
"""So many items that stay are listed on the terminal."""


@click.command()
@needed_config
@click.option("--run", "runs", multiple=True, metavar="RUN", help="One run; without it: all that are held back.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what the gate says, and release nothing.")
@click.option("--force", is_flag=True, help="Release against the bar; needs --run, --reason and --authority.")
@click.option("--reason", default="", help="Why it may go all the same; no names: the ledger keeps no personal data.")
@click.option("--authority", default="", help="The role of who decided it, for example 'head of quality'.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def release(
    config: Path, runs: tuple[str, ...], dry: bool, force: bool, reason: str, authority: str, as_json: bool
) -> None:
    """Let out what the release gate holds back, once the bar of each type is met; else exit 6 and the bar.

    \b
    redactor release --config redactor.toml                  each run whose bar is met
    redactor release --config redactor.toml --dry-run        what is held back, and what is missing?
    redactor release --config redactor.toml --run RUN --force --reason "case 88" --authority "head of quality"

    It may be killed and started again: each output goes to its place once. Exit 8 when some of a run had to stay.
    """
    forced = _forced(runs, reason, authority) if force else None
    if not force and (reason or authority):
        raise PolicyError("--reason and --authority go with --force; a bar that is met needs neither")
    policy = load_policy(config)
    with closing(Ledger(policy.ledger.url or default_ledger_url())) as ledger:
        chosen = _chosen(verdicts(ledger, policy.gate), runs)
        ended = [] if dry else list(let_go(policy, ledger, chosen, forced))
    unmet = [v for v in chosen if v.held.at_work or not (v.decision.release or forced)]
    if as_json:
        body = {"runs": [v.as_dict() for v in chosen], **_counts(ended), "forced": forced is not None}
        click.echo(json.dumps(body, ensure_ascii=False, indent=1))
    else:
        _show(chosen if dry else unmet, ended)
    sys.exit(_code(unmet, ended))


def _forced(runs: tuple[str, ...], reason: str, authority: str) -> Forced:
    if not runs:
        raise PolicyError("--force releases the runs that are named: say which with --run")
    for name, text in (("--reason", reason), ("--authority", authority)):
        if not _SHORTEST <= len(text.strip()) <= _LONGEST:
            raise PolicyError(f"--force needs {name}: {_SHORTEST} to {_LONGEST} characters, kept in the audit trail")
        if types := personal_in(text):
            message = f"{name} holds personal data ({', '.join(types)}); name the file number or the role instead"
            raise PolicyError(message)
    return Forced(reason.strip(), authority.strip())


def _chosen(found: list[Verdict], runs: tuple[str, ...]) -> list[Verdict]:
    if missing := sorted(set(runs) - {verdict.held.run for verdict in found}):
        raise PolicyError(f"nothing of run {missing[0]} is held back; see: redactor release --dry-run")
    return [verdict for verdict in found if not runs or verdict.held.run in runs]


def _code(unmet: list[Verdict], ended: list[Released]) -> ExitCode:
    if unmet:
        return ExitCode.WITHHELD
    return ExitCode.PARTLY_FAILED if any(one.how == "kept" for one in ended) else ExitCode.DONE


def _counts(ended: list[Released]) -> dict[str, int]:
    counts = Counter(one.how for one in ended)
    return {"released": counts["released"], "kept": counts["kept"], "waiting": counts["waits"]}


def _show(told: list[Verdict], ended: list[Released]) -> None:
    for verdict in told:
        for line in verdict.lines():
            out.print(line, markup=False)
    kept = [one for one in ended if one.how == "kept"]
    for one in kept[:_SHOWN]:
        out.print(f"  stays: {one.reason}  {one.row.store}  {one.row.label}: {one.message}", markup=False)
    if len(kept) > _SHOWN:
        out.print(f"  and {len(kept) - _SHOWN} more")
    counts = _counts(ended)
    if ended:
        waiting = f", {counts['waiting']} wait to be done again" if counts["waiting"] else ""
        out.print(f"{counts['released']} released, {counts['kept']} had to stay{waiting}")
    elif not told:
        out.print("nothing is held back")
