"""The ledger's side of a disposal: it is noted before anything goes, and told with the state of its row when all has.

disposals: begun  ->  (the gate)  files go  ->  queue: disposed, entry `disposed`, disposals: done
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any, Literal

import sqlalchemy as sa

from redactor import steps
from redactor.boundary import Level
from redactor.gate import gate
from redactor.keeping import kept_of
from redactor.kept import ENDED, Gone
from redactor.leases import FREE, change, now
from redactor.ledger import Entry, Ledger
from redactor.proofs import stays
from redactor.retained import disposals, subjects
from redactor.retention import Due
from redactor.rows import HELD, Record, Row, queue, row_of

_REASON = {action: reason for reason, action in ENDED.items()}
_ASKED = "ASKED"
"""In `reason` of a row that is begun: somebody had asked for it, and does so again if it is given up."""
_PLANNED_BY = ("store", "item", "state", "client", "recorded", "source_digest", "contract_end", "case_closed")
"""What the plan of an item hangs on."""
_WEAKEST: tuple[Level, ...] = (
    "deleted (versions are the store's)",
    "deleted",
    "overwritten (best effort)",
    "deleted, all versions",
    "cryptographic erase",
    "not there",
)
_BLANK: Record = {
    **dict.fromkeys(("label", "outputs", "pending", "pending_source", "pending_policy", "message", "categories"), ""),
    "output_stamps": "{}",
    "knew": "[]",
    "wanted": "",
    "output_policy": "",
}
"""What is left of a row of which all was destroyed: no name, and nothing of its content."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What is noted of an item."""

    state: str
    """`asked`, `begun` or `done`; empty: nothing."""
    run: str = ""
    action: str = ""
    rule: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class Struck:
    """What went."""

    action: Literal["deidentify", "erase", "destroy"]
    levels: Sequence[Level] = ()
    """Of each file that was to go."""
    figures: int = 0
    others: int = 0
    """Files of others in the places of our outputs; they stay."""
    holds: int = 0
    """So many holds stood when it went, and none of them held it."""
    resumed: bool = False
    """An earlier apply was ended in the middle of it."""

    @property
    def level(self) -> Level:
        """The weakest that was reached."""
        return min(self.levels, key=_WEAKEST.index, default="not there")


class Notes:
    """What is noted of disposals, in a ledger, by one run."""

    def __init__(self, ledger: Ledger, run: str) -> None:
        self._ledger, self._database, self._run = ledger, ledger.database, run

    def row(self, id: int) -> Row | None:
        """The queue's row as it is now."""
        query = sa.select(queue).where(queue.c.id == id)
        record = self._database.read(lambda connection: connection.execute(query).mappings().first())
        return None if record is None else row_of(record)

    def settled(self, id: int) -> Row | None:
        """As `row`, when whoever is in the gate now has left it."""

        def work(connection: sa.Connection) -> Row | None:
            gate(self._database, connection)
            record = connection.execute(sa.select(queue).where(queue.c.id == id)).mappings().first()
            return None if record is None else row_of(record)

        return self._database.write(work)

    def begun(self) -> list[tuple[Row, Prior]]:
        """Rows that an apply has begun and not ended."""
        query = sa.select(disposals.c.queue_id).where(disposals.c.state == "begun").order_by(disposals.c.queue_id)
        ids = self._database.read(lambda connection: connection.execute(query).scalars().all())
        rows = [row for one in ids if (row := self.row(int(one))) is not None]
        return [(row, self._database.read(partial(prior, id=row.id))) for row in rows]

    def begin(self, due: Due) -> Prior:
        """Note that its files are about to go; returns what was noted before. Raises as `unchanged` does."""
        came: list[Prior] = []

        def work(connection: sa.Connection) -> Prior:
            gate(self._database, connection)
            unchanged(steps.record_of(connection, due.item.id), due)
            before = prior(connection, due.item.id)
            if not came:
                came.append(before)
            columns = {"action": due.action, "rule": due.rule, "due": _iso(due), "reason": ""}
            if before.state == "asked" or (before.state == "begun" and _asked(connection, due.item.id)):
                columns = {"reason": _ASKED}
            columns |= {"state": "begun", "run": self._run, "began_at": now(), "ended_at": "", "level": ""}
            columns |= {"source_digest": due.item.source_digest}
            if before.state:
                mine = sa.update(disposals).where(disposals.c.queue_id == due.item.id)
                connection.execute(mine.values(**columns))
            else:
                connection.execute(sa.insert(disposals).values(queue_id=due.item.id, **columns))
            return came[0]

        return self._database.write(work)

    def give_up(self, id: int) -> None:
        """Nothing of it was touched: it is as if it had not been begun."""

        def work(connection: sa.Connection) -> None:
            gate(self._database, connection)
            mine = (disposals.c.queue_id == id, disposals.c.state == "begun")
            gone = gone_of(steps.record_of(connection, id))
            if _asked(connection, id):
                connection.execute(sa.update(disposals).where(*mine).values(state="asked", reason=""))
            elif gone:
                connection.execute(sa.update(disposals).where(*mine).values(state="done", action=gone, ended_at=now()))
            else:
                connection.execute(sa.delete(disposals).where(*mine))

        self._database.write(work)

    def end(self, connection: sa.Connection, record: Record, due: Due, struck: Struck) -> None:
        """Tell that it is done: entry, row, persons and note, in the transaction that held the gate."""
        reason = _REASON[struck.action]
        bare = struck.action == "destroy"
        entry = Entry(
            run=self._run,
            event="disposed",
            store=record["store"],
            item=record["item"],
            label="" if bare else record["label"],
            source_digest=record["source_digest"],
            policy_digest=record["policy_digest"],
            output_digest=record["output_digest"],
            reason=reason,
            detail=json.dumps(_detail(record, due, struck), ensure_ascii=False, sort_keys=True),
        )
        self._ledger.append_in(connection, entry)
        columns: dict[str, Any] = {**FREE, "state": "disposed", "code": 0, "reason": reason, "at": now(), "wanted": ""}
        change(connection, record["id"], {**columns, "message": "", **(_BLANK if bare else {})})
        if bare:
            connection.execute(sa.delete(subjects).where(subjects.c.queue_id == record["id"]))
        done = {"state": "done", "action": struck.action, "level": struck.level, "reason": reason, "ended_at": now()}
        connection.execute(sa.update(disposals).where(disposals.c.queue_id == record["id"]).values(**done))


