"""The command `retention apply`. Like `cli`, it prints and exits."""

from __future__ import annotations

import json
import re
import secrets
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from redactor.anchors import anchor
from redactor.certificates import certify
from redactor.cli_retention import retention
from redactor.disposal import Disposal, Disposed
from redactor.errors import ExitCode, PolicyError
from redactor.keeping import planned
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.originals import open_stores
from redactor.policy import Policy, anchors_file, certificates_folder, default_ledger_url, keys_folder
from redactor.policyfile import load_policy
from redactor.retention import Due, digest

__all__ = ["retention"]

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, highlight=False, soft_wrap=True)
_SHOWN = 50
"""So many items are listed on the terminal."""
_TYPED = 12
"""So many digits of the digest are typed back."""
_NEEDS = ("overdue", "conflict", "unknown")
"""Verdicts that somebody should look at; the first two end with exit code 8."""
_TOLD = ("part", "action", "rule", "why")


@dataclass(slots=True)
class _Planned:
    """What is due, and how many items stay for which verdict."""

    dues: list[Due]
    verdicts: Counter[str]
    items: int
    digest: str


@dataclass(slots=True)
class _Came:
    """What became of it."""

    counts: Counter[str] = field(default_factory=Counter)
    """By `Disposed.how`, and what went by action."""
    levels: Counter[str] = field(default_factory=Counter)
    look: list[Disposed] = field(default_factory=list)
    """Those that stay, or that somebody should look at, the first of them."""
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, one: Disposed) -> None:
        """Count one."""
        self.counts[one.how] += 1
        if one.how == "done":
            self.counts[one.action] += 1
            self.levels[one.level] += 1
        if one.how == "kept" or one.reason == "NOT_OURS":
            self.reasons[one.reason] += 1
            if len(self.look) < _SHOWN:
                self.look.append(one)


