"""The night: one run over all stores of a policy. One thread walks, others work, the ledger says who does what.

Any number of runs, on any number of machines, may share a ledger: none takes what another has claimed, and what one
leaves behind another takes up.
"""

from __future__ import annotations

import queue as queues
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import Protocol

from redactor.borders import Borders
from redactor.boundary import Place
from redactor.discovery import Discovery, Naming, OpenStore
from redactor.errors import WithheldError
from redactor.holders import Holder
from redactor.journal import Event
from redactor.ledger import Ledger
from redactor.places import local_folder, open_place
from redactor.policy import Policy
from redactor.queue import Claim, Offer, Queue, Row
from redactor.rules import Rules
from redactor.sealing import output_place
from redactor.spool import Located, Spool
from redactor.storepolicy import StorePolicy
from redactor.stores import shared_folder
from redactor.sweep import sweep
from redactor.waiting import Others, Pauses
from redactor.worker import Ended, Told

_IDLE_S = 0.05
_SHORTEST_S, _LONGEST_S = 0.01, 1.0
"""A worker that finds nothing to do asks again after so long, each time twice as long."""


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

    @property
    def kinds(self) -> tuple[str, ...] | None:
        """Kinds of items that it takes; None: any."""

    def ready(self) -> bool:
        """Whether it can take a bundle; False when it never will again, and others go on without it."""

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
        self._borders = Borders(policy)
        self._tell = tell or _untold
        self._holder = Holder.here()
        self._outcomes: queues.Queue[tuple[Row, Ended | None]] = queues.Queue(1000)
        self._stop, self._walked = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._whole: set[str] = set()
        self._pauses, self._others = Pauses(), Others()
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
            if self._error is None and not self.options.dry:
                for store in list(self.stores.values()):
                    self._sweep(store)
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
            if refusal := self._borders.store(store):
                self._down(store.name, refusal.reason, str(refusal))
                continue
            try:
                source = open_place(store.source, store.options)
                output = self._output(store, held)
                rules = Rules(store, self.policy, source)
            except WithheldError as error:
                self._down(store.name, error.reason, str(error))
                continue
            if not self.options.dry:
                self._hold(store.output, held)
            self.stores[store.name] = OpenStore(store, source, output, rules)

    def _output(self, store: StorePolicy, held: ExitStack) -> Place:
        folder = local_folder(store.output)
        if self.options.dry and folder is not None and not folder.exists():
            # What is not there yet is as an empty folder; a dry run makes none in its place.
            return open_place(held.enter_context(TemporaryDirectory()))
        return output_place(store, self.policy, self.ledger.database, create=not self.options.dry)

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
            while not self.over():
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
        if not self.options.dry:
            self._sweep(store)
        try:
            for offers in discovery.walk(store):
                self._count(offers)
                if self.over():
                    return
        except WithheldError as error:
            self._down(name, error.reason, str(error))
            return
        found = {what: n for (of, what), n in list(self.tally.offers.items()) if of == name}
        self._tell("store_walked", store=name, ignored=discovery.ignored[name], **found)
        if discovery.found[name] == 0 and self.queue.unfinished([name], self.run)["discovered"]:
            # A disk that is not mounted looks like a folder that was emptied.
            self._down(
                name, "STORE_DOWN", "it is empty, though items of it wait; is it mounted, and its address right?"
            )
        elif not self._pattern() and name not in discovery.partial:
            with self._lock:
                self._whole.add(name)

    def _sweep(self, store: OpenStore) -> None:
        try:
            sweep(self.queue, store.policy.name, store.output)
        except WithheldError as error:
            # Its items will say so, too; what is left is harmless, and swept by the next run.
            self.tally.down.setdefault(store.policy.name, str(error))

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
            while not self.over() and self._may_begin() and processor.ready():
                walked = self._walked.is_set()
                claim = self._claim(processor.kinds)
                if claim is None:
                    if walked and not self._others_may_end():
                        return
                    self._stop.wait(idle_s)
                    idle_s = min(2 * idle_s, _LONGEST_S)
                    continue
                found = {row.item: where for row in claim.rows if (where := spool.find(row.store, row.item))}
                if len(found) < len(claim.rows) and not walked and not self._is_whole(claim):
                    # A member of its interaction is woken, and the walk has not come to it yet: it is not gone.
                    self._give_back(claim)
                    self._stop.wait(idle_s)
                    idle_s = min(2 * idle_s, _LONGEST_S)
                    continue
                idle_s = _SHORTEST_S
                for ended in processor.process(claim, found, told):
                    self._judge(ended)
                    if ended.how == "lost":
                        self._tell("lease_lost", store=ended.row.store, label=ended.row.label)
                    self._outcomes.put((ended.row, ended))
        finally:
            with self._lock:
                self._working.remove(processor)
            processor.close()

    def over(self) -> bool:
        """Whether nothing more is begun: it was stopped, or the time for that has come."""
        if self.options.until is not None and datetime.now(UTC) >= self.options.until:
            return True
        return self._stop.is_set()

    def _may_begin(self) -> bool:
        return self.options.limit is None or self.tally.began < self.options.limit

    def _claim(self, kinds: tuple[str, ...] | None) -> Claim | None:
        with self._lock:
            if not self._may_begin():
                return None
            without = self._pauses.now()
            without += [s.name for s in self.policy.stores if s.name not in self.stores]
            barred = self._barred()
            claim = self.queue.claim(
                run=self.run,
                holder=str(self._holder),
                whole=sorted(self._whole),
                without=without,
                policy_digest=self.policy.digest(),
                lease_s=self.policy.run.lease_s,
                limits={**self.policy.run.clients, **dict.fromkeys(barred, 0)},
                kinds=kinds,
            )
            self.tally.began += len(claim.rows) if claim else 0
        return claim

    def _barred(self) -> set[str]:
        """Clients whose items other machines have to take."""
        named = [store.rules.barred.copy() for store in self.stores.values() if store.rules]
        return set(self._borders.barred()).union(*named)

    def _others_may_end(self) -> bool:
        """True while it is worth waiting: a store may come back, or another run may have died with what it holds."""
        return self._pauses.may_end() or self._others.may_be_dead(self.queue, sorted(self.stores))

    def _judge(self, ended: Ended) -> None:
        if self._pauses.judge(ended):
            self._down(ended.row.store, ended.reason, ended.message)

    def _is_whole(self, claim: Claim) -> bool:
        with self._lock:
            return claim.rows[0].store in self._whole

    def _give_back(self, claim: Claim) -> None:
        with self._lock:
            self.tally.began -= len(claim.rows)
        self.queue.release(claim, [row.id for row in claim.rows])

    def _down(self, name: str, reason: str, message: str) -> None:
        self.tally.down[name] = message
        self._tell("store_down", store=name, reason=reason, message=message)


def _untold(_name: Event, /, **_fields: object) -> None:
    """Nobody listens."""
