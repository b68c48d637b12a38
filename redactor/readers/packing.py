"""Speech packed into windows for the recogniser, with the way back to the time of the recording.

Whisper was taught on 30 s, and each window costs it some silence at the end, so stretches of speech are joined, with a
short silence between them, until a window is full. The silence keeps a word from being timed into the neighbouring
stretch, which may be minutes away.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from redactor.protocols import Samples

PER_MS = 16
"""Samples per millisecond at 16 kHz."""
WINDOW_MS = 28_000
PAD_MS = 200
"""Voice activity detection starts late and ends early by about this much."""
GUARD_MS = 60
"""The part of the padding that may still hold speech."""
JOIN_GAP_MS = 300
"""Padded stretches closer than this are left in one piece, with their own pause between them."""
MISTIMED_MS = 300
"""A word that was timed into the quiet around a piece is looked for so far inside of it."""
SILENCE_MS = 400
"""Put between pieces that are not neighbours in the recording."""
_STEP = 100 * PER_MS


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch of the recording inside a window."""

    at_ms: int
    """Where the piece begins in the window."""
    start_ms: int
    """Where it begins in the recording."""
    end_ms: int
    """Where it ends in the recording, > start_ms."""
    lead_ms: int = 0
    """So much of its beginning is quiet."""
    tail_ms: int = 0
    """So much of its end is quiet."""

    def __len__(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Window:
    """At most `WINDOW_MS` of sound for the recogniser, and where it came from."""

    samples: Samples = field(repr=False)
    """Mono, 16 kHz."""
    pieces: tuple[Piece, ...]
    """At least one, in order."""

    def original(self, start_ms: int, end_ms: int) -> tuple[int, int]:
        """The time in the recording of `[start_ms, end_ms)` of this window, rounded outward, at least 1 ms long.

        A start in the quiet between two pieces belongs to the later one, an end to the earlier one, so that no word
        seems to last through the pause between them. A word that lies in the quiet altogether is mistimed: it goes to
        the nearer piece and reaches `MISTIMED_MS` into its speech. Times outside the window are clipped to it.
        """
        end_ms = max(end_ms, start_ms + 1)
        first, last = self._index(start_ms), self._index(end_ms - 1)
        if first + 1 < len(self.pieces) and self._quiet_from(first) <= start_ms < end_ms <= self._quiet_until(
            first + 1
        ):
            middle = (self._quiet_from(first) + self._quiet_until(first + 1)) / 2
            first = last = first + (start_ms + end_ms > 2 * middle)
        elif first < last:
            first += start_ms >= self._quiet_from(first)
            last -= first < last and end_ms <= self._quiet_until(last)
        one, other = self.pieces[first], self.pieces[last]
        start, end = start_ms - one.at_ms, end_ms - other.at_ms
        if end <= other.lead_ms:
            end = other.lead_ms + MISTIMED_MS
        if start >= len(one) - one.tail_ms:
            start = len(one) - one.tail_ms - MISTIMED_MS
        start = one.start_ms + min(max(0, start), len(one) - 1)
        end = other.start_ms + min(max(1, end), len(other))
        return start, max(end, start + 1)

    def _index(self, at_ms: int) -> int:
        return max(0, bisect_right([piece.at_ms for piece in self.pieces], at_ms) - 1)

    def _quiet_from(self, index: int) -> int:
        piece = self.pieces[index]
        return piece.at_ms + len(piece) - piece.tail_ms

    def _quiet_until(self, index: int) -> int:
        piece = self.pieces[index]
        return piece.at_ms + piece.lead_ms


def pack(
    samples: Samples, origin_ms: int, speech: Sequence[tuple[int, int]], window_ms: int = WINDOW_MS
) -> Iterator[Window]:
    """Windows of at most `window_ms` that hold every stretch of `speech`.

    Args:
        samples: mono sound at 16 kHz.
        origin_ms: where `samples` begins in the recording.
        speech: disjoint `(start_ms, end_ms)` in `samples`, in order.
    """
    batch: list[_Stretch] = []
    filled = 0
    for stretch in _stretches(samples, speech, window_ms):
        length = stretch.end_ms - stretch.start_ms
        if batch and filled + SILENCE_MS + length > window_ms:
            yield _window(samples, origin_ms, batch)
            batch, filled = [], 0
        filled += length + (SILENCE_MS if batch else 0)
        batch.append(stretch)
    if batch:
        yield _window(samples, origin_ms, batch)


class _Stretch(NamedTuple):
    start_ms: int
    end_ms: int
    lead_ms: int
    tail_ms: int


def _window(samples: Samples, origin_ms: int, batch: Sequence[_Stretch]) -> Window:
    silence = np.zeros(SILENCE_MS * PER_MS, np.float32)
    parts: list[Samples] = []
    pieces: list[Piece] = []
    at = 0
    for start, end, lead, tail in batch:
        if parts:
            parts.append(silence)
            at += SILENCE_MS
        parts.append(samples[start * PER_MS : end * PER_MS])
        pieces.append(Piece(at, origin_ms + start, origin_ms + end, lead, tail))
        at += end - start
    return Window(np.concatenate(parts), tuple(pieces))


def _stretches(samples: Samples, speech: Sequence[tuple[int, int]], window_ms: int) -> Iterator[_Stretch]:
    length = -(-len(samples) // PER_MS)
    merged: list[tuple[int, int]] = []
    for start, end in speech:
        if merged and start - merged[-1][1] <= 2 * PAD_MS + JOIN_GAP_MS:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    for start, end in merged:
        first, last = max(0, start - PAD_MS), min(length, end + PAD_MS)
        lead, tail = max(0, start - GUARD_MS - first), max(0, last - end - GUARD_MS)
        for one, other in pairwise([first, *_cuts(samples, first, last, window_ms), last]):
            yield _Stretch(one, other, lead if one == first else 0, tail if other == last else 0)


def _cuts(samples: Samples, start_ms: int, end_ms: int, window_ms: int) -> Iterator[int]:
    # In the quietest tenth of a second of the second half of each window: between words, if there is such a place.
    while end_ms - start_ms > window_ms:
        start_ms = quietest(samples, start_ms + window_ms // 2, start_ms + window_ms)
        yield start_ms


def quietest(samples: Samples, start_ms: int, end_ms: int) -> int:
    """The middle, in milliseconds, of the quietest tenth of a second between two times at least that far apart."""
    part = samples[start_ms * PER_MS : end_ms * PER_MS]
    frames = part[: len(part) // _STEP * _STEP].reshape(-1, _STEP)
    return start_ms + int(np.argmin(np.square(frames).mean(axis=1))) * _STEP // PER_MS + _STEP // PER_MS // 2
