"""Which speech of an output is listened to again: beside the covers, and where the first reading was in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from redactor.readers.packing import PER_MS, quietest
from redactor.regions import TimeRange, merge_times

if TYPE_CHECKING:
    from redactor.protocols import Samples, SpeechDetector

NEAR_MS = 2500
"""What is left of a value before or behind its cover is said in this time, with the words that tell what it is."""
_LATER_MS = 700
"""A stretch is cut in the quietest tenth of a second behind the limit, so that no word is torn."""
_SETTLE_MS = 2000
"""Voice activity detection hears so much beside a place: it settles in a second, and sees speech go on."""


def near(places: Iterable[TimeRange], duration_ms: int) -> tuple[TimeRange, ...]:
    """`places` with `NEAR_MS` on both sides, united, inside the recording."""
    wide = (place.padded(NEAR_MS) for place in places)
    inside = (TimeRange(w.channel, w.start_ms, min(w.end_ms, duration_ms)) for w in wide if w.start_ms < duration_ms)
    return merge_times(inside, 0)


def voices(
    detector: SpeechDetector, samples: Samples, looked: Sequence[TimeRange], origin_ms: int
) -> list[tuple[int, int]]:
    """The speech in and just beside `looked`, ranges of one channel: disjoint, in order, in ms of `samples`."""
    length = len(samples) // PER_MS
    wide = (place.padded(_SETTLE_MS) for place in looked)
    here = [(max(0, place.start_ms - origin_ms), place.end_ms - origin_ms) for place in merge_times(wide, 0)]
    found: list[tuple[int, int]] = []
    for start, end in here:
        if start < length and end > 0:
            # The last millisecond may not be whole.
            part = samples[start * PER_MS : end * PER_MS if end < length else None]
            found += [(start + first, start + last) for first, last in detector.speech(part)]
    return found


def inside(
    speech: Sequence[tuple[int, int]], looked: Sequence[TimeRange], samples: Samples, origin_ms: int
) -> Iterator[tuple[int, int]]:
    """What of `speech` (ms in `samples`, which begin at `origin_ms`) lies in `looked`, ranges of one channel."""
    end_ms = len(samples) // PER_MS
    until = 0
    for start, stop in speech:
        for place in looked:
            first, last = max(start, place.start_ms - origin_ms, until), min(stop, place.end_ms - origin_ms)
            if first >= last:
                continue
            if stop - last > _LATER_MS and last + _LATER_MS < end_ms:
                last = quietest(samples, last, last + _LATER_MS)
            elif last < stop:
                last = stop
            if first > max(start, until):
                first = _began(samples, max(start, until), first)
            yield first, last
            until = last


def _began(samples: Samples, start_ms: int, at_ms: int) -> int:
    """Where the word that is said at `at_ms` begins, not before `start_ms`."""
    if at_ms - start_ms <= _LATER_MS:
        return start_ms
    return quietest(samples, at_ms - _LATER_MS, at_ms)
