"""A night on a Ray cluster: the same workers, in actors. The ledger still says who does what.

The run claims, and sends what it claimed to an actor, which takes every step that a local worker takes: it renews the
lease, redacts in a child process of its own, publishes and commits. Ray may lose a call or its answer; the token of the
claim lets each item end once.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

from redactor._version import __version__
from redactor.borders import Borders
from redactor.discovery import OpenStore
from redactor.endings import How
from redactor.engines.rays import Actor, ActorLostError, Resources, connect, disconnect, room
from redactor.errors import ExitCode, LeaseLostError, MissingEngineError, PolicyError, StoreError
from redactor.indexed import index_key
from redactor.isolation import FACTORY, Child
from redactor.ledger import Entry, Ledger
from redactor.night import Night
from redactor.places import local_folder, open_place
from redactor.policy import Policy, default_ledger_url
from redactor.publication import drafts_name
from redactor.queue import Claim, Queue, Row
from redactor.sealing import output_place
from redactor.spool import Located
from redactor.storepolicy import StorePolicy
from redactor.stores import was_held
from redactor.worker import Ended, Told, Worker

_WITH_SOUND = ("audio", "video")
_OTHERS = ("image", "text", "")
_ROOM_S = 60.0
"""So long a cluster may take to find room for a worker; one that grows on demand needs that."""
_LOOK_S = 0.2
_TRIES = 2
"""An item with which so many actors were lost is quarantined."""

Kinds = tuple[str, ...] | None


def check_cluster(policy: Policy) -> None:
    """Raises `PolicyError` when a cluster of several machines could not share the ledger."""
    if policy.run.ray.address and (policy.ledger.url or default_ledger_url()).startswith("sqlite"):
        message = "[run.ray] address names a cluster, whose machines cannot share a SQLite ledger"
        raise PolicyError(f"{message}; give the [ledger] url of a PostgreSQL server")


class Crew:
    """The actors of a run."""

    def __init__(self, policy: Policy, *, factory: str = FACTORY, room_s: float = _ROOM_S) -> None:
        """Nothing is asked of a cluster yet. `room_s`: how long to wait until it has room for a worker."""
        self._policy, self._factory, self._room_s = policy, factory, room_s
        self._joined = False
        self._run = ""
        self._lock = threading.Lock()
        self._first: list[tuple[Kinds, Actor]] = []
        self._at_work: Counter[Kinds] = Counter()
        self.notes: list[str] = []
        """What an operator should know of the cluster."""

    def begin(self, workers: int, run: str) -> int:
        """Join the cluster and start workers; how many it has room for.

        Raises `MissingEngineError` when there is no cluster, or no room for a single worker of each kind, and what a
        worker raises that cannot start.
        """
        ray = self._policy.run.ray
        self._joined, self._run = connect(ray.address), run
        wanted: list[Kinds] = [None] * workers
        if ray.gpus and workers > ray.gpu_workers:
            wanted = [*[_WITH_SOUND] * ray.gpu_workers, *[_OTHERS] * (workers - ray.gpu_workers)]
        actors = [(kinds, self.actor(kinds)) for kinds in wanted]
        until = time.monotonic() + self._room_s
        for kinds, actor in actors:
            # A cluster of this run alone does not grow, and nobody else gives anything back.
            full = not ray.address and (len(self._first) >= self._holds(wanted) or not room(self._resources(kinds)))
            if full:
                actor.kill()
            elif placed := self._placed(kinds, actor, until):
                self._first.append((kinds, placed))
                self._at_work[kinds] += 1
        if set(self._at_work) != set(wanted):
            raise self.no_room(next(kinds for kinds in wanted if kinds not in self._at_work))
        if (count := len(self._first)) < workers:
            self.notes.append(f"the Ray cluster has room for {count} of {workers} workers")
        return count

    def processor(self, number: int, night: Night) -> RayProcessor:
        """For thread `number` of the run, below what `begin` returned."""
        return RayProcessor(self, night, *self._first[number])

    def actor(self, kinds: Kinds) -> Actor:
        """One more, which may have to wait for room."""
        arguments = (self._policy.model_dump(mode="json"), self._run, self._factory, __version__)
        return Actor("redactor.cluster:RemoteWorker", arguments, self._resources(kinds))

    def found(self, kinds: Kinds, night: Night) -> Actor | None:
        """One more actor; None when there is no room for it, or the night is over before there is."""
        return self._placed(kinds, self.actor(kinds), time.monotonic() + self._room_s, night.over)

    def _placed(
        self, kinds: Kinds, actor: Actor, until: float, over: Callable[[], bool] = lambda: False
    ) -> Actor | None:
        while True:
            try:
                if actor.ready(_LOOK_S):
                    return actor
            except ActorLostError:
                # It was sent to a machine that was gone, before the cluster had seen that; for seconds it may be so.
                actor.kill()
                time.sleep(_LOOK_S)
                actor = self.actor(kinds)
            if time.monotonic() >= until or over():
                actor.kill()
                return None

    def retire(self, kinds: Kinds) -> None:
        """A worker ends for want of room. Raises `MissingEngineError` when it was the last for these kinds."""
        with self._lock:
            self._at_work[kinds] -= 1
            if not self._at_work[kinds]:
                raise self.no_room(kinds)
            self.notes.append(
                f"{self._at_work.total()} workers went on: the Ray cluster had no room for one that was lost"
            )

    def end(self) -> None:
        """Leave the cluster; one that was started for this run ends."""
        for _, actor in self._first:
            actor.kill()
        if self._joined:
            disconnect()

    def no_room(self, kinds: Kinds) -> MissingEngineError:
        """Says what a worker asks for."""
        asked = self._resources(kinds)
        what = f"{asked.cpus:g} processors" + (f" and {asked.gpus:g} graphics processors" if asked.gpus else "")
        message = f"no machine of the Ray cluster has {what} free for a worker; lower [run.ray] cpus or gpus, or wait"
        return MissingEngineError(message, reason="NO_CLUSTER")

    def _resources(self, kinds: Kinds) -> Resources:
        ray = self._policy.run.ray
        cpus = float(self._policy.models.threads) if ray.cpus is None else ray.cpus
        return Resources(cpus, ray.gpus if kinds in (None, _WITH_SOUND) else 0.0)

    def _holds(self, wanted: list[Kinds]) -> int:
        return max(room(self._resources(kinds)) for kinds in set(wanted))


class RayProcessor:
    """Takes claimed bundles to an actor; a new one takes the place of one that is lost."""

    def __init__(self, crew: Crew, night: Night, kinds: Kinds, actor: Actor) -> None:
        self.kinds = kinds
        self._crew, self._night, self._queue = crew, night, Queue(night.ledger)
        self._actor: Actor | None = actor
        self._cancelled = threading.Event()

    def ready(self) -> bool:
        """Find a new actor when the last was lost. Raises `MissingEngineError` when no worker is left."""
        if self._actor is not None:
            return True
        self._actor = self._crew.found(self.kinds, self._night)
        if self._actor is None and not self._night.over():
            self._crew.retire(self.kinds)
        return self._actor is not None

    def process(self, claim: Claim, located: Mapping[str, Located], told: Told) -> list[Ended]:
        """See `Worker.process`. What an actor had in work when it was lost is given back, the second time not."""
        assert self._actor is not None
        for row in claim.rows:
            told(row, "sent", 0.0)
        try:
            # Each machine may have a folder of keys; those of the machine that gives the run its orders count.
            database = self._night.ledger.database
            keys = {row.client: index_key(self._night.policy, database, row.client) for row in claim.rows}
        except StoreError as error:
            self._queue.release(claim, [row.id for row in claim.rows], reason=error.reason)
            return [Ended(row, "returned", error.exit_code, error.reason, str(error)) for row in claim.rows]
        try:
            ended: list[Ended] = self._actor.call("process", claim, dict(located), keys, meanwhile=self._remind)
        except ActorLostError as error:
            # It may be out of reach only, and must not stay where a new one needs the room.
            self._actor.kill()
            self._actor = None
            return [self._lost(claim, row, error) for row in claim.rows]
        return ended

    def cancel(self) -> None:
        """Tell the actor to give up what is in work, now and until it has."""
        self._cancelled.set()

    def close(self) -> None:
        """End the actor."""
        if self._actor is None:
            return
        try:
            self._actor.call("close")
        except ActorLostError:
            return
        self._actor.kill()

    def _remind(self) -> None:
        # Again and again: said before its child is at work, it would be of no use.
        if self._cancelled.is_set() and self._actor is not None:
            self._actor.send("cancel")

    def _lost(self, claim: Claim, row: Row, error: ActorLostError) -> Ended:
        try:
            if self._queue.crashed(claim, row.id) < _TRIES:
                self._queue.release(claim, [row.id], reason=error.reason)
                return Ended(row, "returned", ExitCode.DONE, error.reason, str(error))
            detail = {"message": str(error), "client": row.client, "kind": row.kind, "bytes": row.size, "seconds": 0}
            entry = Entry(
                self._night.run,
                "quarantined",
                row.store,
                row.item,
                row.label,
                source_digest="",
                policy_digest=self._night.policy.digest(),
                output_digest="",
                code=error.exit_code,
                reason=error.reason,
                detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
            )
            self._night.stores[row.store].output.clear(drafts_name(row))
            self._queue.end(claim, row.id, "quarantined", entry, message=str(error))
        except LeaseLostError:
            return self._ended_there(row)
        return Ended(row, "quarantined", error.exit_code, error.reason, str(error))

    def _ended_there(self, row: Row) -> Ended:
        """It had ended before its actor was lost, or belongs to another run now."""
        hows = {"committed": "done", "refused": "refused", "quarantined": "quarantined", "gone": "gone"}
        now = self._queue.rows(row.store, [row.item]).get(row.item)
        if now is None or now.token != row.token or now.state not in hows:
            return Ended(row, "lost", ExitCode.WITHHELD, "LEASE_LOST", "another run has taken it over")
        return Ended(row, cast("How", hows[now.state]), ExitCode(now.code), now.reason, now.message)


class RemoteWorker:
    """Lives in an actor: a worker with its own connections to the ledger and the stores."""

    def __init__(self, policy: dict[str, Any], run: str, factory: str, version: str) -> None:
        """`policy` as `Policy.model_dump` gives it. Raises `MissingEngineError` for another `version` than this."""
        if version != __version__:
            message = (
                f"a machine of the cluster has redactor {__version__}, the run is of {version}; install one everywhere"
            )
            raise MissingEngineError(message, reason="NO_CLUSTER")
        self._policy = Policy.model_validate(policy)
        self._ledger = Ledger(self._policy.ledger.url or default_ledger_url())
        child = partial(Child, self._policy, factory=factory)
        self._keys: dict[str, str] = {}
        # What the run says of its own machine says nothing of this one.
        shared = bool(self._policy.run.ray.address)
        stores = _Stores(self._policy, self._ledger, shared=shared)
        keys = self._keys.__getitem__
        self._worker = Worker(self._policy, self._ledger, stores, child, run=run, keys=keys, shared=shared)

    def process(self, claim: Claim, located: Mapping[str, Located], keys: Mapping[str, str]) -> list[Ended]:
        """See `Worker.process`; `keys` as `index_key` gives them, for each client of the claim."""
        self._keys.clear()
        self._keys.update(keys)
        return self._worker.process(claim, located, _untold)

    def cancel(self) -> None:
        """See `Worker.cancel`."""
        self._worker.cancel()

    def close(self) -> None:
        """See `Worker.close`."""
        self._worker.close()
        self._ledger.close()


class _Stores(Mapping[str, OpenStore]):
    """Stores, opened when they are asked for. Raises `StoreError` for one that this machine does not reach."""

    def __init__(self, policy: Policy, ledger: Ledger, *, shared: bool) -> None:
        self._policy, self._database, self._elsewhere = policy, ledger.database, shared
        self._borders = Borders(policy, shared=shared)
        self._stores = {store.name: store for store in policy.stores}
        self._open: dict[str, OpenStore] = {}

    def __getitem__(self, name: str) -> OpenStore:
        if name not in self._open:
            self._open[name] = self._opened(self._stores[name])
        return self._open[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._stores)

    def __len__(self) -> int:
        return len(self._stores)

    def _opened(self, store: StorePolicy) -> OpenStore:
        if refusal := self._borders.store(store):
            raise StoreError(str(refusal), reason=refusal.reason)
        source = open_place(store.source, store.options)
        output = output_place(store, self._policy, self._database)
        if self._elsewhere:
            # Where a share is not mounted, a folder is empty: its items would be gone, its outputs go nowhere.
            for folder, there in ((local_folder(store.source), _filled), (local_folder(store.output), was_held)):
                if folder is not None and not there(folder):
                    message = f"a folder of store {store.name} is another one on a machine of the cluster; mount it"
                    raise StoreError(message)
        return OpenStore(store, source, output)


def _filled(folder: Path) -> bool:
    return any(folder.iterdir())


def _untold(_row: Row, _stage: str, _share: float) -> None:
    """Progress does not leave the actor."""
