"""Ray: objects that live in processes of a cluster. Knows Ray, and nothing of what the objects do."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redactor.errors import EngineError, MissingEngineError


@dataclass(frozen=True, slots=True)
class Resources:
    """What one actor asks of the machine that it runs on."""

    cpus: float
    """Processors; Ray places no more actors on a machine than it has of them."""
    gpus: float = 0.0
    """Graphics processors, or shares of one."""


class ActorLostError(EngineError):
    """The process of an actor, or its machine, is gone."""


def connect(address: str) -> None:
    """Join the cluster at `address` (`auto`, `host:6379`, `ray://host:10001`), or start one here when it is empty.

    Does nothing when this process has joined one. Raises `MissingEngineError` when Ray is not here or does not answer.
    """
    # Ray reports its use to its makers unless it is told not to.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
    except ImportError:
        raise MissingEngineError("Ray is not here; install it with: pip install 'redactor[ray]'") from None
    if ray.is_initialized():
        return
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "ignore_reinit_error": True}
    try:
        if address:
            ray.init(address=address, **quiet)
        else:
            # Nothing large goes through its store: files stay where they are.
            ray.init(include_dashboard=False, object_store_memory=100 * 2**20, **quiet)
    except Exception as error:
        message = f"no Ray cluster answers ({type(error).__name__}); check [run.ray] address"
        raise MissingEngineError(message, reason="NO_CLUSTER") from error


def disconnect() -> None:
    """Leave the cluster; one that was started here ends."""
    import ray

    ray.shutdown()


class Actor:
    """An object in a process of the cluster; its methods are called by name."""

    def __init__(self, factory: str, arguments: Sequence[Any], resources: Resources) -> None:
        """Ask for a process in which `factory` (`module:function`) makes the object from `arguments` (picklable)."""
        import ray

        # Two calls at a time: one that works, and one that tells it to stop.
        wanted: dict[str, Any] = {"num_cpus": resources.cpus, "num_gpus": resources.gpus, "max_concurrency": 2}
        remote: Any = ray.remote(max_restarts=0, max_task_retries=0, **wanted)(_Held)
        self._ray: Any = ray
        self._actor: Any = remote.remote(factory, list(arguments))

    def call(self, method: str, *arguments: Any) -> Any:
        """What the method returns; what it raises is raised here. Raises `ActorLostError` when its process is gone."""
        try:
            return self._ray.get(self._actor.call.remote(method, arguments))
        except self._ray.exceptions.RayActorError as error:
            raise ActorLostError("a process of the cluster is gone", reason="ACTOR_LOST") from error
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from error

    def send(self, method: str, *arguments: Any) -> None:
        """Call without waiting for the answer."""
        self._actor.call.remote(method, arguments)

    def kill(self) -> None:
        """End its process."""
        self._ray.kill(self._actor)


class _Held:
    """Runs in the process of an actor."""

    def __init__(self, factory: str, arguments: Sequence[Any]) -> None:
        module, _, name = factory.partition(":")
        self._object = getattr(importlib.import_module(module), name)(*arguments)

    def call(self, method: str, arguments: Sequence[Any]) -> Any:
        return getattr(self._object, method)(*arguments)
