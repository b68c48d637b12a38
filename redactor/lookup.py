"""Which of many things lie in one place: asked for each word of a two-hour call, without looking at all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from redactor.regions import Box, Region, Span, TimeRange, overlap

T = TypeVar("T")

_CHARACTERS, _MS, _PX = 256, 8_000, 32
"""A cell: about as much as a sentence or a cover takes, so that few things lie in several and few in one."""


class Lookup(Generic[T]):
    """Things by their regions, in cells of text, time, page or (in a video) lines."""

    def __init__(self, things: Iterable[tuple[Iterable[Region], T]]) -> None:
        """`things` with the regions of each, of any kinds."""
        self._things: list[T] = []
        self._cells: dict[tuple[type, int, int], list[tuple[Region, int]]] = {}
        for number, (regions, thing) in enumerate(things):
            self._things.append(thing)
            for region in regions:
                for cell in _cells(region):
                    self._cells.setdefault(cell, []).append((region, number))

    def under(self, region: Region) -> list[T]:
        """What overlaps `region` (see `overlap`), each once, in the order given."""
        found = {
            number for cell in _cells(region) for other, number in self._cells.get(cell, ()) if overlap(region, other)
        }
        return [self._things[number] for number in sorted(found)]


def _cells(region: Region) -> Iterator[tuple[type, int, int]]:
    if isinstance(region, Box):
        return iter(((Box, region.page, 0),))
    if isinstance(region, TimeRange):
        row, first, last, size = region.channel, region.start_ms, region.end_ms, _MS
    elif isinstance(region, Span):
        row, first, last, size = 0, region.start, region.end, _CHARACTERS
    else:
        # What is followed mostly keeps to its line.
        row, first, last, size = 0, region.hull.top, region.hull.bottom, _PX
    return ((type(region), row, cell) for cell in range(first // size, max(first, last - 1) // size + 1))
