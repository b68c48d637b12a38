"""The rights of persons: which interactions speak of somebody or show them (GDPR article 15), and their erasure (17).

The index holds keyed hashes. Who asks is found under the key of each client; without the key nobody is. The answer does
not need the originals.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import sqlalchemy as sa

from redactor.boundary import Place
from redactor.errors import PolicyError, RedactorError
from redactor.gate import gate
from redactor.holds import Person, not_indexed, rows_held
from redactor.kept import ENDED, NOT_RELEASED
from redactor.keyring import Keyring
from redactor.ledger import Entry, Ledger
from redactor.persons import Asked, mac
from redactor.retained import disposals, subjects
from redactor.rows import queue
from redactor.unreleased import is_held

LEAST = 0.5
"""Matches below it are not shown: one word of a name of two or more."""
RULE = "GDPR 17"
_PART = 500
_HALF = 0.5
_COLUMNS = ("id", "store", "item", "label", "client", "day", "kind", "state", "reason", "bundle", "categories", "marks")


@dataclass(frozen=True, slots=True)
class Match:
    """An item in which a person is spoken of or shown."""

    id: int
    """Its number in the queue."""
    store: str
    item: str
    label: str
    client: str
    day: str
    """ISO date of the recording; empty: not known."""
    kind: str
    state: str
    gone: str
    """What was disposed of: empty, `deidentify`, `erase` or `destroy`."""
    interaction: str
    """Items of one store with the same are one interaction."""
    matched: tuple[str, ...]
    """Kinds of what fitted, for example `phone`, `name 2/3`."""
    score: float
    """0..1."""
    categories: Mapping[str, int]
    """Personal data in it: values per entity type."""
    marks: tuple[str, ...]
    copies: Mapping[str, str] = field(repr=False)
    """Places of its de-identified outputs, with their SHA-256; empty when they are gone, too, or all held back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the index says of a person."""

    matches: tuple[Match, ...]
    """The surest first."""
    keyless: tuple[str, ...]
    """Clients whose key is gone: nobody can be found in what was indexed for them."""
    weaker: int = 0
    """Matches below the threshold."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a request for erasure came to."""

    asked: int
    """Items that are due now."""
    before: int
    """Items for which that was asked, or done, before."""
    held: Mapping[int, int]
    """Items that a hold keeps all the same, with its number; they are due when it is released."""


def find(
    ledger: Ledger,
    keyring: Keyring,
    query: Sequence[Asked],
    *,
    clients: Collection[str] = (),
    since: str = "",
    until: str = "",
    least: float = LEAST,
) -> Answer:
    """Every item in which something of `query` was found, of these clients (none: of all), recorded in these days.

    Items without a date are in every range. A name needs all its words for its full score. Raises `PolicyError` for a
    client that the ledger does not know, and `LedgerError`.
    """
    there = clients_of(ledger)
    if unknown := set(clients) - set(there):
        message = f"the index has nothing of {len(unknown)} of these clients; look at their spelling"
        raise PolicyError(message)
    fits: dict[int, dict[tuple[int, int], float]] = {}
    keyless = []
    for client in sorted(clients or there):
        key = keyring.key(client, "index", create=False)
        if key is None:
            keyless.append(client)
        else:
            _collect(ledger, client, _wanted(query, key), fits)
    scores = {number: _score(query, fit) for number, fit in fits.items()}
    shown = [number for number, (score, _) in scores.items() if score >= least]
    rows = _rows(ledger, shown, since, until)
    matches = [_match(row, *scores[row["id"]]) for row in rows]
    matches.sort(key=lambda match: (-match.score, match.day, match.store, match.label, match.id))
    return Answer(tuple(matches), tuple(keyless), len(scores) - len(shown))


def clients_of(ledger: Ledger) -> list[str]:
    """The clients of items, and those that the index has rows of."""
    query = sa.select(queue.c.client).distinct()
    own = sa.select(subjects.c.client).distinct()
    return sorted(ledger.database.read(lambda c: {*c.execute(query).scalars(), *c.execute(own).scalars()}))


