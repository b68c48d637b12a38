"""Releasing: what a gate holds back goes to its places, item by item, so that a crash at any point harms nothing.

    every file is read again, digest compared -> ledger: noted in the row -> the row is locked and looked at again ->
    renamed, the medium last -> the row says where they stand, with its entry in the audit trail, in one transaction

A release that was killed is ended by the next one: what it had renamed is found in its place, and known by the note.
Two at once take turns at each item, and the second finds it done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

import sqlalchemy as sa

from redactor import steps
from redactor.backlog import RELEASABLE, held_by, held_rows
from redactor.boundary import Place
from redactor.errors import RedactorError, StoreError, WithheldError
from redactor.kept import NOT_RELEASED
from redactor.leases import change
from redactor.ledger import Entry, Ledger
from redactor.publication import may_stand
from redactor.release import Decision
from redactor.rows import Row, row_of
from redactor.sealing import for_client
from redactor.unreleased import Standing, stamps_json, standing_of


@dataclass(frozen=True, slots=True)
class Forced:
    """Somebody lets a run out though its bar is not met."""

    reason: str
    """Free of personal data: it stays in the audit trail for good."""
    authority: str
    """The role of who decided it; no name."""


@dataclass(frozen=True, slots=True)
class Released:
    """What became of one item."""

    row: Row
    how: Literal["released", "elsewhere", "waits", "kept"]
    """`elsewhere`: another release did it, or it changed meanwhile. `waits`: it is to be done again, or was refused.
    `kept`: it stays held back, see `reason`."""
    reason: str = ""
    """Upper-case constant."""
    message: str = ""


class Releasing:
    """One release. `step` is told around each step that could be the last one; tests end the process there."""

    def __init__(
        self,
        ledger: Ledger,
        outputs: Mapping[str, Place],
        run: str,
        step: Callable[[str], None] = lambda _step: None,
        *,
        down: Mapping[str, RedactorError] | None = None,
    ) -> None:
        """`outputs`: of stores that answer, by name; `down` says of the others why not. `run` names this release."""
        self._ledger, self._outputs, self._run, self._step = ledger, outputs, run, step
        self._down = dict(down or {})

    def release(self, of: str, decision: Decision, forced: Forced | None = None) -> Iterator[Released]:
        """Let out all that run `of` holds back, each item told as it ends; the audit trail has the decision first.

        Raises `WithheldError` (`NOT_RELEASED`) when it says no and nobody forces it, and `LedgerError`.
        """
        if not decision.release and forced is None:
            raise WithheldError("its bar is not met; nothing is released", reason="NOT_RELEASED")
        return self._release(of, decision, forced)

    def _release(self, of: str, decision: Decision, forced: Forced | None) -> Iterator[Released]:
        told = False
        for row in held_rows(self._ledger, of):
            if row.state not in RELEASABLE:
                message = "it is to be done again, or was refused since; what comes of that is released"
                yield Released(row, "waits", message=message)
                continue
            if not told:
                self._ledger.append(self._decided(of, decision, forced))
                told = True
                self._step("decided")
            yield self._one(row, of, forced is not None and not decision.release)

    def _one(self, row: Row, of: str, forced: bool) -> Released:
        output = self._outputs.get(row.store)
        try:
            if output is None:
                gone = StoreError("its store is in the configuration no longer; put it back", reason="NO_STORE")
                raise self._down.get(row.store, gone)
            output = for_client(output, row.client)
            held = _in_order(row)
            for one in held:
                _proved(output, one)
            if not self._noted(row, held):
                return Released(row, "elsewhere")
            self._step("noted")
            done = self._through(output, row, of, held, forced)
            self._step("told")
        except WithheldError as error:
            if error.reason == "STORE_DOWN":
                self._down[row.store] = error
            return Released(row, "kept", error.reason, str(error))
        return Released(row, "released" if done else "elsewhere")

    def _noted(self, row: Row, held: list[Standing]) -> bool:
        """Note where its files are about to stand; False when the row is another by now."""
        places = {"places": {str(one.final): one.digest for one in held}}

        def work(connection: sa.Connection) -> bool:
            if not _same(connection, row):
                return False
            change(connection, row.id, {"pending": json.dumps(places, ensure_ascii=False, sort_keys=True)})
            return True

        return self._ledger.database.write(work)

    def _through(self, output: Place, row: Row, of: str, held: list[Standing], forced: bool) -> bool:
        """The renames and the telling: one transaction, in which nobody else may take the row."""

        def work(connection: sa.Connection) -> bool:
            if not _same(connection, row):
                return connection.execute(_told_by(self._run, row)).scalar() is not None
            now = row_of(steps.record_of(connection, row.id))
            may_stand(output, self._ledger, now, [one.final for one in held])
            self._step("rename")
            for one in held:
                if output.look(one.place) is not None:
                    output.rename(one.place, one.final)
                    self._step("renamed")
            output.settle([one.final for one in held])
            stamps = output.stamps([one.final for one in held])
            if len(stamps) < len(held):
                raise _damaged()
            _withdraw(output, row, stamps)
            _tidy(output, held)
            known = {one.final: (stamps[one.final], one.digest) for one in held}
            marks = [mark for mark in json.loads(row.marks or "[]") if mark != NOT_RELEASED]
            columns = {"output_stamps": stamps_json(known), "marks": json.dumps(marks), "pending": ""}
            self._ledger.append_in(connection, self._entry(row, of, forced))
            change(connection, row.id, columns)
            return True

        return self._ledger.database.write(work)

    def _decided(self, of: str, decision: Decision, forced: Forced | None) -> Entry:
        bars = [{"type": r.entity_type, "bar": r.bar, "lower": r.lower, "why": r.why} for r in decision.reasons]
        detail: dict[str, Any] = {"of": of, "met": decision.release, "bars": bars}
        if forced is not None and not decision.release:
            detail |= {"forced": forced.reason, "authority": forced.authority}
        reason = "MET" if decision.release else "FORCED"
        body = json.dumps(detail, ensure_ascii=False, sort_keys=True)
        return Entry(self._run, "release", "release", "", f"run {of}", reason=reason, detail=body)

    def _entry(self, row: Row, of: str, forced: bool) -> Entry:
        detail = {"of": of, "client": row.client, "kind": row.kind, "forced": forced}
        return Entry(
            self._run,
            "released",
            row.store,
            row.item,
            row.label,
            source_digest=row.source_digest,
            policy_digest=row.output_policy,
            output_digest=row.output_digest,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
        )


def _in_order(row: Row) -> list[Standing]:
    """What is held back of an item, the medium last: it is the one that says that the item is done."""
    held = [one for one in standing_of(row.output_stamps) if one.held]
    return sorted(held, key=lambda one: one.digest == row.output_digest)


def _proved(output: Place, one: Standing) -> None:
    """It is where it was put, or where a release that was killed has put it, with the bytes that the ledger knows."""
    if output.digest(one.place) != one.digest and output.digest(one.final) != one.digest:
        raise _damaged()


def _damaged() -> StoreError:
    message = "its copy is missing, changed, or no file of its own; run the batch again, which makes it anew"
    return StoreError(message, reason="COPY_DAMAGED")


def _same(connection: sa.Connection, row: Row) -> bool:
    """Whether the row, locked to the end of the transaction, still holds back what was looked at."""
    record = steps.record_of(connection, row.id)
    unchanged = record["output_stamps"] == row.output_stamps and record["token"] == row.token
    return unchanged and record["state"] in RELEASABLE and bool(held_by(row))


def _told_by(run: str, row: Row) -> sa.Select[Any]:
    """The entry that this release made of an item, when the answer to its commit was lost."""
    entries = sa.table("entries", *(sa.column(name) for name in ("seq", "run", "event", "store", "item")))
    c = entries.c
    return sa.select(c.seq).where(c.run == run, c.event == "released", c.store == row.store, c.item == row.item)


def _withdraw(output: Place, row: Row, now: Mapping[PurePosixPath, str]) -> None:
    """What was released of the item before under other names goes, when it is as it was written."""
    for one in standing_of(row.output_stamps):
        if not one.held and one.final not in now and output.digest(one.place) == one.digest:
            output.remove(one.place)


def _tidy(output: Place, held: list[Standing]) -> None:
    """Versions that the store keeps of where they were held, and empty folders: they go as far as it lets us.

    Nothing hangs on it: what a later destruction is to find stands under the final name.
    """
    for one in held:
        with suppress(WithheldError):
            output.erase(one.place)
            output.prune(one.place.parent)
