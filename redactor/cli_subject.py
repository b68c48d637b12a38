"""The commands of persons' rights: subject find|export|erase. They print and exit.

What a person is asked for by stays in this process: it reaches no log, no ledger and no message.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import click
from rich.table import Table

from redactor import holds, subjects
from redactor.borders import Borders
from redactor.cli_night import needed_config, out
from redactor.errors import PolicyError, WithheldError
from redactor.keeping import planned
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.persons import KINDS, Asked, asked
from redactor.policy import Policy, default_ledger_url, keys_folder
from redactor.policyfile import load_policy
from redactor.sealing import output_place

_ASKED = {
    "phone": "A telephone number, with or without +30.",
    "afm": "A tax number (ΑΦΜ).",
    "amka": "A social security number (ΑΜΚΑ).",
    "email": "An e-mail address.",
    "name": "A name, in any case and script: all its words should be found.",
    "iban": "A bank account.",
    "card": "A card number.",
    "id_card": "An identity card.",
    "passport": "A passport.",
    "plate": "A licence plate.",
    "customer": "A number of a customer or a case.",
}
_SHOWN = 50

Command = Callable[..., None]


def query_options(command: Command) -> Command:
    """Options that say whom to look for; `read_asked` reads them."""
    described = click.option(
        "--from",
        "lines",
        type=click.File(encoding="utf-8"),
        help="File of lines such as 'phone 697...'; '-': typed in.",
    )
    command = described(command)
    for kind, told in reversed(_ASKED.items()):
        flag = "--" + kind.replace("_", "-")
        command = click.option(flag, kind, multiple=True, metavar="VALUE", help=told)(command)
    return command


def range_options(command: Command) -> Command:
    """Options for days of recordings."""
    day = "YYYY-MM-DD"
    command = click.option("--until", default="", metavar=day, help="Last day of recordings.")(command)
    return click.option("--since", default="", metavar=day, help="First day of recordings.")(command)


def _find_options(command: Command) -> Command:
    command = click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)
    least = click.option(
        "--least", type=click.FloatRange(0, 1), default=subjects.LEAST, show_default=True, help="Hide weaker matches."
    )
    command = least(command)
    command = click.option("--client", "clients", multiple=True, help="Only in what is of this client.")(command)
    return needed_config(query_options(range_options(command)))


@click.group()
def subject() -> None:
    """Answer persons who ask what is kept of them.

    Put identifiers into a file and give it with --from, or type them with --from -: what stands on the command line is
    seen by other users of the machine and kept by shells.
    """


@subject.command("find")
@_find_options
def find(
    config: Path, clients: tuple[str, ...], since: str, until: str, least: float, as_json: bool, **asked: Any
) -> None:
    """List every interaction in which a person is spoken of or shown.

    \b
    redactor subject find --config redactor.toml --phone 6971234567
    redactor subject find --config redactor.toml --name "Μαρία Παπαδοπούλου" --since 2026-01-01
    """
    with opened(config) as (policy, ledger):
        found = _found(policy, ledger, clients, since, until, least, asked)
        left = subjects.left_out(ledger)
        if as_json:
            body = {**subjects.answer(found, until=_kept_until(policy, ledger, found.matches)), "not_indexed": left}
            click.echo(json.dumps(body, ensure_ascii=False, indent=1))
            return
        _show(found.matches)
        _say(found, left)


@subject.command("export")
@_find_options
@click.option("--out", "folder", type=click.Path(path_type=Path, file_okay=False), help="Also bring the copies there.")
def export(
    config: Path,
    clients: tuple[str, ...],
    since: str,
    until: str,
    least: float,
    as_json: bool,
    folder: Path | None,
    **asked: Any,
) -> None:
    """Write the answer to a request for access (GDPR article 15) as JSON, with --out also the de-identified copies.

    \b
    redactor subject export --config redactor.toml --afm 123456783 > answer.json
    redactor subject export --config redactor.toml --afm 123456783 --out answer
    """
    with opened(config) as (policy, ledger):
        found = _found(policy, ledger, clients, since, until, least, asked)
        body = {**subjects.answer(found, until=_kept_until(policy, ledger, found.matches))}
        body["not_indexed"] = subjects.left_out(ledger)
        if folder is None:
            click.echo(json.dumps(body, ensure_ascii=False, indent=1))
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        places = {store.name: store for store in policy.stores}

        def output(name: str) -> Any:
            if name not in places:
                raise PolicyError("a store of the ledger is not in the configuration")
            if (barred := Borders(policy).store(places[name])) is not None:
                raise WithheldError(str(barred), reason=barred.reason)
            return output_place(places[name], policy, ledger.database)

        count, missing = subjects.fetch_copies(found.matches, output, folder)
        body["copies_missing"] = sorted(match.item for match in missing)
        (folder / "answer.json").write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        if as_json:
            click.echo(json.dumps({"files": count, "missing": len(missing), "matches": len(found.matches)}))
            return
        out.print(f"{len(found.matches)} items, {count} files; the answer is answer.json", markup=False)
        if missing:
            out.print(f"{len(missing)} items have no copy, or one that differs from what was committed", markup=False)
        _say(found, body["not_indexed"])


@subject.command("erase")
@_find_options
@click.option("--yes", is_flag=True, help="Make them due; without it they are only shown.")
def erase(
    config: Path,
    clients: tuple[str, ...],
    since: str,
    until: str,
    least: float,
    as_json: bool,
    yes: bool,
    **asked: Any,
) -> None:
    """Make every interaction of a person due for destruction (GDPR article 17); `retention apply` then destroys them.

    Holds win: what a hold keeps goes when it is released. Look at the matches first; a name may be that of others.

    \b
    redactor subject erase --config redactor.toml --phone 6971234567
    redactor subject erase --config redactor.toml --phone 6971234567 --yes
    """
    with opened(config) as (policy, ledger):
        found = _found(policy, ledger, clients, since, until, least, asked)
        matches = [match for match in found.matches if match.gone != "destroy"]
        told = subjects.erase(ledger, matches, today=today(policy)) if yes else None
        if as_json:
            click.echo(json.dumps({"matches": len(matches), "done": told and {**asdict(told), "held": len(told.held)}}))
            return
        _show(matches)
        if told is None:
            out.print("nothing was changed; with --yes they become due", markup=False)
        else:
            out.print(f"{told.asked} due now, {told.before} asked for or done before", markup=False)
            if told.held:
                numbers = ", ".join(str(number) for number in sorted(set(told.held.values())))
                out.print(f"{len(told.held)} are kept by a hold ({numbers}) and go when it is released", markup=False)
            out.print("next: redactor retention plan, then redactor retention apply", markup=False)
        _say(found, subjects.left_out(ledger))


@contextmanager
def opened(config: Path) -> Iterator[tuple[Policy, Ledger]]:
    """A configuration and its ledger."""
    policy = load_policy(config)
    with closing(Ledger(policy.ledger.url or default_ledger_url())) as ledger:
        yield policy, ledger


def read_asked(given: dict[str, Any], *, needed: bool = True) -> list[Asked]:
    """What a person is asked for by: the options of `query_options`, and the lines of a file."""
    pairs = [(kind, value) for kind in _ASKED for value in given[kind]]
    stream: IO[str] | None = given["lines"]
    for number, line in enumerate(stream or (), 1):
        kind, _, value = line.strip().partition(" ")
        kind = kind.lower().replace("-", "_")
        if not kind or kind.startswith("#"):
            continue
        if kind not in KINDS or not value.strip():
            message = (
                f"line {number} of --from is no kind and value, such as: phone 6971234567; kinds: {', '.join(_ASKED)}"
            )
            raise PolicyError(message)
        pairs.append((kind, value))
    if needed and not pairs:
        raise PolicyError("say whom to look for: --phone, --afm, --email, --name, ... or --from FILE")
    return [asked(kind, value) for kind, value in pairs]


def _found(
    policy: Policy,
    ledger: Ledger,
    clients: Sequence[str],
    since: str,
    until: str,
    least: float,
    given: dict[str, Any],
) -> subjects.Answer:
    for name, day in (("since", since), ("until", until)):
        if day and not holds.is_day(day):
            raise PolicyError(f"--{name} is no day of the calendar; write it as 2026-11-28")
    query = read_asked(given)
    keyring = Keyring(keys_folder(policy))
    return subjects.find(ledger, keyring, query, clients=clients, since=since, until=until, least=least)


def _kept_until(policy: Policy, ledger: Ledger, matches: Sequence[subjects.Match]) -> dict[int, str]:
    """Number of an item -> the last ISO day on which something of it is kept, where the plan knows it."""
    wanted, until = {match.id for match in matches}, dict[int, str]()
    for due in planned(ledger, policy, datetime.now(UTC)) if wanted else ():
        if due.item.id in wanted and due.verdict in ("due", "later") and due.due is not None:
            # A copy's line comes behind that of its original, and lives longer.
            until[due.item.id] = (due.due - timedelta(days=1)).date().isoformat()
        elif due.item.id in wanted and due.verdict != "done":
            until.pop(due.item.id, None)
    return until


def today(policy: Policy) -> str:
    """The ISO day where `[retention] timezone` says."""
    return datetime.now(ZoneInfo(policy.retention.timezone)).date().isoformat()


def _show(matches: Sequence[subjects.Match]) -> None:
    table = Table("score", "day", "client", "store", "item", "kind", "matched", "original", "copy")
    for match in matches[:_SHOWN]:
        gone = {"": "kept", "deidentify": "gone", "erase": "gone"}.get(match.gone, "gone")
        row = (f"{match.score:.2f}", match.day or "?", match.client, match.store, match.label, match.kind)
        table.add_row(*row, ", ".join(match.matched), gone, "yes" if match.copies else "no")
    out.print(table)
    interactions = len({(match.store, match.interaction) for match in matches})
    out.print(f"{len(matches)} items in {interactions} interactions", markup=False)
    if len(matches) > _SHOWN:
        out.print(f"the first {_SHOWN} are shown; --json lists them all", markup=False)


def _say(found: subjects.Answer, left: int) -> None:
    if found.weaker:
        out.print(f"{found.weaker} weaker matches are hidden; --least 0 shows them", markup=False)
    if found.keyless:
        out.print(
            f"the keys of {len(found.keyless)} clients are gone: nobody can be found in what they had", markup=False
        )
    if left:
        out.print(f"{left} items are not in the index: not redacted yet, or without [subjects] index", markup=False)
