"""The commands of holds: hold add|list|release. They print and exit."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any, Literal, cast

import click
from rich.table import Table

from redactor import holds, subjects
from redactor.cli_night import needed_config, out
from redactor.cli_subject import opened, query_options, range_options, read_asked, today
from redactor.errors import PolicyError
from redactor.keyring import Keyring
from redactor.ledger import Ledger
from redactor.persons import personal_in
from redactor.places import local_folder
from redactor.policy import Policy, keys_folder
from redactor.stores import digest_of

_DIGEST = 64


@click.group()
def hold() -> None:
    """Keep what must not go: a dispute, an order of a court, an objection. A hold always wins."""


@hold.command("add")
@needed_config
@click.option("--kind", type=click.Choice(["legal", "objection"]), default="legal", show_default=True)
@click.option("--reason", required=True, help="The file number; no names: the ledger keeps no personal data.")
@click.option("--authority", required=True, help="Who asked for it, for example a court or 'the person'.")
@click.option("--client", default="", help="All that is of this client.")
@click.option("--store", default="", help="All that lies in this store.")
@click.option("--item", default="", metavar="STORE:PLACE|PATH|SHA256", help="One item.")
@range_options
@click.option("--expires", default="", metavar="YYYY-MM-DD", help="Last day of the hold; without it: until released.")
@click.option("--everything", is_flag=True, help="Hold all that there is.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@query_options
def hold_add(
    config: Path,
    kind: str,
    reason: str,
    authority: str,
    client: str,
    store: str,
    item: str,
    since: str,
    until: str,
    expires: str,
    everything: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Set a hold; all that it names must fit. It waits for a deletion that has begun, and says what was gone already.

    \b
    redactor hold add --config redactor.toml --reason "ΑΒΜ 2026/1432" --authority "Πρωτοδικείο Αθηνών" --client acme
    redactor hold add --config redactor.toml --reason "case 88" --authority "the person" --kind objection \\
        --client acme --phone 6971234567 --expires 2027-06-30
    """
    if types := sorted({*personal_in(reason), *personal_in(authority)}):
        message = f"--reason or --authority holds personal data ({', '.join(types)}); name the file number instead"
        raise PolicyError(message)
    with opened(config) as (policy, ledger):
        query = read_asked(asked, needed=False)
        if query and not client:
            client = _only_client(ledger)
        person = subjects.person(Keyring(keys_folder(policy)), query, client) if query else None
        store, item = _item(policy, store, item)
        wanted = holds.Asked(
            cast("Literal['legal', 'objection']", kind),
            reason,
            authority,
            client,
            store,
            item,
            since,
            until,
            expires,
            person,
            everything,
        )
        placed = holds.add(
            ledger, wanted, clients=policy.retention.clients.keys(), stores=[one.name for one in policy.stores]
        )
    if as_json:
        click.echo(json.dumps(asdict(placed)))
        return
    out.print(f"hold {placed.id} stands; it holds {placed.held} items now", markup=False)
    if placed.gone:
        out.print(f"{placed.gone} more were disposed of before (the original, at least)", markup=False)
    if placed.going:
        out.print(f"{placed.going} are being disposed of: it had begun, and is finished", markup=False)
    if placed.codes:
        out.print(
            f"conflict: in {placed.codes} of them the security code of a card was said or shown. PCI DSS 3.3.1 forbids "
            "to keep it, the hold forbids to destroy it: a person must decide, with the lawyer and the acquirer",
            markup=False,
        )


@hold.command("list")
@needed_config
@click.option("--all", "all_", is_flag=True, help="Also those that were released.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def hold_list(config: Path, all_: bool, as_json: bool) -> None:
    """List the holds that stand."""
    with opened(config) as (policy, ledger):
        found = [one for one in holds.listing(ledger) if all_ or not one.released_at]
        day = today(policy)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
        return
    table = Table("hold", "kind", "holds", "until", "reason", "authority", "set")
    for one in found:
        parts = [part for part in (one.client, one.store, one.item[:12], "a person" if one.person else "") if part]
        parts += [f"{one.since or '...'} to {one.until or '...'}"] if one.since or one.until else []
        ends = f"released {one.released_at[:10]}" if one.released_at else one.expires or "released"
        ends = f"expired {one.expires}" if one.expires and one.expires < day and not one.released_at else ends
        table.add_row(
            str(one.id), one.kind, ", ".join(parts) or "all", ends, one.reason, one.authority, one.set_at[:10]
        )
    out.print(table)


@hold.command("release")
@needed_config
@click.argument("number", type=int)
@click.option("--why", required=True, help="Who decided it, and on what ground; no names.")
def hold_release(config: Path, number: int, why: str) -> None:
    """End a hold; what it held goes when it is due."""
    if types := personal_in(why):
        message = f"--why holds personal data ({', '.join(types)}); name the file number instead"
        raise PolicyError(message)
    with opened(config) as (_, ledger):
        holds.release(ledger, number, why)
    out.print(f"hold {number} is released", markup=False)


def _only_client(ledger: Ledger) -> str:
    there = subjects.clients_of(ledger)
    if len(there) != 1:
        message = "a person is held for one client, whose key finds them: give --client (a hold for each, if need be)"
        raise PolicyError(message)
    return there[0]


def _item(policy: Policy, store: str, item: str) -> tuple[str, str]:
    """The store and the digest of an item that was named by its digest, as STORE:PLACE, or by its path."""
    if not item or (len(item) == _DIGEST and all(c in "0123456789abcdef" for c in item)):
        return store, item
    for one in policy.stores:
        if item.startswith(f"{one.name}:"):
            return one.name, digest_of(PurePosixPath(item.removeprefix(f"{one.name}:")))
        folder = local_folder(one.source)
        path = Path(item).absolute()
        if folder is not None and path.is_relative_to(folder.absolute()):
            return one.name, digest_of(PurePosixPath(path.relative_to(folder.absolute())))
    if store:
        return store, digest_of(PurePosixPath(item))
    message = "--item is neither STORE:PLACE, nor a path in the source of a store, nor the SHA-256 of a place"
    raise PolicyError(message)
