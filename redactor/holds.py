"""Holds: what must not go, because of a dispute or an objection, until somebody releases it.

Whoever sets one waits for a deletion that has begun, and is told what was gone already. A person is held by keyed
hashes of the index; whatever of that client is not indexed is held, too: it may speak of anybody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa

from redactor.errors import LedgerError, PolicyError
from redactor.gate import gate
from redactor.kept import CARD_CODE, Hold
from redactor.ledger import Entry, Ledger
from redactor.retained import disposals, holds, subjects
from redactor.rows import queue

Person: TypeAlias = Sequence[Sequence[Sequence[str]]]
"""Hashes (hex) by which a person is found: one of the alternatives must fit, that is one hash of each of its groups."""
_PART = 500
_SHORTEST = 3
_READ = ("committed", "disposed")


@dataclass(frozen=True, slots=True)
class Asked:
    """A hold that is to be set; what is empty is not asked for."""

    kind: Literal["legal", "objection"]
    reason: str
    """For example a file number; free of personal data."""
    authority: str
    """Who asked for it: a court, the person, ..."""
    client: str = ""
    store: str = ""
    item: str = ""
    """SHA-256 (hex) of its place in the store."""
    since: str = ""
    until: str = ""
    expires: str = ""
    person: Person | None = None
    everything: bool = False
    """It names nothing, and means it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A hold that stands, and what it found."""

    id: int
    held: int
    """Items that it holds now."""
    gone: int
    """Items it would have held whose original, at least, was gone before."""
    going: int
    """Items whose disposal had begun and was not finished."""
    codes: int
    """Items it holds in which the security code of a card was said or shown: the law forbids keeping them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A hold as the ledger has it."""

    id: int
    kind: str
    client: str
    store: str
    item: str
    person: bool
    since: str
    until: str
    expires: str
    reason: str
    authority: str
    set_at: str
    released_at: str
    released_why: str


def add(ledger: Ledger, asked: Asked, *, clients: Collection[str] = (), stores: Collection[str] = ()) -> Placed:
    """Set a hold; it stands when this returns. `clients`, `stores`: names that are known besides those in the ledger.

    Raises `PolicyError` for one that names what nobody knows, and `LedgerError`.
    """
    _checked(asked)
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    person = "" if asked.person is None else json.dumps(asked.person)
    own = {name: getattr(asked, name) for name in ("kind", "client", "store", "item", "reason", "authority")}
    own |= {name: getattr(asked, name) for name in ("since", "until", "expires")}
    values = {**own, "person": person, "set_at": at, "released_at": "", "released_why": ""}

    def work(connection: sa.Connection) -> Placed:
        gate(ledger.database, connection)
        _known(connection, asked, clients, stores)
        same = sa.select(holds.c.id).where(holds.c.set_at == at, holds.c.kind == asked.kind, holds.c.person == person)
        # The answer to an earlier commit may have been lost.
        number = connection.execute(same).scalar()
        if number is None:
            number = connection.execute(sa.insert(holds).values(values).returning(holds.c.id)).scalar_one()
            detail = {name: own[name] for name in ("client", "since", "until", "expires")}
            detail |= {"hold": number, "person": bool(person), "why": _digest(asked.reason, asked.authority)}
            ledger.append_in(connection, _entry("hold-set", asked, detail))
        return _placed(connection, int(number), asked)

    return ledger.database.write(work)


def release(ledger: Ledger, id: int, why: str) -> None:
    """End a hold. Raises `PolicyError` when there is none of this number, or it was released before."""
    if len(why.strip()) < _SHORTEST:
        raise PolicyError("say why the hold is released: who decided it, and when")
    at = datetime.now(UTC).isoformat(timespec="microseconds")

    def work(connection: sa.Connection) -> None:
        gate(ledger.database, connection)
        found = connection.execute(sa.select(holds).where(holds.c.id == id)).mappings().first()
        if found is None:
            raise PolicyError(f"there is no hold {id}; see: redactor hold list")
        if found["released_at"] and found["released_at"] != at:
            raise PolicyError(f"hold {id} was released before; see: redactor hold list --all")
        if not found["released_at"]:
            connection.execute(sa.update(holds).where(holds.c.id == id).values(released_at=at, released_why=why))
            own = {name: found[name] for name in ("kind", "reason", "authority", "client", "store", "item")}
            detail = {"hold": id, "client": found["client"], "why": _digest(why)}
            ledger.append_in(connection, _entry("hold-released", Asked(**own), detail))

    ledger.database.write(work)


def listing(ledger: Ledger) -> list[Listed]:
    """All holds that were ever set, in order."""
    names = [name for name in Listed.__slots__ if name != "person"]
    columns = [holds.c[name] for name in names]

    def work(connection: sa.Connection) -> list[Listed]:
        rows = connection.execute(sa.select(*columns, holds.c.person).order_by(holds.c.id)).mappings()
        return [Listed(**{name: row[name] for name in names}, person=bool(row["person"])) for row in rows]

    return ledger.database.read(work)


def standing(ledger: Ledger) -> list[Hold]:
    """The holds that were not released, as the plan of retention asks them."""
    return ledger.database.read(standing_in)


def standing_in(connection: sa.Connection) -> list[Hold]:
    """As `standing`, within a transaction."""
    rows = connection.execute(sa.select(holds).where(holds.c.released_at == "").order_by(holds.c.id)).mappings().all()
    return [
        Hold(
            row["id"],
            row["kind"],
            row["client"],
            row["store"],
            row["item"],
            row["since"],
            row["until"],
            row["expires"],
            _persons(connection, _person(row["person"]), row["client"]) if row["person"] else None,
        )
        for row in rows
    ]


def ids_of(connection: sa.Connection, person: Person) -> frozenset[int]:
    """The numbers of the items in which a person was found."""
    found: set[int] = set()
    for groups in person:
        fits = [_with_one_of(connection, macs) for macs in groups]
        found |= set.intersection(*fits) if fits else set()
    return frozenset(found)


def not_indexed(connection: sa.Connection, client: str = "") -> frozenset[int]:
    """The numbers of items of which the index says nothing of now: not read, read anew, or read without an index."""
    # Under the key of the client that it had before, nobody is found for the one it has.
    there = sa.exists().where(subjects.c.queue_id == queue.c.id, subjects.c.client == queue.c.client)
    query = sa.select(queue.c.id).where(sa.or_(queue.c.state.not_in(_READ), ~there))
    # What the ledger no longer has anything of has nothing to hold.
    query = query.where(sa.not_(sa.and_(queue.c.state == "disposed", queue.c.reason == "DESTROYED")))
    query = query.where(queue.c.client == client) if client else query
    return frozenset(connection.execute(query).scalars())


def _person(text: str) -> Person:
    try:
        person: Person = json.loads(text)
    except ValueError:
        message = "a hold cannot be read; was the ledger changed? run redactor audit verify"
        raise LedgerError(message) from None
    return person


def _persons(connection: sa.Connection, person: Person, client: str) -> frozenset[int]:
    return ids_of(connection, person) | not_indexed(connection, client)


def _with_one_of(connection: sa.Connection, macs: Sequence[str]) -> set[int]:
    found: set[int] = set()
    for at in range(0, len(macs), _PART):
        part = [bytes.fromhex(mac) for mac in macs[at : at + _PART]]
        found.update(connection.execute(sa.select(subjects.c.queue_id).where(subjects.c.mac.in_(part))).scalars())
    return found


def _checked(asked: Asked) -> None:
    if len(asked.reason.strip()) < _SHORTEST or len(asked.authority.strip()) < _SHORTEST:
        message = "a hold needs its reason (a file number) and who asked for it: --reason and --authority"
        raise PolicyError(message)
    days = [(name, getattr(asked, name)) for name in ("since", "until", "expires")]
    for name, day in days:
        if day and not is_day(day):
            raise PolicyError(f"--{name} is no day of the calendar; write it as 2026-11-28")
    if asked.since and asked.until and asked.since > asked.until:
        raise PolicyError("--since is later than --until; such a range holds nothing")
    if asked.expires and asked.expires < datetime.now(UTC).date().isoformat():
        raise PolicyError("--expires is over already; such a hold would hold nothing")
    named = (asked.client, asked.store, asked.item, asked.since, asked.until)
    if not any(named) and asked.person is None and not asked.everything:
        message = "the hold names nothing and would hold everything; name what is to stay, or say --everything"
        raise PolicyError(message)


def is_day(text: str) -> bool:
    """True for an ISO date."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _known(connection: sa.Connection, asked: Asked, clients: Collection[str], stores: Collection[str]) -> None:
    """Raises `PolicyError` for a client, a store or an item that nobody knows: a slip of the pen would hold nothing."""
    for what, name, more in (("client", asked.client, clients), ("store", asked.store, stores)):
        query = sa.select(queue.c.id).where(queue.c[what] == name).limit(1)
        if name and name not in more and connection.execute(query).first() is None:
            message = f"the ledger has nothing of this {what}; look at its spelling: redactor status --config CONFIG"
            raise PolicyError(message)
    query = sa.select(queue.c.id).where(queue.c.item == asked.item).limit(1)
    query = query.where(queue.c.store == asked.store) if asked.store else query
    if asked.item and connection.execute(query).first() is None:
        message = "the ledger does not know this item; name it as STORE:PLACE, by its path, or by its digest"
        raise PolicyError(message)


