"""What `redactor doctor` asks of the ledger and the stores of a configuration: quick, and each with its remedy.

Each answer is waited for in a thread of its own, and not for long: a doctor that hangs is of no use.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from redactor import schema
from redactor.apart import check_apart
from redactor.borders import Borders
from redactor.boundary import DRAFTS
from redactor.errors import RedactorError
from redactor.ledger import Ledger
from redactor.places import local_folder, open_place, variables
from redactor.policy import Policy, default_ledger_url
from redactor.sealing import keys_of
from redactor.storepolicy import StorePolicy
from redactor.stores import sha256

WAIT_S = 30.0
_OPEN_S = 5.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a run needs."""

    name: str
    ok: bool
    note: str
    """What is here, or what to do."""


Asked = tuple[str, Callable[[], str]]
"""The name of a check, and what to do for it: it gives what is here, and raises what is wrong."""


def checks(policy: Policy, *, wait_s: float = WAIT_S) -> Iterator[Check]:
    """Ledger and stores, all asked at the same time; who has not answered after `wait_s` seconds is told so."""
    asked: list[Asked] = [("ledger", lambda: _ledger(policy))]
    if policy.stores:
        asked.append(("stores", lambda: _apart(policy)))
    if policy.ledger.url.startswith("postgresql"):
        asked.append(("folder of keys", lambda: _shared_keys(policy)))
    if policy.run.engine == "ray":
        asked.append(("ray", _ray))
    if any(terms.jurisdictions for terms in policy.retention.clients.values()):
        asked.append(("jurisdiction", lambda: _machine(policy)))
    for store in policy.stores:
        asked += [(f"store {store.name} {name}", work) for name, work in _of_store(store, policy)]
    # All are asked at once: who is waited for last has had the same time.
    waiting, until = [(name, _begun(work)) for name, work in asked], time.monotonic() + wait_s
    for name, answer in waiting:
        try:
            ok, note = answer.get(timeout=max(0.05, until - time.monotonic()))
        except Empty:
            ok, note = False, f"no answer within {wait_s:.0f} s; check its address, the network, and that it runs"
        yield Check(name, ok, note)


def _begun(work: Callable[[], str]) -> SimpleQueue[tuple[bool, str]]:
    answer: SimpleQueue[tuple[bool, str]] = SimpleQueue()

    def run() -> None:
        try:
            answer.put((True, work()))
        except RedactorError as error:
            answer.put((False, str(error)))
        except Exception as error:
            # Foreign messages hold names and addresses; the type says enough.
            answer.put((False, f"cannot be asked ({type(error).__name__}); check its address and options"))

    threading.Thread(target=run, name="doctor", daemon=True).start()
    return answer


class _WrongError(RedactorError):
    """A check that failed."""


def _ledger(policy: Policy) -> str:
    url = policy.ledger.url or default_ledger_url()
    if url.startswith("postgresql") and find_spec("psycopg") is None:
        raise _WrongError("the package for PostgreSQL is missing; pip install 'redactor[postgres]'")
    ledger = Ledger(url, patience_s=_OPEN_S)
    try:
        count = ledger.verify()
    finally:
        ledger.close()
    return f"chain of {count} entries is whole, tables of version {schema.HEAD}"


def _shared_keys(policy: Policy) -> str:
    if not policy.keys.folder:
        message = "machines that share a ledger share its keys; name one folder for all of them as [keys] folder"
        raise _WrongError(f"{message}, or nobody can be found, opened or proved across them")
    return "is named"


def _apart(policy: Policy) -> str:
    check_apart(policy.stores)
    return "sources and outputs lie apart"


def _ray() -> str:
    if find_spec("ray") is None:
        raise _WrongError("the package for [run] engine = 'ray' is missing; pip install 'redactor[ray]'")
    return "the package is here"


def _machine(policy: Policy) -> str:
    borders = Borders(policy)
    refused = {name: error for name in borders.names if (error := borders.machine_for(name))}
    if refused:
        raise _WrongError(f"not for clients {', '.join(refused)}: {next(iter(refused.values()))}")
    return f"this machine is labelled {borders.machine}, which all clients allow"


def _of_store(store: StorePolicy, policy: Policy) -> list[Asked]:
    named = variables(store.options) | variables(store.output_options)
    asked: list[Asked] = [("variables", lambda: _set(named))] if named else []
    if _bordered(store, policy):
        # Not even its names may be read here.
        return [*asked, ("jurisdiction", lambda: _fits(store, policy))]
    if store.encrypt:
        asked.append(("keys", lambda: _keys(store, policy)))
    return [*asked, ("source", lambda: _source(store)), ("output", lambda: _output(store))]


def _bordered(store: StorePolicy, policy: Policy) -> bool:
    """True when its client is one whose data may not be everywhere, and something of it does not fit or is no label."""
    try:
        return Borders(policy).store(store) is not None
    except RedactorError:
        return True


def _fits(store: StorePolicy, policy: Policy) -> str:
    if refusal := Borders(policy).store(store):
        raise _WrongError(str(refusal))
    return "its client allows it"


def _keys(store: StorePolicy, policy: Policy) -> str:
    ledger = Ledger(policy.ledger.url or default_ledger_url(), patience_s=_OPEN_S)
    try:
        keys = keys_of(store, policy, ledger.database)
        for client in keys.clients():
            keys.check(client)
    finally:
        ledger.close()
    return "outputs are encrypted, and the keys of all their clients are here"


def _set(named: Mapping[str, bool]) -> str:
    missing = sorted(name for name, here in named.items() if not here)
    if missing:
        raise _WrongError(f"its options name environment variables that are not set; set {', '.join(missing)}")
    return f"{', '.join(sorted(named))} set"


def _source(store: StorePolicy) -> str:
    part = next(open_place(store.source, store.options, quick=True).walk(), [])
    refused = Counter(seen.refusal.reason for seen in part if seen.refusal)
    if part and sum(refused.values()) == len(part):
        reasons = ", ".join(sorted(refused))
        raise _WrongError(
            f"none of the first {len(part)} files may be read ({reasons}); give the user of the job the right"
        )
    return (
        f"can be listed, {len(part)} files seen" if part else "can be listed, but holds no file; is it the right one?"
    )


def _output(store: StorePolicy) -> str:
    folder = local_folder(store.output)
    if folder is not None and not folder.exists():
        return _could_be_made(folder)
    place: Any = open_place(store.output, store.output_options, quick=True)
    name = f"doctor-{secrets.token_hex(8)}"
    there = PurePosixPath(DRAFTS, name)
    with TemporaryDirectory() as scratch:
        probe = Path(scratch) / "probe"
        probe.write_bytes(secrets.token_bytes(64))
        try:
            place.put(probe, there / "probe")
            place.rename(there / "probe", there / "renamed")
            if place.digest(there / "renamed") != sha256(probe):
                raise _WrongError("what was written came back as something else; look at the disk or the server")
        finally:
            with suppress(RedactorError):
                place.clear(name)
            if folder is not None:
                with suppress(OSError):
                    (folder / DRAFTS).rmdir()
    return "can be written, read and renamed"


def _could_be_made(folder: Path) -> str:
    parent = next(parent for parent in folder.parents if parent.exists())
    try:
        with TemporaryFile(dir=parent):
            return "is not there yet; it can be made"
    except OSError as error:
        why = error.strerror
        raise _WrongError(f"it cannot be made ({why}); make it, and let the user of the job write there") from None
