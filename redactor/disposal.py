"""Disposal: the only code that deletes what is kept. Each item passes four doors, and what stops at one of them stays.

    what the ledger and the stores say is looked at  ->  noted as begun  ->  the gate: holds and row are looked at
    again, then the files go, one by one  ->  told in the audit trail, in the transaction that held the gate

Whatever ends it in between: an original that still stands passes all doors again; one that is gone is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Literal, cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from redactor import steps
from redactor.audit import must_be_whole
from redactor.barred import barred
from redactor.boundary import Level
from redactor.discovery import OpenStore
from redactor.errors import LedgerError, RedactorError, StoreError, WithheldError
from redactor.figures import Figures
from redactor.gate import gate
from redactor.keeping import kept_of
from redactor.kept import Kept
from redactor.keyring import Keyring
from redactor.ledger import Entry, Ledger
from redactor.names import Outputs
from redactor.originals import Original, Originals
from redactor.policy import Policy, anchors_file, keys_folder
from redactor.proofs import Stood, proved_copy, proved_original, standing_outputs, stays, still
from redactor.retention import Due
from redactor.rows import HELD, Record, Row
from redactor.spool import Spool
from redactor.struck import Notes, Prior, Struck, gone_of, joined, prior, shared, unchanged

CLOCK = timedelta(minutes=5)
"""The clocks of machines that share a ledger may differ by so much."""
_MOVED = frozenset({"CHANGED", "ALREADY_GONE"})


@dataclass(frozen=True, slots=True)
class Disposed:
    """What became of one item."""

    item: Kept
    action: Literal["deidentify", "erase", "destroy"]
    rule: str
    how: Literal["done", "elsewhere", "kept"]
    """`elsewhere`: another apply did it meanwhile. `kept`: it stays, see `reason`."""
    level: str = ""
    reason: str = ""
    """Why it stays, or what somebody should look at though it is done; upper-case constant."""
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """All that was looked at before the gate."""

    store: OpenStore
    due: Due
    row: Row
    resumed: bool
    original: Original | None = None
    takes_original: bool = False
    copies: tuple[Stood, ...] = ()
    """Outputs that are to go (`destroy`), or must stand (`deidentify`)."""
    others: tuple[PurePosixPath, ...] = field(default=(), repr=False)
    """Places of its outputs where files of others stand."""
    touched: list[str] = field(default_factory=list)
    """Not empty: from here on something may be gone."""
    gone: dict[tuple[str, PurePosixPath], Level] = field(default_factory=dict, repr=False)
    """What is gone; the transaction may run again when the ledger was away."""
    struck: list[Struck] = field(default_factory=list)
    """What was told, when the answer of the ledger was lost."""


class Disposal:
    """One apply. `step` is told before and after each step that could be the last one; tests end the process there."""

    def __init__(
        self,
        policy: Policy,
        ledger: Ledger,
        stores: Mapping[str, OpenStore],
        run: str,
        step: Callable[[str], None] = lambda _step: None,
        *,
        down: Mapping[str, WithheldError] | None = None,
    ) -> None:
        """`stores` are those that answer, `down` says of the others why not."""
        self._policy, self._ledger, self._stores, self._step = policy, ledger, stores, step
        self._notes = Notes(ledger, run)
        self._zone = ZoneInfo(policy.retention.timezone)
        self._now = datetime.now(UTC)
        self._down = dict(down or {})

    def check(self, now: datetime | None = None) -> None:
        """Raises `LedgerError` when the ledger is not whole, or the clock is behind what was written (`CLOCK_BACK`)."""
        self._now = now or datetime.now(UTC)
        must_be_whole(self._ledger, Keyring(keys_folder(self._policy)), anchors_file(self._policy))
        latest = self._ledger.latest()
        if latest and self._now < datetime.fromisoformat(latest) - CLOCK:
            message = "the clock is behind the last entry of the ledger; nothing is deleted by it; set the clock"
            raise LedgerError(message, reason="CLOCK_BACK")

    def apply(self, dues: Iterable[Due], *, now: datetime | None = None) -> Iterator[Disposed]:
        """Dispose of what is due (`verdict`) and no longer held; each item is told as it ends, others are passed over.

        What an earlier apply has begun is ended first or given up. Raises `LedgerError` as `check` does, before
        anything is done, and when the ledger fails.
        """
        self.check(now)
        return self._apply(dues)

    def _apply(self, dues: Iterable[Due]) -> Iterator[Disposed]:
        due_of: dict[int, Due] = {}
        for due in dues:
            if due.verdict == "due" and due.action != "keep":
                due_of[due.item.id] = joined(due_of.get(due.item.id), due)
        by_store: dict[str, list[Due]] = {}
        for due in due_of.values():
            by_store.setdefault(due.item.store, []).append(due)
        left: dict[str, list[tuple[Row, Prior]]] = {}
        for row, before in self._notes.begun():
            if row.id not in due_of:
                left.setdefault(row.store, []).append((row, before))
        report = self._policy.report.path
        self._figures = Figures(Path(report) if report else None)
        bare: list[tuple[str, str]] = []
        try:
            for name in sorted(by_store.keys() | left.keys()):
                for ended in self._of_store(name, by_store.get(name, []), left.get(name, [])):
                    if ended.how == "done" and ended.action == "destroy":
                        bare.append((ended.item.store, ended.item.item))
                    yield ended
        finally:
            self._figures.sweep(bare)
            self._ledger.database.fold()
            self._step("folded")

    def _of_store(self, name: str, dues: Sequence[Due], left: Sequence[tuple[Row, Prior]]) -> Iterator[Disposed]:
        store = self._stores.get(name)
        if store is None:
            missing = stays("its store is in the configuration no longer; put it back, or it stays", "NO_STORE")
            error = self._down.get(name, missing)
            yield from (_kept(due, error) for due in dues)
            return
        with closing(Spool()) as spool:
            originals = Originals(spool)
            wanted = {due.item.item for due in dues if due.part == "original" or due.item.state == "gone"} | {
                row.item for row, _ in left
            }
            try:
                originals.search(store, wanted)
            except WithheldError as error:
                self._down[name] = error
            self._step("walked")
            for row, before in left:
                yield from self._ended(store, row, before, originals)
            for due in dues:
                yield self._one(store, due, originals)

    def _one(self, store: OpenStore, due: Due, originals: Originals) -> Disposed:
        """One item, whatever happens to it."""
        begun: _Attempt | None = None
        try:
            if (error := self._down.get(due.item.store)) is not None:
                raise error
            attempt = self._looked(store, due, originals)
            before = self._notes.begin(due)
            begun = replace(attempt, resumed=before.state == "begun")
            self._step("begun")
            struck = self._through(begun)
            self._step("told")
        except (WithheldError, OSError) as error:
            return self._stopped(due, error, begun)
        return _done(due, struck)

    def _stopped(self, due: Due, error: WithheldError | OSError, begun: _Attempt | None) -> Disposed:
        """It stays: another apply may have done it, or the rest of its store is not tried either."""
        if isinstance(error, OSError):
            error = StoreError("a local file could not be read; look at the disk, and run again", reason="STORE_DOWN")
        if begun is not None and not begun.touched and not begun.resumed:
            self._notes.give_up(due.item.id)
        if error.reason == "STORE_DOWN":
            self._down[due.item.store] = error
        row = self._notes.settled(due.item.id) if error.reason in _MOVED else None
        if row is not None and gone_of(row) not in ("", due.item.gone):
            return Disposed(due.item, _action(due), due.rule, "elsewhere", reason="ALREADY_GONE")
        return _kept(due, error)

    def _looked(self, store: OpenStore, due: Due, originals: Originals) -> _Attempt:
        """What can be looked at before the gate: it may take long, and nobody should wait for it."""
        row = self._notes.row(due.item.id)
        if row is None:
            raise stays("it is not in the ledger any more", "CHANGED")
        if due.due is not None and due.due > self._now:
            raise stays("it is not due yet", "NOT_DUE")
        unchanged(row, due)
        if row.state == "disposed" and (due.action != "destroy" or due.item.gone == "destroy"):
            raise stays("it went before; plan again", "ALREADY_GONE")
        if due.part == "copy" or row.state == "disposed":
            if row.state not in ("disposed", "gone"):
                raise stays("its original still stands, and would be redacted again", "ORIGINAL_STANDS")
            ours, others = standing_outputs(store, row)
            # Of what somebody removed, the store may keep versions; what came in its place since is another file.
            hidden = originals.where(row.store, row.item) if row.state == "gone" else None
            hidden = hidden if hidden is not None and hidden.buried else None
            attempt = _Attempt(store, due, row, resumed=False, original=hidden, takes_original=hidden is not None)
            return replace(attempt, copies=ours, others=others)
        original = originals.where(row.store, row.item)
        if original is None:
            _surely_gone(originals)
        else:
            proved_original(store, row, original)
        attempt = _Attempt(store, due, row, resumed=False, original=original, takes_original=True)
        if due.action == "destroy":
            ours, others = standing_outputs(store, row)
            return replace(attempt, copies=ours, others=others)
        if due.action == "deidentify":
            return replace(attempt, copies=proved_copy(store, row, original))
        return attempt

    def _through(self, attempt: _Attempt) -> Struck:
        """The gate, the files and the telling: one transaction."""

        def work(connection: sa.Connection) -> Struck:
            database, due = self._ledger.database, attempt.due
            gate(database, connection)
            self._step("gate")
            record = steps.record_of(connection, due.item.id)
            if attempt.struck and prior(connection, due.item.id).state == "done":
                return attempt.struck[-1]
            unchanged(record, due)
            struck = self._strike(connection, record, attempt)
            self._notes.end(connection, record, due, struck)
            attempt.struck.append(struck)
            self._step("noted")
            return struck

        return self._ledger.database.write(work, what="change")

    def _strike(self, connection: sa.Connection, record: Record, attempt: _Attempt) -> Struck:
        """All conditions again, then the files. Raises `WithheldError`; see `touched` for what is left."""
        due, store = attempt.due, attempt.store
        today = self._now.astimezone(self._zone).date().isoformat()
        hold, holds = barred(connection, due.item, record, today)
        if hold is not None and attempt.resumed and attempt.takes_original and attempt.original is None:
            # It went before the hold was set; what else belongs to it stays.
            return Struck("erase", ("not there",), holds=holds, resumed=True)
        if hold is not None:
            raise stays(f"hold {hold} keeps it; it goes when that is released", "HELD")
        if due.action == "deidentify":
            self._vouched(connection, record)
        self._unmoved(attempt)
        attempt.touched.append("files")
        levels: list[Level] = []
        if attempt.takes_original and attempt.original is not None:
            self._ask(connection)
            levels.append(self._erase(attempt, "original", attempt.original.relative))
            self._step("original")
        elif attempt.takes_original:
            levels.append("not there")
        theirs = shared(connection, record)
        figures, foreign = 0, [place for place in attempt.others if place not in theirs]
        if due.action == "destroy":
            store.output.wipe(f"{due.item.item}-")
            self._step("drafts")
            for stood in (one for one in attempt.copies if one.place not in theirs):
                self._ask(connection)
                levels.append(self._erase(attempt, "copy", stood.place))
                self._step("copy")
            figures = self._figures.remove(due.item.store, due.item.item, _medium(store, attempt.row))
            self._step("figures")
        return Struck(_action(due), levels, figures, len(foreign), holds, attempt.resumed)

    def _ask(self, connection: sa.Connection) -> None:
        """The gate is held by this connection: if it is lost, somebody may have set a hold."""
        connection.execute(sa.select(sa.literal(1)))

    def _vouched(self, connection: sa.Connection, record: Record) -> None:
        names = ("run", "store", "item", "label", "source_digest", "output_digest")
        if not self._ledger.vouches(connection, Entry(event="published", **{name: record[name] for name in names})):
            raise stays("the audit trail knows of no such copy; the original stays; report this", "NOT_PUBLISHED")

    def _unmoved(self, attempt: _Attempt) -> None:
        """Nothing was changed since it was read."""
        original, store = attempt.original, attempt.store
        if original is not None and not original.buried and ("original", original.relative) not in attempt.gone:
            stood = Stood(original.relative, original.stamp)
            if not still(store.source, stood):
                raise stays("the original changed while it was looked at; run again", "CHANGED")
        standing = [stood for stood in attempt.copies if ("copy", stood.place) not in attempt.gone]
        if not all(still(store.output, stood) for stood in standing):
            raise stays("its copy changed while it was looked at; run again", "CHANGED")

    def _erase(self, attempt: _Attempt, what: Literal["original", "copy"], relative: PurePosixPath) -> Level:
        store = attempt.store
        place = store.source if what == "original" else store.output
        if (what, relative) not in attempt.gone:
            attempt.gone[what, relative] = place.erase(relative, overwrite=store.policy.erase == "overwrite")
        # What is left of the folder is no reason to stop: the file is gone.
        with suppress(WithheldError):
            place.prune(relative.parent)
        return attempt.gone[what, relative]

    def _ended(self, store: OpenStore, row: Row, before: Prior, originals: Originals) -> Iterator[Disposed]:
        """What an earlier apply began and is not due any more: told when the original is gone, else given up."""
        if store.policy.name in self._down or row.state in HELD:
            return
        if row.state == "disposed" or originals.where(row.store, row.item) is not None:
            self._notes.give_up(row.id)
            return
        action = cast("Literal['deidentify', 'erase', 'destroy']", before.action)
        kept = kept_of(row)
        # Its copy may stand, and is not due: no more is told than what went.
        if action == "destroy" and any(standing_outputs(store, row)):
            action = "erase"
        due = Due(kept, "original", action, None, before.rule, "due")
        try:
            _surely_gone(originals)
            struck = self._ledger.database.write(lambda connection: self._tell(connection, row, due))
        except WithheldError as error:
            yield _kept(due, error)
        else:
            if struck is not None:
                yield _done(due, struck)

    def _tell(self, connection: sa.Connection, row: Row, due: Due) -> Struck | None:
        gate(self._ledger.database, connection)
        record = steps.record_of(connection, row.id)
        if prior(connection, row.id).state != "begun":
            return None
        unchanged(record, due)
        struck = Struck(_action(due), ("not there",), resumed=True)
        self._notes.end(connection, record, due, struck)
        return struck


def _surely_gone(originals: Originals) -> None:
    """What the walk did not find is not there. Raises `WithheldError` when it may be."""
    if originals.empty:
        message = "its store is empty, though items of it are to go; is it mounted, and its address right?"
        raise stays(message, "STORE_EMPTY")
    if not originals.whole:
        message = "it was not found, but a folder of its store cannot be listed; give the right to read it"
        raise stays(message, "STORE_PARTLY")


def _in_silence(_step: str) -> None:
    """Nobody listens."""


def _medium(store: OpenStore, row: Row) -> Path | None:
    """Where its copy lies on this machine, as reports link to it."""
    return store.folder / Outputs.from_json(row.outputs).medium if store.folder and row.outputs else None


def _action(due: Due) -> Literal["deidentify", "erase", "destroy"]:
    assert due.action != "keep"
    return due.action


def _kept(due: Due, error: RedactorError) -> Disposed:
    return Disposed(due.item, _action(due), due.rule, "kept", reason=error.reason, message=str(error))


def _done(due: Due, struck: Struck) -> Disposed:
    if not struck.others:
        return Disposed(due.item, struck.action, due.rule, "done", struck.level)
    message = "files that are not ours, or were changed, stand where its copies stood; they were left; look at them"
    return Disposed(due.item, struck.action, due.rule, "done", struck.level, "NOT_OURS", message)
