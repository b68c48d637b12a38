"""What one row goes through: the check of its state, its end, and how it comes to wait again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from redactor.errors import LedgerError
from redactor.leases import FREE, Wanted, change, now, reopen_bundles, waiting
from redactor.rows import Record, State, queue

_ROW = sa.select(queue).where(queue.c.id == sa.bindparam("row_id")).with_for_update()

_c = queue.c
_ENDING = (
    sa.select(_c.id, _c.store, _c.bundle, _c.token, _c.done_token, _c.state, _c.wanted, _c.stamp, _c.outputs)
    .add_columns(_c.policy_digest, _c.pending_source, _c.source_digest, _c.output_policy)
    .where(_c.id == sa.bindparam("row_id"))
    .with_for_update()
)
"""What the end of a row must know of it: half of its columns would be read for nothing."""
_OWN = sa.update(queue).where(queue.c.id == sa.bindparam("row_id"), queue.c.token == sa.bindparam("own_token"))


def again(connection: sa.Connection, record: Record, run: str) -> None:
    """An ended row, and with it the committed rows of its bundle, wait."""
    change(connection, record["id"], waiting(record, run, record["policy_digest"], record["version"]))
    bundle = {(str(record["store"]), str(record["bundle"]))}
    reopen_bundles(connection, bundle, run=run, policy_digest=None, besides={int(record["id"])})


def retry(connection: sa.Connection, id: int, state: str) -> int:
    """A row that is still in this state waits again; returns 1, or 0 when it has moved on."""
    record = record_of(connection, id)
    if record["state"] != state:
        return 0
    again(connection, record, record["run"])
    return 1


def step(connection: sa.Connection, id: int, token: int, states: Sequence[str], columns: Mapping[str, Any]) -> bool:
    """Write columns of a row if it has this token and is in one of these states; False when it was not."""
    statement = _OWN.where(queue.c.state.in_(states)).values(columns)
    return connection.execute(statement, {"row_id": id, "own_token": token}).rowcount == 1


def ending(connection: sa.Connection, id: int) -> Record:
    """What `finish` needs of a row, locked to the end of the transaction. Raises `LedgerError` when there is none."""
    return _one(connection.execute(_ENDING, {"row_id": id}))


def record_of(connection: sa.Connection, id: int) -> Record:
    """The row, locked to the end of the transaction. Raises `LedgerError` when there is none."""
    return _one(connection.execute(_ROW, {"row_id": id}))


def _one(result: sa.CursorResult[Any]) -> Record:
    found = result.mappings().first()
    if found is None:
        raise LedgerError("an item is not in the ledger any more; was it restored from a copy?", reason="NO_ROW")
    return found


def in_state(record: Record, states: Sequence[str]) -> None:
    """Raises `LedgerError` when the row is in none of these states: a step was left out."""
    if record["state"] not in states:
        raise LedgerError(f"an item is {record['state']}, not {' or '.join(states)}", reason="OUT_OF_STEP")


def finish(connection: sa.Connection, record: Record, state: State, columns: Record, stamp: str) -> None:
    """End a row; when something else was wanted meanwhile, it waits again at once, and its bundle with it."""
    cleared = {"pending": "", "pending_source": "", "pending_policy": "", "done_token": record["token"]}
    ended = {"state": state, "stamp": stamp, "at": now(), "attempts": 0, "wanted": "", "code": 0, "reason": ""}
    ended |= {"message": "", **FREE, **cleared, **columns}
    if state == "committed":
        ended["crashes"] = 0
    wanted = Wanted.of(record)
    again = wanted is not None and wanted.differs(record, stamp)
    if wanted is not None and again:
        ended |= wanted.columns()
    change(connection, record["id"], ended)
    if wanted is not None and again:
        wake(connection, record, wanted)


def wake(connection: sa.Connection, record: Record, wanted: Wanted) -> None:
    """The others of the bundle that a row now belongs to wait, too."""
    bundle = {(str(record["store"]), str(wanted.found["bundle"]))}
    besides = {int(record["id"])}
    reopen_bundles(connection, bundle, run=wanted.run, policy_digest=wanted.policy_digest, besides=besides)
