"""Where words that were followed through a recording stood, in frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from redactor.readers.follow import Followed
from redactor.readers.motion import Rect
from redactor.regions import Stay, Track, track

_SAME_PLACE = 0.8
"""Share of a cover that another one holds where both are one placeholder."""


def tracks_of(words: Sequence[Followed], starts: Sequence[int], fade: int) -> dict[int, Track]:
    """The track of each word that showed, by its `id`.

    `starts` holds the first frame of each state and the number of frames; covers hold `fade` frames more on both sides.
    """
    tracks = {id(word): _track(word, starts, fade) for word in words if word.stays}
    # A value that was read in part while something lay over it is covered there as what it turned out to be.
    return tracks | {id(word): _with_parts(word, tracks) for word in words if word.parts and word.stays}


def place_of(stay: Stay) -> Rect:
    """The pixels of a stay."""
    return Rect(stay.top, stay.left, stay.bottom, stay.right)


def apart(held: Sequence[tuple[str, Track, Stay]]) -> list[tuple[str, Track, Stay]]:
    """One placeholder for each place among covers of one frame, each with its text.

    What was read more than once is covered as often, and says the same each time.
    """
    kept: dict[str, list[Rect]] = {}
    found = []
    for text, region, stay in sorted(held, key=lambda one: -place_of(one[2]).size):
        place, others = place_of(stay), kept.setdefault(text, [])
        if not any(_SAME_PLACE * place.size <= place.cut(other).size for other in others):
            others.append(place)
            found.append((text, region, stay))
    return found


def _track(word: Followed, starts: Sequence[int], fade: int) -> Track:
    """Where the word is, and `fade` frames before it comes and after it goes: what fades can be read before."""
    stays = [stay for stay in word.stays if not stay[2].empty]
    begins, ends = {start for start, _, _ in stays}, {end for _, end, _ in stays}
    return track(
        Stay(
            starts[start] if start in ends else max(0, starts[start] - fade),
            starts[end] if end in begins else min(starts[-1], starts[end] + fade),
            *(rect.top, rect.left, rect.bottom, rect.right),
        )
        for start, end, rect in stays
    )


def _with_parts(word: Followed, tracks: Mapping[int, Track]) -> Track:
    """The track of a word and of all that was read at its place before."""
    stays, todo, seen = list(tracks[id(word)].stays), [*word.parts], {id(word)}
    while todo:
        part = todo.pop()
        if id(part) not in seen:
            seen.add(id(part))
            todo += part.parts
            stays += tracks[id(part)].stays if id(part) in tracks else ()
    return track(stays)
