"""The night: one run over all stores of a policy. One thread walks, others work, the ledger says who does what.

Any number of runs, on any number of machines, may share a ledger: none takes what another has claimed, and what one
leaves behind another takes up.
"""

from __future__ import annotations

import queue as queues
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from redactor.discovery import Discovery, Naming, OpenStore
from redactor.errors import WithheldError
from redactor.holders import Holder, alive
from redactor.journal import Event
from redactor.ledger import Ledger
from redactor.places import local_folder, open_place
from redactor.policy import Policy
from redactor.queue import Claim, Offer, Queue, Row
from redactor.rules import Rules
from redactor.spool import Located, Spool
from redactor.stores import shared_folder
from redactor.worker import Ended, Told

_IDLE_S = 0.05
_SHORTEST_S, _LONGEST_S = 0.01, 1.0
"""A worker that finds nothing to do asks again after so long, each time twice as long."""
_TROUBLE = frozenset({"OUTPUT_FULL", "OUTPUT_NOT_WRITABLE", "OUTPUT_FAILED"})
"""Refusals that say something of the store and not of the item."""
_PAUSE_S = 15.0
_PAUSES = 4
"""A store that gave trouble is left alone for a while, each time twice as long, and so often at most."""
_PATIENT = 3
"""So many troubles in a row before that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one run is asked to do."""

    workers: int = 1
    until: datetime | None = None
    """Nothing is begun after this time."""
    limit: int | None = None
    """No more than this many items are begun."""
    only: str = ""
    """The name of a store, or a glob pattern for items."""
    dry: bool = False
    """Look, and say what would be done."""


