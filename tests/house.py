"""A night without engines: real stores, a real ledger, real workers, and a child that only replaces a number.

Runs happen in forked processes that can be killed at a step, at a time, or as if the power went.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from redactor.errors import MediaError
from redactor.ledger import Ledger
from redactor.night import Night, Options, Processor
from redactor.orders import Answer, Drafts, Failure, Order
from redactor.policy import Policy
from redactor.receipt import Receipt
from redactor.worker import Worker

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
        return [PurePosixPath(str(place).replace(SECRET, "item-number")) for place in places]

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

    @property
    def source(self) -> Path:
        return self.root / "in"

    @property
    def output(self) -> Path:
        return self.root / "out"

    def policy(self, **changes: object) -> Policy:
        store = {"name": "notes", "source": str(self.source), "output": str(self.output), "settle_s": 0}
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
            (self.source / place).parent.mkdir(parents=True, exist_ok=True)
            (self.source / place).write_text(text, encoding="utf-8")
            texts[place] = text
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
            with closing(night.outcomes(lambda row, stage, share: None)) as ended:
                for row, how in ended:
                    yield row.label, how.how if how else "stands", (how or row).reason


def forked(work: Callable[[], None], *, kill_after_s: float | None = None) -> int:
    """Run `work` in a process of its own; its exit code, negative for a signal."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            os.setpgid(0, 0)
            work()
            code = 0
        except BaseException:
            traceback.print_exc(file=sys.stderr)
        finally:
            sys.stderr.flush()
            os._exit(code)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class KillAt:
    """A step function that kills its process at the n-th step."""

    def __init__(self, number: int, last: Callable[[], None] = lambda: None) -> None:
        self.left, self.last = number, last

    def __call__(self, _step: str) -> None:
        self.left -= 1
        if self.left == 0:
            self.last()
            os.kill(os.getpid(), signal.SIGKILL)


def check(house: House, texts: dict[str, str], policy: Policy | None = None) -> None:
    """No original lost, every output whole and where it belongs, each item in one end state, the chain whole."""
    for place, text in texts.items():
        assert (house.source / place).read_text(encoding="utf-8") == text
    with closing(house.ledger(policy)) as ledger:
        ledger.verify()
        from redactor.queue import Queue

        counts = Queue(ledger).counts()
        published = [e.item for run in Queue(ledger).runs(1000) for e in Queue(ledger).entries_of(run.run)]
    good = {place: text for place, text in texts.items() if text}
    assert counts.get(("notes", "committed"), 0) == len(good), counts
    assert counts.get(("notes", "refused"), 0) == len(texts) - len(good), counts
    assert sum(counts.values()) == len(texts), counts
    del published
    found = {str(p.relative_to(house.output)) for p in house.output.rglob("*") if p.is_file()}
    wanted = set(good) | {place.removesuffix(".txt") + ".redaction.json" for place in good}
    assert found - {".redactor.lock"} == wanted
    for place, text in good.items():
        assert (house.output / place).read_text(encoding="utf-8") == text.replace(SECRET, PLACEHOLDER)
        body = json.loads((house.output / place).with_suffix(".redaction.json").read_text())
        assert body["output_digest"] == hashlib.sha256((house.output / place).read_bytes()).hexdigest()


def chance(seed: int) -> random.Random:
    return random.Random(seed)
