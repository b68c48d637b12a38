"""A night on a Ray cluster: the same workers, in actors. The ledger still says who does what.

The run claims, and sends what it claimed to an actor, which takes every step that a local worker takes: it renews the
lease, redacts in a child process of its own, publishes and commits. Ray may run a call twice or lose it; the token of
the claim lets one of them count.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from redactor.discovery import OpenStore
from redactor.engines.rays import Actor, ActorLostError, Resources, connect
from redactor.errors import ExitCode, LeaseLostError
from redactor.isolation import FACTORY, Child
from redactor.ledger import Ledger
from redactor.places import open_place
from redactor.policy import Policy, default_ledger_url
from redactor.queue import Claim, Queue, Row
from redactor.spool import Located
from redactor.worker import Ended, Told, Worker

_WITH_SOUND = ("audio", "video")


class RemoteWorker:
    """Lives in an actor: a worker with its own connections to the ledger and the stores."""

    def __init__(self, policy: dict[str, Any], run: str, factory: str) -> None:
        """`policy` as `Policy.model_dump` gives it."""
        self._policy = Policy.model_validate(policy)
        self._ledger = Ledger(self._policy.ledger.url or default_ledger_url())
        places = {
            store.name: OpenStore(
                store,
                open_place(store.source, store.options),
                open_place(store.output, store.output_options, create=True),
            )
            for store in self._policy.stores
        }
        child = partial(Child, self._policy, factory=factory)
        self._worker = Worker(self._policy, self._ledger, places, child, run=run)

    def process(self, claim: Claim, located: Mapping[str, Located]) -> list[Ended]:
        """See `Worker.process`."""
        return self._worker.process(claim, located, _untold)

    def cancel(self) -> None:
        """See `Worker.cancel`."""
        self._worker.cancel()

    def close(self) -> None:
        """See `Worker.close`."""
        self._worker.close()
        self._ledger.close()


class RayProcessor:
    """Takes claimed bundles to an actor; a new one takes the place of one that is gone."""

    def __init__(self, policy: Policy, queue: Queue, number: int, *, run: str, factory: str = FACTORY) -> None:
        """The processor of thread `number`. Raises `MissingEngineError` when there is no cluster.

        With graphics processors in `[run.ray]`, the first `gpu_workers` threads take what has sound and get their
        share, the others take the rest.
        """
        ray = policy.run.ray
        connect(ray.address)
        self._queue = queue
        self._resources = Resources(policy.models.threads if ray.cpus is None else ray.cpus)
        self.kinds: tuple[str, ...] | None = None
        if ray.gpus and policy.run.workers > ray.gpu_workers:
            self.kinds = _WITH_SOUND if number < ray.gpu_workers else ("image", "text", "")
        if ray.gpus and self.kinds in (None, _WITH_SOUND):
            self._resources = Resources(self._resources.cpus, ray.gpus)
        self._arguments = (policy.model_dump(mode="json"), run, factory)
        self._actor = self._begin()

    def process(self, claim: Claim, located: Mapping[str, Located], told: Told) -> list[Ended]:
        """See `Worker.process`. What an actor had in work when it went is given back."""
        for row in claim.rows:
            told(row, "sent", 0.0)
        try:
            ended: list[Ended] = self._actor.call("process", claim, dict(located))
        except ActorLostError as error:
            self._actor = self._begin()
            try:
                self._queue.release(claim, [row.id for row in claim.rows], reason=error.reason)
            except LeaseLostError:
                return [
                    Ended(row, "lost", ExitCode.WITHHELD, "LEASE_LOST", "another took it over") for row in claim.rows
                ]
            return [Ended(row, "returned", ExitCode.DONE, error.reason, str(error)) for row in claim.rows]
        return ended

    def cancel(self) -> None:
        """Tell the actor to give up what is in work."""
        self._actor.send("cancel")

    def close(self) -> None:
        """End the actor."""
        try:
            self._actor.call("close")
        except ActorLostError:
            return
        self._actor.kill()

    def _begin(self) -> Actor:
        return Actor("redactor.cluster:RemoteWorker", self._arguments, self._resources)


def _untold(_row: Row, _stage: str, _share: float) -> None:
    """Progress does not leave the actor."""
