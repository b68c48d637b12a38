"""Which terms hold for an item of a client, a jurisdiction and its purposes, and the rule that decided each.

Later ones win: `[retention.default]`, the purpose, the client's contract, the jurisdiction (`EEA`, `EU`, then the
country). A section that gives a period replaces the whole period of those before. Laws come last: they are not merged
but kept beside, because their periods count from events of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast

from redactor.jurisdictions import allows, known
from redactor.periods import Period
from redactor.retention_sections import STANDARD, RetentionLaw, RetentionSections, RetentionTerms, Since, Then

Where = tuple[str | int, ...]
"""A path below `[retention]`: the place of a rule in the configuration."""
HARSHNESS: tuple[Then, ...] = ("deidentify", "erase", "destroy")
"""From what leaves most to what leaves nothing."""
_UNITS = ("days", "months", "years")
_UNIONS = ("EEA", "EU")
_BUILT_IN = {
    "keep_days": "keep_days = 30",
    "since": 'since = "recorded"',
    "then": 'then = "deidentify"',
    "copies_days": "without copies_days",
    "overdue": 'overdue = "keep"',
}
"""What holds where `[retention.default]` leaves it open."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the configuration that decided something."""

    where: Where
    """Its section or key."""
    text: str
    """As it stands there: `[retention.clients.acme] keep_days = 7`."""


@dataclass(frozen=True, slots=True)
class Law:
    """What one law says of items: at least and at most so long since its own event."""

    at_least: Period | None
    at_most: Period | None
    since: Since
    rule: Rule
    least_rule: Rule
    most_rule: Rule
    unplaced: bool = False
    """The item's store has no jurisdiction, so nobody knows whether the law holds for it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one purpose, each with the rule that decided it."""

    purpose: str
    keep: Period
    keep_rule: Rule
    since: Since
    since_rule: Rule
    then: Then
    then_rule: Rule
    copies: Period | None
    """None: copies live without end."""
    copies_rule: Rule
    overdue: Literal["keep", "destroy"]
    overdue_rule: Rule
    laws: tuple[Law, ...] = ()


class PurposeUnknownError(LookupError):
    """A purpose that the configuration does not name."""


def own_purpose(policy: RetentionSections, client: str) -> str:
    """The purpose of a client's recordings of which nobody says another."""
    contract = policy.clients.get(client)
    return (contract.purpose if contract else None) or policy.default.purpose


def is_purpose(policy: RetentionSections, purpose: str) -> bool:
    """True for a purpose that the configuration names, and for the standard one."""
    return purpose == STANDARD or purpose in policy.purposes


def resolve(policy: RetentionSections, *, client: str, jurisdiction: str, purposes: Iterable[str] = ()) -> list[Terms]:
    """The terms of each purpose of an item: its client's own first, then those that a manifest names.

    Raises `PurposeUnknownError` for a purpose and `ValueError` for a jurisdiction that nobody knows.
    """
    names = dict.fromkeys((own_purpose(policy, client), *purposes))
    for name in names:
        if not is_purpose(policy, name):
            raise PurposeUnknownError
    return [terms_of(policy, client=client, jurisdiction=jurisdiction, purpose=name) for name in names]


def terms_of(policy: RetentionSections, *, client: str, jurisdiction: str, purpose: str) -> Terms:
    """The terms of one purpose that is known. Raises `ValueError` for a jurisdiction that nobody knows."""
    built_in = {
        key: Rule(("default", key), f"[retention.default] {said} (built in)") for key, said in _BUILT_IN.items()
    }
    terms = Terms(
        purpose,
        keep=Period(30),
        keep_rule=built_in["keep_days"],
        since="recorded",
        since_rule=built_in["since"],
        then="deidentify",
        then_rule=built_in["then"],
        copies=None,
        copies_rule=built_in["copies_days"],
        overdue="keep",
        overdue_rule=built_in["overdue"],
    )
    for where, section in _sections(policy, client, jurisdiction, purpose):
        terms = _over(terms, where, section)
    laws = []
    for number, law in enumerate(policy.law):
        if (law.clients and client not in law.clients) or (law.purposes and purpose not in law.purposes):
            continue
        unplaced = bool(law.jurisdictions) and not jurisdiction
        if law.jurisdictions and jurisdiction and not allows(law.jurisdictions, jurisdiction):
            continue
        laws.append(_law(number, law, unplaced=unplaced))
        if law.then and not unplaced:
            rule = Rule(("law", number, "then"), f'[[retention.law]] {law.name}: then = "{law.then}"')
            terms = replace(terms, then=law.then, then_rule=rule)
    return replace(terms, laws=tuple(laws))


