"""From what a recogniser heard in one channel to words with times that can be trusted to cover them.

Recognisers lose speech: they skip a stretch, loop on one word, or give a word no time at all. Whatever speech has no
words in the end is reported, so that it can be masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from redactor.normalize import folded
from redactor.protocols import HeardWord
from redactor.readers.packing import PER_MS, Window

if TYPE_CHECKING:
    from redactor.protocols import Samples

SHORTEST_WORD_MS = 40
"""A word with less time than this has no time: it is given all of its neighbours'."""
UNHEARD_MS = 200
"""Speech of this length or more that no word touches is reported."""
PAUSE_MS = 600
"""No sound of a word is this far from all speech: voice activity detection is late or early by up to 200 ms."""
HOLE_MS = 1000
"""Holes between words inside one stretch of speech: shorter ones belong to their words, longer ones are reported."""
LONGEST_MS = 2000
"""A word that is said in more than this, and in more than `CHARACTER_MS` a character, has swallowed others."""
CHARACTER_MS = 500
NEAR_MS = 100
"""So far a word's edge may move to a quieter place."""
_DIPS = 10
"""Places in `NEAR_MS` that are compared."""
_CLEARLY = 0.8
"""A place must be quieter than this share of where the edge is."""
_PHRASE = 8
"""Longest loop, in words."""
_REPEATS = 3
"""The same words may follow each other this often; more is a loop of the recogniser."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A word and its time in the recording."""

    text: str = field(repr=False)
    start_ms: int
    end_ms: int
    """Greater than start_ms."""
    confidence: float


