"""The ledger is the queue: discovered -> claimed -> written -> verified -> committed -> disposed; or refused, gone ...

Every step of a claimant checks its token under the row's lock: who lost its lease cannot commit. A step that is done
again, because the answer to it was lost, changes nothing. The state and its audit entry stand or fall together.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from redactor import claims, indexed, steps
from redactor.errors import LeaseLostError, LedgerError
from redactor.leases import FREE, Moment, Wanted, change, now
from redactor.ledger import Entry, Ledger, Recorded
from redactor.offers import Asking, offer
from redactor.rows import HELD, PASSING, Claim, Committed, Found, Offer, Record, Row, Run, State, queue, row_of, runs

__all__ = ["PASSING", "Claim", "Committed", "Found", "Offer", "Queue", "Row", "Run", "State"]

_PART = 1000
"""Rows that are offered, or read, at a time."""
_FEW = 100
"""So many rows a server may guess about."""


class Queue:
    """The queue of an open ledger, shared by threads, processes and (PostgreSQL) machines.

    All methods raise `LedgerError` when the database fails for longer than the ledger's patience.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database
        self._moved, self._known = 0, 0

    def offer(
        self, found: Sequence[Found], *, run: str, policy_digest: str, version: str, keep: bool = True
    ) -> list[Offer]:
        """Say what a walk has found, in parts of 1000; the answers keep the order. Without `keep` nothing is noted.

        A new or changed item wakes its whole bundle, also members that were answered with `same` before: who keeps
        the places of items must keep those of all.
        """
        offers: list[Offer] = []
        asking = Asking(run, policy_digest, version)
        for at in range(0, len(found), _PART):
            part = found[at : at + _PART]
            while True:
                try:
                    offers += self._database.write(partial(offer, found=part, asking=asking), keep=keep)
                    break
                except LedgerError as error:
                    # Another coordinator found one of them a moment earlier; now it is there to be seen.
                    if not isinstance(error.__cause__, IntegrityError):
                        raise
        self._moved += sum(one.change != "same" for one in offers)
        if keep and not self._database.sqlite and self._moved > max(_FEW, self._known):
            # Of a table that has just been filled PostgreSQL knows nothing yet, and reads all of it for a claim.
            self._database.write(lambda connection: connection.execute(sa.text("ANALYZE queue")))
            self._known, self._moved = 2 * self._moved, 0
        return offers

    def rows(self, store: str, items: Sequence[str]) -> dict[str, Row]:
        """What is remembered of these items of a store, by their digests."""
        query = sa.select(queue).where(queue.c.store == store, queue.c.item.in_(items))
        return {row.item: row for row in self._rows(query)} if items else {}

    def held(self, stores: Sequence[str]) -> list[tuple[int, int, str, float]]:
        """Rows of these stores that somebody holds: id, token, holder, and until when by the clock of leases."""
        columns = (queue.c.id, queue.c.token, queue.c.holder, queue.c.lease_until)
        query = sa.select(*columns).where(queue.c.ticket.is_not(None), queue.c.store.in_(stores))
        return [tuple(row) for row in self._database.read(lambda connection: connection.execute(query).all())]

    def reopen(self, ids: Sequence[int], *, run: str) -> None:
        """Committed rows, with their bundles, wait again: their outputs are missing or were changed."""

        def work(connection: sa.Connection) -> None:
            query = sa.select(queue).where(queue.c.id.in_(ids), queue.c.state == "committed").order_by(queue.c.id)
            for record in connection.execute(query.with_for_update()).mappings().all():
                steps.again(connection, record, run)

        self._database.write(work)

    def claim(
        self,
        *,
        run: str,
        holder: str,
        whole: Sequence[str],
        policy_digest: str,
        lease_s: float,
        without: Collection[str] = (),
        limits: Mapping[str, int] | None = None,
        kinds: Sequence[str] | None = None,
    ) -> Claim | None:
        """The next bundle, for `lease_s` seconds; None when nothing may be taken now.

        Taken is what waits or whose lease has ended, of the stores in `whole` or asked for by `run`, but none of the
        stores in `without`: items on which
        claimants died come last, then by priority. `limits`: how many bundles of a client may be held at a time, `*`
        for clients that are not named. What waits under the policy of a later run is left to that run.
        """
        ticket = uuid.uuid4().hex

        def work(connection: sa.Connection) -> Sequence[Record]:
            mine = sa.select(queue).where(queue.c.ticket == ticket).order_by(queue.c.id)
            if tried and (held := connection.execute(mine).mappings().all()):
                return held
            tried.append(True)
            if limits:
                self._database.lock(connection, claims.CLAIMS_KEY)
            claimant = claims.Claimant(
                run,
                holder,
                frozenset(whole),
                policy_digest,
                None if kinds is None else frozenset(kinds),
                without=frozenset(without),
            )
            return claims.take(connection, claimant, limits=limits, ticket=ticket, lease_s=lease_s)

        tried: list[bool] = []
        records = self._database.write(work)
        return Claim(tuple(row_of(record) for record in records), holder, run) if records else None

    def renew(self, claim: Claim, lease_s: float) -> bool:
        """Hold all rows of the claim that have not ended for `lease_s` seconds from now; False when any was lost."""

        def work(connection: sa.Connection) -> bool:
            lease = Moment.of(connection).lease(lease_s)
            kept = True
            for row in sorted(claim.rows, key=lambda row: row.id):
                own = (queue.c.id == row.id, queue.c.token == row.token)
                connection.execute(sa.update(queue).where(*own, queue.c.ticket.is_not(None)).values(**lease))
                kept &= connection.execute(sa.select(queue.c.id).where(*own)).first() is not None
            return kept

        return self._database.write(work)

    def release(self, claim: Claim, ids: Sequence[int], *, reason: str = "") -> None:
        """Give rows back, to be claimed again; no attempt is counted. What is no longer held is left alone."""

        def work(connection: sa.Connection) -> None:
            for one in sorted(ids):
                record = steps.record_of(connection, one)
                if record["token"] == claim.token(one) and record["state"] in HELD:
                    wanted = Wanted.of(record)
                    columns = wanted.columns() if wanted else {**FREE, "state": "discovered", "at": now()}
                    if not wanted:
                        columns["attempts"] = max(record["attempts"] - 1, 0)
                    change(connection, one, {**columns, "reason": reason})
                    if wanted and wanted.differs(record, record["stamp"]):
                        steps.wake(connection, record, wanted)

        self._database.write(work)

    def written(self, claim: Claim, id: int, *, source_digest: str, pending: str) -> None:
        """Its outputs are in the output store under temporary names. Raises `LeaseLostError`."""
        columns = {"state": "written", "pending": pending, "pending_source": source_digest}
        self._step(claim, id, HELD, {**columns, "pending_policy": queue.c.policy_digest})

    def verified(self, claim: Claim, id: int) -> None:
        """They were read back and are whole: from now on they may be put into place. Raises `LeaseLostError`."""
        self._step(claim, id, ("written", "verified"), {"state": "verified"})

    def commit(self, claim: Claim, id: int, entry: Entry, made: Committed) -> None:
        """They are in place: the state and `entry` in one transaction. Done again it changes nothing.

        When another content or policy was asked for meanwhile, the row waits again at once. Raises `LeaseLostError`.
        """

        def work(connection: sa.Connection) -> None:
            record = self._ending(connection, claim, id)
            if record is None:
                return
            steps.in_state(record, ("verified",))
            self._ledger.append_in(connection, entry)
            source = entry.source_digest or record["pending_source"]
            columns = {**made.columns(), "source_digest": source, "output_policy": record["policy_digest"]}
            if made.index or record["source_digest"]:
                # An item that was never committed has nothing there to be replaced: a trip to the server less.
                indexed.write(connection, id, claim.row(id).client, made.index)
            steps.finish(connection, record, "committed", columns, made.stamp)

        self._database.write(work)

    def end(
        self,
        claim: Claim,
        id: int,
        state: Literal["refused", "quarantined", "gone"],
        entry: Entry,
        *,
        message: str,
    ) -> None:
        """It ends without outputs: the state and `entry` in one transaction, as `commit`. Raises `LeaseLostError`."""

        def work(connection: sa.Connection) -> None:
            record = self._ending(connection, claim, id)
            if record is not None:
                self._ledger.append_in(connection, entry)
                columns = {"code": int(entry.code), "reason": entry.reason, "message": message}
                steps.finish(connection, record, state, columns, record["stamp"])

        self._database.write(work)

    def same(self, claim: Claim, id: int, *, stamp: str) -> None:
        """The file was touched, but content and policy are those of its outputs: committed again, without an entry.

        Raises `LeaseLostError`; `LedgerError` when there are no outputs under this policy.
        """

        def work(connection: sa.Connection) -> None:
            record = self._ending(connection, claim, id)
            if record is None:
                return
            if not record["source_digest"] or record["output_policy"] != record["policy_digest"]:
                raise LedgerError(
                    "an item cannot stay as it is: it has no outputs under this policy", reason="NO_OUTPUT"
                )
            steps.finish(connection, record, "committed", {}, stamp)

        self._database.write(work)

    def crashed(self, claim: Claim, id: int) -> int:
        """Its child process died or hung; returns how often that happened with it. Raises `LeaseLostError`."""
        counts: list[int] = []

        def work(connection: sa.Connection) -> int:
            record = self._held(connection, claim, id)
            if not counts:
                counts.append(int(record["crashes"]) + 1)
            change(connection, id, {"crashes": counts[0]})
            return counts[0]

        return self._database.write(work)

    def dispose(self, id: int, entry: Entry) -> None:
        """The original of a committed item is gone for good, by the rules of retention."""

        def work(connection: sa.Connection) -> None:
            record = steps.record_of(connection, id)
            if record["state"] != "disposed":
                steps.in_state(record, ("committed",))
                self._ledger.append_in(connection, entry)
                change(connection, id, {"state": "disposed", "at": now()})

        self._database.write(work)

    def bury(self, alive: Callable[[str], bool | None]) -> int:
        """End the leases of holders that `alive` denies (see `holders.alive`); returns how many rows that frees."""
        query = sa.select(queue.c.holder).where(queue.c.ticket.is_not(None)).distinct()
        holders = self._database.read(lambda connection: connection.execute(query).scalars().all())
        dead = [holder for holder in holders if alive(str(holder)) is False]

        def work(connection: sa.Connection) -> int:
            of_dead = (queue.c.ticket.is_not(None), queue.c.holder.in_(dead), queue.c.lease_until > 0)
            ids = connection.execute(sa.select(queue.c.id).where(*of_dead).order_by(queue.c.id).with_for_update())
            buried = list(ids.scalars())
            connection.execute(sa.update(queue).where(queue.c.id.in_(buried)).values(lease_until=0.0))
            return len(buried)

        return self._database.write(work) if dead else 0

    def retry(
        self,
        *,
        states: Sequence[State] = ("refused", "quarantined"),
        items: Collection[str] | None = None,
        labels: Sequence[str] | None = None,
        stores: Collection[str] | None = None,
        reasons: Collection[str] | None = None,
    ) -> int:
        """Ended rows that meet all that is given (`labels`: patterns such as `2026-*`) wait again; returns how many."""
        found = 0
        for state in states:
            if state in (*HELD, "discovered"):
                raise ValueError("only items that have ended can be tried again")
            for row in self.listing(state):
                fits = (items is None or row.item in items) and (stores is None or row.store in stores)
                fits = fits and (reasons is None or row.reason in reasons)
                if fits and (labels is None or any(fnmatchcase(row.label, one) for one in labels)):
                    found += self._database.write(partial(steps.retry, id=row.id, state=state))
        return found

    def unfinished(self, stores: Sequence[str], run: str) -> dict[str, int]:
        """How many rows wait for this run (`discovered`) or are held by anybody, of these stores or asked for by it."""

        def work(connection: sa.Connection) -> dict[str, int]:
            own = connection.execute(sa.select(runs.c.policy_digest).where(runs.c.run == run)).scalar() or ""
            others = claims.foreign(connection, run, own)
            of_us = sa.or_(queue.c.store.in_(stores), queue.c.run == run)
            waits = (queue.c.state == sa.literal_column("'discovered'"), queue.c.policy_digest.not_in(others))
            waiting = connection.execute(
                sa.select(sa.func.count()).select_from(queue).where(*waits, of_us)
            ).scalar_one()
            held = sa.select(queue.c.state, sa.func.count()).where(queue.c.ticket.is_not(None), of_us)
            counts = {str(s): int(n) for s, n in connection.execute(held.group_by(queue.c.state))}
            return {"discovered": int(waiting), **{state: counts.get(state, 0) for state in HELD}}

        return self._database.read(work)

    def counts(self) -> dict[tuple[str, str], int]:
        """Rows per store and state."""
        query = sa.select(queue.c.store, queue.c.state, sa.func.count()).group_by(queue.c.store, queue.c.state)
        found = self._database.read(lambda connection: connection.execute(query).all())
        return {(str(store), str(state)): int(count) for store, state, count in found}

    def listing(self, state: State, *, store: str | None = None, limit: int | None = None) -> Iterator[Row]:
        """Rows of a state by their id, read in parts, so that memory stays small and nobody waits for the reader."""
        after, left = 0, limit
        while left is None or left > 0:
            size = _PART if left is None else min(left, _PART)
            query = sa.select(queue).where(queue.c.state == state, queue.c.id > after).order_by(queue.c.id).limit(size)
            if store is not None:
                query = query.where(queue.c.store == store)
            part = self._rows(query)
            yield from part
            if len(part) < size:
                return
            after, left = part[-1].id, None if left is None else left - size

    def moved_from(self, store: str, source_digest: str, policy_digest: str) -> list[Row]:
        """Committed rows whose outputs were made of this content under this policy."""
        where = (queue.c.store == store, queue.c.source_digest == source_digest)
        query = sa.select(queue).where(*where, queue.c.state == "committed", queue.c.output_policy == policy_digest)
        return self._rows(query.order_by(queue.c.id))

    def begin_run(self, run: str, policy_digest: str, host: str) -> None:
        """Note that a run began. `host`: printable, see `holders.host`."""
        row = {"run": run, "policy_digest": policy_digest, "host": host, "began": now(), "ended": "", "summary": "{}"}

        def work(connection: sa.Connection) -> None:
            if connection.execute(sa.select(runs.c.no).where(runs.c.run == run)).first() is None:
                connection.execute(runs.insert().values(**row))

        self._database.write(work)

    def end_run(self, run: str, summary: str) -> None:
        """Note that it ended, with its figures as JSON."""
        statement = sa.update(runs).where(runs.c.run == run).values(ended=now(), summary=summary)
        self._database.write(lambda connection: connection.execute(statement))

    def runs(self, limit: int) -> list[Run]:
        """The last runs, the newest first."""
        query = sa.select(runs).order_by(runs.c.no.desc()).limit(limit)
        found = self._database.read(lambda connection: connection.execute(query).mappings().all())
        return [Run(one["run"], one["began"], one["ended"], one["summary"]) for one in found]

    def entries_of(self, run: str) -> Iterator[Recorded]:
        """Audit entries of a run in the order of the chain, read in parts."""
        return self._ledger.entries(run)

    def _rows(self, query: sa.Select[Any]) -> list[Row]:
        return self._database.read(lambda c: [row_of(record) for record in c.execute(query).mappings()])

    def _step(self, claim: Claim, id: int, states: Sequence[State], columns: Mapping[str, Any]) -> None:
        """Write columns of a row that is held under the claim's token and in one of `states`: in one statement."""
        token = claim.token(id)

        def work(connection: sa.Connection) -> bool:
            return steps.step(connection, id, token, states, {**columns, "at": now()})

        def why(connection: sa.Connection) -> None:
            steps.in_state(_of_claim(steps.record_of(connection, id), token), states)

        while not self._database.write(work, alone=True):
            self._database.write(why)

    def _held(self, connection: sa.Connection, claim: Claim, id: int) -> Record:
        return _of_claim(steps.record_of(connection, id), claim.token(id))

    def _ending(self, connection: sa.Connection, claim: Claim, id: int) -> Record | None:
        """The row, held; None when this claim has ended it already."""
        record = steps.ending(connection, id)
        return None if record["done_token"] == claim.token(id) else _of_claim(record, claim.token(id))


def _of_claim(record: Record, token: int) -> Record:
    if record["token"] != token or record["state"] not in HELD:
        raise LeaseLostError("another worker has taken over an item that was held too long; its drafts are dropped")
    return record