@dataclass(slots=True)
class Tally:
    """What the walk found, per store: counts by what the ledger said of it."""

    offers: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(store, `new` | `again` | `same` | `busy` | `refused` | `quarantined`)."""
    ignored: Counter[str] = field(default_factory=Counter)
    growing: int = 0
    """Files that were still being written."""
    down: dict[str, str] = field(default_factory=dict)
    """Stores that did not answer, with why."""
    began: int = 0
    """Items that were claimed."""


class Processor(Protocol):
    """Takes claimed bundles; one per thread of the run."""

    def process(self, claim: Claim, located: Mapping[str, Located], told: Told) -> list[Ended]:
        """See `Worker.process`."""

    def cancel(self) -> None:
        """Give up what is in work, from any thread."""

    def close(self) -> None:
        """Let go of everything."""


Processors = Callable[[int, "Night"], Processor]
"""Makes the processor of a thread, by its number from 0."""


class Tell(Protocol):
    """See `journal.Journal.event`."""

    def __call__(self, name: Event, /, **fields: object) -> None:
        """Something has happened."""


class Night:
    """One run. Iterate over `outcomes` once; everything it holds is given back when that ends."""

    def __init__(
        self,
        policy: Policy,
        ledger: Ledger,
        processors: Processors,
        naming: Naming,
        options: Options,
        run: str = "",
        tell: Tell | None = None,
    ) -> None:
        """Nothing is opened yet.

        Args:
            policy: names the stores.
            ledger: the queue and the audit trail.
            processors: makes what the threads work with.
            naming: cleans names, see `Discovery`.
            options: what is asked for.
            run: the name of the run.
            tell: is told of events (`journal.Event`) with their fields, from any thread; it raises nothing.
        """
        self.policy, self.ledger, self.queue, self.options = policy, ledger, Queue(ledger), options
        self.run = run or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        self.stores: dict[str, OpenStore] = {}
        self.tally = Tally()
        self._processors, self._naming = processors, naming
        self._tell = tell or _untold
        self._holder = Holder.here()
        self._outcomes: queues.Queue[tuple[Row, Ended | None]] = queues.Queue(1000)
        self._stop, self._walked = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._whole: set[str] = set()
        self._paused: dict[str, _Pause] = {}
        self._seen_held: dict[tuple[int, int], float] = {}
        self._renewed: set[tuple[int, int]] = set()
        self._error: BaseException | None = None
        self._working: list[Processor] = []

    def stop(self) -> None:
        """Begin nothing more; what is in work is finished."""
        self._stop.set()

    def give_up(self) -> None:
        """Begin nothing more, and give back what is in work."""
        self._stop.set()
        with self._lock:
            working = list(self._working)
        for processor in working:
            processor.cancel()

    def outcomes(self, told: Callable[[Row, str, float], None]) -> Generator[tuple[Row, Ended | None], None, None]:
        """Each item that ended, as it ends; with None those that stand as they were refused before.

        `told` is called from the threads of the workers. Raises `LedgerError` when the ledger fails for good, and
        `PolicyError` when the stores are not what they should be, before anything is done.
        """
        with ExitStack() as held:
            spool = held.enter_context(closing(Spool()))
            self._open(held)
            discovery = Discovery(
                self.policy,
                self.queue,
                spool,
                self._naming,
                run=self.run,
                only=self._pattern(),
                dry=self.options.dry,
            )
            threads = [threading.Thread(target=self._guarded, args=(self._walk, discovery), name="walk")]
            if not self.options.dry:
                threads += [
                    threading.Thread(target=self._guarded, args=(self._work, n, spool, told), name=f"worker {n}")
                    for n in range(self.options.workers)
                ]
            held.callback(self._join, threads)
            for thread in threads:
                thread.start()
            yield from self._ended(threads)
        if self._error is not None:
            raise self._error

    def _ended(self, threads: list[threading.Thread]) -> Iterator[tuple[Row, Ended | None]]:
        while True:
            alive = any(thread.is_alive() for thread in threads)
            try:
                yield self._outcomes.get(timeout=_IDLE_S)
            except queues.Empty:
                if not alive:
                    return

    def _join(self, threads: list[threading.Thread]) -> None:
        self.give_up()
        while any(thread.is_alive() for thread in threads):
            try:
                self._outcomes.get(timeout=_IDLE_S)
            except queues.Empty:
                continue

    def _guarded(self, work: Callable[..., None], *arguments: object) -> None:
        try:
            work(*arguments)
        except BaseException as error:
            with self._lock:
                self._error = self._error or error
            self.give_up()

    def _open(self, held: ExitStack) -> None:
        chosen = [s for s in self.policy.stores if not self._only_store() or s.name == self.options.only]
        for store in sorted(chosen, key=lambda s: -s.priority):
            try:
                source = open_place(store.source, store.options)
                output = open_place(store.output, store.output_options, create=not self.options.dry)
                rules = Rules(store, self.policy, source)
            except WithheldError as error:
                self._down(store.name, error.reason, str(error))
                continue
            if not self.options.dry:
                self._hold(store.output, held)
            self.stores[store.name] = OpenStore(store, source, output, rules)

    def _hold(self, output: str, held: ExitStack) -> None:
        folder = local_folder(output)
        if folder is not None:
            # A folder that cannot be written is no reason to stop: each of its items is refused with that reason.
            with suppress(WithheldError):
                held.enter_context(shared_folder(folder))

    def _only_store(self) -> bool:
        return any(store.name == self.options.only for store in self.policy.stores)

    def _pattern(self) -> str:
        return "" if self._only_store() else self.options.only

    def _walk(self, discovery: Discovery) -> None:
        try:
            for name, store in self.stores.items():
                self._walk_store(discovery, name, store)
            while not self._over():
                for offers in discovery.revisit(self.stores):
                    self._count(offers)
                self.tally.growing, worth = discovery.growing()
                if not worth:
                    break
                self._stop.wait(_IDLE_S)
            self.tally.growing, _ = discovery.growing()
            self.tally.ignored = discovery.ignored
        finally:
            self._walked.set()

    def _walk_store(self, discovery: Discovery, name: str, store: OpenStore) -> None:
        try:
            for offers in discovery.walk(store):
                self._count(offers)
                if self._over():
                    return
        except WithheldError as error:
            self._down(name, error.reason, str(error))
            return
        found = {what: n for (of, what), n in list(self.tally.offers.items()) if of == name}
        self._tell("store_walked", store=name, ignored=discovery.ignored[name], **found)
        if not self._pattern():
            with self._lock:
                self._whole.add(name)

    def _count(self, offers: list[Offer]) -> None:
        for offer in offers:
            refused = offer.change == "same" and offer.row.state in ("refused", "quarantined")
            self.tally.offers[offer.row.store, offer.row.state if refused else offer.change] += 1
            if refused:
                self._outcomes.put((offer.row, None))

    def _work(self, number: int, spool: Spool, told: Told) -> None:
        processor = self._processors(number, self)
        with self._lock:
            self._working.append(processor)
        try:
            idle_s = _SHORTEST_S
            while not self._over() and self._may_begin():
                walked = self._walked.is_set()
                claim = self._claim()
                if claim is None:
                    if walked and not self._others_may_end():
                        return
                    self._stop.wait(idle_s)
                    idle_s = min(2 * idle_s, _LONGEST_S)
                    continue
                idle_s = _SHORTEST_S
                found = {row.item: where for row in claim.rows if (where := spool.find(row.store, row.item))}
                for ended in processor.process(claim, found, told):
                    self._judge(ended)
                    if ended.how == "lost":
                        self._tell("lease_lost", store=ended.row.store, label=ended.row.label)
                    self._outcomes.put((ended.row, ended))
        finally:
            with self._lock:
                self._working.remove(processor)
            processor.close()

    def _over(self) -> bool:
        if self.options.until is not None and datetime.now(UTC) >= self.options.until:
            return True
        return self._stop.is_set()

    def _may_begin(self) -> bool:
        return self.options.limit is None or self.tally.began < self.options.limit

    def _claim(self) -> Claim | None:
        now = time.monotonic()
        with self._lock:
            if not self._may_begin():
                return None
            without = [name for name, pause in self._paused.items() if pause.until > now]
            without += [s.name for s in self.policy.stores if s.name not in self.stores]
            claim = self.queue.claim(
                run=self.run,
                holder=str(self._holder),
                whole=sorted(self._whole),
                without=without,
                policy_digest=self.policy.digest(),
                lease_s=self.policy.run.lease_s,
                limits=self.policy.run.clients,
            )
            self.tally.began += len(claim.rows) if claim else 0
        return claim

    def _others_may_end(self) -> bool:
        """True while it is worth waiting: a store may come back, or another run may have died with what it holds."""
        with self._lock:
            if any(pause.until > time.monotonic() and not pause.given_up for pause in self._paused.values()):
                return True
        return self._orphans()

    def _orphans(self) -> bool:
        """True while another run holds what it may never end: nothing says that it is alive.

        Those of this machine that died are buried at once. Of other machines it is only known whether they go on
        renewing; whoever has done so since the last look is at work.
        """
        if self.queue.bury(alive):
            return True
        rows = self.queue.held(sorted(self.stores))
        held = {(number, token): until for number, token, holder, until in rows if alive(holder) is None}
        with self._lock:
            known, self._seen_held = self._seen_held, held
            self._renewed |= {key for key, until in held.items() if key in known and known[key] != until}
            return any(key not in self._renewed for key in held)

    def _judge(self, ended: Ended) -> None:
        """A store in which nothing works is left alone for a while."""
        name = ended.row.store
        trouble = ended.reason in _TROUBLE or ended.reason.startswith("STORE_")
        with self._lock:
            pause = self._paused.setdefault(name, _Pause())
            if not trouble:
                pause.row = 0
                return
            pause.row += 1
            if pause.row >= _PATIENT or ended.reason.startswith("STORE_"):
                pause.row = 0
                pause.count += 1
                pause.until = float("inf") if pause.given_up else time.monotonic() + _PAUSE_S * 2**pause.count
                self._down(name, ended.reason, ended.message)

    def _down(self, name: str, reason: str, message: str) -> None:
        self.tally.down[name] = message
        self._tell("store_down", store=name, reason=reason, message=message)


@dataclass(slots=True)
class _Pause:
    until: float = 0.0
    count: int = 0
    row: int = 0

    @property
    def given_up(self) -> bool:
        return self.count > _PAUSES


def _untold(_name: Event, /, **_fields: object) -> None:
    """Nobody listens."""
