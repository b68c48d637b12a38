"""Ray: objects that live in processes of a cluster. Knows Ray, and nothing of what the objects do."""

from __future__ import annotations

import importlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from redactor.errors import EngineError, MissingEngineError

_LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Resources:
    """What one actor asks of the machine that it runs on."""

    cpus: float
    """Processors; Ray places no more actors on a machine than it has of them."""
    gpus: float = 0.0
    """Graphics processors, or shares of one."""


class ActorLostError(EngineError):
    """The process of an actor, or its machine, is gone."""


def connect(address: str) -> bool:
    """Join the cluster at `address` (`auto`, `host:6379`, `ray://host:10001`), or start one here when it is empty.

    False when this process has joined one before; it is left as it is. Raises `MissingEngineError` when Ray is not
    here or does not answer.
    """
    # Ray reports its use to its makers unless it is told not to.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
    except ImportError:
        raise MissingEngineError(
            "Ray is not here; install it with: pip install 'redactor[ray]'", reason="NO_ENGINE"
        ) from None
    if ray.is_initialized():
        return False
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        with _signals_kept():
            if address:
                ray.init(address=address, **quiet)
            else:
                # `local`, or RAY_ADDRESS would be joined. Nothing large goes through its store: files stay where they
                # are. On the loopback: nobody else is to send it work.
                own: dict[str, Any] = {"address": "local", "_node_ip_address": "127.0.0.1"}
                ray.init(include_dashboard=False, object_store_memory=100 * 2**20, **own, **quiet)
    except Exception as error:
        message = f"no Ray cluster answers ({type(error).__name__}); check [run.ray] address"
        raise MissingEngineError(message, reason="NO_CLUSTER") from error
    return True


def disconnect() -> None:
    """Leave the cluster; one that was started here ends."""
    import ray

    with _signals_kept():
        ray.shutdown()


def room(resources: Resources) -> int:
    """So many such actors the machines of the cluster can hold, if they hold nothing else."""
    import ray

    nodes: Any = ray.nodes
    machines = [node["Resources"] for node in nodes() if node["Alive"]]
    return sum(
        min(
            int(machine.get(name, 0.0) / asked)
            for name, asked in (("CPU", resources.cpus), ("GPU", resources.gpus))
            if asked
        )
        for machine in machines
    )


class Actor:
    """An object in a process of the cluster; its methods are called by name."""

    def __init__(self, factory: str, arguments: Sequence[Any], resources: Resources) -> None:
        """Ask for a process in which `factory` (`module:function`) makes the object from `arguments` (picklable)."""
        import ray

        # Two calls at a time: one that works, and one that tells it to stop.
        wanted: dict[str, Any] = {"num_cpus": resources.cpus, "num_gpus": resources.gpus, "max_concurrency": 2}
        remote: Any = ray.remote(max_restarts=0, max_task_retries=0, **wanted)(_Held)
        self._ray: Any = ray
        self._actor: Any = remote.remote()
        self._made: Any = self._actor.make.remote(factory, list(arguments))

    def ready(self, wait_s: float) -> bool:
        """Whether the cluster has found a place for it and the object is made; waits so long for that.

        Raises what the making raised, and `ActorLostError` when the process is gone.
        """
        if not self._ended(self._made, wait_s):
            return False
        self._got(self._made)
        return True

    def call(self, method: str, *arguments: Any, meanwhile: Callable[[], None] = lambda: None) -> Any:
        """What the method returns; what it raises is raised here. Raises `ActorLostError` when its process is gone.

        `meanwhile` is called every half second until there is an answer.
        """
        answer = self._actor.call.remote(method, arguments)
        while not self._ended(answer, _LOOK_S):
            meanwhile()
        return self._got(answer)

    def send(self, method: str, *arguments: Any) -> None:
        """Call without waiting for the answer."""
        self._actor.call.remote(method, arguments)

    def kill(self) -> None:
        """End its process; does nothing when that is gone."""
        with _lost():
            self._ray.kill(self._actor)

    def _ended(self, answer: Any, wait_s: float) -> bool:
        with _lost():
            return bool(self._ray.wait([answer], timeout=wait_s)[0])

    def _got(self, answer: Any) -> Any:
        with _lost():
            return self._ray.get(answer)


@contextmanager
def _lost() -> Iterator[None]:
    """Ray's errors as ours: what was raised over there is raised here, all else means that the process is lost."""
    import ray

    try:
        yield
    except ray.exceptions.RayTaskError as error:
        cause = error.cause
        if isinstance(cause, Exception):
            raise cause from error
        raise EngineError("a process of the cluster failed; look into the logs of Ray on its machine") from error
    except (ray.exceptions.RayError, ConnectionError) as error:
        message = "the process of the cluster that had it is gone; look at its machine, and retry it"
        raise ActorLostError(message, reason="ACTOR_LOST") from error


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Ray takes SIGTERM for itself; what it means to a run is not for it to say."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Held:
    """Runs in the process of an actor. Made without arguments: a constructor that raises looks like a dead process."""

    def __init__(self) -> None:
        self._object: Any = None

    def make(self, factory: str, arguments: Sequence[Any]) -> None:
        module, _, name = factory.partition(":")
        self._object = getattr(importlib.import_module(module), name)(*arguments)

    def call(self, method: str, arguments: Sequence[Any]) -> Any:
        return getattr(self._object, method)(*arguments)
