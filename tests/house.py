"""A night without engines: real stores, a real ledger, real workers, and a child that only replaces a number.

Runs happen in forked processes that can be killed at a step, at a time, or as if the power went.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest
import sqlalchemy as sa

from redactor.boundary import Place
from redactor.errors import ExitCode, MediaError
from redactor.job import Job
from redactor.ledger import Ledger
from redactor.night import Night, Options, Processor
from redactor.orders import Answer, Drafts, Failure, Order
from redactor.outcomes import Outcome
from redactor.places import is_remote, open_place
from redactor.policy import Policy
from redactor.queue import Queue
from redactor.receipt import Receipt
from redactor.stores import public_path
from redactor.worker import Worker

THOROUGH = bool(os.environ.get("REDACTOR_LONG"))
"""True where tests may take as long as they like; otherwise what is tried over and over is tried less often."""
LONG = pytest.mark.skipif(not THOROUGH, reason="takes minutes; REDACTOR_LONG=1 runs it")
SECRET = "6971234567"
PLACEHOLDER = "[PHONE_NUMBER]"


class Scripted:
    """Stands in for the child process: replaces the number, refuses what is empty."""

    def __init__(self, policy: Policy, before: Callable[[Order], None] = lambda order: None) -> None:
        self.policy, self.before = policy, before

    def redact(
        self, orders: Sequence[Order], folder: Path, progress: Callable[[int, str, float], None]
    ) -> list[Answer]:
        return [self._answer(number, order, folder, progress) for number, order in enumerate(orders)]

    def _answer(self, number: int, order: Order, folder: Path, progress: Callable[[int, str, float], None]) -> Answer:
        progress(number, "read", 0.0)
        self.before(order)
        if order.before and len(order.before[1]) == 0 and order.before[0]:
            return Answer(item=order.item)
        text = Path(order.path).read_text(encoding="utf-8")
        if not text:
            return Answer(item=order.item, error=Failure.of(MediaError("the file is empty", reason="EMPTY_FILE")))
        medium = folder / f"{order.item}.out"
        medium.write_text(text.replace(SECRET, PLACEHOLDER), encoding="utf-8")
        receipt = Receipt(
            source_digest=hashlib.sha256(text.encode()).hexdigest(),
            output_digest=hashlib.sha256(medium.read_bytes()).hexdigest(),
            policy_digest=self.policy.digest(),
            output=str(order.outputs.medium),
            kind=order.kind,
            engines=("scripted",),
            counts=(("PHONE_NUMBER", text.count(SECRET)),),
            uncertain_ms=0,
            rounds=1,
            verdict="verified",
            at="2026-01-01T00:00:00+00:00",
            seconds=(("read", 0.01),),
        )
        beside = folder / f"{order.item}.json"
        body = {"product": "redactor", **receipt.as_dict(), "extent": [], "covers": [], "redactions": [], "layout": []}
        beside.write_text(json.dumps(body), encoding="utf-8")
        files = ((str(beside), str(order.outputs.sidecar)), (str(medium), str(order.outputs.medium)))
        return Answer(order.item, Drafts(receipt.as_dict(), files))

    def names(self, places: Sequence[PurePosixPath]) -> list[PurePosixPath]:
        return [public_path(place, lambda part: SECRET in part) for place in places]

    def cancel(self) -> None:
        """Nothing takes long here."""

    def stop(self) -> None:
        """Nothing is held."""


@dataclass
class House:
    """A folder with a store, its outputs and a ledger."""

    root: Path
    url: str = ""
    settings: dict[str, object] = field(default_factory=dict)
    store: dict[str, object] = field(default_factory=dict)
    """Settings of the store that differ: source, output, options, ..."""
    last: Night | None = None
    """The night of the last run in this process."""

    @property
    def source(self) -> Path:
        return self.root / "in"

    @property
    def output(self) -> Path:
        return self.root / "out"

    def policy(self, **changes: object) -> Policy:
        store = {"name": "notes", "source": str(self.source), "output": str(self.output), "settle_s": 0}
        store |= self.store
        body: dict[str, object] = {
            "ledger": {"url": self.url or f"sqlite:///{self.root}/ledger.db"},
            "stores": [store],
            "run": {"workers": 2, "lease_s": 2},
            **self.settings,
            **changes,
        }
        return Policy.model_validate(body)

    def fill(self, count: int) -> dict[str, str]:
        """`count` notes, one of them empty when there are more than three; place -> text."""
        texts = {}
        for n in range(count):
            place = f"day{n % 2}/note{n}.txt"
            text = "" if n == 3 else f"note {n}: τηλ {SECRET}\n"
            texts[place] = text
        store = self.policy().stores[0]
        if is_remote(store.source):
            source = open_place(store.source, store.options, create=True)
            for place, text in texts.items():
                write(source, place, text)
            return texts
        for place, text in texts.items():
            (self.source / place).parent.mkdir(parents=True, exist_ok=True)
            (self.source / place).write_text(text, encoding="utf-8")
        return texts

    def ledger(self, policy: Policy | None = None) -> Ledger:
        return Ledger((policy or self.policy()).ledger.url)

    def night(
        self,
        policy: Policy | None = None,
        *,
        step: Callable[[str], None] = lambda step: None,
        before: Callable[[Order], None] = lambda order: None,
        options: Options | None = None,
    ) -> list[tuple[str, str, str]]:
        """One run in this process; `(label, how, reason)` of each item that ended."""
        return list(self.each(policy, step=step, before=before, options=options))

    def count(self, *, options: Options) -> int:
        """One run in this process; how many items ended."""
        return sum(1 for _ in self.each(options=options))

    def each(
        self,
        policy: Policy | None = None,
        *,
        step: Callable[[str], None] = lambda step: None,
        before: Callable[[Order], None] = lambda order: None,
        options: Options | None = None,
    ) -> Iterator[tuple[str, str, str]]:
        """As `night`, one after the other."""
        policy = policy or self.policy()
        child = Scripted(policy, before)

        def processor(number: int, night: Night) -> Processor:
            return Worker(policy, night.ledger, night.stores, lambda: child, run=night.run, step=step)  # type: ignore[arg-type, return-value]

        with closing(self.ledger(policy)) as ledger:
            night = Night(policy, ledger, processor, child.names, options or Options(workers=policy.run.workers))
            self.last = night
            with closing(night.outcomes(lambda row, stage, share: None)) as ended:
                for row, how in ended:
                    yield row.label, how.how if how else "stands", (how or row).reason

    def job(self, policy: Policy | None = None, before: Callable[[Order], None] = lambda order: None) -> Told:
        """One run as the command line does it."""
        policy = policy or self.policy()
        with closing(self.ledger(policy)) as ledger:
            job = Job(policy, ledger, Options(workers=policy.run.workers))
            job._child = lambda: Scripted(policy, before)  # type: ignore[method-assign, assignment, return-value]
            self.last = job.night
            outcomes = list(job.outcomes(Silent()))
            codes = [outcome.code for outcome in outcomes if outcome.code]
            code = job.exit_code(ExitCode.PARTLY_FAILED if codes else ExitCode.DONE)
            job.report(code)
            return Told(int(code), job.notes(), {o.label: (int(o.code), o.reason) for o in outcomes})


@dataclass
class Told:
    """What the command line would say."""

    code: int
    notes: list[str]
    items: dict[str, tuple[int, str]]


class Silent:
    """A watcher that shows nothing."""

    def started(self, number: int, total: int, label: str) -> Callable[[str, float], None]:
        return lambda stage, share: None

    def finished(self, outcome: Outcome) -> None:
        """Nothing is shown."""


class KillAt:
    """A step function that kills its process at the n-th step."""

    def __init__(self, number: int, last: Callable[[], None] = lambda: None) -> None:
        self.left, self.last = number, last

    def __call__(self, _step: str) -> None:
        self.left -= 1
        if self.left == 0:
            self.last()
            os.kill(os.getpid(), signal.SIGKILL)


def check(house: House, texts: dict[str, str], policy: Policy | None = None, store: str = "notes") -> None:
    """No original lost, every output whole and where it belongs, each item in one end state, the chain whole."""
    policy = policy or house.policy()
    opened = {s.name: s for s in policy.stores}[store]
    source = open_place(opened.source, opened.options)
    output = open_place(opened.output, opened.output_options)
    for place, text in texts.items():
        assert read(source, place) == text
    with closing(house.ledger(policy)) as ledger:
        ledger.verify()
        counts = {state: n for (of, state), n in Queue(ledger).counts().items() if of == store}
        gone = [item for event, item in told(ledger) if event == "gone"]
    good = {place: text for place, text in texts.items() if text}
    ends = {"committed": len(good), "refused": len(texts) - len(good), "gone": counts.get("gone", 0)}
    assert {state: n for state, n in ends.items() if n} == counts
    assert counts.get("gone", 0) <= len(set(gone))
    found = {str(seen.relative) for part in output.walk() for seen in part}
    wanted = set(good) | {place.removesuffix(".txt") + ".redaction.json" for place in good}
    assert found == wanted
    assert list(output.drafts()) == []
    for place, text in good.items():
        assert read(output, place) == text.replace(SECRET, PLACEHOLDER)
        body = json.loads(read(output, place.removesuffix(".txt") + ".redaction.json"))
        assert body["output_digest"] == output.digest(PurePosixPath(place))


def once(house: House) -> None:
    """Whatever was killed, what each item came to was done, and told in the audit trail, exactly once."""
    with closing(house.ledger()) as ledger:
        entries = told(ledger)
    assert entries
    assert {item: n for item, n in Counter(item for _, item in entries).items() if n != 1} == {}


def told(ledger: Ledger) -> list[tuple[str, str]]:
    """Event and item of all entries in the audit trail."""
    query = sa.text("SELECT event, item FROM entries ORDER BY seq")
    return [(event, item) for event, item in ledger.database.read(lambda c: c.execute(query).all())]


def read(place: Place, relative: str) -> str:
    """A file of a store."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        place.fetch(PurePosixPath(relative), copy)
        return copy.read_text(encoding="utf-8")


def write(place: Place, relative: str, text: str) -> None:
    """Put a file into a store."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        copy.write_text(text, encoding="utf-8")
        place.put(copy, PurePosixPath(relative))
