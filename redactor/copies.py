"""Copies of encrypted outputs for people to look at: decrypted into a folder of their own, never in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from redactor.backlog import held_rows
from redactor.borders import Borders
from redactor.boundary import UNRELEASED, Place
from redactor.errors import PolicyError, RedactorError, StoreError, WithheldError
from redactor.ledger import Ledger
from redactor.places import local_folder
from redactor.policy import Policy
from redactor.sealing import SealedPlace, output_place
from redactor.storepolicy import StorePolicy
from redactor.unreleased import standing_of


@dataclass(frozen=True, slots=True)
class Copy:
    """One output that was to be copied."""

    store: str
    relative: PurePosixPath = field(repr=False)
    """Its place below the output, and below the store's folder of copies."""
    error: RedactorError | None = None
    """Why there is no copy."""


def open_copies(policy: Policy, ledger: Ledger, places: Sequence[str], folder: Path) -> Iterator[Copy]:
    """Decrypt outputs to `folder/STORE/PLACE`, readable by their owner only; a file that is there is left alone.

    Args:
        policy: names the stores.
        ledger: holds the keys of files.
        places: `STORE`, `STORE:FILE`, `STORE:FOLDER`, or the path of one in a local output folder. What a release gate
            holds back is meant only where it is named: `STORE:.redactor.held/RUN`.
        folder: where copies go.

    Raises `PolicyError` when a place is in no store, or the folder lies in one, before anything is written; then
    `StoreError` and `LedgerError`.
    """
    chosen = [_chosen(policy, place) for place in places]
    _apart(policy, folder)
    borders = Borders(policy)
    for store, relative in chosen:
        if refusal := borders.store(store):
            raise StoreError(f"store {store.name}: {refusal}", reason=refusal.reason)
        output = output_place(store, policy, ledger.database)
        count = 0
        files = _held(ledger, store, relative) if relative.parts[:1] == (UNRELEASED,) else _files(output, relative)
        for file in files:
            count += 1
            try:
                _checked(borders, store, output, file)
                _copied(output, file, folder / store.name / file)
            except (StoreError, WithheldError) as error:
                yield Copy(store.name, file, error)
            else:
                yield Copy(store.name, file)
        if not count:
            raise PolicyError(f"no output of store {store.name} lies there; say STORE, STORE:FILE or STORE:FOLDER")


def _chosen(policy: Policy, text: str) -> tuple[StorePolicy, PurePosixPath]:
    named = {store.name: store for store in policy.stores}
    name, _, rest = text.partition(":")
    if name in named:
        return named[name], PurePosixPath(rest)
    path = Path(text).resolve()
    for store in policy.stores:
        root = local_folder(store.output)
        if root is not None and path.is_relative_to(root.resolve()):
            return store, PurePosixPath(path.relative_to(root.resolve()))
    message = (
        f"a place is in no store; say STORE, STORE:FILE, or a path in an output folder; stores: {', '.join(named)}"
    )
    raise PolicyError(message)


def _apart(policy: Policy, folder: Path) -> None:
    for store in policy.stores:
        for url in (store.source, store.output):
            root = local_folder(url)
            if root is not None and folder.resolve().is_relative_to(root.resolve()):
                raise PolicyError(f"--out lies in a folder of store {store.name}; copies go elsewhere")


def _files(output: Place, relative: PurePosixPath) -> Iterator[PurePosixPath]:
    if relative.parts and (seen := output.look(relative)) is not None and seen.refusal is None:
        yield relative
        return
    for part in output.walk():
        yield from (seen.relative for seen in part if seen.refusal is None and seen.relative.is_relative_to(relative))


def _held(ledger: Ledger, store: StorePolicy, relative: PurePosixPath) -> Iterator[PurePosixPath]:
    """What a release gate holds back, for whoever reviews it: no walk shows it, the ledger knows it."""
    for row in held_rows(ledger):
        for one in standing_of(row.output_stamps) if row.store == store.name else ():
            if one.held and one.place.is_relative_to(relative):
                yield one.place


def _checked(borders: Borders, store: StorePolicy, output: Place, file: PurePosixPath) -> None:
    """Whose it is says its key: in a store of several clients each may allow other places."""
    client = output.client(file) if isinstance(output, SealedPlace) else None
    refusal = (borders.of(store, client) or borders.machine_for(client)) if client else None
    if refusal is not None:
        raise StoreError(str(refusal), reason=refusal.reason)


def _copied(output: Place, file: PurePosixPath, target: Path) -> None:
    try:
        for above in reversed(target.parents):
            above.mkdir(mode=0o700, exist_ok=True)
        target.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        message = "a file is there already; choose another folder, or take it away"
        raise WithheldError(message, reason="OUTPUT_EXISTS") from None
    except OSError as error:
        raise WithheldError(f"the copy cannot be written ({error.strerror})", reason="WRITE_FAILED") from None
    try:
        output.fetch(file, target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
