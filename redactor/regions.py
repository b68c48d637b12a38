"""Where a word is: half-open integer ranges on text, time or pixels, with a small algebra.

Every region is half-open (`end`, `right` and `bottom` lie outside) and made of integers; engines round outward when
they build one, so that clipping, padding and merging happen here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of characters `[start, end)`."""

    start: int
    """First character, >= 0."""
    end: int
    """One past the last character, >= start."""

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """True when the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def clip(self, other: Span) -> Span:
        """The part of this span inside `other`; raises ValueError when there is none."""
        return Span(max(self.start, other.start), min(self.end, other.end))


@dataclass(frozen=True, slots=True, order=True)
class TimeRange:
    """A range of time `[start_ms, end_ms)` on one channel of a recording."""

    channel: int
    """Channel index, 0 is the first (left)."""
    start_ms: int
    """Milliseconds from the start of the recording, >= 0."""
    end_ms: int
    """Milliseconds, > start_ms."""

    def __post_init__(self) -> None:
        if not (self.channel >= 0 and 0 <= self.start_ms < self.end_ms):
            raise ValueError(f"not a time range: channel {self.channel} [{self.start_ms}, {self.end_ms}) ms")

    def __len__(self) -> int:
        return self.end_ms - self.start_ms

    def overlaps(self, other: TimeRange) -> bool:
        """True when the two share a channel and at least one millisecond."""
        return self.channel == other.channel and self.start_ms < other.end_ms and other.start_ms < self.end_ms

    def padded(self, pad_ms: int) -> TimeRange:
        """Wider by `pad_ms` on both sides, never before zero."""
        return TimeRange(self.channel, max(0, self.start_ms - pad_ms), self.end_ms + pad_ms)


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle of pixels `[left, right) x [top, bottom)` on one page (or frame)."""

    page: int
    """Page or frame index, 0 is the first."""
    top: int
    left: int
    bottom: int
    """One past the last pixel row."""
    right: int
    """One past the last pixel column."""

    def __post_init__(self) -> None:
        if not (self.page >= 0 and 0 <= self.left < self.right and 0 <= self.top < self.bottom):
            raise ValueError(f"not a box: page {self.page} x [{self.left}, {self.right}) y [{self.top}, {self.bottom})")

    def overlaps(self, other: Box) -> bool:
        """True when the two share at least one pixel."""
        return (
            self.page == other.page
            and self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def shared(self, other: Box) -> int:
        """The number of pixels that both hold."""
        if not self.overlaps(other):
            return 0
        wide = min(self.right, other.right) - max(self.left, other.left)
        return wide * (min(self.bottom, other.bottom) - max(self.top, other.top))

    def padded(self, pad_px: int, width_px: int, height_px: int) -> Box:
        """Wider by `pad_px` on all sides, clipped to a page of `width_px` x `height_px`."""
        return Box(
            self.page,
            max(0, self.top - pad_px),
            max(0, self.left - pad_px),
            min(height_px, self.bottom + pad_px),
            min(width_px, self.right + pad_px),
        )


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """A rectangle of pixels `[left, right) x [top, bottom)` in the frames `[start, end)` of a video."""

    start: int
    """Index of the first frame, 0 is the first of the video."""
    end: int
    """One past the last frame."""
    top: int
    left: int
    bottom: int
    """One past the last pixel row."""
    right: int
    """One past the last pixel column."""

    def __post_init__(self) -> None:
        if not (0 <= self.start < self.end and 0 <= self.left < self.right and 0 <= self.top < self.bottom):
            raise ValueError(f"not a stay: frames [{self.start}, {self.end}), {self.box}")

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Top, left, bottom and right."""
        return self.top, self.left, self.bottom, self.right

    def overlaps(self, other: Stay) -> bool:
        """True when the two share at least one pixel of one frame."""
        return (
            self.start < other.end
            and other.start < self.end
            and self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True, order=True)
class Track:
    """What is followed through the frames of a video: one stay for each place, in order of time."""

    stays: tuple[Stay, ...]
    """At least one, sorted. They may share frames: a value on two lines has two places at a time."""

    hull: Stay = field(init=False, repr=False, compare=False)
    """Around all of them."""

    def __post_init__(self) -> None:
        stays = self.stays
        if not stays or any(a > b for a, b in pairwise(stays)):
            raise ValueError("a track is one stay or more, sorted")
        hull = Stay(
            stays[0].start,
            max(s.end for s in stays),
            min(s.top for s in stays),
            min(s.left for s in stays),
            max(s.bottom for s in stays),
            max(s.right for s in stays),
        )
        object.__setattr__(self, "hull", hull)

    def overlaps(self, other: Track) -> bool:
        """True when the two share at least one pixel of one frame."""
        if not self.hull.overlaps(other.hull):
            return False
        others, first = other.stays, 0
        for stay in self.stays:
            while first < len(others) and others[first].end <= stay.start:
                first += 1
            for i in range(first, len(others)):
                if others[i].start >= stay.end:
                    break
                if stay.overlaps(others[i]):
                    return True
        return False

    def at(self, frame: int) -> Iterator[Stay]:
        """The stays that hold in one frame."""
        return (stay for stay in self.stays if stay.start <= frame < stay.end)


def track(stays: Iterable[Stay]) -> Track:
    """The union of `stays`: those of one place whose frames touch or overlap become one. Raises ValueError for none."""
    by_place: dict[tuple[int, int, int, int], list[tuple[int, int]]] = {}
    for stay in stays:
        by_place.setdefault(stay.box, []).append((stay.start, stay.end))
    return Track(tuple(sorted(Stay(a, b, *box) for box, pairs in by_place.items() for a, b in _merge(pairs))))


Region: TypeAlias = Span | TimeRange | Box | Track


def overlap(a: Region, b: Region) -> bool:
    """True when two regions of the same kind overlap; regions of different kinds never do."""
    if isinstance(a, Span) and isinstance(b, Span):
        return a.overlaps(b)
    if isinstance(a, TimeRange) and isinstance(b, TimeRange):
        return a.overlaps(b)
    if isinstance(a, Track) and isinstance(b, Track):
        return a.overlaps(b)
    return isinstance(a, Box) and isinstance(b, Box) and a.overlaps(b)


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The union of `spans` as disjoint spans in order; touching spans become one."""
    return tuple(Span(start, end) for start, end in _merge((s.start, s.end) for s in spans))


def merge_times(ranges: Iterable[TimeRange], gap_ms: int = 0) -> tuple[TimeRange, ...]:
    """The union of `ranges` per channel, in order; ranges at most `gap_ms` apart become one."""
    by_channel: dict[int, list[tuple[int, int]]] = {}
    for item in ranges:
        by_channel.setdefault(item.channel, []).append((item.start_ms, item.end_ms))
    return tuple(
        TimeRange(channel, start, end)
        for channel, pairs in sorted(by_channel.items())
        for start, end in _merge(pairs, gap_ms)
    )


def mostly(place: TimeRange, ranges: Iterable[TimeRange]) -> bool:
    """True when at least half of a place of a recording lies in `ranges`."""
    inside = (one for one in merge_times(ranges) if one.overlaps(place))
    return 2 * sum(min(one.end_ms, place.end_ms) - max(one.start_ms, place.start_ms) for one in inside) >= len(place)


def merge_boxes(boxes: Iterable[Box], gap_px: int = 0) -> tuple[Box, ...]:
    """Boxes of one line (sharing half the lower height) at most `gap_px` apart are united, never dropped."""
    merged: list[Box] = []
    for box in sorted(boxes):
        for i, other in enumerate(merged):
            if box.page == other.page and _same_line(box, other) and _near(box, other, gap_px):
                merged[i] = Box(
                    box.page,
                    min(box.top, other.top),
                    min(box.left, other.left),
                    max(box.bottom, other.bottom),
                    max(box.right, other.right),
                )
                break
        else:
            merged.append(box)
    return tuple(merged) if len(merged) == len(set(boxes)) else merge_boxes(merged, gap_px)


def _same_line(a: Box, b: Box) -> bool:
    shared = min(a.bottom, b.bottom) - max(a.top, b.top)
    return 2 * shared >= min(a.bottom - a.top, b.bottom - b.top)


def _near(a: Box, b: Box, gap_px: int) -> bool:
    return a.left <= b.right + gap_px and b.left <= a.right + gap_px


def _merge(pairs: Iterable[tuple[int, int]], gap: int = 0) -> Iterator[tuple[int, int]]:
    current: tuple[int, int] | None = None
    for start, end in sorted(pairs):
        if current is not None and start <= current[1] + gap:
            current = (current[0], max(current[1], end))
            continue
        if current is not None:
            yield current
        current = (start, end)
    if current is not None:
        yield current
