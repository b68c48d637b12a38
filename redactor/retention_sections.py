"""The tables below `[retention]` and what each may say; `retention_policy` checks that together they make sense."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, field_validator

from redactor.jurisdictions import all_known, keys_known
from redactor.storepolicy import Name, Section

Then = Literal["deidentify", "erase", "destroy"]
Since = Literal["recorded", "contract_end", "case_closed"]


def _to(most: int, unit: str) -> AfterValidator:
    def check(value: int) -> int:
        if not 1 <= value <= most:
            raise ValueError(
                f"is no period: give 1 to {most} {unit}; nothing can be kept for 0, and what is to go at once is kept "
                "for 1 day; leave the key out to have what the section behind it says"
            )
        return value

    return AfterValidator(check)


Days = Annotated[int, _to(73_000, "days")]
Months = Annotated[int, _to(2_400, "months")]
Years = Annotated[int, _to(200, "years")]
STANDARD = "quality-assurance"
"""The purpose of recordings of which nobody says another."""


class RetentionTerms(Section):
    """A part of a rule; what it leaves open is said by the rule behind it. Days, months and years add up."""

    keep_days: Days | None = None
    keep_months: Months | None = None
    keep_years: Years | None = None
    since: Since | None = None
    """The day that the period counts from."""
    then: Then | None = None
    """What happens to the original."""
    copies_days: Days | None = None
    copies_months: Months | None = None
    copies_years: Years | None = None
    """How long the de-identified copy lives, from the same day as the original; nothing said: without end."""
    overdue: Literal["keep", "destroy"] | None = None
    """What becomes of an original that is due, but has no verified copy: it stays and is told, or goes all the same."""


class RetentionRule(RetentionTerms):
    """`[retention.default]`: what holds where nothing else is said."""

    purpose: Name = STANDARD


class RetentionPurpose(RetentionTerms):
    """`[retention.purposes.NAME]`: what recordings are kept for."""

    ground: str = Field(min_length=3)
    """The legal ground, for example "GDPR 6(1)(f)"; it stands in the inventory."""


class RetentionClient(RetentionTerms):
    """`[retention.clients.NAME]`: what a client's contract says otherwise."""

    purpose: Name | None = None
    jurisdictions: tuple[str, ...] = ()
    """Where its data may be: `GR`, `DE`, `EU` (any member state), ...; nothing: anywhere."""
    purposes: dict[Name, RetentionTerms] = Field(default_factory=dict)
    """What its contract says of further purposes."""

    _labels = field_validator("jurisdictions")(all_known)


class RetentionLaw(Section):
    """`[[retention.law]]`: what a law demands, whatever contracts say."""

    name: str = Field(min_length=3)
    """The law, as it is to be cited."""
    jurisdictions: tuple[str, ...] = ()
    """Stores that it holds for; nothing: all. So for the next two."""
    clients: tuple[str, ...] = ()
    purposes: tuple[Name, ...] = ()
    at_least_days: Days | None = None
    at_least_months: Months | None = None
    at_least_years: Years | None = None
    at_most_days: Days | None = None
    at_most_months: Months | None = None
    at_most_years: Years | None = None
    since: Since = "recorded"
    then: Then | None = None

    _labels = field_validator("jurisdictions")(all_known)


class RetentionSections(Section):
    """How long what is kept, for which purpose, and what happens then."""

    timezone: str = "Europe/Athens"
    """Days begin and end here (a name of the IANA database)."""
    confirm_above: int = Field(default=100, ge=0)
    """Plans with more items than this ask for their digest to be typed back."""
    certificates: str = ""
    """Folder of the certificates; empty: `certificates` beside the ledger's file."""
    minors: Literal["destroy", "keep"] = "destroy"
    """What becomes of interactions in which a child under 13 is heard of or shown: nothing is kept, or as of others."""
    default: RetentionRule = RetentionRule()
    purposes: dict[Name, RetentionPurpose] = Field(default_factory=dict)
    clients: dict[str, RetentionClient] = Field(default_factory=dict)
    jurisdictions: dict[str, RetentionTerms] = Field(default_factory=dict)
    law: tuple[RetentionLaw, ...] = ()

    _labels = field_validator("jurisdictions")(keys_known)

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("is no time zone of the IANA database; for example Europe/Athens") from None
        return value
