"""The commands of encrypted outputs: open, keys. Like `cli`, they print and exit."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import cast, get_args

import click
from rich.console import Console
from rich.table import Table

from redactor.copies import open_copies
from redactor.destruction import destroy, hanging
from redactor.errors import ExitCode, PolicyError
from redactor.filekeys import counted
from redactor.keyring import Keyring, Use
from redactor.ledger import Ledger
from redactor.policy import Policy, default_ledger_url, keys_folder
from redactor.policyfile import load_policy

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
needed_config = click.option(
    "--config", required=True, type=click.Path(path_type=Path, dir_okay=False), help="TOML file."
)


@click.command("open")
@click.argument("places", nargs=-1, required=True, metavar="PLACE...")
@needed_config
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where to.")
def open_command(places: tuple[str, ...], config: Path, folder: Path) -> None:
    """Decrypt copies of encrypted outputs into a folder; the outputs stay as they are.

    \b
    redactor open --config redactor.toml calls --out look/                 all outputs of a store
    redactor open --config redactor.toml calls:2026-11-27 --out look/      a folder of it, or a file
    redactor open --config redactor.toml clean/2026-11-27/a.wav --out look/

    Copies lie in look/STORE/ and are readable by you alone; remove them when you have looked.
    """
    policy, failed, count = load_policy(config), 0, 0
    with closing(_ledger(policy)) as ledger:
        for copy in open_copies(policy, ledger, places, folder):
            count += 1
            if copy.error is not None:
                failed += 1
                out.print(f"  {copy.error.reason}  {copy.store}:{copy.relative}: {copy.error}", markup=False)
    out.print(f"{count - failed} of {count} copies in {folder}", markup=False)
    sys.exit(ExitCode.PARTLY_FAILED if failed else ExitCode.DONE)


@click.group()
def keys() -> None:
    """Keys of clients: who destroys one makes all that hangs on it unreadable, for ever."""


@keys.command("list")
@needed_config
def keys_list(config: Path) -> None:
    """Each client's keys, and how many encrypted files hang on them."""
    policy = load_policy(config)
    ring = Keyring(keys_folder(policy))
    with closing(_ledger(policy)) as ledger:
        files = counted(ledger.database)
    named = {store.client for store in policy.stores} | set(policy.retention.clients) | {of for of, _ in files}
    table = Table("client", *get_args(Use), "encrypted files")
    for client in sorted(named):
        here = ["here" if ring.key(client, use, create=False) else "none" for use in get_args(Use)]
        stores = [f"{store} {count}" for (of, store), count in files.items() if of == client]
        table.add_row(client or "(none)", *here, ", ".join(stores) or "0")
    out.print(table)
    out.print(f"folder of keys: {keys_folder(policy)}", markup=False)


@keys.command("destroy")
@needed_config
@click.option("--client", required=True, help="Whose key; '' for items without a client.")
@click.option("--use", required=True, type=click.Choice(get_args(Use)), help="Which of its keys.")
@click.option("--yes", is_flag=True, help="Do it; without this, only what would become unreadable is said.")
def keys_destroy(config: Path, client: str, use: str, yes: bool) -> None:
    """Destroy a client's key for ever, and enter that in the ledger.

    \b
    files    its encrypted outputs can never be read again, wherever copies of them lie
    index    persons can no longer be found in its items

    A copy of the folder of keys would bring it back: destroy it there, too.
    """
    policy, which = load_policy(config), cast("Use", use)
    ring = Keyring(keys_folder(policy))
    with closing(_ledger(policy)) as ledger:
        lost = hanging(ledger, client, which)
        what = "encrypted files" if which == "files" else "entries by which persons are found"
        told = ", ".join(f"{count} {what}" + (f" of store {name}" if which == "files" else "")
                         for name, count in lost.items()) or f"no {what}"  # fmt: skip
        if not yes:
            raise PolicyError(f"this makes unreadable for ever: {told}; --yes does it")
        if ring.key(client, which, create=False) is None and not any(lost.values()):
            raise PolicyError("this client has no such key; redactor keys list shows those that there are")
        ended = destroy(ledger, ring, client, which)
    out.print(f"{'destroyed' if ended.found else 'it was gone already'}; unreadable for ever: {told}", markup=False)
    out.print(f"ledger entry {ended.entry}", markup=False)
    out.print("copies of the folder of keys, and of the ledger, keep what they hold: destroy the key there, too")


def _ledger(policy: Policy) -> Ledger:
    return Ledger(policy.ledger.url or default_ledger_url())
