"""What is said of one item of the bar."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.bar.pack import Item


@dataclass(frozen=True, slots=True)
class Judged:
    """How one item came out."""

    item: Item
    types: tuple[str, ...]
    """Entity type of each datum, in the order of the gold."""
    caught: tuple[bool, ...]
    """For each datum, whether it is gone."""
    lost: int
    """Units outside personal data that are gone: words of texts and screens, frames of 20 ms of calls."""
    outside: int
    """Such units in all."""
    written: bool = True
    """False when the product gave out nothing: then nothing leaks, yet nothing counts as caught."""

    def __post_init__(self) -> None:
        if len(self.types) != len(self.caught):
            raise ValueError("a type for each datum")


def withheld(item: Item, types: tuple[str, ...]) -> Judged:
    """The judgement of what was not given out."""
    return Judged(item, types, (False,) * len(types), 0, 0, written=False)