def prior(connection: sa.Connection, id: int) -> Prior:
    """What is noted of an item, in a transaction."""
    columns = (getattr(disposals.c, name) for name in ("state", "run", "action", "rule", "due"))
    found = connection.execute(sa.select(*columns).where(disposals.c.queue_id == id)).first()
    return Prior("") if found is None else Prior(*(str(value) for value in found))


def shared(connection: sa.Connection, record: Record) -> set[PurePosixPath]:
    """Places of outputs that another item of the same content has, too: it was moved, and names come from contents."""
    same = (queue.c.store == record["store"], queue.c.source_digest == record["source_digest"])
    query = sa.select(queue.c.output_stamps).where(*same, queue.c.id != record["id"])
    found = connection.execute(query).scalars() if record["source_digest"] else ()
    return {PurePosixPath(place) for stamps in found for place in json.loads(stamps or "{}")}


def gone_of(record: Record | Row) -> Gone:
    """What was disposed of already."""
    state, reason = (record.state, record.reason) if isinstance(record, Row) else (record["state"], record["reason"])
    return ENDED.get(reason, "") if state == "disposed" else ""


def unchanged(row: Row | Record, due: Due) -> None:
    """The row is as the plan saw it, and nobody has it. Raises `WithheldError`."""
    now_is = kept_of(row)
    if now_is.state in HELD:
        raise stays("a run is at work on it; it goes with the next apply", "BUSY")
    if now_is.gone != due.item.gone:
        raise stays("another apply did it meanwhile", "ALREADY_GONE")
    if any(getattr(now_is, name) != getattr(due.item, name) for name in _PLANNED_BY) or any(
        set(getattr(now_is, name)) != set(getattr(due.item, name)) for name in ("purposes", "marks")
    ):
        raise stays("it changed after it was planned; plan again", "CHANGED")


def joined(first: Due | None, second: Due) -> Due:
    """What is to become of an item of which both parts are due at once: all of it goes."""
    if first is None:
        return second
    if {first.part, second.part} != {"original", "copy"}:
        return first
    original = first if first.part == "original" else second
    copy = second if first.part == "original" else first
    rule = original.rule if original.action == "destroy" else f"{original.rule}; {copy.rule}"
    return replace(original, action="destroy", rule=rule)


def _asked(connection: sa.Connection, id: int) -> bool:
    query = sa.select(disposals.c.reason).where(disposals.c.queue_id == id, disposals.c.state == "begun")
    return connection.execute(query).scalar() == _ASKED


def _iso(due: Due) -> str:
    return "" if due.due is None else due.due.isoformat()


def _detail(record: Record, due: Due, struck: Struck) -> dict[str, Any]:
    """No names: what went, by which rule, when it was due, how thoroughly, and that no hold stood against it."""
    return {
        "action": struck.action,
        "part": due.part,
        "rule": due.rule,
        "level": struck.level,
        "due": _iso(due),
        "parts": len(struck.levels),
        "figures": struck.figures,
        "others": struck.others,
        "holds": struck.holds,
        "resumed": struck.resumed,
        "client": record["client"],
        "kind": record["kind"],
        "categories": json.loads(record["categories"] or "{}"),
    }
