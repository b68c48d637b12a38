"""Which of many things lie in one place: asked for each word of a two-hour call, without looking at all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeAlias, TypeVar

from redactor.regions import Box, Region, Span, TimeRange, Track, overlap

T = TypeVar("T")

_CHARACTERS, _MS, _ROWS_PX, _COLUMNS_PX = 256, 8_000, 32, 128
"""A cell: about as much as a sentence or a cover takes, so that few things lie in several and few in one."""
_FRAMES, _STRETCHES = 16, 32
"""A stretch of frames is no shorter, and a recording has no more of them: what stands still lies in all."""

_Cell: TypeAlias = tuple[type, int, int, int]


class Lookup(Generic[T]):
    """Things by their regions, in cells of text, time, page or (in a video) lines and stretches of frames."""

    def __init__(self, things: Iterable[tuple[Iterable[Region], T]]) -> None:
        """`things` with the regions of each, of any kinds."""
        self._things: list[T] = []
        self._regions: list[tuple[Region, int]] = []
        for number, (regions, thing) in enumerate(things):
            self._things.append(thing)
            self._regions += ((region, number) for region in regions)
        last = max((region.hull.end for region, _ in self._regions if isinstance(region, Track)), default=0)
        self._stretch = max(_FRAMES, -(-last // _STRETCHES))
        self._cells: dict[_Cell, list[int]] = {}
        for index, (region, _) in enumerate(self._regions):
            for cell in _cells(region, self._stretch):
                self._cells.setdefault(cell, []).append(index)

    def under(self, region: Region) -> list[T]:
        """What overlaps `region` (see `overlap`), each once, in the order given."""
        near = {index for cell in _cells(region, self._stretch) for index in self._cells.get(cell, ())}
        beside = (self._regions[index] for index in near)
        found = {number for other, number in beside if overlap(region, other)}
        return [self._things[number] for number in sorted(found)]


def _cells(region: Region, stretch: int) -> Iterable[_Cell]:
    if isinstance(region, Box):
        return ((Box, region.page, 0, 0),)
    if isinstance(region, TimeRange):
        return ((TimeRange, region.channel, at, 0) for at in _parts(region.start_ms, region.end_ms, _MS))
    if isinstance(region, Span):
        return ((Span, at, 0, 0) for at in _parts(region.start, region.end, _CHARACTERS))
    return {
        (Track, frames, row, column)
        for stay in region.stays
        for frames in _parts(stay.start, stay.end, stretch)
        for row in _parts(stay.top, stay.bottom, _ROWS_PX)
        for column in _parts(stay.left, stay.right, _COLUMNS_PX)
    }


def _parts(first: int, end: int, size: int) -> range:
    return range(first // size, max(first, end - 1) // size + 1)