def left_out(ledger: Ledger, client: str = "") -> int:
    """How many items the index says nothing of: not redacted so far, or without an index."""
    return len(ledger.database.read(lambda connection: not_indexed(connection, client)))


def person(keyring: Keyring, query: Iterable[Asked], client: str) -> Person:
    """A person as a hold names them. Raises `PolicyError` when the client has no key."""
    key = keyring.key(client, "index", create=False)
    if key is None:
        message = "there is no key to the index of this client, so nobody can be found in it; hold the client, or days"
        raise PolicyError(message)
    # All words of a name, in whatever way they were heard: what is kept without need can still go later.
    return [[[mac(term, key).hex() for term in group] for group in one.groups] for one in query]


def answer(found: Answer, *, until: Mapping[int, str] | None = None) -> dict[str, Any]:
    """The answer to a request for access (GDPR article 15) as JSON types. `until`: item -> ISO day it is kept until."""
    interactions: dict[tuple[str, str], dict[str, Any]] = {}
    for match in found.matches:
        key = (match.store, match.interaction)
        one = interactions.setdefault(key, {"store": match.store, "client": match.client, "day": "", "items": []})
        one["day"] = one["day"] or match.day
        one["items"].append(
            {
                "item": match.item,
                "label": match.label,
                "kind": match.kind,
                "state": match.state,
                "original": "gone" if match.gone else "kept",
                "copies": sorted(match.copies),
                "matched": list(match.matched),
                "score": match.score,
                "categories": dict(match.categories),
                "marks": list(match.marks),
                "until": (until or {}).get(match.id, ""),
            }
        )
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "interactions": list(interactions.values()),
        "clients_without_key": len(found.keyless),
        "weaker_matches": found.weaker,
    }


def fetch_copies(matches: Iterable[Match], output: Callable[[str], Place], folder: Path) -> tuple[int, list[Match]]:
    """Bring the de-identified copies of `matches` into `folder`/STORE; how many files, and whose could not be had.

    `output` opens the output of a store. What differs from what was committed is not handed out.
    """
    count, missing = 0, []
    for match in matches:
        try:
            if NOT_RELEASED in match.marks and not match.copies and match.gone != "destroy":
                missing.append(match)
            place = output(match.store) if match.copies else None
            for name, digest in match.copies.items() if place else ():
                target = folder / match.store / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if place is None or place.digest(PurePosixPath(name)) != digest:
                    missing.append(match)
                    break
                place.fetch(PurePosixPath(name), target)
                count += 1
        except RedactorError:
            missing.append(match)
    return count, missing


def erase(ledger: Ledger, matches: Sequence[Match], *, today: str) -> Erasure:
    """Make items due for destruction now; the plan of retention does the rest. Holds win. Raises `LedgerError`.

    Each gets a row in `disposals` with the state `asked`. What was done to it before stays in the audit trail.
    """
    at = datetime.now(UTC).isoformat(timespec="microseconds")

    def work(connection: sa.Connection) -> Erasure:
        gate(ledger.database, connection)
        count = before = 0
        for match in matches:
            row = connection.execute(sa.select(disposals).where(disposals.c.queue_id == match.id)).mappings().first()
            values = {"action": "destroy", "rule": RULE, "level": "", "state": "asked", "reason": ""}
            values |= {"source_digest": "", "run": "", "due": at, "began_at": "", "ended_at": ""}
            if row is None:
                connection.execute(sa.insert(disposals).values(queue_id=match.id, **values))
            elif row["state"] == "done" and row["action"] != "destroy":
                # The original is gone; its copy, its rows in the index and the rest are to follow.
                connection.execute(sa.update(disposals).where(disposals.c.queue_id == match.id).values(**values))
            else:
                # Asked in an earlier attempt of this transaction, it counts; otherwise it was asked, or is under way.
                count, before = count + (row["due"] == at), before + (row["due"] != at)
                continue
            count += 1
            detail = json.dumps({"client": match.client, "rule": RULE}, ensure_ascii=False, sort_keys=True)
            entry = Entry("", "erasure-asked", match.store, match.item, match.label, detail=detail)
            ledger.append_in(connection, entry)
        held = rows_held(connection, [match.id for match in matches], today)
        return Erasure(count, before, held)

    return ledger.database.write(work)


