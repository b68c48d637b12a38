"""What is wrong with gold or outputs: a line each, and never a value."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that could not be evaluated as it was meant."""

    code: str
    """Upper-case constant for counting, for example `MISSING_OUTPUT`."""
    where: str
    """The file or the item."""
    message: str
    of_gold: bool = False
    """True when the gold itself is at fault, so that figures are not to be believed."""

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {"code": self.code, "where": self.where, "message": self.message, "gold": self.of_gold}


@dataclass(slots=True)
class Problems:
    """Collects problems; the only thing in an evaluation that changes."""

    found: list[Problem] = field(default_factory=list)

    def gold(self, code: str, where: str, message: str) -> None:
        """Something is wrong with the gold."""
        self.found.append(Problem(code, where, message, of_gold=True))

    def output(self, code: str, where: str, message: str) -> None:
        """Something is wrong with an output."""
        self.found.append(Problem(code, where, message))
