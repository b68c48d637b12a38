"""What the ledger knows of the recall of a run: its items, its sample, the counts of both detectors and of people."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

import sqlalchemy as sa

from redactor.errors import PolicyError
from redactor.gate_policy import BarPolicy
from redactor.ledger import Entry, Ledger
from redactor.names import Outputs
from redactor.recall import REVIEWER_RECALL, Bound, Captured, Captures, Review, Tally, bound
from redactor.recall_rows import captures as captures_table
from redactor.recall_rows import reviews as reviews_table
from redactor.recall_rows import samples
from redactor.rows import queue, runs
from redactor.sampling import Candidate, Drawn, Stratum, draw
from redactor.unreleased import place_now

T = TypeVar("T")
ENDS = ("published", "held")
"""Events of items that have an output: it has left, or it waits for the gate."""
NO_VALUES = frozenset({"UNCERTAIN", "KEY_TONES"})
"""What is covered without being a value that was found."""
_PART = 500


@dataclass(frozen=True, slots=True)
class RunItem:
    """An item that a run made an output of."""

    number: int
    """Its number in the queue."""
    item: str
    """SHA-256 (hex) of its place."""
    store: str
    label: str
    """Its name, free of personal data."""
    outputs: str
    """JSON: where its outputs stand now (`names.Outputs`): in their places, or where the release gate holds them."""
    stratum: Stratum
    counts: Mapping[str, int]
    """Values that were found, per entity type."""
    source_digest: str
    """SHA-256 (hex) of the original."""


def last_run(ledger: Ledger) -> str:
    """The newest run that made an output. Raises `PolicyError` when there is none, and `LedgerError`."""
    query = sa.select(runs.c.run).order_by(runs.c.no.desc())
    for run in ledger.database.read(lambda db: list(db.execute(query).scalars())):
        if any(entry.event in ENDS for entry in ledger.entries(run)):
            return str(run)
    raise PolicyError("no run of this ledger made an output yet; run redactor batch first")


def items_of(ledger: Ledger, run: str) -> dict[int, RunItem]:
    """The items of a run by number; the last word on each counts. Raises `LedgerError`."""
    ended = {(entry.store, entry.item): entry for entry in ledger.entries(run) if entry.event in ENDS}
    found: dict[int, RunItem] = {}
    keys = sorted(ended)
    for at in range(0, len(keys), _PART):
        for row in ledger.database.read(partial(_rows, keys=keys[at : at + _PART])):
            if (entry := ended.get((row.store, row.item))) is not None:
                body = json.loads(entry.detail).get("counts") or {}
                counts = {str(t): int(n) for t, n in body.items() if t not in NO_VALUES and type(n) is int and n > 0}
                stratum = Stratum(row.kind, row.client, bool(counts))
                outputs = _where(row.outputs, row.output_stamps)
                found[row.id] = RunItem(
                    row.id, row.item, row.store, row.label, outputs, stratum, counts, entry.source_digest
                )
    return found


def keep_sample(ledger: Ledger, run: str, items: Mapping[int, RunItem], count: int) -> tuple[Drawn, ...]:
    """Draw about `count` items of a run and remember which; a larger sample of the same run holds the smaller one."""
    drawn = draw((Candidate(one.number, one.item, one.stratum) for one in items.values()), count, seed=run)
    wanted = {number for stratum in drawn for number in stratum.numbers}

    def work(connection: sa.Connection) -> None:
        there = set(connection.execute(sa.select(samples.c.queue_id).where(samples.c.run == run)).scalars())
        new = [{"run": run, "queue_id": n, "looked_at": "", "reviewed_at": ""} for n in sorted(wanted - there)]
        if new:
            connection.execute(sa.insert(samples), new)

    ledger.database.write(work)
    return drawn


def sampled(ledger: Ledger, run: str) -> dict[int, tuple[bool, bool]]:
    """The sample of a run: number -> whether the second detector looked at it, whether people did."""
    query = sa.select(samples.c.queue_id, samples.c.looked_at, samples.c.reviewed_at).where(samples.c.run == run)
    rows = ledger.database.read(lambda db: db.execute(query.order_by(samples.c.queue_id)).all())
    return {int(number): (bool(looked), bool(seen)) for number, looked, seen in rows}


def keep_captures(ledger: Ledger, run: str, number: int, counted: Mapping[str, Captured]) -> None:
    """Remember what both detectors found in an item of the sample; done again, the last word counts."""
    rows = [
        {"entity_type": t, "first_only": c.first_only, "second_only": c.second_only, "both": c.both}
        for t, c in sorted(counted.items())
    ]
    ledger.database.write(lambda db: _replace(db, captures_table, "looked_at", run, {number: rows}))


def keep_reviews(ledger: Ledger, run: str, counted: Mapping[int, Mapping[str, Tally]]) -> None:
    """Remember what people counted in items of the sample; done again, the last word counts. The chain is told."""
    rows = {
        number: [{"entity_type": t, "found": c.found, "missed": c.missed} for t, c in sorted(types.items())]
        for number, types in sorted(counted.items())
    }
    found = sum(c.found for types in counted.values() for c in types.values())
    missed = sum(c.missed for types in counted.values() for c in types.values())
    digest = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
    detail = {"run": run, "items": len(counted), "found": found, "missed": missed, "counts": digest}

    def work(connection: sa.Connection) -> None:
        _replace(connection, reviews_table, "reviewed_at", run, rows)
        ledger.append_in(connection, Entry("", "reviewed", "recall", "", "review", detail=json.dumps(detail)))

    ledger.database.write(work)


def bounds(ledger: Ledger, run: str, gate: Mapping[str, BarPolicy] = MappingProxyType({})) -> list[Bound]:
    """The bound of each entity type that was found or missed in a run, and of all that have a bar (`Policy.gate`).

    Raises `LedgerError`, and `MissingEngineError` without SciPy.
    """
    items = items_of(ledger, run)
    sizes = Counter(one.stratum for one in items.values())
    found: Counter[str] = Counter()
    for one in items.values():
        found.update(one.counts)
    sample = {n: seen for n, seen in sampled(ledger, run).items() if n in items}
    looked = Counter(items[n].stratum for n, (yes, _) in sample.items() if yes)
    reviewed = Counter(items[n].stratum for n, (_, yes) in sample.items() if yes)
    tallies = _counted(ledger, reviews_table, run, items, lambda row: Tally(row["found"], row["missed"]))
    caught = _counted(
        ledger, captures_table, run, items, lambda row: Captured(row["first_only"], row["second_only"], row["both"])
    )
    every = sorted({*found, *tallies, *caught, *gate})
    return [
        bound(
            name,
            found=found[name],
            reviews=[
                Review(s.key, n, reviewed[s], tuple(tallies.get(name, {}).get(s, ()))) for s, n in sorted(sizes.items())
            ],
            captures=[
                Captures(s.key, n, looked[s], tuple(caught.get(name, {}).get(s, ()))) for s, n in sorted(sizes.items())
            ]
            if looked
            else (),
            reviewer_recall=gate[name].reviewer_recall if name in gate else REVIEWER_RECALL,
        )
        for name in every
    ]


def _counted(
    ledger: Ledger, table: sa.Table, run: str, items: Mapping[int, RunItem], of: Callable[[Mapping[str, Any]], T]
) -> dict[str, dict[Stratum, list[T]]]:
    query = sa.select(table).where(table.c.run == run).order_by(table.c.queue_id)
    found: dict[str, dict[Stratum, list[T]]] = defaultdict(lambda: defaultdict(list))
    for row in ledger.database.read(lambda db: db.execute(query).mappings().all()):
        if (one := items.get(row["queue_id"])) is not None:
            found[row["entity_type"]][one.stratum].append(of({**row}))
    return found


def _where(outputs: str, output_stamps: str) -> str:
    """The planned places of an item's outputs as those where they stand now; JSON, or empty."""
    if not outputs:
        return ""
    now, planned = partial(place_now, output_stamps), Outputs.from_json(outputs)
    beside = tuple((form, now(place)) for form, place in planned.transcripts)
    return Outputs(now(planned.medium), now(planned.sidecar), beside).as_json()


def _rows(connection: sa.Connection, *, keys: Sequence[tuple[str, str]]) -> Sequence[Any]:
    names = ("id", "store", "item", "label", "kind", "client", "outputs", "output_stamps")
    columns = [queue.c[name] for name in names]
    return connection.execute(sa.select(*columns).where(queue.c.item.in_([item for _, item in keys]))).all()


def _replace(
    connection: sa.Connection, table: sa.Table, when: str, run: str, rows: Mapping[int, Sequence[Mapping[str, Any]]]
) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    for number, counts in rows.items():
        here = (table.c.run == run, table.c.queue_id == number)
        connection.execute(sa.delete(table).where(*here))
        if counts:
            connection.execute(sa.insert(table), [{"run": run, "queue_id": number, **one} for one in counts])
        mine = (samples.c.run == run, samples.c.queue_id == number)
        connection.execute(sa.update(samples).where(*mine).values({when: at}))