def _placed(connection: sa.Connection, number: int, asked: Asked) -> Placed:
    held = gone = going = codes = 0
    for ids in _parts(connection, asked):
        where = [*_where(asked), *([] if ids is None else [queue.c.id.in_(ids)])]
        marked = queue.c.marks.like(f'%"{CARD_CODE}"%')
        query = sa.select(queue.c.state, marked, sa.func.count()).where(*where).group_by(queue.c.state, marked)
        for state, code, count in connection.execute(query):
            held += 0 if state == "disposed" else count
            gone += count if state == "disposed" else 0
            codes += count if code and state != "disposed" else 0
        begun = sa.select(sa.func.count()).select_from(disposals).join(queue, queue.c.id == disposals.c.queue_id)
        going += connection.execute(begun.where(disposals.c.state == "begun", *where)).scalar() or 0
    return Placed(number, held, gone, going, codes)


def _parts(connection: sa.Connection, asked: Asked) -> Iterator[Sequence[int] | None]:
    """The numbers of a person's items, in parts; None once when it is not about a person."""
    if asked.person is None:
        yield None
        return
    ids = sorted(_persons(connection, asked.person, asked.client))
    yield from (ids[at : at + _PART] for at in range(0, len(ids), _PART))


def _where(asked: Asked) -> list[sa.ColumnElement[bool]]:
    """Conditions as `Hold.holds` has them."""
    found: list[sa.ColumnElement[bool]] = []
    for column, value in ((queue.c.client, asked.client), (queue.c.store, asked.store), (queue.c.item, asked.item)):
        found += [column == value] if value else []
    found += [sa.or_(queue.c.day == "", queue.c.day >= asked.since)] if asked.since else []
    found += [sa.or_(queue.c.day == "", queue.c.day <= asked.until)] if asked.until else []
    return found


