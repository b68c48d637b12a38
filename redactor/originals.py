"""Finding originals: the ledger holds no names, so a walk of the store says where what is to go lies."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from redactor.borders import Borders
from redactor.boundary import Seen
from redactor.database import Database
from redactor.discovery import OpenStore
from redactor.errors import WithheldError
from redactor.places import open_place
from redactor.policy import Policy
from redactor.sealing import reachable_output
from redactor.spool import Located, Spool
from redactor.stores import digest_of

_BURIED = "BURIED"


@dataclass(frozen=True, slots=True)
class Original:
    """Where an original lies."""

    relative: PurePosixPath = field(repr=False)
    stamp: str
    """As the walk saw it."""
    buried: bool
    """It was removed before, but the store keeps versions of it."""


class Originals:
    """The originals of one walk, on disk: a million take no more memory than ten. Its digests are in memory."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.whole = True
        """All folders could be listed: what was not found is not there."""
        self.empty = True
        """Not one file was seen: is the disk mounted?"""

    def search(self, store: OpenStore, items: Collection[str]) -> None:
        """Walk a store once. Raises `StoreError` when it does not answer."""
        wanted = {bytes.fromhex(item) for item in items}
        for part in store.source.walk() if wanted else ():
            self.empty = False
            self.whole &= all(seen.stamp or seen.refusal is None for seen in part)
            self._note(store, part, wanted, "")
        if wanted:
            places = [Seen(place, 0, "", 0.0) for place in store.source.buried()]
            self._note(store, places, wanted, _BURIED)

    def where(self, store: str, item: str) -> Original | None:
        """An original that was found."""
        located = self._spool.find(store, item)
        return None if located is None else Original(located.relative, located.stamp, located.reason == _BURIED)

    def _note(self, store: OpenStore, part: list[Seen], wanted: set[bytes], how: str) -> None:
        named = [(seen, digest_of(seen.relative)) for seen in part]
        self._spool.add(
            Located(store.policy.name, item, seen.relative, "", "", "", "", seen.stamp, how)
            for seen, item in named
            if bytes.fromhex(item) in wanted
        )


def open_stores(
    policy: Policy, database: Database, held: ExitStack
) -> tuple[dict[str, OpenStore], dict[str, WithheldError]]:
    """The stores of a policy that answer, and of the others why they do not; nothing is made that is not there.

    Local outputs are held as batches hold them, until `held` ends.
    """
    stores: dict[str, OpenStore] = {}
    down: dict[str, WithheldError] = {}
    borders = Borders(policy)
    for store in policy.stores:
        try:
            output = reachable_output(store, policy, database, borders, held)
            stores[store.name] = OpenStore(store, open_place(store.source, store.options), output)
        except WithheldError as error:
            down[store.name] = error
    return stores, down