@retention.command()
@click.option("--config", required=True, type=click.Path(path_type=Path, dir_okay=False), help="TOML file.")
@click.option("--yes", is_flag=True, help="Delete. Without it, nothing is changed.")
@click.option("--digest", "typed", default="", metavar="HEX", help="The plan's digest, its first 12 digits or more.")
@click.option("--client", help="Items of this client only.")
@click.option("--limit", type=click.IntRange(1), help="No more than so many items, those that are due longest.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def apply(config: Path, yes: bool, typed: str, client: str | None, limit: int | None, as_json: bool) -> None:
    """Delete, erase or de-identify what is due: say what would go and, with --yes, do it.

    \b
    redactor retention apply --config redactor.toml                  what would go, why, and the plan's digest
    redactor retention apply --config redactor.toml --yes            do it
    redactor retention apply --config redactor.toml --yes --digest 0123456789ab

    Plans with more than [retention] confirm_above items want their digest back: a plan that has changed since it was
    looked at is refused. What a hold keeps is not touched, also when it is set while this runs. It may be killed or
    started twice: each item goes once, and what was begun is ended by the next apply.
    """
    policy = load_policy(config)
    with ExitStack() as held:
        ledger = held.enter_context(closing(Ledger(policy.ledger.url or default_ledger_url())))
        now = datetime.now(UTC)
        stores, down = open_stores(policy, ledger.database, held) if yes else ({}, {})
        run = f"apply-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        disposal = Disposal(policy, ledger, stores, run, down=down)
        err.print("reading the ledger", style="dim")
        disposal.check(now)
        found = _plan(policy, ledger, now, client, limit)
        _confirm(policy, found, typed, yes=yes)
        came, certificate = None, tuple[Path, ...]()
        if not as_json:
            _show(found)
        if yes:
            came = _Came()
            for one in _with_progress(disposal.apply(found.dues, now=now), found.items):
                came.add(one)
            certificate = _proved(policy, ledger, run, came)
        if as_json:
            out.print_json(json.dumps(_as_dict(found, came, run)))
        elif came is None:
            _say_how(policy, found)
        else:
            _show_end(came)
            for place in certificate:
                out.print(f"certificate: {place}", markup=False)
        sys.exit(_code(found, came))


def _proved(policy: Policy, ledger: Ledger, run: str, came: _Came) -> tuple[Path, ...]:
    """Anchor the ledger and, when something went, write the certificate of this run."""
    keyring, anchors, folder = Keyring(keys_folder(policy)), anchors_file(policy), certificates_folder(policy)
    if not came.counts["done"]:
        anchor(ledger, keyring, anchors)
        return ()
    zone, language = policy.retention.timezone, policy.report.language
    return certify(ledger, keyring, anchors, folder, "night", run, zone=zone, language=language)


def _plan(policy: Policy, ledger: Ledger, now: datetime, client: str | None, limit: int | None) -> _Planned:
    verdicts: Counter[str] = Counter()
    dues: list[Due] = []
    last = (0, "")
    for due in planned(ledger, policy, now):
        if client is not None and due.item.client != client:
            continue
        # A copy that stays or goes as its original does is the same item.
        verdicts[due.verdict] += due.part == "original" or (due.item.id, due.verdict) != last
        last = (due.item.id, due.verdict)
        if due.verdict == "due" and due.action != "keep":
            dues.append(due)
    dues.sort(key=lambda due: (due.due or now, due.item.id, due.part))
    if limit is not None:
        first = set(list(dict.fromkeys(due.item.id for due in dues))[:limit])
        dues = [due for due in dues if due.item.id in first]
    return _Planned(dues, verdicts, len({due.item.id for due in dues}), digest(dues))


def _confirm(policy: Policy, found: _Planned, typed: str, *, yes: bool) -> None:
    """Raises `PolicyError` when the plan is not the one that was looked at."""
    most = policy.retention.confirm_above
    if not typed and yes and found.items > most:
        if not sys.stdin.isatty():
            message = f"{found.items} items are due, more than [retention] confirm_above = {most}; look at the plan"
            raise PolicyError(f"{message} (without --yes), then give its digest: --digest {'H' * _TYPED}")
        err.print(f"{found.items} items are due; digest of the plan: {found.digest}")
        typed = click.prompt(f"Type its first {_TYPED} digits to delete them", err=True)
    if not typed:
        return
    if not re.fullmatch(rf"[0-9a-fA-F]{{{_TYPED},64}}", typed.strip()):
        raise PolicyError(f"a digest is typed with {_TYPED} to 64 of the digits 0-9 and a-f; nothing was deleted")
    if not found.digest.startswith(typed.strip().lower()):
        message = "this is not the digest of the plan as it is now; look at the plan again; nothing was deleted"
        raise PolicyError(message, reason="PLAN_CHANGED")


def _with_progress(ended: Iterable[Disposed], items: int) -> Iterator[Disposed]:
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("deleting", total=items)
        for one in ended:
            progress.advance(task)
            yield one


def _show(found: _Planned) -> None:
    groups: Counter[tuple[str, str, str, str]] = Counter()
    for due in found.dues:
        groups[due.item.store, due.part, due.action, due.rule] += 1
    table = Table("store", "part", "what", "rule", "items")
    for key, count in sorted(groups.items()):
        table.add_row(*map(escape, key), str(count))
    out.print(table)
    for due in found.dues[:_SHOWN]:
        since = f"since {due.due:%Y-%m-%d}" if due.due else ""
        line = f"  {due.action}  {due.item.store}/{due.item.label}  {due.part}  {since}  {due.rule}  {due.why}"
        out.print(line.rstrip(), markup=False)
    if len(found.dues) > _SHOWN:
        out.print(f"  and {len(found.dues) - _SHOWN} more; redactor retention plan lists them")
    for verdict in ("held", *_NEEDS):
        if count := found.verdicts[verdict]:
            out.print(f"{count} {verdict}: they stay; redactor retention plan says why")


def _say_how(policy: Policy, found: _Planned) -> None:
    out.print(f"{found.items} items would go; digest of this plan: {found.digest}")
    if found.items:
        digest = f" --digest {found.digest[:_TYPED]}" if found.items > policy.retention.confirm_above else ""
        out.print(f"nothing was deleted; --yes{digest} deletes them")


def _show_end(came: _Came) -> None:
    done = ", ".join(f"{came.counts[what]} {what}" for what in ("deidentify", "erase", "destroy") if came.counts[what])
    out.print(f"{came.counts['done']} done" + (f": {done}" if done else ""))
    for level, count in sorted(came.levels.items()):
        out.print(f"  {count} {level}")
    if came.counts["elsewhere"]:
        out.print(f"{came.counts['elsewhere']} were done by another apply meanwhile")
    if came.counts["kept"]:
        out.print(f"{came.counts['kept']} stay: {', '.join(f'{n} {why}' for why, n in sorted(came.reasons.items()))}")
    for one in came.look:
        out.print(f"  {one.reason}  {one.item.store}/{one.item.label}: {one.message}", markup=False)


def _as_dict(found: _Planned, came: _Came | None, run: str) -> dict[str, object]:
    body: dict[str, object] = {
        "digest": found.digest,
        "items": found.items,
        "verdicts": dict(found.verdicts),
        "due": [
            {
                "store": d.item.store,
                "item": d.item.item,
                "part": d.part,
                "action": d.action,
                "rule": d.rule,
                "why": d.why,
            }
            for d in found.dues
        ],
        "deleted": came is not None,
    }
    if came is not None:
        body |= {"run": run, "counts": dict(came.counts), "levels": dict(came.levels), "reasons": dict(came.reasons)}
        body["look"] = [
            {"store": one.item.store, "item": one.item.item, "reason": one.reason, "message": one.message}
            for one in came.look
        ]
    return body


def _code(found: _Planned, came: _Came | None) -> ExitCode:
    needs = found.verdicts["overdue"] + found.verdicts["conflict"]
    return ExitCode.PARTLY_FAILED if needs or (came is not None and came.reasons) else ExitCode.DONE
