"""`[retention]`, `[keys]`, `[audit]`: how long what is kept for which purpose, what happens then, and its evidence."""

from __future__ import annotations

from pydantic import model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from redactor.contradictions import Contradiction, contradictions
from redactor.retention_sections import (
    STANDARD,
    RetentionClient,
    RetentionLaw,
    RetentionPurpose,
    RetentionRule,
    RetentionSections,
    RetentionTerms,
    Since,
    Then,
)
from redactor.storepolicy import Section

__all__ = [
    "STANDARD",
    "AuditPolicy",
    "KeysPolicy",
    "RetentionClient",
    "RetentionLaw",
    "RetentionPolicy",
    "RetentionPurpose",
    "RetentionRule",
    "RetentionSections",
    "RetentionTerms",
    "Since",
    "SubjectsPolicy",
    "Then",
    "refused",
]


class RetentionPolicy(RetentionSections):
    """How long what is kept, for which purpose, and what happens then; what contradicts itself is refused."""

    @model_validator(mode="after")
    def _consistent(self) -> RetentionPolicy:
        if found := contradictions(self):
            raise refused(found)
        return self


def refused(found: list[Contradiction]) -> ValidationError:
    """The error of these contradictions, each at its own place, so that a file's lines can be named."""
    lines = [
        InitErrorDetails(
            type=PydanticCustomError("contradiction", "{what}", {"what": one.what}), loc=one.where, input=""
        )
        for one in found
    ]
    return ValidationError.from_exception_data("Policy", lines)


class KeysPolicy(Section):
    """`[keys]`: where the keys of clients and of signatures are; whoever may read them may read what hangs on them."""

    folder: str = ""
    """Empty: `keys` beside the ledger's file, or in the user's state folder where the ledger is a server."""


class AuditPolicy(Section):
    """`[audit]`: what proves that the ledger is whole."""

    anchors: str = ""
    """File with a signed line for each run; empty: `anchors.jsonl` in the folder of keys. Copy it off the machine."""


class SubjectsPolicy(Section):
    """`[subjects]`: the index by which persons are found again."""

    index: bool = True
    """False: nothing is kept of who is spoken about; requests of persons cannot be answered from the ledger."""