def _wanted(query: Sequence[Asked], key: bytes) -> dict[bytes, list[tuple[int, int, float]]]:
    """Keyed hash -> what of the query it is (which request, which of its groups) and how well it fits."""
    wanted: dict[bytes, list[tuple[int, int, float]]] = {}
    for at, one in enumerate(query):
        for group, terms in enumerate(one.groups):
            for term in terms:
                wanted.setdefault(mac(term, key), []).append((at, group, term.score))
    return wanted


def _collect(
    ledger: Ledger,
    client: str,
    wanted: Mapping[bytes, Sequence[tuple[int, int, float]]],
    fits: dict[int, dict[tuple[int, int], float]],
) -> None:
    macs = list(wanted)
    for at in range(0, len(macs), _PART):
        query = sa.select(subjects.c.queue_id, subjects.c.mac, subjects.c.score)
        query = query.where(subjects.c.mac.in_(macs[at : at + _PART]), subjects.c.client == client)
        for number, found, score in ledger.database.read(lambda c, query=query: c.execute(query).all()):  # type: ignore[misc]
            fit = fits.setdefault(number, {})
            for asked, group, weight in wanted[bytes(found)]:
                value = weight * (_HALF + _HALF * score)
                fit[asked, group] = max(fit.get((asked, group), 0.0), value)


def _score(query: Sequence[Asked], fit: Mapping[tuple[int, int], float]) -> tuple[float, tuple[str, ...]]:
    """The best of what was asked for, and the kinds of all that fitted."""
    best, kinds = 0.0, []
    for at, one in enumerate(query):
        values = [fit[at, group] for group in range(len(one.groups)) if (at, group) in fit]
        if values:
            best = max(best, sum(values) / len(one.groups))
            kinds.append(one.kind if len(one.groups) == 1 else f"{one.kind} {len(values)}/{len(one.groups)}")
    return round(best, 3), tuple(kinds)


def _rows(ledger: Ledger, ids: Sequence[int], since: str, until: str) -> list[Mapping[Any, Any]]:
    found: list[Mapping[Any, Any]] = []
    columns = [queue.c[name] for name in (*_COLUMNS, "output_stamps")]
    for at in range(0, len(ids), _PART):
        query = sa.select(*columns).where(queue.c.id.in_(ids[at : at + _PART]))
        query = query.where(sa.or_(queue.c.day == "", queue.c.day >= since)) if since else query
        query = query.where(sa.or_(queue.c.day == "", queue.c.day <= until)) if until else query
        found += ledger.database.read(lambda c, query=query: c.execute(query).mappings().all())  # type: ignore[misc]
    return found


def _match(row: Mapping[Any, Any], score: float, matched: tuple[str, ...]) -> Match:
    gone = ENDED.get(row["reason"], "deidentify") if row["state"] == "disposed" else ""
    stamps = json.loads(row["output_stamps"] or "{}") if gone != "destroy" else {}
    # What a release gate holds back is nobody's to have, the person's included: others may be left in it.
    copies = {place: digest for place, (_, digest) in stamps.items() if not is_held(PurePosixPath(place))}
    marks = tuple(json.loads(row["marks"] or "[]"))
    categories = json.loads(row["categories"] or "{}")
    own = {name: row[name] for name in ("id", "store", "item", "label", "client", "day", "kind", "state")}
    told = {"gone": gone, "interaction": row["bundle"], "matched": matched, "score": score}
    return Match(**own, **told, categories=categories, marks=marks, copies=copies)
