"""How claimed items end, as a run hears of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from redactor.errors import ExitCode
from redactor.queue import Row

Told = Callable[[Row, str, float], None]
"""Progress of an item: its row, the stage, and the share of it that is done."""
How = Literal["done", "unchanged", "moved", "refused", "failed", "quarantined", "gone", "returned", "lost"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a claimed item ended."""

    row: Row
    how: How
    code: ExitCode = ExitCode.DONE
    reason: str = ""
    message: str = ""
    receipt: dict[str, Any] | None = None
    seconds: float = 0.0


def timed(ended: Ended, seconds: float) -> Ended:
    """`ended` with `seconds` where it has none of its own."""
    return ended if ended.seconds else replace(ended, seconds=seconds)
