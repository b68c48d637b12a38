"""The morning: one pass over what the ledger holds of a night, in memory that does not grow with the night."""

from __future__ import annotations

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import isfinite
from typing import Any, Protocol

from redactor._version import __version__
from redactor.nights import OUTCOMES, ClientNight, Morning, Night, Refusal, Slow, StoreNight, as_json, summary_of

__all__ = ["Told", "Unfinished", "as_json", "read_summaries", "summarise", "summary_of"]

NIGHTS = 30
SLOWEST = 10
LABELS = 20
"""Names that are told for each reason; the rest is counted."""
_OPEN = 50_000
"""Items that did not end well and are remembered, so that a later entry of the same item takes their place."""
_NAMES = 1_000
"""Clients, reasons, entity types and the like; what comes after so many counts as `others`."""
_OTHERS = "others"
_EVENTS = {"published": "done"} | {e: e for e in ("moved", "gone", "refused", "quarantined", "failed", "interrupted")}
_GROUPED = {"refused", "quarantined", "failed", "interrupted", "still_refused"}


class Told(Protocol):
    """An entry of the ledger, as far as it matters here; see `ledger.Entry`."""

    @property
    def event(self) -> str: ...  # noqa: D102
    @property
    def store(self) -> str: ...  # noqa: D102
    @property
    def item(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def policy_digest(self) -> str: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102


class Unfinished(Protocol):
    """A row of the queue that an earlier night refused or quarantined."""

    @property
    def store(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def client(self) -> str: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102
    @property
    def message(self) -> str: ...  # noqa: D102
    @property
    def at(self) -> str: ...  # noqa: D102


@dataclass(slots=True)
class _Group:
    items: int = 0
    message: str = ""
    stores: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    """Item -> clean name, in order."""


@dataclass(slots=True)
class _Client:
    outcomes: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    media_s: float = 0.0
    size: int = 0


@dataclass(frozen=True, slots=True)
class _Ended:
    outcome: str
    reason: str
    client: str
    kind: str


class _Tally:
    """Counters that each entry adds to."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.clients: defaultdict[str, _Client] = defaultdict(_Client)
        self.entities: Counter[str] = Counter()
        self.marks: Counter[str] = Counter()
        self.groups: defaultdict[tuple[str, str], _Group] = defaultdict(_Group)
        self.stages: defaultdict[str, float] = defaultdict(float)
        self.engines: set[str] = set()
        self.policies: set[str] = set()
        self.slowest: list[tuple[float, int, Slow]] = []
        self._open: dict[str, _Ended] = {}
        self._reasons: set[str] = set()
        self._number = 0

    def add(self, entry: Told) -> None:
        """One entry; events that end no item are none of ours."""
        outcome = _EVENTS.get(entry.event)
        if outcome is None:
            return
        detail = _read(entry.detail)
        if detail.get("copied"):
            outcome = "moved"
        client, kind = _short(self.clients, str(detail.get("client", ""))), str(detail.get("kind") or "unknown")
        self._forget(entry.item)
        ended = _Ended(outcome, entry.reason, client, kind)
        self._count(ended, 1)
        if entry.policy_digest and len(self.policies) < _NAMES:
            self.policies.add(entry.policy_digest)
        if outcome == "done":
            self._published(client, detail)
        elif outcome in _GROUPED:
            self.group(ended.reason, outcome, entry.item, entry.label, entry.store, str(detail.get("message", "")))
            if len(self._open) < _OPEN:
                self._open[entry.item] = ended
        if outcome not in {"moved", "gone"}:  # What moved carries the seconds of the night in which it was made.
            self._time(entry, client, kind, detail)

    def group(self, reason: str, outcome: str, item: str, label: str, store: str, message: str) -> None:
        """One item that was not done."""
        reason = _short(self._reasons, reason)
        self._reasons.add(reason)
        group = self.groups[reason, outcome]
        group.items += 1
        group.message = group.message or message
        if len(group.labels) < LABELS:
            group.labels[item] = label
        if len(group.stores) < LABELS:
            group.stores.add(store)

    def _forget(self, item: str) -> None:
        """A second try of the same night replaces the first."""
        before = self._open.pop(item, None)
        if before is None:
            return
        self._count(before, -1)
        key = _short(self._reasons, before.reason), before.outcome
        self.groups[key].items -= 1
        self.groups[key].labels.pop(item, None)
        if not self.groups[key].items:
            del self.groups[key]

    def _count(self, ended: _Ended, n: int) -> None:
        self.outcomes[ended.outcome] += n
        self.kinds[_short(self.kinds, ended.kind)][ended.outcome] += n
        self.clients[ended.client].outcomes[ended.outcome] += n

    def _published(self, client: str, detail: Mapping[str, Any]) -> None:
        mine = self.clients[client]
        for name, n in _pairs(detail.get("counts")):
            entity = _short(self.entities, name)
            self.entities[entity] += int(n)
            mine.entities[entity] += int(n)
        for mark in detail.get("marks") or ():
            self.marks[_short(self.marks, str(mark))] += 1
        mine.size += int(_number(detail.get("bytes")))
        mine.media_s += _number(detail.get("media_s"))
        for stage, seconds in _pairs(detail.get("seconds")):
            self.stages[_short(self.stages, stage)] += seconds
        if len(self.engines) < _NAMES:
            self.engines.update(str(engine) for engine in detail.get("engines", ()))

    def _time(self, entry: Told, client: str, kind: str, detail: Mapping[str, Any]) -> None:
        spent = detail.get("seconds")
        seconds = sum(s for _, s in _pairs(spent)) if isinstance(spent, Mapping) else _number(spent)
        if not seconds:
            return
        self._number -= 1
        slow = Slow(entry.label, entry.store, client, kind, seconds, int(_number(detail.get("bytes"))))
        # Of two that took equally long, the earlier stays.
        push = heapq.heappush if len(self.slowest) < SLOWEST else heapq.heappushpop
        push(self.slowest, (seconds, self._number, slow))


def summarise(
    entries: Iterable[Told],
    *,
    run: str,
    began: str,
    ended: str,
    exit_code: int = 0,
    trouble: str = "",
    unchanged: int = 0,
    still_refused: int | None = None,
    waiting: int = 0,
    left: int = 0,
    standing: Iterable[Unfinished] = (),
    stores: Sequence[StoreNight] = (),
    counts: Mapping[tuple[str, str], int] | None = None,
    earlier: Iterable[Mapping[str, Any]] = (),
    policy_digest: str = "",
    held: int = 0,
) -> Morning:
    """The morning of one run; `began` and `ended` are UTC, ISO 8601. Each iterable is read once, in a stream.

    `entries` are the run's audit entries, oldest first. `unchanged`, `waiting` (still being written) and `left` (time
    was up) are numbers of items that have no entry. `standing` are rows that earlier nights refused or quarantined;
    those that ended in this run are told apart by their time. Without `still_refused` they are counted. `counts` are
    items per (store, state); `held` items are held back by the release gate; `earlier` are results of `summary_of`, in
    any order (see `read_summaries`). Raises what `entries` raises.
    """
    tally = _Tally()
    for entry in entries:
        tally.add(entry)
    tally.outcomes.update(unchanged=unchanged, waiting=waiting, left=left)
    stood = 0
    for row in standing:
        if _time_of(row.at) < _time_of(began):
            stood += 1
            item = f"{row.store}/{row.label}/{stood}"
            client = _short(tally.clients, row.client)
            tally.clients[client].outcomes["still_refused"] += 1
            tally.group(row.reason, "still_refused", item, row.label, row.store, row.message)
    tally.outcomes["still_refused"] = stood if still_refused is None else still_refused
    seconds = max(0.0, _time_of(ended) - _time_of(began))
    outcomes = {outcome: tally.outcomes[outcome] for outcome in OUTCOMES}
    morning = Morning(
        run=run,
        began=began,
        ended=ended,
        seconds=seconds,
        exit_code=int(exit_code),
        trouble=trouble,
        outcomes=outcomes,
        kinds={kind: dict(+n) for kind, n in sorted(tally.kinds.items()) if +n},
        clients=tuple(
            ClientNight(name, dict(+c.outcomes), dict(c.entities.most_common()), c.media_s, c.size)
            for name, c in sorted(tally.clients.items())
            if +c.outcomes
        ),
        entities=dict(tally.entities.most_common()),
        marks=dict(sorted(tally.marks.items())),
        refusals=_refusals(tally),
        slowest=tuple(slow for *_, slow in sorted(tally.slowest, key=lambda found: found[:2], reverse=True)),
        stages=dict(sorted(tally.stages.items(), key=lambda stage: -stage[1])),
        stores=_stores(stores, counts or {}),
        trend=(),
        engines=tuple(sorted(tally.engines)),
        version=__version__,
        policies=tuple(sorted(tally.policies | ({policy_digest} if policy_digest else set()))),
        held=held,
    )
    return replace(morning, trend=_trend(earlier, _night(summary_of(morning))))


def read_summaries(texts: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """`summary_of` from the JSON that the ledger keeps of each run; a run that was killed has none and is left out."""
    return (body for body in map(_read, texts) if body)


def _refusals(tally: _Tally) -> tuple[Refusal, ...]:
    found = [
        Refusal(reason, outcome, g.items, g.message, tuple(sorted(g.stores)), tuple(g.labels.values()))
        for (reason, outcome), g in tally.groups.items()
    ]
    return tuple(sorted(found, key=lambda r: (r.outcome in {"interrupted", "still_refused"}, -r.items, r.reason)))


def _stores(stores: Sequence[StoreNight], counts: Mapping[tuple[str, str], int]) -> tuple[StoreNight, ...]:
    named = {store.name: store for store in stores}
    for name in {store for store, _ in counts} - named.keys():
        named[name] = StoreNight(name)
    return tuple(
        replace(store, states={**store.states, **{state: n for (of, state), n in sorted(counts.items()) if of == name}})
        for name, store in sorted(named.items())
    )


def _trend(earlier: Iterable[Mapping[str, Any]], now: Night) -> tuple[Night, ...]:
    before = (night for night in map(_night, earlier) if night.began and night.run != now.run)
    return (*sorted(heapq.nlargest(NIGHTS - 1, before, key=_when), key=_when), now)


def _when(night: Night) -> tuple[float, str]:
    return _time_of(night.began), night.run


def _night(body: Mapping[str, Any]) -> Night:
    """A summary of an earlier release may lack a key, and one that a killed run left may be empty."""
    items, needs, entities = (int(_number(body.get(key))) for key in ("items", "needs", "entities"))
    return Night(
        str(body.get("run", "")), str(body.get("began", "")), items, needs, _number(body.get("seconds")), entities
    )


def _read(detail: str) -> Mapping[str, Any]:
    try:
        body = json.loads(detail)
    except ValueError:
        return {}  # The entry counts all the same; only its details are not known.
    return body if isinstance(body, dict) else {}


def _pairs(value: Any) -> list[tuple[str, float]]:
    return [(str(key), _number(n)) for key, n in value.items()] if isinstance(value, Mapping) else []


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and isfinite(value) else 0.0


def _short(known: Mapping[str, Any] | set[str], name: str) -> str:
    """`name`, or `others` when there are too many names already."""
    return name if name in known or len(known) < _NAMES else _OTHERS


def _time_of(stamp: str) -> float:
    """Seconds since 1970; a stamp without a zone is UTC, and one that is none counts as the beginning of time."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else datetime.fromisoformat(f"{stamp}+00:00")).timestamp()