def _digest(*texts: str) -> str:
    """What was said stands in the table of holds; the ledger proves that nobody changed it."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _entry(event: str, asked: Asked, detail: dict[str, Any]) -> Entry:
    body = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    store = asked.store or "retention"
    return Entry("", event, store, asked.item, f"hold {detail['hold']}", reason=asked.kind.upper(), detail=body)


def rows_held(connection: sa.Connection, ids: Iterable[int], today: str) -> dict[int, int]:
    """Of these items those that a hold keeps on the ISO day `today`, with the number of the hold."""
    from redactor.kept import Kept

    standing_now = standing_in(connection)
    found: dict[int, int] = {}
    wanted = sorted(ids)
    columns = (queue.c.id, queue.c.store, queue.c.item, queue.c.label, queue.c.kind, queue.c.client, queue.c.day)
    for at in range(0, len(wanted), _PART):
        query = sa.select(*columns, queue.c.state).where(queue.c.id.in_(wanted[at : at + _PART]))
        for row in connection.execute(query):
            kept = Kept(row.id, row.store, row.item, row.label, row.kind, row.client, "", row.state, "", row.day)
            holder = next((hold.id for hold in standing_now if hold.holds(kept, today)), None)
            if holder is not None:
                found[kept.id] = holder
    return found
