"""Discovery: what lies in the stores is offered to the ledger, a part of a folder at a time.

Names are judged here (a label must be fit to be shown, an output must not be called after a telephone number), places
of outputs are planned here for all items of a run, and files that may still be growing wait here until they have
settled.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from redactor._version import __version__
from redactor.boundary import Place, Seen
from redactor.errors import MediaError, RedactorError, WithheldError
from redactor.names import Outputs, candidates, named, plan
from redactor.places import local_folder
from redactor.policy import Policy
from redactor.protocols import Kind
from redactor.queue import Found, Offer, Queue, Row
from redactor.rules import Ruled, Rules
from redactor.spool import Located, Spool, Young
from redactor.storepolicy import StorePolicy
from redactor.stores import digest_of

_PATIENCE = 3
"""A file that was found changed this often is looked at again, but no run waits for it."""
_LONGEST_S = 300.0
"""A file that goes on growing is looked at this often at least."""
_LAST_S = datetime(9999, 12, 31, tzinfo=UTC).timestamp()

Naming = Callable[[Sequence[PurePosixPath]], Sequence[PurePosixPath]]
"""Gives the public name of each place."""


@dataclass(frozen=True, slots=True)
class OpenStore:
    """A store of the policy with its two places."""

    policy: StorePolicy
    source: Place
    output: Place
    rules: Rules | None = None
    """None where nothing is discovered."""

    @property
    def folder(self) -> Path | None:
        """The folder of the outputs, when it is one of this machine and they can be opened there."""
        return local_folder(self.policy.output) if self.output.local else None


@dataclass(frozen=True, slots=True)
class _Found:
    seen: Seen
    ruled: Ruled
    item: str
    public: PurePosixPath = field(repr=False)
    refusal: RedactorError | None = None
    """Why it must not be read."""
    outputs: Outputs | None = None


class Discovery:
    """The walk of one run."""

    def __init__(
        self,
        policy: Policy,
        queue: Queue,
        spool: Spool,
        naming: Naming,
        *,
        run: str,
        only: str = "",
        dry: bool = False,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """A walk for `run`; nothing is read yet.

        Args:
            policy: says what is personal in names, and how outputs are called.
            queue: where items are offered.
            spool: where their places are kept.
            naming: cleans names; asked for what the ledger does not know yet only.
            run: the name of the run.
            only: a glob pattern; items are offered whose label or place it fits.
            dry: the ledger is asked what it would say, and left as it is.
            clock: seconds that only go forward.
            wall: seconds since 1970.
        """
        self._policy, self._queue, self._spool, self._naming = policy, queue, spool, naming
        self._run, self._only, self._dry = run, only, dry
        self._clock, self._wall = clock, wall
        self._digest = policy.digest()
        self.ignored: Counter[str] = Counter()
        """Files that are no items, per store."""
        self.found: Counter[str] = Counter()
        """All files, per store."""
        self.partial: set[str] = set()
        """Stores of which a folder could not be listed: what was not found there is not gone."""

    def walk(self, store: OpenStore) -> Iterator[list[Offer]]:
        """Offer all of a store, a part at a time. Raises `StoreError` when it does not answer, and `LedgerError`."""
        assert store.rules is not None
        for part in store.rules.walk():
            ruled = [(seen, rules) for seen in part if not (rules := store.rules.of(seen)).ignored]
            self.ignored[store.policy.name] += len(part) - len(ruled)
            self.found[store.policy.name] += len(part)
            if any(seen.refusal is not None and seen.refusal.reason == "NO_ACCESS" and not seen.stamp for seen in part):
                self.partial.add(store.policy.name)
            if offers := self._offer(
                store, [pair for pair in ruled if not (pair[1].elsewhere or self._is_young(store, *pair))]
            ):
                yield offers
        for place, error in store.rules.manifest_errors():
            broken = Ruled(None, "", store.policy.client, "", "", None, 0, error, False)
            yield self._offer(store, [(Seen(place, 0, "", 0.0, error), broken)])

    def revisit(self, stores: Mapping[str, OpenStore]) -> Iterator[list[Offer]]:
        """Look again at files that may have been growing, and offer those that have settled."""
        settled: dict[str, list[Seen]] = {}
        for young in list(self._spool.waiting()):
            store = stores[young.store]
            waits_s = min(store.policy.settle_s * 2**young.tries, _LONGEST_S)
            if self._clock() - young.since < waits_s:
                continue
            seen = store.source.look(young.relative)
            if seen is not None and seen.stamp != young.stamp:
                changed = replace(young, stamp=seen.stamp, since=self._clock(), tries=young.tries + 1)
                self._spool.wait_for(changed)
                continue
            self._spool.settled(young)
            if seen is not None:
                settled.setdefault(young.store, []).append(seen)
        for name, part in settled.items():
            rules = stores[name].rules
            assert rules is not None
            if offers := self._offer(stores[name], [(seen, rules.of(seen)) for seen in _sorted(part)]):
                yield offers

    def growing(self) -> tuple[int, bool]:
        """How many files may still be growing, and whether one of them is worth waiting for."""
        return self._spool.young(), any(young.tries < _PATIENCE for young in self._spool.waiting())

    def _is_young(self, store: OpenStore, seen: Seen, ruled: Ruled) -> bool:
        if not store.policy.settle_s or ruled.refusal is not None:
            return False
        if self._wall() - seen.changed_s >= store.policy.settle_s:
            return False
        self._spool.wait_for(Young(store.policy.name, seen.relative, seen.stamp, self._clock(), 0))
        return True

    def _offer(self, store: OpenStore, pairs: Sequence[tuple[Seen, Ruled]]) -> list[Offer]:
        name = store.policy.name
        items = [digest_of(seen.relative) for seen, _ in pairs]
        known = self._queue.rows(name, items)
        public = self._public([seen.relative for seen, _ in pairs], [known.get(item) for item in items])
        found = [
            _Found(seen, ruled, item, place, ruled.refusal)
            for (seen, ruled), item, place in zip(pairs, items, public, strict=True)
        ]
        if self._only:
            # What is not asked for may belong to the interaction of what is.
            self._spool.add(self._located(store, f) for f in found)
            found = [f for f in found if self._wanted(f)]
        found = self._planned(store, found, known)
        self._spool.add(self._located(store, f) for f in found)
        offered = [self._entry(store, f) for f in found]
        offers = self._queue.offer(
            offered, run=self._run, policy_digest=self._digest, version=__version__, keep=not self._dry
        )
        return self._standing(store, offers)

    def _public(self, places: Sequence[PurePosixPath], rows: Sequence[Row | None]) -> list[PurePosixPath]:
        # What was fit to be shown under this policy still is.
        cleaned = [_shown(row) if row and row.policy_digest == self._digest else None for row in rows]
        asked = [place for place, label in zip(places, cleaned, strict=True) if label is None]
        answers = iter(self._naming(asked) if asked else ())
        return [label if label is not None else next(answers) for label in cleaned]

    def _wanted(self, found: _Found) -> bool:
        names = {str(found.public), found.public.name, str(found.seen.relative), found.seen.relative.name}
        return any(fnmatch.fnmatchcase(name, self._only) for name in names)

    def _planned(self, store: OpenStore, found: list[_Found], known: Mapping[str, Row]) -> list[_Found]:
        forms, prefix = self._policy.transcript.formats, f"{store.policy.name}\0"
        media: list[tuple[int, PurePosixPath, Kind]] = []
        for at, f in enumerate(found):
            if f.ruled.kind is not None and f.refusal is None:
                try:
                    place = self._place(store, f, known.get(f.item))
                except MediaError as error:
                    found[at] = replace(f, refusal=error)
                    continue
                media.append((at, place, f.ruled.kind))
        asked = [prefix + key for _, place, kind in media for key in candidates(place, kind, forms)]
        taken = {key.removeprefix(prefix) for key in self._spool.taken(asked)}
        outputs = plan([(place, kind) for _, place, kind in media], forms, taken)
        given: list[tuple[str, str]] = []
        for (at, _, _), places in zip(media, outputs, strict=True):
            if places is None:
                message = "another input would be written to the same place; give it another name or output folder"
                found[at] = replace(found[at], refusal=WithheldError(message, reason="OUTPUT_TAKEN"))
                continue
            found[at] = replace(found[at], outputs=places)
            given += [(prefix + str(place).casefold(), found[at].item) for place in places.all()]
        self._spool.take(given)
        return found

    def _place(self, store: OpenStore, found: _Found, row: Row | None) -> PurePosixPath:
        template = self._policy.names.template
        values = {"store": store.policy.name, "client": found.ruled.client or "none", "digest": ""}
        if "{digest}" in template:
            values["digest"] = self._content(store, found, row)[:16]
        changed = datetime.fromtimestamp(min(found.seen.changed_s, _LAST_S), UTC)
        values["date"] = found.ruled.day or f"{changed:%Y-%m-%d}"
        return named(found.public, template, values)

    def _content(self, store: OpenStore, found: _Found, row: Row | None) -> str:
        if row is not None and row.source_digest and row.stamp == _stamp(found):
            return row.source_digest
        digest = store.source.digest(found.seen.relative)
        if digest is None:
            raise MediaError("it is gone", reason="NO_ACCESS")
        return digest

    def _located(self, store: OpenStore, found: _Found) -> Located:
        refusal = found.refusal
        return Located(
            store.policy.name,
            found.item,
            found.seen.relative,
            found.ruled.kind or "",
            found.ruled.format,
            found.ruled.speaker,
            found.ruled.client,
            found.seen.stamp,
            refusal.reason if refusal else "",
            str(refusal) if refusal else "",
            int(refusal.exit_code) if refusal else 0,
        )

    def _entry(self, store: OpenStore, found: _Found) -> Found:
        ruled, key = found.ruled, found.item
        if ruled.interaction is not None and ruled.kind is not None and found.refusal is None:
            key = hashlib.sha256(
                f"{store.policy.name}\0{ruled.interaction}".encode("utf-8", "surrogateescape")
            ).hexdigest()
        return Found(
            store=store.policy.name,
            item=found.item,
            label=str(found.public),
            kind=ruled.kind or "",
            client=ruled.client,
            day=ruled.day,
            bundle=key,
            priority=ruled.priority,
            size=found.seen.size,
            stamp=_stamp(found),
            outputs=found.outputs.as_json() if found.outputs else "",
            terms=ruled.terms,
        )

    def _standing(self, store: OpenStore, offers: list[Offer]) -> list[Offer]:
        """Committed items whose outputs are gone or were changed are to be done again."""
        committed = [o.row for o in offers if o.change == "same" and o.row.state == "committed"]
        wanted = {row.id: json.loads(row.output_stamps or "{}") for row in committed}
        places = [PurePosixPath(place) for stamps in wanted.values() for place in stamps]
        now = store.output.stamps(places) if places else {}
        gone = [
            number
            for number, stamps in wanted.items()
            if not stamps or any(now.get(PurePosixPath(place)) != stamp for place, (stamp, _) in stamps.items())
        ]
        if gone and not self._dry:
            self._queue.reopen(gone, run=self._run)
        return [replace(o, change="again") if o.row.id in gone and o.change == "same" else o for o in offers]


def _stamp(found: _Found) -> str:
    """What an output depends on besides the policy: the content, and what the rules of the store say it is."""
    ruled, refused = found.ruled, found.refusal.reason if found.refusal else ""
    return "|".join((found.seen.stamp, ruled.kind or "", ruled.format, ruled.speaker, refused))


def _shown(row: Row) -> PurePosixPath | None:
    """Its public place; None when the row was blanked because all of its item was destroyed."""
    return PurePosixPath(row.label) if row.label else None


def _sorted(part: Sequence[Seen]) -> list[Seen]:
    return sorted(part, key=lambda seen: str(seen.relative))
