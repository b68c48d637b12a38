"""What a `[retention]` says against itself: each with its place in the configuration, and what to change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import regex

from redactor.jurisdictions import allows
from redactor.periods import may_exceed
from redactor.retention_sections import STANDARD, RetentionLaw, RetentionSections
from redactor.storepolicy import StorePolicy
from redactor.terms import Where, is_purpose, key_of, period_of, terms_of


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One mistake."""

    where: Where
    """Its path below `[retention]`."""
    what: str
    """What is wrong, and what to change."""


def contradictions(policy: RetentionSections) -> list[Contradiction]:
    """All that can be seen without stores; terms are compared only when all purposes are known."""
    found = [*_purposes(policy), *_laws(policy)]
    return found or list(_copies(policy))


def unknown_clients(policy: RetentionSections, stores: Sequence[StorePolicy]) -> list[Contradiction]:
    """Contracts and laws of clients that nothing can belong to; paths begin with `retention`."""
    named = {store.client for store in stores} - {""}
    told = any(store.manifest or "client" in regex.compile(store.fields).groupindex for store in stores)
    found: list[Contradiction] = []
    if stores and not told:
        known = ", ".join(sorted(named)) or "none"
        found += [
            Contradiction(
                ("retention", "clients", client),
                f"no store can have client {client}: name it as client of a store, or let fields or a manifest tell "
                f"clients; stores name: {known}",
            )
            for client in policy.clients
            if client not in named
        ]
    known_here = named | set(policy.clients)
    for number, law in enumerate(policy.law):
        found += [
            Contradiction(
                ("retention", "law", number, "clients"),
                f"client {client} is not known; add [retention.clients.{client}] or name it as client of a store, or "
                "the law would hold for nothing",
            )
            for client in law.clients
            if client not in known_here
        ]
    return found


def _purposes(policy: RetentionSections) -> Iterator[Contradiction]:
    named: list[tuple[Where, str]] = []
    if "purpose" in policy.default.model_fields_set:
        named.append((("default", "purpose"), policy.default.purpose))
    for client, contract in policy.clients.items():
        if contract.purpose:
            named.append((("clients", client, "purpose"), contract.purpose))
        named += [(("clients", client, "purposes", purpose), purpose) for purpose in contract.purposes]
    for number, law in enumerate(policy.law):
        named += [(("law", number, "purposes"), purpose) for purpose in law.purposes]
    for where, purpose in named:
        if not is_purpose(policy, purpose):
            known = ", ".join(sorted({STANDARD, *policy.purposes}))
            yield Contradiction(
                where,
                f"purpose {purpose} is not defined; add [retention.purposes.{purpose}] with its ground, or use one of: "
                f"{known}",
            )


def _laws(policy: RetentionSections) -> Iterator[Contradiction]:
    for number, law in enumerate(policy.law):
        if not (law.then or period_of(law, "at_least") or period_of(law, "at_most")):
            what = f"{law.name} demands nothing; give at_least_days, at_most_days (or months, years) or then"
            yield Contradiction(("law", number, "name"), what)
    for (i, one), (j, other) in product(enumerate(policy.law), repeat=2):
        if not _meet(one, other):
            continue
        least, most = period_of(one, "at_least"), period_of(other, "at_most")
        if least and most and one.since == other.since and may_exceed(least, most):
            yield Contradiction(
                ("law", i, key_of(one, "at_least")),
                f"{one.name} keeps at least {least}, but {other.name} allows at most {most}, and both can hold for the "
                "same items; change one, or part them by jurisdictions, clients or purposes",
            )
        if i < j and one.then and other.then and one.then != other.then:
            yield Contradiction(
                ("law", j, "then"),
                f"{other.name} demands {other.then}, but {one.name} demands {one.then}, and both can hold for the same "
                "items; change one, or part them by jurisdictions, clients or purposes",
            )


def _meet(one: RetentionLaw, other: RetentionLaw) -> bool:
    """True when both can hold for one item."""
    for mine, theirs in ((one.clients, other.clients), (one.purposes, other.purposes)):
        if mine and theirs and not set(mine) & set(theirs):
            return False
    if not (one.jurisdictions and other.jurisdictions):
        return True
    return any(allows([a], b) or allows([b], a) for a, b in product(one.jurisdictions, other.jurisdictions))


def _copies(policy: RetentionSections) -> Iterator[Contradiction]:
    """A copy that would have to go before the original that it was made of."""
    contracts = policy.clients.values()
    sections = (policy.default, *policy.purposes.values(), *contracts, *policy.jurisdictions.values())
    further = (section for contract in contracts for section in contract.purposes.values())
    if not any(period_of(section, "copies") for section in (*sections, *further)):
        return
    told: set[Where] = set()
    clients = ("", *policy.clients)
    places = ("", *policy.jurisdictions)
    purposes = dict.fromkeys((policy.default.purpose, STANDARD, *policy.purposes))
    for client, place, purpose in product(clients, places, purposes):
        terms = terms_of(policy, client=client, jurisdiction=place, purpose=purpose)
        where = terms.copies_rule.where
        if (
            terms.then != "deidentify"
            or terms.copies is None
            or where in told
            or not may_exceed(terms.keep, terms.copies)
        ):
            continue
        told.add(where)
        yield Contradiction(
            where,
            f"a copy would go before its original: {terms.copies_rule.text}, but the original is kept {terms.keep} by "
            f"{terms.keep_rule.text}; let copies live longer, or use then = 'destroy'",
        )
