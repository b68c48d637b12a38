"""A worker: takes one claimed bundle (the items of an interaction, mostly one) from its store to its outputs.

Whatever happens, each item ends in the ledger or is given back to it. The work itself is done by a child process with
limits; a file on which it dies twice is quarantined, and the worker lives on.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Literal, cast

from redactor import publication, standing, stores
from redactor.borders import Borders
from redactor.boundary import Place
from redactor.discovery import OpenStore
from redactor.endings import Ended, How, Told, timed
from redactor.errors import (
    ChildDiedError,
    DraftGoneError,
    ExitCode,
    LeaseLostError,
    LedgerError,
    MediaError,
    RedactorError,
    StoreError,
    WithheldError,
)
from redactor.foreign import translated
from redactor.holding import leased, scratch
from redactor.indexed import index_key
from redactor.isolation import Cancelled, Child
from redactor.ledger import Entry, Ledger
from redactor.names import Outputs
from redactor.orders import Answer, Order
from redactor.policy import Policy
from redactor.protocols import Kind
from redactor.publication import Files, Step, Target
from redactor.queue import Claim, Queue, Row
from redactor.sealing import for_client
from redactor.spool import Located

__all__ = ["DIED", "Ended", "Told", "Worker"]

_OF_ITEM = frozenset({"STORE_CHANGED", "STORE_GONE", "STORE_TRUNCATED", "STORE_LEFT"})
"""What a store may say of one item, while it gives all others: given back, it would be the next to be claimed."""
DIED = "died"
"""Stage that is told when the process that worked on an item died."""


@dataclass(frozen=True, slots=True)
class _Task:
    target: Target
    located: Located
    path: Path = field(repr=False)
    digest: str
    stamp: str
    before: bool
    """The same content stands published under this policy."""


class Worker:
    """Processes bundles one after another with a child process of its own."""

    def __init__(
        self,
        policy: Policy,
        ledger: Ledger,
        places: Mapping[str, OpenStore],
        child: Callable[[], Child],
        *,
        run: str,
        step: Step = lambda _step: None,
        keys: Callable[[str], str] | None = None,
        shared: bool = False,
    ) -> None:
        """`child` makes a process; `step` is told before and after what could be the last step.

        `keys` gives the key of a client for the index of persons, as `index_key` does, which it is by default; `shared`
        as for `Borders`.
        """
        self._policy, self._ledger, self._places, self._new_child = policy, ledger, places, child
        self._queue = Queue(ledger)
        self._run, self._step = run, step
        self._keys = keys or partial(index_key, policy, ledger.database)
        self._child = child()
        self._digest = policy.digest()
        self._borders, self._stores = Borders(policy, shared=shared), {store.name: store for store in policy.stores}
        self._given_up = self._lost = False
        self.kinds: tuple[str, ...] | None = None

    def ready(self) -> bool:
        """Always: a child is started when there is something for it."""
        return True

    def process(self, claim: Claim, located: Mapping[str, Located], told: Told) -> list[Ended]:
        """End or give back each item of a claim; `located` says where they lie. Raises `LedgerError`."""
        began = time.perf_counter()
        ended: dict[int, Ended] = {}
        self._lost = False
        with leased(self._queue, claim, self._policy.run.lease_s, self._lose):
            try:
                self._step("claimed")
                self._check_machine(claim, located)
                with translated(Path()):
                    self._process(claim, located, told, ended)
            except (LeaseLostError, DraftGoneError):
                self._left(claim, ended, "lost", "LEASE_LOST", "another run has taken it over")
            except Cancelled:
                if self._lost:
                    self._left(claim, ended, "lost", "LEASE_LOST", "another run has taken it over")
                else:
                    self._return(claim, ended, "INTERRUPTED", "given back; it is done in the next run")
            except StoreError as error:
                self._return(claim, ended, error.reason, str(error))
            except LedgerError:
                raise
            except RedactorError as error:
                # The output cannot be written at all, or there is a defect.
                self._refuse_all(claim, ended, error)
        seconds = (time.perf_counter() - began) / max(1, len(claim.rows))
        return [timed(ended[row.id], seconds) for row in claim.rows]

    def cancel(self) -> None:
        """Give up what is in work and all that comes, from any thread; it is given back."""
        self._given_up = True
        self._child.cancel()

    def close(self) -> None:
        """Stop the process."""
        self._child.stop()

    def _check_machine(self, claim: Claim, located: Mapping[str, Located]) -> None:
        """Raises `StoreError` when another machine has to do the work: it is given back, and nothing was read."""
        for row in claim.rows:
            where = located.get(row.item)
            client = where.client if where else row.client
            # What is refused is not read; what is not there was left out of the walk only when it is for others.
            barred = not where.reason if where else self._borders.elsewhere(client)
            if barred and (refusal := self._borders.machine_for(client)):
                raise StoreError(str(refusal), reason=refusal.reason)

    def _process(self, claim: Claim, located: Mapping[str, Located], told: Told, ended: dict[int, Ended]) -> None:
        with scratch(claim, self._output(claim.rows[0])) as folder:
            tasks = []
            for row in claim.rows:
                outcome = self._take(self._target(claim, row), located, folder)
                if isinstance(outcome, Ended):
                    ended[row.id] = outcome
                else:
                    tasks.append(outcome)
            self._step("read")
            tasks = [task for task in tasks if not self._stands(task, ended, folder, alone=len(tasks) == 1)]
            for task, answer in self._answers(tasks, folder, told, ended):
                ended[task.target.row.id] = self._finish(task, answer)

    def _take(self, target: Target, located: Mapping[str, Located], folder: Path) -> Ended | _Task:
        """Fetch an item and see what is known of it; an `Ended` when there is nothing to work on."""
        row = target.row
        where = located.get(row.item)
        if refusal := self._borders.of(self._stores[row.store], where.client if where else row.client):
            return self._refuse(target, refusal)
        publication.fence(target)
        if where is None:
            return self._end(target, "gone", MediaError("it is no longer in its store", reason="GONE"))
        if where.reason:
            return self._refuse(target, _error(where))
        source = self._places[row.store].source
        try:
            seen = source.look(where.relative)
            if seen is None:
                return self._end(target, "gone", MediaError("it is no longer in its store", reason="GONE"))
            if seen.refusal is not None:
                return self._refuse(target, seen.refusal)
            if seen.stamp != where.stamp:
                raise MediaError(
                    "the file changed while it was waited for; it is done in the next run", reason="CHANGED"
                )
            path = source.path(where.relative)
            if path is None:
                path = folder / f"{row.id}.{where.format}"
                source.fetch(where.relative, path)
            digest = stores.sha256(path)
        except OSError as error:
            reason = MediaError(f"it cannot be read ({error.strerror})", reason="NO_ACCESS")
            return self._refuse(target, reason)
        except MediaError as error:
            return self._refuse(target, error)
        except StoreError as error:
            if error.reason not in _OF_ITEM:
                raise
            return self._refuse(target, error)
        return _Task(target, where, path, digest, row.stamp, standing.published(target, digest, self._digest))

    def _stands(self, task: _Task, ended: dict[int, Ended], folder: Path, *, alone: bool) -> bool:
        """True when the item has ended without being read: its outputs stand already, here or at another name."""
        target, row = task.target, task.target.row
        if pending := standing.pending(target, task.digest, self._digest):
            entry = self._published(task, pending["receipt"])
            publication.recover(target, pending, entry, task.stamp)
            ended[row.id] = Ended(row, "done", receipt=pending["receipt"])
        elif not alone:
            return False
        elif task.before:
            ended[row.id] = self._same(task)
        elif files := self._elsewhere(task, folder):
            publication.may_write(target, files, task.path)
            entry = self._published(task, {**files.receipt, "copied": True})
            publication.publish(target, files, entry, task.stamp)
            ended[row.id] = Ended(row, "moved", reason="MOVED", receipt=files.receipt)
        return row.id in ended

    def _elsewhere(self, task: _Task, folder: Path) -> Files | None:
        indexed = self._policy.subjects.index
        return standing.elsewhere(task.target, task.digest, self._digest, folder, indexed=indexed)

    def _same(self, task: _Task, seconds: float = 0.0) -> Ended:
        self._queue.same(task.target.claim, task.target.row.id, stamp=task.stamp)
        self._step("same")
        return Ended(task.target.row, "unchanged", reason="UNCHANGED", seconds=seconds)

    def _answers(
        self, tasks: Sequence[_Task], folder: Path, told: Told, ended: dict[int, Ended]
    ) -> Iterator[tuple[_Task, Answer]]:
        """What the child makes of the tasks. It is given a second chance, alone and afresh; then one is quarantined."""
        left = list(tasks)
        while left:
            at = [left[0]]

            def progress(number: int, stage: str, share: float, at: list[_Task] = at) -> None:
                at[0] = left[number]
                told(left[number].target.row, stage, share)

            orders = [self._order(task) for task in left]
            drafts = Path(tempfile.mkdtemp(dir=folder))
            # Before the child has its request it has nothing to give up.
            if self._lost:
                raise LeaseLostError("another worker has taken over the item", reason="LEASE_LOST")
            if self._given_up:
                raise Cancelled
            try:
                answers = self._child.redact(orders, drafts, progress)
            except ChildDiedError as error:
                self._renew_child()
                self._step("child died")
                guilty = at[0]
                told(guilty.target.row, DIED, 0.0)
                if self._queue.crashed(guilty.target.claim, guilty.target.row.id) < 2:
                    continue
                left.remove(guilty)
                row = guilty.target.row
                ended[row.id] = self._end(guilty.target, "quarantined", error)
                continue
            yield from zip(left, answers, strict=True)
            return

    def _renew_child(self) -> None:
        self._child.stop()
        self._child = self._new_child()

    def _order(self, task: _Task) -> Order:
        row, where = task.target.row, task.located
        before = (task.digest, tuple(json.loads(row.knew or "[]"))) if task.before else None
        return Order(
            item=row.item,
            path=str(task.path),
            kind=cast("Kind", where.kind),
            format=where.format,
            speaker=where.speaker,
            outputs=Outputs.from_json(row.outputs),
            store=row.store,
            before=before,
            day=row.day,
            index_key=self._keys(row.client),
        )

    def _finish(self, task: _Task, answer: Answer) -> Ended:
        target, row = task.target, task.target.row
        if answer.unchanged:
            return self._same(task, answer.seconds)
        try:
            if answer.error is not None:
                raise answer.error.error()
            assert answer.drafts is not None
            receipt = dict(answer.drafts.receipt)
            if receipt["source_digest"] != task.digest:
                raise MediaError("the file changed while it was read; run again when it is complete", reason="CHANGED")
            drafts = tuple((Path(draft), PurePosixPath(place)) for draft, place in answer.drafts.files)
            files = Files(task.digest, receipt, drafts, receipt.get("interaction", ()), answer.drafts.index)
            publication.may_write(target, files, task.path)
            told = {**receipt, "media_s": publication.recorded_s(drafts[0][0])}
            publication.publish(target, files, self._published(task, told), task.stamp)
        except (LedgerError, StoreError):
            raise
        except RedactorError as error:
            target.output.clear(publication.drafts_name(row))
            return self._refuse(target, error, answer.seconds)
        return Ended(row, "done", receipt=receipt, seconds=answer.seconds)

    def _refuse(self, target: Target, error: RedactorError, seconds: float = 0.0) -> Ended:
        return self._end(target, "refused", error, seconds)

    def _end(
        self, target: Target, state: Literal["refused", "quarantined", "gone"], error: RedactorError, seconds: float = 0
    ) -> Ended:
        row, event = target.row, state
        failed = error.exit_code not in {ExitCode.UNREADABLE, ExitCode.WITHHELD}
        how: How = "failed" if state == "refused" and failed else state
        detail = {"message": str(error), "client": row.client, "kind": row.kind, "bytes": row.size, "seconds": seconds}
        entry = self._entry(row, "failed" if how == "failed" else event, error.exit_code, error.reason, detail)
        self._step("end")
        self._queue.end(target.claim, row.id, state, entry, message=str(error))
        self._step("ended")
        code = ExitCode.DONE if state == "gone" else error.exit_code
        return Ended(row, how, code, error.reason, str(error), seconds=seconds)

    def _published(self, task: _Task, receipt: Mapping[str, Any]) -> Entry:
        row = task.target.row
        detail = {**receipt, "client": row.client, "bytes": row.size}
        if task.target.held_by:
            # Verified and committed, but nobody can read it before the entry `released`.
            detail["held"] = True
        return self._entry(row, "published", ExitCode.DONE, "", detail, task.digest, str(receipt["output_digest"]))

    def _entry(
        self,
        row: Row,
        event: str,
        code: int,
        reason: str,
        detail: Mapping[str, Any],
        source: str = "",
        output: str = "",
    ) -> Entry:
        return Entry(
            self._run,
            event,
            row.store,
            row.item,
            row.label,
            source_digest=source,
            policy_digest=self._digest,
            output_digest=output,
            code=code,
            reason=reason,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
        )

    def _return(self, claim: Claim, ended: dict[int, Ended], reason: str, message: str) -> None:
        try:
            self._queue.release(claim, [row.id for row in claim.rows if row.id not in ended], reason=reason)
        except LeaseLostError:
            self._left(claim, ended, "lost", "LEASE_LOST", "another run has taken it over")
        else:
            self._left(claim, ended, "returned", reason, message)

    def _left(self, claim: Claim, ended: dict[int, Ended], how: How, reason: str, message: str) -> None:
        for row in claim.rows:
            if row.id not in ended:
                code = ExitCode.INTERRUPTED if reason == "INTERRUPTED" else ExitCode.WITHHELD
                ended[row.id] = Ended(row, how, code, reason, message)
                self._clear(row)

    def _refuse_all(self, claim: Claim, ended: dict[int, Ended], error: RedactorError) -> None:
        try:
            for row in claim.rows:
                if row.id not in ended:
                    ended[row.id] = self._refuse(self._target(claim, row), error)
        except LeaseLostError:
            self._left(claim, ended, "lost", "LEASE_LOST", "another run has taken it over")

    def _clear(self, row: Row) -> None:
        try:
            self._output(row).clear(publication.drafts_name(row))
        except WithheldError:
            # It does not answer; the next claim of the item clears it.
            return

    def _lose(self) -> None:
        self._lost = True
        self._child.cancel()

    def _target(self, claim: Claim, row: Row) -> Target:
        output = for_client(self._output(row), row.client)
        return Target(self._queue, self._ledger, claim, row, output, self._step, self._run if self._policy.gate else "")

    def _output(self, row: Row) -> Place:
        return self._places[row.store].output


def _error(where: Located) -> RedactorError:
    kind = WithheldError if where.code == ExitCode.WITHHELD else MediaError
    return kind(where.message, reason=where.reason)
