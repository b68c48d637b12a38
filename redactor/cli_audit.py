"""The commands of evidence: audit verify, anchor, certificate, export, inventory, incident, public-key."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from redactor import anchors, audit, audit_export, certificates
from redactor.audit_page import incident_page, inventory_page
from redactor.audit_words import WORDS
from redactor.durable import write_whole
from redactor.errors import ExitCode, PolicyError
from redactor.holds import standing
from redactor.incident import incident as incident_of
from redactor.inventory import Plan
from redactor.inventory import inventory as inventory_of
from redactor.keeping import known_clients, minors
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.policy import Policy, anchors_file, certificates_folder, default_ledger_url, keys_folder
from redactor.policyfile import load_policy
from redactor.remedies import remedy_of
from redactor.retention import plan
from redactor.signatures import pem_of, public_key_of, read_public_key

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, highlight=False, soft_wrap=True)
_EVERY = 100_000
"""Entries after which the terminal is told how far it is."""

needed_config = click.option(
    "--config", required=True, type=click.Path(path_type=Path, dir_okay=False), help="TOML file."
)
as_json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
key_option = click.option(
    "--public-key", type=click.Path(path_type=Path, dir_okay=False), help="Believe this key only (PEM or base64)."
)
page_option = click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write it there as a page.")


@dataclass(frozen=True, slots=True)
class _Open:
    """What most commands need."""

    policy: Policy
    ledger: Ledger
    keyring: Keyring
    anchors: Path

    @property
    def zone(self) -> str:
        return self.policy.retention.timezone


@click.group("audit")
def audit_group() -> None:
    """Evidence: is the ledger whole, what was disposed of, what is kept, what lay where."""


@audit_group.command("verify")
@needed_config
@click.option(
    "--anchor",
    "copy",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A copy of the anchors, kept elsewhere.",
)
@key_option
@click.option("--deep", is_flag=True, help="Also compare the queue with the entries, and look at the database file.")
@as_json_option
def verify(config: Path, copy: Path | None, public_key: Path | None, deep: bool, as_json: bool) -> None:
    """Find the first entry that was changed, removed, moved or put in, and whether the end was cut. Exit code 7.

    \b
    redactor audit verify --config redactor.toml
    redactor audit verify --config redactor.toml --anchor /safe/anchors.jsonl --public-key /safe/public_key.pem
    """
    with _open(config) as opened:
        given = read_public_key(public_key) if public_key else None
        found = audit.verify(
            opened.ledger,
            opened.anchors,
            given or audit.own_public_key(opened.keyring),
            signs=opened.keyring.signs(),
            copy=copy,
            deep=deep,
            progress=None if as_json else _progress,
        )
        language = opened.policy.report.language
    if as_json:
        findings = [one.as_dict() for one in found.findings]
        _print_json({"entries": found.count, "root": found.root, "whole": not findings, "findings": findings})
    else:
        for one in found.findings:
            out.print(f"{one.reason}: {one.message}", markup=False)
            out.print(f"  {remedy_of(one.reason, language)}", markup=False)
        out.print(f"{found.count} entries, root {found.root}" + ("" if found.findings else ": whole"), markup=False)
        if not opened.keyring.signs() and not found.findings:
            out.print("nothing was anchored yet, so a cut end would not be seen; redactor audit anchor")
    sys.exit(ExitCode.LEDGER if found.findings else ExitCode.DONE)


@audit_group.command("anchor")
@needed_config
def anchor(config: Path) -> None:
    """Walk the chain, sign its end, and print it: keep a copy of the file of anchors on another machine."""
    with _open(config) as opened:
        opened.ledger.verify()
        made = anchors.anchor(opened.ledger, opened.keyring, opened.anchors)
    if made is None:
        out.print("the ledger is empty: there is nothing to anchor")
        return
    out.print(f"{made['seq']} entries, root {made['hash']}, at {made['at']}", markup=False)
    out.print(f"anchors: {opened.anchors}", markup=False)


@audit_group.command("public-key")
@needed_config
def public_key(config: Path) -> None:
    """The key that anchors, certificates and exports are checked with (PEM); give it away before it is needed."""
    with _open(config) as opened:
        out.print(pem_of(public_key_of(opened.keyring.signing())).rstrip(), markup=False)


@audit_group.command("certificate")
@needed_config
@click.option("--item", help="An item, by its digest or the first 8 digits of it.")
@click.option("--client", help="All that was disposed of for a client.")
@click.option("--night", help="All that a run, or an ISO day, disposed of.")
@click.option("--check", type=click.Path(path_type=Path, dir_okay=False), help="Check a certificate instead.")
@key_option
def certificate(
    config: Path, item: str | None, client: str | None, night: str | None, check: Path | None, public_key: Path | None
) -> None:
    """Write a signed certificate of disposal (JSON and one PDF page) into the folder of certificates."""
    asked: dict[certificates.Scope, str | None] = {"item": item, "client": client, "night": night}
    given = [(scope, value) for scope, value in asked.items() if value is not None]
    if len(given) + (check is not None) != 1:
        raise PolicyError("say which, one of: --item, --client, --night, --check")
    with _open(config) as opened:
        if check is not None:
            key = read_public_key(public_key) if public_key else audit.own_public_key(opened.keyring)
            if key is None:
                raise PolicyError("nothing was signed here; give --public-key with the key of who signed it")
            body = certificates.verify_certificate(check, key)
            out.print(f"as it was signed: {body['totals']['items']} items, at {body['at']}", markup=False)
            return
        scope, value = given[0]
        places = certificates.certify(
            opened.ledger,
            opened.keyring,
            opened.anchors,
            certificates_folder(opened.policy),
            scope,
            value,
            zone=opened.zone,
            language=opened.policy.report.language,
        )
    for place in places:
        out.print(f"certificate: {place}", markup=False)


@audit_group.command("export")
@needed_config
@click.option("--client", help="Its entries; without, all entries, whose chain is then whole.")
@click.option("--from", "first", default="", metavar="DAY", help="First day, as 2026-11-01.")
@click.option("--to", "last", default="", metavar="DAY", help="Last day.")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path), help="A new folder.")
def export(config: Path, client: str | None, first: str, last: str, folder: Path) -> None:
    """Write the entries, with all that is needed to check them without this program, for a client or an authority."""
    with _open(config) as opened:
        if client is not None and client not in _clients(opened):
            raise PolicyError(f"no client is called {client}; look at redactor audit inventory")
        manifest = audit_export.export(
            opened.ledger,
            opened.keyring,
            opened.anchors,
            folder,
            client=client,
            first=first,
            last=last,
            zone=opened.zone,
        )
    out.print(f"{manifest['entries']} entries: {folder}; README.txt there says how to check them", markup=False)


@audit_group.command("inventory")
@needed_config
@as_json_option
@page_option
def inventory(config: Path, as_json: bool, html: Path | None) -> None:
    """What is kept, of which categories, where, since and until when, and why (GDPR article 30)."""
    with _open(config) as opened:
        found = inventory_of(
            opened.ledger, opened.policy, datetime.now(UTC), plan=_plan(opened), holds=standing(opened.ledger)
        )
        language = opened.policy.report.language
    body = found.as_dict()
    if html is not None:
        write_whole(html, inventory_page(found, language))
        out.print(f"page: {html}", markup=False)
    if as_json:
        _print_json(body)
        return
    word = WORDS[language]
    names = ("client", "purpose", "store", "jurisdiction", "part", "kind", "items", "categories", "since", "until")
    table = Table(*(word[name] for name in names))
    for line in body["lines"]:
        until = (line["until"] or word["no_end"]) if found.planned else word["no_plan"]
        unread = f" ({line['unread']} {word['not_read']})" if line["unread"] else ""
        cells = [line["client"] or word["no_client"], ", ".join(line["purposes"]), line["store"]]
        cells += [line["jurisdiction"] or word["unknown"], word[line["part"]], line["kind"] or word["unknown"]]
        table.add_row(*cells, str(line["items"]), _listed(line["categories"]) + unread, line["since"], until)
    out.print(table)


@audit_group.command("incident")
@needed_config
@click.option("--store", required=True, help="Its name in the configuration.")
@click.option("--from", "first", required=True, metavar="DAY", help="First day, as 2026-11-01.")
@click.option("--to", "last", required=True, metavar="DAY", help="Last day.")
@as_json_option
@page_option
def incident(config: Path, store: str, first: str, last: str, as_json: bool, html: Path | None) -> None:
    """Which items, with which categories, lay on a store between two days."""
    with _open(config) as opened:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        found = incident_of(opened.ledger, opened.policy, store, first, last, at)
        language = opened.policy.report.language
    if html is not None:
        write_whole(html, incident_page(found, language))
        out.print(f"page: {html}", markup=False)
    if as_json:
        _print_json(found.as_dict())
        return
    word = WORDS[language]
    table = Table(word["client"], word["part"], word["items"], word["categories"])
    for line in found.clients():
        unread = f" ({line['unread']} {word['not_read']})" if line["unread"] else ""
        what = _listed(line["categories"]) + unread
        table.add_row(line["client"] or word["no_client"], word[line["part"]], str(line["items"]), what)
    out.print(table)
    out.print(f"{len(found.lay)} {word['items'].lower()}; --json and --html list them", markup=False)


@contextmanager
def _open(config: Path) -> Iterator[_Open]:
    policy = load_policy(config)
    with closing(Ledger(policy.ledger.url or default_ledger_url())) as ledger:
        yield _Open(policy, ledger, Keyring(keys_folder(policy)), anchors_file(policy))


def _clients(opened: _Open) -> set[str]:
    clients = {store.client for store in opened.policy.stores} | set(opened.policy.retention.clients)
    return clients | audit_export.clients(opened.ledger)


def _plan(opened: _Open) -> Plan:
    """The plan of retention, with all that the ledger knows."""
    clients, children = known_clients(opened.policy), minors(opened.ledger)
    return partial(plan, known_clients=clients, minors=children)


def _progress(done: int) -> None:
    if done % _EVERY == 0:
        err.print(f"{done} entries")


def _listed(categories: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in categories.items())


def _print_json(body: dict[str, Any]) -> None:
    click.echo(json.dumps(body, ensure_ascii=False, indent=1))