def period_of(section: RetentionTerms | RetentionLaw, prefix: str) -> Period | None:
    """What a section gives under `PREFIX_days`, `PREFIX_months` and `PREFIX_years`; None when it gives none."""
    given = {unit: value for unit in _UNITS if (value := getattr(section, f"{prefix}_{unit}")) is not None}
    return Period(**given) if given else None


def key_of(section: RetentionTerms | RetentionLaw, prefix: str) -> str:
    """The first of these keys that a section gives."""
    return next(f"{prefix}_{unit}" for unit in _UNITS if getattr(section, f"{prefix}_{unit}") is not None)


def _sections(
    policy: RetentionSections, client: str, jurisdiction: str, purpose: str
) -> Iterator[tuple[Where, RetentionTerms]]:
    yield ("default",), policy.default
    if purpose in policy.purposes:
        yield ("purposes", purpose), policy.purposes[purpose]
    if (contract := policy.clients.get(client)) is not None:
        if purpose == own_purpose(policy, client):
            yield ("clients", client), contract
        if purpose in contract.purposes:
            yield ("clients", client, "purposes", purpose), contract.purposes[purpose]
    if jurisdiction:
        code = known(jurisdiction)
        for union in _UNIONS:
            if union in policy.jurisdictions and union != code and allows([union], code):
                yield ("jurisdictions", union), policy.jurisdictions[union]
        if code in policy.jurisdictions:
            yield ("jurisdictions", code), policy.jurisdictions[code]


def _over(terms: Terms, where: Where, section: RetentionTerms) -> Terms:
    changed: dict[str, object] = {}
    for field, prefix in (("keep", "keep"), ("copies", "copies")):
        if (period := period_of(section, prefix)) is not None:
            given = [f"{prefix}_{unit}" for unit in _UNITS if getattr(section, f"{prefix}_{unit}") is not None]
            said = ", ".join(f"{key} = {getattr(section, key)}" for key in given)
            changed |= {field: period, f"{field}_rule": Rule((*where, given[0]), f"{_head(where)} {said}")}
    for field in ("since", "then", "overdue"):
        if (value := getattr(section, field)) is not None:
            changed |= {field: value, f"{field}_rule": Rule((*where, field), f'{_head(where)} {field} = "{value}"')}
    return replace(terms, **changed) if changed else terms  # type: ignore[arg-type]


def _head(where: Where) -> str:
    return f"[{'.'.join(('retention', *cast('tuple[str, ...]', where)))}]"


def _law(number: int, law: RetentionLaw, *, unplaced: bool) -> Law:
    said = {}
    for prefix in ("at_least", "at_most"):
        given = [f"{prefix}_{unit}" for unit in _UNITS if getattr(law, f"{prefix}_{unit}") is not None]
        told = ", ".join(f"{key} = {getattr(law, key)}" for key in given)
        key: Where = (given[0],) if given else ()
        said[prefix] = Rule(("law", number, *key), f"[[retention.law]] {law.name}: {told}")
    rule = Rule(("law", number), f"[[retention.law]] {law.name}")
    least, most = period_of(law, "at_least"), period_of(law, "at_most")
    return Law(least, most, law.since, rule, said["at_least"], said["at_most"], unplaced)