def place(words: Sequence[HeardWord], window: Window) -> list[Timed]:
    """The words of one window in the time of the recording; a word without time gets that of its neighbours."""
    placed = []
    for i, word in enumerate(words):
        start, end = word.start_ms, word.end_ms
        if end - start < SHORTEST_WORD_MS:
            before = words[i - 1] if i else None
            after = words[i + 1] if i + 1 < len(words) else None
            start = before.start_ms if before else 0
            end = max(after.end_ms if after else len(window.samples) // PER_MS, start + 1, word.end_ms)
        placed.append(Timed(word.text, *window.original(start, end), word.confidence))
    return placed


def loops(words: Sequence[Timed]) -> Iterator[tuple[int, int]]:
    """`(start_ms, end_ms)` of every run in which the same one to eight words come more than three times in a row."""
    tokens = [(token, word) for word in words for token in re.findall(r"\w+", folded(word.text))]
    plain = [token for token, _ in tokens]
    at = 0
    while at < len(tokens):
        run = max((_run(plain, at, size) for size in range(1, _PHRASE + 1)), default=0)
        if run:
            looped = [word for _, word in tokens[at : at + run]]
            yield looped[0].start_ms, max(word.end_ms for word in looped)
        at += run or 1


def torn(
    words: Iterable[Timed], speech: Iterable[tuple[int, int]], lost: Iterable[tuple[int, int]]
) -> tuple[list[Timed], list[tuple[int, int]], list[tuple[int, int]]]:
    """Words without what a recogniser said going round in circles, the speech that this touches, and circles in pauses.

    A loop goes on over every utterance that was packed behind the one in which it began; each stretch of speech by
    itself is another sound, which the recogniser may hear through. `speech` as for `cover`, `lost` as from `loops`.
    """
    speech, lost = list(speech), list(lost)
    looped = [stretch for stretch in speech if any(_meet(stretch, circle) for circle in lost)]
    idle = [circle for circle in lost if not any(_meet(stretch, circle) for stretch in looped)]
    gone = [*looped, *(circle for circle in lost if circle not in idle)]
    kept = [word for word in words if not any(a <= (word.start_ms + word.end_ms) / 2 < b for a, b in gone)]
    return kept, looped, idle


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _run(plain: Sequence[str], at: int, size: int) -> int:
    phrase, times = plain[at : at + size], 1
    while plain[at + times * size : at + (times + 1) * size] == phrase:
        times += 1
    return times * size if times > _REPEATS else 0


def plausible(words: Iterable[Timed]) -> Iterator[Timed]:
    """Words without those that nobody says so slowly.

    A recogniser that goes from one language to another may skip what lies between, and give its time to the last word
    before. Without that word the stretch has none, so that it is heard by itself, or masked. A number in digits is one
    word, however long it takes.
    """
    return (w for w in words if w.end_ms - w.start_ms <= max(LONGEST_MS, CHARACTER_MS * len(w.text)))


def within(words: Iterable[Timed], speech: Sequence[tuple[int, int]]) -> Iterator[Timed]:
    """Words that last far into a pause (`PAUSE_MS` and more) end `PAUSE_MS // 2` into it, and begin no earlier before.

    Aligners let the last word before a pause last until the next one begins; what the other side answers meanwhile
    would come behind all that follows. `speech` as for `cover`; a word that touches none of it keeps its times.
    """
    for word in words:
        touched = [(start, end) for start, end in speech if word.start_ms < end and start < word.end_ms]
        start, end = word.start_ms, word.end_ms
        if touched and touched[0][0] - start >= PAUSE_MS:
            start = touched[0][0] - PAUSE_MS // 2
        if touched and end - touched[-1][1] >= PAUSE_MS:
            end = touched[-1][1] + PAUSE_MS // 2
        yield replace(word, start_ms=start, end_ms=end)


def cover(words: Iterable[Timed], speech: Iterable[tuple[int, int]]) -> tuple[list[Timed], list[tuple[int, int]]]:
    """Words stretched over the speech around them, and the speech that has none.

    Inside a stretch of `speech` (disjoint, in order, time of the recording) the edges go to the first and last word,
    and a hole between two words is halved between them, unless it is `HOLE_MS` or longer: then it is reported, like
    a stretch of `UNHEARD_MS` and more that no word touches.
    """
    placed = sorted(words, key=lambda word: (word.start_ms, word.end_ms))
    unheard: list[tuple[int, int]] = []
    for start, end in speech:
        inside = [i for i, word in enumerate(placed) if word.start_ms < end and start < word.end_ms]
        if not inside:
            if end - start >= UNHEARD_MS:
                unheard.append((start, end))
            continue
        at, before = start, -1
        for i in [*inside, -1]:
            until = end if i < 0 else placed[i].start_ms
            if until - at >= HOLE_MS:
                unheard.append((at, until))
            elif until > at:
                middle = at if before < 0 else until if i < 0 else (at + until) // 2
                if before >= 0:
                    placed[before] = replace(placed[before], end_ms=middle)
                if i >= 0:
                    placed[i] = replace(placed[i], start_ms=middle)
            if i >= 0 and placed[i].end_ms > at:
                at, before = placed[i].end_ms, i
    return placed, unheard


def refined(words: Sequence[Timed], samples: Samples, origin_ms: int) -> list[Timed]:
    """Edges of words moved to where the sound is quietest within `NEAR_MS`, outward where nobody else speaks.

    Recognisers time words by attention, a third of a syllable off; voices dip between words, as a rule.

    Args:
        words: of one channel, in order, times in the recording.
        samples: mono, 16 kHz; words outside of them keep their times.
        origin_ms: where `samples` begins in the recording.
    """
    step = NEAR_MS // _DIPS * PER_MS
    size = len(samples) // step
    level = np.sqrt(np.square(samples[: size * step]).reshape(size, step).mean(axis=1)) if size else np.zeros(0)
    step_ms = step // PER_MS

    def dip(at_ms: int, first_ms: int, last_ms: int) -> int:
        low = max(0, -(-(first_ms - origin_ms) // step_ms))
        high = min(size, -(-(last_ms - origin_ms) // step_ms))
        here = (at_ms - origin_ms) // step_ms
        if not (low < high and 0 <= here < size):
            return at_ms
        # Of places that are equally quiet the nearest one; no move for less than a fifth.
        near = sorted(range(low, high), key=lambda at: (round(float(level[at]), 4), abs(at - here)))
        return at_ms if level[near[0]] > _CLEARLY * level[here] else origin_ms + near[0] * step_ms + step_ms // 2

    moved = list(words)
    for i, word in enumerate(moved):
        before = moved[i - 1] if i else None
        after = words[i + 1] if i + 1 < len(words) else None
        start, end = word.start_ms, word.end_ms
        if before is not None and words[i - 1].end_ms >= start - step_ms:
            # The word before has found the place between the two. What overlaps stays as it is.
            start = min(before.end_ms, end - 1) if words[i - 1].end_ms <= start + step_ms else start
        else:
            start = dip(start, max(start - NEAR_MS, before.end_ms if before else 0), start + 1)
        if after is not None and after.start_ms <= end + step_ms:
            reach = min((end - start) // 2, (after.end_ms - after.start_ms) // 2, NEAR_MS)
            end = max(dip(end, end - reach, end + reach), start + 1) if after.start_ms >= end - step_ms else end
        else:
            end = dip(end, end - 1, min(end + NEAR_MS, after.start_ms if after else end + NEAR_MS))
        moved[i] = replace(word, start_ms=start, end_ms=max(end, start + 1))
    return moved
